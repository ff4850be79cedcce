"""Why a pricelist cannot be made right at Odoo before a person has looked. All have `pricelist`, its name."""

from __future__ import annotations

from bmdesk.texts import Failure


class PricelistDoubt(Failure):
    """Root of them."""

    code = "odoo.pricelist"


class NoPricelistOfTheirs(PricelistDoubt):
    """The company has no pricelist but bmdesk's: the first of those would be the one of every customer."""

    code = "odoo.pricelist.no_other"


class CurrencyNotActive(PricelistDoubt):
    """Params: `currency`."""

    code = "odoo.pricelist.currency"


class PricelistRefused(PricelistDoubt):
    """Odoo's rules or checks said no to the pricelist. Params: `reason`."""

    code = "odoo.pricelist.refused"


class LinesRefused(PricelistDoubt):
    """Odoo did not take the prices of some products; all others are right. Params: `count`, `reason` (of the first)."""

    code = "odoo.pricelist.lines_refused"


class PricesRounded(PricelistDoubt):
    """Odoo keeps fewer decimals than the price has. Params: `product`, `here`, `there`."""

    code = "odoo.pricelist.rounded"
