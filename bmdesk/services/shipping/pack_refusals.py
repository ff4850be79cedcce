"""What the packing place may refuse, each as a sentence for the packer. The gate's own reasons are domain.packing's."""

from __future__ import annotations

from bmdesk.services.grading.refusals import Refusal


class MayNotLeave(Refusal):
    """The pack gate says no. Params: `title`, `action` (texts of the gravest reason), `count`."""

    code = "pack.may_not_leave"


class UnknownDevice(Refusal):
    """No unit has this number. Params: `given`."""

    code = "pack.unknown_device"


class NotBought(Refusal):
    """The unit is reserved for nobody, and no order is in hand. Params: `unit`."""

    code = "pack.not_bought"


class NotInThisOrder(Refusal):
    """No open piece of the order in hand can be this. Params: `unit`, `order`."""

    code = "pack.not_in_this_order"


class UnknownOrder(Refusal):
    """No order has this number. Params: `given`."""

    code = "pack.unknown_order"


class SeveralOrders(Refusal):
    """Orders of several accounts have this number and wait. Params: `order`."""

    code = "pack.several_orders"


class NothingToPack(Refusal):
    """No line of the order can be packed. Params: `order`, `state` (a Text)."""

    code = "pack.nothing_to_pack"


class PackedElsewhere(Refusal):
    """The order is in hand at another station. Params: `order`, `station`."""

    code = "pack.packed_elsewhere"


class UnitFirst(Refusal):
    """The card or number has its turn later. Params: `order`, `missing` (pieces still to be proven)."""

    code = "pack.unit_first"


class TrackingFirst(Refusal):
    """CONFIRM before the parcel has its number. No params."""

    code = "pack.tracking_first"


class NothingRefused(Refusal):
    """OVERRIDE without a refused unit, or for a reason that nobody may overrule. No params."""

    code = "pack.nothing_to_override"


class NotASupervisor(Refusal):
    """The badge is not a supervisor's. Params: `name`."""

    code = "pack.not_a_supervisor"


class OtherAddress(Refusal):
    """The number is on a parcel to another address. Params: `number`, `order`."""

    code = "pack.number_used_elsewhere"


class NotTheLabel(Refusal):
    """A label was made for this order, and it has another number. Params: `number`, `label`."""

    code = "pack.not_the_label"


class OldAddress(Refusal):
    """The label with this number was made before the order's address changed. Params: `number`, `order`."""

    code = "pack.old_address"


class LabelNotThere(Refusal):
    """Back Market makes the label of this order, and its number is not known yet. Params: `order`."""

    code = "pack.label_not_there"


class NothingInHand(Refusal):
    """CONFIRM with no order in hand. No params."""

    code = "pack.nothing_in_hand"


class OrderChanged(Refusal):
    """The order went on at Back Market, or at another place, while it was packed. Params: `order`, `state` (a Text),
    `units` (what must come out of the box).
    """

    code = "pack.order_changed"


class LineUndecided(Refusal):
    """Another line of the order is not accepted, or not bmdesk's. Params: `order`, `sku`, `state` (a Text)."""

    code = "pack.line_undecided"
