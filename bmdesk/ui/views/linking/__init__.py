"""The Linking room."""

from bmdesk.ui.views.linking.page import LinkingPage

__all__ = ["LinkingPage"]
