"""The window goes and sync stays: a small icon of the desktop, with a menu that opens the window or ends bmdesk.

Knows no sync: whether there is a reason to stay is asked of the application each time the window is closed. Where the
desktop has no place for such icons, closing the window ends bmdesk, as it always did.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication, QMenu, QSystemTrayIcon, QWidget

from bmdesk.texts import t
from bmdesk.ui.doorbell import Doorbell
from bmdesk.ui.theme import icon

_SAID_FOR_MS = 8000


class Tray(QObject):
    """`may_close` is asked when the window is about to close; False: it was hidden instead, and `hidden` says so.

    `folder`: of the data; whoever starts bmdesk on it while the window is hidden gets this window.
    """

    hidden = Signal()
    opened = Signal()  # the window is seen again

    def __init__(
        self,
        window: QWidget,
        is_wanted: Callable[[], bool],
        folder: Path,
        *,
        is_available: Callable[[], bool] = QSystemTrayIcon.isSystemTrayAvailable,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._is_wanted = is_wanted
        self._is_available = is_available
        self._ending = self._said = False
        self._doorbell = Doorbell(folder, self.open_window, self)
        self.icon: QSystemTrayIcon | None = None

    def may_close(self) -> bool:
        """Whether the window may really close, and bmdesk with it."""
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        # Whoever keeps the program alive without a window (a restore) means what it says; so does a desktop that ends.
        meant = self._ending or not app.quitOnLastWindowClosed() or app.isSavingSession()
        if meant or not self._is_wanted() or not self._is_available():
            return True
        self._hide(app)
        return False

    def begin_hidden(self) -> bool:
        """Begin as an icon alone, before the window is shown first. False where the desktop has no place for icons."""
        app = QApplication.instance()
        if not self._is_available() or not isinstance(app, QApplication):
            return False
        self._show_icon(app)
        return True

    def need_window(self) -> None:
        """Somebody must answer something: the window has to be seen, wherever it is."""
        if not self._window.isVisible():
            self.open_window()

    def open_window(self) -> None:
        """Show the window again."""
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.setQuitOnLastWindowClosed(True)
        self._window.show()
        self._window.activateWindow()
        self._unhide()
        self.opened.emit()

    def quit(self) -> None:
        """End bmdesk: what is under way is finished as at every close."""
        self._ending = True
        self.open_window()  # what closes is visible: Qt ends the application with its last window
        self._window.close()

    def end_unseen(self) -> None:
        """The application has ended while its window was hidden: close that as every window is closed."""
        if not self._ending:
            self._ending = True
            self._window.close()

    def end(self) -> None:
        """The window closes for good."""
        self._ending = True
        self._unhide()

    def _hide(self, app: QApplication) -> None:
        shown = self._show_icon(app)
        self.hidden.emit()
        self._window.hide()
        if not self._said:  # once a start is enough
            self._said = True
            shown.showMessage(
                t("tray.stays_title"), t("tray.stays"), QSystemTrayIcon.MessageIcon.Information, _SAID_FOR_MS
            )

    def _show_icon(self, app: QApplication) -> QSystemTrayIcon:
        """The icon, and the program stays without a window."""
        if self.icon is None:
            self.icon = self._made()
        self.icon.show()
        self._doorbell.hang()
        app.setQuitOnLastWindowClosed(False)
        return self.icon

    def _unhide(self) -> None:
        self._doorbell.take_down()
        if self.icon is not None:
            self.icon.hide()

    def _made(self) -> QSystemTrayIcon:
        made = QSystemTrayIcon(self)
        shown = self._window.windowIcon()
        made.setIcon(icon("logo", "prime") if shown.isNull() else shown)
        made.setToolTip(t("tray.hint"))
        menu = QMenu(self._window)
        menu.addAction(t("tray.open"), self.open_window)
        menu.addAction(t("tray.quit"), self.quit)
        made.setContextMenu(menu)
        made.activated.connect(self._clicked)
        return made

    def _clicked(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        if reason in (
            QSystemTrayIcon.ActivationReason.Trigger,
            QSystemTrayIcon.ActivationReason.DoubleClick,
        ):
            self.open_window()
