"""One order on the table while it is brought to where its lines are: what is known of each line, and the small moves.

What is decided with them stands in fulfilment (units) and order_news (what the marketplace says).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from bmdesk.domain.effects import EffectState, Kind
from bmdesk.domain.orders import Conflict, Handling, LineState, line_state
from bmdesk.services.orders import line_news, reservation
from bmdesk.services.policies import Policies
from bmdesk.store.engine import Connection
from bmdesk.store.kept import keep_text
from bmdesk.store.queries import (
    allocations,
    catalogue,
    listings,
    order_progress,
    orders,
    outbox_orders,
    parcels,
)
from bmdesk.store.queries.allocations import PACKED, RESERVED, SHIPPED, AllocationRow
from bmdesk.store.queries.catalogue import SkuRow
from bmdesk.store.queries.orders import LineRow
from bmdesk.store.transaction import Row, Tx
from bmdesk.texts import Text, msg

ASKS_FOR_UNITS = (Conflict.NO_UNIT, Conflict.UNKNOWN_SKU, Conflict.MIXED_VAT)
"""What is settled as soon as every piece has its unit."""


@dataclass(slots=True)
class LineNow:
    """One line while its order is settled."""

    row: LineRow
    before: LineRow | None
    """What it was before this reading; None where it is new or was not read now."""
    units: list[AllocationRow]
    asked: bool
    """A person asked to cancel or refund it: nothing new is promised meanwhile."""

    @property
    def state(self) -> LineState:
        return LineState(self.row.state)

    @property
    def reserved(self) -> list[AllocationRow]:
        return [one for one in self.units if one.state == RESERVED]

    @property
    def packed(self) -> list[AllocationRow]:
        return [one for one in self.units if one.state == PACKED]

    @property
    def live(self) -> list[AllocationRow]:
        return [one for one in self.units if one.state != SHIPPED]

    @property
    def short(self) -> int:
        """Pieces that still have no unit."""
        return max(0, self.row.quantity - self.row.named)


@dataclass(slots=True)
class Board:
    """The order, its lines, and the transaction. `open_`: (line id, code) of the open conflicts."""

    tx: Tx
    policies: Policies
    order: Row
    handling: Handling
    lines: list[LineNow]
    open_: set[tuple[str | None, str]]
    _skus: dict[str, SkuRow | None] = field(default_factory=dict)

    @property
    def number(self) -> int:
        """Back Market's number of the order."""
        return int(self.order["remote_id"])

    def sku(self, line: LineNow) -> SkuRow | None:
        """What the line sold."""
        if line.row.id not in self._skus:
            self._skus[line.row.id] = sku_of(self.tx, line.row)
        return self._skus[line.row.id]

    def counted_inside(self, line: LineNow) -> bool:
        """Whether pieces of goods without units lie in the order's closed parcel."""
        sku = self.sku(line) if line.row.named and not line.units else None
        counted = sku is not None and sku.pieces is not None
        return counted and parcels.of_order(self.tx.connection, self.order["id"]) is not None

    def place(self, line: LineNow) -> None:
        """The line's own state, as Back Market and the parcel have it."""
        state = standing(self.tx, self.order, line.row, line.units)
        if state.value != line.row.state:
            self._tell_news(line, state)
            order_progress.set_line(self.tx, line.row.id, state=state.value)
            self.reload(line)

    def tell_other_goods(self, line: LineNow) -> None:
        """The line is not of the goods or pieces that it was when it was read before."""
        if (said := line_news.other_goods(line.before, line.row)) is not None:
            order_progress.tell(self.tx, self.order["id"], said, line_id=line.row.id)

    def _tell_news(self, line: LineNow, state: LineState) -> None:
        """What Back Market shows anew, for the timeline."""
        said = line_news.news(line.before, line.row, state, by_us=lambda: self._by_us(line, state))
        if said is not None:
            order_progress.tell(self.tx, self.order["id"], said, line_id=line.row.id)

    def _by_us(self, line: LineNow, state: LineState) -> bool:
        """Whether this is what bmdesk asked Back Market for."""
        if state is not LineState.ACCEPTED:
            return order_progress.was_asked(self.tx.connection, line.row.id)
        waiting = outbox_orders.unfinished(self.tx.connection, self.order["id"])
        return any(one.kind == Kind.ACCEPT and one.state != EffectState.PENDING for one in waiting)

    def reload(self, line: LineNow) -> None:
        """Read again what a move has changed."""
        row = orders.line(self.tx.connection, line.row.id)
        assert row is not None, "it was read in this transaction"
        line.row = row
        line.units = allocations.of_lines(self.tx.connection, [row.id])

    def release(self, line: LineNow, one: AllocationRow) -> None:
        """The unit is for this line no more."""
        reservation.release(self.tx, self.policies, self.number, line.row, one)
        self.reload(line)

    def leave(self, line: LineNow, unit_id: str, code: str) -> None:
        """The unit left with this line."""
        reservation.leave(self.tx, self.number, line.row, unit_id, code)
        self.reload(line)

    def raise_(self, line: LineNow, what: Conflict, **params: object) -> None:
        """A person must decide this; the timeline says so once."""
        given = {"order": str(self.number), **params}
        kept = {name: keep_text(v) if isinstance(v, Text) else v for name, v in given.items()}
        if order_progress.raise_conflict(self.tx, self.order["id"], line.row.id, what.value, kept):
            said = msg(f"conflict.{what.value}.title", **given)
            order_progress.tell(self.tx, self.order["id"], said, line_id=line.row.id)
        self.open_.add((line.row.id, what.value))

    def was_decided(self, line: LineNow, what: Conflict, **about: object) -> bool:
        """Whether a person has decided this of the line already, with these params."""
        return order_progress.was_decided(self.tx.connection, line.row.id, what.value, **about)

    def close(self, line: LineNow, *what: Conflict) -> None:
        """Nobody has to decide these any more."""
        there = [one.value for one in what if (line.row.id, one.value) in self.open_]
        if there:
            order_progress.close_conflicts(self.tx, line.row.id, there)
            self.open_ -= {(line.row.id, code) for code in there}


