"""The checklists, one a category: what the bench asks about a device, as tables to edit.

Zones keep their outlines (they are a drawing); everything else that a checklist holds can be changed here.
"""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QHBoxLayout, QTabWidget

from bmdesk.domain.policy import CATEGORIES
from bmdesk.texts import language, t
from bmdesk.ui.theme import px
from bmdesk.ui.widgets.card import Card
from bmdesk.ui.widgets.confirm import Confirm
from bmdesk.ui.widgets.document_section import DocumentSection, number_or_text, place_parts
from bmdesk.ui.widgets.edit_table import EditColumn, EditTable, empty_hint
from bmdesk.ui.widgets.inputs import ChoiceBox
from bmdesk.ui.widgets.label import PlainLabel
from bmdesk.ui.words import category_words
from bmdesk.ui.workplace import Workplace


class ChecklistSection(DocumentSection):
    """One category at a time; each is a document of its own."""

    def __init__(self, workplace: Workplace) -> None:
        super().__init__(workplace, f"checklist.{CATEGORIES[0]}")
        self._body: dict[str, Any] = {}
        self.category = ChoiceBox(
            t("settings.gate.category"), [(category, category_words(category)) for category in CATEGORIES]
        )
        self.category.setMinimumWidth(px(220))
        self.category.activated.connect(lambda _: self._choose(self.category.value()))
        card = Card(t("settings.checklists.card"))
        card.add(PlainLabel(t("settings.checklists.note"), "note", wrap=True))
        line = QHBoxLayout()
        line.addWidget(PlainLabel(t("settings.gate.category")))
        line.addWidget(self.category)
        line.addStretch()
        card.add(line)
        self.tabs = QTabWidget()
        self.tables: dict[str, EditTable] = {}
        code = EditColumn("code", t("settings.checklists.code"), 180, hint=t("settings.table.code_hint"))
        title = EditColumn("title", t("settings.checklists.title"))
        self._add(
            "tests",
            t("settings.checklists.tests"),
            (
                code,
                title,
                EditColumn("key", t("settings.checklists.key"), 52),
                EditColumn("required", t("settings.checklists.required"), 78, flag=True),
                EditColumn("measured", t("settings.checklists.measured"), 84, flag=True),
                EditColumn("unit", t("settings.checklists.unit"), 60),
                EditColumn("minimum", t("settings.checklists.minimum"), 70),
                EditColumn("maximum", t("settings.checklists.maximum"), 70),
                EditColumn(
                    "grades", t("settings.checklists.grades"), 120, hint=t("settings.checklists.grades_hint")
                ),
            ),
            {"required": True},
        )
        for name, words in (
            ("defects", t("settings.checklists.defects")),
            ("accessories", t("settings.checklists.accessories")),
            ("parts", t("settings.checklists.parts")),
            ("erasure_methods", t("settings.checklists.erasure")),
        ):
            self._add(name, words, (code, title), {})
        card.add(self.tabs, 1)
        card.add(PlainLabel(empty_hint(), "note", wrap=True))
        self.add_footer(card.body)
        self.column.addWidget(card, 1)

    def show_body(self, body: dict[str, Any]) -> None:
        self._body = body
        for name, table in self.tables.items():
            table.set_rows([_as_row(entry) for entry in body[name]])

    def body(self) -> dict[str, Any]:
        return {
            **self._body,
            **{name: [_as_entry(row) for row in table.rows()] for name, table in self.tables.items()},
        }

    def show_wrong(self, place: str) -> None:
        name, row, key = place_parts(place)
        if name in self.tables:
            self.tabs.setCurrentWidget(self.tables[name])
            if row is not None:
                self.tables[name].show_wrong(row, key.partition("[")[0])

    def _add(self, name: str, words: str, columns: tuple[EditColumn, ...], fresh: dict[str, object]) -> None:
        table = EditTable(words, columns, {"code": "", "title": "", **fresh})
        table.setMinimumHeight(px(250))
        table.changed.connect(self.touched)
        self.tables[name] = table
        self.tabs.addTab(table, words)

    def _choose(self, category: str) -> None:
        name = f"checklist.{category}"
        if name == self.name:
            return
        if not self.dirty:
            self.switch(name)
            return
        before = self.name.removeprefix("checklist.")
        self.category.set_value(before)

        def go(_: str) -> None:
            self.category.set_value(category)
            self.switch(name)

        Confirm(
            self,
            t("settings.document.discard_question"),
            t("settings.document.discard_happens"),
            t("settings.document.discard"),
            go,
            danger=True,
        ).open()


def _as_row(entry: dict[str, Any]) -> dict[str, Any]:
    """An entry of the document as the table shows it; what is not shown stays in `_entry`."""
    titles = entry.get("title", {})
    row = {**entry, "_entry": entry, "title": titles.get(language()) or titles.get("en", "")}
    if "required" not in row:
        row["required"] = True
    for name in ("minimum", "maximum"):
        row[name] = "" if entry.get(name) is None else entry[name]
    row["grades"] = ", ".join(entry.get("grades", []))
    return row


def _as_entry(row: dict[str, Any]) -> dict[str, Any]:
    """What the table shows as an entry of the document; defaults are left out, as in bmdesk's own."""
    before: dict[str, Any] = dict(row.get("_entry", {}))
    titles = dict(before.get("title", {}))
    titles[language()] = row["title"]
    titles.setdefault("en", row["title"])
    entry = {**before, "code": row["code"].upper(), "title": titles}
    if "measured" not in row:
        return entry
    for name, value, usual in (
        ("key", str(row["key"]).upper(), ""),
        ("required", row["required"], True),
        ("measured", row["measured"], False),
        ("unit", row["unit"], ""),
        ("minimum", number_or_text(str(row["minimum"])), ""),
        ("maximum", number_or_text(str(row["maximum"])), ""),
        ("grades", [grade.strip().upper() for grade in row["grades"].split(",") if grade.strip()], []),
    ):
        entry.pop(name, None)
        if value != usual:
            entry[name] = value
    return entry
