"""Which SKU of ours each listing sells: linked by its SKU, confirmed by a person, or nothing of ours.

A link alone writes nothing at the marketplace: what is managed is management. What follows for the stock of
the SKUs is wanted in the same transaction; lines of orders hang on the listing and so follow by themselves.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bmdesk.domain import linking as rules
from bmdesk.domain.changes import Change
from bmdesk.domain.effects import StockOf
from bmdesk.domain.grading import NOT_FOR_SALE, SCALE
from bmdesk.domain.identifiers import sku_key
from bmdesk.domain.rights import Right
from bmdesk.services import rights
from bmdesk.services.desk import Actor, Desk
from bmdesk.services.lines import Progress, in_pages
from bmdesk.services.prices.wanted import NO_CHOICE
from bmdesk.services.selling import link_list
from bmdesk.services.selling.link_list import LINKED, NOTHING, OPEN
from bmdesk.services.wants import want, want_listing
from bmdesk.store.engine import Connection
from bmdesk.store.queries import catalogue, listing_lists, listings, sync_log
from bmdesk.store.queries.listings import ListingRow
from bmdesk.store.transaction import Row, Tx
from bmdesk.texts import Failure, Text, msg

_CHANGED = frozenset({Change.LISTINGS, Change.CATALOGUE})


class UnknownListing(Failure):
    """No listing of this account is called so. Params: `given`."""

    code = "listing.unknown"


class UnknownSku(Failure):
    """No SKU, nor a product and a grade that make one. Params: `given`."""

    code = "listing.unknown_sku"


class StillManaged(Failure):
    """What is managed keeps its link: hand it back first. Params: `listing`."""

    code = "listing.still_managed"


class NotLinked(Failure):
    """A listing that sells no SKU of ours cannot do that. Params: `listing`."""

    code = "listing.not_linked_yet"


@dataclass(frozen=True, slots=True)
class Done:
    """What was done: how many listings, and what was left undone and why, as (listing's SKU, reason)."""

    count: int
    problems: tuple[tuple[str, Text], ...] = ()
    stopped: bool = False
    changes: frozenset[Change] = _CHANGED


def link_new(tx: Tx, account_id: str, listing_ids: Sequence[str]) -> int:
    """Link those of these listings (a pulled page) that are open and whose SKU is one of ours; how many.

    Nothing becomes managed. A listing whose grade or battery contradicts the SKU's stays open for a person to see.
    """
    linked = 0
    for start in range(0, len(listing_ids), 500):
        rows = listing_lists.chosen(tx.connection, account_id, listing_ids[start : start + 500])
        linked += _link_page(tx, account_id, [row for row in rows if row.link == OPEN])
    return linked


def confirm(
    desk: Desk,
    actor: Actor,
    listing_id: str,
    sku_id: str | None = None,
    *,
    variant_id: str = "",
    grade: str = "",
    new_battery: bool = False,
) -> Done:
    """A person says which SKU this listing sells: one that is there, or a product in a grade, whose SKU is then made.

    Raises UnknownListing, UnknownSku, StillManaged.
    """
    rights.require(desk, Right.LINKS, actor)

    def work(tx: Tx) -> Done:
        row = _listing(tx.connection, desk, listing_id)
        target = sku_id or _sku_of(tx, variant_id, grade, new_battery=new_battery)
        if target not in listing_lists.skus(tx.connection, [target]):
            raise UnknownSku(given=target[:40])
        return _confirm(tx, actor, row, target)

    return desk.write(work)


def confirm_text(desk: Desk, actor: Actor, listing_id: str, text: str) -> Done:
    """The same, the SKU by its text: `<model_code>-<GRADE>[-NB]`; it is made where the product is there.

    Raises UnknownListing, UnknownSku, StillManaged.
    """
    rights.require(desk, Right.LINKS, actor)

    def work(tx: Tx) -> Done:
        row = _listing(tx.connection, desk, listing_id)
        key = sku_key(text)
        found = listing_lists.skus_by_key(tx.connection, tx.company, [key]).get(key)
        target = found.id if found is not None else _made_by_text(tx, [key]).get(key)
        if target is None:
            raise UnknownSku(given=text[:60])
        return _confirm(tx, actor, row, target)

    return desk.write(work)


def confirm_all(
    desk: Desk,
    actor: Actor,
    account_id: str,
    seen: Mapping[str, str],
    progress: Progress | None = None,
) -> Done:
    """Link the listings that a person has looked over: `seen` is the SKU's text that was shown, by listing id.

    Only what is still open and still unambiguous, with the same SKU, is linked; the rest is named in `problems`.
    """
    rights.require(desk, Right.LINKS, actor)
    matcher = desk.read(lambda connection: link_list.matcher(connection, desk.company))
    done: list[int] = []
    problems: list[tuple[str, Text]] = []

    def page(ids: Sequence[str]) -> None:
        def work(tx: Tx) -> tuple[int, list[tuple[str, Text]]]:
            open_ = [r for r in listing_lists.chosen(tx.connection, account_id, ids) if r.link == OPEN]
            shown = link_list.rows(tx.connection, tx.company, account_id, matcher, open_)
            targets, moved = [], []
            for row in shown:
                best = row.sure
                if best is None or best.sku_text != seen[row.listing.id]:
                    moved.append((row.listing.sku_text, msg("linking.changed_since")))
                    continue
                sku = _sku_of(tx, best.variant_id, best.grade, new_battery=best.new_battery)
                targets.append((row.listing, sku))
            link_to(tx, account_id, targets)
            _log(tx, actor, account_id, [row for row, _ in targets])
            return len(targets), moved

        number, moved = desk.write(work)
        done.append(number)
        problems.extend(moved)

    finished = in_pages(sorted(seen), page, progress)
    return Done(sum(done), tuple(problems[:500]), stopped=not finished)


def nothing_of_ours(desk: Desk, actor: Actor, listing_id: str) -> Done:
    """A person says that this listing sells nothing of ours; it is left alone. Raises UnknownListing, StillManaged."""
    rights.require(desk, Right.LINKS, actor)
    return _loose(desk, actor, listing_id, NOTHING)


def unlink(desk: Desk, actor: Actor, listing_id: str) -> Done:
    """Back to the open ones. Raises UnknownListing, StillManaged."""
    rights.require(desk, Right.LINKS, actor)
    return _loose(desk, actor, listing_id, OPEN)


def choose_carrier(desk: Desk, actor: Actor, listing_id: str) -> Done:
    """Of all listings of its SKU in the account this one carries the stock. Raises UnknownListing, NotLinked."""
    rights.require(desk, Right.LINKS, actor)

    def work(tx: Tx) -> Done:
        row = _listing(tx.connection, desk, listing_id)
        if row.sku_id is None:
            raise NotLinked(listing=row.sku_text)
        before = listing_lists.carriers(tx.connection, row.account_id, [row.sku_id]).get(row.sku_id)
        if before is not None and before.id == row.id:
            return Done(0)
        if before is not None:
            listings.set_listing(tx, before.id, carries=False)
        listings.set_listing(tx, row.id, carries=True)
        said = msg("linking.log_carrier", listing=row.sku_text, operator=actor.code)
        sync_log.log(tx, row.account_id, "info", said, listing_id=row.id)
        if before is not None:
            want_listing(tx, [before], urgent=True)
        want(tx, StockOf(row.sku_id))
        return Done(1)

    return desk.write(work)


def _link_page(tx: Tx, account_id: str, rows: Sequence[ListingRow]) -> int:
    known = listing_lists.skus_by_key(tx.connection, tx.company, sorted({row.sku_key for row in rows}))
    unknown: list[ListingRow] = []
    targets: list[tuple[ListingRow, str]] = []
    for row in rows:
        sku = known.get(row.sku_key)
        if sku is None:
            unknown.append(row)
        elif _against(row, sku.grade, new_battery=sku.new_battery) is None:
            targets.append((row, sku.id))
    agreeing = []
    for row in unknown:
        parts = rules.our_parts(row.sku_key)
        if parts is not None and _against(row, parts.grade, new_battery=parts.new_battery) is None:
            agreeing.append(row)
    made = _made_by_text(tx, sorted({row.sku_key for row in agreeing})) if agreeing else {}
    targets += [(row, made[row.sku_key]) for row in agreeing if row.sku_key in made]
    link_to(tx, account_id, targets)
    return len(targets)


def _against(row: ListingRow, grade: str, *, new_battery: bool) -> Text | None:
    return rules.contradiction(link_list.offered(row), grade, new_battery=new_battery)


def _made_by_text(tx: Tx, keys: Sequence[str]) -> dict[str, str]:
    """The SKUs with these keys that a product of ours and a grade make; made when they are not there yet."""
    parts = {key: told for key in keys if (told := rules.our_parts(key)) is not None}
    variants = catalogue.by_keys(tx.connection, tx.company, sorted({told.code for told in parts.values()}))
    found = {}
    for key, told in parts.items():
        variant = variants.get(told.code)
        if variant is not None:
            found[key] = catalogue.sku_id(tx, variant, told.grade, told.new_battery)
    return found


def _sku_of(tx: Tx, variant_id: str, grade: str, *, new_battery: bool) -> str:
    variant = catalogue.find_variant(tx.connection, tx.company, variant_id)
    if variant is None or grade not in SCALE or grade == NOT_FOR_SALE:
        raise UnknownSku(given=f"{variant.model_code if variant else variant_id}-{grade}"[:60])
    return catalogue.sku_id(tx, variant, grade, new_battery)


def link_to(tx: Tx, account_id: str, targets: Sequence[tuple[ListingRow, str]]) -> None:
    """Link each of these listings, that were not linked, to its SKU. Of each SKU one listing carries the stock."""
    if not targets:
        return
    skus = sorted({sku for _, sku in targets})
    present = listing_lists.carriers(tx.connection, account_id, skus)
    ids = [row.id for row, _ in targets] + [row.id for row in present.values()]
    live = listing_lists.online(tx.connection, ids)

    def rank(row: ListingRow) -> tuple[bool, bool, str]:
        return row.quantity == 0, row.id not in live, row.id

    best: dict[str, ListingRow] = {}
    for row, sku in targets:
        if sku not in best or rank(row) < rank(best[sku]):
            best[sku] = row
    for sku, there in present.items():
        # One that sells nothing and is nobody's charge gives way to one that sells.
        if there.is_managed or rank(there)[:2] <= rank(best[sku])[:2]:
            best[sku] = there
        else:
            listings.set_listing(tx, there.id, carries=False)
    changed: list[Row] = [
        {"key_id": row.id, "link": LINKED, "sku_id": sku, "carries": best[sku].id == row.id}
        for row, sku in targets
    ]
    listings.save_many(tx, changed)
    # Sold pieces of a listing now come off its SKU, wherever that is offered.
    want(tx, *(StockOf(sku) for sku in sorted(listing_lists.managed_anywhere(tx.connection, skus))))


def _confirm(tx: Tx, actor: Actor, row: ListingRow, sku_id: str) -> Done:
    if row.sku_id == sku_id:
        return Done(0)
    _release(tx, row)
    link_to(tx, row.account_id, [(row, sku_id)])
    _log(tx, actor, row.account_id, [row])
    return Done(1)


def _release(tx: Tx, row: ListingRow) -> None:
    """Take the listing off its SKU; another listing of that SKU carries the stock from now on."""
    if row.is_managed:
        raise StillManaged(listing=row.sku_text)
    if row.sku_id is None:
        return
    listings.set_listing(tx, row.id, sku_id=None, carries=False, link=OPEN)
    for one in listings.markets(tx.connection, [row.id])[row.id]:
        if one.chosen_why:  # said of another SKU
            listings.set_market(tx, row.id, one.market, **NO_CHOICE)
    others = listings.of_sku(tx.connection, row.sku_id, row.account_id)
    if row.carries and others:
        heir = min(others, key=lambda other: (not other.manage_stock, other.quantity == 0, other.id))
        listings.set_listing(tx, heir.id, carries=True)
    want(tx, StockOf(row.sku_id))


def _loose(desk: Desk, actor: Actor, listing_id: str, link: str) -> Done:
    def work(tx: Tx) -> Done:
        row = _listing(tx.connection, desk, listing_id)
        if row.link == link:
            return Done(0)
        _release(tx, row)
        listings.set_listing(tx, row.id, link=link)
        said = msg(
            "linking.log_nothing" if link == NOTHING else "linking.log_open",
            listing=row.sku_text,
            operator=actor.code,
        )
        sync_log.log(tx, row.account_id, "info", said, listing_id=row.id)
        return Done(1)

    return desk.write(work)


def _log(tx: Tx, actor: Actor, account_id: str, rows: Sequence[ListingRow]) -> None:
    if len(rows) > 20:
        sync_log.log(tx, account_id, "info", msg("linking.log_many", count=len(rows), operator=actor.code))
        return
    for row in rows:
        said = msg("linking.log_linked", listing=row.sku_text, operator=actor.code)
        sync_log.log(tx, account_id, "info", said, listing_id=row.id)


def _listing(connection: Connection, desk: Desk, listing_id: str) -> ListingRow:
    row = listing_lists.of_company(connection, desk.company, listing_id)
    if row is None:
        raise UnknownListing(given=listing_id[:40])
    return row
