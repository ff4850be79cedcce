"""What says who somebody is, taken out of every table that has it. Units and their histories are not touched.

Which columns those are is known here and nowhere else; a test walks all tables for a name.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, bindparam, delete, exists, func, or_, select, update

from bmdesk.domain.orders import OPEN
from bmdesk.store.queries import accounts
from bmdesk.store.queries.odoo_orders import SALE
from bmdesk.store.tables import customers as c
from bmdesk.store.tables import orders, parcels, people
from bmdesk.store.tables.inspections import photo
from bmdesk.store.tables.odoo import odoo_record
from bmdesk.store.tables.people import store_info
from bmdesk.store.transaction import Row, Tx

ERASING, ERASED = "erasing", "failed"
"""States of a paper: its file is still to be deleted; nothing is left of it."""

_O = orders.customer_order.c
_C = c.customer.c
_D = parcels.document.c
_Q = orders.quarantined.c
_S = orders.line_step.c
_L = people.scan_log.c
_OPEN = [one.value for one in OPEN]
_ERASED = select(_O.id).where(_O.id.in_(bindparam("some", expanding=True)), _O.erased_at.is_not(None))
_ASKED = exists().where(_S.order_id == _O.id, _S.state == "asked")


@dataclass(frozen=True, slots=True)
class Held:
    """An order that is not erased. `open`: something of it is still to be done, or to be told to the marketplace."""

    id: str
    account_id: str
    number: int
    open: bool


def erased(connection: Connection, order_ids: Sequence[str]) -> set[str]:
    """Which of these orders (at most 500) must name nobody any more."""
    return set(connection.execute(_ERASED, {"some": order_ids}).scalars()) if order_ids else set()


def is_erased(connection: Connection, account_id: str, number: str) -> bool:
    """Whether the order with this number must name nobody any more."""
    if not (number.isascii() and number.isdecimal() and len(number) < 19):
        return False
    query = select(_O.erased_at).where(_O.account_id == account_id, _O.remote_id == int(number))
    return connection.execute(query).scalar() is not None


def orders_of(connection: Connection, customer_ids: Sequence[str], limit: int) -> list[Held]:
    """Orders of these records that are not erased yet, those that are open first."""
    query = select(_O.id, _O.account_id, _O.remote_id, or_(_O.state.in_(_OPEN), _ASKED)).where(
        _O.customer_id.in_(customer_ids), _O.erased_at.is_(None)
    )
    rows = connection.execute(query.order_by(or_(_O.state.in_(_OPEN), _ASKED).desc(), _O.id).limit(limit))
    return [Held(row[0], row[1], row[2], bool(row[3])) for row in rows]


def older_than(connection: Connection, company: str, before: datetime, limit: int) -> list[Held]:
    """Finished orders that were made and left before this moment, not erased yet; the oldest first."""
    query = select(_O.id, _O.account_id, _O.remote_id).where(
        _O.account_id.in_(accounts.ids_of(company)),
        _O.created_at < before,
        or_(_O.shipped_at.is_(None), _O.shipped_at < before),
        _O.erased_at.is_(None),
        _O.state.not_in(_OPEN),
        ~_ASKED,
    )
    rows = connection.execute(query.order_by(_O.created_at, _O.id).limit(limit))
    return [Held(row[0], row[1], row[2], open=False) for row in rows]


def owners(connection: Connection, order_ids: Sequence[str]) -> set[str]:
    """The records that stand for the buyers of these orders."""
    person = func.coalesce(_C.merged_into, _C.id)
    query = select(person).join(orders.customer_order, _O.customer_id == _C.id).where(_O.id.in_(order_ids))
    return set(connection.execute(query.distinct()).scalars())


def erase_orders(tx: Tx, some: Sequence[Held]) -> None:
    """These orders (at most 100) name nobody any more; papers of theirs are marked, their files are still there."""
    leave_no_trace(tx)
    ids = [one.id for one in some]
    run = tx.connection.execute
    run(delete(c.order_address).where(c.order_address.c.order_id.in_(ids)))
    run(update(orders.line_step).where(_S.order_id.in_(ids)).values(message=""))
    run(update(parcels.parcel).where(parcels.parcel.c.order_id.in_(ids)).values(address_hash="", url=""))
    gone = {"url": "", "name": "", "size": 0, "next_at": None, "problem": _PAPER_ERASED}
    run(update(parcels.document).where(_D.order_id.in_(ids), _D.blob == "").values(state=ERASED, **gone))
    run(update(parcels.document).where(_D.order_id.in_(ids), _D.blob != "").values(state=ERASING, **gone))
    for account_id in {one.account_id for one in some}:
        numbers = [one.number for one in some if one.account_id == account_id]
        named = and_(_Q.account_id == account_id, _Q.remote_id.in_([str(number) for number in numbers]))
        run(delete(orders.quarantined).where(named, _Q.kind == "order"))
        b = parcels.backship.c
        there = and_(b.account_id == account_id, b.order_number.in_(numbers))
        run(update(parcels.backship).where(there).values(url="", pickup=None))
    # What both sides had when the order last stood at Odoo; which order there it is stays.
    run(
        update(odoo_record)
        .where(odoo_record.c.kind == SALE, odoo_record.c.local_id.in_(ids))
        .values(base=None)
    )
    run(update(orders.customer_order).where(_O.id.in_(ids)).values(erased_at=tx.now))


def erase_people(tx: Tx, customer_ids: Sequence[str]) -> int:
    """Of these persons (by the records that stand for them) those of whom no order is left; how many."""
    leave_no_trace(tx)
    done = 0
    for customer_id in customer_ids:
        theirs = or_(_C.id == customer_id, _C.merged_into == customer_id)
        ids = list(tx.connection.execute(select(_C.id).where(theirs, _C.company_id == tx.company)).scalars())
        left = select(_O.id).where(_O.customer_id.in_(ids), _O.erased_at.is_(None)).limit(1)
        if not ids or tx.connection.execute(left).scalar() is not None:
            continue
        blank = dict.fromkeys(_NAMING, "") | {"erased_at": tx.now, "changed_at": tx.now}
        tx.connection.execute(update(c.customer).where(_C.id.in_(ids)).values(**blank))
        d = c.customer_doubt.c
        tx.connection.execute(
            delete(c.customer_doubt).where(or_(d.customer_id.in_(ids), d.other_id.in_(ids)))
        )
        done += 1
    return done


def erase_set_aside(tx: Tx, marks: Sequence[Sequence[str]]) -> int:
    """Records that could not be taken and say all words of any of these marks; how many. They have no order yet."""
    sought = [[_in_json(word) for word in words] for words in marks if all(words)]
    if not sought:
        return 0
    leave_no_trace(tx)
    query = select(_Q.account_id, _Q.remote_id, _Q.body, _Q.reason).where(
        _Q.account_id.in_(accounts.ids_of(tx.company)), _Q.kind == "order"
    )
    count = 0
    for account_id, remote_id, *kept in tx.connection.execute(query).all():
        said = json.dumps(kept, ensure_ascii=False).casefold()
        if any(all(word in said for word in words) for words in sought):
            here = and_(_Q.account_id == account_id, _Q.kind == "order", _Q.remote_id == remote_id)
            tx.connection.execute(delete(orders.quarantined).where(here))
            count += 1
    return count


def _in_json(word: str) -> str:
    return json.dumps(word, ensure_ascii=False)[1:-1].casefold()


def erase_set_aside_before(tx: Tx, before: datetime) -> int:
    """Records that could not be taken and came before this moment; how many."""
    leave_no_trace(tx)
    old = and_(_Q.account_id.in_(accounts.ids_of(tx.company)), _Q.kind == "order", _Q.at < before)
    return tx.connection.execute(delete(orders.quarantined).where(old)).rowcount


def scans_saying(connection: Connection, company: str, marks: Sequence[Sequence[str]]) -> list[int]:
    """Refused scans in which all words of any of these marks stand."""
    sought = [[word.casefold() for word in words] for words in marks if all(words)]
    refused = select(_L.id, _L.text).where(
        _L.company_id == company, _L.ok.is_(False), func.length(_L.text) > 8
    )
    rows = connection.execute(refused.execution_options(yield_per=2000)) if sought else ()
    return [row[0] for row in rows if _says(row[1], sought)]


def erase_scans(tx: Tx, scan_ids: Sequence[int]) -> None:
    """What was read there is known no more; that something was, stays."""
    leave_no_trace(tx)
    tx.connection.execute(update(people.scan_log).where(_L.id.in_(scan_ids)).values(text=""))


def erase_last_scans(tx: Tx, marks: Sequence[Sequence[str]]) -> None:
    """The same for what each place of work read last."""
    leave_no_trace(tx)
    sought = [[word.casefold() for word in words] for words in marks if all(words)]
    for table in (people.seat, parcels.pack_seat):
        s = table.c
        rows = select(s.station, s.name, s.last_text).where(s.company_id == tx.company, s.last_text != "")
        for station, name, text in tx.connection.execute(rows).all():
            if _says(text, sought):
                here = and_(s.company_id == tx.company, s.station == station, s.name == name)
                tx.connection.execute(update(table).where(here).values(last_text=""))


def erase_scans_before(tx: Tx, before: datetime) -> int:
    """What was refused before this moment, whatever it said; how many."""
    leave_no_trace(tx)
    old = and_(_L.company_id == tx.company, _L.at < before, _L.ok.is_(False), _L.text != "")
    count = tx.connection.execute(update(people.scan_log).where(old).values(text="")).rowcount
    for table in (people.seat, parcels.pack_seat):
        s = table.c
        theirs = and_(s.company_id == tx.company, s.last_at < before)
        tx.connection.execute(update(table).where(theirs).values(last_text=""))
    return count


def _says(text: str, sought: Sequence[Sequence[str]]) -> bool:
    said = text.casefold()
    return any(all(word in said for word in words) for words in sought)


def blobs(connection: Connection) -> set[str]:
    """All content that any row speaks of, in all companies: papers and photos."""
    named = select(_D.blob).where(_D.blob != "")
    return {*connection.execute(named).scalars(), *connection.execute(select(photo.c.sha256)).scalars()}


def papers_to_delete(connection: Connection, company: str, limit: int) -> list[tuple[str, str, bool]]:
    """Papers whose file must go: id, blob, and whether somebody else's row names the same content."""
    other = parcels.document.alias("other")
    shared = or_(
        exists().where(other.c.blob == _D.blob, other.c.state == "kept"),
        exists().where(photo.c.sha256 == _D.blob),
    )
    mine = (
        select(_D.id, _D.blob, shared)
        .join(orders.customer_order, _D.order_id == _O.id)
        .where(_O.account_id.in_(accounts.ids_of(company)), _D.state == ERASING)
    )
    rows = connection.execute(mine.order_by(_D.id).limit(limit))
    return [(row[0], row[1], bool(row[2])) for row in rows]


