"""First imports from the company's Odoo: what was asked for, where each stands, and what it left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, bindparam, delete, insert, select, update

from bmdesk.store.queries import accounts
from bmdesk.store.tables import odoo as t
from bmdesk.store.tables import orders
from bmdesk.store.transaction import Tx

RUNNING, PAUSED, DONE, CANCELLED = "running", "paused", "done", "cancelled"


@dataclass(frozen=True, slots=True)
class ImportRow:
    """One import, all columns of its table. `count`: how many there are to see, as Odoo counted at the beginning."""

    id: str
    account_id: str
    what: str
    since: datetime | None
    source: str
    state: str
    stage: str
    next_id: int
    pages: int
    count: int
    seen: int
    new: int
    known: int
    doubts: int
    problem: Any
    asked_by: str
    asked_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class LineRow:
    """What was left out; `remote_id` numbers it within its stage. `reason`: a kept text."""

    stage: str
    remote_id: int
    name: str
    reason: Any


@dataclass(frozen=True, slots=True)
class TallyRow:
    """What became of one kind of things so far; `alone`: no business of bmdesk's."""

    new: int = 0
    known: int = 0
    alone: int = 0
    doubts: int = 0


@dataclass(frozen=True, slots=True)
class NumberedRow:
    """An order of this number at one of the company's marketplaces. `price_minor` without shipping."""

    id: str
    remote_id: int
    customer_id: str | None
    currency: str
    price_minor: int | None
    shipping_minor: int | None
    erased_at: datetime | None


_I, _L, _T, _O = t.odoo_import.c, t.odoo_import_line.c, t.odoo_import_tally.c, orders.customer_order.c
_IMPORT = select(*(_I[f.name] for f in fields(ImportRow)))
_BY_ID = _IMPORT.where(_I.id == bindparam("import"), _I.account_id.in_(accounts.ids_of(bindparam("company"))))
_NEWEST_FIRST = (_I.asked_at.desc(), _I.id.desc())
_LINES = select(*(_L[f.name] for f in fields(LineRow)))
_TALLIES = select(_T.import_id, _T.stage, *(_T[f.name] for f in fields(TallyRow))).where(
    _T.import_id.in_(bindparam("some", expanding=True))
)
_NUMBERED = (
    select(*(_O[f.name] for f in fields(NumberedRow)))
    .where(
        _O.account_id.in_(accounts.ids_of(bindparam("company"))),
        _O.remote_id.in_(bindparam("some", expanding=True)),
    )
    .order_by(_O.id)
)


def find(connection: Connection, company_id: str, import_id: str) -> ImportRow | None:
    """The import with this id among the company's, or None."""
    row = connection.execute(_BY_ID, {"import": import_id, "company": company_id}).first()
    return ImportRow(*row) if row else None


def of_account(connection: Connection, account_id: str, limit: int = 20) -> list[ImportRow]:
    """The imports of an account, newest first."""
    query = _IMPORT.where(_I.account_id == account_id).order_by(*_NEWEST_FIRST).limit(limit)
    return [ImportRow(*row) for row in connection.execute(query)]


def under_way(connection: Connection, account_id: str) -> ImportRow | None:
    """The import of this account that has not ended, or None."""
    query = _IMPORT.where(_I.account_id == account_id, _I.state.in_((RUNNING, PAUSED)))
    row = connection.execute(query.order_by(*_NEWEST_FIRST).limit(1)).first()
    return ImportRow(*row) if row else None


def add(tx: Tx, account_id: str, **values: Any) -> str:
    """A new import, running; its id."""
    import_id = tx.new_id()
    row = {"id": import_id, "account_id": account_id, "state": RUNNING, "asked_at": tx.now, **values}
    tx.connection.execute(insert(t.odoo_import), row)
    return import_id


def change(tx: Tx, import_id: str, **values: Any) -> None:
    """Change an import's row."""
    tx.connection.execute(update(t.odoo_import).where(_I.id == import_id).values(**values))


def move(tx: Tx, import_id: str, before: tuple[str, ...], after: str, **values: Any) -> bool:
    """From one of these states into another; False where it is in none of them."""
    here = and_(_I.id == import_id, _I.state.in_(before))
    query = update(t.odoo_import).where(here).values(state=after, **values)
    return tx.connection.execute(query).rowcount > 0


def leave_out(tx: Tx, import_id: str, lines: Sequence[LineRow]) -> None:
    """Note what was left out. Noted again, the last reason counts."""
    rows = {
        (one.stage, one.remote_id): {
            "import_id": import_id,
            "stage": one.stage,
            "remote_id": one.remote_id,
            "name": one.name[:200],
            "reason": one.reason,
        }
        for one in lines
    }
    for stage, remote_id in rows:
        same = and_(_L.import_id == import_id, _L.stage == stage, _L.remote_id == remote_id)
        tx.connection.execute(delete(t.odoo_import_line).where(same))
    if rows:
        tx.connection.execute(insert(t.odoo_import_line), list(rows.values()))


def lines(connection: Connection, import_id: str, limit: int | None = None) -> list[LineRow]:
    """What an import left out, in the order in which it came."""
    query = _LINES.where(_L.import_id == import_id).order_by(_L.stage, _L.remote_id).limit(limit)
    return [LineRow(*row) for row in connection.execute(query)]


def tallies(connection: Connection, import_ids: Sequence[str]) -> dict[str, dict[str, TallyRow]]:
    """What became of each kind of things, by import and kind."""
    found: dict[str, dict[str, TallyRow]] = {}
    for import_id, kind, *counts in connection.execute(_TALLIES, {"some": list(import_ids)}):
        found.setdefault(import_id, {})[kind] = TallyRow(*counts)
    return found


def set_tally(tx: Tx, import_id: str, kind: str, tally: TallyRow) -> None:
    """What became of this kind so far."""
    here, values = and_(_T.import_id == import_id, _T.stage == kind), asdict(tally)
    if tx.connection.execute(update(t.odoo_import_tally).where(here).values(**values)).rowcount == 0:
        row = {"import_id": import_id, "stage": kind, **values}
        tx.connection.execute(insert(t.odoo_import_tally), row)


def numbered(connection: Connection, company_id: str, numbers: Sequence[int]) -> list[NumberedRow]:
    """The company's orders with these numbers (at most 500), in any of its accounts."""
    rows = connection.execute(_NUMBERED, {"company": company_id, "some": list(numbers)})
    return [NumberedRow(*row) for row in rows]
