"""Serials that left with orders by Odoo's books before bmdesk knew of them: found by the serial when one comes back.

Kept among the records of the company's Odoo, the serial in the place of something that is here.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

from sqlalchemy import Connection, bindparam, select

from bmdesk.store.queries import accounts, odoo
from bmdesk.store.tables.odoo import odoo_record
from bmdesk.store.transaction import Tx

SOLD = "sold"
"""Kind of record. Stored so."""

_LONGEST = 40
_R = odoo_record.c
_OF_SERIAL = select(_R.base).where(
    _R.account_id.in_(accounts.ids_of(bindparam("company"))),
    _R.kind == SOLD,
    _R.local_id == bindparam("serial"),
)


@dataclass(frozen=True, slots=True)
class EarlierSale:
    """One sale of a serial. `number`: the order's at the marketplace; `sale`: what Odoo calls it; `on`: ISO day.
    `back`: it was given back by Odoo's books.
    """

    order_id: str
    number: str
    sale: str
    on: str
    back: bool


def of_serial(connection: Connection, company_id: str, serial: str) -> list[EarlierSale]:
    """How this serial was sold, as it is written in `identify`, oldest first."""
    given = {"company": company_id, "serial": serial[:_LONGEST]}
    kept = connection.execute(_OF_SERIAL, given).scalars()
    return sorted((EarlierSale(**one) for base in kept for one in base or ()), key=lambda one: one.on)


def note(tx: Tx, account_id: str, serial: str, line_id: int, sale: EarlierSale) -> bool:
    """Keep that this serial left so; False where that is kept already. `line_id`: of the movement there."""
    serial = serial[:_LONGEST]
    before = odoo.records(tx.connection, account_id, SOLD, [serial]).get(serial)
    kept = list(before.base or ()) if before is not None else []
    if any(one["order_id"] == sale.order_id for one in kept):
        return False
    taken = odoo.by_remote(tx.connection, account_id, SOLD, [line_id])
    if line_id in taken and taken[line_id].local_id != serial:
        return False
    odoo.agree(tx, account_id, SOLD, serial, line_id, [*kept, asdict(sale)])
    return True
