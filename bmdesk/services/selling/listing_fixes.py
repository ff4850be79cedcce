"""What ends a mistake in a listing: shown first, done when a person says so, and only in what bmdesk manages.

A plan is made from what stands there now. Where bmdesk may write nothing, or a person must decide, it says what to do
and where; nobody is left with a mistake and no word.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bmdesk.domain.changes import Change
from bmdesk.domain.grading import grade_text
from bmdesk.domain.linking import our_grade
from bmdesk.domain.listing_findings import Code, Fix
from bmdesk.domain.listing_reasons import Aspect, above, aspect_text
from bmdesk.domain.markets import currency_of
from bmdesk.domain.money import Money
from bmdesk.domain.prices.words import outside_text
from bmdesk.domain.rights import Right
from bmdesk.services import rights
from bmdesk.services.desk import Actor, Desk
from bmdesk.services.lines import Progress
from bmdesk.services.prices import applying, making, simulation
from bmdesk.services.prices.applying import NewPrice
from bmdesk.services.prices.simulation import PriceRow
from bmdesk.services.selling import (
    content_preview,
    linking,
    listing_lint,
    listing_why,
    pausing,
    stock,
)
from bmdesk.services.selling.account_snapshot import AccountSnapshot
from bmdesk.services.selling.content_changes import COMMENT
from bmdesk.services.selling.content_preview import BY_HAND, ContentRow
from bmdesk.services.selling.listing_lint import NoSuchFinding, Seen
from bmdesk.services.selling.management import PreviewChanged
from bmdesk.services.selling.management_preview import Value
from bmdesk.services.wants import want_listing
from bmdesk.store.engine import Connection
from bmdesk.store.queries import accounts, catalogue, listing_lists, listings, sync_log
from bmdesk.store.transaction import Tx
from bmdesk.texts import Failure, Text, msg

MOST = 500
"""Mistakes that are dealt with at once."""


class Way(StrEnum):
    """Who ends a mistake: bmdesk once it may, or a person in one of these rooms, or at the marketplace."""

    WRITE = "write"
    LINKING = "linking"
    PRICES = "prices"
    PERSON = "person"


class Act(StrEnum):
    """What bmdesk does."""

    PUSH = "push"
    PAUSE = "pause"
    CARRY = "carry"
    COMMENT = "comment"
    PRICE = "price"


class NothingToFix(Failure):
    """Of what was meant bmdesk can end nothing. Params: `what` (a Text: what a person does instead)."""

    code = "listing_fix.nothing"


@dataclass(frozen=True, slots=True)
class Key:
    """One mistake: `market` is "" where it is the listing's in all markets, or means any of them."""

    listing_id: str
    code: Code
    market: str = ""

    def means(self, seen: Seen) -> bool:
        """Whether this is the mistake."""
        finding = seen.finding
        same = (finding.listing_id, finding.code) == (self.listing_id, self.code)
        return same and self.market in {"", finding.market}


@dataclass(frozen=True, slots=True)
class Plan:
    """How one mistake ends. `what` says it; with `act` it goes from `old` to `new` as soon as somebody says so."""

    seen: Seen
    way: Way
    what: Text
    act: Act | None = None
    old: Value = None
    new: Value = None
    price: NewPrice | None = None
    words: ContentRow | None = None


@dataclass(frozen=True, slots=True)
class Plans:
    """How several end. `digest` stands for exactly this, and is what a person confirms."""

    plans: tuple[Plan, ...]

    @property
    def written(self) -> tuple[Plan, ...]:
        """Those that bmdesk ends."""
        return tuple(one for one in self.plans if one.act is not None)

    @property
    def digest(self) -> str:
        said = hashlib.sha256()
        for one in self.plans:
            finding = one.seen.finding
            parts = (
                finding.listing_id,
                finding.code,
                finding.market,
                str(one.act),
                repr(one.old),
                repr(one.new),
            )
            said.update("\x1f".join(parts).encode())
        return said.hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Fixed:
    """How many mistakes bmdesk deals with now; which it could not, as (the listing's SKU, why)."""

    count: int
    problems: tuple[tuple[str, Text], ...] = ()
    stopped: bool = False
    changes: frozenset[Change] = frozenset({Change.LISTINGS, Change.SYNC})


