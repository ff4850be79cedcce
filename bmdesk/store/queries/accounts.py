"""Accounts at remote systems, which warehouse each of them sells, and facts about this store itself.

Knows nothing of settings or tokens. Changes here belong to no step: UNDO does not open or close accounts.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import BindParameter, Connection, Select, bindparam, insert, select, update
from sqlalchemy.exc import SQLAlchemyError

from bmdesk.domain.markets import SYSTEM
from bmdesk.domain.unit import State
from bmdesk.store.engine import Database, Place
from bmdesk.store.tables import accounts as t
from bmdesk.store.tables import people, units
from bmdesk.store.transaction import Tx
from bmdesk.texts import Failure

CLOCK_SLACK = timedelta(minutes=1)
"""A success that lies further ahead than this is no mere difference between two machines."""


@dataclass(frozen=True, slots=True)
class AccountRow:
    """What a seller has at one remote system, with the state of its breaker. The fields are the table's columns."""

    id: str
    company_id: str
    system: str
    name: str
    active: bool
    pause_reason: str
    blocked_until: datetime | None
    block_fault: str
    block_text: Any
    failures: int
    listings_paused: bool
    creates: bool
    orders_since: datetime | None
    clock_skew_ms: int
    last_success_at: datetime | None
    created_at: datetime

    @property
    def may_run(self) -> bool:
        """Whether a person lets it be read and written."""
        return self.active and not self.pause_reason

    def rests_until(self, now: datetime) -> datetime | None:
        """Until when its breaker keeps it from calls; None where it does not."""
        return self.blocked_until if self.blocked_until is not None and self.blocked_until > now else None

    def is_ahead_of(self, now: datetime) -> bool:
        """Whether it succeeded at a moment that lies ahead: then the clock was set back."""
        return self.last_success_at is not None and self.last_success_at > now + CLOCK_SLACK


_ACCOUNT = select(*(t.account.c[name] for name in AccountRow.__slots__))
_BY_ID = _ACCOUNT.where(t.account.c.id == bindparam("account"))
_CHANGE = update(t.account).where(t.account.c.id == bindparam("of_account"))
_BY_NAME = _ACCOUNT.where(
    t.account.c.company_id == bindparam("company"),
    t.account.c.system == bindparam("system"),
    t.account.c.name == bindparam("name"),
)
_OF_COMPANY = _ACCOUNT.where(t.account.c.company_id == bindparam("company")).order_by(t.account.c.id)


def ids_of(company_id: str | BindParameter[str]) -> Select[tuple[str]]:
    """The ids of the company's accounts, to narrow another query."""
    return select(t.account.c.id).where(t.account.c.company_id == company_id)


def of_company(connection: Connection, company_id: str) -> list[AccountRow]:
    """All accounts of a company, oldest first, those switched off too."""
    return [AccountRow(*row) for row in connection.execute(_OF_COMPANY, {"company": company_id})]


def sellers(connection: Connection, company_id: str) -> list[AccountRow]:
    """The company's accounts at the marketplace, oldest first, those switched off too: where its goods are sold."""
    return [row for row in of_company(connection, company_id) if row.system == SYSTEM]


def account(connection: Connection, account_id: str) -> AccountRow:
    """The account with this id; it must exist."""
    return AccountRow(*connection.execute(_BY_ID, {"account": account_id}).one())


def by_name(connection: Connection, company_id: str, system: str, name: str) -> AccountRow | None:
    """The company's account of this name at this system, or None."""
    row = connection.execute(_BY_NAME, {"company": company_id, "system": system, "name": name}).first()
    return AccountRow(*row) if row else None


def is_any_active(connection: Connection) -> bool:
    """Whether any company of the store has an account that is switched on."""
    return connection.execute(select(t.account.c.id).where(t.account.c.active).limit(1)).first() is not None


def add_accounts(tx: Tx, system: str, *names: str) -> list[str]:
    """New accounts, switched on; their ids. The first of them is older than the next, though made in one moment."""
    ids = sorted(tx.new_id() for _ in names)
    for account_id, name in zip(ids, names, strict=True):
        values = {"id": account_id, "company_id": tx.company, "system": system, "name": name}
        tx.connection.execute(insert(t.account).values(**values, created_at=tx.now))
    return ids


def add_account(tx: Tx, system: str, name: str) -> str:
    """A new account, switched on; its id."""
    return add_accounts(tx, system, name)[0]


def set_account(tx: Tx, account_id: str, **values: Any) -> None:
    """Change these columns."""
    tx.connection.execute(_CHANGE, {**values, "of_account": account_id})


def warehouse_accounts(connection: Connection, company_id: str) -> dict[str, str]:
    """The account that each warehouse serves, by the warehouse's code; one not here serves the oldest account."""
    w = t.warehouse_account.c
    query = select(w.warehouse, w.account_id).where(w.company_id == company_id)
    return {row.warehouse: row.account_id for row in connection.execute(query)}


def set_warehouse(tx: Tx, warehouse: str, account_id: str) -> None:
    """From now on this warehouse serves that account."""
    w = t.warehouse_account
    here = (w.c.company_id == tx.company) & (w.c.warehouse == warehouse)
    if tx.connection.execute(update(w).where(here).values(account_id=account_id)).rowcount == 0:
        row = {"company_id": tx.company, "warehouse": warehouse, "account_id": account_id}
        tx.connection.execute(insert(w).values(**row))


def ready_in(connection: Connection, company_id: str, warehouse: str) -> list[tuple[str, str]]:
    """The units in this warehouse that are ready to be sold, as (unit, SKU)."""
    u, place = units.unit.c, people.location.c
    query = (
        select(u.id, u.sku_id)
        .join(people.location, place.id == u.location_id)
        .where(u.company_id == company_id, place.warehouse == warehouse)
        .where(u.state == State.READY.value, u.sku_id.is_not(None))
    )
    return [(row.id, row.sku_id) for row in connection.execute(query.order_by(u.id))]


def info(connection: Connection, name: str) -> str | None:
    """A fact about this store itself, or None."""
    query = select(people.store_info.c.value).where(people.store_info.c.name == name)
    return connection.execute(query).scalar()


def set_info(tx: Tx, name: str, value: str) -> None:
    """Keep a fact about this store itself."""
    i = people.store_info
    if tx.connection.execute(update(i).where(i.c.name == name).values(value=value)).rowcount == 0:
        tx.connection.execute(insert(i).values(name=name, value=value))


def id_in_file(file: Path) -> str | None:
    """The id of the store in this SQLite file, which is not ours and stays untouched; None where it cannot be told."""
    database = Database(Place.of_file(file))
    try:
        return database.read(lambda connection: info(connection, "id"))
    except (Failure, SQLAlchemyError):
        return None
    finally:
        database.close()
