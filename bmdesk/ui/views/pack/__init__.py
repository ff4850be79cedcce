"""The room Pack: one parcel after the other, by scanner alone, readable from two metres."""

from bmdesk.ui.views.pack.page import PackPage

__all__ = ["PackPage"]
