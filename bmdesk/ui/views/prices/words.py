"""How the Prices room says and colours a price: what it earns, how it moves, what is wrong with it. Words only."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from bmdesk.domain.markets import known_market
from bmdesk.domain.money import Money
from bmdesk.services.prices.simulation import PriceRow, Why
from bmdesk.texts import locale, msg, render, t
from bmdesk.ui.palette import Tone
from bmdesk.ui.words import NOTHING, money, sentence

THIN = Decimal(5)
"""Below so many percent of the price a margin is coloured as thin: one return more, and nothing is left of it."""


class Mark(NamedTuple):
    """A small picture in a cell, its tone, and what it means."""

    icon: str
    tone: Tone
    words: str


def percent_of(row: PriceRow) -> Decimal | None:
    """The margin of the price that the room shows: the new one, or the present one where there is no new one."""
    return row.percent_now if row.new is None else row.percent_new


def shown_price(row: PriceRow) -> Money | None:
    """The new price, or the present one where there is no new one."""
    return row.present if row.new is None else row.new


def margin_tone(percent: Decimal | None) -> Tone:
    """Loss, thin, good; NEUTRAL where nobody knows what is left over."""
    if percent is None:
        return Tone.NEUTRAL
    if percent < 0:
        return Tone.BAD
    return Tone.WARN if percent < THIN else Tone.OK


def percent_words(percent: Decimal | None) -> str:
    """`12.3 %`; a dash where nobody knows."""
    return NOTHING if percent is None else t("prices_page.percent", percent=locale.number(percent, 1))


def number_words(price: Money | None) -> str:
    """An amount without its currency, which the column says."""
    return NOTHING if price is None else locale.number(price.amount)


def step_words(row: PriceRow) -> str:
    """By how much the price would move: `↑ 10.00`; "" where it stays."""
    if not row.changes or row.new is None or row.present is None or row.new.currency != row.present.currency:
        return ""
    by = row.new.minor - row.present.minor
    if not by:
        return ""
    amount = number_words(Money(abs(by), row.new.currency))
    return f"↑ {amount}" if by > 0 else f"↓ {amount}"


def market_title(market: str) -> str:
    """The country's code and its currency; the locale where two markets would look alike."""
    known = known_market(market)
    return f"{known.code} · {known.currency}" if known is not None else market


def market_named(market: str) -> str:
    """The market as people call it."""
    known = known_market(market)
    return f"{render(known.country)} ({market})" if known is not None else market


def breaches(row: PriceRow) -> list[str]:
    """What the price that stands there breaks."""
    return [sentence(render(msg(f"prices.breach.{one}"))) for one in row.breaks]


def chosen_words(row: PriceRow) -> str:
    """Who chose this price against the rules, "" where nobody did."""
    if row.chosen is None:
        return ""
    match row.chosen.why:
        case Why.BACKBOX:
            return t("prices_page.mark_backbox")
        case Why.THEIRS:
            return t("prices_page.mark_theirs")
        case Why.FILE:
            return t("prices_page.mark_file")
        case Why.UNDO:
            return t("prices_page.mark_undo")
        case _:
            return t("prices_page.mark_hand")


def goes_by_itself(row: PriceRow) -> bool:
    """Whether the rules may send it without anybody's word: where cost is unknown they wait for one."""
    return row.automatic and row.unknown is None


def pictures(row: PriceRow) -> list[tuple[str, Tone]]:
    """What a person must see of this cell at once, the gravest first."""
    found = []
    if row.foreign is not None:
        found.append(("user", Tone.BAD))
    if row.breaks:
        found.append(("warning", Tone.BAD))
    if row.chosen is not None:
        found.append(("star" if row.chosen.why == Why.BACKBOX else "edit", Tone.PRIME))
    if goes_by_itself(row):
        found.append(("refresh", Tone.INFO))
    return found


def marks(row: PriceRow) -> list[Mark]:
    """The same with what each means."""
    said = {
        "user": lambda: t("prices_page.mark_foreign"),
        "warning": lambda: ", ".join(breaches(row)),
        "star": lambda: chosen_words(row),
        "edit": lambda: chosen_words(row),
        "refresh": lambda: t("prices_page.mark_automatic"),
    }
    return [Mark(picture, tone, said[picture]()) for picture, tone in pictures(row)]


def legend() -> list[Mark]:
    """Every mark with its meaning."""
    return [
        Mark("warning", Tone.BAD, t("prices_page.mark_broken")),
        Mark("user", Tone.BAD, t("prices_page.mark_foreign")),
        Mark("edit", Tone.PRIME, t("prices_page.mark_hand")),
        Mark("star", Tone.PRIME, t("prices_page.mark_backbox")),
        Mark("refresh", Tone.INFO, t("prices_page.mark_automatic")),
    ]


def cell_words(row: PriceRow | None) -> str:
    """The whole cell in one line, for whoever hears it."""
    if row is None:
        return NOTHING
    parts = [money(shown_price(row)) or t("prices_page.no_price")]
    if row.changes and row.present is not None:
        parts.append(t("prices_page.was", price=money(row.present)))
    parts.append(t("prices_page.margin", percent=percent_words(percent_of(row))))
    parts += [mark.words for mark in marks(row)]
    if not row.managed:
        parts.append(t("prices_page.not_managed"))
    if row.new is None and row.reason is not None:
        parts.append(render(row.reason))
    return ", ".join(parts)
