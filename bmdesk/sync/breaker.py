"""When an account rests: so many failures of its connection in a row, a refused token, a person's pause.

Two things are told apart: that nothing gets through, and that reads work while the answers to writes are lost. Then the
sending alone rests, and only a write that came through ends the count.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from bmdesk.connectors.failures import RemoteFailure
from bmdesk.domain.effects import Fault
from bmdesk.store.engine import Connection
from bmdesk.store.kept import keep_failure
from bmdesk.store.queries import accounts, sync_log
from bmdesk.store.transaction import Tx
from bmdesk.sync.retry import is_connection, rest_after
from bmdesk.texts import Failure

LOST = Fault.AMBIGUOUS.value
"""The account's `block_fault` from the first write on whose answer was lost, until a write comes through."""


def is_allowed(connection: Connection, account_id: str) -> bool:
    """Whether a person lets this account be read and written."""
    return accounts.account(connection, account_id).may_run


def succeeded(tx: Tx, account_id: str, *, wrote: bool) -> None:
    """The account gave a good answer; `wrote`: to a write."""
    values: dict[str, Any] = {"last_success_at": tx.now}
    if wrote or accounts.account(tx.connection, account_id).block_fault != LOST:
        values |= {"failures": 0, "blocked_until": None, "block_fault": "", "block_text": None}
    accounts.set_account(tx, account_id, **values)


def failed(tx: Tx, account_id: str, failure: RemoteFailure, jitter: float) -> bool:
    """Count a failure of the account; whether it must rest now."""
    failures = accounts.account(tx.connection, account_id).failures + is_connection(failure)
    accounts.set_account(tx, account_id, failures=failures)
    if failure.fault is Fault.AMBIGUOUS and is_connection(failure):
        accounts.set_account(tx, account_id, block_fault=LOST)
    until = rest_after(failure, failures, tx.now, jitter)
    if until is None:
        return False
    block(tx, account_id, failure, failure.fault.value, until)
    if failure.aloud:
        sync_log.log(tx, account_id, "error", failure.happened)
    return True


def block(tx: Tx, account_id: str, failure: Failure, fault: str, until: datetime) -> None:
    """The account makes no call until then."""
    accounts.set_account(
        tx, account_id, blocked_until=until, block_fault=fault, block_text=keep_failure(failure)
    )
