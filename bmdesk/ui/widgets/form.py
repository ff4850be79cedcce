"""Labelled fields in two columns; what is wrong with a field stands under it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFormLayout, QVBoxLayout, QWidget

from bmdesk.ui.theme import mark, px
from bmdesk.ui.widgets.label import PlainLabel


class Form(QWidget):
    """`add(key, label, field)`; then `show_errors({key: words})`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        mark(self, kind="clear")
        self._layout = QFormLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setHorizontalSpacing(14)
        self._layout.setVerticalSpacing(9)
        self._layout.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self._layout.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self._fields: dict[str, QWidget] = {}
        self._errors: dict[str, PlainLabel] = {}

    def add(self, key: str, label: str, field: QWidget, note: str = "") -> None:
        """Append a field. The label names it for screen readers too; the note stands under it."""
        words = PlainLabel(label)
        words.setBuddy(field)
        words.setMinimumHeight(px(34))
        if not field.accessibleName():
            field.setAccessibleName(label)
        error = PlainLabel("", "error", wrap=True)
        error.hide()
        holder = QWidget()
        mark(holder, kind="clear")
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3)
        column.addWidget(field)
        if note:
            column.addWidget(PlainLabel(note, "note", wrap=True))
        column.addWidget(error)
        self._layout.addRow(words, holder)
        self._layout.setAlignment(words, Qt.AlignmentFlag.AlignTop)
        self._fields[key] = field
        self._errors[key] = error

    def add_row(self, widget: QWidget) -> None:
        """A widget over both columns."""
        self._layout.addRow(widget)

    def field(self, key: str) -> QWidget:
        """The field of this key. Raises KeyError."""
        return self._fields[key]

    def show_errors(self, errors: dict[str, str]) -> None:
        """Mark exactly these fields as wrong, and go to the first of them; {} clears all."""
        first: QWidget | None = None
        for key, label in self._errors.items():
            words = errors.get(key, "")
            label.setText(words)
            label.setVisible(bool(words))
            mark(self._fields[key], wrong=bool(words))
            if words and first is None:
                first = self._fields[key]
        if first is not None:
            first.setFocus(Qt.FocusReason.OtherFocusReason)
