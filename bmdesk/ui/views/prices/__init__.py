"""The Prices room."""

from bmdesk.ui.views.prices.page import PricesPage

__all__ = ["PricesPage"]
