"""One rule in a form: where it counts and what it sets. Knows the shape of the document, not what is right in it.

A field left empty says nothing: a wider rule, or bmdesk itself, says it then.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from bmdesk.domain.markets import MARKETS
from bmdesk.services.grading.judgement import SELLABLE
from bmdesk.texts import msg, t
from bmdesk.ui.shortcuts import bind
from bmdesk.ui.theme import mark
from bmdesk.ui.views.prices.rule_words import value_words
from bmdesk.ui.views.prices.words import market_named
from bmdesk.ui.widgets.card import Card
from bmdesk.ui.widgets.form import Form
from bmdesk.ui.widgets.inputs import ChoiceBox
from bmdesk.ui.widgets.label import PlainLabel
from bmdesk.ui.widgets.scroll import ScrollColumn
from bmdesk.ui.widgets.shortcut_button import ShortcutButton
from bmdesk.ui.words import category_words, grade_words

_FLAGS = ("automatic", "cost_floor")
_NUMBERS = ("share", "multiplier", "daily_percent", "min_ratio", "stale_days")
_MONEYS = ("floor", "ceiling", "shipping")
_PAIRS = {
    "rounding": ("step", "ending"),
    "margin": ("percent", "amount"),
    "payment_fee": ("percent", "amount"),
    "warranty": ("percent", "amount"),
}
_SCOPE = ("category", "grade", "market", "product", "sku")
_AROUND = 30  # the edge and the air beside an example
_BARE = re.compile(r"[0-9]{1,9}([.,][0-9]{1,3})?")


class RuleForm(QWidget):
    """`changed` when a person changed a field; `closed` when the list is wanted back."""

    changed = Signal()
    closed = Signal()

    def __init__(self) -> None:
        super().__init__()
        mark(self, kind="clear")
        self.currency = "EUR"
        """In which an amount is meant that was typed without one."""
        self._filling = False
        self.title = PlainLabel("", "heading")
        self.back = ShortcutButton(msg("prices_page.to_rules"), "Alt+Left", icon="chevron-left")
        self.back.clicked.connect(self.closed)
        self._lines: dict[str, QLineEdit] = {}
        self._boxes: dict[str, ChoiceBox] = {}
        self.forms: list[Form] = []
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self.back)
        head.addWidget(self.title, 1)
        area = ScrollColumn()
        for card in (self._scope_card(), *self._value_cards()):
            area.column.addWidget(card)
        area.column.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addLayout(head)
        column.addWidget(area, 1)
        bind(self, "Escape", msg("prices_page.to_rules"), self.closed.emit, local=True)

    def show_rule(self, rule: Mapping[str, Any], categories: Sequence[str]) -> None:
        """Fill the fields."""
        self._filling = True
        name = rule.get("id", "")
        self._boxes["category"].set_choices(
            [("", t("prices_page.any")), *((one, category_words(one)) for one in categories)]
        )
        for box in self._boxes.values():
            box.set_value("")
        for line in self._lines.values():
            line.clear()
        self._lines["id"].setText(str(name))
        for key in _SCOPE:
            self._put(key, (rule.get("scope") or {}).get(key, ""))
        for key in (*_FLAGS, *_NUMBERS, *_MONEYS):
            if key in rule:
                self._put(key, rule[key])
        for key, parts in _PAIRS.items():
            for part in parts:
                if key in rule and part in rule[key]:
                    self._put(f"{key}.{part}", rule[key][part])
        self._filling = False
        self.show_errors({})
        self._say_title()

    def rule(self) -> dict[str, Any]:
        """The rule as it stands in the fields; what is empty is not in it."""
        made: dict[str, Any] = {"id": self._typed("id")}
        scope = {key: self._typed(key) for key in _SCOPE}
        if any(scope.values()):
            made["scope"] = {key: value for key, value in scope.items() if value}
        for key in _FLAGS:
            if value := self._typed(key):
                made[key] = value == "true"
        for key in _NUMBERS:
            if value := self._typed(key):
                made[key] = int(value) if key == "stale_days" and value.isdigit() else _number(value)
        for key in _MONEYS:
            if value := self._typed(key):
                made[key] = self._money(value)
        for key, parts in _PAIRS.items():
            typed = {part: self._typed(f"{key}.{part}") for part in parts}
            if any(typed.values()):
                made[key] = {
                    part: self._money(value) if part == "amount" else _number(value)
                    for part, value in typed.items()
                    if value
                }
        return made

    def show_errors(self, errors: Mapping[str, str]) -> None:
        """Mark these values (`margin`, `scope.market`) as wrong and go to the first; {} clears all."""
        for form in self.forms:
            form.show_errors({key: words for key, words in errors.items() if _has(form, key)})

    def begin(self) -> None:
        """The keyboard goes to the first field."""
        self._lines["id"].setFocus()
        self._lines["id"].selectAll()

    def _put(self, key: str, value: Any) -> None:
        words = {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value)
        box = self._boxes.get(key)
        if box is None:
            self._lines[key].setText(words)
            return
        if words and box.findData(words) < 0:
            box.addItem(words, words)
        box.set_value(words)

    def _typed(self, key: str) -> str:
        box = self._boxes.get(key)
        return box.value() if box is not None else self._lines[key].text().strip()

    def _money(self, typed: str) -> str:
        words = _number(typed).upper()
        return f"{words} {self.currency}" if _BARE.fullmatch(words) else words

    def _touched(self) -> None:
        if not self._filling:
            self._say_title()
            self.changed.emit()

    def _say_title(self) -> None:
        self.title.setText(self._lines["id"].text().strip() or t("prices_page.new_rule"))

    # -- how it is put together

    def _scope_card(self) -> Card:
        form = self._form()
        form.add("id", t("prices_page.rule_name"), self._line("id", 40), t("prices_page.rule_name_note"))
        form.add("scope.category", t("prices_page.filter_category"), self._box("category", []))
        grades = [(one, grade_words(one)) for one in SELLABLE]
        form.add("scope.grade", t("prices_page.filter_grade"), self._box("grade", grades))
        markets = [(one.locale, market_named(one.locale)) for one in MARKETS]
        form.add("scope.market", t("prices_page.market"), self._box("market", markets))
        form.add("scope.product", t("prices_page.product"), self._line("product", 320, "Apple iPhone 13"))
        form.add("scope.sku", t("prices_page.sku"), self._line("sku", 200))
        return self._card(t("prices_page.where"), form)

    def _value_cards(self) -> list[Card]:
        words = value_words()
        yes_no = [("true", t("settings.on")), ("false", t("settings.off"))]
        price = self._form()
        price.add(
            "automatic", words["automatic"], self._box("automatic", yes_no), t("prices_page.automatic_note")
        )
        price.add("share", words["share"], self._line("share", 10, "0.78"))
        price.add("multiplier", words["multiplier"], self._line("multiplier", 10, "1.03"))
        price.add(
            "rounding", words["rounding"], self._pair("rounding", "1", "0.99"), t("prices_page.rounding_note")
        )
        price.add("daily_percent", words["daily_percent"], self._line("daily_percent", 10, "10"))
        price.add(
            "min_ratio",
            words["min_ratio"],
            self._line("min_ratio", 10, "1.08"),
            t("prices_page.min_ratio_note"),
        )
        bounds = self._form()
        bounds.add(
            "cost_floor",
            words["cost_floor"],
            self._box("cost_floor", yes_no),
            t("prices_page.cost_floor_note"),
        )
        bounds.add(
            "margin", words["margin"], self._pair("margin", "8", "5.00 EUR"), t("prices_page.margin_note")
        )
        bounds.add("floor", words["floor"], self._line("floor", 20, "9.00 EUR"))
        bounds.add("ceiling", words["ceiling"], self._line("ceiling", 20, "999.00 EUR"))
        costs = self._form()
        costs.add("payment_fee", words["payment_fee"], self._pair("payment_fee", "1.5", "0.25 EUR"))
        costs.add("shipping", words["shipping"], self._line("shipping", 20, "6.90 EUR"))
        costs.add("warranty", words["warranty"], self._pair("warranty", "2", "3.00 EUR"))
        costs.add("stale_days", words["stale_days"], self._line("stale_days", 4, "7"))
        return [
            self._card(t("prices_page.card_price"), price),
            self._card(t("prices_page.card_bounds"), bounds),
            self._card(t("prices_page.card_costs"), costs),
        ]

    def _form(self) -> Form:
        form = Form()
        self.forms.append(form)
        return form

    def _card(self, title: str, form: Form) -> Card:
        card = Card(title)
        card.add(form)
        return card

    def _line(self, key: str, longest: int, hint: str = "") -> QLineEdit:
        field = QLineEdit()
        field.setMaxLength(longest)
        field.setPlaceholderText(hint)
        field.setMinimumWidth(field.fontMetrics().horizontalAdvance(hint) + _AROUND)
        field.textEdited.connect(lambda _: self._touched())
        self._lines[key] = field
        return field

    def _pair(self, key: str, first: str, second: str) -> QWidget:
        """Two fields beside each other: percent and amount, or step and ending."""
        holder = QWidget()
        mark(holder, kind="clear")
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        names = (
            (t("prices_page.step"), t("prices_page.ending"))
            if key == "rounding"
            else (t("prices_page.percent_of"), t("prices_page.amount"))
        )
        for part, hint, name in zip(_PAIRS[key], (first, second), names, strict=True):
            field = self._line(f"{key}.{part}", 20, hint)
            field.setAccessibleName(f"{value_words()[key]}: {name}")
            field.setToolTip(name)
            row.addWidget(field, 1)
            row.addWidget(PlainLabel(name, "note"))
        return holder

    def _box(self, key: str, choices: list[tuple[str, str]]) -> ChoiceBox:
        box = ChoiceBox(
            "", [("", t("prices_page.any") if key in _SCOPE else t("prices_page.says_nothing")), *choices]
        )
        box.activated.connect(lambda _: self._touched())
        self._boxes[key] = box
        return box


def _number(typed: str) -> str:
    return typed.replace(",", ".")


def _has(form: Form, key: str) -> bool:
    try:
        form.field(key)
    except KeyError:
        return False
    return True