def plan(desk: Desk, account_id: str, keys: Sequence[Key]) -> Plans:
    """How these mistakes (at most 500) would end. Changes nothing. Raises NoSuchFinding where none of them is there."""
    lint = listing_lint.look(desk, account_id)
    meant = [one for one in (*lint.open, *lint.ignored) if any(key.means(one) for key in keys)][:MOST]
    if not meant:
        row = desk.read(lambda c: listings.find(c, account_id, keys[0].listing_id)) if keys else None
        raise NoSuchFinding(listing=row.sku_text if row else "-", code=keys[0].code.value if keys else "-")

    def work(connection: Connection) -> tuple[Plan, ...]:
        view = AccountSnapshot.of(connection, desk, accounts.account(connection, account_id))
        priced = sorted({one.listing.id for one in meant if one.finding.code in _OF_PRICES})
        prices = simulation.build(connection, desk, account_id, selection=priced).rows if priced else ()
        silent = sorted({one.listing.id for one in meant if one.finding.code is Code.MISSING_COMMENT})
        words = content_preview.build(connection, desk, account_id, silent, (), (COMMENT,)).rows
        facts = _Facts(
            connection,
            view,
            {(row.listing_id, row.market): row for row in prices},
            {(row.listing_id, row.market): row for row in words},
        )
        return tuple(_PLANS[one.finding.code](facts, one) for one in meant)

    return Plans(desk.read(work))


def fix(
    desk: Desk,
    actor: Actor,
    account_id: str,
    keys: Sequence[Key],
    confirmed: str,
    progress: Progress | None = None,
) -> Fixed:
    """Do what the plan of these mistakes says. `confirmed`: that plan's digest.

    Raises PreviewChanged, NoSuchFinding, NothingToFix, NotAllowed.
    """
    rights.require(desk, Right.MANAGEMENT, actor)
    shown = plan(desk, account_id, keys)
    if shown.digest != confirmed:
        raise PreviewChanged
    if not shown.written:
        raise NothingToFix(what=shown.plans[0].what)
    prices = [one.price for one in shown.written if one.price is not None]
    words = [one.words for one in shown.written if one.words is not None]
    others = [one for one in shown.written if one.price is None and one.words is None]
    done, problems, stopped = 0, [], False
    if prices:
        rights.require(desk, Right.PRICES, actor)
        applied = applying.set_prices(desk, account_id, actor.code, applying.CONFIRMED, prices)
        done, problems = applied.count, list(applied.problems)
    if words:
        said = content_preview.write_down(desk, actor.code, account_id, words, BY_HAND)
        done, problems = done + said.count, [*problems, *said.problems]
    for number, one in enumerate(others, 1):
        try:
            _do(desk, actor, account_id, one)
            done += 1
        except Failure as failure:
            problems.append((one.seen.listing.sku_text, failure.happened))
        if progress is not None and not progress(number, len(others)):
            stopped = number < len(others)
            break
    return Fixed(done, tuple(problems), stopped)


def _do(desk: Desk, actor: Actor, account_id: str, one: Plan) -> None:
    row = one.seen.listing
    match one.act:
        case Act.PAUSE:
            pausing.pause(desk, actor, account_id, [row.id])
        case Act.CARRY:
            linking.choose_carrier(desk, actor, row.id)
        case Act.PUSH:
            desk.write(lambda tx: _push(tx, actor, one))


def _push(tx: Tx, actor: Actor, one: Plan) -> None:
    (row,) = listing_lists.chosen(tx.connection, one.seen.listing.account_id, [one.seen.listing.id])
    want_listing(tx, [row], urgent=one.new == 0)
    _log(tx, actor, one)


