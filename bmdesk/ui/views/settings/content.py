"""Listing texts: what a listing says the first time a market is written, by grade and by market or language."""

from __future__ import annotations

from typing import Any

from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QPlainTextEdit

from bmdesk.domain.content import LONGEST_COMMENT, LONGEST_WARRANTY, SHORTEST_WARRANTY
from bmdesk.domain.content_template import FACTS, words_alone
from bmdesk.domain.markets import MARKETS
from bmdesk.services.grading.judgement import SELLABLE
from bmdesk.texts import render, t
from bmdesk.ui.palette import Tone
from bmdesk.ui.theme import mark, px
from bmdesk.ui.views.settings.content_tables import ContentTables
from bmdesk.ui.widgets.card import Card
from bmdesk.ui.widgets.document_section import DocumentSection
from bmdesk.ui.widgets.inputs import ChoiceBox, NumberBox
from bmdesk.ui.widgets.label import PlainLabel
from bmdesk.ui.words import EVERY_OTHER, grade_words
from bmdesk.ui.workplace import Workplace

_HEIGHT = 64


class ContentSection(DocumentSection):
    """One market or language at a time; all are saved together. An empty comment is taken from the next wider one."""

    judges = False

    def __init__(self, workplace: Workplace) -> None:
        super().__init__(workplace, "content")
        self._body: dict[str, Any] = {}
        self._name = ""
        self.market = ChoiceBox(t("settings.content.market"), market_choices())
        self.market.setMinimumWidth(px(260))
        self.market.setMaxVisibleItems(24)
        self.market.activated.connect(lambda _: self.show_market(self.market.value()))
        self.warranty = NumberBox(
            t("settings.content.warranty"),
            SHORTEST_WARRANTY,
            LONGEST_WARRANTY,
            f" {t('settings.content.months')}",
        )
        self.warranty.setFixedWidth(px(140))
        self.warranty.valueChanged.connect(lambda _: self.touched())
        self.comments: dict[str, _Comment] = {}
        self.counters: dict[str, PlainLabel] = {}
        card = Card(t("settings.content.card"))
        card.add(PlainLabel(t("settings.content.note"), "note", wrap=True))
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(PlainLabel(t("settings.content.market")))
        line.addWidget(self.market)
        line.addStretch()
        line.addWidget(PlainLabel(t("settings.content.warranty")))
        line.addWidget(self.warranty)
        card.add(line)
        self.automatic = QCheckBox(t("settings.content.automatic"))
        self.automatic.toggled.connect(lambda _: self.touched())
        card.add(self.automatic)
        for grade in SELLABLE:
            self._add_comment(card, grade)
        card.add(PlainLabel(t("settings.content.facts", facts=_facts()), "note", wrap=True))
        self.add_footer(card.body)
        self.column.addWidget(card)
        self.tables = ContentTables()
        self.tables.changed.connect(self.touched)
        self.column.addWidget(self.tables)
        self.column.addStretch(1)

    def show_body(self, body: dict[str, Any]) -> None:
        self._body = body
        self.warranty.setValue(int(body["warranty_months"]))
        self.automatic.setChecked(bool(body.get("automatic")))
        self.tables.show_body(body)
        wanted, self._name = self._name or EVERY_OTHER, ""
        self.show_market(wanted)

    def body(self) -> dict[str, Any]:
        self._take()
        return {
            **self._body,
            "warranty_months": self.warranty.value(),
            "automatic": self.automatic.isChecked(),
            **self.tables.members(),
        }

    def show_market(self, name: str) -> None:
        """Show the comments of this market or language; what was typed for the one before is kept until it is saved."""
        self._take()
        self._name = name
        self.market.set_value(name)
        own = self._body["comments"].get(name, {})
        for grade, field in self.comments.items():
            field.blockSignals(True)
            field.setPlainText(str(own.get(grade, "")))
            field.blockSignals(False)
            field.setPlaceholderText(self._wider(name, grade))
            self._count(grade)

    def show_wrong(self, place: str) -> None:
        if self.tables.show_wrong(place):
            return
        # comments.fr-be.GOOD
        _, _, inside = place.partition("comments.")
        name, _, grade = inside.partition(".")
        if name in self._body.get("comments", {}):
            self._name = ""  # what is on screen is in the document already
            self.show_market(name)
        if grade in self.comments:
            mark(self.comments[grade], wrong=True)
            self.comments[grade].setFocus()

    def _take(self) -> None:
        """Put what is on screen into the document, as it was typed: the services say what is wrong with it."""
        if not self._name:
            return
        typed = {grade: field.toPlainText().strip() for grade, field in self.comments.items()}
        kept = {grade: words for grade, words in typed.items() if words}
        if kept or self._name == EVERY_OTHER:
            self._body["comments"][self._name] = kept
        else:
            self._body["comments"].pop(self._name, None)

    def _wider(self, name: str, grade: str) -> str:
        """What is said where this market has no words of its own."""
        comments = self._body["comments"]
        for wider in (name.partition("-")[0], EVERY_OTHER):
            if wider != name and (words := comments.get(wider, {}).get(grade)):
                return str(words)
        return t("settings.content.nothing")

    def _edited(self, grade: str) -> None:
        self._count(grade)
        self.touched()

    def _count(self, grade: str) -> None:
        length = words_alone(self.comments[grade].toPlainText().strip())
        too_long = length > LONGEST_COMMENT
        counter = self.counters[grade]
        counter.setText(t("settings.content.counter", length=length, most=LONGEST_COMMENT))
        counter.set_tone(Tone.BAD if too_long else None)
        mark(self.comments[grade], wrong=too_long)

    def _add_comment(self, card: Card, grade: str) -> None:
        head = QHBoxLayout()
        head.addWidget(PlainLabel(grade_words(grade), "heading"), 1)
        counter = PlainLabel("", "note")
        head.addWidget(counter)
        field = _Comment()
        field.setAccessibleName(t("settings.content.comment", grade=grade_words(grade)))
        field.textChanged.connect(lambda: self._edited(grade))
        self.comments[grade], self.counters[grade] = field, counter
        card.add(head)
        card.add(field)


def _facts() -> str:
    return ", ".join(f"{{{name}}}" for name in FACTS)


class _Comment(QPlainTextEdit):
    """A few lines. Tab goes on to the next field, and the wheel scrolls the page."""

    def __init__(self) -> None:
        super().__init__()
        self.setTabChangesFocus(True)
        self.setFixedHeight(px(_HEIGHT))

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


def market_choices() -> list[tuple[str, str]]:
    """Everybody, then languages with the countries that share them, then single markets."""
    languages: dict[str, list[str]] = {}
    for market in MARKETS:
        languages.setdefault(market.locale.partition("-")[0], []).append(render(market.country))
    return [
        (EVERY_OTHER, t("settings.content.everywhere")),
        *((code, f"{code} – {', '.join(countries)}") for code, countries in sorted(languages.items())),
        *((market.locale, f"{market.locale} – {render(market.country)}") for market in MARKETS),
    ]
