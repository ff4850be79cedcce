"""What changed of products at Odoo since it was last asked, by the time of their last change, in pages; read with the
units, before them. What is read twice changes nothing. The cursor moves when all of it was taken.
"""

from __future__ import annotations

from dataclasses import dataclass

from bmdesk.connectors.base import KeepGoing
from bmdesk.connectors.odoo.incoming import changes
from bmdesk.connectors.odoo.incoming.import_products import MODEL, PAGE, ProductsThere
from bmdesk.connectors.odoo.records import Records, pages
from bmdesk.connectors.odoo.session import OdooSession
from bmdesk.services.desk import Desk
from bmdesk.services.odoo.taken import Came, Taker
from bmdesk.services.odoo.units import products_changed
from bmdesk.store.queries import feeds

_FEED = "products"


@dataclass(frozen=True, slots=True)
class Read:
    """`shown`: so many a person must look at."""

    count: int = 0
    shown: int = 0
    complete: bool = True


def pull(desk: Desk, account_id: str, session: OdooSession, keep_going: KeepGoing) -> Read:
    """All that changed since the last complete reading. The first one only notes where Odoo stands: what is there is
    for a first import to choose. Raises RemoteFailure; pages before that are kept.
    """
    records = Records(session.remote, session.company)
    products = ProductsThere(records, session.dialect)
    known = desk.read(lambda c: feeds.feed(c, account_id, _FEED, ""))
    if known is None or known.cursor is None:
        newest = changes.newest(records, MODEL, products.domain)
        desk.write(lambda tx: feeds.set_feed(tx, account_id, _FEED, "", cursor=newest))
        return Read()
    rows = changes.since(records, MODEL, products.domain, [], known.cursor)
    newest = max([known.cursor, *(changes.written(records, MODEL, row) for row in rows)])
    again = desk.read(lambda c: products_changed.to_see(c, account_id))
    ids = list(dict.fromkeys([*(int(row["id"]) for row in rows), *again]))
    taker, shown = Taker(desk, account_id), 0
    for page in pages(ids, PAGE):
        found = products.read(page)
        absent = [one for one in page if one not in found]
        if absent:
            desk.write(lambda tx, some=absent: products_changed.gone(tx, account_id, some))  # type: ignore[misc]
        for one in found.values():
            if not keep_going():
                return Read(len(ids), shown, complete=False)
            came = desk.write(lambda tx, o=one: products_changed.take(tx, taker, o))  # type: ignore[misc]
            shown += came is Came.SHOWN
    cursor = changes.not_ahead(records, newest)
    desk.write(lambda tx: feeds.set_feed(tx, account_id, _FEED, "", cursor=cursor))
    return Read(len(ids), shown)
