"""Erase one person, and everybody of whom nothing is needed any more after N months.

What is gone: name, addresses, e-mail, telephone, messages, papers, records set aside. What stays: orders, prices,
parcel numbers, warranties, and the units with their histories, which never say who bought. Files are
`privacy_files`, giving somebody their data `privacy_file`. Backups made before still have it, until they go;
what restores and migrations set aside goes as early (`backup_plan.forget_aside`).
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from bmdesk.domain.changes import Change
from bmdesk.domain.customers import Person
from bmdesk.domain.retention import months_before
from bmdesk.domain.rights import Right
from bmdesk.services import rights
from bmdesk.services.desk import Actor, Desk
from bmdesk.services.grading.refusals import Refusal
from bmdesk.services.orders.customers import UnknownCustomer
from bmdesk.services.privacy_files import delete_papers, delete_strays
from bmdesk.store.engine import Connection
from bmdesk.store.queries import accounts, customers, erasing
from bmdesk.store.queries.customers import CustomerRow
from bmdesk.store.transaction import Tx

KeepGoing = Callable[[], bool]

_PAGE = 50
_MOST_ASKED = 500
_PROVEN_FOR = timedelta(days=31)
KEEP_MONTHS = "privacy.keep_months"


class StillOpen(Refusal):
    """Something of their orders is still to be done, so who they are is needed. Params: `order`."""

    code = "privacy.still_open"


@dataclass(frozen=True, slots=True)
class Erased:
    """What an erasure reached. `set_aside`: records that could not be taken and named this person."""

    people: int
    orders: int
    papers: int
    set_aside: int
    changes: frozenset[Change] = field(default_factory=lambda: frozenset({Change.CUSTOMERS, Change.ORDERS}))

    def __add__(self, other: Erased) -> Erased:
        return Erased(
            self.people + other.people,
            self.orders + other.orders,
            self.papers + other.papers,
            self.set_aside + other.set_aside,
        )


def erase(desk: Desk, actor: Actor, customer_id: str, keep_going: KeepGoing = lambda: True) -> Erased:
    """Take out of the store all that names this person, in pages; what was begun goes on when asked again.

    Cannot be undone. Reading their orders again brings nothing back.
    Raises NotAllowed, PinNeeded, UnknownCustomer, StillOpen.
    """
    rights.require(desk, Right.PERSONAL_DATA, actor)
    done = _erase(desk, customer_id, keep_going, remember=True)
    delete_strays(desk)
    return done


def sweep(desk: Desk, keep_going: KeepGoing = lambda: True, *, by_age: bool = True) -> Erased:
    """Erase everybody whose newest order is older than the setting `privacy.keep_months` (0: nobody), and orders of
    others that are as old. In pages, while others work; nothing to do costs one question.
    """
    papers = delete_papers(desk)  # what a crash left
    _erase_again(desk, keep_going)
    papers += delete_strays(desk)
    months = desk.read(desk.policies).settings[KEEP_MONTHS] if by_age else 0
    if not months:
        return Erased(0, 0, papers, 0)
    before = months_before(desk.clock.now(), months)
    aside = desk.write(lambda tx: erasing.erase_set_aside_before(tx, before))
    desk.write(lambda tx: erasing.erase_scans_before(tx, before))
    people = orders = 0
    while keep_going():
        page = desk.write(lambda tx: _sweep_page(tx, before))
        if page is None:
            break
        people, orders = people + page[0], orders + page[1]
        papers += delete_papers(desk)
    return Erased(people, orders, papers, aside)


def sweep_daily(desk: Desk, keep_going: KeepGoing = lambda: True) -> Erased | None:
    """`sweep`, once a day of the company, whoever asks, and once after each restore; None where it was done.

    Nobody is old by a clock that no marketplace has answered for a month: it may be a year ahead.
    """
    name = f"swept.{desk.company}"
    generation = desk.store.info("generation")

    def due(connection: Connection) -> str:
        policies = desk.policies(connection)
        today = f"{desk.today(policies, desk.clock.now()).isoformat()} {generation}"
        return today if erasing.fact(connection, name) != today else ""

    today = desk.read(due)
    if not today:
        return None
    done = sweep(desk, keep_going, by_age=clock_is_proven(desk))
    if keep_going():
        desk.write(lambda tx: erasing.set_fact(tx, name, today))
    return done


def clock_is_proven(desk: Desk) -> bool:
    """Whether what is old by this computer's clock is old: a marketplace has answered lately, or there is none."""
    working = [one for one in desk.read(lambda c: accounts.of_company(c, desk.company)) if one.may_run]
    answered = [one.last_success_at for one in working]
    newest = max((one for one in answered if one is not None), default=None)
    return newest is None or desk.clock.now() - newest < _PROVEN_FOR


