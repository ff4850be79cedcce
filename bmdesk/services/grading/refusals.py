"""Everything the bench may refuse, each as a sentence for the operator."""

from __future__ import annotations

from bmdesk.texts import Failure


class Refusal(Failure):
    """Root of what a service refuses: not an error of the software, not a bug."""


class NotSignedIn(Refusal):
    """Every record carries an operator. No params."""

    code = "refused.not_signed_in"


class UnknownBadge(Refusal):
    """No active operator has this badge. Params: `badge`."""

    code = "refused.unknown_badge"


class ScannedAgain(Refusal):
    """The same code within a moment: counted once. Params: `text`."""

    code = "refused.scanned_again"


class NotForTheBench(Refusal):
    """A code that has its work elsewhere. Params: `kind` (a Text)."""

    code = "refused.not_for_the_bench"


class NotForPacking(Refusal):
    """A card that has its work at the bench. No params."""

    code = "refused.not_for_packing"


class LaterCommand(Refusal):
    """A card that is kept for a room not built yet. Params: `card`."""

    code = "refused.later_command"


class UnclearScan(Refusal):
    """The code can be several things. Params: `kinds` (texts)."""

    code = "refused.unclear_scan"


class ScriptsOnly(Refusal):
    """A PHOTO card at a scanner. No params."""

    code = "refused.scripts_only"


class NoUnitInHand(Refusal):
    """The command needs a unit. No params."""

    code = "refused.no_unit_in_hand"


class UnitInHandOpen(Refusal):
    """Another unit was scanned before the one in hand was done. Params: `unit`."""

    code = "refused.unit_in_hand_open"


class UnitPromised(Refusal):
    """The unit belongs to an order. Params: `state` (a Text)."""

    code = "refused.unit_promised"


class UnitNotHere(Refusal):
    """The unit is not in the house. Params: `state` (a Text)."""

    code = "refused.unit_not_here"


class UnitInRepair(Refusal):
    """A work order is open. Params: `fault`."""

    code = "refused.unit_in_repair"


class IdentifierTaken(Refusal):
    """The identifier belongs to another unit. Params: `identifier`."""

    code = "refused.identifier_taken"


class TooManyImeis(Refusal):
    """The device in hand has two IMEIs already. Params: `identifier`."""

    code = "refused.too_many_imeis"


class ModelNeeded(Refusal):
    """Without a model nobody knows which tests apply. No params."""

    code = "refused.model_needed"


class UnknownModel(Refusal):
    """No variant has this code. Params: `model_code`."""

    code = "refused.unknown_model"


class UnknownCode(Refusal):
    """The checklist of this category does not know the code. Params: `given`, `known`, `what` (a Text)."""

    code = "refused.unknown_code"


class UnknownGrade(Refusal):
    """Nobody knows this grade. Params: `given`, `known`."""

    code = "refused.unknown_grade"


class ReasonNeeded(Refusal):
    """A grade other than the suggested one needs a reason. Params: `given`, `suggested` (texts)."""

    code = "refused.reason_needed"


class MethodNeeded(Refusal):
    """An erasure without a method, and the batch presets none. No params."""

    code = "refused.method_needed"


class NoBattery(Refusal):
    """This kind of device has no battery to read. Params: `model`."""

    code = "refused.no_battery"


class SecondPersonNeeded(Refusal):
    """The first operator cannot check their own grade. Params: `operator`."""

    code = "refused.second_person_needed"


class NothingToUndo(Refusal):
    """No step of this operator is left. No params."""

    code = "refused.nothing_to_undo"


class UndoTooLate(Refusal):
    """What the step changed was changed since. Params: `unit`."""

    code = "refused.undo_too_late"


class NotAllowed(Refusal):
    """The operator's role may not do this. Params: `what`, `role`, `needed` (all Texts)."""

    code = "refused.not_allowed"


class Unreadable(Refusal):
    """Nothing that bmdesk knows. Params: `reason` (a Text that says what to do)."""

    code = "refused.unreadable"


class BatchClosed(Refusal):
    """The batch takes no more units. Params: `batch`."""

    code = "refused.batch_closed"


class EanUnclear(Refusal):
    """The EAN names no variant, or several. Params: `ean`, `count`."""

    code = "refused.ean_unclear"
