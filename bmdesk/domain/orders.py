"""An order and its lines: where each stands, what its seller may do next, and what needs a person.

Everything is derived from the lines: Back Market's own state of an order says little (9 is not "shipped"). Knows no
units, no parcels, no store; the states of a unit are in domain.unit.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from bmdesk.domain.rights import Right
from bmdesk.texts import Text, msg


class LineState(StrEnum):
    """Where a line stands here. Stored as its value; Back Market's number is kept beside it."""

    WAITING = "waiting"
    """Ordered, not paid yet: nothing may be done."""
    TO_ACCEPT = "to_accept"
    ACCEPTED = "accepted"
    PACKED = "packed"
    """Every piece was proven and lies in a closed parcel."""
    SHIPPED = "shipped"
    CANCELLED = "cancelled"
    REFUNDED = "refunded"
    UNPAID = "unpaid"


class Remote:
    """Back Market's numbers of a line's state."""

    NEW, PENDING, ON_HOLD = 0, 8, 9
    PAID, ACCEPTED, SHIPPED = 1, 2, 3
    CANCELLED, REFUNDED_BEFORE, REFUNDED_AFTER, UNPAID = 4, 5, 6, 7


TAKEN_BACK = frozenset({Remote.CANCELLED, Remote.REFUNDED_BEFORE, Remote.REFUNDED_AFTER, Remote.UNPAID})
"""Remote states of a line that the customer does not buy, or not any more."""

OPEN = (LineState.WAITING, LineState.TO_ACCEPT, LineState.ACCEPTED, LineState.PACKED)
"""States in which something is still to be done, the least advanced first."""

TO_FULFIL = frozenset({LineState.TO_ACCEPT, LineState.ACCEPTED, LineState.PACKED})
"""Paid and not gone: pieces that must be in hand."""

NOT_PACKED = (LineState.WAITING, LineState.TO_ACCEPT, LineState.ACCEPTED)
"""Open, and nothing lies in a parcel yet: who fulfils it may still change."""

_OF_REMOTE = {
    Remote.PAID: LineState.TO_ACCEPT,
    Remote.ACCEPTED: LineState.ACCEPTED,
    Remote.SHIPPED: LineState.SHIPPED,
    Remote.CANCELLED: LineState.CANCELLED,
    Remote.REFUNDED_BEFORE: LineState.REFUNDED,
    Remote.REFUNDED_AFTER: LineState.REFUNDED,
    Remote.UNPAID: LineState.UNPAID,
}

# The orders' list never shows them with a state of their own: an order that was never paid has waiting lines.
_UNPAID_ORDER = 8


def line_state(remote: int, *, order_state: int = 0) -> LineState:
    """Where Back Market has a line. That all its pieces lie in a closed parcel here (PACKED) is added by the caller."""
    state = _OF_REMOTE.get(remote, LineState.WAITING)
    if state is LineState.WAITING and order_state == _UNPAID_ORDER:
        return LineState.UNPAID
    return state


def order_state(lines: Iterable[LineState]) -> LineState:
    """The least advanced open line; of an order without one, what most of its goods became: shipped before refunded
    before cancelled before unpaid. An order without lines waits.
    """
    found = set(lines)
    for state in OPEN:
        if state in found:
            return state
    ended = (LineState.SHIPPED, LineState.REFUNDED, LineState.CANCELLED, LineState.UNPAID)
    return next((state for state in ended if state in found), LineState.WAITING)


class Handling(StrEnum):
    """What bmdesk does with the orders of an account: the setting `backmarket.[account.]orders`."""

    READ = "read"
    """Shows them and counts them. Nothing is reserved or written."""
    BY_HAND = "by_hand"
    """Reserves; a person accepts."""
    AUTOMATIC = "automatic"
    """Reserves, and accepts what is reserved."""


