"""Companies, places, operators, settings, policy documents and seats."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, case, func, insert, select, update

from bmdesk.store.tables import people as t
from bmdesk.store.transaction import Tx


@dataclass(frozen=True, slots=True)
class CompanyRow:
    """A company."""

    id: str
    code: str
    name: str
    timezone: str
    currency: str
    policy_stamp: int
    settings_stamp: int


@dataclass(frozen=True, slots=True)
class OperatorRow:
    """A person with a badge. `code` is what the badge says after `BMD:OP:`."""

    id: str
    code: str
    name: str
    role: str
    active: bool


@dataclass(frozen=True, slots=True)
class PinRow:
    """What keeps a person's dangerous steps to themselves; `pin_hash` is empty where no PIN is set."""

    id: str
    role: str
    active: bool
    pin_hash: str
    pin_tries: int
    pin_wait_until: datetime | None


@dataclass(frozen=True, slots=True)
class SeatRow:
    """What a seat has in hand."""

    operator: OperatorRow | None
    batch_id: str | None
    variant_id: str | None
    unit_id: str | None
    last_unit_id: str | None
    binding: bool
    last_text: str
    last_at: datetime | None


_COMPANY = select(
    t.company.c.id,
    t.company.c.code,
    t.company.c.name,
    t.company.c.timezone,
    t.company.c.currency,
    t.company.c.policy_stamp,
    t.company.c.settings_stamp,
)
_OPERATOR = select(
    t.operator.c.id, t.operator.c.code, t.operator.c.name, t.operator.c.role, t.operator.c.active
)


# Asked with every scan, so built once: building a statement takes longer than running it.
_CHANGE_SEAT = update(t.seat).where(
    t.seat.c.company_id == bindparam("key_company"),
    t.seat.c.station == bindparam("key_station"),
    t.seat.c.name == bindparam("key_seat"),
)
_OPERATOR_BY_CODE = _OPERATOR.where(
    t.operator.c.company_id == bindparam("company"), t.operator.c.code == bindparam("code")
)
_SETTING = select(t.setting.c.value).where(
    t.setting.c.company_id == bindparam("company"), t.setting.c.name == bindparam("name")
)
_COMPANY_BY_ID = _COMPANY.where(t.company.c.id == bindparam("company"))
_SEAT = (
    select(
        t.operator.c.id.label("operator_id"),
        t.operator.c.code,
        t.operator.c.name.label("operator_name"),
        t.operator.c.role,
        t.operator.c.active,
        t.seat.c.batch_id,
        t.seat.c.variant_id,
        t.seat.c.unit_id,
        t.seat.c.last_unit_id,
        t.seat.c.binding,
        t.seat.c.last_text,
        t.seat.c.last_at,
    )
    .select_from(t.seat.outerjoin(t.operator, t.seat.c.operator_id == t.operator.c.id))
    .where(
        t.seat.c.company_id == bindparam("company"),
        t.seat.c.station == bindparam("station"),
        t.seat.c.name == bindparam("seat"),
    )
)


def company(connection: Connection, company_id: str) -> CompanyRow:
    """The company with this id; it must exist."""
    return CompanyRow(*connection.execute(_COMPANY_BY_ID, {"company": company_id}).one())


def company_by_code(connection: Connection, code: str) -> CompanyRow | None:
    """The company a person names, or None."""
    row = connection.execute(_COMPANY.where(t.company.c.code == code)).first()
    return CompanyRow(*row) if row else None


def companies(connection: Connection) -> list[CompanyRow]:
    """All companies, oldest first."""
    return [CompanyRow(*row) for row in connection.execute(_COMPANY.order_by(t.company.c.id))]


def add_company(tx: Tx, company_id: str, code: str, name: str, timezone: str, currency: str) -> None:
    """A new company."""
    values = {"id": company_id, "code": code, "name": name, "timezone": timezone, "currency": currency}
    # It has nothing yet: its figures are whole.
    whole = {"figures_zone": timezone, "bench_zone": timezone}
    tx.connection.execute(
        insert(t.company).values(**values, **whole, policy_stamp=1, settings_stamp=1, created_at=tx.now)
    )


def set_company(tx: Tx, **values: str) -> None:
    """Change name, timezone or currency of the transaction's company."""
    also: dict[str, Any] = {}
    if zone := values.get("timezone"):  # its days begin at other hours: all figures are to be made anew
        c = t.company.c
        for after in (c.figures_after, c.bench_after):
            also[after.name] = case((c.timezone != zone, ""), else_=after)
    tx.connection.execute(update(t.company).where(t.company.c.id == tx.company).values(**values, **also))


