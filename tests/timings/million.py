"""A store of a million units: finding one, the first page, a filter, a jump to the end, and the memory it takes."""

from __future__ import annotations

import resource
import sqlite3
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from bmdesk.services import company
from bmdesk.services.goods import units
from bmdesk.services.goods.units import UnitFilter
from bmdesk.store.engine import Place
from bmdesk.store.opening import open_store
from bmdesk.store.photos import Photos
from bmdesk.system.clock import FixedClock
from tests.desks import PHONE, add_models
from tests.timings.figures import Figure, percentile

MILLION = 1_000_000
GRADES = ("EXCELLENT", "GOOD", "FAIR")


def measure(folder: Path, quick: bool) -> list[Figure]:
    """The unit list of the window over a large store."""
    count = 20_000 if quick else MILLION
    clock = FixedClock(datetime(2026, 1, 15, 9, tzinfo=UTC))
    file = folder / "store.db"
    store = open_store(Place.of_file(file), clock.now, None, "01KMILLION")
    desk = company.open_desk(store, Photos(folder / "photos"), clock, "bench-1")
    add_models(desk)
    store.close()
    fill(file, desk.company, count)
    store = open_store(Place.of_file(file), clock.now)
    desk = company.open_desk(store, Photos(folder / "photos"), clock, "bench-1")
    before = rss()
    shown = f"{count:,} units"
    last = units.list_units(desk, limit=100)
    middle = f"SERIAL{count // 2:08}"
    asks: tuple[tuple[str, Callable[[], object]], ...] = (
        ("find by identifier", lambda: units.show_unit(desk, middle)),
        (
            "search by its last digits",
            lambda: units.list_units(desk, UnitFilter(search=middle[-6:]), limit=100),
        ),
        ("first page", lambda: units.list_units(desk, limit=100)),
        ("next page", lambda: units.list_units(desk, after=last.next, limit=100)),
        ("filter by blocker", lambda: units.list_units(desk, UnitFilter(blocker="battery_low"), limit=100)),
        ("filter by rare blocker", lambda: units.list_units(desk, UnitFilter(blocker="repair"), limit=100)),
        ("jump to the last page", lambda: units.list_units(desk, offset=count - 150, limit=100)),
        ("count all", lambda: units.count_units(desk)),
        ("count a filter", lambda: units.count_units(desk, UnitFilter(state="held"))),
    )
    figures = [Figure(f"{shown}: {name}, p50", _typical(ask, 3 if quick else 9), "ms") for name, ask in asks]
    figures.append(Figure(f"{shown}: memory beyond the start", rss() - before, "MB"))
    figures.append(Figure(f"{shown}: file", file.stat().st_size / 2**20, "MB"))
    store.close()
    return figures


def fill(file: Path, company_id: str, count: int) -> None:
    """Units with an identifier, a stay and some blockers, written past the services: they would take an hour."""
    connection = sqlite3.connect(file, isolation_level=None)
    connection.execute("PRAGMA synchronous=OFF")
    connection.execute("PRAGMA cache_size=-200000")
    variant = connection.execute("SELECT id FROM variant WHERE model_code = ?", (PHONE,)).fetchone()[0]
    place = connection.execute("SELECT id FROM location LIMIT 1").fetchone()[0]
    at = 1_768_467_600_000_000
    connection.execute("BEGIN")
    for start in range(0, count, 20_000):
        numbers = range(start, min(count, start + 20_000))
        connection.executemany(
            "INSERT INTO unit (id, company_id, state, gone_reason, variant_id, grade, own_grade, stay_number,"
            " location_id, battery_percent, hold_reason, policy_stamp, history_seq, history_head, created_at,"
            " changed_at) VALUES (?, ?, ?, '', ?, ?, '', 1, ?, ?, '', 1, 0, '', ?, ?)",
            [
                (f"01M{n:023}", company_id, "held" if n % 5 == 0 else "ready", variant, GRADES[n % 3], place,
                 70 + n % 30, at + n, at + n)
                for n in numbers
            ],
        )  # fmt: skip
        connection.executemany(
            "INSERT INTO identifier (company_id, kind, value, reversed, unit_id) VALUES (?, 'serial', ?, ?, ?)",
            [(company_id, f"SERIAL{n:08}", f"SERIAL{n:08}"[::-1], f"01M{n:023}") for n in numbers],
        )
        connection.executemany(
            "INSERT INTO stay (id, unit_id, number, source, supplier, vat_scheme, arrived_at, new_battery,"
            " earlier_evidence, labour_minutes) VALUES (?, ?, 1, '', '', 'margin', ?, 0, '', 0)",
            [(f"01N{n:023}", f"01M{n:023}", at + n) for n in numbers],
        )
        connection.executemany(
            "INSERT INTO blocker (unit_id, position, company_id, code, level, params)"
            " VALUES (?, 0, ?, ?, 'required', ?)",
            [
                (f"01M{n:023}", company_id, "repair" if n % 5000 == 0 else "battery_low",
                 "{}" if n % 5000 == 0 else '{"needed":80,"percent":71}')
                for n in numbers
                if n % 5 == 0
            ],
        )  # fmt: skip
    connection.execute("COMMIT")
    connection.execute("ANALYZE")
    connection.close()


def _typical(ask: Callable[[], object], times: int) -> float:
    spent = []
    for _ in range(times):
        began = time.perf_counter()
        ask()
        spent.append((time.perf_counter() - began) * 1000)
    return percentile(spent, 0.5)


def rss() -> float:
    """Megabytes in memory now (at most, on systems that do not say)."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(row for row in status.read_text().splitlines() if row.startswith("VmRSS"))
        return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 if sys.platform != "darwin" else 2**20)
