"""Whose listings a room shows: a box where there are several accounts, and what stands there while there is none."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from bmdesk.services.selling import accounts
from bmdesk.services.selling.accounts import AccountView
from bmdesk.texts import t
from bmdesk.ui.theme import mark, px
from bmdesk.ui.widgets.empty_state import EmptyState
from bmdesk.ui.widgets.inputs import ChoiceBox
from bmdesk.ui.widgets.landing import lands_on
from bmdesk.ui.workplace import Workplace


class AccountChoice(ChoiceBox):
    """`changed(AccountView or None)` when another account is shown, or the one shown stands otherwise than before."""

    changed = Signal(object)

    def __init__(self, workplace: Workplace, parent: QWidget | None = None) -> None:
        super().__init__(t("listings_page.account"), parent=parent)
        self._workplace = workplace
        self._known: dict[str, AccountView] = {}
        self.read = False
        self.now: AccountView | None = None
        # A long name gives way to the search beside it; the list that opens shows it whole.
        self.setSizeAdjustPolicy(ChoiceBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(7)
        self.setMaximumWidth(px(200))
        self.activated.connect(lambda _: self._tell())
        self.hide()

    def load(self) -> None:
        """Ask which accounts there are."""
        self._workplace.read(accounts.listed, then=self._show, key=(id(self), "accounts"))

    @property
    def id(self) -> str:
        """The account's id, "" while there is none."""
        return self.now.row.id if self.now is not None else ""

    def _show(self, found: tuple[AccountView, ...]) -> None:
        first, self.read = not self.read, True
        self._known = {view.row.id: view for view in found}
        self.set_choices([(view.row.id, view.row.name) for view in found])
        self.setVisible(len(found) > 1)
        longest = max((self.fontMetrics().horizontalAdvance(view.row.name[:60]) for view in found), default=0)
        self.view().setMinimumWidth(longest + 32)
        self._tell(anyway=first)

    def _tell(self, *, anyway: bool = False) -> None:
        now = self._known.get(self.value())
        if anyway or now != self.now:
            self.now = now
            self.changed.emit(now)


class AccountNeeded(QStackedWidget):
    """All of a page: its `room`, or, while there is no account, the way to make one."""

    def __init__(self, page: QWidget, workplace: Workplace, table: QWidget) -> None:
        super().__init__()
        self._page, self._table = page, table
        inside = QWidget()
        mark(inside, kind="clear")
        self.room = QVBoxLayout(inside)
        self.room.setContentsMargins(0, 0, 0, 0)
        self.room.setSpacing(12)
        self.nobody = EmptyState(
            "listings",
            t("listings_page.no_account"),
            note=t("listings_page.no_account_note"),
            action=t("listings_page.to_settings"),
            on_action=lambda *_: workplace.window.show_room("settings"),
        )
        self.addWidget(inside)
        self.addWidget(self.nobody)
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self)

    def turn(self, *, found: bool) -> None:
        """There is an account, or none; the keyboard never stays with what is hidden."""
        self.setCurrentIndex(0 if found else 1)
        lands_on(self._page, self._table if found else self.nobody.button)
        within = self._page.window().focusWidget()
        if self._page.isVisible() and (within is None or not within.isVisible()):
            self._page.setFocus()
