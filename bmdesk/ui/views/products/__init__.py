"""The room of products."""

from bmdesk.ui.views.products.page import ProductsPage

__all__ = ["ProductsPage"]
