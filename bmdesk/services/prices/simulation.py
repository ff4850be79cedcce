"""What the rules would change at the marketplace, and what would be left over before and after. Changes nothing.

One row for each listing in each market of the account. Its digest stands for exactly the prices that it shows, and is
what a person confirms (`applying.apply`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from bmdesk.domain.money import Money
from bmdesk.domain.prices.conversion import nearest
from bmdesk.domain.prices.cost import Left
from bmdesk.domain.prices.facts import Decision, Goods
from bmdesk.domain.prices.reading import read_pricing
from bmdesk.domain.prices.rules import PricingPolicy
from bmdesk.services.desk import Desk
from bmdesk.services.prices import facts
from bmdesk.services.prices.facts import Facts, present_of
from bmdesk.services.selling import stock
from bmdesk.services.selling.account_snapshot import AccountSnapshot
from bmdesk.store.engine import Connection
from bmdesk.store.queries import accounts, prices
from bmdesk.store.queries.listings import ListingRow, MarketRow
from bmdesk.texts import Text

KeepGoing = Callable[[], bool]
Told = Callable[[int, int], None]
"""Told (listings done, listings in all)."""

_TOLD_EVERY = 50
_PAGE = 500


class Breach(StrEnum):
    """A bound that the price which stands at the marketplace breaks."""

    BELOW_FLOOR = "below_floor"
    ABOVE_CEILING = "above_ceiling"
    ABOVE_MAXIMUM = "above_maximum"


class Why(StrEnum):
    """For what a person chose a price against the rules."""

    BACKBOX = "backbox"
    THEIRS = "theirs"
    HAND = "hand"
    FILE = "file"
    UNDO = "undo"
    """Taken back from automatic rules, which would write it again."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """A price that a person chose instead of what the rules say."""

    price: Money
    why: str
    at: datetime | None
    by: str


@dataclass(frozen=True, slots=True)
class PriceRow:
    """A listing in one market: what stands there, what shall stand there, what the rules say.

    - `sku` is the listing's own text, `our_sku` that of the SKU it sells; `quantity`: how many may be offered.
    - `managed`: bmdesk may write its price; `automatic`: the rules may, without a preview.
    - `present`: as last read; `wanted`, `wanted_min`: as last confirmed; `new`, `new_min`: by the rules, None with a
      `reason`.
    - `floor`, `top`: between which it must stay; `margin_*`, `percent_*`: what is left over of a price (of the unit
      that leaves the least), in the market's currency and in percent of the price; None where nobody knows.
    - `unknown`: why nobody knows the floor by true cost; then nothing goes by itself.
    - `breaks`: which bounds the present price breaks. `foreign`: a second writer's price that waits for a person.
    - `min_counts`: prices of this account go with their lowest one.
    """

    listing_id: str
    market: str
    sku: str
    our_sku: str
    title: str
    grade: str
    category: str
    quantity: int
    managed: bool
    automatic: bool
    present: Money | None
    wanted: Money | None
    wanted_min: Money | None
    new: Money | None
    new_min: Money | None
    floor: Money | None
    top: Money | None
    margin_now: Money | None
    margin_new: Money | None
    percent_now: Decimal | None
    percent_new: Decimal | None
    reason: Text | None
    unknown: Text | None
    warnings: tuple[Text, ...]
    breaks: tuple[Breach, ...]
    chosen: Chosen | None
    foreign: Money | None
    min_counts: bool = False

    @property
    def changes(self) -> bool:
        """Whether the rules say another price than the one that stands there."""
        return self.new is not None and self.new != self.present

    @property
    def writes(self) -> bool:
        """Whether confirming it would change what shall stand there: only what bmdesk manages, and where no second
        writer waits. What was confirmed already is on its way.
        """
        if not self.managed or self.foreign is not None or self.new is None:
            return False
        if self.wanted is None:
            return self.new != self.present
        return self.new != self.wanted or (self.min_counts and self.new_min != self.wanted_min)

    @property
    def comes(self) -> bool:
        """Whether the new price will stand there: it would be written, or was confirmed and is on its way."""
        return self.writes or (self.managed and self.foreign is None and self.new == self.wanted)


@dataclass(frozen=True, slots=True)
class Totals:
    """Rows counted, and what is left over if all that is in stock sells in the first of the markets shown.

    The margins are in the company's currency; what has no rate is not in them. `margin_new`: with the new prices where
    they would be written, elsewhere with those that stand there.
    """

    rows: int
    changes: int
    writes: int
    raised: int
    lowered: int
    no_price: int
    broken: int
    margin_now: Money
    margin_new: Money


@dataclass(frozen=True, slots=True)
class Simulation:
    """All rows, by SKU and market. `warnings`: what holds for many rows (an old rate), each once."""

    rows: tuple[PriceRow, ...]
    digest: str
    rules_version: int
    warnings: tuple[Text, ...]
    totals: Totals
    stopped: bool = False


def simulate(
    desk: Desk,
    account_id: str,
    *,
    document: object = None,
    selection: Sequence[str] | None = None,
    market: str = "",
    keep_going: KeepGoing | None = None,
    told: Told | None = None,
) -> Simulation:
    """What the rules say of these listings (None: all that sell a SKU of ours), in one market or in all.

    `document`: a pricing document instead of the one in force. Raises BadPolicy where that is not well-formed.
    `keep_going` is asked now and then; where it ends the work, the answer says that it is `stopped`.
    """
    policy = None if document is None else read_pricing(document)
    return desk.read(
        lambda c: build(c, desk, account_id, policy, selection, market, keep_going=keep_going, told=told)
    )


def build(
    connection: Connection,
    desk: Desk,
    account_id: str,
    policy: PricingPolicy | None = None,
    selection: Sequence[str] | None = None,
    market: str = "",
    *,
    keep_going: KeepGoing | None = None,
    told: Told | None = None,
) -> Simulation:
    """The same within a snapshot that is open already."""
    view = AccountSnapshot.of(connection, desk, accounts.account(connection, account_id))
    rows, cells = _listed(connection, account_id, selection)
    known = facts.load(connection, view, (row.sku_id for row in rows if row.sku_id), policy)
    counts = stock.counts(connection, view.policies, view.account, known.goods, view.now)
    found: list[PriceRow] = []
    stopped = False
    markets = [one for one in view.settings.markets if market in ("", one)]
    for at, row in enumerate(rows):
        if at % _TOLD_EVERY == 0:
            if told is not None:
                told(at, len(rows))
            if keep_going is not None and not keep_going():
                stopped = True
                break
        goods = known.goods[row.sku_id or ""]
        quantity = counts[row.sku_id or ""][0].quantity if row.carries else 0
        found.extend(_rows(known, row, goods, quantity, markets, cells))
    version = (policy or view.policies.pricing).version
    return Simulation(
        rows=tuple(found),
        digest=digest(found),
        rules_version=version,
        warnings=tuple(dict.fromkeys(said for row in found for said in row.warnings))[:20],
        totals=_totals(known, found, markets[0] if markets else ""),
        stopped=stopped,
    )


def row_of(
    known: Facts, row: ListingRow, goods: Goods, decision: Decision, cell: MarketRow | None, quantity: int
) -> PriceRow:
    """One row from the rules' decision."""
    market = decision.market
    present = present_of(cell) if cell is not None else None
    left_now = _left(known, goods, present, market)
    left_new = left_now if decision.price == present else _left(known, goods, decision.price, market)
    wanted = _money(cell, "wanted")
    floor = decision.floor
    if decision.price is None:  # without a new price the making ends before it comes to floors
        floor = known.pricer.floor(goods, market)
    return PriceRow(
        listing_id=row.id,
        market=market,
        sku=row.sku_text,
        our_sku=goods.sku,
        title=row.title,
        grade=goods.grade,
        category=goods.category,
        quantity=quantity,
        managed=row.manage_price and not (cell is not None and cell.paused),
        automatic=known.pricer.terms(goods, market).automatic,
        present=present,
        wanted=wanted,
        wanted_min=_minimum(cell, wanted),
        new=decision.price,
        new_min=decision.min_price,
        floor=floor,
        top=decision.top,
        margin_now=left_now.margin if left_now else None,
        margin_new=left_new.margin if left_new else None,
        percent_now=percent_of(left_now),
        percent_new=percent_of(left_new),
        reason=decision.reason,
        unknown=decision.unknown,
        warnings=decision.warnings,
        breaks=tuple(_breaks(known, goods, decision, floor, cell, present)),
        chosen=chosen_of(cell),
        foreign=foreign_of(cell),
        min_counts=known.view.settings.backpricer,
    )


