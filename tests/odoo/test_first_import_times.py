"""5,000 serials and 2,000 sale orders of a real Odoo come in; how long, in how many calls, and once more."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

import pytest

from bmdesk.connectors.odoo import first_import, session
from bmdesk.connectors.odoo.endpoint import OdooEndpoint
from bmdesk.connectors.odoo.transport import JsonRpcTransport
from bmdesk.services import settings
from bmdesk.services.desk import Desk
from bmdesk.services.odoo import import_runs
from bmdesk.services.odoo.import_runs import Import, Wishes
from tests.odoo.databases import Database
from tests.odoo.shops import DIALECT, Watched, add_fields

pytestmark = [pytest.mark.odoo, pytest.mark.slow, pytest.mark.sqlite_only]

SERIALS, SALES = 5000, 2000
_AT_ONCE = 500


def test_five_thousand_serials_are_a_few_dozen_calls(own_odoo_database: Database, desk: Desk) -> None:
    database, who = own_odoo_database, own_odoo_database.admin()
    admin = JsonRpcTransport(OdooEndpoint(database.server, database.name, who.login, who.key))
    fill(admin)
    for name, value in (("url", database.server), ("database", database.name), ("user", who.login)):
        settings.put(desk, f"odoo.{name}", value)
    first, calls, seconds, own = measured(desk, admin)
    assert (first.state, first.seen, first.new) == ("done", 1 + SERIALS + SALES, SERIALS)
    again, calls_again, seconds_again, own_again = measured(desk, admin)
    assert (again.new, again.seen) == (0, first.seen)
    admin.close()
    print(
        f"\n{SERIALS} serials and {SALES} sale orders: {seconds:.0f} s in {calls} calls,"
        f" {own:.0f} s of work here; once more {seconds_again:.0f} s in {calls_again} calls, {own_again:.0f} s of work"
    )
    assert calls < 120


def measured(desk: Desk, admin: JsonRpcTransport) -> tuple[Import, int, float, float]:
    """The import, its calls, how long it took, and how long the processor was at work for it here."""
    import_id = import_runs.start(desk, None, Wishes()).id
    watched = Watched(admin)
    begun, worked = time.monotonic(), time.process_time()
    first_import.pull(desk, lambda: session.begin(watched), import_id, lambda: True)
    seconds, own = time.monotonic() - begun, time.process_time() - worked
    return import_runs.standing(desk, import_id), len(watched.calls), seconds, own


def fill(admin: JsonRpcTransport) -> None:
    add_fields(admin)
    place: Any = admin.call(
        "stock.warehouse", "search_read", [[], ["lot_stock_id"]], {"order": "id", "limit": 1}
    )
    stock = place[0]["lot_stock_id"][0]
    phone = {"name": "Phone", "tracking": "serial", "barcode": "0194252707227", **DIALECT.storable}
    (product,) = create(admin, "product.product", [phone])
    (partner,) = create(admin, "res.partner", [{"name": "Walk-in"}])
    for begin in range(0, SERIALS, _AT_ONCE):
        names = [f"SNTIME{number:05d}" for number in range(begin, begin + _AT_ONCE)]
        lots = create(
            admin, "stock.lot", [{"name": one, "product_id": product, "company_id": 1} for one in names]
        )
        # Straight into stock: how it came there is no part of this.
        create(
            admin,
            "stock.quant",
            [{"product_id": product, "lot_id": lot, "location_id": stock, "quantity": 1} for lot in lots],
        )
    for begin in range(0, SALES, _AT_ONCE):
        references = [f"Back Market {90_000_000 + begin + number}" for number in range(_AT_ONCE)]
        create(admin, "sale.order", [{"partner_id": partner, "client_order_ref": one} for one in references])


def create(admin: JsonRpcTransport, model: str, rows: Sequence[dict[str, object]]) -> list[int]:
    made = admin.call(model, "create", [list(rows)])
    assert isinstance(made, list)
    return made
