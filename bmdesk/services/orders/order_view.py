"""Orders as people look at them: lists by what is to be done, the search, the counts.

Reads only; all of one order is services.orders.order_detail, what a person decides is services.orders.handling.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bmdesk.domain.figures import Period
from bmdesk.domain.orders import NOT_PACKED, TO_FULFIL, LineState
from bmdesk.services.desk import Desk
from bmdesk.services.grading.refusals import Refusal
from bmdesk.services.orders.order_detail import UnknownOrder, account_names, conflict_shown, detail, row_of
from bmdesk.services.orders.order_shown import (
    ConflictShown,
    DocumentShown,
    Event,
    LineDetail,
    OrderDetail,
    OrderRow,
    ParcelShown,
    StepShown,
    UnitOfLine,
)
from bmdesk.store.engine import Connection
from bmdesk.store.queries import order_lists, order_progress, orders
from bmdesk.store.queries.order_lists import After, Condition

__all__ = [
    "ConflictShown",
    "DocumentShown",
    "Event",
    "LineDetail",
    "OrderDetail",
    "OrderFilter",
    "OrderRow",
    "Page",
    "ParcelShown",
    "StepShown",
    "Tab",
    "UnitOfLine",
    "UnknownOrder",
    "detail",
]

MOST = 100
"""Orders on one page, at most."""


class OrderAmbiguous(Refusal):
    """Several accounts have an order of this number. Params: `given`, `accounts`."""

    code = "order.ambiguous"


class Tab(StrEnum):
    """What of an order is to be done: the tabs of the room."""

    ALL = "all"
    TO_ACCEPT = "to_accept"
    """Paid, and bmdesk fulfils a line of it."""
    TO_PICK = "to_pick"
    """Accepted, and a reserved unit still lies at its place."""
    TO_PACK = "to_pack"
    """Accepted, and every piece has its unit; picked or not."""
    PACKED = "packed"
    """The parcel is closed, and the marketplace does not know yet."""
    SHIPPED = "shipped"
    CONFLICTS = "conflicts"
    WAITING = "waiting"
    """Ordered, not paid."""
    ONLY_SHOWN = "only_shown"
    """Not packed yet, and bmdesk fulfils no line of it: another tool's work, or to be taken over."""
    ENDED = "ended"
    """Cancelled, refunded or never paid."""


URGENT = (Tab.TO_ACCEPT, Tab.TO_PICK, Tab.TO_PACK, Tab.PACKED, Tab.CONFLICTS)
"""Tabs of what is to be done: they are counted, and begin with what must leave first; the others with the newest."""


@dataclass(frozen=True, slots=True)
class OrderFilter:
    """What the list is narrowed by; an empty field narrows nothing. `account` is a name or an id, `state` a LineState.

    `words`: an order's number, a name, a tracking number, an identifier. `days`: those in which the figures count it.
    """

    tab: Tab = Tab.ALL
    words: str = ""
    account: str = ""
    market: str = ""
    state: str = ""
    days: Period | None = None


ALL = OrderFilter()


@dataclass(frozen=True, slots=True)
class Page:
    """Some orders. `next` goes into `after` for the page that follows; None at the end."""

    rows: tuple[OrderRow, ...]
    next: After | None


def page(desk: Desk, chosen: OrderFilter = ALL, after: After | None = None, limit: int = MOST) -> Page:
    """A page of orders: most urgent first where there is something to do, else the newest first."""
    most = max(1, min(limit, MOST))
    urgent = chosen.tab in URGENT or chosen.state in URGENT

    def work(connection: Connection) -> Page:
        names = account_names(connection, desk.company)
        conditions = _conditions(connection, desk, chosen, names)
        if conditions is None:
            return Page((), None)
        found = order_lists.page(connection, conditions, after, most + 1, urgent=urgent)
        rows = tuple(row_of(one, names, desk.clock.now()) for one in found[:most])
        if len(found) <= most:
            return Page(rows, None)
        last = rows[-1]
        return Page(rows, After(last.ship_by if urgent else last.created_at, last.id))

    return desk.read(work)


def count(desk: Desk, chosen: OrderFilter = ALL) -> int:
    """How many orders `page` has on all its pages."""

    def work(connection: Connection) -> int:
        conditions = _conditions(connection, desk, chosen, account_names(connection, desk.company))
        return order_lists.count(connection, conditions) if conditions is not None else 0

    return desk.read(work)


def counts(desk: Desk) -> dict[Tab, int]:
    """How many orders want something done, for the rail and the tabs: as many as the list of each tab has."""

    def work(connection: Connection) -> dict[Tab, int]:
        names = account_names(connection, desk.company)
        found = {}
        for tab in URGENT:
            conditions = _conditions(connection, desk, OrderFilter(tab), names)
            found[tab] = order_lists.count(connection, conditions) if conditions is not None else 0
        return found

    return desk.read(work)


