"""The Orders room."""

from bmdesk.ui.views.orders.page import OrdersPage

__all__ = ["OrdersPage"]
