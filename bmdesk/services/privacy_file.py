"""One person's data as a file to give to them: all that names them or that they bought, for people and programs.

A ZIP with `customer.json` (all of it), tables of it (`orders.csv`, `addresses.csv`, `devices.csv`) and the papers.
"""

from __future__ import annotations

import json
import tempfile
import zipfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from bmdesk.domain.rights import Right
from bmdesk.services import rights
from bmdesk.services.desk import Actor, Desk
from bmdesk.services.orders.customers import UnknownCustomer
from bmdesk.store.engine import Connection
from bmdesk.store.queries import customers, documents, erasing, order_progress, orders, parcels
from bmdesk.store.transaction import Row
from bmdesk.system.durable import replacing
from bmdesk.system.tabular import Cell, write_table

_MOST_ORDERS = 100_000
_PAGE = 500
_PAPERS = "papers/"


@dataclass(frozen=True, slots=True)
class Exported:
    """What the file holds."""

    file: Path
    orders: int
    papers: int
    papers_missing: int


def export(desk: Desk, actor: Actor, customer_id: str, file: Path) -> Exported:
    """Write this file; only its owner may read it. It appears only when it is complete.

    Raises NotAllowed, PinNeeded, UnknownCustomer, FileNotWritten.
    """
    rights.require(desk, Right.PERSONAL_DATA, actor)
    data = desk.read(lambda c: _gathered(c, desk.company, customer_id))
    papers = missing = 0
    with replacing(file) as out, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for order in data["orders"]:
            for paper in order["papers"]:
                blob, name = (
                    paper.pop("blob"),
                    _PAPERS + f"{order['order']}-{paper['kind']}-{paper['id'][-6:]}.pdf",
                )
                try:
                    archive.write(desk.photos.path(blob), name)
                except (OSError, ValueError):
                    missing += 1
                    continue
                paper["file"] = name
                papers += 1
        archive.writestr("customer.json", json.dumps(data, ensure_ascii=False, indent=1, default=_plain))
        for name, columns, rows in _tables(data):
            archive.writestr(name, _as_csv(columns, rows))
    return Exported(file, len(data["orders"]), papers, missing)


def _gathered(connection: Connection, company: str, customer_id: str) -> dict[str, Any]:
    row = customers.customer(connection, company, customer_id)
    if row is None:
        raise UnknownCustomer(given=customer_id[:60])
    ids = customers.records(connection, row.id)
    bought = customers.orders_of(connection, ids, _MOST_ORDERS)
    records = [
        asdict(one) for begin in range(0, len(ids), _PAGE) for one in _rows(connection, company, ids, begin)
    ]
    return {
        "customer": row.id,
        "records": records,
        "orders": [_order(connection, one) for one in bought],
        "devices": customers.devices_of(connection, ids, _MOST_ORDERS),
        "set_aside": erasing.set_aside(connection, [(one["account_id"], one["remote_id"]) for one in bought]),
    }


def _rows(
    connection: Connection, company: str, ids: Sequence[str], begin: int
) -> list[customers.CustomerRow]:
    return customers.rows(connection, company, ids[begin : begin + _PAGE])


def _order(connection: Connection, order: Row) -> Row:
    written = customers.addresses(connection, [order["id"]])
    parcel = parcels.of_order(connection, order["id"])
    return {
        "order": order["remote_id"],
        **{name: order[name] for name in _ORDER},
        "lines": [
            {name: getattr(one, name) for name in _LINE} for one in orders.of_order(connection, order["id"])
        ],
        "addresses": [{"kind": kind, **asdict(person)} for (_, kind), person in sorted(written.items())],
        "messages": [
            {"at": one.asked_at, "kind": one.kind, "reason": one.reason, "message": one.message}
            for one in order_progress.steps(connection, order["id"])
        ],
        "parcel": {"number": parcel.number, "shipper": parcel.shipper, "url": parcel.url} if parcel else None,
        "papers": [
            {"id": one.id, "kind": one.kind, "name": one.name, "blob": one.blob}
            for one in documents.of_orders(connection, [order["id"]])
            if one.blob
        ],
    }


_ORDER = (
    "market", "state", "currency", "price_minor", "shipping_minor", "payment_method", "created_at", "paid_at",
    "shipped_at", "shipper", "tracking_number", "erased_at",
)  # fmt: skip
_LINE = ("sku_text", "title", "grade", "quantity", "state", "price_minor", "refunded_minor", "imei", "serial")
_ADDRESS = (
    "first_name", "last_name", "company", "street", "street2", "postcode", "city", "country", "phone", "email",
)  # fmt: skip
_DEVICE = ("identifier", "title", "number", "state", "warranty_until")

_Table = tuple[str, tuple[str, ...], list[list[Cell]]]


def _tables(data: dict[str, Any]) -> list[_Table]:
    bought = data["orders"]
    shown = ("order", *_ORDER[:-1])
    lines = [
        [one["order"], *(one[name] for name in _ORDER[:-1]), *(line[name] for name in _LINE)]
        for one in bought
        for line in one["lines"]
    ]
    places = [
        [one["order"], there["kind"], *(there[name] for name in _ADDRESS)]
        for one in bought
        for there in one["addresses"]
    ]
    devices = [[one[name] for name in _DEVICE] for one in data["devices"]]
    return [
        ("orders.csv", (*shown, *(f"line_{name}" for name in _LINE)), lines),
        ("addresses.csv", ("order", "kind", *_ADDRESS), places),
        ("devices.csv", _DEVICE, devices),
    ]


def _as_csv(columns: tuple[str, ...], rows: list[list[Cell]]) -> bytes:
    with tempfile.TemporaryDirectory() as folder:  # of this person alone
        file = Path(folder) / "table.csv"
        write_table(file, columns, rows)
        return file.read_bytes()


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime | date) else str(value)