def lay_out(
    tx: Tx,
    policies: Policies,
    order: Row,
    handling: Handling,
    before: Mapping[str, LineRow],
    rows: Sequence[LineRow],
    units: Iterable[AllocationRow],
    open_: Iterable[tuple[str | None, str]],
    asked: frozenset[str],
) -> Board:
    """The order on the table."""
    by_line: dict[str, list[AllocationRow]] = {}
    for one in units:
        by_line.setdefault(one.line_id, []).append(one)
    lines = [LineNow(row, before.get(row.id), by_line.get(row.id, []), row.id in asked) for row in rows]
    return Board(tx, policies, order, handling, lines, set(open_))


def standing(tx: Tx, order: Row, line: LineRow, units: Sequence[AllocationRow]) -> LineState:
    """Where this line stands, as Back Market and the parcel have it."""
    remote = line_state(line.remote_state, order_state=order["remote_state"])
    if remote is not LineState.ACCEPTED or not line.ours or line.named < line.quantity:
        return remote
    # Every piece lies in the parcel: a line that has no unit yet is not packed because another line of its order is.
    packed = all(one.state != RESERVED for one in units)
    if packed and parcels.of_order(tx.connection, line.order_id) is not None:
        return LineState.PACKED
    return remote


def sku_of(tx: Tx, line: LineRow) -> SkuRow | None:
    """What a line sold, as `sku_sold` says."""
    return sku_sold(tx.connection, tx.company, line)


def sku_sold(connection: Connection, company: str, line: LineRow) -> SkuRow | None:
    """What a line sold: the SKU its listing is linked to; of a listing that is not known, the SKU of its text."""
    sku_id = listings.sku_sold(connection, company, line.listing_id, line.sku_key)
    return catalogue.sku(connection, sku_id) if sku_id is not None else None
