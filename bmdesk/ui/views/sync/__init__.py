"""The Sync room."""

from bmdesk.ui.views.sync.page import SyncPage

__all__ = ["SyncPage"]
