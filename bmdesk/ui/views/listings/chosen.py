"""How many listings are chosen, and the buttons that act on them."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QMenu, QToolButton

from bmdesk.domain.rights import Right
from bmdesk.texts import msg, t
from bmdesk.ui.models.walk import Walk
from bmdesk.ui.shortcuts import bind
from bmdesk.ui.theme import set_icon
from bmdesk.ui.views.listings import publish_actions
from bmdesk.ui.views.listings.actions import Actions, Ids
from bmdesk.ui.widgets.allowed import allow, needs, permitted
from bmdesk.ui.widgets.kept_choice import MOST_CHOSEN
from bmdesk.ui.widgets.label import PlainLabel
from bmdesk.ui.widgets.long_run import LongRun
from bmdesk.ui.widgets.shortcut_button import ShortcutButton
from bmdesk.ui.widgets.table import DataTable
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
            needs(button, acts.workplace, Right.MANAGEMENT)
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
        bind(self, "C", msg("listings_page.prices_title"), self.confirm_prices)
        bind(self, "K", msg("listings_page.carrier"), self.choose_carrier)
        bind(self, "Shift+P", msg("listings_page.pause_market"), self.pause_in_market)
        bind(self, "Shift+R", msg("listings_page.resume_market"), self.resume_in_market)
        publish_actions.bind_keys(self, acts, self.with_chosen)
        table.selectionModel().selectionChanged.connect(lambda *_: self.say(self._total))
        # Whoever may press them again finds on only what there is something to do for.
        acts.workplace.operator_changed.connect(self._say_again)
        self.say(None)

    def say(self, total: int | None) -> None:
        """Say how many are chosen; while none is, how many there are (None: not counted yet)."""
        self._total = total
        number = self._table.chosen_count
        if number > MOST_CHOSEN:
            words = t("listings_page.chosen_first", count=number, most=MOST_CHOSEN)
        elif number > 1:
            words = t("listings_page.chosen", count=number)
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

    def confirm_prices(self) -> None:
        """The new prices of the chosen ones."""
        self._manage(self._acts.confirm_prices)

    def pause_in_market(self) -> None:
        """The chosen ones, in one market."""
        self._manage(lambda ids: self._acts.pause_in_market(ids, on=True))

    def resume_in_market(self) -> None:
        """The chosen ones again, in one market."""
        self._manage(lambda ids: self._acts.pause_in_market(ids, on=False))

    def choose_carrier(self) -> None:
        """The listing under the keyboard carries the stock of its SKU."""
        rows = self._table.chosen()
        carries = len(rows) == 1 and rows[0].sku and not rows[0].listing.carries
        if carries and permitted(self._acts.workplace, Right.LINKS):
            self._acts.choose_carrier(rows[0])

    def fill_menu(self, menu: QMenu) -> None:
        """All actions, for the menu of the right button."""
        for button, act in self._buttons.items():
            action = menu.addAction(button.icon(), button.text())
            action.triggered.connect(lambda _=False, act=act: self.with_chosen(act))
            allow(action, self._acts.workplace, Right.MANAGEMENT)
        menu.addSeparator()
        self.fill_more(menu, clear=False)

    def fill_more(self, menu: QMenu, *, clear: bool = True) -> None:
        """What is done less often."""
        if clear:
            menu.clear()
        rows = self._table.chosen()
        prices = menu.addAction(t("listings_page.prices_title"), self.confirm_prices)
        pause = menu.addAction(t("listings_page.pause_market"), self.pause_in_market)
        resume = menu.addAction(t("listings_page.resume_market"), self.resume_in_market)
        carrier = menu.addAction(t("listings_page.carrier"), self.choose_carrier)
        menu.addSeparator()
        publish_actions.fill(menu, self._acts, self.with_chosen, enabled=bool(rows))
        prices.setEnabled(bool(rows))
        carrier.setEnabled(len(rows) == 1 and bool(rows[0].sku) and not rows[0].listing.carries)
        for action in (prices, pause, resume):
            allow(action, self._acts.workplace, Right.MANAGEMENT)
        allow(carrier, self._acts.workplace, Right.LINKS)

    def _say_again(self, _person: object) -> None:
        self.say(self._total)

    def _manage(self, then: Callable[[Ids], object]) -> None:
        if permitted(self._acts.workplace, Right.MANAGEMENT):
            self.with_chosen(then)
