"""Listings as people look at them: the list with its reasons, a unit's way to the market, what runs low.

Reads only. Linking is services.selling.linking, handing over is services.selling.management,
pausing services.selling.pausing.
"""

from __future__ import annotations

from dataclasses import dataclass

from bmdesk.domain.identifiers import sku_key
from bmdesk.domain.linking import OPEN
from bmdesk.domain.listing_reasons import ONLINE, whole_reasons
from bmdesk.domain.unit import State
from bmdesk.services.desk import Desk
from bmdesk.services.selling import account_settings, listing_minimum, listing_why, stock
from bmdesk.services.selling.account_snapshot import AccountSnapshot
from bmdesk.services.selling.linking import UnknownListing
from bmdesk.services.selling.listing_why import ListedRow, MarketView
from bmdesk.store.engine import Connection
from bmdesk.store.queries import accounts, listing_lists, listings, outbox_lists, units
from bmdesk.store.queries.accounts import AccountRow
from bmdesk.store.queries.listing_lists import After, Condition
from bmdesk.store.queries.listings import ListingRow
from bmdesk.texts import Failure, Text, msg

__all__ = ["ListedRow", "ListingFilter", "MarketView", "Page", "UnitListing", "UnknownFilter"]

MOST = 100
"""Listings on one page, at most."""

MANAGED = ("yes", "no", "stock", "price", "content")
STATES = ("online", "offline", "paused", "problem", "unlinked")
LEVELS = ("low", "out")

_ON_ITS_WAY = frozenset({"listing.waiting", "listing.in_flight"})

_LOOKED_THROUGH = 20
"""Pages that are read for one page of a filter that only counting can answer."""


class UnknownFilter(Failure):
    """No such thing to narrow the list by. Params: `given`, `known`."""

    code = "listing.unknown_filter"


@dataclass(frozen=True, slots=True)
class ListingFilter:
    """What the list is narrowed by; an empty field narrows nothing. `state` is asked of `market`, or of any."""

    words: str = ""
    managed: str = ""
    state: str = ""
    market: str = ""
    level: str = ""


ALL = ListingFilter()


@dataclass(frozen=True, slots=True)
class Page:
    """Some listings by their own SKU. `next` goes into `after` for the page that follows; None at the end."""

    rows: tuple[ListedRow, ...]
    next: After | None


@dataclass(frozen=True, slots=True)
class UnitListing:
    """The listing that offers a unit's SKU. `listed`: last read online with something to sell, and the unit ready."""

    id: str
    account: str
    sku: str
    remote_id: str
    listing_number: int | None
    remote_quantity: int
    online: tuple[str, ...]
    listed: bool


@dataclass(frozen=True, slots=True)
class Levels:
    """Managed SKUs that run out: `low` still offers some, `out` offers none."""

    low: int
    out: int


def listed(
    desk: Desk, account_id: str, chosen: ListingFilter = ALL, after: After | None = None, limit: int = MOST
) -> Page:
    """A page of an account's listings with price, state and reasons, market by market. Raises UnknownFilter."""
    most = max(1, min(limit, MOST))
    conditions = _conditions(chosen)

    def work(connection: Connection) -> Page:
        view = AccountSnapshot.of(connection, desk, accounts.account(connection, account_id))
        found: list[ListedRow] = []
        start = after or After()
        for _ in range(_LOOKED_THROUGH):
            rows = listing_lists.page(connection, account_id, conditions, start, most + 1)
            for row in listing_why.explained(connection, view, rows[:most]):
                start = After(row.listing.sku_key, row.listing.id)
                if not chosen.level or row.level == chosen.level:
                    found.append(row)
                    if len(found) == most:
                        more = len(rows) > most or row.listing.id != rows[-1].id
                        return Page(tuple(found), start if more else None)
            if len(rows) <= most:
                return Page(tuple(found), None)
        return Page(tuple(found), start)

    return desk.read(work)


def count(desk: Desk, account_id: str, chosen: ListingFilter = ALL) -> int:
    """How many listings `listed` has on all its pages; what runs low is counted among all that could.

    Raises UnknownFilter.
    """
    conditions = _conditions(chosen)
    return desk.read(lambda connection: listing_lists.count(connection, account_id, conditions))


def show(desk: Desk, account_id: str, listing_id: str) -> ListedRow:
    """One listing with its reasons. Raises UnknownListing."""

    def work(connection: Connection) -> ListedRow:
        row = listings.find(connection, account_id, listing_id)
        if row is None:
            raise UnknownListing(given=listing_id[:40])
        view = AccountSnapshot.of(connection, desk, accounts.account(connection, account_id))
        return listing_why.explained(connection, view, [row])[0]

    return desk.read(work)


def find(desk: Desk, account_id: str, given: str) -> tuple[ListingRow, ...]:
    """The listings somebody means by a SKU (its own, else ours), UUID, number or id. Raises UnknownListing."""
    text = given.strip()
    key = sku_key(text)

    def work(connection: Connection) -> list[ListingRow]:
        return listing_lists.named(connection, desk.company, account_id, text, key)

    rows = desk.read(work)
    own = [row for row in rows if row.sku_key == key or row.remote_id == text or row.id == text.upper()]
    if not rows:
        raise UnknownListing(given=text[:60])
    return tuple(own or rows)


