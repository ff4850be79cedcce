"""One setting on screen: its name and meaning, its value, and a quiet word when the value is kept.

A value is kept on Enter, on leaving the field, or on choosing; one that does not fit stays in the field with the reason
under it, and the old value still holds.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QCompleter,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from bmdesk.texts import Failure, Text, render, t
from bmdesk.ui.palette import Tone
from bmdesk.ui.theme import mark, px, set_icon
from bmdesk.ui.views.settings.sources import Source, why_not
from bmdesk.ui.widgets.card import Card
from bmdesk.ui.widgets.inputs import ChoiceBox
from bmdesk.ui.widgets.label import PlainLabel
from bmdesk.ui.workplace import Workplace

_EDITOR_WIDTH = 270
_SAID_FOR_MS = 2500


class Editor(QObject):
    """A widget that holds the text of one value. `given` fires when a person is done with it."""

    given = Signal()

    def __init__(self, widget: QWidget, read: Callable[[], str], show: Callable[[str], object]) -> None:
        super().__init__(widget)
        self.widget = widget
        self.read = read
        self.show = show


def line_editor(hint: str = "", known: Sequence[str] = ()) -> Editor:
    """One line of text; `known` values are offered while typing."""
    field = QLineEdit()
    field.setMaxLength(1000)
    field.setPlaceholderText(hint)
    if known:
        offered = QCompleter(list(known), field)
        offered.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        offered.setFilterMode(Qt.MatchFlag.MatchContains)
        field.setCompleter(offered)
    editor = Editor(field, lambda: field.text().strip(), field.setText)
    field.editingFinished.connect(editor.given)
    return editor


def choice_editor(name: str, choices: list[tuple[str, str]]) -> Editor:
    """One of a few."""
    box = ChoiceBox(name, choices)
    editor = Editor(box, box.value, box.set_value)
    box.activated.connect(lambda _: editor.given.emit())
    return editor


def switch_editor(words: str) -> Editor:
    """Yes or no."""
    box = QCheckBox(words)
    editor = Editor(
        box, lambda: "true" if box.isChecked() else "false", lambda value: box.setChecked(value == "true")
    )
    box.clicked.connect(lambda _: editor.given.emit())
    return editor


class SettingField(QWidget):
    """`kept(value)` fires after the value is durable. `load()` shows what is stored now."""

    kept = Signal(str)

    def __init__(
        self, workplace: Workplace, label: Text, source: Source, editor: Editor, *, unit: str = ""
    ) -> None:
        super().__init__()
        mark(self, kind="clear")
        self.source = source
        self.editor = editor
        self._workplace = workplace
        self._stored: str | None = None
        self._sent: str | None = None
        words = render(label)
        editor.widget.setAccessibleName(words)
        editor.widget.setFixedWidth(px(_EDITOR_WIDTH))
        editor.widget.setEnabled(False)  # until it shows what is stored, there is nothing to change
        self.said = PlainLabel("", "note", wrap=True)
        self.said.hide()
        self._hush = QTimer(self)
        self._hush.setSingleShot(True)
        self._hush.timeout.connect(self.said.hide)
        self.reset = QToolButton()
        self.reset.setToolTip(t("settings.reset_to", value=self._default_words()))
        self.reset.setAccessibleName(t("settings.reset_field", name=words))
        set_icon(self.reset, "undo", "muted", 16)
        self.reset.clicked.connect(self._reset)
        editor.given.connect(self.keep)
        self._build(words, unit)

    def load(self) -> None:
        """Show what is stored, unless a person is in the middle of typing something else."""
        self._workplace.read(self.source.get, then=self._show, key=(id(self), "value"))

    def keep(self) -> None:
        """Keep what stands in the editor, if it is new."""
        value = self.editor.read()
        if self._stored is None or value in (self._stored, self._sent):
            if value == self._stored and self.said.property("kind") == "error":
                self._say("", "note")
            return
        self._sent = value
        self._workplace.write(
            self.source.put, value, then=lambda _: self._was_kept(value), failed=self._was_refused
        )

    @property
    def error(self) -> str:
        """What is said to be wrong, "" if nothing is."""
        return self.said.text() if self.said.property("kind") == "error" else ""

    def _reset(self) -> None:
        self._workplace.write(
            self.source.reset, then=lambda _: self._was_kept(self.source.default), failed=self._was_refused
        )

    def _show(self, value: str) -> None:
        # What is being typed stays, and so does what was refused: the reason under it speaks of it.
        mine = bool(self.error) or (self.editor.widget.hasFocus() and self._stored is not None)
        if not mine or self.editor.read() == self._stored:
            self.editor.show(value)
        self._stored = value
        self.editor.widget.setEnabled(True)
        self._show_reset()

    def _was_kept(self, value: str) -> None:
        self._sent = None
        self._stored = value
        if self.editor.read() != value:
            self.editor.show(value)
        self._show_reset()
        self._say(t("settings.saved"), "note", Tone.OK)
        self._hush.start(_SAID_FOR_MS)
        self.kept.emit(value)

    def _was_refused(self, failure: Failure) -> None:
        self._sent = None
        self._hush.stop()
        self._say(why_not(failure), "error")

    def _say(self, words: str, kind: str, tone: Tone | None = None) -> None:
        mark(self.said, kind=kind)
        self.said.setText(words)
        self.said.set_tone(tone)
        self.said.setVisible(bool(words))
        mark(self.editor.widget, wrong=kind == "error")

    def _show_reset(self) -> None:
        room = self.reset.sizePolicy()
        room.setRetainSizeWhenHidden(True)
        self.reset.setSizePolicy(room)
        self.reset.setVisible(bool(self.source.default) and self._stored != self.source.default)

    def _default_words(self) -> str:
        if self.source.choices == ("true", "false"):
            return t("settings.on") if self.source.default == "true" else t("settings.off")
        if isinstance(self.editor.widget, ChoiceBox):
            found = self.editor.widget.findData(self.source.default)
            return self.editor.widget.itemText(found) if found >= 0 else self.source.default
        return self.source.default

    def _build(self, words: str, unit: str) -> None:
        name = PlainLabel(words, "heading", wrap=True)
        name.setBuddy(self.editor.widget)
        meaning = render(self.source.meaning)
        left = QVBoxLayout()
        left.setSpacing(2)
        left.addWidget(name)
        left.addWidget(PlainLabel(meaning, "note", wrap=True))
        if self.source.default:
            value = self._default_words()
            usual = f"{value} {unit}" if unit else value
            left.addWidget(PlainLabel(t("settings.default", value=usual), "note", wrap=True))
        left.addStretch()
        line = QHBoxLayout()
        line.setSpacing(6)
        line.addWidget(self.editor.widget)
        suffix = PlainLabel(unit, "note")
        suffix.setMinimumWidth(px(46))
        line.addWidget(suffix)
        line.addWidget(self.reset)
        self.said.setFixedWidth(px(_EDITOR_WIDTH) + 60)
        right = QVBoxLayout()
        right.setSpacing(3)
        right.addLayout(line)
        right.addWidget(self.said)
        right.addStretch()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 6, 0, 6)
        row.setSpacing(18)
        row.addLayout(left, 1)
        row.addLayout(right)
        self.setFocusProxy(self.editor.widget)


class FieldCard(Card):
    """A card of settings, a line between each two."""

    def __init__(self, title: str = "", note: str = "") -> None:
        super().__init__(title)
        self.fields: list[SettingField] = []
        if note:
            self.add(PlainLabel(note, "note", wrap=True))

    def add_field(self, field: SettingField) -> SettingField:
        """Append a setting."""
        if self.fields:
            line = QFrame()
            mark(line, kind="line")
            self.add(line)
        self.fields.append(field)
        self.add(field)
        return field

    def load(self) -> None:
        """Show all stored values."""
        for field in self.fields:
            field.load()
