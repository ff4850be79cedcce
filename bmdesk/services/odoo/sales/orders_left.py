"""Orders that left the house and of which the company's Odoo lacks something: the order itself, where it left before
Odoo was connected; its invoice, where it left before invoices were made there; its payment, where nobody had chosen a
journal for it. They are shown, and go there when a person says so: hundreds of invoices are nobody's side effect.

`look` changes nothing and asks nobody at Odoo: what somebody there did by hand is found when an order is sent, and is
not done twice.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum

from bmdesk.domain.effects import Kind
from bmdesk.domain.rights import Right
from bmdesk.services import rights
from bmdesk.services.desk import Actor, Desk
from bmdesk.services.grading.refusals import Refusal
from bmdesk.services.odoo import choices, odoo_account, odoo_settings
from bmdesk.services.odoo.choices import OTHERS
from bmdesk.services.odoo.sales import orders_agreed, orders_truth, orders_wanted
from bmdesk.services.odoo.sales.orders_agreed import Agreed
from bmdesk.services.odoo.sales.orders_there import Billed, OrderThere, Stage
from bmdesk.store.engine import Connection
from bmdesk.store.queries import odoo, odoo_orders, sync_log
from bmdesk.store.queries.odoo_orders import SALE
from bmdesk.store.transaction import Tx
from bmdesk.texts import Text, msg

_AT_ONCE = 200
_A_DAY = timedelta(days=1)


class NoAccount(Refusal):
    """The company works without an Odoo. No params."""

    code = "odoo.left.no_account"


class BadLack(Refusal):
    """Nothing that an order may lack is called so. Params: `given`, `known`."""

    code = "odoo.left.bad_lack"


class Lack(StrEnum):
    """What Odoo lacks of an order."""

    ORDER = "orders"
    INVOICE = "invoices"
    PAYMENT = "payments"

    @property
    def words(self) -> Text:
        return _LACKS[self]


_LACKS = {
    Lack.ORDER: msg("odoo.left.lack_orders"),
    Lack.INVOICE: msg("odoo.left.lack_invoices"),
    Lack.PAYMENT: msg("odoo.left.lack_payments"),
}
_MAKES = {
    Lack.ORDER: msg("odoo.left.makes_order"),
    Lack.INVOICE: msg("odoo.left.makes_invoices"),
    Lack.PAYMENT: msg("odoo.left.makes_payments"),
}


@dataclass(frozen=True, slots=True)
class LeftOrder:
    """`left_on`: the company's day. `invoiced`: sending it makes its invoice there, too."""

    id: str
    number: str
    market: str
    left_on: date
    total: Decimal
    currency: str
    lack: Lack
    invoiced: bool

    @property
    def follows(self) -> Text:
        """What sending it does."""
        if self.lack is Lack.ORDER and self.invoiced:
            return msg("odoo.left.makes_both")
        return _MAKES[self.lack]


@dataclass(frozen=True, slots=True)
class Left:
    """What a look found of what left on this day or later, the oldest first. `busy`: so many more are on their way or
    wait for a person. `held`: orders do not go to this Odoo at present. `invoices`: they are made there.
    """

    since: date
    orders: tuple[LeftOrder, ...] = ()
    busy: int = 0
    held: bool = False
    invoices: bool = False

    def of(self, lacks: Collection[Lack]) -> tuple[LeftOrder, ...]:
        return tuple(one for one in self.orders if one.lack in lacks)

    def counts(self) -> dict[Lack, int]:
        """How many lack what, for all that there is to lack."""
        return {lack: len(self.of({lack})) for lack in Lack}


def lacks_of(given: Iterable[str]) -> frozenset[Lack]:
    """What these words mean; none means all. Raises BadLack."""
    words = [one.strip().lower() for one in given]
    known = {lack.value: lack for lack in Lack}
    unknown = [one for one in words if one and one not in known]
    if unknown:
        raise BadLack(given=", ".join(unknown)[:60], known=", ".join(known))
    return frozenset(known[one] for one in words if one) or frozenset(Lack)


