"""The seller's own names of grades, and what each means at Back Market; and the shares of a second person's check."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QGridLayout, QLineEdit

from bmdesk.domain.grading import SCALE
from bmdesk.services import company
from bmdesk.store.queries.people import OperatorRow
from bmdesk.texts import t
from bmdesk.ui.theme import mark, px
from bmdesk.ui.widgets.card import Card
from bmdesk.ui.widgets.document_section import DocumentSection, number_or_text, place_parts
from bmdesk.ui.widgets.edit_table import EditColumn, EditTable, empty_hint
from bmdesk.ui.widgets.label import PlainLabel
from bmdesk.ui.words import grade_words
from bmdesk.ui.workplace import Workplace


def grade_choices() -> tuple[tuple[str, str], ...]:
    """Grades as a table offers them."""
    return tuple((grade, grade_words(grade)) for grade in SCALE)


class GradesSection(DocumentSection):
    """Any number of names may mean one grade."""

    def __init__(self, workplace: Workplace) -> None:
        super().__init__(workplace, "grade_map")
        self._body: dict[str, Any] = {}
        card = Card(t("settings.grades.card"))
        card.add(PlainLabel(t("settings.grades.note"), "note", wrap=True))
        self.table = EditTable(
            t("settings.grades.card"),
            (
                EditColumn("code", t("settings.grades.code"), 190, hint=t("settings.table.code_hint")),
                EditColumn("title", t("settings.grades.title")),
                EditColumn("maps_to", t("settings.grades.means"), 200, grade_choices()),
            ),
            {"code": "", "title": "", "maps_to": "GOOD"},
        )
        self.table.setMinimumHeight(px(250))
        self.table.changed.connect(self.touched)
        card.add(self.table, 1)
        card.add(PlainLabel(empty_hint(), "note", wrap=True))
        self.add_footer(card.body)
        self.column.addWidget(card, 1)

    def show_body(self, body: dict[str, Any]) -> None:
        self._body = body
        self.table.set_rows(body["grades"])

    def body(self) -> dict[str, Any]:
        return {**self._body, "grades": self.table.rows()}

    def show_wrong(self, place: str) -> None:
        _, row, key = place_parts(place)
        if row is not None:
            self.table.show_wrong(row, key)


class SecondCheckSection(DocumentSection):
    """Percent of inspections that a second person looks at again."""

    def __init__(self, workplace: Workplace) -> None:
        super().__init__(workplace, "second_check")
        self._body: dict[str, Any] = {}
        self._known: tuple[tuple[str, str], ...] = ()
        card = Card(t("settings.second.card"))
        card.add(PlainLabel(t("settings.second.note"), "note", wrap=True))
        grid = QGridLayout()
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(6)
        self.shares: dict[str, QLineEdit] = {}
        for at, grade in enumerate((*SCALE, "*")):
            words = t("settings.second.rest") if grade == "*" else grade_words(grade)
            field = QLineEdit()
            field.setAccessibleName(words)
            field.setMaxLength(3)
            field.setFixedWidth(px(84))
            field.textEdited.connect(lambda _: self.touched())
            grid.addWidget(PlainLabel(words, "caption"), 0, at)
            grid.addWidget(field, 1, at)
            self.shares[grade] = field
        grid.setColumnStretch(6, 1)
        card.add(grid)
        card.add(PlainLabel(t("settings.second.people"), "heading"))
        card.add(PlainLabel(t("settings.second.people_note"), "note", wrap=True))
        self.people = EditTable("", (), {})
        self._holder = card
        self._place = card.body.count()
        self._build_people(())
        self.add_footer(card.body)
        self.column.addWidget(card, 1)

    def load(self) -> None:
        self.workplace.read(company.operators, then=self._know, key=(id(self), "operators"))

    def show_body(self, body: dict[str, Any]) -> None:
        self._body = body
        for grade, field in self.shares.items():
            field.setText(str(body["grades"].get(grade, "")))
            field.setPlaceholderText(str(body["grades"].get("*", 0)))
            mark(field, wrong=False)
        self.people.set_rows(
            [
                {"operator": code, "grade": grade, "percent": percent}
                for code, shares in body.get("operators", {}).items()
                for grade, percent in shares.items()
            ]
        )

    def body(self) -> dict[str, Any]:
        grades = {
            grade: number_or_text(field.text().strip())
            for grade, field in self.shares.items()
            if field.text().strip()
        }
        people: dict[str, dict[str, object]] = {}
        for row in self.people.rows():
            people.setdefault(row["operator"], {})[row["grade"]] = number_or_text(row["percent"])
        return {**self._body, "grades": grades, "operators": people}

    def show_wrong(self, place: str) -> None:
        head, _, rest = place.partition(".")
        if head == "grades" and rest in self.shares:
            mark(self.shares[rest], wrong=True)
            self.shares[rest].setFocus()
        elif head == "operators":
            code, _, grade = rest.partition(".")
            for number, row in enumerate(self.people.rows()):
                if row["operator"] == code and row["grade"] == grade:
                    self.people.show_wrong(number, "percent")

    def _know(self, operators: list[OperatorRow]) -> None:
        known = tuple((o.code, f"{o.name} ({o.code})") for o in operators if o.active)
        if not self.dirty and known != self._known:
            self._known = known
            self._build_people(known)
            self._loaded = {}  # the new table is still empty
        super().load()

    def _build_people(self, operators: tuple[tuple[str, str], ...]) -> None:
        self.people.hide()
        self.people.deleteLater()
        grades = (*grade_choices(), ("*", t("settings.second.rest")))
        self.people = EditTable(
            t("settings.second.people"),
            (
                EditColumn("operator", t("settings.second.operator"), choices=operators),
                EditColumn("grade", t("settings.second.grade"), 200, grades),
                EditColumn("percent", t("settings.second.percent"), 120),
            ),
            {"operator": operators[0][0] if operators else "", "grade": "*", "percent": "10"},
        )
        self.people.setMinimumHeight(px(160))
        self.people.changed.connect(self.touched)
        self._holder.body.insertWidget(self._place, self.people, 1)
