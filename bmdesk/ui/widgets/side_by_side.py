"""A list and, beside it, what is open of it. Where there is no room for both, what is open takes all of it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSplitter, QWidget

from bmdesk.ui.theme import px

_WIDE = 1120


class SideBySide(QSplitter):
    """The list takes what `detail` leaves of the width. With `gives_way` the list hides while there is no room for both
    and the detail is shown; so does what stands in `of_list`.
    """

    def __init__(
        self,
        listed: QWidget,
        detail: QWidget,
        width: int,
        *,
        gives_way: bool = False,
        of_list: Sequence[QWidget] = (),
    ) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self._detail, self._detail_width = detail, px(width)
        self._gives_way = (listed, *of_list) if gives_way else ()
        self.setHandleWidth(12)
        self.setChildrenCollapsible(False)
        self.addWidget(listed)
        self.addWidget(detail)
        self.setStretchFactor(0, 1)
        self.setStretchFactor(1, 0)
        self.setSizes([2 * px(width), px(width)])

    @property
    def is_wide(self) -> bool:
        """Whether there is room for both."""
        return self.width() >= px(_WIDE)

    def open_detail(self) -> None:
        """Show the detail, beside the list or over it."""
        self._detail.show()
        self._make_room()

    def close_detail(self) -> None:
        """Only the list."""
        self._detail.hide()
        self._make_room()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._make_room()

    def _make_room(self) -> None:
        opened = not self._detail.isHidden()
        for widget in self._gives_way:
            widget.setVisible(self.is_wide or not opened)
        if opened and self.is_wide and self.sizes()[1] == 0:
            self.setSizes([self.width() - self._detail_width, self._detail_width])
