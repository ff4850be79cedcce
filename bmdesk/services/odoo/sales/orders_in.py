"""Which order here a sale order of Odoo is, in the transaction of whoever brings it: then it is made there no second
time, its buyer is the contact there, and what it was delivered with is known for the day on which it comes back.

An order is Back Market's by its number, and that alone proves nothing: what was paid, who bought or what was delivered
must agree with it. Where two could be meant nothing is guessed: the reason goes into the import's report.
"""

from __future__ import annotations

from bmdesk.domain.customers import Match, Person, keys, match
from bmdesk.domain.effects import EffectState, sale_lane
from bmdesk.domain.identifiers import identify
from bmdesk.domain.money import Money
from bmdesk.domain.unit import IN_HOUSE, State
from bmdesk.services.grading.arrivals import sold_earlier
from bmdesk.services.odoo.sales import orders_agreed
from bmdesk.services.odoo.sales.orders_agreed import Agreed
from bmdesk.services.odoo.takeover.found_there import (
    BuyerFound,
    DeliveredFound,
    Met,
    Outcome,
    SaleFound,
    Taken,
)
from bmdesk.services.odoo.units.units_there import LOT, PRODUCT
from bmdesk.services.orders.customer_matching import keys_of
from bmdesk.store.kept import failure_of
from bmdesk.store.queries import (
    allocations,
    customers,
    odoo,
    odoo_import,
    odoo_sold,
    order_progress,
    orders,
    outbox,
    units,
)
from bmdesk.store.queries.odoo_import import NumberedRow
from bmdesk.store.queries.odoo_orders import CUSTOMER, SALE
from bmdesk.store.queries.odoo_sold import EarlierSale
from bmdesk.store.transaction import Tx
from bmdesk.texts import Failure, Text, msg

CUSTOMERS = "customers"
"""What comes with orders, in the report."""

CANCELLED, QUOTATIONS = "cancel", frozenset({"draft", "sent"})
_OF_OTHERS = frozenset({"odoo.sale.of_others", "odoo.sale.of_another_store"})
_BEING_SENT = frozenset({EffectState.IN_FLIGHT.value, EffectState.UNCERTAIN.value})


def take_sale(tx: Tx, account_id: str, operator: str, station: str, found: SaleFound) -> list[Met]:
    """The sale order is the one of the order here that it was made for, if any; and what became of its buyer."""
    order = _known(tx, account_id, found)
    became: Taken = Outcome.KNOWN
    if order is None:
        meant = _meant(tx, account_id, found)
        if not isinstance(meant, NumberedRow):
            return [Met(found.id, found.name, meant)]
        order, became = meant, Outcome.NEW
        _link(tx, account_id, order, found)
    for one in found.delivered:
        _delivered(tx, account_id, (operator, station), order, found, one)
    buyer = _buyer(tx, account_id, order, found.buyer) if found.buyer is not None else None
    return [Met(found.id, found.name, became), *([buyer] if buyer is not None else [])]


# ---------------------------------------------------------------- which order it is


def _known(tx: Tx, account_id: str, found: SaleFound) -> NumberedRow | None:
    record = odoo.by_remote(tx.connection, account_id, SALE, [found.id]).get(found.id)
    if record is None:
        return None
    number = order_progress.order(tx.connection, record.local_id)["remote_id"]
    same = odoo_import.numbered(tx.connection, tx.company, [number])
    return next((one for one in same if one.id == record.local_id), None)


def _meant(tx: Tx, account_id: str, found: SaleFound) -> NumberedRow | Outcome | Text:
    """The one order here; or why there is none."""
    here = odoo_import.numbered(tx.connection, tx.company, found.numbers) if found.numbers else []
    if found.state == CANCELLED:
        return Outcome.ALONE
    if not here:
        return _stranger(found)
    if len(here) > 1:
        return msg("odoo_import.several_orders", orders=", ".join(str(one.remote_id) for one in here[:5]))
    order = here[0]
    number = str(order.remote_id)
    if others := found.others.get(order.remote_id, ()):
        return msg("odoo_import.sale_twice", order=number, found=", ".join(others[:5]))
    mine = odoo.records(tx.connection, account_id, SALE, [order.id]).get(order.id)
    if mine is not None:
        sale = orders_agreed.read(mine.base).name or f"#{mine.remote_id}"
        return msg("odoo_import.order_stands", order=number, sale=sale)
    if found.state in QUOTATIONS:
        return msg("odoo_import.sale_is_quotation", order=number)
    if any(
        one.state in _BEING_SENT for one in outbox.unfinished(tx.connection, account_id, sale_lane(order.id))
    ):
        return msg("odoo_import.order_being_sent", order=number)
    if not _agrees(tx, order, found):
        there = f"{found.total} {found.currency}".strip()
        return msg("odoo_import.sale_differs", order=number, there=there, here=_paid(order))
    return order


def _stranger(found: SaleFound) -> Outcome | Text:
    if not found.says_so:
        return Outcome.ALONE
    if not found.numbers:
        return msg("odoo_import.order_no_number")
    return msg("odoo_import.order_not_here", order=", ".join(str(one) for one in found.numbers[:5]))


def _agrees(tx: Tx, order: NumberedRow, found: SaleFound) -> bool:
    """Whether something beside the number says that it is this one."""
    if order.price_minor is not None and found.currency == order.currency:
        alone = Money(order.price_minor, order.currency).amount
        shipped = Money(order.price_minor + (order.shipping_minor or 0), order.currency).amount
        if found.total in (alone, shipped):
            return True
    if found.buyer is not None and _is_buyer(tx, order, found.buyer):
        return True
    lines = orders.of_order(tx.connection, order.id)
    sold = {text.upper() for line in lines for text in (line.imei, line.serial) if text}
    for one in allocations.of_lines(tx.connection, [line.id for line in lines]):
        sold |= {name.value for name in units.identifiers(tx.connection, one.unit_id)}
    return any(_serial(one.serial) in sold for one in found.delivered)


