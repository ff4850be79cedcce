"""The Customers room."""

from bmdesk.ui.views.customers.page import CustomersPage

__all__ = ["CustomersPage"]