def papers_deleted(tx: Tx, document_ids: Sequence[str]) -> None:
    """Their files are gone."""
    over = {"state": ERASED, "blob": ""}
    tx.connection.execute(update(parcels.document).where(_D.id.in_(document_ids)).values(**over))


def set_aside(connection: Connection, held: Sequence[tuple[str, int]]) -> list[Row]:
    """Records of these orders (account, number) that could not be taken, as they came."""
    found: list[Row] = []
    for account_id, number in held:
        query = select(_Q.remote_id, _Q.body, _Q.at).where(
            _Q.account_id == account_id, _Q.kind == "order", _Q.remote_id == str(number)
        )
        found += [dict(row) for row in connection.execute(query).mappings()]
    return found


def fact(connection: Connection, name: str) -> str:
    """A fact that this store keeps about itself, or empty."""
    return connection.execute(select(store_info.c.value).where(store_info.c.name == name)).scalar() or ""


def set_fact(tx: Tx, name: str, value: str) -> None:
    """Keep this fact."""
    here = update(store_info).where(store_info.c.name == name).values(value=value)
    if tx.connection.execute(here).rowcount == 0:
        tx.connection.execute(store_info.insert().values(name=name, value=value))


def leave_no_trace(tx: Tx) -> None:
    """What is deleted is overwritten too: SQLite leaves it in the file's free room else. A server tidies by itself."""
    if tx.connection.dialect.name == "sqlite":
        tx.connection.exec_driver_sql("PRAGMA secure_delete=ON")


_NAMING = (
    "name", "email", "phone", "country", "email_key", "proof_key", "name_key", "postcode_key", "phone_key",
)  # fmt: skip
_PAPER_ERASED: Mapping[str, Any] = {"code": "document.erased", "params": {}}