def look(desk: Desk, since: date) -> Left:
    """What Odoo lacks of what left on this day of the company or later. Raises NoAccount, BadSetting."""
    return desk.read(lambda connection: _look(connection, desk, since))


def queue(desk: Desk, actor: Actor | None, chosen: Sequence[LeftOrder]) -> int:
    """Send these, each once however often it is asked for; what was found to lack an invoice gets one. How many.

    Raises NoAccount, NotAllowed.
    """
    rights.require(desk, Right.ACCOUNTS, actor)
    who = actor or desk.worker

    def work(tx: Tx, some: Sequence[LeftOrder]) -> None:
        account_id = _account(tx.connection, tx.company)
        asked = [one.id for one in some if one.lack is not Lack.ORDER]
        for order_id, row in odoo.records(tx.connection, account_id, SALE, asked).items():
            agreed = replace(orders_agreed.read(row.base), invoice=True)
            odoo.agree(tx, account_id, SALE, order_id, row.remote_id, orders_agreed.write(agreed))
        orders_wanted.want(tx, account_id, (one.id for one in some))

    def said(tx: Tx) -> None:
        for lack, count in ((lack, sum(one.lack is lack for one in chosen)) for lack in Lack):
            if count:
                params = {"count": count, "what": lack.words, "operator": who.code if who is not None else ""}
                sync_log.log(
                    tx, _account(tx.connection, tx.company), "info", msg("odoo.left.log_sent", **params)
                )

    desk.write(said)
    for start in range(0, len(chosen), _AT_ONCE):
        some = chosen[start : start + _AT_ONCE]
        desk.write(lambda tx, some=some: work(tx, some))  # type: ignore[misc]
    return len(chosen)


def _account(connection: Connection, company: str) -> str:
    account = odoo_account.of(connection, company)
    if account is None or not account.active:
        raise NoAccount
    return account.id


def _look(connection: Connection, desk: Desk, since: date) -> Left:
    account_id = _account(connection, desk.company)
    found = odoo_settings.of(connection, desk.company)
    # A day earlier: which day it was is the company's clock's to say.
    begin = datetime.combine(since, time(), UTC) - _A_DAY
    ids, busy = odoo_orders.gone(connection, account_id, desk.company, begin)
    rows = odoo.records(connection, account_id, SALE, ids)
    known = {order_id: orders_agreed.read(row.base) for order_id, row in rows.items()}
    journals = frozenset(odoo.choices(connection, desk.company, choices.Kind.JOURNAL))
    # Reading an order whole takes its time: only where something may be lacking.
    asked = [one for one in ids if one not in known or _may_lack(known[one], found.invoices)]
    orders = orders_truth.read(connection, desk, asked)
    lacking = []
    for order in orders.values():
        lack = _lack(order, known.get(order.order_id), journals, invoices=found.invoices)
        if lack is not None and order.packed_on is not None and order.packed_on >= since:
            lacking.append(_shown(order, order.packed_on, lack))
    lacking.sort(key=lambda one: (one.left_on, one.number))
    return Left(since, tuple(lacking), len(busy), Kind.SALE in found.held, found.invoices)


def _may_lack(agreed: Agreed, invoices: bool) -> bool:
    return invoices and agreed.billed is not Billed.DONE


def _lack(
    order: OrderThere, agreed: Agreed | None, journals: Collection[str], *, invoices: bool
) -> Lack | None:
    if order.stage is not Stage.PACKED:
        return None
    if agreed is None:
        return Lack.ORDER
    if not invoices or not order.is_whole or not order.is_owed:
        return None
    if agreed.billed is Billed.NOT:
        return Lack.INVOICE
    is_paid_by = order.payment_method in journals or OTHERS in journals
    return Lack.PAYMENT if agreed.billed is Billed.UNPAID and is_paid_by else None


def _shown(order: OrderThere, left_on: date, lack: Lack) -> LeftOrder:
    return LeftOrder(
        order.order_id,
        order.number,
        order.market,
        left_on,
        order.total,
        order.currency,
        lack,
        lack is Lack.INVOICE or order.invoiced,
    )
