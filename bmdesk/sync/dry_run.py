"""What the next run would write: every intended write with its old and new value, before any is made.

Remotes are read, so that the old values are true; what is read is not kept, and no effect changes its state.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from bmdesk.connectors.base import Connector, Exporter, Planned, Urgent
from bmdesk.connectors.failures import RemoteFailure
from bmdesk.domain.effects import Fault, Kind
from bmdesk.services.desk import Desk
from bmdesk.store.queries import accounts, outbox
from bmdesk.store.queries.accounts import AccountRow
from bmdesk.store.queries.outbox import EffectRow
from bmdesk.texts import Failure

_FAR = timedelta(days=3650)
_ALL = 10_000_000


@dataclass(frozen=True, slots=True)
class DryRun:
    """The intended writes, and why some accounts could not be asked. `complete`: all that waits was looked at."""

    writes: tuple[Planned, ...]
    problems: tuple[Failure, ...]
    complete: bool = True


def dry_run(
    desk: Desk,
    open_account: Callable[[AccountRow], Connector],
    keep_going: Callable[[], bool] = lambda: True,
    told: Callable[[int, int], None] = lambda _done, _total: None,
) -> DryRun:
    """Everything that waits in the outbox, whatever its next attempt, as it would be written now.

    `told` hears how many entries were looked at, and of how many.
    """
    writes: list[Planned] = []
    problems: list[Failure] = []
    known = desk.read(lambda c: accounts.of_company(c, desk.company))
    waiting = [(account, _waiting(desk, account)) for account in known if account.active]
    done, total, complete = 0, sum(len(found) for _, found in waiting), True
    for account, found in waiting:
        told(done, total)
        try:
            connector = open_account(account)
        except Failure as failure:
            problems.append(failure)
            complete = complete and not found
            continue
        try:
            for planned in _planned(connector, found):
                done += 1
                told(done, total)
                if planned is not None:
                    writes.append(planned)
                if not keep_going():
                    break
        except RemoteFailure as failure:
            problems.append(failure)
            complete = False
        finally:
            connector.close()
    return DryRun(tuple(writes), tuple(problems), complete and done == total)


def _waiting(desk: Desk, account: AccountRow) -> list[EffectRow]:
    later = desk.clock.now() + _FAR
    return desk.read(lambda c: outbox.due(c, account.id, later, later, list(Kind), _ALL))


def _planned(connector: Connector, found: Sequence[EffectRow]) -> Iterator[Planned | None]:
    """One for each effect, the most important first; None where nothing is written, or it was planned already."""
    seen: set[tuple[str | None, ...]] = set()
    planned_before: set[str] = set()
    for exporter in connector.exporters:
        urgent = isinstance(exporter, Urgent)
        mine = [effect for effect in found if effect.kind == exporter.kind.value]
        mine = [e for e in mine if e.id not in planned_before and (e.urgent or not urgent)]
        for effect in exporter.order(mine) if mine else ():
            planned_before.add(effect.id)
            planned = _plan(exporter, effect)
            if planned is None:
                yield None
                continue
            # What fails and is wanted anew, or stands under two SKUs, is written to one listing once.
            about = planned.listing_id or effect.listing_id or effect.sku_id or effect.key
            target = effect.kind, about, planned.market
            yield None if target in seen else planned
            seen.add(target)


def _plan(exporter: Exporter, effect: EffectRow) -> Planned | None:
    """One listing or order that is gone, or that the remote refuses to show, does not end the plan of the others."""
    if effect.listing_id is None and effect.sku_id is None and effect.order_id is None:
        return None
    try:
        return exporter.plan(effect)
    except RemoteFailure as failure:
        if failure.fault not in (Fault.GONE, Fault.REJECTED):
            raise
        return Planned(
            exporter.kind,
            "",
            effect.market,
            "",
            "",
            failure.happened,
            listing_id=effect.listing_id,
            order_id=effect.order_id,
        )
