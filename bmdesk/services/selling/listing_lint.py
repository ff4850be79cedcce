"""The mistakes in all listings of an account, as they were last read; and those that a person lets stand.

The rules are domain.listing_lint. Nothing is changed at the marketplace here: a finding names what would end it. A
mistake that is let stand is said again as soon as its evidence is another.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from bmdesk.domain.changes import Change
from bmdesk.domain.linking import our_grade
from bmdesk.domain.listing_findings import Code, Finding, InMarket, Listed, OurSku, Severity
from bmdesk.domain.listing_lint import check
from bmdesk.domain.listing_reasons import above
from bmdesk.domain.markets import MARKETS
from bmdesk.domain.money import Money
from bmdesk.domain.prices.cost import Left
from bmdesk.domain.prices.words import left_text
from bmdesk.domain.rights import Right
from bmdesk.services import rights
from bmdesk.services.desk import Actor, Desk
from bmdesk.services.lines import one_line
from bmdesk.services.prices import facts
from bmdesk.services.prices.facts import Facts
from bmdesk.services.selling import stock
from bmdesk.services.selling.account_snapshot import AccountSnapshot
from bmdesk.store.engine import Connection
from bmdesk.store.kept import keep_text
from bmdesk.store.queries import accounts, listing_lint, listing_lists, listings, sync_log
from bmdesk.store.queries.listing_lint import Ignored, MarketCell
from bmdesk.store.queries.listing_lists import SkuWithVariant
from bmdesk.store.queries.listings import ListingRow
from bmdesk.store.queries.stock import pool
from bmdesk.store.transaction import Tx
from bmdesk.store.types import canonical
from bmdesk.texts import Failure, Text, msg

LONGEST_REASON = 500
Meant = tuple[str, Code, str]
"""A mistake as a person names it: listing, code, and the market; "" for wherever the listing has it."""
_PAGE = 500


class NoSuchFinding(Failure):
    """This listing has no such mistake (any more). Params: `listing`, `code`."""

    code = "lint.no_such_finding"


class NoReason(Failure):
    """Why a mistake is let stand must be said. No params."""

    code = "lint.no_reason"


@dataclass(frozen=True, slots=True)
class Seen:
    """A mistake with its listing, and who lets it stand and why (None: nobody does)."""

    finding: Finding
    listing: ListingRow
    ignored: Ignored | None = None


@dataclass(frozen=True, slots=True)
class Lint:
    """What was found in an account's listings: `open`, and what a person lets stand. What costs most first."""

    open: tuple[Seen, ...]
    ignored: tuple[Seen, ...]
    listings: int
    """How many were looked at."""

    @property
    def errors(self) -> int:
        """How many open ones are errors."""
        return sum(one.finding.severity is Severity.ERROR for one in self.open)


@dataclass(frozen=True, slots=True)
class Done:
    """How many mistakes are let stand now, or said again."""

    count: int
    changes: frozenset[Change] = frozenset({Change.LISTINGS})


def look(desk: Desk, account_id: str) -> Lint:
    """Every mistake in the account's listings."""
    return desk.read(lambda connection: _look(connection, desk, account_id))


def of_listing(desk: Desk, account_id: str, listing_id: str) -> tuple[Seen, ...]:
    """The open mistakes of one listing. Of the others only those of the same product are looked at."""

    def work(connection: Connection) -> tuple[Seen, ...]:
        row = listings.find(connection, account_id, listing_id)
        if row is None or row.missing_since is not None:
            return ()
        found = _look(connection, desk, account_id, row)
        return tuple(one for one in found.open if one.finding.listing_id == listing_id)

    return desk.read(work)


def ignore(
    desk: Desk,
    actor: Actor,
    account_id: str,
    listing_id: str,
    code: Code,
    reason: str,
    market: str = "",
) -> Done:
    """Let this mistake of a listing stand, in one market or (empty) wherever it has it, as it is now.

    Raises NoReason, NoSuchFinding, NotAllowed.
    """
    return ignore_all(desk, actor, account_id, [(listing_id, code, market)], reason)


