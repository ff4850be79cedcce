"""Who wins the BackBoxes of the account's listings: what it takes, what that leaves over, and taking it by a key."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QMenu, QVBoxLayout, QWidget

from bmdesk.domain.backbox import Standing
from bmdesk.domain.rights import Right
from bmdesk.services.prices import winning
from bmdesk.services.prices.winning import Prospect, Taken
from bmdesk.services.selling import backbox
from bmdesk.services.selling.accounts import AccountView
from bmdesk.services.selling.backbox import BoxFilter, standing_text
from bmdesk.texts import locale, msg, render, t
from bmdesk.ui import errands
from bmdesk.ui.models.paged_model import Page, PagedModel
from bmdesk.ui.models.walk import Walk
from bmdesk.ui.palette import Tone
from bmdesk.ui.views.listings.box_columns import FIT, columns, full_words
from bmdesk.ui.widgets.allowed import needs, permitted
from bmdesk.ui.widgets.card import Card
from bmdesk.ui.widgets.confirm import Confirm
from bmdesk.ui.widgets.empty_state import EmptyState
from bmdesk.ui.widgets.filter_bar import FilterBar
from bmdesk.ui.widgets.fitting import Fitting
from bmdesk.ui.widgets.label import PlainLabel
from bmdesk.ui.widgets.long_run import LongRun
from bmdesk.ui.widgets.shortcut_button import ShortcutButton
from bmdesk.ui.widgets.table import DataTable
from bmdesk.ui.widgets.toolbar import ToolbarRow
from bmdesk.ui.words import sentence
from bmdesk.ui.workplace import Workplace


@dataclass(frozen=True, slots=True)
class _Query:
    account: str
    chosen: BoxFilter


class Boxes(QWidget):
    """`listing_asked(id)`: somebody wants to look there."""

    listing_asked = Signal(str)
    status_changed = Signal()

    def __init__(self, workplace: Workplace, run: LongRun) -> None:
        super().__init__()
        self.workplace, self._run = workplace, run
        self.status = ""
        self.dialog: QDialog | None = None
        self._view: AccountView | None = None
        self._query: _Query | None = None
        self._stale = False
        self._walk = Walk(self._read)
        self.filters = _filters()
        self.model = PagedModel(run.beside, columns(), self._walk.fetch, self._count, self)
        self.table = DataTable(t("boxes.table"), multi=True)
        self.table.setModel(self.model)
        Fitting(self.table, FIT)
        self._empty = EmptyState("tag", t("boxes.none"), note=t("boxes.none_note"))
        self.table.set_empty(self._empty)
        self.line = PlainLabel("", wrap=True, selectable=True)
        self.words = PlainLabel("", "note")
        self._buttons()
        self._build()
        self._connect()
        self._moved()

    def show_account(self, view: AccountView | None) -> None:
        """Whose listings these are."""
        self._view = view
        if view is not None and view.settings is not None:
            self.filters.offer("market", [(one, one) for one in view.settings.markets])
        self._search_anew()

    def entered(self) -> None:
        """On screen again."""
        if self._stale:
            self.refresh()

    def refresh(self) -> None:
        """Something changed: read again, now or once it is looked at."""
        self._stale = not self.isVisible()
        if not self._stale:
            self._walk.forget()
            self.model.refresh()
            self._ask_tally()

    # -- what a person does

    def take(self) -> None:
        """Ask, then let the prices to win of the chosen ones stand there."""
        if permitted(self.workplace, Right.PRICES):
            self._with_chosen(self._ask_take)

    def give_back(self) -> None:
        """The rules count again for the chosen ones."""
        if permitted(self.workplace, Right.PRICES):
            self._with_chosen(self._give_back)

    def read_chosen(self) -> None:
        """Ask the marketplace who wins the chosen ones now."""
        self._with_chosen(lambda rows: self._read_again(list(dict.fromkeys(r.view.listing_id for r in rows))))

    def read_losing(self) -> None:
        """Ask the marketplace about everything that does not win."""
        view = self._view
        if view is None:
            return
        account, market = view.row.id, self.filters.values()["market"]
        losing = BoxFilter(market, Standing.LOSING.value)
        self._run.read(
            lambda desk: backbox.listings_that_stand(desk, account, losing),
            then=lambda ids: self._read_again(list(ids)),
            key=(id(self), "losing"),
        )

    def open_listing(self) -> None:
        """Show the listing under the keyboard."""
        one: Prospect | None = self.table.under_keyboard()
        if one is not None:
            self.listing_asked.emit(one.view.listing_id)

    def _ask_take(self, rows: Sequence[Prospect]) -> None:
        may = [one for one in rows if one.may_take]
        if not may:
            self.workplace.window.say(Tone.WARN, t("boxes.cannot_take"), full_words(rows[0]), for_ms=9000)
            return
        count = len(may)
        note = full_words(may[0]) if count == 1 else t("boxes.take_note")
        if len(rows) > count:
            note = f"{note}\n{t('boxes.take_left', count=len(rows) - count)}"
        self._open(
            Confirm(
                self,
                t("boxes.take_title", count=count),
                note,
                t("boxes.take"),
                lambda _: self._with_right(
                    partial(self._change, t("boxes.taking"), winning.take, may, _taken)
                ),
            )
        )

    def _give_back(self, rows: Sequence[Prospect]) -> None:
        chosen = [one for one in rows if one.chosen is not None]
        if not chosen:
            self.workplace.window.say(Tone.INFO, t("boxes.rules_count"), for_ms=6000)
            return
        self._with_right(
            partial(self._change, t("boxes.giving_back"), winning.give_back, chosen, _given_back)
        )

    def _change(
        self, what: str, service: Callable[..., Taken], rows: Sequence[Prospect], said: Callable[[int], str]
    ) -> None:
        view, actor, chosen = self._view, self.workplace.actor, [one.id for one in rows]
        if view is None:
            return
        account = view.row.id
        self._begin(
            what,
            lambda desk, progress: service(desk, actor, account, chosen, progress),
            lambda done: self._run.say_outcome(said(done.count), done),
        )

    def _read_again(self, ids: list[str]) -> None:
        view, syncing = self._view, self.workplace.syncing
        if view is None or syncing is None:
            return
        if not ids:
            self.workplace.window.say(Tone.OK, t("boxes.nothing_loses"), for_ms=6000)
            return
        secrets, account = syncing.secrets, view.row.name
        self._begin(
            t("boxes.reading"),
            lambda desk, progress: errands.backboxes(desk, secrets, account, ids, progress),
            self._was_read,
        )

    def _was_read(self, done: Any) -> None:
        lines = [f"{sku}: {render(reason)}" for sku, reason in done.failed[:4]]
        if done.left:
            lines.append(t("boxes.left", count=done.left))
        said = t("boxes.was_read", asked=done.asked, boxes=done.boxes, winning=done.winning)
        self.workplace.window.say(Tone.WARN if lines else Tone.OK, said, *lines, for_ms=0 if lines else 8000)
        self.refresh()

    def _begin(self, what: str, service: Callable[..., Any], then: Callable[[Any], object]) -> None:
        if not self._run.run(what, service, then=then):
            self.workplace.window.say(Tone.WARN, t("listings_page.busy"), for_ms=4000)

    def _with_right(self, then: Callable[[], object]) -> None:
        self.workplace.with_pin(Right.PRICES, then, self.workplace.window.show_failure)

    def _with_chosen(self, then: Callable[[list[Prospect]], object]) -> None:
        if not self.table.has_left and not self._run.running:
            self._run.with_chosen(self.table, self._walk, self._query, then)

    # -- the list

    def _read(self, query: _Query, after: Any | None, limit: int) -> Page:
        desk = self.workplace.desk
        page = backbox.listed(desk, query.account, query.chosen, after, limit)
        return Page(winning.prospects(desk, query.account, page.rows), page.next)

    def _count(self, query: _Query) -> int:
        return sum(backbox.tally(self.workplace.desk, query.account, query.chosen).values())

    def _search_anew(self) -> None:
        if self._view is None:
            return
        wanted = self.filters.values()
        query = _Query(self._view.row.id, BoxFilter(wanted["market"], wanted["standing"]))
        self.filters.clear_button.setEnabled(any(wanted.values()))
        if query != self._query:
            self._query = query
            self.table.clearSelection()
            self.model.reset(query)
            self._ask_tally()

    def _ask_tally(self) -> None:
        query = self._query
        if query is not None:
            only = BoxFilter(query.chosen.market)
            self._run.read(
                lambda desk: backbox.tally(desk, query.account, only),
                then=self._say_tally,
                key=(id(self), "tally"),
            )

    def _say_tally(self, counted: dict[Standing, int]) -> None:
        said = [
            f"{render(standing_text(one))} {locale.number(number)}"
            for one, number in counted.items()
            if number
        ]
        self.status = sentence(" · ".join(said))
        filtered = self._query is not None and self._query.chosen != BoxFilter()
        if filtered and any(counted.values()):
            self._empty.set_words(t("boxes.none_so"), t("mistakes.none_so_note"))
        else:
            self._empty.set_words(t("boxes.none"), t("boxes.none_note"))
        self.losing_button.setEnabled(counted[Standing.LOSING] > 0 and self.workplace.syncing is not None)
        self.status_changed.emit()

    def _moved(self) -> None:
        one: Prospect | None = self.table.under_keyboard()
        number = self.table.chosen_count
        self.line.setVisible(one is not None)
        self.line.setText(full_words(one) if one is not None else "")
        many = number > 1
        self.take_button.setEnabled(many or (one is not None and one.view.box.to_win is not None))
        self.back_button.setEnabled(many or (one is not None and one.chosen is not None))
        self.read_button.setEnabled(number > 0 and self.workplace.syncing is not None)
        self.open_button.setEnabled(one is not None)
        self.words.setText(t("boxes.chosen", count=number) if many else "")

    # -- how it is put together

    def _buttons(self) -> None:
        self.take_button = ShortcutButton(msg("boxes.take"), "T", icon="check", kind="primary")
        self.back_button = ShortcutButton(msg("boxes.give_back"), "B", icon="undo")
        self.read_button = ShortcutButton(msg("boxes.read_chosen"), "R", icon="refresh")
        self.losing_button = ShortcutButton(msg("boxes.read_losing"), "Shift+R", icon="refresh")
        self.open_button = ShortcutButton(msg("mistakes.open_listing"), "O", icon="listings")
        for button in (self.take_button, self.back_button):
            needs(button, self.workplace, Right.PRICES)
        self.take_button.clicked.connect(self.take)
        self.back_button.clicked.connect(self.give_back)
        self.read_button.clicked.connect(self.read_chosen)
        self.losing_button.clicked.connect(self.read_losing)
        self.open_button.clicked.connect(self.open_listing)
        self.losing_button.setEnabled(False)

    def _build(self) -> None:
        card = Card()
        card.add(self.table, 1)
        card.add(self.line)
        actions = ToolbarRow(self.words)
        for button in self._all_buttons():
            actions.add_right(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(self.filters)
        column.addWidget(card, 1)
        column.addWidget(actions)

    def _connect(self) -> None:
        self.filters.changed.connect(self._search_anew)
        self.filters.clear_button.clicked.connect(lambda *_: self.filters.set_values())
        self.model.loaded.connect(self.table.choose_first)
        self.model.loaded.connect(self._moved)
        self.model.failed.connect(self.workplace.window.show_failure)
        self.table.opened.connect(lambda _: self.open_listing())
        self.table.current_changed.connect(lambda _: self._moved())
        self.table.selectionModel().selectionChanged.connect(lambda *_: self._moved())
        self.table.set_menu(self._fill_menu)

    def _all_buttons(self) -> tuple[ShortcutButton, ...]:
        return self.open_button, self.read_button, self.losing_button, self.back_button, self.take_button

    def _fill_menu(self, menu: QMenu) -> None:
        for button in self._all_buttons():
            action = menu.addAction(button.icon(), button.text(), button.click)
            action.setEnabled(button.isEnabled())

    def _open(self, dialog: QDialog) -> None:
        self.dialog = dialog
        dialog.finished.connect(lambda _: setattr(self, "dialog", None))
        dialog.open()


def _filters() -> FilterBar:
    made = FilterBar({"standing": t("boxes.filter_standing"), "market": t("listings_page.filter_market")})
    made.offer("standing", [(one.value, sentence(render(standing_text(one)))) for one in Standing])
    return made


def _taken(count: int) -> str:
    return t("boxes.taken", count=count)


def _given_back(count: int) -> str:
    return t("boxes.given_back", count=count)
