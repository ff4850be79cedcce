"""What is known of many listings at once, and the reasons that follow: why each is online or not, in words.

Reads only; the rules that make reasons of facts are domain.listing_reasons.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bmdesk.domain.effects import EffectState, Kind, kind_text
from bmdesk.domain.listing_reasons import (
    ASPECTS,
    Aspect,
    InMarket,
    MarketState,
    Standing,
    market_reasons,
    market_state,
    whole_reasons,
)
from bmdesk.domain.money import Money
from bmdesk.services.grading import judgement
from bmdesk.services.prices.suggesting import MarketPrice, Suggestions
from bmdesk.services.selling import listing_minimum, stock
from bmdesk.services.selling.account_snapshot import AccountSnapshot
from bmdesk.services.selling.accounts import pause_words
from bmdesk.services.selling.management_preview import bound_of, money_of, wanted_of
from bmdesk.services.selling.stock import Offer
from bmdesk.store.engine import Connection
from bmdesk.store.kept import failure_of
from bmdesk.store.queries import listing_lists, listings, outbox_lists
from bmdesk.store.queries.accounts import AccountRow
from bmdesk.store.queries.listing_lists import SkuWithVariant
from bmdesk.store.queries.listings import ListingRow, MarketRow
from bmdesk.store.queries.outbox import EffectRow
from bmdesk.texts import Text, msg

_OF_A_MARKET = (Kind.PRICE.value, Kind.CONTENT.value)


@dataclass(frozen=True, slots=True)
class MarketView:
    """A listing in one market. `price` as it was last read, `wanted` as a person confirmed it."""

    market: str
    price: Money | None
    wanted: Money | None
    state: MarketState
    paused: bool
    read_at: datetime | None
    why: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class ListedRow:
    """A listing with all that is known of it. `sku` is our SKU's text ("" while it is not linked)."""

    listing: ListingRow
    sku: str
    title: str
    grade: str
    offer: Offer
    managed: tuple[Aspect, ...]
    markets: tuple[MarketView, ...]
    why: tuple[Text, ...]
    effects: tuple[EffectRow, ...]
    level: str
    """`out` or `low` for a listing whose stock is managed; else empty."""

    @property
    def online(self) -> tuple[str, ...]:
        """The markets in which it was last read online."""
        return tuple(one.market for one in self.markets if one.state is MarketState.ONLINE)


def explained(connection: Connection, view: AccountSnapshot, rows: Sequence[ListingRow]) -> list[ListedRow]:
    """These listings of one account (at most 500) with their reasons; a fixed number of statements."""
    if not rows:
        return []
    ids = [row.id for row in rows]
    offers = stock.offers(connection, view.policies, view.account, rows, view.now)
    sku_ids = sorted({row.sku_id for row in rows if row.sku_id})
    skus = listing_lists.skus(connection, sku_ids)
    prices = _prices(connection, view, skus.values())
    blockers = held_blockers(connection, sku_ids)
    known = listings.markets(connection, ids)
    lacks = listing_minimum.of_listings(connection, view.policies, view.account, rows)
    effects: dict[str, list[EffectRow]] = {}
    for one in outbox_lists.unfinished(connection, ids):
        effects.setdefault(one.listing_id or "", []).append(one)
    blocked = blocked_text(view.account, view.now)
    found = []
    for row in rows:
        sku = skus.get(row.sku_id or "")
        offer = offers[row.id]
        open_ = tuple(effects.get(row.id, ()))
        standing = _standing(view, row, offer, blockers.get(row.sku_id or "", ()), blocked, open_)
        if row.id in lacks and row.is_managed:
            said = tuple(listing_minimum.said(one) for one in lacks[row.id].all)
            standing = replace(standing, minimum=said)
        found.append(
            ListedRow(
                listing=row,
                sku=sku.text if sku else "",
                title=(sku.title if sku else "") or row.title,
                grade=sku.grade if sku else row.grade,
                offer=offer,
                managed=standing.managed,
                markets=_markets(view, row, known[row.id], prices.get(row.sku_id or "", {}), open_),
                why=whole_reasons(standing),
                effects=open_,
                level=level(row, offer, view.settings.low_stock),
            )
        )
    return found


def level(row: ListingRow, offer: Offer, low: int) -> str:
    """`out` or `low` for a listing that carries a SKU's stock for bmdesk; empty for enough, and for any other."""
    if not (row.manage_stock and row.carries):
        return ""
    if offer.quantity == 0:
        return "out"
    return "low" if offer.quantity <= low else ""


def managed_of(row: ListingRow) -> tuple[Aspect, ...]:
    """The aspects that a person handed over."""
    return tuple(aspect for aspect in ASPECTS if getattr(row, f"manage_{aspect.value}"))


