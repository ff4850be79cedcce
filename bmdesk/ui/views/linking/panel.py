"""The listing under the keyboard: what it says of itself, the SKUs that it may sell, and a key for each answer."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from bmdesk.domain.linking import Suggestion
from bmdesk.services.selling.link_list import LINKED, NOTHING, OPEN, LinkRow
from bmdesk.texts import msg, render, t
from bmdesk.ui.palette import Tone
from bmdesk.ui.theme import mark, px
from bmdesk.ui.views.linking.columns import certainty_tone, certainty_words
from bmdesk.ui.widgets.card import Card
from bmdesk.ui.widgets.facts import Facts, broken
from bmdesk.ui.widgets.label import PlainLabel
from bmdesk.ui.widgets.pill import Pill
from bmdesk.ui.widgets.scroll import ScrollColumn
from bmdesk.ui.widgets.shortcut_button import ShortcutButton
from bmdesk.ui.words import grade_tone, our_code, our_words

WIDTH = 380


class LinkPanel(QWidget):
    """`confirmed(Suggestion)`; the other signals ask for what their names say."""

    confirmed = Signal(object)
    nothing_asked = Signal()
    product_asked = Signal()
    search_asked = Signal()
    unlink_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.row: LinkRow | None = None
        self._suggestions: list[_SuggestionRow] = []
        self.setMinimumWidth(px(WIDTH))
        self._build()

    def show_row(self, row: LinkRow | None) -> None:
        """Draw this listing; None for none."""
        if row == self.row:
            return
        self.row = row
        self.setVisible(row is not None)
        if row is None:
            return
        listing = row.listing
        self.title.setText(broken(listing.title or listing.sku_text, 130))
        grade = our_words(listing.grade)
        self.grade.setVisible(bool(grade))
        self.grade.show_words(grade[:40], grade_tone(our_code(listing.grade)) or Tone.NEUTRAL)
        self.state.show_words(certainty_words(row), certainty_tone(row))
        facts = Facts(80)
        facts.add(t("linking_page.fact_sku"), listing.sku_text[:300])
        facts.add(t("linking_page.fact_quantity"), str(listing.quantity))
        facts.add(
            t("linking_page.fact_battery"), t("linking_page.new_battery") if listing.new_battery else ""
        )
        facts.add(t("linking_page.fact_product"), listing.product_id[:80])
        facts.add(t("linking_page.fact_ours"), row.sku)
        facts.add(t("linking_page.fact_others"), str(row.others) if row.others else "")
        old = self._facts.takeAt(0)
        widget = old.widget() if old is not None else None
        if widget is not None:
            widget.hide()
            widget.deleteLater()
        self._facts.addWidget(facts)
        self._show_suggestions(row)
        open_ = listing.link == OPEN
        self.none.setVisible(open_ and not row.suggestions)
        self.suggested.setVisible(open_)
        self.product.setVisible(listing.link != LINKED)
        self.nothing.setVisible(listing.link != NOTHING)
        self.unlink.setVisible(not open_)

    def choose(self, number: int) -> None:
        """The suggestion with this number, from 0."""
        row = self.row
        if row is not None and row.listing.link == OPEN and number < len(row.suggestions):
            self.confirmed.emit(row.suggestions[number])

    def _show_suggestions(self, row: LinkRow) -> None:
        for number, line in enumerate(self._suggestions):
            line.show_suggestion(row.suggestions[number] if number < len(row.suggestions) else None)

    def _build(self) -> None:
        head = Card()
        self.title = PlainLabel("", "heading", wrap=True)
        self.grade, self.state = Pill(), Pill()
        pills = QHBoxLayout()
        pills.setSpacing(6)
        pills.addWidget(self.state)
        pills.addWidget(self.grade)
        pills.addStretch()
        self._facts = QVBoxLayout()
        head.add(self.title)
        head.add(pills)
        head.add(self._facts)
        self.suggested = Card(t("linking_page.suggested"))
        self.none = PlainLabel(t("linking_page.none_suggested"), "note", wrap=True)
        self.suggested.add(self.none)
        for number in range(5):
            line = _SuggestionRow(number)
            line.button.clicked.connect(lambda _=False, number=number: self.choose(number))
            self._suggestions.append(line)
            self.suggested.add(line)
        others = Card(t("linking_page.else"))
        self.search = ShortcutButton(msg("linking_page.search_sku"), "S", icon="search")
        self.product = ShortcutButton(msg("linking_page.make_product"), "M", icon="plus")
        self.nothing = ShortcutButton(msg("linking_page.nothing_of_ours"), "N", icon="cross")
        self.unlink = ShortcutButton(msg("linking_page.unlink"), "U", icon="undo")
        for button, signal in (
            (self.search, self.search_asked),
            (self.product, self.product_asked),
            (self.nothing, self.nothing_asked),
            (self.unlink, self.unlink_asked),
        ):
            button.clicked.connect(signal)
            others.add(button)
        scroll = ScrollColumn()
        for card in (head, self.suggested, others):
            card.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
            scroll.column.addWidget(card)
        scroll.column.addStretch()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(scroll)


class _SuggestionRow(QFrame):
    """One SKU that it may be: a button with its key, why, and what speaks against it."""

    def __init__(self, number: int) -> None:
        super().__init__()
        mark(self, kind="clear")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.button = ShortcutButton(
            msg("bench_page.as_it_is", words=""),
            str(number + 1),
            meaning=msg("linking_page.key_suggestion", number=number + 1),
            kind="primary" if number == 0 else "",
        )
        self.button.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.why = PlainLabel("", "note", wrap=True)
        self.against = PlainLabel("", wrap=True)
        self.against.set_tone(Tone.WARN)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 2, 0, 4)
        column.setSpacing(3)
        for widget in (self.button, self.why, self.against):
            column.addWidget(widget)

    def show_suggestion(self, one: Suggestion | None) -> None:
        self.setVisible(one is not None)
        if one is None:
            return
        self.button.setText(one.sku_text.replace("&", "&&"))
        self.button.setAccessibleName(one.sku_text)
        self.why.setText(broken(render(one.reason), 200))
        self.against.setText(broken(render(one.contradiction), 200) if one.contradiction else "")
        self.against.setVisible(one.contradiction is not None)
