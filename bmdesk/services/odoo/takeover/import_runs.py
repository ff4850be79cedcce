"""First imports from the company's Odoo: asked for by a person, followed, paused, gone on with, given up, reported.

The reading itself is the connector's (connectors.odoo.first_import); what becomes of what it finds is products_in's,
first_import's and orders_in's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bmdesk.domain.changes import Change
from bmdesk.domain.rights import Right
from bmdesk.services import rights
from bmdesk.services.desk import Actor, Desk
from bmdesk.services.goods.receiving import SOURCES
from bmdesk.services.grading.refusals import Refusal
from bmdesk.services.odoo import odoo_account
from bmdesk.services.odoo.sales.orders_in import CUSTOMERS
from bmdesk.store.engine import Connection
from bmdesk.store.kept import failure_of, keep_failure, text_of
from bmdesk.store.queries import odoo_import, sync_log
from bmdesk.store.queries.odoo_import import CANCELLED, DONE, PAUSED, RUNNING, ImportRow, TallyRow
from bmdesk.store.transaction import Tx
from bmdesk.texts import Failure, Text, msg

PRODUCTS, STOCK, ORDERS = "products", "stock", "orders"
STAGES = (PRODUCTS, STOCK, ORDERS)
"""What can be imported, in the order in which it is."""


class NoAccount(Refusal):
    """The company has no Odoo. No params."""

    code = "odoo_import.no_account"


class BadWhat(Refusal):
    """Nothing to import is called so. Params: `given`, `known`."""

    code = "odoo_import.bad_what"


class BadSource(Refusal):
    """No batch comes from there. Params: `given`, `known`."""

    code = "odoo_import.bad_source"


class UnderWay(Refusal):
    """An import has not ended. No params."""

    code = "odoo_import.under_way"


class NotUnderWay(Refusal):
    """This import has ended, or never was, or stands where that cannot be said of it. No params."""

    code = "odoo_import.not_under_way"


class Untested(Refusal):
    """It stopped before it took anything: so many would come in with a grade from Odoo, and the gate may let them be
    listed though nobody here ever tested them. Going on is a person's word that they may. Params: `count`.
    """

    code = "odoo_import.untested"


@dataclass(frozen=True, slots=True)
class Wishes:
    """`what` of STAGES; `since`: only products changed since then, stock that came in and orders made since then.
    `source`: of
    receiving.SOURCES, where the units came from before Odoo, "" for not said."""

    what: tuple[str, ...] = STAGES
    since: datetime | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """What became of one kind of things so far: of STAGES, or of what came with them. `new` are here now, or linked,
    and were not; `alone`: no business of bmdesk's; `doubts` were left out."""

    kind: str
    new: int
    known: int
    alone: int
    doubts: int


@dataclass(frozen=True, slots=True)
class Import:
    """One import in words. `new` are here now and were not; `known` were; `doubts` were left out; by kind in `parts`.
    `percent`: None while nobody knows how many there are. `asks`: it waits for a person's word (Untested)."""

    id: str
    what: tuple[str, ...]
    since: datetime | None
    state: str
    stage: str
    percent: int | None
    pages: int
    count: int
    seen: int
    new: int
    known: int
    doubts: int
    problem: Text | None
    todo: Text | None
    asked_by: str
    asked_at: datetime
    ended_at: datetime | None
    parts: tuple[Part, ...] = ()
    asks: bool = False

    @property
    def left_out(self) -> int:
        """How many lines the report has."""
        return sum(one.doubts for one in self.parts) or self.doubts

    @property
    def has_ended(self) -> bool:
        return self.state not in (RUNNING, PAUSED)


@dataclass(frozen=True, slots=True)
class LeftOut:
    """One thing that was not taken. `remote_id` numbers it in Odoo: a product, or a piece of stock."""

    stage: str
    remote_id: int
    name: str
    reason: Text


@dataclass(frozen=True, slots=True)
class Asked:
    """A person's word was taken."""

    id: str
    changes: frozenset[Change] = field(default_factory=lambda: frozenset({Change.SYNC}))


def start(desk: Desk, actor: Actor | None, wishes: Wishes) -> Asked:
    """Begin an import; nothing is read yet. Raises BadWhat, BadSource, NoAccount, UnderWay, NotAllowed."""
    rights.require(desk, Right.ACCOUNTS, actor)
    stages = tuple(one for one in STAGES if one in wishes.what)
    if not stages or len(stages) != len(set(wishes.what)):
        given = ", ".join(sorted(set(wishes.what) - set(STAGES)))[:60]
        raise BadWhat(given=given or "-", known=", ".join(STAGES))
    if wishes.source not in ("", *SOURCES):
        raise BadSource(given=wishes.source[:40], known=", ".join(SOURCES))

    def work(tx: Tx) -> Asked:
        account = odoo_account.of(tx.connection, tx.company)
        if account is None or not account.active:
            raise NoAccount
        if odoo_import.under_way(tx.connection, account.id) is not None:
            raise UnderWay
        who = _who(desk, actor)
        made = odoo_import.add(
            tx,
            account.id,
            what=",".join(stages),
            since=wishes.since,
            source=wishes.source,
            stage=stages[0],
            asked_by=who,
        )
        sync_log.log(tx, account.id, "info", msg("odoo_import.started", operator=who))
        return Asked(made)

    return desk.write(work)


def pause(desk: Desk, actor: Actor | None, import_id: str) -> Asked:
    """Go no further for now. Raises NotUnderWay, NotAllowed."""
    return _move(
        desk, actor, import_id, (RUNNING,), PAUSED, msg("odoo_import.paused", operator=_who(desk, actor))
    )


