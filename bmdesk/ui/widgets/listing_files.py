"""Listings as files, opened and written from any room; and Back Market's own template as a file of wishes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from bmdesk.domain.listing_reasons import Aspect, aspect_text
from bmdesk.domain.money import Money
from bmdesk.domain.rights import Right
from bmdesk.services.desk import Actor, Desk
from bmdesk.services.files import listings_file, upload_file
from bmdesk.services.files.listings_file import ListingsPlan, ListingsTaken
from bmdesk.services.files.upload_file import TemplateMangled, UploadPlan
from bmdesk.services.lines import LineErrors, Progress, gathered
from bmdesk.texts import Failure, render, t
from bmdesk.ui.long_work import beside, desk_beside
from bmdesk.ui.models.columns import Column
from bmdesk.ui.palette import Tone
from bmdesk.ui.widgets import price_files
from bmdesk.ui.widgets.allowed import allow
from bmdesk.ui.widgets.file_menu import FileMenu
from bmdesk.ui.widgets.file_previews import prices_preview
from bmdesk.ui.widgets.import_dialog import ImportDialog, Preview, Sheet, error_sheet
from bmdesk.ui.words import money
from bmdesk.ui.workplace import Workplace


class FilesButton(FileMenu):
    """Listings and prices of an account as files, both ways."""

    def import_listings(self, file: Path | None = None) -> None:
        """A file of listings, or Back Market's template."""
        view = self._account()
        if view is not None:
            open_listings_import(self._place, self._over, view.row.id, self.market, file)

    def fill(self, menu: QMenu, account_id: str, market: str) -> None:
        """Listings first, their prices below."""
        place, over = self._place, self._over
        menu.addAction(t("listings_file.save"), lambda: open_listings_export(place, over, account_id))
        listings = menu.addAction(t("listings_file.ask"), lambda: self.import_listings(None))
        menu.addSeparator()
        price_files.fill_prices(menu, place, over, account_id, market)
        allow(listings, place, Right.MANAGEMENT)


def open_listings_import(
    place: Workplace,
    parent: QWidget,
    account_id: str,
    market: str,
    file: Path | None = None,
) -> None:
    """Listings from a file; of a template its prices, in this market. A mangled one is told line by line."""
    chosen = file
    if chosen is None:
        name, _ = QFileDialog.getOpenFileName(parent, t("listings_file.ask"), "", t("imports.tables"))
        if not name:
            return
        chosen = Path(name)
    path = chosen
    place.window.say(Tone.NEUTRAL, t("imports.reading", file=path.name[:80]), for_ms=3000)
    desk = desk_beside(place)

    def work() -> ListingsPlan | UploadPlan:
        if upload_file.is_template(path):
            return upload_file.read_upload(desk, account_id, path, market)
        return listings_file.read_listings(desk, account_id, path)

    def show(preview: Preview) -> None:
        ImportDialog(parent, place, preview).open()

    def read(plan: Any) -> None:
        if isinstance(plan, UploadPlan):
            show(template_preview(plan, place.actor, account_id))
            return
        place.read(
            listings_file.right_needed,
            account_id,
            plan,
            then=lambda right: place.with_pin(
                right, lambda: show(listings_preview(plan, place.actor, account_id, path))
            ),
        )

    def failed(failure: Failure) -> None:
        if isinstance(failure, TemplateMangled):
            show(mangled_preview(failure))
        else:
            place.window.show_failure(failure)

    beside(parent, place, work, read, failed=failed)


def open_listings_export(
    place: Workplace, parent: QWidget, account_id: str, file: Path | None = None
) -> None:
    """All listings of this account with how bmdesk treats them."""
    chosen = file
    if chosen is None:
        name, _ = QFileDialog.getSaveFileName(
            parent, t("listings_file.save"), "listings.xlsx", t("imports.tables")
        )
        if not name:
            return
        chosen = Path(name)
    path, desk = chosen, desk_beside(place)
    work = partial(listings_file.export_listings, desk, account_id, path)
    beside(parent, place, work, lambda _: place.say_written(path))


