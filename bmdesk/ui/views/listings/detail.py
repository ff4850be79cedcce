"""Everything known of one listing, on one sheet; what may be done with it stands at the top.

Redraws itself from one reading. Knows no rule: it shows what the services say.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QToolButton, QVBoxLayout, QWidget

from bmdesk.domain.listing_reasons import aspect_text
from bmdesk.texts import Failure, msg, render, t
from bmdesk.ui.palette import Tone
from bmdesk.ui.shortcuts import bind
from bmdesk.ui.theme import set_icon
from bmdesk.ui.views.listings import detail_cards
from bmdesk.ui.views.listings.detail_cards import Sheet
from bmdesk.ui.widgets.card import Card
from bmdesk.ui.widgets.empty_state import EmptyState
from bmdesk.ui.widgets.facts import broken
from bmdesk.ui.widgets.label import PlainLabel
from bmdesk.ui.widgets.pill import Pill
from bmdesk.ui.widgets.scroll import ScrollColumn
from bmdesk.ui.words import grade_tone, our_code, our_words
from bmdesk.ui.workplace import Workplace

WIDTH = 440


class DetailPanel(QWidget):
    """`show_listing(account, id)`; `closed` when the person wants the list back."""

    closed = Signal()
    sync_asked = Signal()  # show in Sync what waits
    linking_asked = Signal(str)  # the listing's SKU
    shown = Signal(str)

    def __init__(self, workplace: Workplace) -> None:
        super().__init__()
        self.workplace = workplace
        self.account_id = self.listing_id = ""
        self.sheet: Sheet | None = None
        self.setMinimumWidth(WIDTH)
        self._build()

    def show_listing(self, account_id: str, listing_id: str) -> None:
        """Read this listing and draw it; the sheet before it stays until then."""
        if listing_id != self.listing_id:
            self._scroll.verticalScrollBar().setValue(0)
        self.account_id, self.listing_id = account_id, listing_id
        self.refresh()

    def refresh(self) -> None:
        """Read the same listing again."""
        if self.listing_id:
            self.workplace.read(
                detail_cards.read_sheet,
                self.account_id,
                self.listing_id,
                then=self._draw,
                failed=self._missing,
                key=(id(self), "sheet"),
            )

    def _draw(self, sheet: Sheet) -> None:
        if sheet == self.sheet:  # a person may be reading or selecting here
            return
        self.sheet = sheet
        row = sheet.row
        self._empty.hide()
        self._head.show()
        self._scroll.show()
        self.title.setText(broken(row.title, 110))
        grade = our_words(row.grade)
        self.grade.setVisible(bool(grade))
        self.grade.show_words(grade[:40], grade_tone(our_code(row.grade)) or Tone.NEUTRAL)
        if row.managed:
            aspects = ", ".join(render(aspect_text(aspect)) for aspect in row.managed)
            self.managed.show_words(t("listings_page.pill_managed", aspects=aspects), Tone.INFO)
        else:
            self.managed.show_words(t("listings_page.pill_not_managed"), Tone.NEUTRAL)
        self.skus.setText(broken(_named(sheet), 300))
        link = t("listings_page.to_linking") if row.sku else t("listings_page.link_it")
        self.link_button.setText(link)
        self.link_button.setAccessibleName(link)
        self._put(
            [*(make(sheet) for make in detail_cards.CARDS), self._queue(sheet), detail_cards.log(sheet)]
        )
        self.shown.emit(row.listing.id)

    def _queue(self, sheet: Sheet) -> Card | None:
        return detail_cards.queue(sheet, self.sync_asked.emit)

    def _put(self, cards: Sequence[Card | None]) -> None:
        while (item := self._cards.takeAt(0)) is not None:
            old = item.widget()
            if old is not None:
                old.hide()
                old.deleteLater()
        for card in cards:
            if card is not None:
                self._cards.addWidget(card)

    def _missing(self, failure: Failure) -> None:
        self.sheet = None
        self._scroll.hide()
        self._head.hide()
        self._empty.set_words(render(failure.title), render(failure.happened))
        self._empty.show()

    def _build(self) -> None:
        self._empty = EmptyState(
            "listings", "", action=t("listings_page.back"), on_action=lambda *_: self.closed.emit()
        )
        self._empty.hide()
        self._head = Card()
        self.title = PlainLabel("", "title", wrap=True)
        close = QToolButton()
        close.setAccessibleName(t("listings_page.back"))
        close.setToolTip(t("listings_page.back"))
        set_icon(close, "cross", "muted", 18)
        close.clicked.connect(self.closed)
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(self.title, 1)
        top.addWidget(close, 0, Qt.AlignmentFlag.AlignTop)
        self.grade, self.managed = Pill(), Pill()
        pills = QHBoxLayout()
        pills.setSpacing(6)
        for pill in (self.grade, self.managed):
            pills.addWidget(pill)
        pills.addStretch()
        self.skus = PlainLabel("", "code", wrap=True, selectable=True)
        self.link_button = QPushButton(t("listings_page.to_linking"))
        set_icon(self.link_button, "link")
        self.link_button.clicked.connect(self._to_linking)
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self.skus, 1)
        line.addWidget(self.link_button, 0, Qt.AlignmentFlag.AlignTop)
        self._head.add(top)
        self._head.add(pills)
        self._head.add(line)
        self._scroll = ScrollColumn()
        self._cards = QVBoxLayout()
        self._cards.setSpacing(12)
        self._scroll.column.addLayout(self._cards)
        self._scroll.column.addStretch()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(self._head)
        column.addWidget(self._scroll, 1)
        column.addWidget(self._empty, 1)
        bind(self, "Alt+Left", msg("listings_page.back"), self.closed.emit)
        bind(self, "J", msg("listings_page.to_sync"), self._to_sync)

    def _to_linking(self) -> None:
        if self.sheet is not None:
            self.linking_asked.emit(self.sheet.row.listing.sku_text)

    def _to_sync(self) -> None:
        if self.sheet is not None:
            self.sync_asked.emit()


def _named(sheet: Sheet) -> str:
    listing = sheet.row.listing
    lines = [listing.sku_text]
    if sheet.row.sku and sheet.row.sku != listing.sku_text:
        lines.append(t("listings_page.our_sku", sku=sheet.row.sku))
    if listing.listing_number is not None:
        lines.append(t("listings_page.number", number=listing.listing_number))
    if listing.carries:
        lines.append(t("listings_page.carries"))
    return "\n".join(lines)