class Conflict(StrEnum):
    """What a person must decide about a line. Stored as its value; texts `conflict.<value>.{title,happened,todo}`."""

    NO_UNIT = "no_unit"
    """Sold, and no unit of this SKU is left."""
    UNKNOWN_SKU = "unknown_sku"
    """The line's listing is linked to nothing that bmdesk knows, and it is bmdesk's to fulfil."""
    MIXED_VAT = "mixed_vat"
    """The units at hand would mix the margin scheme and regular VAT in one order."""
    UNIT_UNFIT = "unit_unfit"
    """The reserved unit may not be sold any more (its evidence became too old, or a rule changed)."""
    SOLD_ELSEWHERE = "sold_elsewhere"
    """The packed unit has left by the books of another system: sold there, or lost."""
    DELIVERED_THERE = "delivered_there"
    """Another system delivered it, and not as it may be told: another device, no parcel number, not sold any more."""
    CANCELLED_THERE = "cancelled_there"
    """Cancelled in another system, and still sold here."""
    GONE_WHILE_PACKED = "gone_while_packed"
    """Cancelled or refunded after the parcel was closed: the device must come out of it again."""
    GONE_IN_TRANSIT = "gone_in_transit"
    """Refunded after it had left: it comes back, or is lost."""
    WENT_BACK = "went_back"
    """Back Market says paid again where it was accepted before."""
    SHIPPED_ELSEWHERE = "shipped_elsewhere"
    """Another tool shipped it while a unit was reserved here: which one left?"""
    OTHER_IDENTIFIER = "other_identifier"
    """Back Market has another identifier for this line than the unit that left from here."""
    CHANGED = "changed"
    """Quantity or goods of the line are not what they were when units were reserved."""
    ADDRESS = "address"
    """The order goes elsewhere since its parcel got a label."""
    NO_LABEL = "no_label"
    """Back Market makes the label of the order, and it has not come when it is needed."""
    REFUSED = "refused"
    """Back Market refused a step of this order."""
    TOO_LATE = "too_late"
    """It was shipped before what a person asked could be sent: nothing was sent, and the customer gets it."""
    UNCERTAIN = "uncertain"
    """A step may have happened or not, and cannot be looked up: a person says."""


class Way(StrEnum):
    """How a person settles a conflict. Texts `conflict.way_<value>`. Those of NAMES_A_UNIT go with a unit's id."""

    LOOK_AGAIN = "look_again"
    """Look for units once more: something was linked, graded, put away."""
    NOT_OURS = "not_ours"
    """Another tool sees to this line: it is only shown and counted from now on."""
    ASSIGN = "assign"
    """This very unit is for the line."""
    SWAP = "swap"
    """Another unit than the one that became unfit."""
    KEEP = "keep"
    """What is reserved is right as it is."""
    TAKEN_OUT = "taken_out"
    """The device was taken out of the closed parcel and is back on the shelf."""
    LEFT_SO = "left_so"
    """It left as it is: the marketplace is to be told."""
    LEFT = "left"
    """It had left the house already: it is on its way all the same."""
    BACK = "back"
    """The parcel comes back."""
    LOST = "lost"
    """The parcel is lost."""
    KEPT = "kept"
    """The customer keeps the device."""
    ACCEPT_AGAIN = "accept_again"
    OURS_LEFT = "ours_left"
    """The unit that was reserved here is the one that left."""
    WHICH_UNIT = "which_unit"
    """This other unit left."""
    NONE_LEFT = "none_left"
    """Nothing of ours left with it: what was reserved is for sale again."""
    ASK_LABEL = "ask_label"
    """Ask for the label once more, at once."""
    OWN_CARRIER = "own_carrier"
    """The parcel goes with a carrier of the seller's own."""
    RETRY = "retry"
    """Ask the marketplace once more."""
    HAPPENED = "happened"
    DID_NOT_HAPPEN = "did_not_happen"


NAMES_A_UNIT = frozenset({Way.ASSIGN, Way.WHICH_UNIT})

WAYS: dict[Conflict, tuple[Way, ...]] = {
    Conflict.NO_UNIT: (Way.LOOK_AGAIN, Way.ASSIGN, Way.NOT_OURS),
    Conflict.UNKNOWN_SKU: (Way.LOOK_AGAIN, Way.ASSIGN, Way.NOT_OURS),
    Conflict.MIXED_VAT: (Way.LOOK_AGAIN, Way.ASSIGN, Way.NOT_OURS),
    Conflict.UNIT_UNFIT: (Way.SWAP, Way.KEEP),
    Conflict.SOLD_ELSEWHERE: (Way.TAKEN_OUT, Way.KEEP),
    Conflict.DELIVERED_THERE: (Way.LEFT_SO, Way.KEEP, Way.NOT_OURS),
    Conflict.CANCELLED_THERE: (Way.KEEP,),
    Conflict.GONE_WHILE_PACKED: (Way.TAKEN_OUT, Way.LEFT),
    Conflict.GONE_IN_TRANSIT: (Way.BACK, Way.LOST, Way.KEPT),
    Conflict.WENT_BACK: (Way.ACCEPT_AGAIN, Way.NOT_OURS),
    Conflict.SHIPPED_ELSEWHERE: (Way.OURS_LEFT, Way.WHICH_UNIT, Way.NONE_LEFT),
    Conflict.OTHER_IDENTIFIER: (Way.TAKEN_OUT, Way.WHICH_UNIT, Way.OURS_LEFT),
    Conflict.CHANGED: (Way.LOOK_AGAIN, Way.TAKEN_OUT, Way.KEEP),
    Conflict.ADDRESS: (Way.TAKEN_OUT, Way.KEEP),
    Conflict.NO_LABEL: (Way.ASK_LABEL, Way.OWN_CARRIER),
    Conflict.REFUSED: (Way.RETRY, Way.KEEP),
    Conflict.TOO_LATE: (Way.KEEP,),
    Conflict.UNCERTAIN: (Way.HAPPENED, Way.DID_NOT_HAPPEN),
}
"""The ways out of each conflict, the likeliest first. Cancelling or refunding the line ends it too, and comes last."""

