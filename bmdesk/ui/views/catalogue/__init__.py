"""The Catalogue room."""

from bmdesk.ui.views.catalogue.page import CataloguePage

__all__ = ["CataloguePage"]
