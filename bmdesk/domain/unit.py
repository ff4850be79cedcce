"""The life of one device: its states, and which move is legal.

Knows nothing of who moves it or where it lies. `listed` is no state: it is how a ready unit is shown once its
listing was read online.
"""

from __future__ import annotations

from enum import StrEnum

from bmdesk.texts import Failure, Text, msg


class State(StrEnum):
    """Where a unit stands. Stored as its value."""

    EXPECTED = "expected"
    RECEIVED = "received"
    INSPECTING = "inspecting"
    HELD = "held"
    READY = "ready"
    RESERVED = "reserved"
    PACKED = "packed"
    SHIPPED = "shipped"
    RETURNED = "returned"
    IN_REPAIR = "in_repair"
    GONE = "gone"


class GoneReason(StrEnum):
    """Why a unit left without one of our parcels."""

    SOLD_ELSEWHERE = "sold_elsewhere"
    LOST = "lost"
    RETURNED_TO_SUPPLIER = "returned_to_supplier"
    SCRAPPED = "scrapped"


class IllegalMove(Failure):
    """A state change that the life of a unit does not know. Params: `before`, `after` (states as texts)."""

    code = "unit.illegal_move"


_S = State
MOVES: dict[State, frozenset[State]] = {
    _S.EXPECTED: frozenset({_S.RECEIVED, _S.READY, _S.HELD, _S.GONE}),
    _S.RECEIVED: frozenset(
        {_S.EXPECTED, _S.INSPECTING, _S.HELD, _S.READY, _S.IN_REPAIR, _S.SHIPPED, _S.GONE}
    ),
    _S.INSPECTING: frozenset(
        {_S.RECEIVED, _S.HELD, _S.READY, _S.RETURNED, _S.IN_REPAIR, _S.SHIPPED, _S.GONE}
    ),
    _S.HELD: frozenset({_S.RECEIVED, _S.INSPECTING, _S.READY, _S.IN_REPAIR, _S.SHIPPED, _S.GONE}),
    _S.READY: frozenset({_S.INSPECTING, _S.HELD, _S.RESERVED, _S.IN_REPAIR, _S.SHIPPED, _S.GONE}),
    _S.RESERVED: frozenset({_S.READY, _S.HELD, _S.PACKED}),
    _S.PACKED: frozenset({_S.RESERVED, _S.READY, _S.HELD, _S.SHIPPED}),
    _S.SHIPPED: frozenset({_S.RETURNED, _S.RECEIVED, _S.GONE}),
    _S.RETURNED: frozenset({_S.INSPECTING, _S.HELD, _S.IN_REPAIR, _S.SHIPPED, _S.GONE}),
    _S.IN_REPAIR: frozenset(
        {_S.RECEIVED, _S.INSPECTING, _S.HELD, _S.READY, _S.RETURNED, _S.SHIPPED, _S.GONE}
    ),
    _S.GONE: frozenset({_S.RECEIVED, _S.RETURNED}),
}
"""Legal moves. Steps back (inspecting -> received, received -> expected, in_repair -> ready) serve UNDO.

Straight to shipped: another tool sold it, and its identifier or a person says with which order line.
"""

IN_HOUSE = frozenset(
    {_S.RECEIVED, _S.INSPECTING, _S.HELD, _S.READY, _S.RESERVED, _S.PACKED, _S.RETURNED, _S.IN_REPAIR}
)
PROMISED = frozenset({_S.RESERVED, _S.PACKED})
"""States in which the unit belongs to an order: the bench may look, but not change."""
JUDGED = IN_HOUSE - PROMISED
"""States in which the gate is asked what keeps the unit from being listed."""


def move(before: State, after: State) -> State:
    """The new state, when the move is legal or no move at all. Raises IllegalMove, naming both states."""
    if after == before or after in MOVES[before]:
        return after
    raise IllegalMove(before=state_text(before), after=state_text(after))


def state_text(state: State) -> Text:
    """The state in words."""
    return msg(f"state.{state.value}")


def gone_text(reason: GoneReason) -> Text:
    """Why a unit is gone, in words."""
    return msg(f"unit.gone_{reason.value}")