def chosen_of(cell: MarketRow | None) -> Chosen | None:
    """What a person chose here against the rules, or None."""
    price = _money(cell, "chosen")
    if cell is None or price is None:
        return None
    return Chosen(price, cell.chosen_why, cell.chosen_at, cell.chosen_by)


def foreign_of(cell: MarketRow | None) -> Money | None:
    """A second writer's price that waits for a person, or None."""
    if cell is None or cell.foreign_minor is None:
        return None
    return Money(cell.foreign_minor, cell.currency or cell.wanted_currency)


def digest(rows: Sequence[PriceRow]) -> str:
    """Stands for exactly the prices that confirming these rows would write."""
    said = hashlib.sha256()
    for row in rows:
        if row.writes:
            parts = (row.listing_id, row.market, str(row.present), str(row.new), str(row.new_min))
            said.update("\x1f".join(parts).encode() + b"\x1e")
    return said.hexdigest()[:32]


def _listed(
    connection: Connection, account_id: str, selection: Sequence[str] | None
) -> tuple[list[ListingRow], dict[tuple[str, str], MarketRow]]:
    if selection is None:
        return prices.linked(connection, account_id), prices.cells(connection, account_id)
    ids = sorted(set(selection))
    rows: list[ListingRow] = []
    cells: dict[tuple[str, str], MarketRow] = {}
    for start in range(0, len(ids), _PAGE):
        page = ids[start : start + _PAGE]
        rows += prices.linked(connection, account_id, page)
        cells |= prices.cells(connection, account_id, page)
    return sorted(rows, key=lambda row: (row.sku_key, row.id)), cells


