"""Columns that grow to what they hold, and give way when a table gets narrow: hidden rather than cut, and back when
there is room again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QHeaderView

from bmdesk.ui.models.paged_model import PagedModel
from bmdesk.ui.models.rows_model import RowsModel
from bmdesk.ui.theme import px
from bmdesk.ui.widgets.table import DataTable


@dataclass(frozen=True, slots=True)
class Fit:
    """How the columns of one table share its width.

    `widths`: the least that each needs, in the order of the columns. `grows`: how wide a column may become for what it
    holds. `stretches`: who takes what is left, the first of them that is on screen. `gives_way`: who may be hidden, the
    first to go first.
    """

    widths: Mapping[str, int]
    gives_way: Sequence[str]
    stretches: Sequence[str]
    grows: Mapping[str, int] = field(default_factory=dict)


class Fitting(QObject):
    """Keeps `table` laid out as `fit` says, whenever its width changes or other rows come."""

    def __init__(self, table: DataTable, fit: Fit) -> None:
        super().__init__(table)
        self._table = table
        self._fit = fit
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(0)
        self._soon.timeout.connect(self.fit)
        table.viewport().installEventFilter(self)
        model = table.model()
        if isinstance(model, PagedModel):
            model.loaded.connect(self._soon.start)
        elif isinstance(model, RowsModel):
            for signal in (model.modelReset, model.moved):
                signal.connect(self._soon.start)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            # Hiding a column inside its own resize would lay the table out twice.
            self._soon.start()
        return False

    def fit(self) -> None:
        """Grow, hide and stretch for the room there is now."""
        table, header, names = self._table, self._table.horizontalHeader(), list(self._fit.widths)
        widths = {
            name: max(px(least), table.title_width(number))
            for number, (name, least) in enumerate(self._fit.widths.items())
        }
        for name, most in self._fit.grows.items():
            held = table.sizeHintForColumn(names.index(name)) + 12
            widths[name] = max(widths[name], min(px(most), held))
        room = table.viewport().width()
        hidden = hidden_at(room, widths, self._fit.gives_way)
        stretched = next((name for name in self._fit.stretches if name not in hidden), "")
        needed = table.title_width(names.index(stretched)) if stretched else 0
        # What a person drew wider stays so, where there is room.
        wished = {**widths, **self._kept(names, widths)}
        for sizes in (wished, widths):
            if room - sum(sizes[n] for n in names if n not in (*hidden, stretched)) >= needed:
                break
        else:
            stretched = ""  # not even its title has room: the table scrolls
        for number, name in enumerate(names):
            mode = QHeaderView.ResizeMode.Stretch if name == stretched else QHeaderView.ResizeMode.Interactive
            if header.sectionResizeMode(number) != mode:
                header.setSectionResizeMode(number, mode)
            if name != stretched and header.sectionSize(number) != sizes[name]:
                header.resizeSection(number, sizes[name])
            table.setColumnHidden(number, name in hidden)

    def _kept(self, names: Sequence[str], widths: Mapping[str, int]) -> dict[str, int]:
        header, changing = self._table.horizontalHeader(), {*self._fit.grows, *self._fit.stretches}
        sizes = {name: header.sectionSize(number) for number, name in enumerate(names)}
        return {name: size for name, size in sizes.items() if name not in changing and size >= widths[name]}


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
