"""One price explained: every step with its rule, where the price goes now and after, and what a person can do there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QWidget

from bmdesk.domain.money import Money
from bmdesk.services.desk import Desk
from bmdesk.services.prices import explaining, winning
from bmdesk.services.prices.explaining import Explained, NotPriced
from bmdesk.services.prices.simulation import PriceRow
from bmdesk.services.prices.winning import Prospect
from bmdesk.services.selling import backbox
from bmdesk.services.selling.backbox import BoxFilter
from bmdesk.texts import Text, msg, render, t
from bmdesk.ui.palette import Tone
from bmdesk.ui.theme import mark, px, set_pixmap
from bmdesk.ui.views.prices.sheet_acts import SheetActs
from bmdesk.ui.views.prices.words import (
    breaches,
    chosen_words,
    goes_by_itself,
    margin_tone,
    market_named,
    percent_words,
)
from bmdesk.ui.widgets.card import Card
from bmdesk.ui.widgets.detail_sheet import DetailSheet
from bmdesk.ui.widgets.facts import Facts, broken
from bmdesk.ui.widgets.label import PlainLabel
from bmdesk.ui.widgets.pill import Pill
from bmdesk.ui.words import NOTHING, grade_tone, moment, money, our_code, our_words
from bmdesk.ui.workplace import Workplace

WIDTH = 400
_LONGEST = 600
_LEFT = "prices.left"
_PARTS = ("price", "vat", "spent", "shipping", "commission", "fee", "warranty", "margin")


@dataclass(frozen=True, slots=True)
class Seen:
    """A price with what was last read of its BackBox, None where nobody asked."""

    explained: Explained
    row: PriceRow
    box: Prospect | None


def read_price(desk: Desk, account_id: str, listing_id: str, market: str) -> Seen:
    """All that the sheet says of one price. Reader thread. Raises NotPriced."""
    explained = explaining.explain(desk, account_id, listing_id, market)
    if explained.row is None:
        raise NotPriced(sku=listing_id)
    read = backbox.listed(desk, account_id, BoxFilter(market, listings=(listing_id,)))
    boxes = winning.prospects(desk, account_id, read.rows)
    return Seen(explained, explained.row, boxes[0] if boxes else None)


class PriceSheet(DetailSheet):
    """`show_price(account, row)`; `rates_asked` when a person wants to give a rate."""

    rates_asked = Signal()
    seen: Seen | None

    def __init__(self, workplace: Workplace) -> None:
        super().__init__(workplace, "prices", msg("prices_page.back"), WIDTH)
        self.account_id = ""
        self._asked = ("", "")
        self.grade, self.managed, self.way = Pill(), Pill(), Pill()
        pills = QHBoxLayout()
        pills.setSpacing(6)
        for pill in (self.grade, self.managed, self.way):
            pills.addWidget(pill)
        pills.addStretch()
        self.where = PlainLabel("", "note", wrap=True)
        self.acts = SheetActs(self, workplace)
        self._head.add(self.where)
        self._head.add(pills)
        self._head.add(self.acts)

    def show_price(self, account_id: str, row: PriceRow) -> None:
        """Read this price and draw it."""
        self.account_id = account_id
        self._asked = row.listing_id, row.market
        self.show_one(f"{row.listing_id} {row.market}")

    def _reading(self) -> tuple[object, ...]:
        return read_price, self.account_id, *self._asked

    def _draw(self, seen: Seen) -> list[Card | None]:
        row = seen.row
        self.title.setText(broken(row.sku or row.our_sku, 110))
        title = f"{market_named(row.market)} · {row.title}" if row.title else market_named(row.market)
        self.where.setText(broken(title, 200))
        self.grade.show_words(our_words(row.grade)[:40], grade_tone(our_code(row.grade)) or Tone.NEUTRAL)
        self.grade.setVisible(bool(row.grade))
        self.managed.show_words(
            t("prices_page.managed") if row.managed else t("prices_page.not_managed"),
            Tone.INFO if row.managed else Tone.NEUTRAL,
        )
        self.way.show_words(t("prices_page.mark_automatic"), Tone.INFO)
        self.way.setVisible(goes_by_itself(row))
        self.acts.show_price(self.account_id, row, seen.box.view.box if seen.box is not None else None)
        made = (_price, _notes, _way, _parts, _backbox)
        return [make(seen) for make in made]


def _price(seen: Seen) -> Card | None:
    """Now and after, as large as they matter."""
    row = seen.row
    card = Card()
    numbers = QHBoxLayout()
    numbers.setSpacing(12)
    for caption, price, percent in (
        (t("prices_page.now"), row.present, row.percent_now),
        (t("prices_page.after"), row.new, row.percent_new),
    ):
        column = QGridLayout()
        column.setSpacing(0)
        big = PlainLabel(money(price) or NOTHING, "title")
        earns = PlainLabel(t("prices_page.margin", percent=percent_words(percent)), "note")
        earns.set_tone(margin_tone(percent) if price is not None else None)
        for number, label in enumerate((PlainLabel(caption, "caption"), big, earns)):
            column.addWidget(label, number, 0)
        numbers.addLayout(column, 1)
    card.add(numbers)
    facts = Facts(120)
    facts.add(t("prices_page.floor"), money(row.floor))
    facts.add(t("prices_page.top"), money(row.top))
    facts.add(t("prices_page.new_min"), money(row.new_min))
    facts.add(t("prices_page.wanted"), money(row.wanted) if row.wanted != row.present else "")
    facts.add(t("prices_page.in_stock"), str(row.quantity))
    if row.chosen is not None:
        facts.add(chosen_words(row), _who(row), Tone.PRIME)
    card.add(facts)
    return card


def _notes(seen: Seen) -> Card | None:
    """What is wrong, why there is none, and what to know."""
    row = seen.row
    lines = [("warning", Tone.BAD, words) for words in breaches(row)]
    if row.foreign is not None:
        said = t("prices_page.foreign_note", price=money(row.foreign))
        lines.insert(0, ("user", Tone.BAD, said))
    if row.reason is not None:
        lines.append(("warning", Tone.WARN, render(row.reason)))
    lines += [("info", Tone.NEUTRAL, render(warning)) for warning in row.warnings]
    if not lines:
        return None
    card = Card(t("prices_page.notes"))
    for picture, tone, words in lines:
        card.add(_line(picture, tone, words))
    return card


def _way(seen: Seen) -> Card | None:
    """Every step with its rule."""
    if not seen.explained.steps:
        return None
    card = Card(t("prices_page.steps"))
    for number, step in enumerate(seen.explained.steps, 1):
        row = QHBoxLayout()
        row.setSpacing(8)
        counted = PlainLabel(f"{number}", "caption")
        counted.setFixedWidth(px(16))
        row.addWidget(counted, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(PlainLabel(broken(render(step), _LONGEST), wrap=True, selectable=True), 1)
        card.add(row)
    return card


def _parts(seen: Seen) -> Card | None:
    """Where the price goes, now and after beside each other; the reason in words where nobody knows."""
    now, new = seen.explained.left_now, seen.explained.left_new
    if now is None and new is None:
        return None
    card = Card(t("prices_page.parts"))
    said = [one for one in (now, new) if one is not None and one.code != _LEFT]
    for one in dict.fromkeys(said):
        card.add(PlainLabel(broken(render(one), _LONGEST), "note", wrap=True))
    columns = [(t("prices_page.now"), now), (t("prices_page.after"), new)]
    known = [(title, one) for title, one in columns if one is not None and one.code == _LEFT]
    if known:
        card.add(_table_of_parts(known))
        unit = str(dict(known[0][1].params)["unit"])
        card.add(PlainLabel(t("prices_page.of_unit", unit=unit), "note", wrap=True))
    return card


def _table_of_parts(known: Sequence[tuple[str, Text]]) -> QWidget:
    holder = QWidget()
    mark(holder, kind="clear")
    grid = QGridLayout(holder)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setVerticalSpacing(4)
    grid.setHorizontalSpacing(12)
    grid.setColumnStretch(0, 1)
    for at, (title, _) in enumerate(known, 1):
        grid.addWidget(PlainLabel(title, "caption"), 0, at, Qt.AlignmentFlag.AlignRight)
    for number, part in enumerate(_PARTS, 1):
        kind = "heading" if part in {"price", "margin"} else ""
        grid.addWidget(PlainLabel(_part_words()[part], kind, wrap=True), number, 0)
        for at, (_, one) in enumerate(known, 1):
            amount = dict(one.params)[part]
            assert isinstance(amount, Money)
            label = PlainLabel(money(amount), kind)
            if part == "margin":
                label.set_tone(Tone.BAD if amount.minor < 0 else Tone.OK)
            grid.addWidget(label, number, at, Qt.AlignmentFlag.AlignRight)
    return holder


def _part_words() -> dict[str, str]:
    return {
        "price": t("prices_page.part_price"),
        "vat": t("prices_page.part_vat"),
        "spent": t("prices_page.part_spent"),
        "shipping": t("prices_page.part_shipping"),
        "commission": t("prices_page.part_commission"),
        "fee": t("prices_page.part_fee"),
        "warranty": t("prices_page.part_warranty"),
        "margin": t("prices_page.part_margin"),
    }


def _backbox(seen: Seen) -> Card | None:
    """Who wins there, as it was last read, and what the price to win would leave over."""
    one = seen.box
    if one is None:
        return None
    box, card = one.view.box, Card(t("prices_page.backbox"))
    if one.moved:
        said = t("boxes.moved_in_full", read=money(box.price), present=money(one.present))
        card.add(_line("info", Tone.WARN, said))
    facts = Facts(120)
    facts.add(t("prices_page.standing"), render(backbox.standing_text(box.standing)))
    facts.add(t("prices_page.winner"), money(box.winner))
    facts.add(t("prices_page.to_win"), money(box.to_win))
    if one.margin is not None:
        said = f"{money(one.margin)} · {percent_words(one.percent)}"
        facts.add(t("boxes.column_left"), said, Tone.BAD if one.is_below_floor else margin_tone(one.percent))
    if one.is_below_floor:
        facts.add(t("prices_page.floor"), t("boxes.below_floor", floor=money(one.floor)), Tone.BAD)
    facts.add(t("prices_page.read"), moment(box.read_at))
    card.add(facts)
    return card


def _who(row: PriceRow) -> str:
    assert row.chosen is not None
    parts = (money(row.chosen.price), row.chosen.by, moment(row.chosen.at))
    return " · ".join(part for part in parts if part)


def _line(picture: str, tone: Tone, words: str) -> QWidget:
    holder = QWidget()
    mark(holder, kind="clear")
    row = QHBoxLayout(holder)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(8)
    icon = QLabel()
    set_pixmap(icon, picture, str(tone), 18)
    icon.setAlignment(Qt.AlignmentFlag.AlignTop)
    row.addWidget(icon)
    row.addWidget(PlainLabel(broken(words, _LONGEST), wrap=True), 1)
    return holder
