"""Who bought, and where it goes: one contact for a customer however often they come back, and one below it for each
address that is not its own.

A contact that is there is never changed: what a person there corrected stays, and an address that is another now is one
more contact below it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

from bmdesk.connectors.odoo.failures import OdooRejected
from bmdesk.connectors.odoo.records import Records, Row, any_of, apart, grouped, id_of
from bmdesk.connectors.odoo.sales.buyer_words import unnamed
from bmdesk.connectors.odoo.sales.sale_doubts import CustomerRefused, SeveralCustomers
from bmdesk.connectors.odoo.sales.sale_run import SaleRun
from bmdesk.services.odoo.sales.orders_there import AddressThere, CustomerThere, OrderThere
from bmdesk.texts import msg

_MINE = "bmdesk.customer_"
_PLACE = ("street", "street2", "zip", "city")
_FIELDS = ("name", "company_name", "email_normalized", "parent_id", "type", "country_id", *_PLACE)
_COLUMNS = ("id", "name", "company_name", *_PLACE, "country_id/.id", "phone", "email", "company_id/.id")

_Key: TypeAlias = tuple[str, ...]
"""An address, so that two of the same are equal: the name first."""
_Slot: TypeAlias = tuple[int, str, _Key]
"""An address of a contact: which contact, for what, where."""


class Partners:
    """The company's contacts; what belongs to no company belongs to it, too. Raises RemoteFailure."""

    def __init__(self, records: Records) -> None:
        self._records = records
        self._countries: dict[str, int] = {}
        self._owner: str | None = None

    def find(self, run: SaleRun, orders: Sequence[OrderThere]) -> None:
        """Each of these orders has who bought, who pays and where it goes, or is in doubt."""
        if not orders:
            return
        self._read_countries(orders)
        people = {order.customer.customer_id: order.customer for order in orders}
        found = self._known(run, people)
        absent = {one: customer for one, customer in people.items() if one not in found}
        found |= self._by_email(run, absent, orders)
        self._make(run, [order for order in orders if order.customer.customer_id not in found], found)
        for order in orders:
            run.at(order).partner_id = found.get(order.customer.customer_id, 0)
        self._address(run, [order for order in orders if run.is_clear(order)])

    # ---------------------------------------------------------------- the customer

    def _known(self, run: SaleRun, people: Iterable[str]) -> dict[str, int]:
        """By what is remembered, then by external id: two contacts that were merged have the ids of both."""
        remembered = {one: run.known.partners[one] for one in people if one in run.known.partners}
        ids = sorted(set(remembered.values()))
        there = (
            {row["id"] for row in self._records.rows("res.partner", [("id", "in", ids)], ["name"])}
            if ids
            else ()
        )
        found = {one: partner for one, partner in remembered.items() if partner in there}
        for one in people:
            if one not in found and (partner := self._records.by_external_id(_external_id(one))):
                found[one] = partner
        return found

    def _by_email(
        self, run: SaleRun, people: Mapping[str, CustomerThere], orders: Sequence[OrderThere]
    ) -> dict[str, int]:
        emails = sorted({_folded(one.email) for one in people.values() if one.email})
        if not emails:
            return {}
        ours = ("company_id", "in", [False, self._records.company])
        # Of addresses below a contact the e-mail is no one's own.
        domain = [ours, ("type", "=", "contact"), ("email_normalized", "in", emails)]
        rows = self._records.rows("res.partner", domain, _FIELDS)
        by_email = grouped((str(row["email_normalized"]), row) for row in rows)
        several = [row["id"] for found in by_email.values() if len(found) > 1 for row in found]
        external = self._records.external_ids("res.partner", several)
        chosen: dict[str, int] = {}
        for one, customer in people.items():
            found = by_email.get(_folded(customer.email), [])
            made_here = [row for row in found if external.get(row["id"], "").startswith(_MINE)]
            found = made_here if len(made_here) == 1 else found
            if len(found) == 1:
                chosen[one] = found[0]["id"]
            elif found:
                contacts = ", ".join(str(row["id"]) for row in found[:5])
                for order in orders:
                    if order.customer.customer_id == one:
                        run.doubt(order, SeveralCustomers(order=order.number, contacts=contacts))
        return chosen

    def _make(self, run: SaleRun, orders: Sequence[OrderThere], found: dict[str, int]) -> None:
        """One contact for each customer, and for those with one e-mail address: made twice it is one."""
        waiting: dict[str, list[OrderThere]] = {}
        for order in orders:
            if run.is_clear(order):
                mail = _folded(order.customer.email) or order.customer.customer_id
                waiting.setdefault(mail, []).append(order)
        rows = {}
        for mail, theirs in waiting.items():
            customer = theirs[0].customer
            values = self._values(customer.address, customer.name or customer.email or theirs[0].number)
            values |= {"phone": customer.phone or customer.address.phone, "email": customer.email}
            values |= {"company_name": customer.address.company, "company_id/.id": self._owner_cell()}
            rows[mail] = [_external_id(customer.customer_id), *(values[name] for name in _COLUMNS[1:])]
        for mail, partner in self._load(run, _COLUMNS, rows, waiting).items():
            for order in waiting[mail]:
                found[order.customer.customer_id] = partner
                run.at(order).changed = True

    # ---------------------------------------------------------------- where it goes

    def _address(self, run: SaleRun, orders: Sequence[OrderThere]) -> None:
        """What is another address than the contact's own is a contact below it."""
        if not orders:
            return
        partners = sorted({run.at(order).partner_id for order in orders})
        domain = any_of(("id", "in", partners), ("parent_id", "in", partners))
        rows = self._records.rows("res.partner", domain, _FIELDS)
        there: dict[_Slot, int] = {}
        for row in rows:
            if row["id"] in partners:
                for kind in ("delivery", "invoice"):
                    there[row["id"], kind, self._key_of(row)] = row["id"]
        for row in rows:
            if id_of(row["parent_id"]) in partners:
                there.setdefault((id_of(row["parent_id"]), row["type"], self._key_of(row)), row["id"])
        absent: dict[_Slot, list[OrderThere]] = {}
        wanted = {order.order_id: self._wanted(run, order) for order in orders}
        for order in orders:
            for key, _ in wanted[order.order_id]:
                if key not in there and any(key[2][1:]):
                    absent.setdefault(key, []).append(order)
        there |= self._make_addresses(run, absent, wanted)
        for order in orders:
            here = run.at(order)
            (shipping, _), (invoice, _) = wanted[order.order_id]
            here.shipping_id = there.get(shipping, here.partner_id)
            here.invoice_id = there.get(invoice, here.partner_id)
            code = order.shipping.country.upper()
            if code and not self._countries[code]:
                here.notes.append(msg("odoo.sale.country_unknown", country=code))

    def _wanted(
        self, run: SaleRun, order: OrderThere
    ) -> tuple[tuple[_Slot, AddressThere], tuple[_Slot, AddressThere]]:
        """Where the parcel goes, and the invoice."""
        partner, own = run.at(order).partner_id, order.customer
        shipping, invoice = order.shipping, own.address
        return (
            ((partner, "delivery", self._key(shipping, own.name)), shipping),
            ((partner, "invoice", self._key(invoice, own.name)), invoice),
        )

    def _make_addresses(
        self,
        run: SaleRun,
        absent: Mapping[_Slot, list[OrderThere]],
        wanted: Mapping[str, Sequence[tuple[_Slot, AddressThere]]],
    ) -> dict[_Slot, int]:
        """By create: `load` copies fields of accounting to contacts below others, which only accountants may read.

        What an answer was lost to is found by its address the next time.
        """
        made: dict[_Slot, int] = {}

        def act(slots: Sequence[_Slot]) -> None:
            values = [self._child(slot, absent[slot][0], wanted) for slot in slots]
            made.update(zip(slots, self._records.create("res.partner", values), strict=True))
            for slot in slots:
                for order in absent[slot]:
                    run.at(order).changed = True

        def refused(slot: _Slot, failure: OdooRejected) -> None:
            for order in absent[slot]:
                reason = unnamed(order, failure.params.get("reason", ""))
                run.doubt(order, CustomerRefused(order=order.number, reason=reason))

        apart(list(absent), act, refused)
        return made

    def _child(
        self, slot: _Slot, order: OrderThere, wanted: Mapping[str, Sequence[tuple[_Slot, AddressThere]]]
    ) -> dict[str, object]:
        partner, kind, _ = slot
        address = dict(wanted[order.order_id])[slot]
        values: dict[str, object] = {**self._values(address, order.customer.name or order.number)}
        if address.company:  # a contact below another one shows no company but its own name
            values["name"] = f"{address.company}, {values['name']}"
        country = int(str(values.pop("country_id/.id") or 0))
        del values["company_name"]
        return {
            **values,
            "country_id": country or False,
            "company_id": int(self._owner_cell() or 0) or False,
            "phone": address.phone,
            "parent_id": partner,
            "type": kind,
        }

    # ---------------------------------------------------------------- values

    def _values(self, address: AddressThere, name: str) -> dict[str, str]:
        country = self._countries.get(address.country.upper(), 0)
        return {
            "name": address.name or name,
            "company_name": "",
            "street": address.street,
            "street2": address.street2,
            "zip": address.postcode,
            "city": address.city,
            "country_id/.id": str(country or ""),
        }

    def _key(self, address: AddressThere, name: str) -> _Key:
        country = self._countries.get(address.country.upper(), 0)
        place = (address.street, address.street2, address.postcode, address.city)
        who = f"{address.company}, {address.name or name}" if address.company else address.name or name
        return (_folded(who), *(_folded(one) for one in place), str(country or ""))

    @staticmethod
    def _key_of(row: Row) -> _Key:
        company, name = str(row["company_name"] or ""), str(row["name"] or "")
        who = f"{company}, {name}" if company and row["type"] == "contact" else name
        place = (str(row[field] or "") for field in _PLACE)
        return (_folded(who), *(_folded(one) for one in place), str(id_of(row["country_id"]) or ""))

    def _read_countries(self, orders: Sequence[OrderThere]) -> None:
        addresses = [one for order in orders for one in (order.shipping, order.customer.address)]
        codes = sorted({one.country.upper() for one in addresses} - {"", *self._countries})
        if codes:
            rows = self._records.rows("res.country", [("code", "in", codes)], ["code"])
            self._countries |= dict.fromkeys(codes, 0) | {str(row["code"]): row["id"] for row in rows}

    def _owner_cell(self) -> str:
        """The company that a new contact belongs to: as those have it who bought before; "" for all companies."""
        if self._owner is None:
            bought = ("sale_order_ids.company_id", "=", self._records.company)
            own, shared = (
                self._count([bought, ("company_id", "=", company)])
                for company in (self._records.company, False)
            )
            self._owner = "" if shared > own else str(self._records.company)
        return self._owner

    def _count(self, domain: Sequence[object]) -> int:
        told = self._records.call("res.partner", "search_count", list(domain))
        return told if isinstance(told, int) else 0

    def _load(
        self,
        run: SaleRun,
        columns: Sequence[str],
        rows: Mapping[str, Sequence[str]],
        orders: Mapping[str, Sequence[OrderThere]],
    ) -> dict[str, int]:
        """The ids of those that Odoo took; the orders of the others are in doubt."""
        waiting = list(rows)
        while waiting:
            loaded = self._records.load("res.partner", columns, [rows[one] for one in waiting])
            if loaded.ids:
                return dict(zip(waiting, loaded.ids, strict=True))
            for number, reason in loaded.refused.items():
                for order in orders[waiting[number]]:
                    refused = CustomerRefused(order=order.number, reason=unnamed(order, reason))
                    run.doubt(order, refused)
            waiting = [one for number, one in enumerate(waiting) if number not in loaded.refused]
        return {}


def _external_id(customer_id: str) -> str:
    return f"{_MINE}{customer_id.lower()}"


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()
