"""Columns that give way when a table gets narrow: hidden rather than cut, and back when there is room again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QEvent, QObject, QTimer

from bmdesk.ui.widgets.table import DataTable


class Fitting(QObject):
    """Watches `table`. `widths` names its columns in their order; `gives_way` names those that may be hidden,
    the first to go first.
    """

    def __init__(self, table: DataTable, widths: Mapping[str, int], gives_way: Sequence[str]) -> None:
        super().__init__(table)
        self._table = table
        self._widths = dict(widths)
        self._gives_way = tuple(gives_way)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(0)
        self._soon.timeout.connect(self.fit)
        table.viewport().installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            # Hiding a column inside its own resize would lay the table out twice.
            self._soon.start()
        return False

    def fit(self) -> None:
        """Hide what does not fit now."""
        hidden = hidden_at(self._table.viewport().width(), self._widths, self._gives_way)
        for number, name in enumerate(self._widths):
            self._table.setColumnHidden(number, name in hidden)


def hidden_at(room: int, widths: Mapping[str, int], gives_way: Sequence[str]) -> set[str]:
    """The columns that are hidden in this many pixels."""
    needed = sum(widths.values())
    hidden: set[str] = set()
    for name in gives_way:
        if needed <= room:
            break
        needed -= widths[name]
        hidden.add(name)
    return hidden
