"""Orders as they must stand at Odoo, read from the store in one snapshot.

An order stands there from the moment it is accepted. A line that was refunded after it was shipped was sold and has
left all the same; that its money went back is for its invoice.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from bmdesk.domain.customers import Person
from bmdesk.domain.money import Money
from bmdesk.domain.orders import TAKEN_BACK, LineState, Remote, Step
from bmdesk.services.desk import Desk
from bmdesk.services.odoo import odoo_account, odoo_settings
from bmdesk.services.odoo.sales import orders_agreed
from bmdesk.services.odoo.sales.orders_agreed import Agreed
from bmdesk.services.odoo.sales.orders_there import (
    AddressThere,
    CustomerThere,
    OrderThere,
    SaleLine,
    SerialThere,
    Stage,
)
from bmdesk.services.odoo.units.units_there import ProductThere
from bmdesk.services.orders.order_board import sku_sold
from bmdesk.services.policies import Policies
from bmdesk.services.setting_table import SETTINGS
from bmdesk.store.engine import Connection
from bmdesk.store.queries import (
    accounts,
    allocations,
    catalogue,
    customers,
    documents,
    odoo,
    order_progress,
    orders,
    parcels,
    people,
    units,
)
from bmdesk.store.queries.allocations import RESERVED, AllocationRow
from bmdesk.store.queries.customers import BILLING, SHIPPING
from bmdesk.store.queries.documents import INVOICE, KEPT
from bmdesk.store.queries.odoo_orders import SALE
from bmdesk.store.queries.orders import LineRow
from bmdesk.store.queries.parcels import ParcelRow
from bmdesk.store.transaction import Row
from bmdesk.texts import msg, render

_BEGUN = frozenset({LineState.ACCEPTED, LineState.PACKED, LineState.SHIPPED, LineState.REFUNDED})
_SOLD = _BEGUN | {LineState.TO_ACCEPT}
_LEFT = frozenset({LineState.SHIPPED, LineState.REFUNDED})
_BEFORE_IT_LEFT = frozenset({Remote.CANCELLED, Remote.REFUNDED_BEFORE, Remote.UNPAID})
_AT_ONCE = 500
_SHIPPING_PRODUCT, _SHIPPING_CODE = "shipping", "BM-SHIPPING"
"""Which product there what was paid for sending is, among those that variants are; and its code there."""

_REGULAR, _USUAL = "regular", "receiving.vat_scheme"


def read(connection: Connection, desk: Desk, order_ids: Iterable[str]) -> dict[str, OrderThere]:
    """These orders by their id, those of them that must stand there.

    Left out: orders without a line that bmdesk handles, unless they stand there already (then what went there is sold
    by us no more); those that nobody accepted yet; those of which nobody knows who bought, any more or yet, or at what
    price. One that was cancelled before it ever stood there is given as CANCELLED all the same.
    """
    account = odoo_account.of(connection, desk.company)
    mine = {one.id for one in accounts.sellers(connection, desk.company)}
    policies = desk.policies(connection)
    ids = list(order_ids)
    since = odoo_settings.invoices_since(connection, desk.company)
    found: dict[str, OrderThere] = {}
    for start in range(0, len(ids), _AT_ONCE):
        page = ids[start : start + _AT_ONCE]
        stands = odoo.records(connection, account.id, SALE, page) if account is not None else {}
        for order_id, row in order_progress.orders(connection, page).items():
            if row["account_id"] in mine and row["erased_at"] is None:
                there = stands.get(order_id)
                agreed = orders_agreed.read(there.base) if there is not None else None
                order = _Reading(connection, desk, policies, row, agreed, since).order()
                if order is not None:
                    found[order_id] = order
    return found


@dataclass(frozen=True, slots=True)
class _Line:
    """A line with the units that are for it; `units` in the order in which they were chosen."""

    row: LineRow
    units: tuple[AllocationRow, ...]
    counted: bool

    @property
    def state(self) -> LineState:
        return LineState(self.row.state)

    def cancelled(self, parcel: ParcelRow | None) -> bool:
        """Whether it is sold no more. What lies in a closed parcel counts until it was taken out of it."""
        inside = any(one.state != RESERVED for one in self.units)
        inside = inside or (self.counted and bool(self.row.named) and parcel is not None)
        return not self.row.ours or (self.row.remote_state in _BEFORE_IT_LEFT and not inside)


@dataclass(frozen=True, slots=True)
class _Reading:
    """One order. `agreed`: what is kept of its sale order; None where there is none for it yet. `since`: what left
    from then on is invoiced there; None: nothing is.
    """

    connection: Connection
    desk: Desk
    policies: Policies
    row: Row
    agreed: Agreed | None
    since: datetime | None

    def order(self) -> OrderThere | None:
        parcel = parcels.of_order(self.connection, self.row["id"])
        lines = self._lines()
        begun = self.agreed is not None or any(self._is_begun(line, parcel) for line in lines)
        shown = [(line, made) for line in lines if (made := self._sale_line(line, parcel)) is not None]
        customer, shipping = self._customer(), self._address(SHIPPING) or self._address(BILLING)
        if not begun or not shown or customer is None or shipping is None:
            return None
        sold = [line for line, made in shown if not made.cancelled]
        stage = _stage(sold, parcel)
        left = stage is Stage.PACKED
        invoiced = self._is_invoiced(stage, parcel)
        every = (*(made for _, made in shown), *self._shipping(shown))
        return OrderThere(
            order_id=self.row["id"],
            number=str(self.row["remote_id"]),
            market=self.row["market"],
            ordered_at=self._ordered_at([line.row for line, _ in shown]),
            customer=customer,
            shipping=shipping,
            currency=self.row["currency"],
            total=sum((made.price for made in every if not made.cancelled), Decimal(0)),
            lines=every,
            payment_method=self.row["payment_method"],
            stage=stage,
            packed_on=self._packed_on(parcel) if left else None,
            carrier=(parcel.shipper if parcel is not None else self.row["shipper"]) if left else "",
            tracking=(parcel.number if parcel is not None else self.row["tracking_number"]) if left else "",
            invoiced=invoiced,
            wants_paper=invoiced and left and not self._has_invoice(),
            given_back=self._given_back(every) if invoiced else Decimal(0),
        )

    # ---------------------------------------------------------------- lines

    def _lines(self) -> list[_Line]:
        """Those that bmdesk handles, and those that it handles no more and that went to Odoo before."""
        went = self.agreed.lines if self.agreed is not None else frozenset()
        rows = [one for one in orders.of_order(self.connection, self.row["id"]) if one.ours or one.id in went]
        held: dict[str, list[AllocationRow]] = {}
        for one in allocations.of_lines(self.connection, [row.id for row in rows]):
            held.setdefault(one.line_id, []).append(one)
        return [_Line(row, tuple(held.get(row.id, ())), self._is_counted(row)) for row in rows]

    def _is_counted(self, row: LineRow) -> bool:
        sku = sku_sold(self.connection, self.desk.company, row)
        return sku is not None and sku.pieces is not None

    def _is_begun(self, line: _Line, parcel: ParcelRow | None) -> bool:
        """Whether it was accepted at some time, or was on the way to that when it was cancelled."""
        return line.row.ours and (line.state in _BEGUN or line.cancelled(parcel))

    def _sale_line(self, line: _Line, parcel: ParcelRow | None) -> SaleLine | None:
        """None while it cannot be said what is sold at which price, or nobody paid."""
        row, cancelled = line.row, line.cancelled(parcel)
        product = self._product(line)
        if product is None or row.price_minor is None or not self.row["currency"]:
            return None
        if not cancelled and line.state not in _SOLD and not line.units:
            return None
        return SaleLine(
            line_id=row.id,
            product=product,
            title=row.title or product.name,
            quantity=row.quantity,
            price=Money(row.price_minor, self.row["currency"]).amount,
            vat_scheme=self._scheme(line),
            serials=() if cancelled else self._serials(line)[: row.quantity],
            counted=line.counted and not line.units,
            cancelled=cancelled,
            refunded=not cancelled and row.remote_state in TAKEN_BACK,
        )

    def _shipping(self, shown: Sequence[tuple[_Line, SaleLine]]) -> list[SaleLine]:
        """What was paid for sending, where anything was: beside each line its part of it, so that both are cancelled
        and given back together; in one line where the lines do not say it so.
        """
        of_order: int | None = self.row["shipping_minor"]
        of_lines = {line.row.id: line.row.shipping_minor or 0 for line, _ in shown}
        if of_order == 0 or not (of_order or any(of_lines.values())):
            return []
        whole = sum(one.shipping_minor or 0 for one in orders.of_order(self.connection, self.row["id"]))
        if of_order in (None, whole):
            made = [
                self._sending(sold, line.row.id, of_lines[line.row.id])
                for line, sold in shown
                if of_lines[line.row.id]
            ]
        else:
            sold = next((one for _, one in shown if not one.cancelled), shown[0][1])
            refunded = all(one.refunded for _, one in shown if not one.cancelled)
            made = [replace(self._sending(sold, self.row["id"], of_order or 0), refunded=refunded)]
        went = self.agreed.lines if self.agreed is not None else frozenset()
        # What stands there without it was agreed so.
        return [one for one in made if not went or one.line_id in went]

    def _sending(self, sold: SaleLine, of: str, minor: int) -> SaleLine:
        """Taxed as what is sent: it is a part of its price."""
        name = render(msg("odoo.sale.shipping"))
        return SaleLine(
            line_id=f"{of}_shipping",
            product=ProductThere(_SHIPPING_PRODUCT, _SHIPPING_CODE, "", name, "", service=True),
            title=name,
            quantity=1,
            price=Money(minor, self.row["currency"]).amount,
            vat_scheme=sold.vat_scheme,
            cancelled=sold.cancelled,
            refunded=sold.refunded,
            shipping=True,
        )

    def _product(self, line: _Line) -> ProductThere | None:
        """What its units are, for a person may have given it another model; else what it sold."""
        if line.units:
            unit = units.unit(self.connection, line.units[0].unit_id)
            variant_id = unit.variant_id
        else:
            sku = sku_sold(self.connection, self.desk.company, line.row)
            variant_id = sku.variant_id if sku is not None else None
        if variant_id is None:
            return None
        one = catalogue.variant(self.connection, variant_id)
        return ProductThere(one.id, one.model_code, one.ean, one.title, one.category)

    def _serials(self, line: _Line) -> tuple[SerialThere, ...]:
        found = []
        for one in line.units:
            names = units.identifiers(self.connection, one.unit_id)
            if names:
                found.append(SerialThere(one.unit_id, names[0].value))
        return tuple(found)

    def _scheme(self, line: _Line) -> str:
        """How its units were bought; while it has none, or nobody said so, as the company usually buys. Goods that are
        only counted have no purchase on record that the margin could be told of.
        """
        schemes = (allocations.scheme(self.connection, one.stay_id) for one in line.units)
        found = next((scheme for scheme in schemes if scheme), "")
        if found or (line.counted and not line.units):
            return found or _REGULAR
        stored = people.settings(self.connection, self.desk.company)
        return stored.get(_USUAL) or str(SETTINGS[_USUAL].default)

    # ---------------------------------------------------------------- its invoice

    def _is_invoiced(self, stage: Stage, parcel: ParcelRow | None) -> bool:
        """Whether its invoice is bmdesk's to make there. What is cancelled may have had one before."""
        if self.since is None or stage is Stage.RESERVED:
            return False
        asked = self.agreed is not None and self.agreed.invoice
        return asked or stage is Stage.CANCELLED or self._left_at(parcel) >= self.since

    def _has_invoice(self) -> bool:
        """Whether its PDF is here, whoever gave it."""
        papers = documents.of_orders(self.connection, [self.row["id"]])
        return any(one.kind == INVOICE and one.state == KEPT for one in papers)

    def _given_back(self, lines: Sequence[SaleLine]) -> Decimal:
        """Parts of the money of lines that are sold still, as they were asked for here and given."""
        kept = {one.line_id for one in lines if not one.refunded and not one.cancelled}
        parts = [
            Money(one.amount_minor, self.row["currency"]).amount
            for one in order_progress.steps(self.connection, self.row["id"])
            if one.kind == Step.REFUND_PART and one.state == order_progress.DONE and one.line_id in kept
            if one.amount_minor is not None
        ]
        return sum(parts, Decimal(0))

    # ---------------------------------------------------------------- who, where, when

    def _customer(self) -> CustomerThere | None:
        customer_id = self.row["customer_id"]
        one = (
            customers.customer(self.connection, self.desk.company, customer_id)
            if customer_id is not None
            else None
        )
        address = self._address(BILLING) or self._address(SHIPPING)
        if one is None or address is None:
            return None
        return CustomerThere(one.id, one.name or address.name, one.email, one.phone or address.phone, address)

    def _address(self, kind: str) -> AddressThere | None:
        person = customers.address(self.connection, self.row["id"], kind)
        return _address(person) if person is not None and not person.is_empty else None

    def _ordered_at(self, rows: Sequence[LineRow]) -> datetime:
        first_read: datetime = min(one.first_read_at for one in rows)
        said: datetime | None = self.row["created_at"] or self.row["paid_at"]
        return said or first_read

    def _packed_on(self, parcel: ParcelRow | None) -> date:
        """The company's day on which it left; where another tool shipped it, as Back Market says."""
        return self.desk.today(self.policies, self._left_at(parcel))

    def _left_at(self, parcel: ParcelRow | None) -> datetime:
        theirs: datetime = self.row["shipped_at"] or self.row["read_at"]
        return parcel.packed_at if parcel is not None else theirs


def _stage(sold: Sequence[_Line], parcel: ParcelRow | None) -> Stage:
    if not sold:
        return Stage.CANCELLED
    gone = all(line.state in _LEFT for line in sold)
    return Stage.PACKED if parcel is not None or gone else Stage.RESERVED


def _address(person: Person) -> AddressThere:
    return AddressThere(
        person.name,
        person.company,
        person.street,
        person.street2,
        person.postcode,
        person.city,
        person.country,
        person.phone,
    )
