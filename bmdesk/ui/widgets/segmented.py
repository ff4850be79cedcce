"""A row of joined buttons of which at most one is chosen: grades, results, yes and no."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QWidget

from bmdesk.texts import Text, msg
from bmdesk.ui.palette import Tone
from bmdesk.ui.shortcuts import bind, spelled
from bmdesk.ui.theme import mark


@dataclass(frozen=True, slots=True)
class Segment:
    """One choice: its value, its words, the key that chooses it, and the tone it has when chosen."""

    value: str
    words: str
    keys: str = ""
    tone: Tone | None = None
    meaning: Text | None = None


class Segmented(QWidget):
    """`chosen(value)` fires when a person chooses. Arrow keys move inside; the keys of the segments work in
    the whole room.
    """

    chosen = Signal(str)

    def __init__(
        self,
        name: str,
        segments: Sequence[Segment] = (),
        *,
        small: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self._small = small
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(0)
        self._buttons: dict[str, QPushButton] = {}
        self._choices: list[tuple[str, str]] = []
        self.set_segments(segments)

    def set_segments(self, segments: Sequence[Segment]) -> None:
        """Replace the choices; nothing is chosen then. Where only words change, the buttons stay as they are: in the
        order of Tab, and with the focus.
        """
        choices = [
            (segment.value, f"{segment.keys} {segment.words}" if segment.keys else "") for segment in segments
        ]
        if choices == self._choices:
            self.set_value("")
            for segment in segments:
                self._label(self._buttons[segment.value], segment)
            return
        self._choices = choices
        for button in self._buttons.values():
            self._row.removeWidget(button)
            button.deleteLater()
        self._buttons = {}
        for number, segment in enumerate(segments):
            place = "only" if len(segments) == 1 else {0: "first", len(segments) - 1: "last"}.get(number, "")
            self._add(segment, place)

    def value(self) -> str:
        """The chosen value, "" if none is."""
        return next((value for value, button in self._buttons.items() if button.isChecked()), "")

    def set_value(self, value: str) -> None:
        """Show this value as chosen, "" for none. No signal is sent."""
        for key, button in self._buttons.items():
            button.setChecked(key == value)

    def set_offered(self, values: frozenset[str]) -> None:
        """Only these values can be chosen now."""
        for key, button in self._buttons.items():
            button.setEnabled(key in values)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        buttons = list(self._buttons.values())
        if step is None or not buttons:
            super().keyPressEvent(event)
            return
        at = next((number for number, button in enumerate(buttons) if button.hasFocus()), 0)
        buttons[(at + step) % len(buttons)].setFocus(Qt.FocusReason.TabFocusReason)

    def _add(self, segment: Segment, place: str) -> None:
        button = QPushButton()
        button.setCheckable(True)
        button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        mark(button, kind="segment", place=place, small=self._small)
        self._label(button, segment)
        button.clicked.connect(lambda: self._choose(segment.value))
        if segment.keys:
            button.setToolTip(spelled(segment.keys))
            meaning = segment.meaning or msg(
                "ui.segment.choose", what=f"{self.accessibleName()} {segment.words}"
            )
            bind(button, segment.keys, meaning, lambda: self._choose(segment.value))
        self._buttons[segment.value] = button
        self._row.addWidget(button)
        if not self.focusProxy():
            self.setFocusProxy(button)

    def _label(self, button: QPushButton, segment: Segment) -> None:
        named = bool(segment.keys) and segment.keys.upper() != segment.words.upper()
        button.setText(f"{segment.words}  {spelled(segment.keys)}" if named else segment.words)
        button.setAccessibleName(f"{self.accessibleName()}: {segment.words}")
        mark(button, tone=str(segment.tone or ""))

    def _choose(self, value: str) -> None:
        self.set_value(value)
        self.chosen.emit(value)
