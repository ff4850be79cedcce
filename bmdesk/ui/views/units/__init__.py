"""The Units room."""

from bmdesk.ui.views.units.page import UnitsPage

__all__ = ["UnitsPage"]