def resume(desk: Desk, actor: Actor | None, import_id: str) -> Asked:
    """Go on where it stood; also one that nobody paused, and whoever ran it is gone. Raises NotUnderWay, NotAllowed."""
    said = msg("odoo_import.resumed", operator=_who(desk, actor))
    return _move(desk, actor, import_id, (PAUSED, RUNNING), RUNNING, said)


def cancel(desk: Desk, actor: Actor | None, import_id: str) -> Asked:
    """Give it up; what was taken stays. Raises NotUnderWay, NotAllowed."""
    said = msg("odoo_import.given_up", operator=_who(desk, actor))
    return _move(desk, actor, import_id, (RUNNING, PAUSED), CANCELLED, said)


def stopped_by(desk: Desk, import_id: str, failure: Failure) -> None:
    """Something went wrong: it is paused until a person lets it go on, and says why."""
    problem = keep_failure(failure)
    desk.write(lambda tx: odoo_import.move(tx, import_id, (RUNNING,), PAUSED, problem=problem))


def listed(desk: Desk) -> tuple[Import, ...]:
    """The company's imports, newest first."""

    def work(connection: Connection) -> tuple[Import, ...]:
        account = odoo_account.of(connection, desk.company)
        rows = odoo_import.of_account(connection, account.id) if account is not None else []
        tallies = odoo_import.tallies(connection, [row.id for row in rows])
        return tuple(_shown(row, tallies.get(row.id, {})) for row in rows)

    return desk.read(work)


def under_way(desk: Desk) -> Import | None:
    """The import that has not ended."""
    return next((one for one in listed(desk) if not one.has_ended), None)


def standing(desk: Desk, import_id: str) -> Import:
    """This import now. Raises NotUnderWay where there never was one."""
    row, tallies = desk.read(
        lambda c: (odoo_import.find(c, desk.company, import_id), odoo_import.tallies(c, [import_id]))
    )
    if row is None:
        raise NotUnderWay
    return _shown(row, tallies.get(row.id, {}))


def left_out(desk: Desk, import_id: str, limit: int | None = None) -> tuple[LeftOut, ...]:
    """What an import left out, with the reasons. Raises NotUnderWay where there never was one."""
    standing(desk, import_id)
    rows = desk.read(lambda c: odoo_import.lines(c, import_id, limit))
    return tuple(
        LeftOut(one.stage, one.remote_id, one.name, text_of(one.reason) or msg("odoo_import.no_reason"))
        for one in rows
    )


def state_text(state: str) -> Text:
    """How an import stands, in words."""
    return _STATES.get(state, msg("import_run.running"))


def stage_text(stage: str) -> Text:
    """What is imported, or comes with it, in words: one of it."""
    return _KINDS.get(stage, _KINDS[PRODUCTS])[0]


def part_text(part: Part) -> Text:
    """What became of one kind of things, in words."""
    what = _KINDS.get(part.kind, _KINDS[PRODUCTS])[1]
    counts = {"new": part.new, "known": part.known, "doubts": part.doubts}
    if part.kind == ORDERS:
        return msg("odoo_import.part_orders", what=what, alone=part.alone, **counts)
    if part.kind == CUSTOMERS:
        return msg("odoo_import.part_customers", what=what, new=part.new, doubts=part.doubts)
    return msg("odoo_import.part", what=what, **counts)


_KINDS = {
    PRODUCTS: (msg("odoo_import.stage_products"), msg("odoo_import.kind_products")),
    STOCK: (msg("odoo_import.stage_stock"), msg("odoo_import.kind_stock")),
    ORDERS: (msg("odoo_import.stage_orders"), msg("odoo_import.kind_orders")),
    CUSTOMERS: (msg("odoo_import.stage_customers"), msg("odoo_import.kind_customers")),
}
_STATES = {
    RUNNING: msg("import_run.running"),
    PAUSED: msg("import_run.paused"),
    DONE: msg("import_run.done"),
    CANCELLED: msg("import_run.cancelled"),
}


def _move(
    desk: Desk, actor: Actor | None, import_id: str, before: tuple[str, ...], after: str, said: Text
) -> Asked:
    rights.require(desk, Right.ACCOUNTS, actor)

    def work(tx: Tx) -> Asked:
        row = odoo_import.find(tx.connection, desk.company, import_id)
        values = {"ended_at": tx.now} if after == CANCELLED else {}
        if row is None or not odoo_import.move(tx, import_id, before, after, **values):
            raise NotUnderWay
        if after == RUNNING:
            odoo_import.change(tx, import_id, problem=None)
        sync_log.log(tx, row.account_id, "info", said)
        return Asked(import_id)

    return desk.write(work)


def _who(desk: Desk, actor: Actor | None) -> str:
    who = actor or desk.worker
    return who.code if who is not None else ""


def _shown(row: ImportRow, tallies: Mapping[str, TallyRow]) -> Import:
    problem = failure_of(row.problem)
    percent = min(100, row.seen * 100 // row.count) if row.count else None
    return Import(
        id=row.id,
        what=tuple(row.what.split(",")),
        since=row.since,
        state=row.state,
        stage=row.stage,
        percent=100 if row.state == DONE else percent,
        pages=row.pages,
        count=row.count,
        seen=row.seen,
        new=row.new,
        known=row.known,
        doubts=row.doubts,
        problem=problem.happened if problem is not None else None,
        todo=problem.todo if problem is not None else None,
        asked_by=row.asked_by,
        asked_at=row.asked_at,
        ended_at=row.ended_at,
        parts=tuple(
            Part(kind, one.new, one.known, one.alone, one.doubts)
            for kind in (*STAGES, CUSTOMERS)
            if (one := tallies.get(kind)) is not None
        ),
        asks=row.state == PAUSED and problem is not None and problem.code == Untested.code,
    )
