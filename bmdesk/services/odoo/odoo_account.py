"""The account under which a company's Odoo is synced: there is one while an address is set, and it is never removed."""

from __future__ import annotations

from bmdesk.domain.effects import Kind, unit_lane
from bmdesk.domain.unit import IN_HOUSE
from bmdesk.services.odoo.prices import pricelists_wanted
from bmdesk.services.odoo.sales import orders_wanted
from bmdesk.store.engine import Connection
from bmdesk.store.queries import accounts, odoo, outbox
from bmdesk.store.queries.accounts import AccountRow
from bmdesk.store.transaction import Tx

SYSTEM = "odoo"
NAME = "odoo"


def of(connection: Connection, company_id: str) -> AccountRow | None:
    """The company's account at its Odoo, also one that is switched off; None where there never was an Odoo."""
    return accounts.by_name(connection, company_id, SYSTEM, NAME)


def follow_address(tx: Tx, *, connected: bool) -> None:
    """Where an address was set there is an account; where it was taken away, it is switched off. What is wrong with the
    settings otherwise is said when it is opened. Whatever must stand there is queued when it is switched on.
    """
    row = of(tx.connection, tx.company)
    if row is None and connected:
        want_all(tx, accounts.add_account(tx, SYSTEM, NAME))
    elif row is not None and row.active != connected:
        accounts.set_account(tx, row.id, active=connected)
        if connected:
            want_all(tx, row.id)


def want_all(tx: Tx, account_id: str) -> None:
    """The open orders, the units in the house, and those that stand there and had something happen to them while it was
    switched off. A unit without a serial or a model follows by itself when it gets one. Pricelists, where wished for.
    """
    wanted = odoo.units_to_stand(tx.connection, account_id, tx.company, IN_HOUSE)
    outbox.want_units(tx, account_id, Kind.UNIT, {one: unit_lane(one) for one in wanted})
    orders_wanted.want_open(tx, account_id)
    pricelists_wanted.want_all(tx, account_id)


def follow_prices(tx: Tx) -> None:
    """Whether prices are sent there was said anew: if so, all of them."""
    row = of(tx.connection, tx.company)
    if row is not None and row.active:
        pricelists_wanted.want_all(tx, row.id)
