"""The Warranties room."""

from bmdesk.ui.views.warranties.page import WarrantiesPage

__all__ = ["WarrantiesPage"]