RIGHT_OF_WAY = {
    Way.OWN_CARRIER: Right.OVERRIDE,
    Way.LEFT_SO: Right.OVERRIDE,
    Way.HAPPENED: Right.CANCEL,
    Way.DID_NOT_HAPPEN: Right.CANCEL,  # money may be given once more
}
"""The ways that not everybody may choose. The others are for whoever has the parcel in hand."""


@dataclass(frozen=True, slots=True)
class Sold:
    """What a line promised, as it was when it was ordered. `grade` one of grading.SCALE or empty."""

    sku_id: str | None
    grade: str
    quantity: int


_CONDITIONS = {9: "PREMIUM", 10: "EXCELLENT", 11: "GOOD", 12: "FAIR"}
# Orders from before mid 2021: the grades of that time (backmarket/notes, observed).
_OLD_CONDITIONS = {0: "EXCELLENT", 1: "EXCELLENT", 2: "GOOD", 3: "FAIR", 4: "NOT_FOR_SALE"}


def condition_grade(condition: int | None) -> str:
    """The grade that Back Market's `condition` of an orderline promised; empty where it says nothing known."""
    if condition is None:
        return ""
    return _CONDITIONS.get(condition) or _OLD_CONDITIONS.get(condition, "")


class Step(StrEnum):
    """What a person asks of a line that Back Market must hear. Stored as its value."""

    CANCEL = "cancel"
    """Before it was accepted."""
    REFUND_BEFORE = "refund_before"
    """Accepted, not shipped."""
    REFUND_AFTER = "refund_after"
    """Shipped, all of it."""
    REFUND_PART = "refund_part"
    """Shipped, a part of the money: cannot be read back, so it is never repeated."""


REASONS = {
    "stock": 0,
    "withdrawal": 1,
    "wrong_address": 11,
    "undelivered": 12,
    "lost": 13,
    "faulty_on_arrival": 21,
    "faulty_first_use": 22,
    "faulty_in_warranty": 23,
    "not_as_described": 24,
    "other": 25,
}
"""Why a line is cancelled or refunded: our words and Back Market's numbers."""


def undoing(state: LineState, *, whole: bool = True) -> Step | None:
    """How a line in this state is taken back, or None where it cannot be. `whole`: all of the money."""
    if state is LineState.TO_ACCEPT:
        return Step.CANCEL if whole else None
    if state in (LineState.ACCEPTED, LineState.PACKED):
        return Step.REFUND_BEFORE if whole else None
    if state is LineState.SHIPPED:
        return Step.REFUND_AFTER if whole else Step.REFUND_PART
    return None


TARGET = {
    Step.CANCEL: Remote.CANCELLED,
    Step.REFUND_BEFORE: Remote.REFUNDED_BEFORE,
    Step.REFUND_AFTER: Remote.REFUNDED_AFTER,
}
"""Back Market's state of the line once the step has happened."""


class LineAction(StrEnum):
    """What a person may ask of a line."""

    ACCEPT = "accept"
    CANCEL = "cancel"
    """Also the whole refund before it is shipped: the customer gets the money back and nothing leaves."""
    REFUND = "refund"
    ASSIGN = "assign"


def line_actions(state: LineState, *, asked: bool) -> tuple[LineAction, ...]:
    """What may be done with a line in this state. `asked`: a person asked for something that has not happened yet."""
    found = [LineAction.ASSIGN] if state in (LineState.TO_ACCEPT, LineState.ACCEPTED) else []
    if asked:
        return tuple(found)
    if state is LineState.TO_ACCEPT:
        found.insert(0, LineAction.ACCEPT)
    step = undoing(state)
    if step in (Step.CANCEL, Step.REFUND_BEFORE):
        found.append(LineAction.CANCEL)
    if step in (Step.REFUND_BEFORE, Step.REFUND_AFTER):
        found.append(LineAction.REFUND)
    return tuple(found)


def step_text(step: Step) -> Text:
    """What a person asked for, in words."""
    return msg(f"order.step.{step.value}")


def way_text(way: Way) -> Text:
    """A way out of a conflict, as its button says it."""
    return msg(f"conflict.way_{way.value}")


def state_text(state: LineState) -> Text:
    """The state in words."""
    return msg(f"order.state.{state.value}")


def reason_text(reason: str) -> Text:
    """One of REASONS in words."""
    return msg(f"order.reason.{reason}")
