"""Which orders wait to be made right at Odoo: those that changed, as far as they must stand there, and all open ones
when an Odoo is there for the first time.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bmdesk.domain.effects import Kind, sale_lane
from bmdesk.store.queries import odoo_orders, outbox, sales
from bmdesk.store.queries.accounts import AccountRow
from bmdesk.store.transaction import Tx

_PAGE = 250


def follow(
    tx: Tx, account: AccountRow, changed: Iterable[str], lines: Iterable[str], buyers: Iterable[str]
) -> None:
    """These orders changed, or some of these lines, or who these customers are; all by their ids."""
    ids = set(changed)
    for page in _pages(sorted(lines)):
        ids.update(sales.orders_of(tx.connection, page))
    for page in _pages(sorted(buyers)):
        ids.update(odoo_orders.of_buyers(tx.connection, page))
    for page in _pages(sorted(ids)):
        want(tx, account.id, odoo_orders.to_stand(tx.connection, account.id, page, account.created_at))


def want_open(tx: Tx, account_id: str) -> None:
    """The company has an Odoo from now on: what is accepted and has not left yet must stand there."""
    want(tx, account_id, odoo_orders.all_open(tx.connection, tx.company))


def want(tx: Tx, account_id: str, order_ids: Iterable[str]) -> None:
    """One line in the outbox for each of these orders, however often it is asked for."""
    for order_id in order_ids:
        lane = sale_lane(order_id)
        outbox.want(tx, account_id, Kind.SALE, key=order_id, lane=lane, order_id=order_id)


def _pages(ids: Sequence[str]) -> Iterable[Sequence[str]]:
    return (ids[start : start + _PAGE] for start in range(0, len(ids), _PAGE))
