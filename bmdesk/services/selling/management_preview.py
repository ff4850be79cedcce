"""What would change at the marketplace if bmdesk managed these listings: shown before a person hands them over.

Reads only, and decides nothing that it does not show: management confirms exactly these rows, known by the
digest of what was shown.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import TypeAlias

from bmdesk.domain.linking import NOTHING
from bmdesk.domain.listing_minimum import Missing
from bmdesk.domain.listing_reasons import ASPECTS, ONLINE, Aspect, above
from bmdesk.domain.listing_shipping import Ways
from bmdesk.domain.markets import known_market
from bmdesk.domain.money import Money
from bmdesk.services.desk import Desk
from bmdesk.services.prices.simulation import chosen_of
from bmdesk.services.prices.suggesting import MarketPrice, Suggestions
from bmdesk.services.selling import content, content_changes, listing_minimum, stock
from bmdesk.services.selling.account_snapshot import AccountSnapshot
from bmdesk.services.selling.content import SkuKnown
from bmdesk.services.selling.stock import Offer
from bmdesk.store.engine import Connection
from bmdesk.store.queries import accounts, listing_lists, listings
from bmdesk.store.queries import stock as stock_queries
from bmdesk.store.queries.listing_lists import After, SkuWithVariant
from bmdesk.store.queries.listings import ListingRow, MarketRow
from bmdesk.texts import Text, msg

PAGE = 500

Value: TypeAlias = int | Money | str | None
"""A quantity, a price, or a comment with its warranty."""


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """One thing of one listing: what the marketplace shows and what bmdesk would write.

    `market` is empty for what all markets share. `new` None: nothing would be written, `problem` says why.
    `reason` explains the new value, `problem` what a person should know or do.
    """

    listing_id: str
    sku: str
    our_sku: str
    title: str
    market: str
    aspect: Aspect
    old: Value
    new: Value
    reason: Text | None = None
    problem: Text | None = None
    minimum: Money | None = None
    """How low the marketplace may go by itself from a new price."""
    notes: tuple[Text, ...] = ()
    """What to know of a new price: that the floor lifted it, or that nobody knows the floor."""

    @property
    def changes(self) -> bool:
        """Whether something would be written."""
        return self.new is not None and self.new != self.old


@dataclass(frozen=True, slots=True)
class CreateRow:
    """A SKU with something to sell and no listing: one would be made, in the markets that have a price."""

    sku_id: str
    sku: str
    title: str
    quantity: int
    prices: tuple[MarketPrice, ...]
    problem: Text | None = None


@dataclass(frozen=True, slots=True)
class MarketTotal:
    """What would happen in one market, in listings."""

    market: str
    online: int
    prices: int
    """New prices."""
    contents: int
    no_price: int
    """Not published, because there is no price for it."""


@dataclass(frozen=True, slots=True)
class Preview:
    """All that would change. `digest` stands for exactly this, and is what a person confirms."""

    rows: tuple[PreviewRow, ...]
    to_create: tuple[CreateRow, ...]
    aspects: tuple[Aspect, ...]
    everything: bool
    listings: int
    counts: Mapping[Aspect, int]
    """Changes by aspect."""
    problems: int
    totals: tuple[MarketTotal, ...]
    digest: str

    @property
    def changed(self) -> tuple[PreviewRow, ...]:
        """The rows that a person must look at: those that write something, and those with a problem."""
        return tuple(row for row in self.rows if row.changes or row.problem is not None)

    @property
    def notes(self) -> tuple[Text, ...]:
        """What a person confirms besides the rows: listings of later SKUs are made too, at a price not shown here."""
        return (msg("preview.makes_later"),) if self.everything and self.aspects == ASPECTS else ()


def preview(
    desk: Desk,
    account_id: str,
    selection: Sequence[str] | None = None,
    aspects: Sequence[Aspect] = ASPECTS,
) -> Preview:
    """What would change if these aspects of these listings (None: all of the account) were managed. Changes nothing."""
    return desk.read(lambda connection: build(connection, desk, account_id, selection, aspects))


def build(
    connection: Connection,
    desk: Desk,
    account_id: str,
    selection: Sequence[str] | None,
    aspects: Sequence[Aspect],
) -> Preview:
    """The same within a snapshot that is open already."""
    view = AccountSnapshot.of(connection, desk, accounts.account(connection, account_id))
    wanted = tuple(aspect for aspect in ASPECTS if aspect in aspects)
    rows: list[PreviewRow] = []
    number = 0
    online: Counter[str] = Counter()
    for page in _pages(connection, account_id, selection):
        number += len(page)
        rows += _page_rows(connection, view, page, wanted, online)
    everything = selection is None
    create = tuple(_to_create(connection, view)) if everything and wanted == ASPECTS else ()
    return Preview(
        rows=tuple(rows),
        to_create=create,
        aspects=wanted,
        everything=everything,
        listings=number,
        counts=Counter(row.aspect for row in rows if row.changes),
        problems=sum(row.problem is not None for row in rows)
        + sum(one.problem is not None for one in create),
        totals=_totals(view.settings.markets, rows, online),
        digest=_digest(wanted, rows, create, everything=everything),
    )


def _pages(
    connection: Connection, account_id: str, selection: Sequence[str] | None
) -> Iterator[list[ListingRow]]:
    if selection is not None:
        ids = sorted(set(selection))
        for start in range(0, len(ids), PAGE):
            yield listing_lists.chosen(connection, account_id, ids[start : start + PAGE])
        return
    after: After | None = After()
    ours = [~listing_lists.linked_as(NOTHING)]
    while after is not None:
        page = listing_lists.page(connection, account_id, ours, after, PAGE)
        yield page
        after = After(page[-1].sku_key, page[-1].id) if len(page) == PAGE else None


def _page_rows(
    connection: Connection,
    view: AccountSnapshot,
    page: Sequence[ListingRow],
    aspects: Sequence[Aspect],
    online: Counter[str],
) -> Iterator[PreviewRow]:
    offers = stock.offers(connection, view.policies, view.account, page, view.now)
    known_skus = content.known(connection, view.account, {row.sku_id for row in page if row.sku_id})
    skus = {sku_id: one.sku for sku_id, one in known_skus.items()}
    suggested = Suggestions.of(connection, view, skus)
    known = listings.markets(connection, [row.id for row in page])
    for row in page:
        sku = skus.get(row.sku_id or "")
        markets = {one.market: one for one in known[row.id]}
        online.update(m for m, one in markets.items() if one.publication_state == ONLINE)
        stop = _stop(row)
        if sku is None or stop is not None:
            yield _said(row, sku, aspects[0] if aspects else Aspect.STOCK, stop)
            continue
        if Aspect.STOCK in aspects:
            there = {name: one.comment for name, one in markets.items()}
            lacks = listing_minimum.lacking(view.policies, known_skus[sku.id], list(markets), there, row)
            yield _stock_row(row, sku, offers[row.id], lacks[0] if lacks else None)
        prices = suggested.prices(sku.id, markets)
        if Aspect.PRICE in aspects:
            yield from _price_rows(row, sku, prices, markets)
        if Aspect.CONTENT in aspects:
            ours = {one.market for one in prices if one.money is not None and Aspect.PRICE in aspects}
            yield from _content_rows(view, row, known_skus[sku.id], markets, ours)


def _stop(row: ListingRow) -> Text | None:
    """Why nothing of this listing can be managed, or None."""
    if row.link == NOTHING:
        return msg("listing.nothing_of_ours")
    if row.sku_id is None:
        return msg("listing.not_linked")
    if row.missing_since is not None:
        return msg("listing.missing", at=row.missing_since)
    return None


def _said(row: ListingRow, sku: SkuWithVariant | None, aspect: Aspect, problem: Text | None) -> PreviewRow:
    ours = sku.text if sku else ""
    return PreviewRow(row.id, row.sku_text, ours, row.title, "", aspect, row.quantity, None, None, problem)


def _stock_row(row: ListingRow, sku: SkuWithVariant, offer: Offer, lacks: Missing | None) -> PreviewRow:
    reason = {
        "all_paused": msg("listing.all_paused"),
        "paused": msg("listing.paused"),
        "other_carries": msg("listing.other_carries"),
    }.get(offer.withheld)
    if reason is None and offer.count is not None:
        reason = msg(
            "preview.quantity",
            ready=offer.count.listable,
            sold=offer.count.sold,
            buffer=offer.count.buffer,
        )
    problem = listing_minimum.said(lacks) if lacks is not None and offer.withheld == "minimum" else None
    names = (row.id, row.sku_text, sku.text, row.title)
    return PreviewRow(*names, "", Aspect.STOCK, row.quantity, offer.quantity, reason, problem)


def _price_rows(
    row: ListingRow, sku: SkuWithVariant, prices: Sequence[MarketPrice], markets: Mapping[str, MarketRow]
) -> Iterator[PreviewRow]:
    for one in prices:
        there = markets.get(one.market)
        old = money_of(there)
        reason = msg("preview.share", share=one.share * 100) if one.share is not None else None
        chosen = chosen_of(there)
        if chosen is not None:
            reason = msg("preview.chosen", price=chosen.price, operator=chosen.by or "-")
        problem = one.reason
        most = bound_of(there)
        if problem is None and above(one.money, most) and one.money is not None:
            problem = msg("listing.above_maximum", price=str(one.money), most=str(most))
        yield PreviewRow(
            *(row.id, row.sku_text, sku.text, row.title, one.market, Aspect.PRICE, old, one.money),
            reason,
            problem,
            one.minimum,
            one.notes,
        )


def _content_rows(
    view: AccountSnapshot,
    row: ListingRow,
    of: SkuKnown,
    markets: Mapping[str, MarketRow],
    priced: AbstractSet[str],
) -> Iterator[PreviewRow]:
    for market in view.settings.markets:
        there = markets.get(market)
        if there is not None and there.written_at is not None:
            continue  # comment and warranty go along with the first write only
        if market not in priced and money_of(there) is None and wanted_of(there) is None:
            continue  # a market without any price is not published
        said = content.said(view.policies, of, market)
        ways_there = content_changes.ways_of(there.shippings) if there is not None else ()
        old = _content(there.comment, there.warranty_months, ways_there, market) if there else None
        # An empty comment is not sent, and what a seller wrote stays.
        comment = (there.comment.strip() if there is not None else "") or said.comment or ""
        months = (there.warranty_months if there is not None else None) or said.warranty_months
        yield PreviewRow(
            *(row.id, row.sku_text, of.sku.text, row.title, market, Aspect.CONTENT, old),
            _content(comment, months, ways_there or said.ways, market),
            msg("preview.first_write"),
            said.problem if not comment else None,
        )


def _content(comment: str, months: int | None, ways: Ways, market: str) -> str:
    parts = [f"{comment} ({months})" if months is not None else comment]
    return "; ".join([*parts, *(way.words(_currency(market)) for way in ways)])


def money_of(there: MarketRow | None) -> Money | None:
    """The price that the marketplace shows, or None."""
    if there is None or there.price_minor is None:
        return None
    return Money(there.price_minor, there.currency or _currency(there.market))


def wanted_of(there: MarketRow | None) -> Money | None:
    """The price that a person confirmed, or None."""
    if there is None or there.wanted_minor is None:
        return None
    return Money(there.wanted_minor, there.wanted_currency or _currency(there.market))


def bound_of(there: MarketRow | None) -> Money | None:
    """The highest price that the marketplace takes, or None."""
    if there is None or there.max_minor is None:
        return None
    return Money(there.max_minor, there.currency or _currency(there.market))


def _currency(market: str) -> str:
    known = known_market(market)
    return known.currency if known is not None else "EUR"


def _to_create(connection: Connection, view: AccountSnapshot) -> Iterator[CreateRow]:
    where = stock_queries.pool(connection, view.company, view.account.id)
    ids = sorted(stock_queries.offerable(connection, where, view.company, view.now))
    for start in range(0, len(ids), PAGE):
        page = ids[start : start + PAGE]
        listed = listing_lists.how_many_linked(connection, view.account.id, page)
        open_ = [sku_id for sku_id in page if sku_id not in listed]
        known = content.known(connection, view.account, open_)
        counts = stock.counts(connection, view.policies, view.account, open_, view.now)
        suggested = Suggestions.of(connection, view, open_)
        for sku_id in open_:
            count = counts[sku_id][0]
            if count.quantity > 0:
                yield _create_row(view, known[sku_id], suggested.prices(sku_id), count.quantity)


def _create_row(
    view: AccountSnapshot, of: SkuKnown, prices: tuple[MarketPrice, ...], quantity: int
) -> CreateRow:
    sku, variant = of.sku, of.variant
    problem = None
    if not variant.backmarket_product_id and not variant.ean:
        problem = msg("preview.no_product_id", model_code=variant.model_code)
    elif all(one.money is None for one in prices):
        problem = prices[0].reason if prices else None
    else:
        priced = [one.market for one in prices if one.money is not None]
        stop = listing_minimum.keeps_back(listing_minimum.lacking(view.policies, of, priced), priced)
        problem = listing_minimum.said(stop) if stop is not None else None
    return CreateRow(sku.id, sku.text, sku.title, quantity, prices, problem)


def _totals(
    markets: Sequence[str], rows: Sequence[PreviewRow], online: Mapping[str, int]
) -> tuple[MarketTotal, ...]:
    prices = Counter(row.market for row in rows if row.aspect is Aspect.PRICE and row.changes)
    contents = Counter(row.market for row in rows if row.aspect is Aspect.CONTENT and row.changes)
    unpriced = Counter(
        row.market for row in rows if row.aspect is Aspect.PRICE and row.market and row.new is None
    )
    return tuple(
        MarketTotal(market, online.get(market, 0), prices[market], contents[market], unpriced[market])
        for market in markets
    )


def _digest(
    aspects: Sequence[Aspect], rows: Sequence[PreviewRow], create: Sequence[CreateRow], *, everything: bool
) -> str:
    said = hashlib.sha256(f"{','.join(aspects)}|{everything}".encode())
    for row in rows:
        parts = (row.listing_id, row.our_sku, row.market, row.aspect.value, repr(row.old), repr(row.new))
        said.update("\x1f".join((*parts, str(row.minimum), str(row.problem), *map(str, row.notes))).encode())
    for one in create:
        prices = ",".join(f"{p.market}={p.money} {[str(note) for note in p.notes]}" for p in one.prices)
        said.update("\x1f".join((one.sku_id, str(one.quantity), prices, str(one.problem))).encode())
    return said.hexdigest()[:32]