def ignore_all(desk: Desk, actor: Actor, account_id: str, chosen: Sequence[Meant], reason: str) -> Done:
    """The same for several, for one reason; the first that is not there any more ends it. Raises as `ignore`."""
    rights.require(desk, Right.MANAGEMENT, actor)
    why = one_line(reason, LONGEST_REASON)
    if not why:
        raise NoReason
    # All listings are looked at before the transaction begins: nobody at the bench waits for that.
    lint = look(desk, account_id)
    seen: dict[tuple[str, Code], list[Seen]] = {}
    for one in (*lint.open, *lint.ignored):
        seen.setdefault((one.finding.listing_id, one.finding.code), []).append(one)

    def work(tx: Tx) -> Done:
        count = 0
        for listing_id, code, market in chosen:
            meant = [one for one in seen.get((listing_id, code), ()) if market in {"", one.finding.market}]
            if not meant:
                raise NoSuchFinding(listing=_name(tx.connection, account_id, listing_id), code=code.value)
            _let_stand(tx, actor, account_id, meant, why, market)
            count += len(meant)
        return Done(count)

    return desk.write(work)


def _let_stand(tx: Tx, actor: Actor, account_id: str, meant: Sequence[Seen], why: str, market: str) -> None:
    for one in meant:
        listing_lint.ignore(
            tx,
            one.listing.id,
            one.finding.code.value,
            one.finding.market,
            reason=why,
            by=actor.code,
            digest=digest(one.finding.evidence),
        )
    said = msg(
        "lint.log_ignored",
        listing=meant[0].listing.sku_text,
        code=meant[0].finding.code.value,
        operator=actor.code,
        reason=why,
    )
    sync_log.log(tx, account_id, "info", said, listing_id=meant[0].listing.id, market=market)


def heed(desk: Desk, actor: Actor, account_id: str, listing_id: str, code: Code, market: str = "") -> Done:
    """Say a mistake again that was let stand. Raises NoSuchFinding, NotAllowed."""
    return heed_all(desk, actor, account_id, [(listing_id, code, market)])


def heed_all(desk: Desk, actor: Actor, account_id: str, chosen: Sequence[Meant]) -> Done:
    """The same for several. Raises as `heed`."""
    rights.require(desk, Right.MANAGEMENT, actor)

    def work(tx: Tx) -> Done:
        kept, count = listing_lint.ignored(tx.connection, account_id), 0
        for listing_id, code, market in chosen:
            markets = [
                row.market
                for row in kept.values()
                if (row.listing_id, row.code) == (listing_id, code.value) and market in {"", row.market}
            ]
            if not markets:
                raise NoSuchFinding(listing=_name(tx.connection, account_id, listing_id), code=code.value)
            count += listing_lint.heed(tx, listing_id, code.value, markets)
        return Done(count)

    return desk.write(work)


def digest(evidence: Text) -> str:
    """Stands for exactly this evidence, in whatever language it is read."""
    return hashlib.sha256(canonical(keep_text(evidence)).encode()).hexdigest()


def _look(connection: Connection, desk: Desk, account_id: str, alone: ListingRow | None = None) -> Lint:
    view = AccountSnapshot.of(connection, desk, accounts.account(connection, account_id))
    if alone is None:
        rows = listing_lint.all_of(connection, account_id)
        cells = listing_lint.cells(connection, account_id)
    else:
        rows = listing_lint.all_of(connection, account_id, alone.product_id, alone.id)
        cells = listing_lint.cells(connection, account_id, [row.id for row in rows[:_PAGE]])
    ours = _our_skus(connection, view, rows)
    floors = _Floors(facts.load(connection, view, (row.sku_id for row in rows if row.sku_id)))
    own = {one.code: one.maps_to for one in view.policies.grade_map.grades}
    found = check([_listed(view, row, cells.get(row.id, ()), ours, floors) for row in rows], own)
    by_id = {row.id: row for row in rows}
    kept = listing_lint.ignored(connection, account_id)
    open_, ignored = [], []
    for one in found:
        known = kept.get((one.listing_id, one.code.value, one.market))
        if known is not None and known.digest == digest(one.evidence):
            ignored.append(Seen(one, by_id[one.listing_id], known))
        else:
            open_.append(Seen(one, by_id[one.listing_id]))
    return Lint(tuple(open_), tuple(ignored), len(rows))


