"""The Linking room."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from bmdesk.ui.workplace import Workplace


class LinkingPage(QWidget):
    """Not furnished yet."""

    def __init__(self, workplace: Workplace) -> None:
        super().__init__()
        self._workplace = workplace
