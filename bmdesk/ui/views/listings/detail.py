"""Everything known of one listing, on one sheet; what may be done with it stands at the top.

Redraws itself from one reading. Knows no rule: it shows what the services say.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton

from bmdesk.domain.listing_reasons import aspect_text
from bmdesk.texts import msg, render, t
from bmdesk.ui.palette import Tone
from bmdesk.ui.shortcuts import bind
from bmdesk.ui.theme import set_icon
from bmdesk.ui.views.listings import detail_cards
from bmdesk.ui.views.listings.detail_cards import Sheet
from bmdesk.ui.widgets.card import Card
from bmdesk.ui.widgets.detail_sheet import DetailSheet
from bmdesk.ui.widgets.facts import broken
from bmdesk.ui.widgets.label import PlainLabel
from bmdesk.ui.widgets.pill import Pill
from bmdesk.ui.words import grade_tone, our_code, our_words
from bmdesk.ui.workplace import Workplace

WIDTH = 440


class DetailPanel(DetailSheet):
    """`show_listing(account, id)`."""

    sync_asked = Signal()  # show in Sync what waits
    linking_asked = Signal(str)  # the listing's SKU
    seen: Sheet | None

    def __init__(self, workplace: Workplace) -> None:
        super().__init__(workplace, "listings", msg("listings_page.back"), WIDTH)
        self.account_id = ""
        self._build()

    def show_listing(self, account_id: str, listing_id: str) -> None:
        """Read this listing of this account and draw it."""
        self.account_id = account_id
        self.show_one(listing_id)

    def _reading(self) -> tuple[object, ...]:
        return detail_cards.read_sheet, self.account_id, self.open_id

    def _draw(self, sheet: Sheet) -> list[Card | None]:
        row = sheet.row
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
        queue = detail_cards.queue(sheet, self.sync_asked.emit)
        return [*(make(sheet) for make in detail_cards.CARDS), queue, detail_cards.log(sheet)]

    def _build(self) -> None:
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
        self._head.add(pills)
        self._head.add(line)
        bind(self, "J", msg("listings_page.to_sync"), self._to_sync)

    def _to_linking(self) -> None:
        if self.seen is not None:
            self.linking_asked.emit(self.seen.row.listing.sku_text)

    def _to_sync(self) -> None:
        if self.seen is not None:
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
