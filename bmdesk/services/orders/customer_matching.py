"""Whose order it is, while orders are read: a page of them at once, because a history has ten thousand.

By e-mail, else by name, postcode and telephone together. Less is no proof: it makes a new customer, and a doubt that a
person answers (services.orders.customers).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import datetime

from bmdesk.domain.customers import Keys, Match, Person, keys, match, same_door, same_name
from bmdesk.services.orders import addresses
from bmdesk.store.queries import customers, erasing
from bmdesk.store.queries.customers import BILLING, SHIPPING, CustomerRow
from bmdesk.store.transaction import Tx

_MOST_DOUBTS = 5
_NOBODY = Person()


def identify_all(tx: Tx, people: Mapping[str, tuple[Person, Person]]) -> None:
    """Keep the addresses of these orders (at most 50: shipping and billing, by the order's id), and say whose they are.

    Orders whose addresses are what they were are left alone, and so are those that name nobody, and
    those whose buyer was erased.
    """
    known = customers.addresses(tx.connection, list(people))
    told = {
        order_id: given
        for order_id, given in people.items()
        if not (given[0].is_empty and given[1].is_empty)
        and given != tuple(known.get((order_id, kind), _NOBODY) for kind in (SHIPPING, BILLING))
    }
    for order_id in erasing.erased(tx.connection, list(told)):
        del told[order_id]
    if told:
        _keep_addresses(tx, told, known)
        _Matching(tx, {order_id: buyer_of(*given) for order_id, given in told.items()}).run()


def buyer_of(shipping: Person, billing: Person) -> Person:
    """Who bought: who is billed, with what only the other address says of the same person. Real orders bill without a
    telephone.
    """
    if billing.is_empty:
        return shipping
    if shipping.is_empty or not same_name(shipping, billing):
        return billing
    empty = {f.name: getattr(shipping, f.name) for f in fields(Person) if not getattr(billing, f.name)}
    return replace(billing, **empty)


def keys_of(row: CustomerRow) -> Keys:
    """The keys under which this record is found."""
    return Keys(row.email_key, row.name_key, row.postcode_key, row.phone_key)


def _keep_addresses(
    tx: Tx, told: Mapping[str, tuple[Person, Person]], known: Mapping[tuple[str, str], Person]
) -> None:
    new: list[tuple[str, str, Person]] = []
    for order_id, given in told.items():
        for kind, person in zip((SHIPPING, BILLING), given, strict=True):
            before = known.get((order_id, kind))
            if person.is_empty or person == before:
                continue
            if before is None:
                new.append((order_id, kind, person))
                continue
            customers.set_address(tx, order_id, kind, person)
            if kind == SHIPPING and not same_door(before, person):
                addresses.moved(tx, order_id)
    customers.add_addresses(tx, new)


@dataclass(slots=True)
class _Known:
    """The customers that may be meant, findable by each key; new ones join them."""

    rows: dict[str, CustomerRow] = field(default_factory=dict)
    by_email: dict[str, str] = field(default_factory=dict)
    by_proof: dict[str, str] = field(default_factory=dict)
    keys: dict[str, Keys] = field(default_factory=dict)
    by_home: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    by_phone: dict[tuple[str, str], list[str]] = field(default_factory=dict)

    def add(self, row: CustomerRow) -> None:
        """One more; the oldest under a key stays the one that is found."""
        self.rows[row.id] = row
        if row.email_key:
            self.by_email.setdefault(row.email_key, row.id)
        if row.proof_key:
            self.by_proof.setdefault(row.proof_key, row.id)
        if row.merged_into is None:
            self.add_keys(row.id, keys_of(row))

    def add_keys(self, customer_id: str, found: Keys) -> None:
        """One that may be asked about, and no more."""
        self.keys[customer_id] = found
        if found.name:
            self.by_home.setdefault((found.name, found.postcode), []).append(customer_id)
            self.by_phone.setdefault((found.name, found.phone), []).append(customer_id)

    def alike(self, customer_id: str) -> list[str]:
        """Others of this name who live where this one does, or have its telephone."""
        own = self.keys[customer_id]
        homes = self.by_home.get((own.name, own.postcode), ()) if own.postcode else ()
        phones = self.by_phone.get((own.name, own.phone), ()) if own.phone else ()
        return [one for one in dict.fromkeys((*homes, *phones)) if one != customer_id]

    def whole(self, customer_id: str | None) -> CustomerRow | None:
        """The record that stands for this person."""
        row = self.rows.get(customer_id) if customer_id is not None else None
        return self.rows.get(row.merged_into, row) if row is not None and row.merged_into else row


class _Matching:
    """A page of orders finds its customers."""

    def __init__(self, tx: Tx, buyers: Mapping[str, Person]) -> None:
        self._tx, self._buyers = tx, buyers
        self._keys = {order_id: keys(buyer) for order_id, buyer in buyers.items()}
        self._orders = customers.owners(tx.connection, list(buyers))
        self._known = _Known()
        self._newest: dict[str, datetime] = {}
        self._added: list[str] = []

    def run(self) -> None:
        self._read()
        owned: dict[str, str] = {}
        for order_id, buyer in self._buyers.items():
            owner, made = self._orders[order_id]
            sought = self._keys[order_id]
            row = self._known.whole(owner) if owner is not None else self._find(sought)
            if row is None:
                row = self._new(buyer, sought)
            else:
                self._refresh(row, _columns(buyer, sought), made)
            if owner is None:
                owned[order_id] = row.id
            if made is not None:
                self._newest[row.id] = max(made, self._newest.get(row.id, made))
        customers.add_many(self._tx, [self._known.rows[one] for one in self._added])
        customers.set_owners(self._tx, owned)
        self._doubt()

    def _read(self) -> None:
        sought = self._keys.values()
        connection, company, found = self._tx.connection, self._tx.company, self._known
        emails, proofs = _some(one.email[:200] for one in sought), _some(one.proof[:300] for one in sought)
        for row in customers.with_proof(connection, company, emails, proofs):
            found.add(row)
        ids = {owner for owner, _ in self._orders.values() if owner is not None}
        for _ in range(2):  # the owners, then whom they were merged into
            ids |= {row.merged_into for row in found.rows.values() if row.merged_into is not None}
            for row in customers.rows(connection, company, sorted(ids - set(found.rows))):
                found.add(row)
        self._newest = customers.newest_orders(connection, sorted(found.rows))
        # Only a new customer raises a doubt, so only its namesakes are looked for.
        new = [one for order_id, one in self._keys.items() if self._is_new(order_id)]
        homes = {(one.name[:200], one.postcode[:20]) for one in new if one.name and one.postcode}
        phones = {(one.name[:200], one.phone[:20]) for one in new if one.name and one.phone}
        namesakes = customers.namesakes(connection, company, sorted(homes), sorted(phones))
        for customer_id, its in namesakes.items():
            if customer_id not in found.rows:
                found.add_keys(customer_id, its)

    def _is_new(self, order_id: str) -> bool:
        return self._orders[order_id][0] is None and self._find(self._keys[order_id]) is None

    def _find(self, sought: Keys) -> CustomerRow | None:
        known = self._known
        row = known.whole(known.by_email.get(sought.email[:200]))
        if row is not None:
            return row
        row = known.whole(known.by_proof.get(sought.proof[:300]))
        return row if row is not None and match(sought, keys_of(row)) is Match.SAME else None

    def _new(self, buyer: Person, sought: Keys) -> CustomerRow:
        now = self._tx.now
        row = CustomerRow(
            id=self._tx.new_id(),
            merged_into=None,
            created_at=now,
            changed_at=now,
            erased_at=None,
            **_columns(buyer, sought),
        )
        self._known.add(row)
        self._added.append(row.id)
        return row

    def _refresh(self, row: CustomerRow, read: Mapping[str, str], ordered_at: datetime | None) -> None:
        """The newest order says how a customer is called and reached now; an older one only fills what is empty."""
        said = {name: value for name, value in read.items() if value}
        newest = self._newest.get(row.id)
        if newest is not None and (ordered_at is None or ordered_at < newest):
            said = {name: value for name, value in said.items() if not getattr(row, name)}
        if row.email_key:  # it goes on naming this person: another record of theirs has the other one
            said = {name: value for name, value in said.items() if name not in ("email", "email_key")}
        changed = {name: value for name, value in said.items() if getattr(row, name) != value}
        if changed:
            self._known.add(replace(row, **changed))  # type: ignore[arg-type]
            if row.id not in self._added:
                customers.set_customer(self._tx, row.id, **changed)

    def _doubt(self) -> None:
        pairs: dict[tuple[str, str], None] = {}
        for new in self._added:
            for other in self._known.alike(new)[:_MOST_DOUBTS]:
                if match(self._known.keys[new], self._known.keys[other]) is Match.DOUBT:
                    pairs[(min(new, other), max(new, other))] = None
        customers.new_doubts(self._tx, list(pairs))


def _some(values: Iterable[str]) -> list[str]:
    return sorted({value for value in values if value})


def _columns(buyer: Person, sought: Keys) -> dict[str, str]:
    return {
        "name": buyer.name[:200],
        "email": buyer.email[:200],
        "phone": buyer.phone[:40],
        "country": buyer.country,
        "email_key": sought.email[:200],
        "proof_key": sought.proof[:300],
        "name_key": sought.name[:200],
        "postcode_key": sought.postcode[:20],
        "phone_key": sought.phone[:20],
    }
