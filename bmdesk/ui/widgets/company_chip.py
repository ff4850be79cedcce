"""For which company this window works, and the others of the store to go to; hidden where there is but one."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QMenu, QPushButton, QSizePolicy, QWidget

from bmdesk.texts import t
from bmdesk.ui.theme import mark, set_icon
from bmdesk.ui.widgets.hint import hint

_AROUND = 54


class CompanyChip(QPushButton):
    """`chosen(code)` when a person picks another one."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        mark(self, kind="rail")
        set_icon(self, "tag", "rail_text", 16)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._known: dict[str, str] = {}
        self._here = ""
        self._narrow = False
        self.menu_shown: QMenu | None = None
        self.clicked.connect(self.ask)
        self.hide()

    def show_companies(self, known: Mapping[str, str], here: str) -> None:
        """The companies by code with their names, and which of them this is."""
        self._known, self._here = dict(known), here
        name = self._known.get(here, "")
        self.setVisible(len(self._known) > 1)
        self.setToolTip(hint(t("window.company_hint", name=name)))
        self.setAccessibleName(t("window.company_hint", name=name))
        self._say()

    def set_narrow(self, narrow: bool) -> None:
        """Only the icon."""
        self._narrow = narrow
        self._say()

    def ask(self) -> None:
        """Offer the companies."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for code, name in self._known.items():
            action = menu.addAction(name.replace("&", "&&"))
            action.setCheckable(True)
            action.setChecked(code == self._here)
            action.triggered.connect(lambda _=False, code=code: self._choose(code))
        self.menu_shown = menu
        menu.popup(self.mapToGlobal(QPoint(0, self.height())))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._say()

    def _choose(self, code: str) -> None:
        if code != self._here:
            self.chosen.emit(code)

    def _say(self) -> None:
        room = max(20, self.width() - _AROUND)
        name = self.fontMetrics().elidedText(
            self._known.get(self._here, ""), Qt.TextElideMode.ElideRight, room
        )
        self.setText("" if self._narrow else f"  {name.replace('&', '&&')}")
