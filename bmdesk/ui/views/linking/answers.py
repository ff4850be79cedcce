"""The answers of the Linking room: linked, nothing of ours, open again, a product made; one listing or many."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QWidget

from bmdesk.domain.linking import Suggestion
from bmdesk.services.desk import Actor, Desk
from bmdesk.services.lines import Progress
from bmdesk.services.selling import linking, listing_products
from bmdesk.services.selling.link_list import OPEN, LinkRow
from bmdesk.services.selling.linking import Done
from bmdesk.services.selling.listing_products import Made
from bmdesk.texts import Failure, render, t
from bmdesk.ui.models.walk import Walk
from bmdesk.ui.palette import Tone
from bmdesk.ui.views.linking.panel import LinkPanel
from bmdesk.ui.views.linking.picker import SkuPicker, ask_category
from bmdesk.ui.views.linking.sure_dialog import SureDialog
from bmdesk.ui.widgets.long_run import LongRun
from bmdesk.ui.widgets.table import DataTable
from bmdesk.ui.workplace import Workplace

_PAGE = 100
_LONGEST_WAIT_MS = 1500


class Answers(QObject):
    """Acts on the listing that `panel` shows, or on the chosen lines of `table`; `asked` answers the list's query."""

    def __init__(
        self,
        page: QWidget,
        workplace: Workplace,
        run: LongRun,
        walk: Walk,
        table: DataTable,
        panel: LinkPanel,
        asked: Callable[[], Any],
    ) -> None:
        super().__init__(page)
        self._page, self.workplace, self.run, self._walk = page, workplace, run, walk
        self.table, self.panel, self._asked = table, panel, asked
        self.dialog: SkuPicker | SureDialog | None = None
        self._answered: LinkRow | None = None
        self._wait = QTimer(self)
        self._wait.setSingleShot(True)
        self._wait.setInterval(_LONGEST_WAIT_MS)
        self._wait.timeout.connect(self._free)

    def moved_on(self) -> None:
        """The panel was drawn: once it shows another listing, the next answer is for that one."""
        if self.panel.row != self._answered:
            self._free()

    def confirm(self, suggestion: Suggestion) -> None:
        """A person says that the listing on screen sells this."""
        row = self.panel.row
        if row is not None:
            self._confirm(row, suggestion.variant_id, suggestion.grade, suggestion.new_battery)

    def confirm_first(self) -> None:
        """Enter: the first suggestion where nothing speaks against it; where there is none, a SKU is searched."""
        row = self.panel.row
        if row is None or row.listing.link != OPEN:
            return
        if row.leading is not None:
            self.panel.choose(0)
        elif row.suggestions:
            # Whoever presses Enter again and again must stop here: the number of a suggestion is said on purpose.
            best = row.suggestions[0]
            reason = render(best.contradiction or best.reason)[:300]
            self.workplace.window.say(
                Tone.WARN,
                t("linking_page.needs_number"),
                t("linking_page.needs_number_note", reason=reason),
                for_ms=8000,
            )
        else:
            self.search_sku()

    def search_sku(self) -> None:
        """Any SKU of ours for the listing on screen."""
        row = self.panel.row
        if row is None:
            return
        picker = SkuPicker(self._page, self.workplace, row)
        picker.picked.connect(partial(self._confirm, row))
        self._open(picker)

    def nothing_of_ours(self) -> None:
        """The chosen listings sell nothing of ours."""
        self._each(
            t("linking_page.running"),
            linking.nothing_of_ours,
            lambda count: t("linking_page.nothing_said", count=count),
        )

    def unlink(self) -> None:
        """The chosen listings are open again."""
        self._each(
            t("linking_page.running"),
            linking.unlink,
            lambda count: t("linking_page.unlinked_said", count=count),
        )

    def make_product(self) -> None:
        """Ask for the category, then make a product of each chosen listing and link it."""

        def go(ids: list[str], category: str) -> None:
            self.table.go_on_after(ids)

            def done(made: Made) -> None:
                said = t("linking_page.made_said", products=made.products, linked=made.linked)
                self._finish(said, made)

            self._run(
                t("linking_page.making"),
                listing_products.make_product,
                self.workplace.actor,
                self._asked().account,
                ids,
                category,
                then=done,
            )

        self._with_chosen(lambda ids: ask_category(self._page, len(ids), partial(go, ids)))

    def confirm_sure(self, found: Sequence[LinkRow]) -> None:
        """Show these, all that is unambiguous, then link exactly what was shown."""
        if not found:
            return

        def go(seen: dict[str, str]) -> None:
            self._run(
                t("linking_page.running"),
                linking.confirm_all,
                self.workplace.actor,
                self._asked().account,
                seen,
                then=lambda done: self._finish(t("linking_page.linked_said", count=done.count), done),
            )

        dialog = SureDialog(self._page, found)
        dialog.confirmed.connect(go)
        self._open(dialog)

    def _confirm(self, row: LinkRow, variant_id: str, grade: str, new_battery: bool) -> None:
        if self._answered is not None and self._answered == self.panel.row:
            return  # this key was meant for the next listing, which is not on screen yet
        self._answered = row
        self._wait.start()
        self.table.go_on_after([row.listing.id])

        def link(desk: Desk, actor: Actor) -> Done:
            return linking.confirm(
                desk, actor, row.listing.id, variant_id=variant_id, grade=grade, new_battery=new_battery
            )

        self.workplace.write(link, self.workplace.actor, then=self._linked, failed=self._refused)

    def _linked(self, _: Done) -> None:
        self._walk.forget()

    def _refused(self, failure: Failure) -> None:
        self._free()
        self.table.stay()
        self.workplace.window.show_failure(failure)

    def _free(self) -> None:
        self._answered = None
        self._wait.stop()

    def _each(
        self, what: str, service: Callable[[Desk, Actor, str], Done], said: Callable[[int], str]
    ) -> None:
        def done(result: Done) -> None:
            self._finish(said(result.count), result)

        def go(ids: list[str]) -> None:
            self.table.go_on_after(ids)
            self._run(what, one_by_one, service, self.workplace.actor, ids, then=done)

        self._with_chosen(go)

    def _run(self, what: str, service: Callable[..., Any], *args: Any, then: Callable[[Any], object]) -> None:
        if not self.run.run(what, service, *args, then=then):
            self.workplace.window.say(Tone.WARN, t("listings_page.busy"), for_ms=4000)

    def _finish(self, said: str, done: Any) -> None:
        self._walk.forget()
        if getattr(done, "count", 0) != 1 or done.problems:  # of a single listing the list itself tells
            self.run.say_outcome(said, done)

    def _with_chosen(self, then: Callable[[list[str]], object]) -> None:
        def go(rows: list[LinkRow]) -> None:
            then([row.listing.id for row in rows])

        self.run.with_chosen(self.table, self._walk, self._asked(), go)

    def _open(self, dialog: SkuPicker | SureDialog) -> None:
        self.dialog = dialog
        dialog.finished.connect(lambda _: self._closed())
        dialog.open()

    def _closed(self) -> None:
        self.dialog = None


def one_by_one(
    desk: Desk,
    service: Callable[[Desk, Actor, str], Done],
    actor: Actor,
    ids: Sequence[str],
    progress: Progress,
) -> Done:
    """Do this with each listing, a transaction each; what is refused is named with its reason."""
    count, problems = 0, []
    for number, one in enumerate(ids, 1):
        try:
            count += service(desk, actor, one).count
        except Failure as failure:
            problems.append((one, failure.happened))
        if number % _PAGE == 0 and not progress(number, len(ids)):
            return Done(count, tuple(problems[:500]), stopped=number < len(ids))
    return Done(count, tuple(problems[:500]))