def _paid(order: NumberedRow) -> str:
    if order.price_minor is None or not order.currency:
        return "-"
    return f"{Money(order.price_minor, order.currency).amount} {order.currency}"


def _link(tx: Tx, account_id: str, order: NumberedRow, found: SaleFound) -> None:
    """From now on this is the order's; where it stood in the way of it, the way is free.

    Where it comes to the goods alone, what was paid for sending is none of its lines: that is how both have it then.
    """
    lines = frozenset(_lines_without_sending(tx, order, found))
    odoo.agree(tx, account_id, SALE, order.id, found.id, orders_agreed.write(Agreed(found.name, lines)))
    order_progress.tell(tx, order.id, msg("order.event.odoo_linked", name=found.name))
    for effect in outbox.unfinished(tx.connection, account_id, sale_lane(order.id)):
        problem = failure_of(effect.problem)
        if effect.state == EffectState.PARKED.value and problem is not None and problem.code in _OF_OTHERS:
            outbox.again(tx, effect.id, EffectState.PENDING, tx.now, failed=False)


def _lines_without_sending(tx: Tx, order: NumberedRow, found: SaleFound) -> list[str]:
    """All lines of goods, where something was paid for sending and the amount there is that of the goods; else none."""
    lines = orders.of_order(tx.connection, order.id)
    if not order.currency or not (order.shipping_minor or any(one.shipping_minor for one in lines)):
        return []
    ours = [one for one in lines if one.ours]
    goods = Money(sum(one.price_minor or 0 for one in ours), order.currency)
    return [one.id for one in ours] if (found.total, found.currency) == (goods.amount, order.currency) else []


# ---------------------------------------------------------------- what was delivered


def _delivered(
    tx: Tx,
    account_id: str,
    who: tuple[str, str],
    order: NumberedRow,
    found: SaleFound,
    one: DeliveredFound,
) -> None:
    """Kept for the day on which it comes back; a unit that is known has it in its history, and stays what it is."""
    serial = _serial(one.serial)
    unit_id = units.by_identifier(tx.connection, tx.company, serial) if serial else None
    if unit_id is not None:
        _same_lot(tx, account_id, unit_id, one)
        lines = [line.id for line in orders.of_order(tx.connection, order.id)]
        if any(unit_id == mine.unit_id for mine in allocations.of_lines(tx.connection, lines)):
            return  # it left with this order here, too
    sale = EarlierSale(order.id, str(order.remote_id), found.name, found.on.isoformat(), one.back)
    if not serial or not odoo_sold.note(tx, account_id, serial, one.line_id, sale):
        return
    order_progress.tell(tx, order.id, msg("order.event.odoo_delivered", serial=serial, name=found.name))
    if unit_id is not None:
        was_told = unit_id in tx.told
        sold_earlier(tx, unit_id, sale, *who)
        if not was_told:
            tx.told.discard(unit_id)  # Odoo said so itself


def _same_lot(tx: Tx, account_id: str, unit_id: str, one: DeliveredFound) -> None:
    """The lot of a unit that is away is known, so that nothing about its order makes it another one there."""
    row = units.unit(tx.connection, unit_id)
    if State(row.state) in IN_HOUSE or odoo.records(tx.connection, account_id, LOT, [unit_id]):
        return
    if odoo.by_remote(tx.connection, account_id, LOT, [one.lot_id]):
        return
    product = odoo.by_remote(tx.connection, account_id, PRODUCT, [one.product_id]).get(one.product_id)
    if product is not None and product.local_id == row.variant_id:
        odoo.agree(tx, account_id, LOT, unit_id, one.lot_id, None)


def _serial(text: str) -> str:
    try:
        return identify(text).value
    except Failure:
        return "".join(text.upper().split())


# ---------------------------------------------------------------- who bought


def _buyer(tx: Tx, account_id: str, order: NumberedRow, buyer: BuyerFound) -> Met | None:
    """The customer is this contact there, unless it is somebody else; None where nothing is new."""
    one = (
        customers.customer(tx.connection, tx.company, order.customer_id)
        if order.customer_id is not None and order.erased_at is None
        else None
    )
    if one is None or one.erased_at is not None:
        return None
    # One contact may be several customers of ours, and a customer several contacts: the first counts.
    if odoo.records(tx.connection, account_id, CUSTOMER, [one.id]):
        return None
    if odoo.by_remote(tx.connection, account_id, CUSTOMER, [buyer.id]):
        return None
    if not _is_buyer(tx, order, buyer):
        # Not by name: the report stays when the buyer is erased.
        return Met(
            buyer.id, f"#{buyer.id}", msg("odoo_import.other_buyer", order=str(order.remote_id)), CUSTOMERS
        )
    odoo.agree(tx, account_id, CUSTOMER, one.id, buyer.id, None)
    return Met(buyer.id, f"#{buyer.id}", Outcome.NEW, CUSTOMERS)


def _is_buyer(tx: Tx, order: NumberedRow, buyer: BuyerFound) -> bool:
    """Whether the contact is who bought: their name is enough, for both are of one order."""
    if order.customer_id is None or order.erased_at is not None:
        return False
    row = customers.customer(tx.connection, tx.company, order.customer_id)
    if row is None:
        return False
    theirs = keys(Person(last_name=buyer.name, postcode=buyer.postcode, phone=buyer.phone, email=buyer.email))
    ours = keys_of(row)
    return match(theirs, ours) is not Match.OTHER or (bool(ours.name) and theirs.name == ours.name)
