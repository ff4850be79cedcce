"""Listings are published in chosen markets, or taken offline: shown first, confirmed by digest, managed ones only.

To publish is to have a confirmed price there; comment, warranty and ways to ship go along with the first price. The
marketplace has no switch for one market: offline is quantity 0 in all of them, or bmdesk writes nothing more in one.
Both are pauses of services.selling.pausing, and end there too.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bmdesk.domain.changes import Change
from bmdesk.domain.listing_reasons import ONLINE, MarketState, above
from bmdesk.domain.markets import market as market_of
from bmdesk.domain.money import Money
from bmdesk.domain.rights import Right
from bmdesk.services import rights
from bmdesk.services.desk import Actor, Desk
from bmdesk.services.lines import Progress
from bmdesk.services.prices import applying
from bmdesk.services.prices.applying import NewPrice
from bmdesk.services.prices.making import Seen
from bmdesk.services.prices.suggesting import MarketPrice, Suggestions
from bmdesk.services.selling import content, listing_minimum, pausing
from bmdesk.services.selling.account_snapshot import AccountSnapshot
from bmdesk.services.selling.content import Said, SkuKnown
from bmdesk.services.selling.content_preview import Saying
from bmdesk.services.selling.management import Done, PreviewChanged
from bmdesk.services.selling.management_preview import bound_of, money_of, wanted_of
from bmdesk.store.engine import Connection
from bmdesk.store.queries import accounts, listing_lists, listings
from bmdesk.store.queries.listings import ListingRow, MarketRow
from bmdesk.texts import Failure, Text, msg

_READ = 500


class NoMarketChosen(Failure):
    """Publishing needs at least one market. No params."""

    code = "publishing.no_market"


@dataclass(frozen=True, slots=True)
class PublishRow:
    """One listing in one market: where it stands, and with which price and words it would be there.

    `new` None: it is not published, `problem` says why. `resumes`: a pause in this market ends.
    """

    listing_id: str
    sku: str
    our_sku: str
    title: str
    market: str
    state: MarketState
    old: Money | None
    new: Money | None
    minimum: Money | None
    saying: Saying | None
    resumes: bool = False
    problem: Text | None = None
    notes: tuple[Text, ...] = ()
    seen: Seen | None = None
    """What it was made from."""

    @property
    def changes(self) -> bool:
        return self.problem is None and (self.resumes or (self.new is not None and self.new != self.old))

    @property
    def sets_price(self) -> bool:
        """Whether another price shall stand there than does, or than was wanted."""
        before = self.seen.wanted if self.seen is not None else None
        return self.new is not None and (self.new != self.old or self.new.minor != before)


@dataclass(frozen=True, slots=True)
class OfflineRow:
    """One listing that is taken offline: what happens, in words; or why it is not."""

    listing_id: str
    sku: str
    title: str
    quantity: int
    online: tuple[str, ...]
    said: Text
    problem: Text | None = None


@dataclass(frozen=True, slots=True)
class PublishPreview:
    """What publishing would do. `digest` is what a person confirms."""

    rows: tuple[PublishRow, ...]
    markets: tuple[str, ...]
    digest: str


@dataclass(frozen=True, slots=True)
class OfflinePreview:
    """What taking offline would do. `market` is empty for all of them."""

    rows: tuple[OfflineRow, ...]
    market: str
    digest: str


@dataclass(frozen=True, slots=True)
class Published:
    """In how many markets of listings; what was left undone and why, as (SKU, reason)."""

    count: int
    problems: tuple[tuple[str, Text], ...] = ()
    stopped: bool = False
    changes: frozenset[Change] = frozenset({Change.LISTINGS})


def publish_preview(
    desk: Desk, account_id: str, selection: Sequence[str], markets: Sequence[str]
) -> PublishPreview:
    """What would happen to these listings in these markets. Raises NoMarketChosen, UnknownMarket."""
    if not markets:
        raise NoMarketChosen
    names = tuple(dict.fromkeys(market_of(one).locale for one in markets))

    def work(connection: Connection) -> PublishPreview:
        view = AccountSnapshot.of(connection, desk, accounts.account(connection, account_id))
        rows: list[PublishRow] = []
        ids = sorted(set(selection))
        for start in range(0, len(ids), _READ):
            page = listing_lists.chosen(connection, account_id, ids[start : start + _READ])
            rows += _page(connection, view, page, names)
        said = "\x1e".join("\x1f".join(map(repr, _seen(row))) for row in rows)
        return PublishPreview(tuple(rows), names, _digest(said))

    return desk.read(work)


def publish(
    desk: Desk,
    actor: Actor,
    account_id: str,
    selection: Sequence[str],
    markets: Sequence[str],
    confirmed: str,
    progress: Progress | None = None,
) -> Published:
    """Exactly what the preview with this digest showed. Raises PreviewChanged."""
    rights.require(desk, Right.MANAGEMENT, actor)
    rights.require(desk, Right.PRICES, actor)
    shown = publish_preview(desk, account_id, selection, markets)
    if shown.digest != confirmed:
        raise PreviewChanged
    wanted = [row for row in shown.rows if row.changes]
    problems = [(row.sku, row.problem) for row in shown.rows if row.problem is not None]
    priced = [row for row in wanted if row.sets_price]
    prices = [NewPrice(row.listing_id, row.market, row.new, row.minimum, seen=row.seen) for row in priced]
    done = applying.set_prices(desk, account_id, actor.code, applying.PUBLISHED, prices, progress)
    # Only then does a pause end: what was wanted there before must not go out in between.
    resumed = desk.read(lambda c: _as_shown(c, [row for row in wanted if row.resumes]))
    for market in shown.markets:
        ids = [row.listing_id for row in resumed if row.market == market]
        if ids:
            pausing.resume(desk, actor, account_id, ids, market)
    only_resumed = sum(not row.sets_price for row in resumed)
    return Published(only_resumed + done.count, (*problems, *done.problems), done.stopped)


def _as_shown(connection: Connection, rows: Sequence[PublishRow]) -> list[PublishRow]:
    """Those of these in whose market the price that was shown is wanted now."""
    found = []
    for row in rows:
        cell = listings.market(connection, row.listing_id, row.market)
        if row.new is not None and wanted_of(cell) == row.new:
            found.append(row)
    return found


def offline_preview(
    desk: Desk, account_id: str, selection: Sequence[str], market: str = ""
) -> OfflinePreview:
    """What would happen if these listings were taken offline, everywhere or in one market. Raises UnknownMarket."""
    name = market_of(market).locale if market else ""

    def work(connection: Connection) -> OfflinePreview:
        rows: list[OfflineRow] = []
        ids = sorted(set(selection))
        for start in range(0, len(ids), _READ):
            page = listing_lists.chosen(connection, account_id, ids[start : start + _READ])
            known = listings.markets(connection, [row.id for row in page])
            rows += [_offline(row, known[row.id], name) for row in page]
        said = "\x1e".join(f"{row.listing_id}\x1f{row.said}\x1f{row.problem}" for row in rows)
        return OfflinePreview(tuple(rows), name, _digest(f"{name}|{said}"))

    return desk.read(work)


def offline(
    desk: Desk,
    actor: Actor,
    account_id: str,
    selection: Sequence[str],
    confirmed: str,
    market: str = "",
    progress: Progress | None = None,
) -> Done:
    """Exactly what the preview with this digest showed. Raises PreviewChanged."""
    shown = offline_preview(desk, account_id, selection, market)
    if shown.digest != confirmed:
        raise PreviewChanged
    ids = [row.listing_id for row in shown.rows]
    return pausing.pause(desk, actor, account_id, ids, shown.market, progress)


def _page(
    connection: Connection, view: AccountSnapshot, page: Sequence[ListingRow], markets: Sequence[str]
) -> Iterator[PublishRow]:
    known = content.known(connection, view.account, {row.sku_id for row in page if row.sku_id})
    cells = listings.markets(connection, [row.id for row in page])
    suggested = Suggestions.of(connection, view, known)
    for row in page:
        of = known.get(row.sku_id or "")
        there = {one.market: one for one in cells[row.id]}
        prices = {one.market: one for one in suggested.prices(of.sku.id, there)} if of is not None else {}
        for market in markets:
            yield _row(view, row, of, there.get(market), prices.get(market), market)


def _row(
    view: AccountSnapshot,
    row: ListingRow,
    of: SkuKnown | None,
    cell: MarketRow | None,
    price: MarketPrice | None,
    market: str,
) -> PublishRow:
    old = money_of(cell)
    state = _state(cell)
    problem = _stop(view, row, market)
    names = (row.id, row.sku_text, of.sku.text if of is not None else "", row.title, market, state, old)
    if of is None or problem is not None:
        return PublishRow(*names, None, None, None, problem=problem or msg("listing.not_linked"))
    new, least, told = _priced(cell, price)
    if cell is not None and cell.foreign_minor is not None:
        problem = msg("prices.second_writer_waits", market=market)
    elif new is None:
        problem = (price.reason if price is not None else None) or msg("create.no_price")
    said = content.said(view.policies, of, market)
    saying = _saying(said, cell)
    comments = {market: cell.comment} if cell is not None else {}
    stop = listing_minimum.keeps_out(
        listing_minimum.lacking(view.policies, of, [market], comments, row), market
    )
    if stop is not None:
        problem = listing_minimum.said(stop)
    most = bound_of(cell)
    notes = [*told, *said.notes] if not (cell is not None and cell.comment.strip()) else list(told)
    if above(new, most):
        notes.append(msg("listing.above_maximum", price=str(new), most=str(most)))
    if row.paused:
        notes.append(msg("listing.paused"))
    elif state is MarketState.OFFLINE and not row.quantity:
        notes.append(msg("publishing.nothing_offered"))
    resumes = cell is not None and cell.paused
    return PublishRow(
        *names,
        None if problem else new,
        least,
        saying,
        resumes and problem is None,
        problem,
        tuple(notes),
        Seen.there(of.sku.text, cell),
    )


def _priced(
    cell: MarketRow | None, price: MarketPrice | None
) -> tuple[Money | None, Money | None, tuple[Text, ...]]:
    """The price and its lowest one, and what to know of them.

    What was confirmed counts while it keeps the bounds of today, else the rules' price takes its place.
    """
    confirmed = wanted_of(cell)
    if price is None:
        return None, None, ()
    outside = price.refuses(confirmed) if confirmed is not None else None
    if confirmed is None or outside is not None:
        return price.money, price.minimum, (*((outside,) if outside is not None else ()), *price.notes)
    least = None
    if cell is not None and cell.wanted_min_minor is not None:
        lowest = price.floor.minor if price.floor is not None else 0
        least = Money(max(cell.wanted_min_minor, lowest), confirmed.currency)
    return confirmed, least, price.notes_on(confirmed)


def _stop(view: AccountSnapshot, row: ListingRow, market: str) -> Text | None:
    """Why this listing cannot be published there, whatever its price."""
    if market not in view.settings.markets:
        return msg("publishing.not_our_market", market=market)
    if row.sku_id is None:
        return msg("listing.not_linked")
    if row.missing_since is not None:
        return msg("listing.missing", at=row.missing_since)
    return None if row.manage_price else msg("publishing.not_managed")


def _state(cell: MarketRow | None) -> MarketState:
    if cell is None or (cell.read_at is None and cell.wanted_minor is None):
        return MarketState.UNPUBLISHED
    if cell.publication_state == ONLINE:
        return MarketState.ONLINE
    return MarketState.PAUSED if cell.paused else MarketState.OFFLINE


def _saying(said: Said, cell: MarketRow | None) -> Saying:
    """What buyers will read: what stands there stays."""
    comment = (cell.comment.strip() if cell is not None else "") or said.comment or ""
    months = (cell.warranty_months if cell is not None else None) or said.warranty_months
    return Saying(comment, months, said.ways or None)


def _offline(row: ListingRow, cells: Sequence[MarketRow], market: str) -> OfflineRow:
    online = tuple(one.market for one in cells if one.publication_state == ONLINE)
    names = (row.id, row.sku_text, row.title, row.quantity, online)
    said = msg("publishing.offline_already")
    if row.quantity:
        said = msg("publishing.offline_all", quantity=row.quantity, markets=", ".join(online) or "-")
    if market:
        stays = market in online
        said = msg("publishing.offline_stays" if stays else "publishing.offline_one", market=market)
    problem = None if row.is_managed else msg("management.not_ours_to_pause")
    if not market and row.is_managed and not row.manage_stock:
        problem = msg("publishing.stock_not_managed")
    return OfflineRow(*names, said, problem)


def _seen(row: PublishRow) -> tuple[object, ...]:
    return (
        row.listing_id,
        row.our_sku,
        row.market,
        row.old,
        row.new,
        row.minimum,
        row.saying,
        row.resumes,
        str(row.problem),
        [str(note) for note in row.notes],
    )


def _digest(said: str) -> str:
    return hashlib.sha256(said.encode()).hexdigest()[:32]
