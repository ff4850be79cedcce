"""Files of rates, rules and prices, opened and written from any room: asked for, read beside, previewed, taken.

Every function takes the place of work and the widget that asked; where a file is given nobody is asked for one.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from bmdesk.domain.rights import Right
from bmdesk.services.desk import Desk
from bmdesk.services.files import prices_file, rates_file, rules_file
from bmdesk.services.files.rules_file import RulesPlan
from bmdesk.services.prices.simulation import Simulation, simulate
from bmdesk.texts import t
from bmdesk.ui.long_work import beside, desk_beside
from bmdesk.ui.palette import Tone
from bmdesk.ui.widgets.allowed import allow
from bmdesk.ui.widgets.file_menu import FileMenu
from bmdesk.ui.widgets.file_previews import prices_preview, rates_preview, rules_preview
from bmdesk.ui.widgets.import_dialog import ImportDialog, Preview
from bmdesk.ui.workplace import Workplace

P = TypeVar("P")
After = Callable[[], object]


def _nothing() -> None:
    return None


class PriceFilesButton(FileMenu):
    """Prices of an account and the rules behind them as files, both ways."""

    def fill(self, menu: QMenu, account_id: str, market: str) -> None:
        """Prices first, rules below."""
        place, over = self._place, self._over
        fill_prices(menu, place, over, account_id, market)
        menu.addSeparator()
        menu.addAction(t("rules_file.save"), lambda: open_rules_export(place, over))
        rules = menu.addAction(t("rules_file.ask"), lambda: open_rules_import(place, over, account_id))
        allow(rules, place, Right.PRICES)


def fill_prices(menu: QMenu, place: Workplace, over: QWidget, account_id: str, market: str) -> None:
    """The actions for prices, in any menu."""
    menu.addAction(t("prices_file.save"), lambda: open_price_export(place, over, account_id))
    prices = menu.addAction(t("prices_file.ask"), lambda: open_price_import(place, over, account_id, market))
    allow(prices, place, Right.PRICES)


def open_rates_import(
    place: Workplace, parent: QWidget, file: Path | None = None, *, after: After = _nothing
) -> None:
    """Rates from a file; `after` they were taken, or not."""
    chosen = file or _asked(parent, t("rates_file.ask"), t("imports.tables"))
    if chosen is not None:
        _read(
            place,
            parent,
            lambda desk: rates_file.read_rates(desk, chosen),
            lambda plan: rates_preview(plan, place.actor),
            after,
            chosen,
        )


def open_rules_import(
    place: Workplace,
    parent: QWidget,
    account_id: str = "",
    file: Path | None = None,
    *,
    after: After = _nothing,
) -> None:
    """Rules from a file, with what they would do to the prices of this account, where one is named."""
    chosen = file or _asked(parent, t("rules_file.ask"), t("rules_file.files"))
    if chosen is not None:
        _read(
            place,
            parent,
            partial(_rules_and_prices, account_id=account_id, file=chosen),
            lambda both: rules_preview(both[0], place.actor, both[1]),
            after,
            chosen,
        )


def open_price_import(
    place: Workplace,
    parent: QWidget,
    account_id: str,
    market: str = "",
    file: Path | None = None,
    *,
    after: After = _nothing,
) -> None:
    """A price list for this account; `market` is that of lines which name none."""
    chosen = file or _asked(parent, t("prices_file.ask"), t("imports.tables"))
    if chosen is not None:
        _read(
            place,
            parent,
            lambda desk: prices_file.read_prices(desk, account_id, chosen, market),
            lambda plan: prices_preview(plan, place.actor, account_id),
            after,
            chosen,
        )


def open_rules_export(place: Workplace, parent: QWidget, file: Path | None = None) -> None:
    """The rules in force, as JSON or as a table."""
    chosen = file or _named(parent, t("rules_file.save"), "rules.json", t("rules_file.files"))
    if chosen is not None:
        _write(place, parent, lambda desk: rules_file.export_rules(desk, chosen), chosen)


def open_price_export(
    place: Workplace, parent: QWidget, account_id: str, market: str = "", file: Path | None = None
) -> None:
    """The prices of this account's listings, in one market or in all."""
    chosen = file or _named(parent, t("prices_file.save"), "prices.xlsx", t("imports.tables"))
    if chosen is not None:
        _write(
            place, parent, lambda desk: prices_file.export_prices(desk, account_id, chosen, market), chosen
        )


def _rules_and_prices(desk: Desk, account_id: str, file: Path) -> tuple[RulesPlan, Simulation | None]:
    plan = rules_file.read_rules(desk, file)
    would = simulate(desk, account_id, document=plan.document) if account_id and plan.changes else None
    return plan, would


def _read(
    place: Workplace,
    parent: QWidget,
    work: Callable[[Desk], P],
    preview: Callable[[P], Preview],
    after: After,
    file: Path,
) -> None:
    place.window.say(Tone.NEUTRAL, t("imports.reading", file=file.name[:80]), for_ms=3000)
    desk = desk_beside(place)

    def show(found: Any) -> None:
        dialog = ImportDialog(parent, place, preview(found))
        dialog.imported.connect(lambda _: after())
        dialog.open()

    beside(parent, place, lambda: work(desk), show)


def _write(place: Workplace, parent: QWidget, work: Callable[[Desk], object], file: Path) -> None:
    desk = desk_beside(place)
    beside(parent, place, lambda: work(desk), lambda _: place.say_written(file))


def _asked(parent: QWidget, title: str, files: str) -> Path | None:
    name, _ = QFileDialog.getOpenFileName(parent, title, "", files)
    return Path(name) if name else None


def _named(parent: QWidget, title: str, name: str, files: str) -> Path | None:
    chosen, _ = QFileDialog.getSaveFileName(parent, title, name, files)
    return Path(chosen) if chosen else None
