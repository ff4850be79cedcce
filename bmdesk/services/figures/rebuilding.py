"""Making the figures of sales and of the bench anew, page by page: after a migration, and when the company's days begin
at another hour.

Every page leaves the sums equal to what they sum up; until the last one some orders or devices lie on the days of the
old time zone, or are not counted yet. Whoever is interrupted goes on where it stood.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from zoneinfo import ZoneInfo

from bmdesk.services.desk import Desk
from bmdesk.services.figures import looks
from bmdesk.services.figures import sales as following
from bmdesk.store.engine import Connection
from bmdesk.store.queries import bench_figures, people, sales
from bmdesk.store.transaction import Tx

_PAGE = 250


def is_behind(connection: Connection, company: str) -> bool:
    """Whether some figures of sales are still to be made."""
    made = sales.making(connection, company)
    return made.after is not None or made.zone != people.company(connection, company).timezone


def bench_is_behind(connection: Connection, company: str) -> bool:
    """Whether some figures of the bench are still to be made."""
    made = bench_figures.making(connection, company)
    return made.after is not None or made.zone != people.company(connection, company).timezone


def catch_up(desk: Desk) -> bool:
    """Make a page of what is to be made; whether there is more. Runs at start, on the window's timer, in each run."""
    if desk.read(lambda connection: is_behind(connection, desk.company)):
        return desk.write(_page_of_orders) or desk.read(lambda c: bench_is_behind(c, desk.company))
    if desk.read(lambda connection: bench_is_behind(connection, desk.company)):
        return desk.write(_page_of_units)
    return False


def begin(desk: Desk) -> None:
    """Forget all figures; `catch_up` makes them from orders, inspections and stays."""
    for work in (_forget_orders, _forget_units):
        while desk.write(work):
            pass


def _page_of_orders(tx: Tx) -> bool:
    zone = people.company(tx.connection, tx.company).timezone
    made = sales.making(tx.connection, tx.company)
    after = made.after if made.zone == zone and made.after is not None else ""
    page = sales.next_orders(tx.connection, tx.company, after, _PAGE)
    following.count(tx, page, ZoneInfo(zone))
    more = len(page) == _PAGE
    sales.set_making(tx, zone, page[-1] if more else None)
    return more


def _page_of_units(tx: Tx) -> bool:
    zone = people.company(tx.connection, tx.company).timezone
    made = bench_figures.making(tx.connection, tx.company)
    after = made.after if made.zone == zone and made.after is not None else ""
    page = bench_figures.next_units(tx.connection, tx.company, after, _PAGE)
    inspections, stays = bench_figures.of_units(tx.connection, page)
    for some in _pages(inspections):
        looks.count_looks(tx, some, ZoneInfo(zone))
    for some in _pages(stays):
        looks.count_stays(tx, some, ZoneInfo(zone))
    more = len(page) == _PAGE
    bench_figures.set_making(tx, zone, page[-1] if more else None)
    return more


def _forget_orders(tx: Tx) -> bool:
    sales.set_making(tx, "", "")
    rows = sales.forget_some(tx, _PAGE)
    sales.add(tx, following.difference((row, None) for row in rows))
    if len(rows) == _PAGE:
        return True
    sales.forget_sums(tx)  # nothing is summed up any more: what is left was wrong
    return False


def _forget_units(tx: Tx) -> bool:
    bench_figures.set_making(tx, "", "")
    inspections, stays = bench_figures.some_kept(tx, _PAGE)
    looks.count_looks(tx, inspections, None)
    looks.count_stays(tx, stays, None)
    if _PAGE in (len(inspections), len(stays)):
        return True
    bench_figures.forget_sums(tx)
    return False


def _pages(ids: Sequence[str]) -> Iterable[Sequence[str]]:
    return (ids[start : start + _PAGE] for start in range(0, len(ids), _PAGE))
