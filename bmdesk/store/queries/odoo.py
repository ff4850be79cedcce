"""What stands at the company's Odoo for what is here, and what a person chose there. Knows nothing of Odoo itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, bindparam, delete, exists, insert, select, update

from bmdesk.store.tables import odoo as t
from bmdesk.store.tables import units
from bmdesk.store.tables.accounts import feed
from bmdesk.store.transaction import Tx

_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class RecordRow:
    """A record there for a record here. `base`: what both had when they last agreed."""

    account_id: str
    kind: str
    local_id: str
    remote_id: int
    base: Any
    agreed_at: datetime


@dataclass(frozen=True, slots=True)
class ChoiceRow:
    """What is meant there by something here."""

    company_id: str
    kind: str
    local: str
    remote_id: int
    name: str
    chosen_at: datetime


_R = t.odoo_record.c
_RECORD = select(*(_R[f.name] for f in fields(RecordRow)))
_OF_KIND = _RECORD.where(_R.account_id == bindparam("account"), _R.kind == bindparam("kind"))
_BY_LOCAL = _OF_KIND.where(_R.local_id.in_(bindparam("ids", expanding=True)))
_BY_REMOTE = _OF_KIND.where(_R.remote_id.in_(bindparam("ids", expanding=True)))
_C = t.odoo_choice.c
_CHOICE = select(*(_C[f.name] for f in fields(ChoiceRow)))


def records(
    connection: Connection, account_id: str, kind: str, local_ids: Iterable[str]
) -> dict[str, RecordRow]:
    """The records there for these here, by local id; those without one are left out."""
    return {row.local_id: row for row in _many(connection, _BY_LOCAL, account_id, kind, list(local_ids))}


def of_kind(connection: Connection, account_id: str, kind: str) -> dict[str, RecordRow]:
    """All records of a kind there are few of (products, carriers), by local id."""
    rows = connection.execute(_OF_KIND, {"account": account_id, "kind": kind})
    return {row.local_id: RecordRow(*row) for row in rows}


def by_remote(
    connection: Connection, account_id: str, kind: str, remote_ids: Iterable[int]
) -> dict[int, RecordRow]:
    """The records here for these there, by remote id."""
    return {row.remote_id: row for row in _many(connection, _BY_REMOTE, account_id, kind, list(remote_ids))}


def units_to_stand(
    connection: Connection, account_id: str, company_id: str, states: Iterable[str]
) -> list[str]:
    """The company's units that have a serial and a model and are in one of these states, or stand there already and
    were changed since, oldest first.
    """
    u = units.unit.c
    has_serial = exists().where(units.identifier.c.unit_id == u.id)
    mine = select(u.id).where(u.company_id == company_id, u.variant_id.is_not(None), has_serial)
    inside = mine.where(u.state.in_(sorted(states)))
    stands = mine.join(t.odoo_record, _R.local_id == u.id)
    behind = stands.where(_R.account_id == account_id, _R.agreed_at < u.changed_at)
    return sorted({*connection.execute(inside).scalars(), *connection.execute(behind).scalars()})


def agree(tx: Tx, account_id: str, kind: str, local_id: str, remote_id: int, base: Any) -> None:
    """Both sides have these values now. Raises IntegrityError where another local record has this remote one."""
    here = and_(_R.account_id == account_id, _R.kind == kind, _R.local_id == local_id)
    values = {"remote_id": remote_id, "base": base, "agreed_at": tx.now}
    if tx.connection.execute(update(t.odoo_record).where(here).values(**values)).rowcount == 0:
        row = {"account_id": account_id, "kind": kind, "local_id": local_id, **values}
        tx.connection.execute(insert(t.odoo_record), row)
    tx.agreed.add((kind, local_id))


def forget(tx: Tx, account_id: str, kind: str, local_id: str) -> None:
    """What was only noted to be looked at again is done."""
    here = and_(_R.account_id == account_id, _R.kind == kind, _R.local_id == local_id)
    tx.connection.execute(delete(t.odoo_record).where(here))


def has_links(connection: Connection, account_id: str, company_id: str) -> bool:
    """Whether anything here knows a number of something there."""
    known = select(_R.remote_id).where(_R.account_id == account_id).limit(1)
    chosen = select(_C.remote_id).where(_C.company_id == company_id).limit(1)
    return any(connection.execute(one).first() is not None for one in (known, chosen))


def forget_all(tx: Tx, account_id: str) -> None:
    """Nothing there is linked or chosen any more, and nothing was read."""
    tx.connection.execute(delete(t.odoo_record).where(_R.account_id == account_id))
    tx.connection.execute(delete(t.odoo_choice).where(_C.company_id == tx.company))
    tx.connection.execute(delete(feed).where(feed.c.account_id == account_id))


def choices(connection: Connection, company_id: str, kind: str) -> dict[str, ChoiceRow]:
    """What was chosen for this kind, by what it is called here."""
    query = _CHOICE.where(_C.company_id == company_id, _C.kind == kind).order_by(_C.local)
    return {row.local: ChoiceRow(*row) for row in connection.execute(query)}


def choose(tx: Tx, kind: str, chosen: Mapping[str, tuple[int, str] | None]) -> None:
    """Keep these choices: id and name there by what it is called here; None takes one back."""
    for local, meant in chosen.items():
        here = and_(_C.company_id == tx.company, _C.kind == kind, _C.local == local)
        tx.connection.execute(delete(t.odoo_choice).where(here))
        if meant is not None:
            row = {"company_id": tx.company, "kind": kind, "local": local, "remote_id": meant[0]}
            tx.connection.execute(insert(t.odoo_choice), {**row, "name": meant[1][:200], "chosen_at": tx.now})


def _many(
    connection: Connection, query: Any, account_id: str, kind: str, ids: Sequence[object]
) -> list[RecordRow]:
    found: list[RecordRow] = []
    for start in range(0, len(ids), _AT_ONCE):
        given = {"account": account_id, "kind": kind, "ids": ids[start : start + _AT_ONCE]}
        found += [RecordRow(*row) for row in connection.execute(query, given)]
    return found
