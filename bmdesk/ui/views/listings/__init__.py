"""The Listings room."""

from bmdesk.ui.views.listings.page import ListingsPage

__all__ = ["ListingsPage"]
