"""The big line at the top of the bench: what was scanned last, and what came of it. Numbers may be typed
into it too.
"""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QWidget

from bmdesk.texts import t
from bmdesk.ui.palette import Tone
from bmdesk.ui.theme import mark, set_pixmap
from bmdesk.ui.widgets.label import PlainLabel

_LONGEST = 512


class ScanLine(QFrame):
    """Shows each scan; `entered(text)` fires when a person typed a line and pressed Enter.

    The line is ready wherever the focus is, because scans do not come through it (see ui.scanner).
    """

    entered = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("scan")
        self._picture = QLabel()
        set_pixmap(self._picture, "scan", "accent", 26)
        self.field = _Field()
        self.field.setMaxLength(_LONGEST)
        self.field.setPlaceholderText(t("ui.scan_line.ready"))
        self.field.setAccessibleName(t("ui.scan_line.name"))
        self.field.returnPressed.connect(self._typed)
        self.result = PlainLabel("", "heading")
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 7, 16, 7)
        row.setSpacing(12)
        row.addWidget(self._picture)
        row.addWidget(self.field, 1)
        row.addWidget(self.result)
        self.setFocusProxy(self.field)
        self._calm = QTimer(self)
        self._calm.setSingleShot(True)
        self._calm.timeout.connect(lambda: mark(self, armed=True, tone=""))
        mark(self, armed=True, tone="")

    def show_scan(self, text: str) -> None:
        """A scan has arrived; its result is not known yet."""
        self.field.setText(text)
        self.field.stale = True
        self.result.setText("")

    def show_result(self, words: str, tone: Tone, *, for_ms: int = 4000) -> None:
        """What came of the scan; the coloured frame calms down after a while, the words stay."""
        self.result.setText(words)
        self.result.set_tone(tone)
        set_pixmap(self._picture, "scan", str(tone), 26)
        mark(self, armed=False, tone=str(tone))
        self._calm.start(for_ms)

    def clear(self) -> None:
        """Back to "ready"."""
        self.field.clear()
        self.result.setText("")
        set_pixmap(self._picture, "scan", "accent", 26)
        mark(self, armed=True, tone="")

    def _typed(self) -> None:
        text = self.field.text().strip()
        if text and not self.field.stale:
            self.field.stale = True
            self.entered.emit(text)


class _Field(QLineEdit):
    """Typing after a scan replaces it; Enter on a scan that was already dealt with does nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.stale = False
        self.textEdited.connect(self._edited)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.stale and event.text().isprintable() and event.text():
            self.clear()
        super().keyPressEvent(event)

    def _edited(self) -> None:
        self.stale = False
