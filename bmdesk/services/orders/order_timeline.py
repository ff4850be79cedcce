"""An order's timeline: what was told when it happened, and between it what the order and its lines show by themselves.

Dates that Back Market gives are named so: its clock is not ours, and what it did before we read is known from it alone.
Who bought is never in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from bmdesk.domain.orders import LineState, state_text
from bmdesk.services.orders.order_shown import Event
from bmdesk.store.kept import text_of
from bmdesk.store.queries.orders import LineRow
from bmdesk.store.transaction import Row
from bmdesk.texts import Text, msg

_ENDED = frozenset({LineState.SHIPPED, LineState.CANCELLED, LineState.REFUNDED, LineState.UNPAID})
_OF_ITS_END = frozenset({"order.event.now", "order.event.theirs", "order.event.left"})
_DATED_THERE = (
    ("created_at", "order.event.ordered"),
    ("paid_at", "order.event.paid"),
    ("shipped_at", "order.event.shipped_there"),
)


def timeline(order: Row, lines: Sequence[LineRow], told: Iterable[Row]) -> tuple[Event, ...]:
    """All that happened to this order, oldest first."""
    events = [_told(row) for row in told]
    return tuple(sorted([*_shown_by_itself(order, lines, events), *events], key=lambda one: one.at))


def _shown_by_itself(order: Row, lines: Sequence[LineRow], told: Sequence[Event]) -> list[Event]:
    # Of a parcel that was told from here Back Market's date is ours, given back.
    echo = any(one.what.code == "order.event.told" for one in told)
    found = [
        _event(order[column], msg(code))
        for column, code in _DATED_THERE
        if order[column] is not None and not (echo and column == "shipped_at")
    ]
    if lines:
        found.append(_event(min(one.first_read_at for one in lines), msg("order.event.first_read")))
    followed = {one.line_id for one in told if one.what.code in _OF_ITS_END}
    for line in lines:
        state = LineState(line.state)
        dated = state is LineState.SHIPPED and (echo or order["shipped_at"] is not None)
        if state in _ENDED and line.id not in followed and not dated:
            said = msg("order.event.found", sku=line.sku_text, state=state_text(state))
            found.append(_event(line.first_read_at, said, line.id))
    return found


def _told(row: Row) -> Event:
    what = text_of(row["text"])
    assert what is not None, "every event has its text"
    return Event(row["at"], row["operator"], row["station"], what, row["line_id"])


def _event(at: datetime, what: Text, line_id: str | None = None) -> Event:
    return Event(at, "", "", what, line_id)
