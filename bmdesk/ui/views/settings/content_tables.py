"""Beside the comments: the warranty where it is another one, and the words that buyers read for things."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from bmdesk.domain.markets import MARKETS
from bmdesk.domain.policy import CATEGORIES
from bmdesk.texts import render, t
from bmdesk.ui.theme import mark, px
from bmdesk.ui.widgets.card import Card
from bmdesk.ui.widgets.document_section import number_or_text
from bmdesk.ui.widgets.edit_table import EditColumn, EditTable
from bmdesk.ui.widgets.label import PlainLabel
from bmdesk.ui.words import EVERY_OTHER, category_words


class ContentTables(QWidget):
    """`show_body` fills them, `members` says what they have become."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        mark(self, kind="clear")
        languages = sorted({market.locale.partition("-")[0] for market in MARKETS})
        places = (
            (EVERY_OTHER, t("settings.content.everywhere")),
            *((one, one) for one in languages),
            *((one.locale, f"{one.locale} · {render(one.country)}") for one in MARKETS),
        )
        kinds = tuple((name, category_words(name)) for name in (EVERY_OTHER, *CATEGORIES))
        self.warranty = EditTable(
            t("settings.content.warranty_card"),
            (
                EditColumn("market", t("settings.content.market"), choices=places),
                EditColumn("category", t("settings.gate.category"), 200, kinds),
                EditColumn("months", t("settings.content.warranty"), 140),
            ),
            {"market": "de", "category": EVERY_OTHER, "months": "24"},
        )
        self.words = EditTable(
            t("settings.content.words_card"),
            (
                EditColumn(
                    "language", t("settings.content.language"), 120, tuple((one, one) for one in languages)
                ),
                EditColumn("thing", t("settings.content.thing"), 220),
                EditColumn("word", t("settings.content.word")),
            ),
            {"language": "fr", "thing": "", "word": ""},
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        for table, title, note, height in (
            (self.warranty, t("settings.content.warranty_card"), t("settings.content.warranty_note"), 190),
            (self.words, t("settings.content.words_card"), t("settings.content.words_note"), 290),
        ):
            card = Card(title)
            card.add(PlainLabel(note, "note", wrap=True))
            table.setMinimumHeight(px(height))
            table.changed.connect(self.changed)
            card.add(table)
            column.addWidget(card)

    def show_body(self, body: dict[str, Any]) -> None:
        """Fill both."""
        self.warranty.set_rows(
            [
                {"market": market, "category": category, "months": str(months)}
                for market, own in _named(body.get("warranty", {}))
                for category, months in _named(own)
            ]
        )
        self.words.set_rows(
            [
                {"language": language, "thing": thing, "word": word}
                for language, own in _named(body.get("words", {}))
                for thing, word in _named(own)
            ]
        )

    def members(self) -> dict[str, Any]:
        """Both as members of the document, as they were typed."""
        warranty: dict[str, dict[str, object]] = {}
        for row in self.warranty.rows():
            months = number_or_text(str(row["months"]).strip())
            warranty.setdefault(row["market"], {})[row["category"]] = months
        words: dict[str, dict[str, str]] = {}
        for row in self.words.rows():
            words.setdefault(row["language"], {})[str(row["thing"]).strip()] = str(row["word"]).strip()
        return {"warranty": warranty, "words": words}

    def show_wrong(self, place: str) -> bool:
        """Mark the line of this place; False where it is none of theirs."""
        head, _, rest = place.partition(".")
        first, _, second = rest.partition(".")
        for name, table, keys in (
            ("warranty", self.warranty, ("market", "category", "months")),
            ("words", self.words, ("language", "thing", "word")),
        ):
            if head != name:
                continue
            for number, row in enumerate(table.rows()):
                if (row[keys[0]], str(row[keys[1]]).strip()) == (first, second):
                    table.show_wrong(number, keys[2])
                    return True
        return False


def _named(members: dict[str, Any]) -> list[tuple[str, Any]]:
    return [(name, value) for name, value in members.items() if name != "note"]
