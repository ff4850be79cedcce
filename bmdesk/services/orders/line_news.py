"""What an order's timeline is told of a line that was read again: what is new at Back Market, and whose doing it is."""

from __future__ import annotations

from collections.abc import Callable

from bmdesk.domain.orders import LineState, state_text
from bmdesk.store.queries.orders import LineRow
from bmdesk.texts import Text, msg

_NEWS = frozenset(
    {LineState.ACCEPTED, LineState.SHIPPED, LineState.CANCELLED, LineState.REFUNDED, LineState.UNPAID}
)


def news(
    before: LineRow | None, line: LineRow, state: LineState, *, by_us: Callable[[], bool]
) -> Text | None:
    """What Back Market shows anew of a line that was read before, or None. Our own parcel says itself that it left.

    `by_us`: whether it is what bmdesk asked for; asked where there is news alone.
    """
    in_our_parcel = line.state == LineState.PACKED and state in (LineState.ACCEPTED, LineState.SHIPPED)
    if before is None or state not in _NEWS or in_our_parcel:
        return None
    if state is LineState.UNPAID or by_us():
        return msg("order.event.now", sku=line.sku_text, state=state_text(state))
    return msg("order.event.theirs", sku=line.sku_text, state=state_text(state))


def other_goods(before: LineRow | None, line: LineRow) -> Text | None:
    """That the line is of other goods, or of more or fewer pieces, than when it was read before; or None."""
    if before is None or (before.sku_text, before.quantity) == (line.sku_text, line.quantity):
        return None
    was = {"was": before.sku_text, "was_pieces": before.quantity}
    return msg("order.event.other_goods", sku=line.sku_text, pieces=line.quantity, **was)
