"""The papers of an order: delivery note, carrier's label, invoice. Where they come from, whether they are kept, and why
not.

Fetching is the connector's (backmarket.papers). A paper's address is signed and so a secret: it is never shown, told
or logged.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from bmdesk.domain.changes import Change
from bmdesk.domain.effects import Kind, StepOf, backoff
from bmdesk.services import wants
from bmdesk.services.desk import Actor, Desk
from bmdesk.services.grading.refusals import Refusal
from bmdesk.store.engine import Connection
from bmdesk.store.kept import failure_of, keep_failure
from bmdesk.store.photos import MAX_PAPER, Blob
from bmdesk.store.queries import accounts, documents, erasing, order_progress
from bmdesk.store.queries.documents import FAILED, INVOICE, KEPT, LABEL, NOTE, WAITING, DocumentRow
from bmdesk.store.transaction import Row, Tx
from bmdesk.texts import Failure, Text, msg

OLDEST = timedelta(days=14)
"""The note of an order that is finished is fetched while the order is younger: older addresses have expired."""

MOST_TRIES = 8


class PaperTooOld(Failure):
    """The order was finished long ago, and its address has expired by now. No params."""

    code = "document.too_old"


class PaperErased(Failure):
    """Who bought was erased, and this paper with them. No params."""

    code = "document.erased"


class PaperMissing(Failure):
    """The paper is not kept, or its file is gone. Params: `kind` (a Text)."""

    code = "document.missing"


class PaperUnreadable(Failure):
    """The file cannot be read. Params: `name`."""

    code = "document.unreadable"


class UnknownOrder(Refusal):
    """No order of the company has this id. Params: `given`."""

    code = "document.unknown_order"


@dataclass(frozen=True, slots=True)
class Document:
    """A paper in words. `state`: waiting, kept, failed; `problem` why it is not kept (yet)."""

    id: str
    kind: str
    title: Text
    name: str
    state: str
    size: int
    problem: Text | None
    todo: Text | None
    next_at: datetime | None


@dataclass(frozen=True, slots=True)
class Kept:
    """A paper that was given."""

    document_id: str
    changes: frozenset[Change] = field(default_factory=lambda: frozenset({Change.ORDERS, Change.SYNC}))


def of_order(desk: Desk, order_id: str) -> tuple[Document, ...]:
    """All papers of this order. Raises UnknownOrder, for another company's too."""

    def work(connection: Connection) -> tuple[Document, ...]:
        _mine(connection, desk.company, order_id)
        return tuple(_shown(row) for row in documents.of_orders(connection, [order_id]))

    return desk.read(work)


def content(desk: Desk, document_id: str) -> bytes:
    """The PDF itself. Raises PaperMissing."""
    row = desk.read(lambda c: documents.document(c, desk.company, document_id))
    if row is None or row.state != KEPT:
        raise PaperMissing(kind=kind_text(row.kind if row is not None else NOTE))
    try:
        return desk.photos.path(row.blob).read_bytes()
    except OSError:
        raise PaperMissing(kind=kind_text(row.kind)) from None


def keep_invoice(desk: Desk, actor: Actor, order_id: str, path: Path) -> Kept:
    """Keep this PDF as the order's invoice and want it at Back Market; one given before is replaced.

    Raises PaperUnreadable, NotAPaper, UnknownOrder, PaperErased, StoreFull.
    """
    if desk.read(lambda c: erasing.erased(c, [order_id])):
        raise PaperErased
    name = path.name[:200]
    try:
        with path.open("rb") as file:
            given = file.read(MAX_PAPER + 1)
    except OSError:
        raise PaperUnreadable(name=name[:80]) from None
    blob = desk.photos.keep_paper(name, given)

    def work(tx: Tx) -> Kept:
        _mine(tx.connection, desk.company, order_id)
        document_id = documents.put(tx, order_id, INVOICE, "", **_as_kept(blob, name))
        order_progress.tell(
            tx, order_id, msg("order.event.invoice"), operator=actor.code, station=actor.station
        )
        wants.want(tx, StepOf(order_id, Kind.INVOICE))
        return Kept(document_id)

    return desk.write(work)


def take_invoice(tx: Tx, order_id: str, blob: Blob, name: str) -> bool:
    """Keep the invoice that another system made and want it at Back Market; whether it is: not where somebody gave one,
    or the buyer was erased. `name`: of the file, and names nobody.
    """
    given = documents.by_order(documents.of_orders(tx.connection, [order_id]), INVOICE).get(order_id)
    if (given is not None and given.state == KEPT) or erasing.erased(tx.connection, [order_id]):
        return False
    documents.put(tx, order_id, INVOICE, "", **_as_kept(blob, name))
    wants.want(tx, StepOf(order_id, Kind.INVOICE))
    return True


