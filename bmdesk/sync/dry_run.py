"""What the next run would write: every intended write with its old and new value, before any is made.

Remotes are read, so that the old values are true; what is read is not kept, and no effect changes its state.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from bmdesk.connectors.base import Connector, Exporter, Planned
from bmdesk.connectors.failures import Fault, RemoteFailure
from bmdesk.services.desk import Desk
from bmdesk.store.queries import accounts, outbox
from bmdesk.store.queries.accounts import AccountRow
from bmdesk.store.queries.outbox import EffectRow
from bmdesk.texts import Failure

_FAR = timedelta(days=3650)
_PAGE = 500


@dataclass(frozen=True, slots=True)
class DryRun:
    """The intended writes, and why some accounts could not be asked."""

    writes: tuple[Planned, ...]
    problems: tuple[Failure, ...]
    complete: bool = True


def dry_run(
    desk: Desk,
    open_account: Callable[[AccountRow], Connector],
    keep_going: Callable[[], bool] = lambda: True,
) -> DryRun:
    """Everything that waits in the outbox, whatever its next attempt, as it would be written now."""
    writes: list[Planned] = []
    problems: list[Failure] = []
    for account in desk.read(lambda c: accounts.of_company(c, desk.company)):
        if not account.active:
            continue
        try:
            connector = open_account(account)
        except Failure as failure:
            problems.append(failure)
            continue
        try:
            writes.extend(_planned(desk, connector, keep_going))
        except RemoteFailure as failure:
            problems.append(failure)
        finally:
            connector.close()
    return DryRun(tuple(writes), tuple(problems), keep_going())


def _planned(desk: Desk, connector: Connector, keep_going: Callable[[], bool]) -> Iterator[Planned]:
    later = desk.clock.now() + _FAR
    for exporter in connector.exporters:
        found = desk.read(
            lambda c, e=exporter: outbox.due(c, connector.account.id, later, later, [e.kind], _PAGE)  # type: ignore[misc]
        )
        for effect in exporter.order(found):
            if not keep_going():
                return
            planned = _plan(exporter, effect)
            if planned is not None:
                yield planned


def _plan(exporter: Exporter, effect: EffectRow) -> Planned | None:
    """One listing that is gone, or that the remote refuses to show, does not end the plan of the others."""
    if effect.listing_id is None and effect.sku_id is None:
        return None
    try:
        return exporter.plan(effect)
    except RemoteFailure as failure:
        if failure.fault not in (Fault.GONE, Fault.REJECTED):
            raise
        return Planned(
            exporter.kind, "", effect.market, "", "", failure.happened, listing_id=effect.listing_id
        )