def _rows(
    known: Facts,
    row: ListingRow,
    goods: Goods,
    quantity: int,
    markets: Sequence[str],
    cells: Mapping[tuple[str, str], MarketRow],
) -> Iterator[PriceRow]:
    there = [cells.get((row.id, market)) for market in markets]
    offers = [known.offer(market, cell) for market, cell in zip(markets, there, strict=True)]
    for decision, cell in zip(known.pricer.decide_all(goods, offers), there, strict=True):
        yield row_of(known, row, goods, decision, cell, quantity)


def _left(known: Facts, goods: Goods, price: Money | None, market: str) -> Left | None:
    if price is None or not goods.units or price.currency != known.pricer.terms(goods, market).currency:
        return None
    left = known.pricer.left(goods, price, market)
    return left if isinstance(left, Left) else None


def percent_of(left: Left | None) -> Decimal | None:
    """What is left over in percent of the price, to one place, as it is shown."""
    if left is None or left.percent is None:
        return None
    return Decimal(nearest(10, *left.percent.as_integer_ratio())) / 10


def _money(cell: MarketRow | None, which: str) -> Money | None:
    if cell is None:
        return None
    minor = getattr(cell, f"{which}_minor")
    return None if minor is None else Money(minor, getattr(cell, f"{which}_currency") or cell.currency)


def _minimum(cell: MarketRow | None, wanted: Money | None) -> Money | None:
    if cell is None or cell.wanted_min_minor is None or wanted is None:
        return None
    return Money(cell.wanted_min_minor, wanted.currency)


def _breaks(
    known: Facts,
    goods: Goods,
    decision: Decision,
    floor: Money | None,
    cell: MarketRow | None,
    present: Money | None,
) -> Iterator[Breach]:
    if present is None or present.currency != decision.currency:
        return
    if floor is not None and present.minor < floor.minor:
        yield Breach.BELOW_FLOOR
    ceiling = known.pricer.terms(goods, decision.market).ceiling
    if ceiling is not None and present.minor > ceiling:
        yield Breach.ABOVE_CEILING
    if cell is not None and cell.max_minor is not None and present.minor > cell.max_minor:
        yield Breach.ABOVE_MAXIMUM


def _totals(known: Facts, rows: Sequence[PriceRow], market: str) -> Totals:
    own = known.view.policies.currency
    now = new = 0
    for row in rows:
        after = row.margin_new if row.comes else row.margin_now
        if row.market == market and row.quantity and row.margin_now is not None and after is not None:
            now += _in_own(known, row.margin_now, own) * row.quantity
            new += _in_own(known, after, own) * row.quantity
    compared = [(row.present, row.new) for row in rows if row.present is not None and row.new is not None]
    return Totals(
        rows=len(rows),
        changes=sum(row.changes for row in rows),
        writes=sum(row.writes for row in rows),
        raised=sum(b.minor > a.minor for a, b in compared if a.currency == b.currency),
        lowered=sum(b.minor < a.minor for a, b in compared if a.currency == b.currency),
        no_price=sum(row.new is None for row in rows),
        broken=sum(bool(row.breaks) for row in rows),
        margin_now=Money(now, own),
        margin_new=Money(new, own),
    )


def _in_own(known: Facts, money: Money, own: str) -> int:
    made = known.pricer.between(money.currency, own)
    return nearest(money.minor, made.n, made.d) if made is not None else 0
