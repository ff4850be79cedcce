"""The room Pick: what to fetch, place by place."""

from bmdesk.ui.views.pick.page import PickPage

__all__ = ["PickPage"]
