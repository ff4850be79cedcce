"""What happened to orders at Odoo since it was last asked: their sale orders and deliveries, by the time of their last
change, in pages. What is read twice changes nothing. The cursor moves when all of it was taken.
"""

from __future__ import annotations

from datetime import datetime

from bmdesk.connectors.base import KeepGoing, Pulled
from bmdesk.connectors.odoo.incoming import changes
from bmdesk.connectors.odoo.incoming.sales_seen import SalesSeen
from bmdesk.connectors.odoo.records import Records, id_of, pages
from bmdesk.connectors.odoo.session import OdooSession
from bmdesk.connectors.odoo.setting_up.modules import has_field
from bmdesk.services.desk import Desk
from bmdesk.services.odoo.odoo_settings import ORDERS
from bmdesk.services.odoo.sales import deliveries_in, orders_meant
from bmdesk.services.odoo.taken import Came, Taker
from bmdesk.store.queries import feeds
from bmdesk.texts import msg

_PAGE = 200


def pull(desk: Desk, account_id: str, session: OdooSession, keep_going: KeepGoing) -> Pulled:
    """All that changed since the last complete reading, and what waits here for something. The first one only notes
    where Odoo stands: what was delivered before is nobody's news. Raises RemoteFailure; pages before that are kept.
    """
    records = Records(session.remote, session.company)
    if not has_field(session.remote, "stock.picking", "sale_id"):
        return Pulled(0, complete=True)  # nothing is sold there
    known = desk.read(lambda c: feeds.feed(c, account_id, ORDERS, ""))
    if known is None or known.cursor is None:
        newest = max(changes.newest(records, model, domain) for model, domain in _watched(records))
        desk.write(lambda tx: feeds.set_feed(tx, account_id, ORDERS, "", cursor=newest))
        return Pulled(0, complete=True)
    sales, newest = _changed(records, known.cursor)
    sales += desk.read(lambda c: deliveries_in.sales_to_see(c, account_id))
    found = list(dict.fromkeys(sales))
    taker, looks = Taker(desk, account_id), SalesSeen(records)
    shown = 0
    for page in pages(found, _PAGE):
        heads = looks.heads(page)
        ours = desk.read(
            lambda c, h=heads: orders_meant.of_sales(
                c, desk.company, account_id, [one for one, _ in h.values()]
            )  # type: ignore[misc]
        )
        for one in looks.read({sale: head for sale, head in heads.items() if sale in ours}) if ours else ():
            if not keep_going():
                return Pulled(len(found), complete=False)
            order_id = ours[one.sale.id]
            came = desk.write(lambda tx, o=one, i=order_id: deliveries_in.take(tx, taker, o, i))  # type: ignore[misc]
            shown += came is Came.SHOWN
    cursor = changes.not_ahead(records, max(newest, known.cursor))
    desk.write(lambda tx: feeds.set_feed(tx, account_id, ORDERS, "", cursor=cursor))
    notes = (msg("odoo.in.orders_shown", count=shown),) if shown else ()
    return Pulled(len(found), complete=True, notes=notes)


def _watched(records: Records) -> tuple[tuple[str, list[object]], ...]:
    """What is watched for changes: what is delivered or not any more, and what is sold no more."""
    ours = ("company_id", "=", records.company)
    ended = ("state", "in", ["done", "cancel"])
    sold = [("picking_type_id.code", "in", ["outgoing", "incoming"]), ("sale_id", "!=", False)]
    return (
        ("stock.picking", [ours, ended, *sold]),
        ("sale.order", [ours, ("state", "=", "cancel")]),
    )


def _changed(records: Records, cursor: datetime) -> tuple[list[int], datetime]:
    """The sales to look at, those first that changed first, and the time of the newest change among them."""
    sales: list[int] = []
    newest = cursor
    for model, domain in _watched(records):
        fields = ["sale_id"] if model == "stock.picking" else []
        for row in changes.since(records, model, domain, fields, cursor):
            sales.append(id_of(row["sale_id"]) if model == "stock.picking" else int(row["id"]))
            newest = max(newest, changes.written(records, model, row))
    return sales, newest
