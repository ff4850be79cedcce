"""Customers: one record a person, with orders, devices and addresses; and doubts who is who, which people answer.

Whose an order is, is found while it is read (services.orders.customer_matching). Data of persons stays in the tables of
customers: nothing of it gets into a history, an event, a log or a failure.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from bmdesk.domain.changes import Change
from bmdesk.domain.customers import Keys, Person
from bmdesk.services.desk import Actor, Desk
from bmdesk.services.grading.refusals import Refusal
from bmdesk.services.orders.customer_matching import keys_of
from bmdesk.store.engine import Connection
from bmdesk.store.queries import accounts, customers, order_progress, orders
from bmdesk.store.queries.customers import BILLING, OTHER, SAME, SHIPPING, CustomerRow, Listed
from bmdesk.store.transaction import Row, Tx
from bmdesk.texts import Text, msg


class UnknownCustomer(Refusal):
    """No customer is meant by this. Params: `given`."""

    code = "customer.unknown"


class CustomerUnclear(Refusal):
    """Several customers are meant by this. Params: `given`, `count`."""

    code = "customer.unclear"


class NoDoubt(Refusal):
    """Nobody asked whether these two are one person, or it is settled. No params."""

    code = "customer.no_doubt"


@dataclass(frozen=True, slots=True)
class Customer:
    """One person. `last_at`: the newest order. `erased_at`: nothing names them since."""

    id: str
    name: str
    email: str
    phone: str
    country: str
    orders: int
    last_at: datetime | None
    erased_at: datetime | None


@dataclass(frozen=True, slots=True)
class Page:
    """Customers, newest first; `next` goes into `after` for the page that follows, None at the end."""

    rows: tuple[Customer, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class OrderOf:
    """An order of a customer. `state` is a domain.orders.LineState."""

    id: str
    number: int
    account: str
    market: str
    state: str
    created_at: datetime | None
    price_minor: int | None
    currency: str


@dataclass(frozen=True, slots=True)
class DeviceOf:
    """A unit that a customer has, or is promised. `warranty_until`: None where none runs."""

    unit_id: str
    identifier: str
    title: str
    order_id: str
    order_number: int
    state: str
    warranty_until: date | None


@dataclass(frozen=True, slots=True)
class Doubt:
    """Two customers who may be one person, and what speaks for it."""

    one: Customer
    other: Customer
    why: Text
    at: datetime


@dataclass(frozen=True, slots=True)
class Detail:
    """All that is known of one person. `addresses`: each once, that of the newest order first."""

    customer: Customer
    orders: tuple[OrderOf, ...]
    devices: tuple[DeviceOf, ...]
    addresses: tuple[Person, ...]
    doubts: tuple[Doubt, ...]


@dataclass(frozen=True, slots=True)
class Answered:
    """`customer_id`: who they are now, where they are one."""

    customer_id: str
    changes: frozenset[Change] = field(default_factory=lambda: frozenset({Change.CUSTOMERS, Change.ORDERS}))


# ---------------------------------------------------------------- doubts


def doubts(desk: Desk, limit: int = 200) -> tuple[Doubt, ...]:
    """Who may be whom, oldest question first."""
    return desk.read(lambda c: _doubts(c, desk.company, limit))


def answer(desk: Desk, actor: Actor, one: str, other: str, *, same: bool) -> Answered:
    """A person says whether these two are one. If so the older record stands for both from now on.

    Raises UnknownCustomer, NoDoubt.
    """

    def work(tx: Tx) -> Answered:
        if customers.customer(tx.connection, desk.company, one) == customers.customer(
            tx.connection, desk.company, other
        ):
            raise NoDoubt  # two that were made one are not told apart again
        if not customers.answer(tx, one, other, SAME if same else OTHER, actor.code):
            raise NoDoubt
        if not same:
            return Answered(one)
        rows = {row.id: row for row in (_the(tx.connection, desk.company, x) for x in (one, other))}
        stays, *goes = sorted(rows)
        for gone in goes:
            customers.merge(tx, gone, stays)
            empty = {name: getattr(rows[gone], name) for name in _KEPT if not getattr(rows[stays], name)}
            if empty:
                customers.set_customer(tx, stays, **empty)
        return Answered(stays)

    return desk.write(work)


_KEPT = (
    "name", "email", "phone", "country", "email_key", "proof_key", "name_key", "postcode_key", "phone_key",
)  # fmt: skip


def _doubts(connection: Connection, company: str, limit: int) -> tuple[Doubt, ...]:
    found = []
    for row in customers.doubts(connection, company, limit):
        one, other = (_the(connection, company, x) for x in (row.customer_id, row.other_id))
        a, b = (_shown(connection, x) for x in (one, other))
        found.append(Doubt(a, b, _why(keys_of(one), keys_of(other)), row.at))
    return tuple(found)


def _why(one: Keys, other: Keys) -> Text:
    same = [
        word
        for word, equal in (
            (msg("customer.same_name"), one.name == other.name),
            (msg("customer.same_postcode"), one.postcode and one.postcode == other.postcode),
            (msg("customer.same_phone"), one.phone and one.phone == other.phone),
        )
        if equal
    ]
    return msg("customer.doubt", same=tuple(same))


# ---------------------------------------------------------------- looking


def page(desk: Desk, words: str = "", after: str | None = None, limit: int = 100) -> Page:
    """Customers, newest first. `words`: of name, e-mail or telephone, or an order's number."""

    def work(connection: Connection) -> Page:
        if words.strip().isdecimal() and (owner := _of_number(connection, desk.company, words)) is not None:
            return Page((_shown(connection, owner),), None)
        rows = customers.page(connection, desk.company, words, after or "", limit + 1)
        shown = tuple(_listed(one) for one in rows[:limit])
        return Page(shown, shown[-1].id if len(rows) > limit else None)

    return desk.read(work)


