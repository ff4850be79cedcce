"""The rules as a list: added, opened, moved, switched to automatic, taken out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from bmdesk.texts import msg, t
from bmdesk.ui.models.columns import Column
from bmdesk.ui.models.rows_model import RowsModel
from bmdesk.ui.palette import Tone
from bmdesk.ui.theme import mark
from bmdesk.ui.views.prices.rule_words import automatic_words, sets_words, where_words
from bmdesk.ui.widgets.card import Card
from bmdesk.ui.widgets.empty_state import EmptyState
from bmdesk.ui.widgets.flow import Flow
from bmdesk.ui.widgets.label import PlainLabel
from bmdesk.ui.widgets.shortcut_button import ShortcutButton
from bmdesk.ui.widgets.table import DataTable


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """A rule of the document; `mark` is what it is in this list, whatever becomes of its name."""

    mark: int
    rule: Mapping[str, Any]


class RuleList(QWidget):
    """`changed` after any of it; `opened(line)` to edit one, `added(line)` after a fresh one was put in."""

    changed = Signal()
    opened = Signal(int)
    added = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        mark(self, kind="clear")
        self._rows: list[Row] = []
        self._next = 0
        self.model = RowsModel(_columns(), self, key=lambda row: row.mark)
        self.table = DataTable(t("prices_page.rules"))
        self.table.setModel(self.model)
        self.table.set_empty(
            EmptyState("edit", t("prices_page.no_rules"), note=t("prices_page.no_rules_note"))
        )
        self.table.opened.connect(self.opened)
        self.buttons = {
            key: ShortcutButton(words, keys, icon=icon)
            for key, words, keys, icon in (
                ("add", msg("prices_page.add_rule"), "Ins", "plus"),
                ("edit", msg("prices_page.edit_rule"), "E", "edit"),
                ("automatic", msg("prices_page.switch_automatic"), "A", "refresh"),
                ("up", msg("settings.table.up"), "Alt+Up", "chevron-up"),
                ("down", msg("settings.table.down"), "Alt+Down", "chevron-down"),
                ("remove", msg("settings.table.remove"), "Del", "trash"),
            )
        }
        acts = {
            "add": self.add,
            "edit": self.open_current,
            "automatic": self.switch,
            "up": lambda: self.move_by(-1),
            "down": lambda: self.move_by(1),
            "remove": self.remove,
        }
        row = Flow()
        for key, button in self.buttons.items():
            if key in {"up", "down"}:
                button.setText("")  # its picture and its key say enough
            button.clicked.connect(lambda _=False, act=acts[key]: act())
            row.add(button)
        card = Card()
        card.add(PlainLabel(t("prices_page.rules_note"), "note", wrap=True))
        card.add(self.table, 1)
        card.add(row)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(card)

    def show_rules(self, rules: Sequence[Mapping[str, Any]]) -> None:
        """Replace the list. Rules of the same names stay the same things."""
        known = {row.rule.get("id"): row.mark for row in self._rows}
        self._rows = [self._row(rule, known.get(rule.get("id"))) for rule in rules]
        self._draw()
        self.table.choose_first()

    def rules(self) -> list[dict[str, Any]]:
        """The rules as they stand now."""
        return [dict(row.rule) for row in self._rows]

    def rule(self, number: int) -> Mapping[str, Any] | None:
        """The rule in this line."""
        return self._rows[number].rule if 0 <= number < len(self._rows) else None

    def replace(self, number: int, rule: Mapping[str, Any]) -> None:
        """This line says this now."""
        if 0 <= number < len(self._rows):
            self._rows[number] = Row(self._rows[number].mark, rule)
            self._draw()

    def go_to(self, number: int) -> None:
        """Put the keyboard on this line."""
        self.table.choose_row(number)
        self.table.setFocus()

    def add(self) -> None:
        """A fresh rule below the current one."""
        at = self._at() + 1 if self._rows else 0
        self._rows.insert(at, self._row({"id": self._fresh_name()}))
        self._draw()
        self.table.choose_row(at)
        self.added.emit(at)

    def open_current(self) -> None:
        """Edit the rule under the keyboard."""
        if self._rows and self._at() >= 0:
            self.opened.emit(self._at())

    def switch(self) -> None:
        """Prices under this rule go out by themselves, or do so no more."""
        at = self._at()
        if at >= 0:
            rule = dict(self._rows[at].rule)
            rule["automatic"] = not rule.get("automatic", False)
            self._change(at, rule)

    def move_by(self, step: int) -> None:
        """Among equals the later one counts: put this one earlier or later."""
        at = self._at()
        to = at + step
        if at >= 0 and 0 <= to < len(self._rows):
            self._rows[at], self._rows[to] = self._rows[to], self._rows[at]
            self._draw()
            self.changed.emit()

    def remove(self) -> None:
        """Take the rule under the keyboard out; saving makes a version, so nothing is lost."""
        at = self._at()
        if at >= 0:
            self.table.go_on_after([self._rows[at].mark])
            del self._rows[at]
            self._draw()
            self.changed.emit()

    def _change(self, at: int, rule: Mapping[str, Any]) -> None:
        self.replace(at, rule)
        self.changed.emit()

    def _at(self) -> int:
        found = self.table.under_keyboard()
        return self._rows.index(found) if found in self._rows else -1

    def _draw(self) -> None:
        self.model.set_rows(list(self._rows))
        for key, button in self.buttons.items():
            button.setEnabled(key == "add" or bool(self._rows))

    def _row(self, rule: Mapping[str, Any], known: int | None = None) -> Row:
        if known is not None:
            return Row(known, rule)
        self._next += 1
        return Row(self._next, rule)

    def _fresh_name(self) -> str:
        names = {row.rule.get("id") for row in self._rows}
        return next(name for n in range(1, 10_000) if (name := f"rule-{n}") not in names)


def _columns() -> tuple[Column, ...]:
    return (
        Column(t("prices_page.rule"), lambda r: str(r.rule.get("id", "")), width=120),
        Column(
            t("prices_page.where"),
            lambda r: where_words(r.rule),
            hint=lambda r: where_words(r.rule),
            width=170,
        ),
        Column(
            t("prices_page.sets"),
            lambda r: sets_words(r.rule),
            hint=lambda r: sets_words(r.rule).replace(" · ", "\n"),
            stretch=True,
        ),
        Column(
            t("prices_page.goes"),
            lambda r: automatic_words(r.rule),
            pill=lambda r: Tone.INFO if r.rule.get("automatic") else Tone.NEUTRAL,
            width=120,
        ),
    )