def raise_stamp(tx: Tx, *, judged: bool) -> None:
    """Say that settings changed; with `judged`, that all units are to be judged anew."""
    c = t.company.c
    values = {
        "settings_stamp": c.settings_stamp + 1,
        **({"policy_stamp": c.policy_stamp + 1} if judged else {}),
    }
    tx.connection.execute(update(t.company).where(c.id == tx.company).values(values))


def location_id(tx: Tx, warehouse: str, bin_: str) -> str:
    """The id of this place; it is made when nobody has used it yet."""
    found = find_location(tx.connection, tx.company, warehouse, bin_)
    if found is None:
        found = tx.new_id()
        tx.connection.execute(
            insert(t.location).values(id=found, company_id=tx.company, warehouse=warehouse, bin=bin_)
        )
    return found


def find_location(connection: Connection, company_id: str, warehouse: str, bin_: str) -> str | None:
    """The id of this place, or None."""
    place = t.location
    query = select(place.c.id).where(
        place.c.company_id == company_id, place.c.warehouse == warehouse, place.c.bin == bin_
    )
    return connection.execute(query).scalar()


def is_warehouse(connection: Connection, company_id: str, code: str) -> bool:
    """Whether any place is in a warehouse of this name."""
    place = t.location.c
    query = select(place.id).where(place.company_id == company_id, place.warehouse == code).limit(1)
    return connection.execute(query).scalar() is not None


def warehouses(connection: Connection, company_id: str) -> list[str]:
    """The codes of all warehouses that have a place."""
    place = t.location.c
    query = select(place.warehouse).where(place.company_id == company_id).distinct()
    return list(connection.execute(query.order_by(place.warehouse)).scalars())


def locations(connection: Connection, company_id: str) -> list[tuple[str, str, str]]:
    """All places as (id, warehouse, bin), sorted for people."""
    place = t.location
    query = select(place.c.id, place.c.warehouse, place.c.bin).where(place.c.company_id == company_id)
    return [
        (r.id, r.warehouse, r.bin) for r in connection.execute(query.order_by(place.c.warehouse, place.c.bin))
    ]


def operator_by_code(connection: Connection, company_id: str, code: str) -> OperatorRow | None:
    """The operator whose badge says this code (upper case), active or not."""
    row = connection.execute(_OPERATOR_BY_CODE, {"company": company_id, "code": code}).first()
    return OperatorRow(*row) if row else None


def operators(connection: Connection, company_id: str) -> list[OperatorRow]:
    """All operators by code."""
    query = _OPERATOR.where(t.operator.c.company_id == company_id).order_by(t.operator.c.code)
    return [OperatorRow(*row) for row in connection.execute(query)]


def pin_of(connection: Connection, company_id: str, code: str) -> PinRow | None:
    """Role and PIN of the operator whose badge says this code, or None."""
    c = t.operator.c
    query = select(c.id, c.role, c.active, c.pin_hash, c.pin_tries, c.pin_wait_until)
    row = connection.execute(query.where(c.company_id == company_id, c.code == code)).first()
    return PinRow(*row) if row else None


def pin_again(row: PinRow, tries: int) -> PinRow:
    """The same person after one more try."""
    return replace(row, pin_tries=tries)


def with_pin(connection: Connection, company_id: str) -> frozenset[str]:
    """The codes of those who have set a PIN."""
    c = t.operator.c
    query = select(c.code).where(c.company_id == company_id, c.pin_hash != "")
    return frozenset(connection.execute(query).scalars())


def add_operator(tx: Tx, code: str, name: str, role: str) -> str:
    """A new operator; the id."""
    operator_id = tx.new_id()
    values = {"id": operator_id, "company_id": tx.company, "code": code, "name": name, "role": role}
    tx.connection.execute(insert(t.operator).values(**values, active=True, created_at=tx.now))
    return operator_id


def set_operator(tx: Tx, operator_id: str, **values: Any) -> None:
    """Change name, role, whether the badge works, or what is kept of the PIN."""
    tx.connection.execute(update(t.operator).where(t.operator.c.id == operator_id).values(**values))


def settings(connection: Connection, company_id: str) -> dict[str, str]:
    """The stored settings of a company."""
    query = select(t.setting.c.name, t.setting.c.value).where(t.setting.c.company_id == company_id)
    return {row.name: row.value for row in connection.execute(query)}