def count(desk: Desk, words: str = "") -> int:
    """How many customers there are with these words."""
    return desk.read(lambda c: customers.count(c, desk.company, words))


def find(desk: Desk, given: str) -> str:
    """The customer's id by id, e-mail, order number, or words that only one has.

    Raises UnknownCustomer, CustomerUnclear.
    """

    def work(connection: Connection) -> str:
        sought = given.strip()
        row = customers.customer(connection, desk.company, sought.upper())
        row = row or customers.by_key(connection, desk.company, "email_key", sought.casefold())
        if row is None and sought.isdecimal():
            row = _of_number(connection, desk.company, sought)
        if row is not None:
            return row.id
        found = customers.page(connection, desk.company, sought, limit=2) if sought else []
        if len(found) > 1:
            raise CustomerUnclear(given=given[:60], count=customers.count(connection, desk.company, sought))
        if not found:
            raise UnknownCustomer(given=given[:60])
        return found[0].row.id

    return desk.read(work)


def detail(desk: Desk, customer_id: str) -> Detail:
    """All that is known of this person, whichever of its records is named. Raises UnknownCustomer."""

    def work(connection: Connection) -> Detail:
        row = _the(connection, desk.company, customer_id)
        ids = customers.records(connection, row.id)
        found = customers.orders_of(connection, ids)
        names = {a.id: a.name for a in accounts.sellers(connection, desk.company)}
        written = customers.addresses(connection, [one["id"] for one in found[:500]])
        places = dict.fromkeys(
            person
            for one in found
            for kind in (SHIPPING, BILLING)
            if (person := written.get((one["id"], kind))) is not None
        )
        return Detail(
            _shown(connection, row),
            tuple(_order(one, names) for one in found),
            tuple(_device(one) for one in customers.devices_of(connection, ids)),
            tuple(places),
            tuple(d for d in _doubts(connection, desk.company, 500) if row.id in (d.one.id, d.other.id)),
        )

    return desk.read(work)


def _the(connection: Connection, company: str, customer_id: str) -> CustomerRow:
    row = customers.customer(connection, company, customer_id)
    if row is None:
        raise UnknownCustomer(given=customer_id[:60])
    return row


def _of_number(connection: Connection, company: str, number: str) -> CustomerRow | None:
    order_id = orders.by_number(connection, company, int(number)) if len(number) < 20 else None
    owner = order_progress.order(connection, order_id)["customer_id"] if order_id is not None else None
    return customers.customer(connection, company, owner) if owner is not None else None


def _shown(connection: Connection, row: CustomerRow) -> Customer:
    found = customers.orders_of(connection, customers.records(connection, row.id))
    newest = max((one["created_at"] for one in found if one["created_at"] is not None), default=None)
    return _listed(Listed(row, len(found), newest))


def _listed(one: Listed) -> Customer:
    row = one.row
    said = (row.name, row.email, row.phone, row.country)
    return Customer(row.id, *said, one.orders, one.last_at, row.erased_at)


def _order(one: Row, names: Mapping[str, str]) -> OrderOf:
    values = (one[name] for name in ("market", "state", "created_at", "price_minor", "currency"))
    return OrderOf(one["id"], one["remote_id"], names.get(one["account_id"], ""), *values)


def _device(one: Row) -> DeviceOf:
    until = date.fromisoformat(one["warranty_until"]) if one["warranty_until"] and not one["void"] else None
    same = {name: one[name] for name in ("unit_id", "title", "order_id", "state")}
    known = one["identifier"] or ""
    return DeviceOf(identifier=known, order_number=one["number"], warranty_until=until, **same)
