"""What is remembered of an order's delivery at Odoo between two readings: which transfers are settled, which units were
set aside for it, whether it is to be looked at again though nothing changes there, and what a person said of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bmdesk.services.odoo import odoo_account
from bmdesk.store.engine import Connection
from bmdesk.store.queries import odoo
from bmdesk.store.transaction import Tx

_KNOWN, _AGAIN = "delivery", "sale_again"
"""Kinds of records, one for an order. Stored so. There are few of the second: it is read whole."""


@dataclass(frozen=True, slots=True)
class Known:
    """`transfers`: those that both sides know of. `held`: the reason for which a unit was set aside, by its id."""

    transfers: frozenset[int] = frozenset()
    held: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Word:
    """What a person let pass, by unit, and who; `said`: the timeline knows what it waits for."""

    by: str = ""
    let: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    said: bool = False


def to_see(connection: Connection, account_id: str) -> list[int]:
    """The sales there that are to be read whether they changed or not."""
    return [row.remote_id for row in odoo.of_kind(connection, account_id, _AGAIN).values()]


def known(connection: Connection, account_id: str, order_id: str) -> Known:
    base = _base(connection, account_id, _KNOWN, order_id)
    return Known(frozenset(base.get("transfers", ())), dict(base.get("held", {})))


def note(tx: Tx, account_id: str, order_id: str, sale_id: int, now: Known) -> None:
    """Keep this, where it is new."""
    if now != known(tx.connection, account_id, order_id):
        base = {"transfers": sorted(now.transfers), "held": dict(now.held)}
        odoo.agree(tx, account_id, _KNOWN, order_id, sale_id, base)


def word(connection: Connection, account_id: str, order_id: str) -> Word | None:
    """None: nothing of it waits to be looked at again."""
    base = _base(connection, account_id, _AGAIN, order_id)
    if not base:
        return None
    let = {unit: tuple(what) for unit, what in base.get("let", {}).items()}
    return Word(str(base.get("by", "")), let, bool(base.get("said")))


def look_again(tx: Tx, account_id: str, order_id: str, sale_id: int, now: Word) -> None:
    """The next reading looks at it, whether it changed or not."""
    if now != word(tx.connection, account_id, order_id):
        let = {unit: list(what) for unit, what in now.let.items()}
        base = {"by": now.by, "let": let, "said": now.said}
        odoo.agree(tx, account_id, _AGAIN, order_id, sale_id, base)


def done(tx: Tx, account_id: str, order_id: str) -> None:
    """It is looked at again when it changes there."""
    odoo.forget(tx, account_id, _AGAIN, order_id)


def let_pass(tx: Tx, order_id: str, sale_id: int, let: Mapping[str, Sequence[str]], by: str) -> None:
    """A person with the right to says: it left so. The next reading tells the marketplace, if all is as it was."""
    account = odoo_account.of(tx.connection, tx.company)
    if account is not None:
        passed = {unit: tuple(what) for unit, what in let.items()}
        look_again(tx, account.id, order_id, sale_id, Word(by, passed))


def _base(connection: Connection, account_id: str, kind: str, order_id: str) -> Mapping[str, Any]:
    row = odoo.records(connection, account_id, kind, [order_id]).get(order_id)
    return row.base if row is not None and isinstance(row.base, dict) else {}