def held_blockers(connection: Connection, sku_ids: Sequence[str]) -> dict[str, tuple[tuple[int, Text], ...]]:
    """What holds the units of these SKUs, in words, the commonest first."""
    return {
        sku_id: tuple((number, judgement.from_row(row).title) for number, row in reasons)
        for sku_id, reasons in listing_lists.held_by(connection, sku_ids).items()
    }


def blocked_text(account: AccountRow, now: datetime) -> Text | None:
    """Why nothing can be sent to this account at present, or None."""
    if not account.active:
        return msg("listing.account_off", account=account.name)
    if account.pause_reason:
        return msg("listing.account_paused", reason=pause_words(account.pause_reason))
    until = account.rests_until(now)
    if until is not None:
        why = failure_of(account.block_text)
        if why is None:
            return msg("listing.account_blocked", until=until)
        return msg("listing.account_blocked_why", until=until, reason=why.happened)
    return None


def standing_of(
    row: ListingRow, account: AccountRow, now: datetime, effects: Iterable[EffectRow]
) -> Standing:
    """What is known of one listing without counting its stock."""
    return Standing(
        link=row.link,
        managed=managed_of(row),
        carries=row.carries,
        paused=row.paused,
        all_paused=account.listings_paused,
        quantity=row.quantity,
        offered=row.quantity,
        count=None,
        held=0,
        blockers=(),
        missing_since=row.missing_since,
        blocked=blocked_text(account, now),
        waiting=tuple(_waiting(one) for one in effects if one.kind == Kind.STOCK.value),
    )


def _prices(
    connection: Connection, view: AccountSnapshot, skus: Iterable[SkuWithVariant]
) -> dict[str, dict[str, MarketPrice]]:
    """What each SKU should cost, by market."""
    ids = [one.id for one in skus]
    suggested = Suggestions.of(connection, view, ids)
    return {sku_id: {one.market: one for one in suggested.prices(sku_id)} for sku_id in ids}


def _standing(
    view: AccountSnapshot,
    row: ListingRow,
    offer: Offer,
    blockers: tuple[tuple[int, Text], ...],
    blocked: Text | None,
    effects: Sequence[EffectRow],
) -> Standing:
    until = None
    if row.vanished_at is not None and row.vanished:
        until = row.vanished_at + timedelta(minutes=view.settings.hold_minutes)
    holds = until is not None and until > view.now
    return Standing(
        link=row.link,
        managed=managed_of(row),
        carries=row.carries,
        paused=row.paused,
        all_paused=view.account.listings_paused,
        quantity=row.quantity,
        offered=offer.quantity,
        count=offer.count,
        held=offer.held,
        blockers=blockers,
        missing_since=row.missing_since,
        foreign_at=row.foreign_at,
        foreign_value=row.foreign_value,
        hold_value=row.quantity if holds else None,
        hold_until=until if holds else None,
        blocked=blocked,
        waiting=tuple(_waiting(one) for one in effects if one.kind not in _OF_A_MARKET),
    )


def _waiting(effect: EffectRow) -> Text:
    """Where this effect stands, in words."""
    what = kind_text(Kind(effect.kind))
    failure = failure_of(effect.problem)
    problem = failure.happened if failure is not None else None
    state = EffectState(effect.state)
    if state is EffectState.PARKED:
        return msg("listing.refused", what=what, reason=problem or msg("listing.no_reason"))
    if state is EffectState.UNCERTAIN:
        return msg("listing.uncertain", what=what, at=effect.next_at)
    if state is EffectState.IN_FLIGHT:
        return msg("listing.in_flight", what=what)
    if problem is not None:
        return msg("listing.retry_at", what=what, at=effect.next_at, reason=problem)
    return msg("listing.waiting", what=what, since=effect.created_at)


def _markets(
    view: AccountSnapshot,
    row: ListingRow,
    known: Sequence[MarketRow],
    prices: Mapping[str, MarketPrice],
    effects: Sequence[EffectRow],
) -> tuple[MarketView, ...]:
    there = {one.market: one for one in known}
    names = [*view.settings.markets, *(one for one in there if one not in view.settings.markets)]
    found = []
    for name in names:
        one, price = there.get(name), prices.get(name)
        facts = InMarket(
            market=name,
            publication=one.publication_state if one else None,
            read=one is not None and one.read_at is not None,
            paused=one.paused if one else False,
            chosen=name in view.settings.markets,
            manages_price=row.manage_price,
            price=money_of(one),
            wanted=wanted_of(one),
            suggested=price.money if price else None,
            no_price=price.reason if price else None,
            most=bound_of(one),
            waiting=tuple(_waiting(e) for e in effects if e.kind in _OF_A_MARKET and e.market == name),
        )
        found.append(
            MarketView(
                *(name, facts.price, facts.wanted, market_state(facts), facts.paused),
                one.read_at if one else None,
                market_reasons(facts, quantity=row.quantity),
            )
        )
    return tuple(found)
