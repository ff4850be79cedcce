"""How many listings are chosen, and the buttons that act on them."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QMenu, QToolButton

from bmdesk.texts import msg, t
from bmdesk.ui.models.walk import Walk
from bmdesk.ui.shortcuts import bind
from bmdesk.ui.theme import set_icon
from bmdesk.ui.views.listings.actions import Actions, Ids
from bmdesk.ui.widgets.label import PlainLabel
from bmdesk.ui.widgets.long_run import LongRun
from bmdesk.ui.widgets.shortcut_button import ShortcutButton
from bmdesk.ui.widgets.table import MOST_CHOSEN, DataTable
from bmdesk.ui.widgets.toolbar import ToolbarRow
from bmdesk.ui.words import listings_words


class ChosenBar(ToolbarRow):
    """`asked` answers the list's filter; chosen are lines of the list, loaded or not."""

    def __init__(
        self,
        run: LongRun,
        table: DataTable,
        walk: Walk,
        acts: Actions,
        asked: Callable[[], object],
    ) -> None:
        super().__init__()
        self._run, self._table, self._walk, self._acts, self._asked = (
            run,
            table,
            walk,
            acts,
            asked,
        )
        self._total: int | None = None
        self.words = PlainLabel("", "note")
        self.add(self.words)
        self.hand_over = ShortcutButton(msg("listings_page.hand_over"), "H", icon="check", kind="primary")
        self.hand_back = ShortcutButton(msg("listings_page.hand_back"), "B", icon="undo")
        self.pause = ShortcutButton(msg("listings_page.pause"), "P", icon="pause")
        self.resume = ShortcutButton(msg("listings_page.resume"), "R", icon="refresh")
        self._buttons = {
            self.hand_over: acts.hand_over,
            self.hand_back: acts.hand_back,
            self.pause: acts.pause,
            self.resume: acts.resume,
        }
        for button, act in self._buttons.items():
            button.clicked.connect(lambda _=False, act=act: self.with_chosen(act))
            self.add_right(button)
        self.more = QToolButton()
        self.more.setAccessibleName(t("listings_page.more"))
        self.more.setToolTip(t("listings_page.more"))
        self.more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        set_icon(self.more, "more", "text", 18)
        menu = QMenu(self.more)
        menu.aboutToShow.connect(lambda: self.fill_more(menu))
        self.more.setMenu(menu)
        self.add_right(self.more)
        bind(self, "C", msg("listings_page.prices_title"), lambda: self.with_chosen(acts.confirm_prices))
        bind(self, "K", msg("listings_page.carrier"), self.choose_carrier)
        bind(self, "Shift+P", msg("listings_page.pause_market"), self.pause_in_market)
        bind(self, "Shift+R", msg("listings_page.resume_market"), self.resume_in_market)
        table.selectionModel().selectionChanged.connect(lambda *_: self.say(self._total))
        self.say(None)

    def say(self, total: int | None) -> None:
        """Say how many are chosen; while none is, how many there are (None: not counted yet)."""
        self._total = total
        number = self._table.chosen_count
        if number > MOST_CHOSEN:
            words = t("listings_page.chosen_first", count=f"{number:,}", most=f"{MOST_CHOSEN:,}")
        elif number > 1:
            words = t("listings_page.chosen", count=f"{number:,}")
        else:
            words = listings_words(total)
        self.words.setText(words)
        for button in self._buttons:
            button.setEnabled(number > 0)
        self.more.setEnabled(number > 0)

    def with_chosen(self, then: Callable[[Ids], object]) -> None:
        """Gather the ids of the chosen lines, also of those that are not loaded, and go on with them."""
        self._run.with_chosen(
            self._table, self._walk, self._asked(), lambda rows: then([row.listing.id for row in rows])
        )

    def pause_in_market(self) -> None:
        """The chosen ones, in one market."""
        self.with_chosen(lambda ids: self._acts.pause_in_market(ids, on=True))

    def resume_in_market(self) -> None:
        """The chosen ones again, in one market."""
        self.with_chosen(lambda ids: self._acts.pause_in_market(ids, on=False))

    def choose_carrier(self) -> None:
        """The listing under the keyboard carries the stock of its SKU."""
        rows = self._table.chosen()
        if len(rows) == 1 and rows[0].sku and not rows[0].listing.carries:
            self._acts.choose_carrier(rows[0])

    def fill_menu(self, menu: QMenu) -> None:
        """All actions, for the menu of the right button."""
        for button, act in self._buttons.items():
            menu.addAction(button.icon(), button.text(), lambda act=act: self.with_chosen(act))
        menu.addSeparator()
        self.fill_more(menu, clear=False)

    def fill_more(self, menu: QMenu, *, clear: bool = True) -> None:
        """What is done less often."""
        if clear:
            menu.clear()
        rows = self._table.chosen()
        prices = menu.addAction(
            t("listings_page.prices_title"), lambda: self.with_chosen(self._acts.confirm_prices)
        )
        menu.addAction(t("listings_page.pause_market"), self.pause_in_market)
        menu.addAction(t("listings_page.resume_market"), self.resume_in_market)
        carrier = menu.addAction(t("listings_page.carrier"), self.choose_carrier)
        prices.setEnabled(bool(rows))
        carrier.setEnabled(len(rows) == 1 and bool(rows[0].sku) and not rows[0].listing.carries)
