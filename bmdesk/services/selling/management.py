"""A listing is managed only when a person said so: handing over what a preview showed, and handing back.

What bmdesk does not manage it never writes. Prices are confirmed exactly as the preview showed them; nothing else is
ever written as a price. Everything goes in pages, each a transaction with the effects that follow from it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bmdesk.domain.effects import Kind, PriceOf, StockOf, Want
from bmdesk.domain.listing_reasons import ASPECTS, Aspect, aspect_text
from bmdesk.domain.money import Money
from bmdesk.domain.rights import Right
from bmdesk.services import rights
from bmdesk.services.desk import Actor, Desk
from bmdesk.services.lines import Progress, in_pages
from bmdesk.services.prices.wanted import NO_CHOICE, wanted_values
from bmdesk.services.selling import content_changes, prices_to_make
from bmdesk.services.selling.managed_pages import (
    PAGE,
    SAID_ONE_BY_ONE,
    Done,
    Outcome,
    Pages,
    log,
    meant,
    stock_of,
)
from bmdesk.services.selling.management_preview import CreateRow, Preview, PreviewRow, preview
from bmdesk.services.wants import let_go, want
from bmdesk.store.queries import accounts, listing_lists, listings, outbox, outbox_calls, sync_log
from bmdesk.store.queries.listings import ListingRow, MarketRow
from bmdesk.store.transaction import Row, Tx
from bmdesk.texts import Failure, Text, msg

__all__ = [
    "Done",
    "Preview",
    "PreviewChanged",
    "manage",
    "preview",
    "right_to_hand_over",
    "unmanage",
]


class PreviewChanged(Failure):
    """Something changed since the preview was shown: nothing was confirmed. No params."""

    code = "management.preview_changed"


def manage(
    desk: Desk,
    actor: Actor,
    account_id: str,
    selection: Sequence[str] | None,
    aspects: Sequence[Aspect],
    confirmed: str,
    progress: Progress | None = None,
) -> Done:
    """Hand these aspects of these listings (None: all) over to bmdesk, with the prices of the preview just shown.

    `confirmed` is that preview's digest. All listings in all aspects also means that missing listings are made.
    Listings that cannot be managed (not linked, gone) are named in `problems`. Raises PreviewChanged.
    """
    rights.require(desk, right_to_hand_over(desk, account_id, selection), actor)
    if Aspect.PRICE in aspects:
        rights.require(desk, Right.PRICES, actor)
    since = desk.clock.now()
    shown = preview(desk, account_id, selection, aspects)
    if shown.digest != confirmed:
        raise PreviewChanged
    by_listing: dict[str, list[PreviewRow]] = {}
    for row in shown.rows:
        by_listing.setdefault(row.listing_id, []).append(row)
    work = Pages(desk)

    def page(ids: Sequence[str]) -> None:
        work.run(
            lambda tx: _take_over(
                tx, actor, account_id, [by_listing[one] for one in ids], shown.aspects, since
            )
        )

    finished = in_pages(list(by_listing), page, progress, PAGE)
    if finished and shown.everything and shown.aspects == ASPECTS:
        _make_missing(desk, actor, account_id, [one for one in shown.to_create if one.problem is None])
    return work.done(stopped=not finished)


def right_to_hand_over(desk: Desk, account_id: str, selection: Sequence[str] | None) -> Right:
    """Whoever marks all of many listings hands over all of them."""
    if selection is None:
        return Right.HAND_OVER_ALL
    there = desk.read(lambda connection: listings.count(connection, account_id))
    return (
        Right.HAND_OVER_ALL if there > SAID_ONE_BY_ONE and len(set(selection)) >= there else Right.MANAGEMENT
    )


def unmanage(
    desk: Desk,
    actor: Actor,
    account_id: str,
    selection: Sequence[str] | None,
    aspects: Sequence[Aspect] = ASPECTS,
    progress: Progress | None = None,
) -> Done:
    """Hand these aspects back: what waits to be sent for them is cancelled, and nothing is written."""
    rights.require(desk, Right.MANAGEMENT, actor)
    work = Pages(desk)
    if selection is None:
        desk.write(lambda tx: _make_no_more(tx, account_id))

    def page(ids: Sequence[str]) -> None:
        work.run(lambda tx: _give_back(tx, actor, account_id, ids, aspects))

    finished = in_pages(meant(desk, account_id, selection), page, progress, PAGE)
    return work.done(stopped=not finished)


def _take_over(
    tx: Tx,
    actor: Actor,
    account_id: str,
    shown: Sequence[Sequence[PreviewRow]],
    aspects: Sequence[Aspect],
    since: datetime,
) -> Outcome:
    """As shown; but a price that was said to be another one since then stays."""
    ids = [rows[0].listing_id for rows in shown]
    there = {row.id: row for row in listing_lists.chosen(tx.connection, account_id, ids)}
    skus = listing_lists.skus(tx.connection, {row.sku_id for row in there.values() if row.sku_id})
    known = listings.markets(tx.connection, ids)
    problems: list[tuple[str, Text]] = []
    wants: list[Want] = []
    taken: list[ListingRow] = []
    changed: list[Row] = []
    new: list[Row] = []
    for rows in shown:
        row, first = there.get(rows[0].listing_id), rows[0]
        sku = skus.get(row.sku_id or "") if row is not None else None
        if row is None or sku is None or sku.text != first.our_sku or row.missing_since is not None:
            problems.append((first.sku, first.problem or msg("linking.changed_since")))
            continue
        taken.append(row)
        listings.set_listing(tx, row.id, **_flags(tx, row, aspects))
        if Aspect.STOCK in aspects:
            wants.append(StockOf(sku.id))
        markets = {one.market: one for one in known[row.id]}
        for one, price in _confirmed(rows):
            old = markets.get(one.market)
            if old is not None and old.wanted_at is not None and old.wanted_at > since:
                problems.append((first.sku, msg("prices.changed_since", market=one.market)))
                continue
            (new if old is None else changed).append(_price(tx, row, old, one, price))
        wants += [PriceOf(row.id, market) for market in _to_write(rows)]
    listings.save_markets(tx, changed)
    listings.add_markets(tx, new)
    want(tx, *wants)
    names = tuple(aspect_text(aspect) for aspect in aspects)
    log(
        tx,
        account_id,
        taken,
        lambda what: msg("management.log_managed", what=what, aspects=names, operator=actor.code),
    )
    return len(taken), problems


def _flags(tx: Tx, row: ListingRow, aspects: Sequence[Aspect]) -> Row:
    values: Row = {f"manage_{aspect.value}": True for aspect in aspects}
    if Aspect.STOCK in aspects and not row.manage_stock:
        # From here on bmdesk tells its own writes and the marketplace's sales from a second writer's.
        values |= {"base_quantity": row.quantity, "base_at": tx.now, "sent": []}
        # Pieces that vanished there stay missing: switching off and on does not find them.
        values |= {"foreign_at": None, "foreign_value": None}
    return values


def _confirmed(rows: Sequence[PreviewRow]) -> list[tuple[PreviewRow, Money]]:
    return [(row, row.new) for row in rows if isinstance(row.new, Money)]


def _to_write(rows: Sequence[PreviewRow]) -> list[str]:
    """The markets in which price or content would change; content goes along with a price that is there."""
    found = {row.market for row in rows if row.aspect is not Aspect.STOCK and row.market and row.changes}
    return sorted(found)


def _price(tx: Tx, row: ListingRow, old: MarketRow | None, shown: PreviewRow, price: Money) -> Row:
    values = wanted_values(tx, row, old, price, shown.minimum)
    if old is None:
        return {"listing_id": row.id, "market": shown.market, "sent": [], **values}
    day = {"day_on": old.day_on, "day_minor": old.day_minor}
    return {"key_listing": row.id, "key_market": shown.market, **day, **values}


def _make_missing(desk: Desk, actor: Actor, account_id: str, to_create: Sequence[CreateRow]) -> None:
    """Make these at the prices shown, and from now on those of other SKUs too, at the price of the shares then."""

    def allow(tx: Tx) -> None:
        accounts.set_account(tx, account_id, creates=True)
        sync_log.log(tx, account_id, "info", msg("management.log_creates", operator=actor.code))

    desk.write(allow)
    shown = {one.sku_id: one for one in to_create}

    def page(tx: Tx, ids: Sequence[str]) -> None:
        outbox_calls.drop_refused_creates(tx, account_id, ids)
        want(tx, *(StockOf(one) for one in ids))
        for sku_id, effect in outbox_calls.waiting_creates(tx.connection, account_id, ids).items():
            kept = prices_to_make.to_keep(shown[sku_id].prices, shown=True)
            outbox.set_effect(tx, effect.id, change=kept)

    in_pages(list(shown), lambda ids: desk.write(lambda tx: page(tx, ids)), None)


def _make_no_more(tx: Tx, account_id: str) -> None:
    accounts.set_account(tx, account_id, creates=False)
    outbox_calls.forget_prices_to_make(tx, account_id)


def _give_back(
    tx: Tx, actor: Actor, account_id: str, ids: Sequence[str], aspects: Sequence[Aspect]
) -> Outcome:
    given: list[ListingRow] = []
    for row in listing_lists.chosen(tx.connection, account_id, ids):
        back = [aspect for aspect in aspects if getattr(row, f"manage_{aspect.value}")]
        if not back:
            continue
        given.append(row)
        listings.set_listing(tx, row.id, **{f"manage_{aspect.value}": False for aspect in back})
        if Aspect.STOCK in back:
            outbox.cancel_pending(tx, row.id, Kind.STOCK)
            let_go(tx, row.id)
            want(tx, *stock_of([row]))  # of another listing of its SKU, which offered less for its sake
        if Aspect.PRICE in back:
            _forget_prices(tx, row.id)
        if Aspect.CONTENT in back:
            outbox.cancel_pending(tx, row.id, Kind.CONTENT)
            content_changes.forget(tx, row.id)
        keeps = (row.manage_price and Aspect.PRICE not in back) or (
            row.manage_content and Aspect.CONTENT not in back
        )
        if not keeps:
            outbox.cancel_pending(tx, row.id, Kind.PRICE)
    names = tuple(aspect_text(aspect) for aspect in aspects)
    log(
        tx,
        account_id,
        given,
        lambda what: msg("management.log_handed_back", what=what, aspects=names, operator=actor.code),
    )
    return len(given), []


def _forget_prices(tx: Tx, listing_id: str) -> None:
    """What was confirmed and chosen then counts no more: managing it again shows a preview again, by the rules.

    The price with which the day began stays: the greatest change a day counts from it, whoever writes.
    """
    nothing: Row = {
        "wanted_minor": None,
        "wanted_min_minor": None,
        "wanted_currency": "",
        "wanted_at": None,
        "base_minor": None,
        "sent": [],
        "foreign_minor": None,
        "foreign_at": None,
    }
    for one in listings.markets(tx.connection, [listing_id])[listing_id]:
        if one.wanted_minor is not None or one.foreign_minor is not None or one.chosen_why:
            listings.set_market(tx, listing_id, one.market, **nothing, **NO_CHOICE)
