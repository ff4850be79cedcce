"""The Dashboard room."""

from bmdesk.ui.views.dashboard.page import DashboardPage

__all__ = ["DashboardPage"]