def _log(tx: Tx, actor: Actor, one: Plan) -> None:
    finding, row = one.seen.finding, one.seen.listing
    said = msg("listing_fix.log", code=finding.code.value, what=one.what, operator=actor.code)
    sync_log.log(tx, row.account_id, "info", said, listing_id=row.id, market=finding.market)


# ---------------------------------------------------------------- how each kind ends


@dataclass(frozen=True, slots=True)
class _Facts:
    connection: Connection
    view: AccountSnapshot
    prices: Mapping[tuple[str, str], PriceRow]
    words: Mapping[tuple[str, str], ContentRow]

    def offered(self, one: Seen) -> int:
        """What the listing may offer now."""
        view, row = self.view, one.listing
        return stock.offers(self.connection, view.policies, view.account, [row], view.now)[row.id].quantity


def _stock(facts: _Facts, one: Seen) -> Plan:
    """The quantity is not what it should be."""
    row = one.listing
    if not row.manage_stock:
        return _not_managed(one, Aspect.STOCK)
    offered = facts.offered(one)
    if offered == row.quantity:
        return _why(facts, one)
    what = msg("listing_fix.sends_quantity", quantity=offered)
    return Plan(one, Way.WRITE, what, Act.PUSH, row.quantity, offered)


def _why(facts: _Facts, one: Seen) -> Plan:
    """All that bmdesk can send is there: what else keeps it as it is."""
    (known,) = listing_why.explained(facts.connection, facts.view, [one.listing])
    market = one.finding.market
    here = [reason for there in known.markets if market in {"", there.market} for reason in there.why]
    reason = next(iter((*known.why, *here)), None)
    if reason is None:
        return Plan(one, Way.PERSON, msg("listing_fix.nothing_known"))
    way = Way.PRICES if reason.code in _PRICE_REASONS else Way.PERSON
    return Plan(one, way, reason)


_PRICE_REASONS = frozenset({"listing.not_confirmed", "listing.new_price_open", "listing.above_maximum"})


def _offline(facts: _Facts, one: Seen) -> Plan:
    return _stock(facts, one) if one.finding.fix is Fix.PUSH_QUANTITY else _why(facts, one)


def _units_grade(facts: _Facts, one: Seen) -> Plan:
    return _stock(facts, one) if one.finding.fix is not None else _link(facts, one)


def _duplicate(_: _Facts, one: Seen) -> Plan:
    row = one.listing
    if one.finding.fix is Fix.TAKE_OFFLINE:
        if not row.manage_stock:
            return _not_managed(one, Aspect.STOCK)
        if row.sku_id is not None and not row.carries:
            return Plan(one, Way.WRITE, msg("listing_fix.other_carries"), Act.PUSH, row.quantity, 0)
        return Plan(one, Way.WRITE, msg("listing_fix.takes_offline"), Act.PAUSE, row.quantity, 0)
    if row.sku_id is None:
        return Plan(one, Way.LINKING, msg("listing_fix.twin_not_linked"))
    if not row.carries:
        return Plan(one, Way.WRITE, msg("listing_fix.carries"), Act.CARRY)
    return Plan(one, Way.PERSON, msg("listing_fix.carries_already"))


def _comment(facts: _Facts, one: Seen) -> Plan:
    """The words of its grade go there, as the documents and the units make them now."""
    row, market = one.listing, one.finding.market
    linked = catalogue.sku(facts.connection, row.sku_id) if row.sku_id is not None else None
    grade = linked.grade if linked is not None else our_grade(row.grade)
    if facts.view.policies.content.template(grade, market) is None:
        return Plan(one, Way.PERSON, msg("listing_fix.no_template", grade=grade_text(grade), market=market))
    if not row.manage_content:
        return _not_managed(one, Aspect.CONTENT)
    words = facts.words.get((row.id, market))
    if words is None:
        return Plan(one, Way.PRICES, msg("listing_fix.price_first"))
    if words.problem is not None:
        return Plan(one, Way.PERSON, words.problem)
    if not words.changes or words.new is None:
        return Plan(one, Way.PERSON, msg("listing_fix.on_its_way"))
    what, comment = msg("listing_fix.sends_comment"), words.new.comment
    return Plan(one, Way.WRITE, what, Act.COMMENT, "", comment, words=words)


