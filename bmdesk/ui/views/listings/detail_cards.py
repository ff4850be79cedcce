"""The cards of a listing's sheet: why it stands as it does, its quantity, its markets, what waits, what was done."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from bmdesk.domain.listing_findings import code_text
from bmdesk.services.desk import Desk
from bmdesk.services.prices import winning
from bmdesk.services.prices.winning import Prospect
from bmdesk.services.selling import backbox, listing_lint, listing_view
from bmdesk.services.selling.backbox import BoxFilter
from bmdesk.services.selling.listing_lint import Seen
from bmdesk.services.selling.listing_why import ListedRow, MarketView
from bmdesk.services.syncing import outbox, sync_status
from bmdesk.services.syncing.outbox import Shown
from bmdesk.store.queries.sync_log import LogLine
from bmdesk.texts import Text, render, t
from bmdesk.ui.palette import Tone
from bmdesk.ui.theme import mark, px, set_pixmap
from bmdesk.ui.views.listings import words
from bmdesk.ui.views.listings.box_columns import full_words as box_words
from bmdesk.ui.views.listings.box_columns import standing_tone, standing_words
from bmdesk.ui.views.listings.mistake_columns import full_words, severity_tone
from bmdesk.ui.widgets.card import Card
from bmdesk.ui.widgets.facts import Facts, broken
from bmdesk.ui.widgets.label import PlainLabel
from bmdesk.ui.widgets.pill import Pill
from bmdesk.ui.words import NOTHING, effect_tone, lately, log_tone, moment, money

_LONGEST = 400


@dataclass(frozen=True, slots=True)
class Sheet:
    """A listing with what waits for it and what was done with it, newest first."""

    row: ListedRow
    queue: tuple[Shown, ...]
    log: tuple[LogLine, ...]
    mistakes: tuple[Seen, ...] = ()
    boxes: tuple[Prospect, ...] = ()


def read_sheet(desk: Desk, account_id: str, listing_id: str) -> Sheet:
    """One listing with all that the sheet says. Reader thread. Raises UnknownListing."""
    row = listing_view.show(desk, account_id, listing_id)
    boxes = backbox.listed(desk, account_id, BoxFilter(listings=(listing_id,))).rows
    return Sheet(
        row,
        outbox.of_listing(desk, listing_id),
        sync_status.of_listing(desk, listing_id),
        listing_lint.of_listing(desk, account_id, listing_id),
        winning.prospects(desk, account_id, boxes),
    )


def why(sheet: Sheet) -> Card | None:
    """Each reason in words, with what to do."""
    row = sheet.row
    card = Card(t("listings_page.why_title"))
    if not row.why:
        live = bool(row.online)
        said = (
            t("listings_page.live_in", markets=", ".join(row.online))
            if live
            else t("listings_page.no_reason")
        )
        card.add(_line("check" if live else "info", Tone.OK if live else Tone.NEUTRAL, said, ""))
    for reason in row.why:
        card.add(reason_line(reason))
    return card


def quantity(sheet: Sheet) -> Card | None:
    """What may be offered, what it is made of, and what the marketplace shows."""
    row = sheet.row
    card = Card(t("listings_page.quantity_title"))
    numbers = QHBoxLayout()
    numbers.setSpacing(12)
    ours = str(row.offer.quantity) if row.sku else NOTHING
    differs = bool(row.managed) and row.offer.quantity != row.listing.quantity
    numbers.addLayout(_number(t("listings_page.ours_now"), ours), 1)
    numbers.addLayout(
        _number(t("listings_page.theirs_now"), str(row.listing.quantity), Tone.WARN if differs else None), 1
    )
    card.add(numbers)
    count = row.offer.count
    if count is not None:
        facts = Facts(168)
        facts.add(t("listings_page.listable"), str(count.listable))
        facts.add(t("listings_page.sold_not_named"), _minus(count.sold), Tone.WARN if count.sold else None)
        facts.add(t("listings_page.kept_back"), _minus(count.buffer))
        facts.add(t("listings_page.makes"), str(count.quantity))
        if row.offer.withheld:
            facts.add(t("listings_page.withheld"), _withheld(row.offer.withheld), Tone.WARN)
        if count.leaving:
            facts.add(t("listings_page.changing"), str(count.leaving))
        if row.offer.held:
            facts.add(t("listings_page.held_units"), str(row.offer.held))
        card.add(facts)
    card.add(PlainLabel(t("listings_page.read_at", at=moment(row.listing.quantity_at)), "note", wrap=True))
    return card


def markets(sheet: Sheet) -> Card | None:
    """Price, wanted price, state and reasons, market by market."""
    if not sheet.row.markets:
        return None
    card = Card(t("listings_page.markets_title", count=len(sheet.row.markets)))
    for number, one in enumerate(sheet.row.markets):
        if number:
            rule = QFrame()
            mark(rule, kind="line")
            card.add(rule)
        card.add(_market(one))
    return card


def mistakes(sheet: Sheet) -> Card | None:
    """What is wrong with it, and what would end that."""
    if not sheet.mistakes:
        return None
    card = Card(t("listings_page.mistakes_title", count=len(sheet.mistakes)))
    for one in sheet.mistakes:
        finding = one.finding
        said = render(code_text(finding.code))
        if finding.market:
            said = f"{said} · {finding.market}"
        card.add(_line("warning", severity_tone(finding.severity), said, full_words(one)))
    return card


def boxes(sheet: Sheet) -> Card | None:
    """Who wins, market by market, and what the price to win would leave over."""
    if not sheet.boxes:
        return None
    card = Card(t("boxes.table"))
    for one in sheet.boxes:
        box = one.view.box
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(PlainLabel(broken(words.named(box.market), 60)), 1)
        head.addWidget(Pill(standing_words(one), standing_tone(one)))
        card.add(head)
        read = t("listings_page.read_at", at=moment(box.read_at))
        card.add(PlainLabel(" ".join(part for part in (box_words(one), read) if part), "note", wrap=True))
    return card


def queue(sheet: Sheet, to_sync: Callable[[], object]) -> Card | None:
    """What waits to be sent for this listing, with the way to Sync."""
    if not sheet.queue:
        return None
    card = Card(t("listings_page.queue_title", count=len(sheet.queue)))
    jump = QPushButton(t("listings_page.to_sync"))
    jump.clicked.connect(lambda _=False: to_sync())
    card.add_action(jump)
    for one in sheet.queue:
        head = QHBoxLayout()
        head.setSpacing(8)
        title = render(one.kind) + (f" · {one.market}" if one.market else "")
        head.addWidget(PlainLabel(broken(title, 120), wrap=True), 1)
        head.addWidget(Pill(render(one.state), effect_tone(one.state_code)))
        card.add(head)
        card.add(PlainLabel(broken(render(one.happened), _LONGEST), "note", wrap=True))
        card.add(PlainLabel(broken(render(one.todo), _LONGEST), "note", wrap=True))
    return card


def log(sheet: Sheet) -> Card | None:
    """What was done with this listing, newest first."""
    if not sheet.log:
        return None
    card = Card(t("listings_page.log_title"))
    for line in sheet.log:
        row = QHBoxLayout()
        row.setSpacing(10)
        at = PlainLabel(lately(line.at), "note")
        at.setMinimumWidth(px(74))
        at.setToolTip(moment(line.at))
        said = f"{line.market}: {render(line.text)}" if line.market else render(line.text)
        label = PlainLabel(broken(said, _LONGEST), wrap=True)
        label.set_tone(log_tone(line.level))
        row.addWidget(at, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(label, 1)
        card.add(row)
    return card


def reason_line(reason: Text) -> QWidget:
    """A reason in words, and under it what to do."""
    tone = words.reason_tone(reason)
    picture = "info" if tone is Tone.NEUTRAL else "warning"
    return _line(picture, tone, broken(render(reason), _LONGEST), words.todo(reason))


def _market(one: MarketView) -> QWidget:
    holder = QWidget()
    mark(holder, kind="clear")
    column = QVBoxLayout(holder)
    column.setContentsMargins(0, 2, 0, 2)
    column.setSpacing(4)
    head = QHBoxLayout()
    head.setSpacing(8)
    head.addWidget(PlainLabel(broken(words.named(one.market), 60)), 1)
    head.addWidget(PlainLabel(money(one.price) or t("listings_page.no_price"), "heading"))
    head.addWidget(Pill(words.state_words(one.state), words.state_tone(one.state)))
    column.addLayout(head)
    notes = []
    if one.wanted is not None and one.wanted != one.price:
        notes.append(t("listings_page.wanted", price=money(one.wanted)))
    if one.read_at is not None:
        notes.append(t("listings_page.read_at", at=moment(one.read_at)))
    if notes:
        column.addWidget(PlainLabel(" · ".join(notes), "note", wrap=True))
    for reason in one.why:
        column.addWidget(reason_line(reason))
    return holder


def _line(picture: str, tone: Tone, said: str, todo: str) -> QWidget:
    holder = QWidget()
    mark(holder, kind="clear")
    row = QHBoxLayout(holder)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(8)
    icon = QLabel()
    set_pixmap(icon, picture, str(tone), 18)
    icon.setAlignment(Qt.AlignmentFlag.AlignTop)
    column = QVBoxLayout()
    column.setSpacing(1)
    column.addWidget(PlainLabel(said, wrap=True))
    if todo:
        column.addWidget(PlainLabel(todo, "note", wrap=True))
    row.addWidget(icon)
    row.addLayout(column, 1)
    return holder


def _number(caption: str, value: str, tone: Tone | None = None) -> QVBoxLayout:
    column = QVBoxLayout()
    column.setSpacing(0)
    big = PlainLabel(value, "big")
    big.set_tone(tone)
    column.addWidget(PlainLabel(caption, "caption"))
    column.addWidget(big)
    return column


def _minus(count: int) -> str:
    return f"− {count}" if count else ""


def _withheld(code: str) -> str:
    return {
        "all_paused": t("listings_page.withheld_all_paused"),
        "paused": t("listings_page.withheld_paused"),
        "other_carries": t("listings_page.withheld_other_carries"),
        "minimum": t("listings_page.withheld_minimum"),
    }.get(code, "")


CARDS: Sequence[Callable[[Sheet], Card | None]] = (why, mistakes, quantity, markets, boxes)
