"""What waits in the outbox of one account, in the order in which it goes out: zeros before all else, however many wait.

It chooses and postpones; it sends nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bmdesk.connectors.base import Connector, Exporter, Room, Urgent
from bmdesk.domain.effects import Kind, kind_text
from bmdesk.services.desk import Desk
from bmdesk.store.queries import outbox, sync_log
from bmdesk.store.queries.outbox import EffectRow
from bmdesk.store.transaction import Tx
from bmdesk.texts import Failure, msg

_PAGE = 200
_LONGEST = 50_000
_ORDER_HOLDS = timedelta(minutes=1)


class HourFull(Failure):
    """The marketplace takes so many lines in an hour, and they are used up. Params: until."""

    code = "effect.hour_full"


@dataclass(slots=True)
class _Queue:
    """A long backlog in its order, as far as it is not sent yet. `newest`: the newest id when it was put in order."""

    at: datetime
    newest: str
    ids: list[str]
    none: bool
    """None of them is this exporter's."""


class Backlog:
    """The backlog of one account in one run. `everything`: nothing waits for more of the same to gather."""

    def __init__(self, desk: Desk, connector: Connector, *, everything: bool) -> None:
        self._desk, self._connector, self._everything = desk, connector, everything
        self._id = connector.account.id
        self._queues: dict[int, _Queue] = {}

    def is_empty(self) -> bool:
        """Whether nothing is due: one question instead of one an exporter, for most runs find nothing."""
        now, gathered = self._desk.clock.now(), self._gathered
        return not self._desk.read(lambda c: outbox.is_due(c, self._id, now, gathered))

    def waiting(self, exporter: Exporter, at_once: int) -> list[EffectRow]:
        """What is due of this kind, or its beginning, the most important first.

        More than a page is put in order as a whole, once a minute; what became urgent meanwhile goes before it.
        """
        kind, urgent = exporter.kind, isinstance(exporter, Urgent)
        which = id(exporter)  # several may share a kind, each with an order of its own
        found = self._due(kind, _PAGE, urgent=urgent)
        if len(found) < _PAGE:
            self._queues.pop(which, None)
            return list(exporter.order(found)) if found else []
        queue = self._queues.get(which)
        now = self._desk.clock.now()
        if (
            queue is None
            or not (queue.ids or queue.none)
            or not timedelta(0) <= now - queue.at <= _ORDER_HOLDS
        ):
            whole = self._due(kind, _LONGEST, urgent=urgent)
            newest = max(one.id for one in whole)
            ids = [one.id for one in exporter.order(whole)]
            queue = self._queues[which] = _Queue(now, newest, ids, none=not ids)
        fresh = self._due(kind, _PAGE, urgent_since=queue.newest)
        rest: list[EffectRow] = []
        size = max(_PAGE, exporter.batch)
        while queue.ids and not rest:  # a page may have been sent, cancelled or postponed meanwhile
            page, queue.ids = queue.ids[:size], queue.ids[size:]
            known = {one.id: one for one in self._due(kind, size, only=page)}
            rest = [known[one] for one in page if one in known]
        take = max(exporter.batch, at_once)
        queue.ids = [one.id for one in rest[take:]] + queue.ids
        return [*(exporter.order(fresh) if fresh else ()), *rest][: max(take, len(fresh))]

    def postpone(self, kind: Kind, room: Room) -> None:
        """The hour is full: the rest goes later, and says so."""
        if room.until is None:
            return
        gathered, until, plenty = self._gathered, room.until, room.plenty or room.until

        def note(tx: Tx) -> None:
            both = ((True, until), (False, plenty))
            counted = [
                outbox.postpone(
                    tx, self._id, kind, urgent=urgent, gathered=gathered, until=at, why=HourFull(until=at)
                )
                for urgent, at in both
            ]
            if sum(counted):
                text = msg("sync.hour_full", kind=kind_text(kind), count=sum(counted), until=until)
                sync_log.log(tx, self._id, "info", text)

        self._desk.write(note)

    @property
    def _gathered(self) -> datetime:
        now = self._desk.clock.now()
        return now if self._everything else now - self._connector.gather

    def _due(
        self,
        kind: Kind,
        limit: int,
        only: Sequence[str] | None = None,
        *,
        urgent: bool = False,
        urgent_since: str = "",
    ) -> list[EffectRow]:
        now, gathered = self._desk.clock.now(), self._gathered
        return self._desk.read(
            lambda c: outbox.due(
                c, self._id, now, gathered, [kind], limit, only=only, urgent=urgent, urgent_since=urgent_since
            )
        )
