"""Why a listing is online or not, in words; and the aspects of a listing that a person may hand over.

Pure: callers bring what was read and counted. The marketplace does not say why a listing is offline, so what bmdesk can
check itself is said, and nothing is guessed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bmdesk.domain.linking import LINKED, NOTHING
from bmdesk.domain.money import Money
from bmdesk.domain.stock import Count
from bmdesk.texts import Text, msg


class Aspect(StrEnum):
    """What of a listing bmdesk may manage, each by itself."""

    STOCK = "stock"
    PRICE = "price"
    CONTENT = "content"


ASPECTS = tuple(Aspect)


class MarketState(StrEnum):
    """Where a listing stands in one market, as it was last read."""

    ONLINE = "online"
    OFFLINE = "offline"
    PAUSED = "paused"
    UNPUBLISHED = "unpublished"
    """No price of ours was confirmed there, and it was never read there."""
    UNKNOWN = "unknown"


ONLINE, OFFLINE = 2, 3
"""Publication states of the marketplace; 0, 1 and 4 exist and nobody knows what they mean."""

MOST_BLOCKERS = 3


def aspect_text(aspect: Aspect) -> Text:
    """The aspect in words."""
    if aspect is Aspect.STOCK:
        return msg("listing.aspect.stock")
    return msg("listing.aspect.price") if aspect is Aspect.PRICE else msg("listing.aspect.content")


def state_text(state: MarketState) -> Text:
    """The state in words."""
    return _STATES[state]


_STATES = {
    MarketState.ONLINE: msg("listing.state.online"),
    MarketState.OFFLINE: msg("listing.state.offline"),
    MarketState.PAUSED: msg("listing.state.paused"),
    MarketState.UNPUBLISHED: msg("listing.state.unpublished"),
    MarketState.UNKNOWN: msg("listing.state.unknown"),
}


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of a listing as a whole."""

    link: str
    managed: tuple[Aspect, ...]
    carries: bool
    paused: bool
    all_paused: bool
    quantity: int
    """As the marketplace shows it."""
    offered: int
    count: Count | None
    held: int
    blockers: tuple[tuple[int, Text], ...]
    """Units that each blocker holds, the commonest first."""
    missing_since: datetime | None = None
    foreign_at: datetime | None = None
    foreign_value: int | None = None
    hold_value: int | None = None
    hold_until: datetime | None = None
    blocked: Text | None = None
    """Why nothing can be sent to the account at all."""
    waiting: tuple[Text, ...] = ()
    """What waits to be sent, was refused, or flies, in words."""
    minimum: tuple[Text, ...] = ()
    """What it lacks of what a listing needs at least, in words."""


@dataclass(frozen=True, slots=True)
class InMarket:
    """What is known of a listing in one market."""

    market: str
    publication: int | None
    read: bool
    paused: bool
    chosen: bool
    """Whether the account's settings name this market."""
    manages_price: bool
    price: Money | None
    wanted: Money | None
    suggested: Money | None
    no_price: Text | None
    """Why no price can be suggested."""
    most: Money | None
    """The marketplace's own upper bound."""
    waiting: tuple[Text, ...] = ()


def whole_reasons(known: Standing) -> tuple[Text, ...]:
    """Why the listing offers what it offers, what stands in the way first."""
    return tuple(_whole(known))


def _whole(known: Standing) -> Iterator[Text]:
    if known.missing_since is not None:
        yield msg("listing.missing", at=known.missing_since)
    if known.blocked is not None:
        yield known.blocked
    if known.link == NOTHING:
        yield msg("listing.nothing_of_ours")
        return
    if known.link != LINKED:
        yield msg("listing.not_linked")
        return
    if not known.managed:
        yield msg("listing.not_managed")
    elif Aspect.STOCK not in known.managed:
        yield msg("listing.stock_not_managed")
    if known.all_paused:
        yield msg("listing.all_paused")
    if known.paused:
        yield msg("listing.paused")
    if not known.carries:
        yield msg("listing.other_carries")
    else:
        yield from stock_reasons(known.count, known.held, known.blockers)
    yield from known.minimum
    if known.hold_until is not None:
        yield msg("listing.hold", value=known.hold_value or 0, until=known.hold_until)
    if known.foreign_at is not None:
        yield msg("listing.second_writer", value=known.foreign_value or 0, at=known.foreign_at)
    yield from known.waiting


def stock_reasons(count: Count | None, held: int, blockers: Sequence[tuple[int, Text]]) -> Iterator[Text]:
    """Why a SKU offers no more than it does."""
    if count is None:
        return
    if count.listable == 0 and held == 0 and count.leaving == 0:
        yield msg("listing.none_in_stock")
    if held:
        if blockers:
            parts = tuple(
                msg("listing.held_part", count=number, blocker=title)
                for number, title in blockers[:MOST_BLOCKERS]
            )
            yield msg("listing.held", count=held, blockers=parts)
        else:
            yield msg("listing.held_plain", count=held)
    if count.sold:
        yield msg("listing.sold", count=count.sold)
    if count.buffer and count.listable:
        yield msg("listing.buffer", count=count.buffer)
    if count.leaving:
        yield msg("listing.leaving", count=count.leaving)
    if count.short:
        yield msg("listing.short", count=count.short)


def market_state(known: InMarket) -> MarketState:
    """Where the listing stands in this market."""
    if known.publication == ONLINE:
        return MarketState.ONLINE
    if known.paused:
        return MarketState.PAUSED
    if known.publication == OFFLINE:
        return MarketState.OFFLINE
    if not known.read and known.wanted is None:
        return MarketState.UNPUBLISHED
    return MarketState.UNKNOWN


def market_reasons(known: InMarket, *, quantity: int) -> tuple[Text, ...]:
    """Why the listing stands so in this market; `quantity` is what the marketplace shows, common to all markets."""
    return tuple(_market(known, quantity))


def _market(known: InMarket, quantity: int) -> Iterator[Text]:
    state = market_state(known)
    if known.paused:
        online = state is MarketState.ONLINE
        yield msg("listing.market_paused_online") if online else msg("listing.market_paused")
    if not known.read:
        yield msg("listing.never_read")
    if known.manages_price:
        if known.wanted is None:
            if known.no_price is not None:
                yield msg("listing.no_price", reason=known.no_price)
            elif known.chosen:
                yield msg("listing.not_confirmed")
        elif known.suggested is not None and known.suggested != known.wanted:
            yield msg(
                "listing.new_price_open",
                suggested=str(known.suggested.amount),
                wanted=str(known.wanted.amount),
                currency=known.wanted.currency,
            )
    shown = known.wanted if known.manages_price and known.wanted is not None else known.price
    if above(shown, known.most) and shown is not None and known.most is not None:
        yield msg("listing.above_maximum", price=str(shown), most=str(known.most))
    yield from known.waiting
    if state is MarketState.OFFLINE:
        yield msg("listing.offline_empty") if quantity == 0 else msg("listing.offline")
    if state is MarketState.UNKNOWN and known.read:
        yield msg("listing.state_unknown", state=known.publication if known.publication is not None else "-")


def above(price: Money | None, most: Money | None) -> bool:
    """Whether this price is above what the marketplace takes; prices of two currencies are not compared."""
    return (
        price is not None
        and most is not None
        and price.currency == most.currency
        and price.minor > most.minor
    )
