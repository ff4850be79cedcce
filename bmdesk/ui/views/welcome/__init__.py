"""The first start."""

from bmdesk.ui.views.welcome.dialog import WelcomeDialog

__all__ = ["WelcomeDialog"]
