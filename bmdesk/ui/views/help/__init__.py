"""The room that explains the others."""

from bmdesk.ui.views.help.page import HelpPage

__all__ = ["HelpPage"]
