"""Lists that people wait for, over a store with years of orders: rooms, searches, the pick list."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine

from bmdesk.domain.identifiers import new_ulid
from bmdesk.services import company
from bmdesk.services.desk import Desk
from bmdesk.services.orders import customers, order_view
from bmdesk.services.orders.order_view import OrderFilter, Tab
from bmdesk.services.shipping import picking, warranties
from bmdesk.store import planning
from bmdesk.store.engine import Place
from bmdesk.store.opening import open_store
from bmdesk.store.photos import Photos
from bmdesk.system.clock import FixedClock
from tests.desks import add_models
from tests.timings.figures import Figure, percentile
from tests.timings.million import fill

GOAL_MS = 50
_AT = 1_768_467_600_000_000
_HOUR = 3_600_000_000
_FIRST = ("Anna", "Zoë", "Jürgen", "Marie", "Lucía", "Tom", "Ines", "Paul", "Chloé", "Max")


def measure(folder: Path, quick: bool) -> list[Figure]:
    """24,000 orders of 20,000 people with 20,000 units: what each list and search takes."""
    count = 2_400 if quick else 24_000
    desk = large_desk(folder, count)
    shown = f"{count:,} orders"
    figures = []
    for name, ask in asks(desk, count).items():
        ask()
        spent = []
        for _ in range(3 if quick else 9):
            began = time.perf_counter()
            ask()
            spent.append((time.perf_counter() - began) * 1000)
        typical = percentile(spent, 0.5)
        figures.append(
            Figure(f"{shown}: {name}, p50", typical, "ms", None, f"< {GOAL_MS} ms", typical < GOAL_MS)
        )
    desk.store.close()
    return figures


def asks(desk: Desk, count: int) -> dict[str, Callable[[], object]]:
    """What people ask, by name."""
    found: dict[str, Callable[[], object]] = {"counts for the rail": lambda: order_view.counts(desk)}
    for tab in Tab:
        found[f"page of {tab.value}"] = lambda t=tab: order_view.page(desk, OrderFilter(t))  # type: ignore[misc]
        found[f"count of {tab.value}"] = lambda t=tab: order_view.count(desk, OrderFilter(t))  # type: ignore[misc]
    words = {
        "its number": str(40_000_000 + count // 2),
        "a name": f"Familie{count // 3}",
        "a name that many have": "Anna",
        "nobody's name": "Xylophon",
        "a tracking number": f"JJD{count // 4:012}",
        "an identifier": f"SERIAL{count // 5:08}",
    }
    for name, text in words.items():
        chosen = OrderFilter(words=text)
        found[f"orders by {name}"] = lambda c=chosen: order_view.page(desk, c)  # type: ignore[misc]
        found[f"count by {name}"] = lambda c=chosen: order_view.count(desk, c)  # type: ignore[misc]
        found[f"customers by {name}"] = lambda t=text: customers.page(desk, t)  # type: ignore[misc]
        found[f"warranties by {name}"] = lambda t=text: warranties.page(desk, t)  # type: ignore[misc]
    return found | {
        "customers": lambda: customers.page(desk),
        "customers counted": lambda: customers.count(desk),
        "a customer by e-mail": lambda: customers.find(desk, f"{count // 3}@example.org"),
        "warranties": lambda: warranties.page(desk),
        "pick list": lambda: picking.to_pick(desk),
    }


def large_desk(folder: Path, count: int) -> Desk:
    """A desk with so many orders, written past the services: they would take an hour."""
    clock = FixedClock(datetime(2026, 1, 15, 9, tzinfo=UTC))
    place = Place.of_file(folder / "store.db")
    store = open_store(place, clock.now, None, "01KORDERS")
    desk = company.open_desk(store, Photos(folder / "photos"), clock, "bench-1")
    add_models(desk)
    store.close()
    fill(folder / "store.db", desk.company, count * 5 // 6)
    _orders(folder / "store.db", desk.company, count)
    engine = create_engine(place.address)
    with engine.begin() as connection:  # as every store has it, not as this one was filled
        connection.exec_driver_sql("DELETE FROM sqlite_stat1")
        planning.note_sizes(connection)
    engine.dispose()
    store = open_store(place, clock.now)
    return company.open_desk(store, Photos(folder / "photos"), clock, "bench-1")


def _orders(file: Path, company_id: str, count: int) -> None:
    connection = sqlite3.connect(file, isolation_level=None)
    connection.execute("PRAGMA synchronous=OFF")
    connection.execute("BEGIN")
    account = new_ulid(_AT // 1000, bytes(10))
    _add(
        connection,
        "account",
        [{"id": account, "company_id": company_id, "system": "backmarket", "name": "main"}],
    )
    people, units = count * 5 // 6, count * 5 // 6
    _add(connection, "customer", [_customer(n, company_id) for n in range(people)])
    states = [_state(n, count) for n in range(count)]
    _add(connection, "customer_order", [_order(n, account, states[n], people) for n in range(count)])
    _add(connection, "orderline", [_line(n, account, states[n]) for n in range(count)])
    _add(
        connection,
        "order_address",
        [_address(n, kind, people) for n in range(count) for kind in ("shipping", "billing")],
    )
    taken = [n for n in range(units) if states[n] in ("accepted", "packed", "shipped")]
    _add(
        connection,
        "allocation",
        [
            {"line_id": _id("L", n), "unit_id": f"01M{n:023}", "stay_id": f"01N{n:023}", "at": _AT,
             "state": "shipped" if states[n] == "shipped" else "packed" if states[n] == "packed" else "reserved"}
            for n in taken
        ],
    )  # fmt: skip
    sent = [n for n in taken if states[n] in ("packed", "shipped")]
    _add(
        connection,
        "parcel",
        [
            {"id": _id("P", n), "account_id": account, "order_id": _id("B", n), "number": f"JJD{n:012}",
             "state": "packed" if states[n] == "packed" else "told", "packed_at": _AT, "changed_at": _AT,
             "told_at": _AT}
            for n in sent
        ],
    )  # fmt: skip
    _add(
        connection,
        "warranty",
        [
            {"id": _id("W", n), "company_id": company_id, "unit_id": f"01M{n:023}", "stay_id": f"01N{n:023}",
             "line_id": _id("L", n), "order_id": _id("B", n), "begins": "sale", "months": 12,
             "starts_on": "2025-06-01", "ends_on": f"2026-{1 + n % 12:02}-{1 + n % 28:02}", "at": _AT}
            for n in sent
        ],
    )  # fmt: skip
    connection.execute("COMMIT")
    connection.close()


def _state(n: int, count: int) -> str:
    """Most were shipped long ago; the newest three of a hundred want something done."""
    back = count - n
    for share, state in ((100, "waiting"), (75, "to_accept"), (50, "accepted"), (40, "packed")):
        if back <= count // share and n % 2:
            return state
    if n % 60 == 7:
        return "accepted"
    return "cancelled" if n % 100 == 99 else "shipped"


def _customer(n: int, company_id: str) -> dict[str, Any]:
    name = f"{_FIRST[n % 10]} Familie{n}"
    return {
        "id": _id("A", n), "company_id": company_id, "name": name, "email": f"{n}@example.org",
        "phone": f"+49170{n:07}", "country": "DE", "email_key": f"{n}@example.org", "name_key": name.casefold(),
        "postcode_key": f"{n % 99999:05}", "phone_key": f"170{n:06}", "created_at": _AT, "changed_at": _AT,
    }  # fmt: skip


def _order(n: int, account: str, state: str, people: int) -> dict[str, Any]:
    return {
        "id": _id("B", n), "account_id": account, "remote_id": 40_000_000 + n, "market": "de-de",
        "remote_state": 3, "state": state, "conflicts": 1 if n % 500 == 3 else 0, "customer_id": _id("A", n % people),
        "currency": "EUR", "price_minor": 30_000, "created_at": _AT - (30_000 - n) * _HOUR, "paid_at": _AT,
        "ship_by": _AT + n * 1000 if state in ("to_accept", "accepted", "packed") else None,
        "tracking_number": f"JJD{n:012}" if state == "shipped" else "", "read_at": _AT,
    }  # fmt: skip


def _line(n: int, account: str, state: str) -> dict[str, Any]:
    remote = {"waiting": 0, "to_accept": 1, "accepted": 2, "packed": 2, "shipped": 3, "cancelled": 4}[state]
    return {
        "id": _id("L", n), "order_id": _id("B", n), "account_id": account, "remote_id": 90_000_000 + n,
        "sku_text": "IP12", "sku_key": "ip12", "title": "iPhone 12", "grade": "GOOD", "quantity": 1,
        "remote_state": remote, "state": state, "ours": 1 if n % 3 else 0, "counts": 1,
        "named": 0 if state in ("waiting", "to_accept", "cancelled") else 1,
        "serial": f"SERIAL{n:08}" if state == "shipped" else "", "first_read_at": _AT, "changed_at": _AT,
    }  # fmt: skip


def _address(n: int, kind: str, people: int) -> dict[str, Any]:
    one = n % people
    return {
        "order_id": _id("B", n), "kind": kind, "first_name": _FIRST[one % 10], "last_name": f"Familie{one}",
        "street": f"Weg {one}", "postcode": f"{one % 99999:05}", "city": "Berlin", "country": "DE",
        "phone": f"+49170{one:07}", "email": f"{one}@example.org",
    }  # fmt: skip


def _id(letter: str, n: int) -> str:
    return f"01{letter}{n:023}"


def _add(connection: sqlite3.Connection, table: str, rows: list[dict[str, Any]]) -> None:
    """Rows with these columns; of the others that must say something, nothing."""
    info = connection.execute(f'PRAGMA table_info("{table}")').fetchall()
    given = set(rows[0]) if rows else set()
    empty = {
        column[1]: 0 if "INT" in column[2].upper() or "BOOL" in column[2].upper() else ""
        for column in info
        if column[3] and column[4] is None and column[1] not in given
    }
    names = [*given, *empty]
    marks = ", ".join(f":{name}" for name in names)
    connection.executemany(
        f'INSERT INTO "{table}" ({", ".join(names)}) VALUES ({marks})', [{**row, **empty} for row in rows]
    )