def count_in_both(desk: Desk, one: Tab, other: Tab) -> int:
    """How many orders stand in both of these tabs."""

    def work(connection: Connection) -> int:
        conditions = _conditions(connection, desk, OrderFilter(one), account_names(connection, desk.company))
        if conditions is None:
            return 0
        return order_lists.count(connection, [*conditions, *_of_tab(other)])

    return desk.read(work)


def overdue(desk: Desk) -> int:
    """How many orders that bmdesk fulfils should have left by now."""

    def work(connection: Connection) -> int:
        conditions = _conditions(connection, desk, ALL, account_names(connection, desk.company))
        if conditions is None:
            return 0
        late = [order_lists.in_states(*TO_FULFIL), order_lists.due_before(desk.clock.now())]
        return order_lists.count(connection, [*conditions, *late, order_lists.fulfilled_here()])

    return desk.read(work)


def conflicts_of(desk: Desk, order_ids: Sequence[str]) -> dict[str, tuple[ConflictShown, ...]]:
    """The open conflicts of these orders (at most 500) in words, by order."""

    def work(connection: Connection) -> dict[str, tuple[ConflictShown, ...]]:
        found: dict[str, tuple[ConflictShown, ...]] = {}
        for one in order_progress.conflicts(connection, order_ids):
            found[one.order_id] = (*found.get(one.order_id, ()), conflict_shown(one))
        return found

    return desk.read(work)


def find(desk: Desk, given: str, account: str = "") -> str:
    """The id of the order somebody means by its id or by the marketplace's number, in this account or in any.

    Raises UnknownOrder, OrderAmbiguous.
    """
    text = given.strip()

    def work(connection: Connection) -> str:
        names = {k: v for k, v in account_names(connection, desk.company).items() if account in ("", k, v)}
        found = order_lists.named(connection, list(names), text) if names else []
        if not found:
            raise UnknownOrder(given=text[:40])
        if len(found) > 1:
            rows = order_lists.rows(connection, found)
            raise OrderAmbiguous(given=text[:40], accounts=", ".join(names[row.account_id] for row in rows))
        return found[0]

    return desk.read(work)


def line_number(desk: Desk, order_id: str, given: str) -> str:
    """The id of the line of this order that somebody means by its id or number. Raises UnknownOrderLine."""
    text = given.strip()

    def work(connection: Connection) -> str:
        for line in orders.of_order(connection, order_id):
            if text.upper() == line.id or text == str(line.remote_id):
                return line.id
        number = order_progress.order(connection, order_id)["remote_id"]
        raise UnknownOrderLine(given=text[:40], order=str(number))

    return desk.read(work)


class UnknownOrderLine(Refusal):
    """The order has no such line. Params: `given`, `order`."""

    code = "order.unknown_line"


# ---------------------------------------------------------------- lists


def _conditions(
    connection: Connection, desk: Desk, chosen: OrderFilter, names: Mapping[str, str]
) -> list[Condition] | None:
    """None where nothing can be found."""
    mine = [one for one, name in names.items() if chosen.account in ("", one, name)]
    if not mine:
        return None
    found: list[Condition] = [order_lists.of_accounts(mine), *_of_tab(chosen.tab)]
    if chosen.state:
        found.append(order_lists.in_states(chosen.state))
    if chosen.market:
        found.append(order_lists.in_market(chosen.market))
    if chosen.days is not None:
        found.append(order_lists.counted_in(chosen.days.first.toordinal(), chosen.days.last.toordinal()))
    if chosen.words.strip():
        found.append(order_lists.said(connection, desk.company, mine, chosen.words[:100]))
    return found


def _of_tab(tab: Tab) -> list[Condition]:
    match tab:
        case Tab.ALL:
            return []
        case Tab.CONFLICTS:
            return [order_lists.in_conflict()]
        case Tab.TO_ACCEPT:
            return [order_lists.in_states(LineState.TO_ACCEPT), order_lists.fulfilled_here()]
        case Tab.ONLY_SHOWN:
            return [order_lists.in_states(*NOT_PACKED), ~order_lists.fulfilled_here()]
        case Tab.TO_PICK:
            return [order_lists.in_states(LineState.ACCEPTED), order_lists.to_pick()]
        case Tab.TO_PACK:
            return [order_lists.in_states(LineState.ACCEPTED), order_lists.to_pack()]
        case Tab.ENDED:
            ended = (LineState.CANCELLED, LineState.REFUNDED, LineState.UNPAID)
            return [order_lists.in_states(*ended)]
        case _:
            return [order_lists.in_states(tab.value)]
