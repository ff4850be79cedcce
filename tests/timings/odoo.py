"""Units on their way to a real Odoo 19, and serials on theirs from it, against a client that makes its calls for each
record; both in the same run, with the same Odoo.

Needs the server that BMDESK_TEST_ODOO names (tests/odoo/peer makes one).
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from bmdesk.connectors.odoo import session
from bmdesk.connectors.odoo.incoming import first_import
from bmdesk.connectors.odoo.transport import OdooTransport
from bmdesk.services import settings
from bmdesk.services.desk import Desk
from bmdesk.services.odoo.takeover import import_runs
from bmdesk.services.odoo.takeover.import_runs import Wishes
from bmdesk.services.odoo.units.units_there import UnitThere
from bmdesk.services.session import open_session
from bmdesk.system.paths import DataDir
from tests.odoo.databases import SERVER, Account, Database, fresh_database
from tests.odoo.fillings import Filling
from tests.odoo.shops import PHONE, Shop, Watched, a_unit, shop, transport
from tests.odoo.templates import templates
from tests.timings.figures import Figure, NotHere

GOAL = 10
"""So many times as long the other way must take."""


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds and calls for all, ours; and the seconds that the other way takes for as many, as it took for some: it is
    as slow for the last as for the first.
    """

    seconds: float
    calls: int
    one_by_one: float

    def figures(self, what: str, count: int, goal: int = 0) -> list[Figure]:
        times = self.one_by_one / self.seconds
        return [
            Figure(what, self.seconds, "s", self.one_by_one),
            Figure(f"{what}: calls", self.calls, "calls"),
            Figure(f"{what}: calls a unit", self.calls / count, "calls"),
            Figure(
                f"{what}: one call per record", times, "times as long", None,
                f">= {goal}" if goal else "", times >= goal if goal else None,
            ),
        ]  # fmt: skip


def measure(folder: Path, quick: bool) -> list[Figure]:
    """New units, the same units graded anew, and a first import: seconds and calls."""
    if not SERVER:
        raise NotHere("BMDESK_TEST_ODOO names no running Odoo; tests/odoo/peer makes one")
    os.environ["BMDESK_CLAIMS"] = str(folder / "claims")
    return [
        *_sent(*((100, 20) if quick else (1000, 100))),
        *_taken(folder, *((500, 200) if quick else (5000, 2000))),
    ]


# ---------------------------------------------------------------- to Odoo


def _sent(count: int, some: int) -> list[Figure]:
    """So many units, beside so many others one by one."""
    with _database() as (database, admin), shop(database, admin, admin) as there:
        product = there.new_product(PHONE.name, barcode=PHONE.barcode)
        [operation] = there.rows(
            "stock.picking.type",
            [("code", "=", "incoming"), ("company_id", "=", there.company)],
            "default_location_src_id",
        )
        source = operation["default_location_src_id"][0]
        there.right(a_unit())  # what a fresh database does the first time is no part of either
        begun = time.monotonic()
        lots = [_receive(there, a_unit(), product, operation["id"], source) for _ in range(some)]
        received = time.monotonic()
        for lot in lots:
            there.admin.call("stock.lot", "write", [[lot], {"x_bm_grade": "FAIR"}])
        graded = time.monotonic()

        units = [a_unit() for _ in range(count)]
        new_s, new_calls = _made_right(there, units)
        anew_s, anew_calls = _made_right(there, [replace(unit, grade="FAIR") for unit in units])
    new = Pace(new_s, new_calls, (received - begun) / some * count)
    anew = Pace(anew_s, anew_calls, (graded - received) / some * count)
    return [
        *new.figures(f"{count} graded units received in Odoo", count, GOAL),
        *anew.figures(f"{count} units graded anew in Odoo", count, GOAL),
    ]


def _made_right(there: Shop, units: list[UnitThere]) -> tuple[float, int]:
    """Seconds and calls."""
    watched, begun = Watched(there.remote), time.monotonic()
    there.right(*units, through=watched)
    return time.monotonic() - begun, len(watched.calls)


def _receive(there: Shop, unit: UnitThere, product: int, operation: int, source: int) -> int:
    """A lot, a transfer, its end: three calls."""
    route = {"location_id": source, "location_dest_id": there.places.default, "product_id": product}
    lot = there.create(
        "stock.lot",
        name=unit.identifier,
        product_id=product,
        company_id=there.company,
        x_bm_grade=unit.grade,
        x_bm_battery=unit.battery_percent,
    )
    line = {**route, "lot_id": lot, "quantity": 1, "picked": True}
    picking = there.create(
        "stock.picking",
        picking_type_id=operation,
        location_id=source,
        location_dest_id=there.places.default,
        move_ids=[(0, 0, {**route, "product_uom_qty": 1, "move_line_ids": [(0, 0, line)]})],
    )
    there.admin.call("stock.picking", "button_validate", [[picking]])
    return lot


# ---------------------------------------------------------------- from Odoo


def _taken(folder: Path, serials: int, sales: int) -> list[Figure]:
    """A first import of so much, once more, and beside it each record asked for by itself, with nothing kept."""
    with _database() as (database, who), closing(transport(database, who, 1)) as admin:
        there = Filling(admin)
        there.add_stock(serials)
        there.add_sales(sales)
        some = there.lots[::50]
        begun = time.monotonic()
        for lot in some:
            admin.call("stock.lot", "read", [[lot], ["name", "product_id", "company_id", "x_bm_grade"]])
        one_by_one = (time.monotonic() - begun) / len(some)
        with open_session(DataDir(folder / "import")) as opened:
            for name, value in (("url", database.server), ("database", database.name), ("user", who.login)):
                settings.put(opened.desk, f"odoo.{name}", value)
            what, count = f"first import of {serials} serials and {sales} sale orders", serials + sales
            return [
                *_import(opened.desk, admin, what, count, one_by_one * count),
                *_import(opened.desk, admin, f"{what}, once more", count, one_by_one * count),
            ]


def _import(desk: Desk, admin: OdooTransport, what: str, count: int, one_by_one: float) -> list[Figure]:
    import_id, watched = import_runs.start(desk, None, Wishes()).id, Watched(admin)
    begun, worked = time.monotonic(), time.process_time()
    first_import.pull(desk, lambda: session.begin(watched), import_id, lambda: True)
    seconds, worked = time.monotonic() - begun, time.process_time() - worked
    assert import_runs.standing(desk, import_id).state == "done"
    pace = Pace(seconds, len(watched.calls), one_by_one)
    return [*pace.figures(what, count), Figure(f"{what}: work of this process", worked, "s")]


@contextmanager
def _database() -> Iterator[tuple[Database, Account]]:
    with templates() as made, fresh_database(made.ready) as database:
        yield database, database.admin()
