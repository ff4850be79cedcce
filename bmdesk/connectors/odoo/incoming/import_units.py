"""What happened to units at Odoo since it was last asked: their lots, by the time of their last change, in pages; after
what changed of products.

Lots that changed, and those whose pieces were moved: some versions do not touch the lot then. What is read twice
changes nothing. The cursor moves when all of it was taken. The first reading of a day (UTC) goes back a day.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bmdesk.connectors.base import KeepGoing, Pulled
from bmdesk.connectors.odoo.incoming import changes, import_changed_products
from bmdesk.connectors.odoo.incoming.lots_seen import LotsSeen
from bmdesk.connectors.odoo.records import Records, id_of, pages
from bmdesk.connectors.odoo.session import OdooSession
from bmdesk.services.desk import Desk
from bmdesk.services.odoo import choices, odoo_settings
from bmdesk.services.odoo.odoo_settings import UNITS
from bmdesk.services.odoo.taken import Came
from bmdesk.services.odoo.units import units_arriving, units_in
from bmdesk.services.odoo.units.units_arriving import Begun, Reading
from bmdesk.services.odoo.units.units_places import PlacesHere
from bmdesk.services.odoo.units.units_seen import LotSeen
from bmdesk.store.engine import Connection
from bmdesk.store.queries import feeds
from bmdesk.store.transaction import Tx
from bmdesk.texts import msg

_PAGE = 500
_BEGUN = "units_from"
"""The feed that keeps Begun: its cursor and what it has read."""


def pull(desk: Desk, account_id: str, session: OdooSession, keep_going: KeepGoing) -> Pulled:
    """All that changed since the last complete reading. The first one only notes where Odoo stands: what lay there
    before is for a first import to choose. Raises RemoteFailure; pages before that are kept.
    """
    products = import_changed_products.pull(desk, account_id, session, keep_going)
    if not products.complete:
        return Pulled(products.count, complete=False)
    records = Records(session.remote, session.company)
    known = desk.read(lambda c: feeds.feed(c, account_id, UNITS, ""))
    if known is None or known.cursor is None:
        there = max(changes.newest(records, model, domain) for model, domain in _watched(records))
        newest = changes.not_ahead(records, there)
        lines = records.rows(*_watched(records)[1], ["id"], order="id desc", limit=1)

        def begin(tx: Tx) -> None:
            feeds.set_feed(tx, account_id, _BEGUN, "", cursor=newest, read=lines[0]["id"] if lines else 0)
            feeds.set_feed(tx, account_id, UNITS, "", cursor=newest)

        desk.write(begin)
        return Pulled(0, complete=True)
    is_first_today = known.success_at is not None and known.success_at.date() < desk.clock.now().date()
    lots, newest = _changed(records, known.cursor, a_day=is_first_today)
    lots += desk.read(lambda c: units_in.lots_to_see(c, account_id))
    reading = desk.read(lambda c: _reading(c, desk, account_id, session))
    looks = LotsSeen(records, session.stock, reading.grade)
    shown = 0
    found = list(dict.fromkeys(lots))
    for page in pages(found, _PAGE):
        seen = looks.read(page)
        absent = set(page) - {one.id for one in seen}
        if absent:
            desk.write(lambda tx, some=absent: units_in.absent(tx, account_id, some))  # type: ignore[misc]
        _follow_merged(desk, records, reading, seen)
        for one in desk.read(lambda c, s=seen: units_in.is_news(c, reading, s)):  # type: ignore[misc]
            if not keep_going():
                return Pulled(len(found), complete=False)
            came = desk.write(lambda tx, o=one: units_in.take(tx, reading, o))  # type: ignore[misc]
            shown += came is Came.SHOWN
    cursor = changes.not_ahead(records, max(newest, known.cursor))
    desk.write(lambda tx: feeds.set_feed(tx, account_id, UNITS, "", cursor=cursor))
    said = (msg("odoo.in.shown", count=shown),) if shown else ()
    aside = (msg("odoo.in.products_shown", count=products.shown),) if products.shown else ()
    return Pulled(len(found), complete=True, notes=(*aside, *said))


def _follow_merged(desk: Desk, records: Records, reading: Reading, seen: Sequence[LotSeen]) -> None:
    """Lots were deleted and made anew there, or merged: no change of theirs tells of it."""
    rivals = desk.read(lambda c: units_arriving.rivals(c, reading, seen))
    if not rivals:
        return
    rows = records.rows("stock.lot", [("id", "in", sorted(set(rivals.values())))], ["name"])
    there = {int(row["id"]) for row in rows}
    for one in seen:
        gone = rivals.get(one.id, 0)
        if gone and gone not in there:
            desk.write(lambda tx, o=one, g=gone: units_arriving.take_its_place(tx, reading, o, g))  # type: ignore[misc]


def _reading(connection: Connection, desk: Desk, account_id: str, session: OdooSession) -> Reading:
    places = PlacesHere.read(connection, desk.company, session.stock)
    kept = odoo_settings.of(connection, desk.company)
    grade = choices.grade_kept(connection, desk.company)
    noted = feeds.feed(connection, account_id, _BEGUN, "")
    begun = Begun(noted.cursor, noted.read) if noted is not None and noted.cursor is not None else None
    return Reading(desk, account_id, places, kept.units_go.sends, grade, kept.orders_go.reads, begun)


def _watched(records: Records) -> tuple[tuple[str, list[object]], ...]:
    """What is watched for changes: lots, and what was moved of them."""
    return (
        ("stock.lot", [("company_id", "in", [False, records.company])]),
        (
            "stock.move.line",
            [("company_id", "=", records.company), ("state", "=", "done"), ("lot_id", "!=", False)],
        ),
    )


def _changed(records: Records, cursor: datetime, *, a_day: bool) -> tuple[list[int], datetime]:
    """The lots to look at, those first that changed first, and the time of the newest change among them."""
    lots: list[int] = []
    newest = cursor
    for model, domain in _watched(records):
        fields = [] if model == "stock.lot" else ["lot_id"]
        for row in changes.since(records, model, domain, fields, cursor, a_day=a_day):
            lots.append(int(row["id"]) if model == "stock.lot" else id_of(row["lot_id"]))
            newest = max(newest, changes.written(records, model, row))
    return lots, newest
