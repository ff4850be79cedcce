"""Ok or not, seen from the corner of an eye and heard: a colour over the whole window, and beeps. Never
blocks anything.
"""

from __future__ import annotations

from PySide6.QtCore import QEasingCurve, QObject, Qt, QTimer, QVariantAnimation
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QWidget

from bmdesk.ui.palette import Tone
from bmdesk.ui.theme import colour
from bmdesk.ui.widgets.overlay import Overlay

FLASH_MS = 250
BEEP_APART_MS = 160
_STRONGEST = 0.34


class Flash(Overlay):
    """A coloured veil over `window` that fades within 250 ms. Keys, clicks and focus pass through it."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._tone = Tone.OK
        self._strength = 0.0
        self._fade = QVariantAnimation(self)
        self._fade.setDuration(FLASH_MS)
        self._fade.setStartValue(_STRONGEST)
        self._fade.setEndValue(0.0)
        self._fade.setEasingCurve(QEasingCurve.Type.OutQuad)
        self._fade.valueChanged.connect(self._fading)
        self._fade.finished.connect(self.hide)

    @property
    def tone(self) -> Tone:
        """The tone of the newest flash."""
        return self._tone

    def show_tone(self, tone: Tone) -> None:
        """Flash once; a flash that is still fading is replaced."""
        self._tone = tone
        self._fade.stop()
        self.cover()
        self._fade.start()

    def _fading(self, strength: object) -> None:
        self._strength = float(strength) if isinstance(strength, (int, float)) else 0.0
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setOpacity(self._strength)
        painter.fillRect(self.rect(), colour(self._tone))


class Feedback(QObject):
    """The answer to a scan: one beep and green, or two beeps and red. `sounds` and `flashes` may be switched
    off.
    """

    def __init__(self, window: QWidget, *, sounds: bool = True, flashes: bool = True) -> None:
        super().__init__(window)
        self.sounds = sounds
        self.flashes = flashes
        self.flash = Flash(window)

    def ok(self) -> None:
        self._answer(Tone.OK, beeps=1)

    def warn(self) -> None:
        """Taken, but look at the screen."""
        self._answer(Tone.WARN, beeps=1)

    def bad(self) -> None:
        self._answer(Tone.BAD, beeps=2)

    def _answer(self, tone: Tone, beeps: int) -> None:
        if self.flashes:
            self.flash.show_tone(tone)
        if self.sounds:
            for number in range(beeps):
                QTimer.singleShot(number * BEEP_APART_MS, self, QApplication.beep)
