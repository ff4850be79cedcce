"""A small button with a menu: what of an account goes out as a file, and what comes in."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from bmdesk.services.selling.accounts import AccountView
from bmdesk.texts import t
from bmdesk.ui.theme import set_icon
from bmdesk.ui.workplace import Workplace


class FileMenu(QToolButton):
    """Dialogs stand over `over`; `account` answers whose files are meant. Subclasses fill the menu."""

    def __init__(self, place: Workplace, over: QWidget, account: Callable[[], AccountView | None]) -> None:
        super().__init__()
        self._place, self._over, self._account = place, over, account
        self.setAccessibleName(t("listings_file.menu"))
        self.setToolTip(t("listings_file.menu"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        set_icon(self, "download", "muted", 18)
        self.setMenu(QMenu(self))
        self.menu().aboutToShow.connect(self._fill)

    def fill(self, menu: QMenu, account_id: str, market: str) -> None:
        """Put the actions in. `market`: the account's primary one, "" where its settings cannot be read."""
        raise NotImplementedError

    @property
    def market(self) -> str:
        """The account's primary market, "" where nobody knows."""
        view = self._account()
        return view.settings.primary_market if view is not None and view.settings is not None else ""

    def _fill(self) -> None:
        menu, view = self.menu(), self._account()
        menu.clear()
        if view is None:
            menu.addAction(t("listings_file.no_account")).setEnabled(False)
        else:
            self.fill(menu, view.row.id, self.market)