def _link(_: _Facts, one: Seen) -> Plan:
    return Plan(one, Way.LINKING, msg("listing_fix.link"))


def _price(facts: _Facts, one: Seen) -> Plan:
    """The rules' price ends it: that keeps within the maximum and above the floor."""
    row = _price_row(facts, one)
    if isinstance(row, Plan):
        return row
    shown = row.wanted or row.present
    if row.new is None or row.new == shown:
        return Plan(one, Way.PRICES, row.reason or msg("listing_fix.prices"))
    price = NewPrice(row.listing_id, row.market, row.new, row.new_min, seen=making.Seen.of(row))
    return Plan(one, Way.WRITE, msg("listing_fix.sets_price"), Act.PRICE, shown, row.new, price)


def _minimum(facts: _Facts, one: Seen) -> Plan:
    """The price stays, its minimum goes along with the next write; one that may not stand there makes way."""
    row = _price_row(facts, one)
    if isinstance(row, Plan):
        return row
    shown = row.wanted or row.present
    cell = listings.market(facts.connection, row.listing_id, row.market)
    if shown is None or cell is None or cell.min_minor is None:
        return Plan(one, Way.PRICES, msg("listing_fix.prices"))
    old = Money(cell.min_minor, cell.currency or shown.currency)
    outside = outside_text(shown, currency_of(row.market), row.floor, row.top)
    if not row.min_counts and (outside is None or row.new is None or above(old, row.new)):
        return Plan(one, Way.PERSON, msg("listing_fix.no_backpricer", least=old))
    if outside is not None:
        if row.new is None:
            return Plan(one, Way.PRICES, row.reason or outside)
        price = NewPrice(row.listing_id, row.market, row.new, row.new_min, seen=making.Seen.of(row))
        return Plan(one, Way.WRITE, msg("listing_fix.sets_price"), Act.PRICE, shown, row.new, price)
    least = row.new_min if row.new_min is not None and row.new == shown else shown
    price = NewPrice(row.listing_id, row.market, shown, least, seen=making.Seen.of(row))
    return Plan(one, Way.WRITE, msg("listing_fix.sets_min"), Act.PRICE, old, least, price)


def _price_row(facts: _Facts, one: Seen) -> PriceRow | Plan:
    """What the rules say there; or the plan where no price may be written."""
    if not one.listing.manage_price:
        return _not_managed(one, Aspect.PRICE)
    row = facts.prices.get((one.listing.id, one.finding.market))
    if row is None:
        return Plan(one, Way.PRICES, msg("listing_fix.prices"))
    if row.foreign is not None:
        return Plan(one, Way.PRICES, msg("listing_fix.second_writer", price=row.foreign))
    if not row.managed:
        return Plan(one, Way.PERSON, msg("listing.market_paused"))
    return row


def _not_managed(one: Seen, aspect: Aspect) -> Plan:
    return Plan(one, Way.PERSON, msg("listing_fix.not_managed", aspect=aspect_text(aspect)))


_PLANS: dict[Code, Callable[[_Facts, Seen], Plan]] = {
    Code.PRICE_ABOVE_MAX: _price,
    Code.MIN_ABOVE_PRICE: _minimum,
    Code.NO_PRICE_IN_MARKET: _price,
    Code.BELOW_COST: _price,
    Code.SKU_TITLE_MISMATCH: _link,
    Code.SKU_GRADE_MISMATCH: _link,
    Code.DUPLICATE_PRODUCT_GRADE: _duplicate,
    Code.GRADE_UNITS_MISMATCH: _units_grade,
    Code.ONLINE_WITHOUT_STOCK: _stock,
    Code.STOCK_BUT_OFFLINE: _offline,
    Code.MISSING_COMMENT: _comment,
}
_OF_PRICES = frozenset(code for code, plan_of in _PLANS.items() if plan_of in (_price, _minimum))
