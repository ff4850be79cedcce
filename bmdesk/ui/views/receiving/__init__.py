"""The room of receiving."""

from bmdesk.ui.views.receiving.page import ReceivingPage

__all__ = ["ReceivingPage"]
