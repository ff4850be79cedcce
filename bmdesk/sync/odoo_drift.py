"""A look at where the stock here and the stock at Odoo do not say the same. For window and command line alike.

Changes nothing. Odoo is read first, then the store in one snapshot; of units that are on their way meanwhile nothing
is said. No call is made in a transaction.
"""

from __future__ import annotations

from collections.abc import Callable

from bmdesk.connectors.odoo import session
from bmdesk.connectors.odoo.incoming.drift import StockThere
from bmdesk.connectors.odoo.records import Records
from bmdesk.connectors.odoo.transport import JsonRpcTransport, OdooTransport
from bmdesk.connectors.odoo.units.stock_places import StockPlaces
from bmdesk.services.desk import Desk
from bmdesk.services.odoo import odoo_account
from bmdesk.services.odoo.choices import Kind
from bmdesk.services.odoo.units import drift
from bmdesk.services.odoo.units.drift import Drift, Here, PieceThere, There
from bmdesk.services.odoo.units.units_there import Places
from bmdesk.store.engine import Connection
from bmdesk.store.queries import odoo
from bmdesk.sync import odoo_connection
from bmdesk.sync.odoo_connection import NoOdoo
from bmdesk.system.secrets import Secrets


def look(
    desk: Desk,
    secrets: Secrets,
    told: Callable[[int, int], None] = lambda _done, _total: None,
    keep_going: Callable[[], bool] = lambda: True,
) -> Drift:
    """Compare all. `told` hears how many pieces were read at Odoo, and of how many.

    Raises NoOdoo, NoKey, BadSetting, BadOdooEndpoint, RemoteFailure.
    """
    endpoint = odoo_connection.endpoint_of(desk, secrets)
    account = desk.read(lambda connection: odoo_account.of(connection, desk.company))
    if account is None:
        raise NoOdoo
    remote = JsonRpcTransport(endpoint)
    try:
        return _look(desk, account.id, remote, told, keep_going)
    finally:
        remote.close()


def _look(
    desk: Desk,
    account_id: str,
    remote: OdooTransport,
    told: Callable[[int, int], None],
    keep_going: Callable[[], bool],
) -> Drift:
    begun = session.begun(desk, account_id, remote)
    records = Records(remote, begun.company)
    stock = StockThere(records)
    started = desk.clock.now()
    pieces = stock.pieces(told, keep_going)
    if pieces is None:
        return Drift(complete=False)

    def work(connection: Connection) -> tuple[Here, Places]:
        chosen = odoo.choices(connection, desk.company, Kind.LOCATION)
        places = Places(begun.stock, {code: one.remote_id for code, one in chosen.items()})
        return drift.read(connection, desk, account_id, pieces, started), places

    here, places = desk.read(work)
    if not keep_going():
        return Drift(complete=False)
    return drift.compare(here, _there(StockPlaces(records, places), stock, pieces, here))


def _there(places: StockPlaces, stock: StockThere, pieces: list[PieceThere], here: Here) -> There:
    missing = here.missing(pieces)
    lots = sorted(here.lots[unit.id] for unit in missing if unit.id in here.lots)
    serials = sorted(unit.identifier for unit in missing if unit.id not in here.lots)
    return There(
        pieces,
        places.read(piece.place_id for piece in pieces),
        places.goals((unit.warehouse, unit.bin) for unit in here.units),
        stock.away(lots, serials),
    )
