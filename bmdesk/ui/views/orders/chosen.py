"""How many orders are chosen, and the buttons that act on them."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QMenu

from bmdesk.domain.orders import LineState
from bmdesk.texts import msg, t
from bmdesk.ui.models.walk import Walk
from bmdesk.ui.views.orders.actions import Actions, Ids
from bmdesk.ui.views.orders.words import orders_words
from bmdesk.ui.widgets.kept_choice import MOST_CHOSEN
from bmdesk.ui.widgets.label import PlainLabel
from bmdesk.ui.widgets.long_run import LongRun
from bmdesk.ui.widgets.shortcut_button import ShortcutButton
from bmdesk.ui.widgets.table import DataTable
from bmdesk.ui.widgets.toolbar import ToolbarRow


class ChosenBar(ToolbarRow):
    """`asked` answers the list's filter; chosen are lines of the list, loaded or not."""

    def __init__(
        self, run: LongRun, table: DataTable, walk: Walk, acts: Actions, asked: Callable[[], object]
    ) -> None:
        super().__init__()
        self._run, self._table, self._walk, self._asked = run, table, walk, asked
        self._total: int | None = None
        self.words = PlainLabel("", "note")
        self.add(self.words)
        self.accept = ShortcutButton(msg("orders_page.accept"), "A", icon="check", kind="primary")
        self.batch = ShortcutButton(msg("orders_page.new_batch"), "B", icon="pick")
        self._buttons = {self.accept: acts.accept, self.batch: acts.new_batch}
        for button, act in self._buttons.items():
            button.clicked.connect(lambda _=False, act=act: self.with_chosen(act))
            self.add_right(button)
        table.selectionModel().selectionChanged.connect(lambda *_: self.say(self._total))
        self.say(None)

    def say(self, total: int | None) -> None:
        """Say how many are chosen; while none is, how many there are (None: not counted yet)."""
        self._total = total
        number = self._table.chosen_count
        if number > MOST_CHOSEN:
            words = t("orders_page.chosen_first", count=number, most=MOST_CHOSEN)
        elif number > 1:
            words = t("orders_page.chosen", count=number)
        else:
            words = orders_words(total)
        self.words.setText(words)
        rows = self._table.chosen()
        # What is not loaded is not known: then both may be pressed, and the services say what does not fit.
        known = {row.state for row in rows} if len(rows) == number else set(LineState)
        self.accept.setEnabled(LineState.TO_ACCEPT in known)
        self.batch.setEnabled(bool(known & {LineState.TO_ACCEPT, LineState.ACCEPTED}))

    def with_chosen(self, then: Callable[[Ids], object]) -> None:
        """Gather the ids of the chosen orders, also of those that are not loaded, and go on with them."""
        self._run.with_chosen(
            self._table, self._walk, self._asked(), lambda rows: then([row.id for row in rows])
        )

    def fill_menu(self, menu: QMenu) -> None:
        """The same for the menu of the right button."""
        for button, act in self._buttons.items():
            menu.addAction(button.icon(), button.text(), lambda act=act: self.with_chosen(act))
