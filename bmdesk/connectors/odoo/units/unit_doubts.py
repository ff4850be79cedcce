"""Why a unit cannot be made right at Odoo before a person has looked. One unit's doubt is no other's."""

from __future__ import annotations

from bmdesk.texts import Failure


class UnitDoubt(Failure):
    """Root of them. All but those of products have `serial`, the name of the lot."""

    code = "odoo.unit"


class SeveralProducts(UnitDoubt):
    """More than one product there could be meant. Params: `product`, `found` (their names)."""

    code = "odoo.unit.several_products"


class ProductAlreadyTaken(UnitDoubt):
    """Two variants here would be one product there. Params: `product`, `found`, `other`."""

    code = "odoo.unit.product_taken"


class ProductCannotBeMade(UnitDoubt):
    """It is not there and Odoo did not let it be made. Params: `product`, `reason`."""

    code = "odoo.unit.product_not_made"


class ProductGone(UnitDoubt):
    """The product that was known is not there any more. Params: `product`."""

    code = "odoo.unit.product_gone"


class ProductArchived(UnitDoubt):
    """Params: `product`, `found`."""

    code = "odoo.unit.product_archived"


class ProductNotBySerial(UnitDoubt):
    """Its stock is not counted by serial number. Params: `product`, `found`."""

    code = "odoo.unit.not_by_serial"


class LotGone(UnitDoubt):
    """The lot that was known is not there any more. Params: `serial`."""

    code = "odoo.unit.lot_gone"


class LotOfAnotherProduct(UnitDoubt):
    """Params: `serial`, `product`, `found` (whose lot it is)."""

    code = "odoo.unit.other_product"


class LotOfAnotherUnit(UnitDoubt):
    """Another unit from here has the lot of this name. Params: `serial`."""

    code = "odoo.unit.other_unit"


class LotOfNoCompany(UnitDoubt):
    """A lot that belongs to no company, and lies in none of this company's places. Params: `serial`."""

    code = "odoo.unit.no_company"


class StockElsewhere(UnitDoubt):
    """It left the house by Odoo's books. Params: `serial`, `place`."""

    code = "odoo.unit.stock_elsewhere"


class StockTwice(UnitDoubt):
    """More than one piece of it by Odoo's books. Params: `serial`, `places`."""

    code = "odoo.unit.stock_twice"


class ReceiptOpen(UnitDoubt):
    """Somebody else's transfer there brings it in and is not done. Params: `serial`, `transfer`."""

    code = "odoo.unit.receipt_open"


class AsksBack(UnitDoubt):
    """Odoo asked something instead of doing it. Params: `serial`, `what`, `asked` (which question)."""

    code = "odoo.unit.asks_back"


class UnitRefused(UnitDoubt):
    """Odoo's rules or checks said no to this unit. Params: `serial`, `reason`."""

    code = "odoo.unit.refused"


class NoReceiptType(UnitDoubt):
    """The company has no operation type for receipts, or no place that suppliers' goods come from. Params: `serial`."""

    code = "odoo.unit.no_receipt_type"


class PlaceUnknown(UnitDoubt):
    """The location chosen for the warehouse is not there, or not one for stock. Params: `serial`, `warehouse`."""

    code = "odoo.unit.place_unknown"