def _erase(desk: Desk, customer_id: str, keep_going: KeepGoing, *, remember: bool = False) -> Erased:
    ids, people = desk.read(lambda c: _who(c, desk.company, customer_id))
    orders = 0
    while keep_going():
        done = desk.write(lambda tx: _erase_page(tx, ids))
        orders += done
        if not done:
            break
    marks = _marks(people)
    aside = desk.write(lambda tx: erasing.erase_set_aside(tx, marks))
    _erase_scans(desk, marks)
    if remember and keep_going():
        _remember(desk, ids[0])  # before they are gone here: whoever is gone here must stay so
    gone = desk.write(lambda tx: erasing.erase_people(tx, [ids[0]]))
    return Erased(gone, orders, delete_papers(desk), aside)


def _erase_scans(desk: Desk, marks: list[tuple[str, ...]]) -> None:
    """A parcel's label has symbols that say where it goes: whoever scans one of those has it in the log."""
    found = desk.read(lambda c: erasing.scans_saying(c, desk.company, marks))
    for begin in range(0, len(found), _MOST_ASKED):
        desk.write(lambda tx, some=found[begin : begin + _MOST_ASKED]: erasing.erase_scans(tx, some))  # type: ignore[misc]
    desk.write(lambda tx: erasing.erase_last_scans(tx, marks))


def _remember(desk: Desk, customer_id: str) -> None:
    """Keep the record's id, which says nothing of anybody, outside of the store: a restored backup has them again."""
    with contextlib.suppress(OSError), _memory(desk).open("a", encoding="ascii") as file:
        file.write(f"{customer_id}\n")
        file.flush()
        os.fsync(file.fileno())


def _erase_again(desk: Desk, keep_going: KeepGoing) -> None:
    """Whoever was erased after the backup was made that has been restored since."""
    try:
        ids = _memory(desk).read_text("ascii", errors="replace").split()
    except OSError:
        return
    for begin in range(0, len(ids), _MOST_ASKED):
        some = ids[begin : begin + _MOST_ASKED]
        rows = desk.read(lambda c, some=some: customers.rows(c, desk.company, some))  # type: ignore[misc]
        for row in rows:
            if row.erased_at is None and keep_going():
                with contextlib.suppress(StillOpen):  # it was open then; it is asked for again tomorrow
                    _erase(desk, row.id, keep_going)


def _memory(desk: Desk) -> Path:
    return desk.photos.folder.with_name("erased.txt")


def _who(
    connection: Connection, company: str, customer_id: str
) -> tuple[list[str], list[CustomerRow | Person]]:
    """All records of this person, the one that counts first, and all that is written of them."""
    row = customers.customer(connection, company, customer_id)
    if row is None:
        raise UnknownCustomer(given=customer_id[:60])
    ids = sorted(customers.records(connection, row.id), key=lambda one: (one != row.id, one))
    held = erasing.orders_of(connection, ids, 500)
    said: list[CustomerRow | Person] = list(customers.rows(connection, company, ids[:500]))
    return ids, said + list(customers.addresses(connection, [one.id for one in held]).values())


def _erase_page(tx: Tx, ids: list[str]) -> int:
    held = erasing.orders_of(tx.connection, ids, _PAGE)
    if held and held[0].open:
        raise StillOpen(order=str(held[0].number))
    if held:
        erasing.erase_orders(tx, held)
    return len(held)


def _sweep_page(tx: Tx, before: datetime) -> tuple[int, int] | None:
    held = erasing.older_than(tx.connection, tx.company, before, _PAGE)
    if not held:
        return None
    buyers = erasing.owners(tx.connection, [one.id for one in held])
    erasing.erase_orders(tx, held)
    return erasing.erase_people(tx, sorted(buyers)), len(held)


def _marks(said: Iterable[CustomerRow | Person]) -> list[tuple[str, ...]]:
    """What tells a record that is about this person: e-mail or telephone, else both names."""
    marks: set[tuple[str, ...]] = set()
    for one in said:
        marks |= {(mark,) for mark in (one.email, one.phone) if len(mark) > 5}
        if isinstance(one, Person) and one.first_name and one.last_name:
            marks.add((one.first_name, one.last_name))
        elif isinstance(one, CustomerRow) and len(words := tuple(one.name.split())) > 1:
            marks.add(words)
    return sorted(marks)
