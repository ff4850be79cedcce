"""What was read of Odoo and left aside, with the reason; and of a product that both sides changed, a person's word
whose value counts.

Nothing is written at Odoo: where what is here counts, each side keeps its own, and is not asked about again until it
changes.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bmdesk.domain.changes import Change
from bmdesk.domain.rights import Right
from bmdesk.services import rights
from bmdesk.services.desk import Actor, Desk
from bmdesk.services.odoo import odoo_account
from bmdesk.services.odoo.units import products_changed
from bmdesk.services.odoo.units.diverged import Both
from bmdesk.services.odoo.units.units_there import LOT, PRODUCT
from bmdesk.store.engine import Connection
from bmdesk.store.kept import failure_of
from bmdesk.store.queries import catalogue, odoo, orders, sync_log
from bmdesk.store.transaction import Row, Tx
from bmdesk.texts import Failure, Text, msg

_MOST = 500


class NotAside(Failure):
    """Nothing of this number is left aside. Params: `given`."""

    code = "odoo.aside.unknown"


class NothingToChoose(Failure):
    """It is not one that both sides changed. Params: `name`."""

    code = "odoo.aside.nothing_to_choose"


class ChangedSince(Failure):
    """It is not what the person saw any more. Params: `name`."""

    code = "odoo.aside.changed_since"


class TheirsImpossible(Failure):
    """What Odoo says cannot be here. Params: `name`, `reason` (Text)."""

    code = "odoo.aside.impossible"


@dataclass(frozen=True, slots=True)
class Aside:
    """A product or a lot, by its `number` at Odoo; `name` is text from outside. `fields`: what a product's two sides
    say, where a person may choose."""

    kind: str
    number: int
    name: str
    reason: Text
    todo: Text
    at: datetime
    fields: tuple[Both, ...] = ()

    @property
    def id(self) -> str:
        """What it is called on the command line."""
        return f"{self.kind}:{self.number}"

    @property
    def what(self) -> Text:
        return msg("odoo.aside.lot") if self.kind == LOT else msg("odoo.aside.product")


@dataclass(frozen=True, slots=True)
class Decided:
    """`done`: so many. `refused`: why the others were not."""

    done: int
    refused: tuple[Failure, ...] = ()
    changes: frozenset[Change] = field(default_factory=lambda: frozenset({Change.SYNC, Change.CATALOGUE}))


def listed(desk: Desk) -> tuple[Aside, ...]:
    """All that is left aside, what a person may choose first."""

    def work(connection: Connection) -> tuple[Aside, ...]:
        account = odoo_account.of(connection, desk.company)
        if account is None:
            return ()
        rows = orders.quarantined(connection, [account.id], _MOST)
        found = [
            _shown(connection, desk.company, account.id, row)
            for row in rows
            if row["kind"] in (PRODUCT, LOT) and row["remote_id"].isdigit()
        ]
        return tuple(sorted(found, key=lambda one: not one.fields))

    return desk.read(work)


def find(desk: Desk, given: str) -> Aside:
    """The one that is called so, or has this number at Odoo. Raises NotAside."""
    said = given.strip().casefold()
    found = [one for one in listed(desk) if said in (one.id, str(one.number))]
    if len(found) != 1:
        raise NotAside(given=given[:40])
    return found[0]


def decide(desk: Desk, actor: Actor, chosen: Collection[Aside], *, theirs: bool) -> Decided:
    """Whose value counts: Odoo's, which is taken over, or each side's own. Raises NotAllowed."""
    rights.require(desk, Right.QUEUE, actor)
    done, refused = 0, []
    for one in chosen:
        try:
            desk.write(lambda tx, o=one: _decide(tx, actor, o, theirs=theirs))  # type: ignore[misc]
            done += 1
        except (NothingToChoose, ChangedSince, TheirsImpossible) as no:
            refused.append(no)
    return Decided(done, tuple(refused))


def _decide(tx: Tx, actor: Actor, one: Aside, *, theirs: bool) -> None:
    """Raises NothingToChoose, ChangedSince, TheirsImpossible."""
    if not one.fields:
        raise NothingToChoose(name=one.name)
    account = odoo_account.of(tx.connection, tx.company)
    if account is None or not account.active:
        raise ChangedSince(name=one.name)
    kept = orders.quarantined_body(tx.connection, account.id, PRODUCT, str(one.number))
    record = odoo.by_remote(tx.connection, account.id, PRODUCT, [one.number]).get(one.number)
    if kept is None or record is None:
        raise ChangedSince(name=one.name)
    body = _body(kept)
    if _both(tx.connection, tx.company, account.id, one.number, body) != one.fields:
        raise ChangedSince(name=one.name)
    row = catalogue.variant(tx.connection, record.local_id)
    there = {both.field: both.there for both in one.fields}
    if theirs:
        problem = products_changed.against(tx, row, there, int(body.get("namesakes") or 1))
        if problem is not None:
            raise TheirsImpossible(name=one.name, reason=problem)
        products_changed.save(tx, row, {_COLUMNS[name]: value for name, value in there.items()})
    base = dict(record.base) if isinstance(record.base, dict) else {}
    odoo.agree(tx, account.id, PRODUCT, record.local_id, one.number, {**base, **there})
    orders.release_quarantined(tx, account.id, PRODUCT, [str(one.number)])
    said = ", ".join(both.there if theirs else both.here for both in one.fields)[:200]
    given = {"product": one.name, "said": said, "operator": actor.code}
    told = msg("odoo.aside.log_theirs", **given) if theirs else msg("odoo.aside.log_ours", **given)
    sync_log.log(tx, account.id, "info", told)


_COLUMNS = {"barcode": "ean", "code": "model_code"}


def _shown(connection: Connection, company: str, account_id: str, row: Row) -> Aside:
    failure = failure_of(row["reason"])
    number = int(row["remote_id"])
    kept = orders.quarantined_body(connection, account_id, row["kind"], row["remote_id"])
    body = _body(kept) if kept is not None else {}
    fields = _both(connection, company, account_id, number, body) if row["kind"] == PRODUCT else ()
    return Aside(
        row["kind"],
        number,
        str(body.get("lot") or body.get("product") or number)[:200],
        _reason(failure),
        failure.todo if failure is not None else msg("odoo.in.product_aside.todo"),
        row["at"],
        fields,
    )


def _reason(failure: Failure | None) -> Text:
    """Without the product's name, which stands beside it."""
    if failure is None:
        return msg("odoo_import.no_reason")
    alone = failure.params.get("reason") if failure.code == products_changed.ProductAside.code else None
    return alone if isinstance(alone, Text) else failure.happened


def _both(
    connection: Connection, company: str, account_id: str, number: int, body: dict[str, Any]
) -> tuple[Both, ...]:
    """What is here and what was seen there of a product that stands for a model, where neither followed the other."""
    record = odoo.by_remote(connection, account_id, PRODUCT, [number]).get(number)
    row = catalogue.find_variant(connection, company, record.local_id) if record is not None else None
    if record is None or row is None or not isinstance(record.base, dict):
        return ()
    return products_changed.apart(
        row, record.base, str(body.get("barcode") or ""), str(body.get("code") or "")
    )


def _body(kept: Row) -> dict[str, Any]:
    body = kept["body"]
    return body if isinstance(body, dict) else {}
