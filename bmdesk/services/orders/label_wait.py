"""An order whose label Back Market makes (Backship), while it has not come: a person is asked, who may have it asked
for at once, or say that another carrier takes the parcel.
"""

from __future__ import annotations

from datetime import timedelta

from bmdesk.domain.orders import Conflict, LineState
from bmdesk.services.orders import order_effects
from bmdesk.services.selling.account_settings import BACKSHIP
from bmdesk.store.engine import Connection
from bmdesk.store.queries import backship, feeds, order_progress, orders
from bmdesk.store.transaction import Tx
from bmdesk.texts import msg

SOON = timedelta(hours=12)
"""An order that must leave within this asks for its label by itself."""


def look(tx: Tx, order_id: str) -> None:
    """Back Market was asked for this order's shipments: nobody waits for a label that came, somebody for one that is
    needed soon.
    """
    order = order_progress.order(tx.connection, order_id)
    if backship.label_of_order(tx.connection, order["account_id"], order["remote_id"]):
        if order_progress.close_of(tx, order_id, None, [Conflict.NO_LABEL.value]):
            order_effects.recount(tx, order_id)
        return
    ours = any(one.ours for one in orders.of_order(tx.connection, order_id))
    due = order["ship_by"] is not None and order["ship_by"] - tx.now <= SOON
    if ours and due and order["state"] == LineState.ACCEPTED.value:
        missing(tx, order_id)


def missing(tx: Tx, order_id: str) -> None:
    """Its label is needed now, and is not there."""
    if is_given_up(tx.connection, order_id):
        return
    given = {"order": str(order_progress.order(tx.connection, order_id)["remote_id"])}
    if order_progress.raise_conflict(tx, order_id, None, Conflict.NO_LABEL.value, given):
        order_progress.tell(tx, order_id, msg("conflict.no_label.title", **given))
        order_effects.recount(tx, order_id)


def is_given_up(connection: Connection, order_id: str) -> bool:
    """Whether a person said that another carrier takes this order's parcel."""
    found = order_progress.conflicts(connection, [order_id], closed=True)
    return any(one.code == Conflict.NO_LABEL.value and one.closed_by for one in found)


def give_up(tx: Tx, order_id: str, supervisor: str, reason: str) -> None:
    """A supervisor says so at the packing place."""
    missing(tx, order_id)
    order_progress.close_of(tx, order_id, None, [Conflict.NO_LABEL.value], supervisor)
    said = msg("order.event.own_carrier", reason=reason, supervisor=supervisor)
    order_progress.tell(tx, order_id, said, operator=supervisor)
    order_effects.recount(tx, order_id)


def ask_again(tx: Tx, account_id: str) -> None:
    """Back Market is asked in the next run, not only in its turn."""
    feeds.set_feed(tx, account_id, BACKSHIP, "", next_at=tx.now)