def kind_text(kind: str) -> Text:
    """What paper it is, in words."""
    match kind:
        case documents.LABEL:
            return msg("document.kind_label")
        case documents.INVOICE:
            return msg("document.kind_invoice")
        case _:
            return msg("document.kind_note")


# ---------------------------------------------------------------- while orders are read


@dataclass(frozen=True, slots=True)
class Note:
    """An order's delivery note as it was just read. `open`: something of the order is still to be done."""

    url: str
    open: bool
    ordered_at: datetime | None


def want_notes(tx: Tx, notes: Mapping[str, Note]) -> None:
    """Fetch the delivery notes of these orders (at most 50, by id), as far as they are not kept. A new address replaces
    the older one: it works for longer.
    """
    given = {order_id: note for order_id, note in notes.items() if note.url}
    known = documents.by_order(documents.of_orders(tx.connection, list(given)), NOTE)
    wanted = [one for one in given if one not in known or _is_news(known[one], given[one].url)]
    for order_id in erasing.erased(tx.connection, wanted):
        del given[order_id]
    new: list[Row] = []
    for order_id, note in given.items():
        before = known.get(order_id)
        if before is None:
            new.append({"order_id": order_id, "kind": NOTE, "url": note.url, **_wanted(tx, note)})
        elif _is_news(before, note.url):
            again = _wanted(tx, note) if before.state == FAILED else {}
            documents.set_document(tx, before.id, url=note.url, **again)
    documents.add_many(tx, new)


def want_label(tx: Tx, order_id: str, shipment: str, url: str) -> None:
    """Fetch the label of this shipment, as far as it is not kept; another address is another label."""
    known = {
        row.remote_id: row for row in documents.of_orders(tx.connection, [order_id]) if row.kind == LABEL
    }
    before = known.get(shipment)
    if erasing.erased(tx.connection, [order_id]):
        return
    # Only what a signature changes is behind the question mark.
    if before is None or before.url.partition("?")[0] != url.partition("?")[0]:
        documents.put(tx, order_id, LABEL, shipment, url=url, **_fresh(tx))
    elif _is_news(before, url):
        documents.set_document(tx, before.id, url=url, **(_fresh(tx) if before.state == FAILED else {}))


def kept(tx: Tx, document_id: str, blob: Blob, name: str) -> None:
    """It was fetched. Where its buyer was erased meanwhile the file goes with the next sweep."""
    found = documents.order_of(tx.connection, document_id)
    if found is not None and erasing.erased(tx.connection, [found]):
        documents.set_document(tx, document_id, blob=blob.sha256, state=erasing.ERASING)
    else:
        documents.set_document(tx, document_id, **_as_kept(blob, name))


def not_fetched(tx: Tx, row: DocumentRow, why: Failure, *, again: bool, jitter: float = 0.5) -> None:
    """It could not be had: `again` later, a few times; else until the order is read with another address."""
    attempts = row.attempts + 1
    again = again and attempts < MOST_TRIES
    documents.set_document(
        tx,
        row.id,
        state=WAITING if again else FAILED,
        problem=keep_failure(why),
        attempts=attempts,
        next_at=tx.now + backoff(attempts, jitter) if again else None,
    )


def _is_news(before: DocumentRow, url: str) -> bool:
    return before.state != KEPT and before.url != url


def _wanted(tx: Tx, note: Note) -> Row:
    recent = note.ordered_at is not None and tx.now - note.ordered_at <= OLDEST
    if note.open or recent:
        return _fresh(tx)
    return {"state": FAILED, "problem": keep_failure(PaperTooOld()), "attempts": 0, "next_at": None}


def _fresh(tx: Tx) -> Row:
    return {"state": WAITING, "problem": None, "attempts": 0, "next_at": tx.now}


def _as_kept(blob: Blob, name: str) -> Row:
    done = {"blob": blob.sha256, "size": blob.size, "name": name, "state": KEPT}
    return done | {"problem": None, "next_at": None}


def _shown(row: DocumentRow) -> Document:
    problem = failure_of(row.problem) if row.state != KEPT else None
    return Document(
        row.id,
        row.kind,
        kind_text(row.kind),
        row.name,
        row.state,
        row.size,
        problem.happened if problem is not None else None,
        problem.todo if problem is not None else None,
        row.next_at,
    )


def _mine(connection: Connection, company: str, order_id: str) -> None:
    mine = {row.id for row in accounts.sellers(connection, company)}
    if documents.account_of(connection, order_id) not in mine:
        raise UnknownOrder(given=order_id[:40])
