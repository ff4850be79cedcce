"""The companies of one store: who there is, one more, another name. Each has its own people, units, orders and secrets.

What a company may see of another is its name, here, and nothing else anywhere.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from bmdesk.domain.changes import Change
from bmdesk.domain.markets import SYSTEM
from bmdesk.domain.rights import Right
from bmdesk.services import company, rights, settings
from bmdesk.services.desk import Actor, Desk
from bmdesk.services.grading.refusals import Refusal
from bmdesk.services.policies import PolicyBook
from bmdesk.services.setting_table import BadSetting, setting
from bmdesk.store.queries import people
from bmdesk.store.queries.people import CompanyRow
from bmdesk.store.transaction import Tx

# Begins the names of its secrets and stands in commands: nothing that a shell or a file name could take for more, and
# nothing that `system.secrets` refuses to keep a token under.
_CODE = re.compile(r"(?=.{1,32}$)[a-z][a-z0-9]*(?:-[a-z0-9]+){0,3}")
_OTHERS = (SYSTEM, "bmdesk")
"""Words at which the names of another company's secrets begin, or which are left out of them."""


class BadCompanyCode(Refusal):
    """A code that cannot stand in a command. Params: `given`."""

    code = "company.bad_code"


class CompanyExists(Refusal):
    """The code is taken. Params: `code`."""

    code = "company.exists"


@dataclass(frozen=True, slots=True)
class CompanySaved:
    """The company as it stands now."""

    row: CompanyRow
    changes: frozenset[Change] = field(default_factory=lambda: frozenset({Change.SETTINGS}))


def listed(desk: Desk) -> tuple[CompanyRow, ...]:
    """All companies of the store, oldest first."""
    return desk.read(lambda connection: tuple(people.companies(connection)))


def desks(desk: Desk) -> list[Desk]:
    """A desk for each company of the store, this desk's own first, the others with policies of their own: for what is
    done for all of them, since nobody may ever open the window of one.
    """
    others = [row.id for row in listed(desk) if row.id != desk.company]
    return [desk, *(replace(desk, company=one, book=PolicyBook()) for one in others)]


def current(desk: Desk) -> CompanyRow:
    """The company of this desk."""
    return desk.read(lambda connection: people.company(connection, desk.company))


def add(
    desk: Desk, actor: Actor | None, code: str, name: str, timezone: str = "", currency: str = ""
) -> CompanySaved:
    """One more company; time zone and currency as here where none are given. Whoever adds it owns it too, PIN and all.

    Raises BadCompanyCode, CompanyExists, BadSetting, NotAllowed.
    """
    rights.require(desk, Right.COMPANIES, actor)
    wanted = code.strip().lower()
    if not _CODE.fullmatch(wanted) or any(part.startswith(_OTHERS) for part in wanted.split("-")):
        raise BadCompanyCode(given=code[:40])
    here = current(desk)
    zone = _fitting("company.timezone", timezone or here.timezone)
    money = _fitting("company.currency", currency or here.currency)
    called = _fitting("company.name", name)
    badge = actor.code if actor is not None else company.FIRST_OPERATOR

    def work(tx: Tx) -> CompanyRow:
        if people.company_by_code(tx.connection, wanted) is not None:
            raise CompanyExists(code=wanted)
        known = people.operator_by_code(tx.connection, desk.company, badge)
        pin = people.pin_of(tx.connection, desk.company, badge)
        row = company.found(tx, wanted, zone, called, money)
        if known is not None and pin is not None:
            theirs = people.operator_by_code(tx.connection, row.id, badge)
            own_id = theirs.id if theirs else people.add_operator(tx, badge, known.name, "owner")
            people.set_operator(tx, own_id, name=known.name, pin_hash=pin.pin_hash)
            # Two ways in, one of them a badge that anybody could print: only the person who asked for it keeps one.
            first = people.operator_by_code(tx.connection, row.id, company.FIRST_OPERATOR)
            if first is not None and first.id != own_id:
                people.set_operator(tx, first.id, active=False)
        settings.put_in(tx, "setup.done", "true")
        return row

    return CompanySaved(desk.through(lambda: desk.store.write("", work)))


def rename(desk: Desk, actor: Actor | None, code: str, name: str) -> CompanySaved:
    """Another name for a company of this store; its code stays. Raises UnknownCompany, BadSetting, NotAllowed."""
    rights.require(desk, Right.COMPANIES, actor)
    called = _fitting("company.name", name)
    known = listed(desk)
    row = next((one for one in known if one.code == code.strip().lower()), None)
    if row is None:
        raise company.UnknownCompany(code=code[:40], known=", ".join(one.code for one in known))

    def work(tx: Tx) -> CompanyRow:
        people.set_company(tx, name=called)
        people.raise_stamp(tx, judged=False)
        return people.company(tx.connection, row.id)

    return CompanySaved(desk.through(lambda: desk.store.write(row.id, work)))


def _fitting(name: str, value: str) -> str:
    spec = setting(name)
    try:
        return str(spec.read(value.strip()))
    except ValueError:
        raise BadSetting(name=name, given=value[:60], expected=spec.expected) from None