def setting(connection: Connection, company_id: str, name: str) -> str | None:
    """One stored setting, or None where it was never set."""
    return connection.execute(_SETTING, {"company": company_id, "name": name}).scalar()


def setting_since(connection: Connection, company_id: str, name: str) -> datetime | None:
    """Since when a stored setting has its value, or None where it was never set."""
    query = select(t.setting.c.changed_at).where(
        t.setting.c.company_id == company_id, t.setting.c.name == name
    )
    return connection.execute(query).scalar()


def set_setting(tx: Tx, name: str, value: str) -> None:
    """Store one setting."""
    tx.put(t.setting, {"company_id": tx.company, "name": name}, value=value, changed_at=tx.now)
    tx.take_touched()


def policy(connection: Connection, company_id: str, name: str) -> dict[str, Any] | None:
    """The newest own copy of a policy document, or None."""
    query = (
        select(t.policy.c.body)
        .where(t.policy.c.company_id == company_id, t.policy.c.name == name)
        .order_by(t.policy.c.version.desc())
        .limit(1)
    )
    return connection.execute(query).scalar()


def policy_versions(connection: Connection, company_id: str, name: str) -> list[dict[str, Any]]:
    """All own copies of a policy document, newest first."""
    query = select(t.policy.c.body).where(t.policy.c.company_id == company_id, t.policy.c.name == name)
    return list(connection.execute(query.order_by(t.policy.c.version.desc())).scalars())


class PolicyCopy(NamedTuple):
    """An own copy of a policy document."""

    version: int
    body: dict[str, Any]
    operator: str
    at: datetime


def policy_copies(connection: Connection, company_id: str, name: str) -> list[PolicyCopy]:
    """All own copies of a policy document with who saved them when, newest first."""
    c = t.policy.c
    query = select(c.version, c.body, c.operator, c.at).where(c.company_id == company_id, c.name == name)
    return [PolicyCopy._make(row) for row in connection.execute(query.order_by(c.version.desc()))]


def policy_version(connection: Connection, company_id: str, name: str) -> int:
    """The newest version of an own copy, 0 without one."""
    query = select(func.max(t.policy.c.version)).where(
        t.policy.c.company_id == company_id, t.policy.c.name == name
    )
    return connection.execute(query).scalar() or 0


def add_policy(tx: Tx, name: str, version: int, body: dict[str, Any], operator: str) -> None:
    """A new version of an own copy."""
    values = {"company_id": tx.company, "name": name, "version": version, "body": body, "operator": operator}
    tx.connection.execute(insert(t.policy).values(**values, at=tx.now))


def seat(connection: Connection, company_id: str, station: str, name: str) -> SeatRow | None:
    """What this seat has in hand, or None where nobody ever sat."""
    row = connection.execute(_SEAT, {"company": company_id, "station": station, "seat": name}).first()
    if row is None:
        return None
    person = OperatorRow(row[0], row[1], row[2], row[3], row[4]) if row[0] else None
    return SeatRow(person, *tuple(row)[5:])


def set_seat(tx: Tx, station: str, name: str, **values: Any) -> None:
    """Note what this seat has in hand (not part of any step: UNDO does not move people)."""
    here = {"key_company": tx.company, "key_station": station, "key_seat": name}
    if tx.connection.execute(_CHANGE_SEAT, {**here, **values}).rowcount == 0:
        row = {"company_id": tx.company, "station": station, "name": name, **values}
        tx.connection.execute(insert(t.seat), row)


def empty_other_hands(tx: Tx, unit_id: str, station: str, name: str) -> None:
    """A device is where it was scanned last: no other seat has it in hand."""
    s = t.seat
    mine = (s.c.station == station) & (s.c.name == name)
    others = (s.c.company_id == tx.company) & (s.c.unit_id == unit_id) & ~mine
    tx.connection.execute(update(s).where(others).values(unit_id=None, binding=False))


def log_scan(tx: Tx, **values: Any) -> None:
    """Keep one scan, as it was read and what came of it."""
    tx.connection.execute(insert(t.scan_log), {"company_id": tx.company, "at": tx.now, **values})


def last_scan_at(connection: Connection, company_id: str) -> datetime | None:
    """When the store last kept a scan: a clock that stands before it has jumped back."""
    query = select(func.max(t.scan_log.c.at)).where(t.scan_log.c.company_id == company_id)
    return connection.execute(query).scalar()
