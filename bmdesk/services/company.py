"""Companies and their people: the first start, operators and badges."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from bmdesk.domain.changes import Change
from bmdesk.domain.rights import RIGHTS, ROLES, Right
from bmdesk.services import rights
from bmdesk.services.desk import Desk
from bmdesk.services.grading.refusals import Refusal
from bmdesk.store.opening import Store
from bmdesk.store.photos import Photos
from bmdesk.store.queries import people
from bmdesk.store.queries.people import CompanyRow, OperatorRow
from bmdesk.store.transaction import Tx
from bmdesk.system.clock import Clock

DEFAULT_COMPANY = "default"
FIRST_OPERATOR = "OWNER"
_CODE = re.compile(r"[A-Z0-9][A-Z0-9_-]{0,31}")


class UnknownCompany(Refusal):
    """No company has this code. Params: `code`, `known`."""

    code = "company.unknown"


class BadOperatorCode(Refusal):
    """A badge code a card cannot carry. Params: `given`."""

    code = "operator.bad_code"


class OperatorExists(Refusal):
    """The code is taken. Params: `code`."""

    code = "operator.exists"


class UnknownOperator(Refusal):
    """No operator has this code. Params: `code`."""

    code = "operator.unknown"


class BadRole(Refusal):
    """No such role. Params: `given`, `known`."""

    code = "operator.bad_role"


class LastOwner(Refusal):
    """Somebody must be left who may change everything. Params: `code`."""

    code = "operator.last_owner"


@dataclass(frozen=True, slots=True)
class Saved:
    """Something was saved; views redraw by `changes`."""

    id: str
    changes: frozenset[Change] = field(default_factory=frozenset)


def open_desk(
    store: Store,
    photos: Photos,
    clock: Clock,
    station: str,
    company: str = DEFAULT_COMPANY,
    timezone: str = "UTC",
) -> Desk:
    """The desk of this company at this station. A fresh store gets its first company and OWNER.

    `timezone` and EUR are what a fresh company begins with; the first start asks. Raises UnknownCompany.
    """
    existing = store.read(people.companies)  # one look: between two, another station may found it
    row = next((found for found in existing if found.code == company), None)
    if row is None:
        if existing:
            raise UnknownCompany(code=company, known=", ".join(c.code for c in existing))
        row = store.write("", lambda tx: found(tx, company, timezone))
    return Desk(store, photos, clock, row.id, station)


def operators(desk: Desk) -> list[OperatorRow]:
    """All operators by code, those signed off too."""
    return desk.read(lambda connection: people.operators(connection, desk.company))


def operator(desk: Desk, code: str) -> OperatorRow:
    """The operator with this code. Raises UnknownOperator."""
    found = desk.read(
        lambda connection: people.operator_by_code(connection, desk.company, code.strip().upper())
    )
    if found is None:
        raise UnknownOperator(code=code[:40])
    return found


def add_operator(desk: Desk, code: str, name: str, role: str) -> Saved:
    """A new operator; to give more than a badge asks for the right to give roles.

    Raises BadOperatorCode, OperatorExists, BadRole, NotAllowed, PinNeeded.
    """
    rights.require(desk, Right.ROLES if RIGHTS.get(role) else Right.OPERATORS)
    wanted = code.strip().upper()
    if not _CODE.fullmatch(wanted):
        raise BadOperatorCode(given=code[:40])
    _check_role(role)

    def work(tx: Tx) -> Saved:
        if people.operator_by_code(tx.connection, tx.company, wanted) is not None:
            raise OperatorExists(code=wanted)
        return Saved(
            people.add_operator(tx, wanted, _name(name, wanted), role), frozenset({Change.OPERATORS})
        )

    return desk.write(work)


def change_operator(desk: Desk, code: str, name: str, role: str, *, active: bool) -> Saved:
    """Change a person's name, role, or whether the badge works.

    Raises UnknownOperator, BadRole, LastOwner, NotAllowed, PinNeeded (for another role, and for
    one with rights that is to work again).
    """
    _check_role(role)
    before = desk.read(lambda connection: people.operator_by_code(connection, desk.company, code))
    moved = before is not None and before.role != role
    # Somebody who may much comes back: a badge that has no PIN any more must not open what another's PIN closes.
    returns = before is not None and active and not before.active and bool(RIGHTS.get(role))
    rights.require(desk, Right.ROLES if moved or returns else Right.OPERATORS)

    def work(tx: Tx) -> Saved:
        found = people.operator_by_code(tx.connection, tx.company, code)
        if found is None:
            raise UnknownOperator(code=code[:40])
        owners = [o for o in people.operators(tx.connection, tx.company) if o.role == "owner" and o.active]
        if owners == [found] and (role != "owner" or not active):
            raise LastOwner(code=code)
        people.set_operator(tx, found.id, name=_name(name, code), role=role, active=active)
        return Saved(found.id, frozenset({Change.OPERATORS}))

    return desk.write(work)


def found(tx: Tx, code: str, timezone: str, name: str = "", currency: str = "EUR") -> CompanyRow:
    """The company of this code, made with an OWNER where there is none; the transaction goes on as that company's."""
    there = people.company_by_code(tx.connection, code)  # two processes may begin a store at once
    if there is not None:
        return there
    tx.company = tx.new_id()
    people.add_company(tx, tx.company, code, name or code, timezone, currency)
    people.add_operator(tx, FIRST_OPERATOR, "Owner", "owner")
    people.location_id(tx, "MAIN", "-")
    return people.company(tx.connection, tx.company)


def _check_role(role: str) -> None:
    if role not in ROLES:
        raise BadRole(given=role[:40], known=", ".join(ROLES))


def _name(name: str, code: str) -> str:
    cleaned = "".join(ch for ch in name if ch.isprintable()).strip()[:200]
    return cleaned or code
