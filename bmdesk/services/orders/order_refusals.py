"""Why an order's step cannot be taken. Each says what happened and what to do."""

from __future__ import annotations

from bmdesk.services.grading.refusals import Refusal


class OnlyRead(Refusal):
    """The account's orders are only read. Params: `account`."""

    code = "order.only_read"


class UnknownLine(Refusal):
    """No line has this id. Params: `given`."""

    code = "order.no_such_line"


class NothingToAccept(Refusal):
    """No line of the order waits to be accepted. Params: `order`, `state` (a Text)."""

    code = "order.nothing_to_accept"


class NotInThatState(Refusal):
    """The line is not where this step begins. Params: `order`, `state` (a Text)."""

    code = "order.line_not_there"


class AskedAlready(Refusal):
    """Somebody asked for a step of this line that has not happened yet. Params: `order`, `step` (a Text)."""

    code = "order.asked_already"


class UnknownReason(Refusal):
    """Not one of the reasons the marketplace knows. Params: `given`, `known`."""

    code = "order.unknown_reason"


class BadAmount(Refusal):
    """More than there is to give back, or nothing. Params: `given`, `most`."""

    code = "order.bad_amount"


class UnitNotFree(Refusal):
    """The unit cannot be reserved. Params: `unit`, `state` (a Text)."""

    code = "order.unit_not_free"


class UnitTooBad(Refusal):
    """Its grade is below what was sold. Params: `unit`, `grade`, `sold` (texts)."""

    code = "order.unit_too_bad"


class OtherVat(Refusal):
    """It is taxed by another scheme than the order's other units. Params: `unit`, `order`."""

    code = "order.other_vat"


class AllPacked(Refusal):
    """Every piece of the line lies in a closed parcel. Params: `order`."""

    code = "order.all_packed"


class NotReserved(Refusal):
    """The unit is not reserved for this line, or it is packed. Params: `unit`, `order`."""

    code = "order.not_reserved"


class ParcelOnItsWay(Refusal):
    """The marketplace is being told that it left. Params: `order`."""

    code = "order.parcel_on_its_way"


class UnknownConflict(Refusal):
    """It is settled already, or never was. No params."""

    code = "order.unknown_conflict"


class NotAWay(Refusal):
    """This conflict cannot be settled so. Params: `given`, `known`."""

    code = "order.not_a_way"