def _listed(
    view: AccountSnapshot,
    row: ListingRow,
    cells: Iterable[MarketCell],
    ours: Mapping[str, OurSku],
    floors: _Floors,
) -> Listed:
    return Listed(
        id=row.id,
        sku=row.sku_text,
        title=row.title,
        product_id=row.product_id,
        grade=row.grade,
        new_battery=row.new_battery,
        quantity=row.quantity,
        number=row.listing_number,
        carries=row.carries,
        manages_stock=row.manage_stock,
        paused=row.paused or view.account.listings_paused,
        markets=tuple(_in_market(view, row, one, floors) for one in cells),
        ours=ours.get(row.sku_id or ""),
    )


def _in_market(view: AccountSnapshot, row: ListingRow, cell: MarketCell, floors: _Floors) -> InMarket:
    wanted = _money(cell.wanted_minor, cell.wanted_currency) if row.manage_price else None
    template = not cell.has_comment and view.policies.content.template(our_grade(row.grade), cell.market)
    price = _money(cell.price_minor, cell.currency)
    here = InMarket(
        cell.market,
        _CURRENCIES.get(cell.market, cell.currency),
        price,
        _money(cell.min_minor, cell.currency),
        _money(cell.max_minor, cell.currency),
        wanted,
        cell.publication_state,
        cell.paused,
        cell.market in view.settings.markets,
        cell.has_comment,
        bool(template),
        stays=wanted is not None and (cell.is_foreign or cell.paused),
    )
    floor, left = floors.under(row.sku_id or "", cell.market, here.prices)
    return replace(here, floor=floor, left=left)


class _Floors:
    """The least price of each SKU in each market, worked out once: several listings may sell it."""

    def __init__(self, known: Facts) -> None:
        self._known = known
        self._floors: dict[tuple[str, str], Money | None] = {}

    def under(self, sku_id: str, market: str, given: Sequence[Money]) -> tuple[Money | None, Text | None]:
        """The floor there, and where the first of these prices goes that is below it."""
        goods = self._known.goods.get(sku_id)
        if goods is None or market not in _CURRENCIES:
            return None, None
        key = sku_id, market
        if key not in self._floors:
            self._floors[key] = self._known.pricer.floor(goods, market)
        floor = self._floors[key]
        price = next((one for one in given if above(floor, one)), None)
        if price is None:
            return floor, None
        left = self._known.pricer.left(goods, price, market)
        return floor, left_text(left) if isinstance(left, Left) else None


_CURRENCIES = {one.locale: one.currency for one in MARKETS}


@lru_cache(maxsize=65536)
def _money(minor: int | None, currency: str) -> Money | None:
    return None if minor is None or not currency else Money(minor, currency)


def _our_skus(connection: Connection, view: AccountSnapshot, rows: Sequence[ListingRow]) -> dict[str, OurSku]:
    """The SKUs that these listings sell, with what lies here of each, by id."""
    ids = sorted({row.sku_id for row in rows if row.sku_id})
    if not ids:
        return {}
    where = pool(connection, view.company, view.account.id)
    counts = stock.counts(connection, view.policies, view.account, ids, view.now)
    grades = listing_lint.grades_there(connection, view.company, where)
    found = {}
    for start in range(0, len(ids), _PAGE):
        for sku in listing_lists.skus(connection, ids[start : start + _PAGE]).values():
            count, here = counts[sku.id]
            others = {} if sku.pieces is not None else grades.get(sku.variant_id, {})
            found[sku.id] = OurSku(
                text=sku.text,
                grade=sku.grade,
                new_battery=sku.new_battery,
                words=_words(sku),
                there=count.listable,
                sold=count.sold,
                quantity=count.quantity,
                held=here.held,
                other_grades={grade: number for grade, number in others.items() if grade != sku.grade},
            )
    return found


def _words(sku: SkuWithVariant) -> str:
    return " ".join(one for one in (sku.model_code, sku.storage, sku.colour) if one)


def _name(connection: Connection, account_id: str, listing_id: str) -> str:
    row = listings.find(connection, account_id, listing_id)
    return row.sku_text if row is not None else listing_id[:40]