def listings_preview(plan: ListingsPlan, actor: Actor, account_id: str, file: Path) -> Preview:
    """What bmdesk would treat otherwise, and what handing over would write at the marketplace."""
    sheets = [error_sheet(plan.errors)] if plan.errors else []
    if plan.changes:
        title = t("listings_file.tab", count=len(plan.changes))
        sheets.append(Sheet(title, _change_columns(), plan.changes))
    written = [row for one in plan.hand_over for row in one.shown.changed]
    if written:
        sheets.append(Sheet(t("listings_file.tab_written", count=len(written)), _written_columns(), written))
    said = t("listings_file.said", count=len(plan.wishes), same=plan.unchanged)
    if plan.errors:
        said += " " + t("imports.errors_stay_out", count=len(plan.errors))

    def take(desk: Desk, progress: Progress) -> ListingsTaken:
        undo = listings_file.undo_path(desk, file)
        return listings_file.take_listings(desk, actor, account_id, plan, undo, progress)

    def done(reports: Sequence[Any]) -> str:
        words = [t("listings_file.done", count=one.count, file=one.undo.name) for one in reports]
        words += [f"{sku}: {render(reason)}" for one in reports for sku, reason in one.problems[:5]]
        return " ".join(words)

    return Preview(
        title=t("listings_file.title", file=plan.file[:80]),
        summary=said,
        sheets=tuple(sheets),
        yes=t("listings_file.yes", count=len(plan.wishes)),
        pages=(),
        done=done,
        whole=take if plan.wishes else None,
    )


def template_preview(plan: UploadPlan, actor: Actor, account_id: str) -> Preview:
    """What each line of a template would do; its prices can be taken."""
    prices = prices_preview(plan.prices, actor, account_id)
    errors = gathered(plan.errors.shown, plan.prices.errors.shown)
    sheets = [error_sheet(errors)] if errors else []
    if plan.rows:
        sheets.append(Sheet(t("template.tab", count=len(plan.rows)), _wish_columns(), plan.rows))
    if plan.prices.planned:
        sheets.append(next(sheet for sheet in prices.sheets if sheet.rows is plan.prices.planned))
    said = t("template.said", count=len(plan.rows), prices=len(plan.prices.planned))
    if plan.examples:
        said += " " + t("cli.template_example")
    return Preview(
        title=t("template.title", file=plan.file[:80]),
        summary=said,
        sheets=tuple(sheets),
        yes=prices.yes,
        pages=(),
        done=prices.done,
        whole=prices.whole,
    )


def mangled_preview(failure: TemplateMangled) -> Preview:
    """What is wrong with the file, line by line, and how to mend it; there is nothing to take."""
    return Preview(
        title=render(failure.title),
        summary=render(failure.todo),
        sheets=(error_sheet(LineErrors(failure.faults)),),
        yes="",
        pages=(),
        done=lambda _: "",
    )


def _change_columns() -> tuple[Column, ...]:
    names: dict[str, Callable[[], str]] = {
        "link": lambda: t("listings_file.link"),
        "our_sku": lambda: t("listings_file.our_sku"),
        "manage_stock": lambda: _manage(Aspect.STOCK),
        "manage_price": lambda: _manage(Aspect.PRICE),
        "manage_content": lambda: _manage(Aspect.CONTENT),
        "paused": lambda: t("listings_file.paused"),
        "paused_markets": lambda: t("listings_file.paused_markets"),
    }
    return (
        Column(t("imports.line"), lambda one: str(one.line), number=True, width=64),
        Column(t("prices_file.listing"), lambda one: one.sku, hint=lambda one: one.sku, stretch=True),
        Column(t("rules_file.column"), lambda one: names[one.column](), width=230),
        Column(t("products.import.before"), lambda one: one.before or "–", width=150),
        Column(t("products.import.after"), lambda one: one.after or "–", width=150),
    )


def _manage(aspect: Aspect) -> str:
    return t("listings_file.managed", what=render(aspect_text(aspect)))


def _written_columns() -> tuple[Column, ...]:
    return (
        Column(t("prices_file.listing"), lambda row: row.sku, hint=lambda row: row.title, width=210),
        Column(t("prices_file.market"), lambda row: row.market or "–", width=80),
        Column(t("listings_file.what"), lambda row: render(aspect_text(row.aspect)), width=100),
        Column(t("products.import.before"), lambda row: _value(row.old), width=110),
        Column(t("products.import.after"), lambda row: _value(row.new), width=110),
        Column(t("imports.reason"), _why, hint=_why, stretch=True),
    )


def _wish_columns() -> tuple[Column, ...]:
    return (
        Column(t("imports.line"), lambda row: str(row.line), number=True, width=64),
        Column(t("listings_page.column_sku"), lambda row: row.sku, hint=lambda row: row.listing, width=220),
        Column(t("template.price"), lambda row: row.price, number=True, width=120),
        Column(
            t("template.verdict"),
            lambda row: render(row.verdict),
            hint=lambda row: render(row.verdict),
            stretch=True,
        ),
    )


def _value(value: object) -> str:
    if value is None or value == "":
        return "–"
    return money(value) if isinstance(value, Money) else str(value)


def _why(row: Any) -> str:
    said = row.problem or row.reason
    return render(said) if said is not None else ""
