"""The room of settings."""

from bmdesk.ui.views.settings.page import SettingsPage

__all__ = ["SettingsPage"]