def way_to_market(desk: Desk, unit_id: str) -> tuple[Text, ...]:
    """Where this unit stands on its way to the market, in one or two sentences; none for one that left the house."""

    def work(connection: Connection) -> tuple[Text, ...]:
        unit = units.find_unit(connection, desk.company, unit_id)
        known = accounts.sellers(connection, desk.company)
        if unit is None or not known:
            return ()
        if unit.state in {State.HELD.value, State.INSPECTING.value, State.RECEIVED.value}:
            return (msg("market_way.held") if unit.state == State.HELD.value else msg("market_way.not_yet"),)
        if unit.state != State.READY.value or unit.sku_id is None:
            return ()
        rows = [row for row in listings.of_sku(connection, unit.sku_id) if row.carries]
        if not rows:
            maker = next((account for account in known if account.creates), None)
            if maker is not None:
                stop = listing_minimum.stops(connection, desk.policies(connection), maker, unit.sku_id)
                if stop is not None:
                    return (
                        msg("market_way.not_online", sku=unit.sku or "", reason=listing_minimum.said(stop)),
                    )
                return (msg("market_way.will_be_made", sku=unit.sku or ""),)
            return (msg("market_way.no_listing", sku=unit.sku or ""),)
        by_id = {account.id: account for account in known}
        return tuple(_way(connection, desk, row, by_id[row.account_id]) for row in rows[:2])

    return desk.read(work)


def of_unit(desk: Desk, unit_id: str) -> UnitListing | None:
    """The listing that carries the stock of this unit's SKU, or None."""

    def work(connection: Connection) -> UnitListing | None:
        unit = units.find_unit(connection, desk.company, unit_id)
        if unit is None or unit.sku_id is None:
            return None
        rows = [row for row in listings.of_sku(connection, unit.sku_id) if row.carries]
        if not rows:
            return None
        known = listings.markets(connection, [row.id for row in rows])
        online = {row.id: _online(known[row.id]) for row in rows}
        # Of several accounts' listings the one that sells tells the most.
        row = max(rows, key=lambda row: (bool(online[row.id]) and row.quantity > 0, row.quantity))
        return UnitListing(
            id=row.id,
            account=accounts.account(connection, row.account_id).name,
            sku=row.sku_text,
            remote_id=row.remote_id,
            listing_number=row.listing_number,
            remote_quantity=row.quantity,
            online=online[row.id],
            listed=unit.state == State.READY.value and bool(online[row.id]) and row.quantity > 0,
        )

    return desk.read(work)


def low_stock(desk: Desk) -> Levels:
    """How many managed SKUs of the company run low or offer nothing."""

    def work(connection: Connection) -> Levels:
        low = out = 0
        policies = desk.policies(connection)
        for account in accounts.sellers(connection, desk.company):
            threshold = account_settings.of(connection, desk.company, account.name).low_stock
            for page in _carrying(connection, account):
                offers = stock.offers(connection, policies, account, page, desk.clock.now())
                levels = [listing_why.level(row, offers[row.id], threshold) for row in page]
                low, out = low + levels.count("low"), out + levels.count("out")
        return Levels(low, out)

    return desk.read(work)


def _conditions(chosen: ListingFilter) -> list[Condition]:
    for given, known in ((chosen.managed, MANAGED), (chosen.state, STATES), (chosen.level, LEVELS)):
        if given and given not in known:
            raise UnknownFilter(given=given[:40], known=", ".join(known))
    found: list[Condition] = []
    if chosen.words.strip():
        found.append(listing_lists.called(chosen.words[:100]))
    if chosen.managed in {"yes", "no"}:
        found.append(listing_lists.managing("any", on=chosen.managed == "yes"))
    elif chosen.managed:
        found.append(listing_lists.managing(chosen.managed))
    if chosen.state == "online":
        found.append(listing_lists.published(ONLINE, chosen.market))
    elif chosen.state == "offline":
        found.append(listing_lists.not_online(chosen.market))
    elif chosen.state == "paused":
        found.append(listing_lists.paused(chosen.market))
    elif chosen.state == "problem":
        found.append(listing_lists.with_problem())
    elif chosen.state == "unlinked":
        found.append(listing_lists.linked_as(OPEN))
    if chosen.market and chosen.state not in {"online", "offline", "paused"}:
        found.append(listing_lists.in_market(chosen.market))
    if chosen.level:
        found.append(listing_lists.carrying_managed())
    return found


def _carrying(connection: Connection, account: AccountRow) -> list[list[ListingRow]]:
    pages, after = [], After()
    while True:
        page = listing_lists.page(connection, account.id, [listing_lists.carrying_managed()], after, 500)
        if page:
            pages.append(page)
        if len(page) < 500:
            return pages
        after = After(page[-1].sku_key, page[-1].id)


def _way(connection: Connection, desk: Desk, row: ListingRow, account: AccountRow) -> Text:
    known = listings.markets(connection, [row.id])[row.id]
    online = _online(known)
    if online and row.quantity > 0:
        return msg("market_way.live", markets=", ".join(online), sku=row.sku_text, count=row.quantity)
    lacks = listing_minimum.of_listings(connection, desk.policies(connection), account, [row]).get(row.id)
    if lacks is not None and lacks.keeps_back is not None and row.manage_stock:
        said = listing_minimum.said(lacks.keeps_back)
        return msg("market_way.not_online", sku=row.sku_text, reason=said)
    effects = outbox_lists.unfinished(connection, [row.id])
    reasons = whole_reasons(listing_why.standing_of(row, account, desk.clock.now(), effects))
    if reasons and reasons[0].code in _ON_ITS_WAY:
        # Nothing stands in the way: what is left is the sending itself.
        meant = [one.market for one in known if not one.paused and (one.wanted_minor or one.price_minor)]
        if meant:
            return msg("market_way.goes_online", markets=", ".join(meant), sku=row.sku_text)
        return msg("market_way.goes_out", sku=row.sku_text)
    if reasons:
        return msg("market_way.not_online", sku=row.sku_text, reason=reasons[0])
    return msg("market_way.not_seen", sku=row.sku_text)


def _online(known: list[listings.MarketRow]) -> tuple[str, ...]:
    return tuple(one.market for one in known if one.publication_state == ONLINE)
