"""Which unit left with which order line, where another tool shipped it: told by its identifier, or said by a person.

The piece then comes off the shelf instead of off the count, so the quantity stays what it was.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from bmdesk.domain.changes import Change
from bmdesk.domain.effects import StockOf
from bmdesk.domain.orders import Remote
from bmdesk.domain.stock import SHIPPED_STATES, UNCOUNTED_STATES
from bmdesk.domain.unit import IN_HOUSE, PROMISED, State
from bmdesk.services import wants
from bmdesk.services.desk import Actor, Desk
from bmdesk.services.goods.units import UnknownUnit
from bmdesk.services.grading.hand import changeable
from bmdesk.services.grading.refusals import Refusal
from bmdesk.services.orders import reservation
from bmdesk.store.engine import Connection
from bmdesk.store.queries import accounts, listings, order_progress, orders, units
from bmdesk.store.queries.orders import LineRow, UnnamedLine
from bmdesk.store.queries.units import UnitRow
from bmdesk.store.transaction import Tx

_LARGEST = 2**63 - 1


class UnknownLine(Refusal):
    """No order line has this number. Params: `line`."""

    code = "sold.unknown_line"


class LineAmbiguous(Refusal):
    """Several accounts have a line of this number. Params: `line`, `accounts`."""

    code = "sold.line_ambiguous"


class LineComplete(Refusal):
    """Every piece of the line has its unit already, or it was cancelled. Params: `line`."""

    code = "sold.line_complete"


@dataclass(frozen=True, slots=True)
class Named:
    """The unit is gone with this line."""

    unit_id: str
    line: int
    changes: frozenset[Change] = field(default_factory=lambda: frozenset({Change.UNITS, Change.LISTINGS}))


def waiting(desk: Desk, after: int = 0, limit: int = 200) -> tuple[UnnamedLine, ...]:
    """Lines that were shipped without bmdesk knowing which unit left, oldest first: "which unit left?"."""

    def work(connection: Connection) -> tuple[UnnamedLine, ...]:
        mine = [a.id for a in accounts.sellers(connection, desk.company)]
        return tuple(orders.unnamed(connection, mine, after=after, limit=limit))

    return desk.read(work)


def name(desk: Desk, actor: Actor, unit_id: str, line: int, account: str = "") -> Named:
    """This unit left with the line of this number (Back Market's) in this account, given by its name or id.

    Without an account any that has the line is meant, if it is the only one.
    Raises UnknownUnit, UnitNotHere, UnitPromised, UnknownLine, LineAmbiguous, LineComplete.
    """

    def work(tx: Tx) -> Named:
        row = units.find_unit(tx.connection, desk.company, unit_id)
        if row is None:
            raise UnknownUnit(given=unit_id)
        found = _line_of(tx, desk.company, line, account)
        if found.named >= found.quantity or found.remote_state in UNCOUNTED_STATES:
            raise LineComplete(line=str(line))
        changeable(tx.connection, row, repair=True)
        _leave(tx, unit_id, found, actor.code, actor.station)
        return Named(unit_id, line)

    return desk.write(work)


def match(tx: Tx, line_id: str) -> bool:
    """Where a shipped line carries the IMEI or serial of a unit that was here when it was sold, that unit left."""
    line = orders.line(tx.connection, line_id)
    if line is None or not line.counts or line.remote_state not in SHIPPED_STATES:
        return False
    if line.quantity != 1 or line.named or not (line.imei or line.serial):
        return False
    unit_id = units.by_identifier(tx.connection, tx.company, (line.imei or line.serial).upper())
    row = units.find_unit(tx.connection, tx.company, unit_id) if unit_id else None
    if row is None or State(row.state) not in IN_HOUSE - PROMISED or not _was_here(tx, row, line):
        return False
    _leave(tx, row.id, line, "", "")
    return True


def _line_of(tx: Tx, company: str, line: int, account: str) -> LineRow:
    known = accounts.sellers(tx.connection, company)
    names = {a.id: a.name for a in known if account in ("", a.name, a.id)}
    found = orders.lines_by_remote(tx.connection, list(names), line) if line <= _LARGEST else []
    if not found:
        raise UnknownLine(line=str(line))
    if len(found) > 1:
        raise LineAmbiguous(line=str(line), accounts=", ".join(names[one.account_id] for one in found))
    return found[0]


def _was_here(tx: Tx, row: UnitRow, line: LineRow) -> bool:
    """Whether the unit's present stay began before the line was sold: a device that came back did not leave with it.

    A line that was waiting when it was first read was sold by then. One that came shipped, or was refunded since, may
    be far older than its reading: then the order's own date counts.
    """
    stay = units.stay(tx.connection, row.id, row.stay_number)
    sold_at = line.first_read_at
    if line.remote_state == Remote.REFUNDED_AFTER or line.changed_at == line.first_read_at:
        sold_at = min(sold_at, orders.ordered_at(tx.connection, line.id) or sold_at)
    return stay is not None and stay["arrived_at"] <= sold_at


def _leave(tx: Tx, unit_id: str, line: LineRow, operator: str, station: str) -> None:
    number = order_progress.order(tx.connection, line.order_id)["remote_id"]
    reservation.leave(tx, number, line, unit_id, "history.sold_with_line", operator, station)
    sku_id = listings.sku_sold(tx.connection, tx.company, line.listing_id, line.sku_key)
    if sku_id is not None:
        wants.want(tx, StockOf(sku_id, lower=True))
