"""A question that is as high as its words need, also when more of them come while it is open."""

from __future__ import annotations

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QDialog


class GrowingDialog(QDialog):
    """Its width is its own; Qt alone would measure wrapped words at a narrower one, and before they are laid out."""

    def event(self, event: QEvent) -> bool:
        """Only at a layout's request have those inside measured what they say now."""
        asked = event.type() in (QEvent.Type.LayoutRequest, QEvent.Type.Show)
        handled = super().event(event)
        if asked:  # after any other event the dialog may be gone
            layout = self.layout()
            if layout is not None:
                width = max(self.minimumWidth(), self.sizeHint().width())
                self.resize(width, layout.totalHeightForWidth(width))
        return handled
