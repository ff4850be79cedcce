"""Every order with something still to be done is read again each hour: the cursor alone would trust that Back Market
moves the date of modification with every change, and its list never shows an order that was not paid.
"""

from __future__ import annotations

from bmdesk.connectors.backmarket.client import BackMarket
from bmdesk.connectors.backmarket.import_orders import (
    UNFINISHED_STATES,
    Reading,
    Saver,
    read_one_by_one,
)
from bmdesk.connectors.backmarket.paging import scan
from bmdesk.connectors.base import KeepGoing
from bmdesk.services.desk import Desk
from bmdesk.store.queries import orders

_MOST_SINGLE = 200


def pull(desk: Desk, client: BackMarket, account_id: str, width: int, keep_going: KeepGoing) -> Reading:
    """The lists of unfinished orders, then one by one what we have open and they did not show. Raises RemoteFailure."""
    began = desk.clock.now()
    saver = Saver(desk, account_id)
    done = []
    for state in UNFINISHED_STATES:
        done.append(
            scan(
                lambda number, s=state: client.orders_page(number, state=s),  # type: ignore[misc]
                lambda page: saver.save(page.results, page.bad),  # type: ignore[arg-type]
                width=width,
                key=lambda wire: wire.order_id,
                keep_going=keep_going,
            )
        )
        if not done[-1].complete:
            return Reading(tuple(done), saver.saved)
    unseen = desk.read(lambda c: orders.unfinished(c, account_id, began, _MOST_SINGLE))
    read_one_by_one(saver, client, unseen, keep_going)
    return Reading(tuple(done), saver.saved)
