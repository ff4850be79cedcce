"""What a column of a table is: how a row answers for it. Shared by the models of few rows and of a
million.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import Qt

from bmdesk.ui.palette import Tone
from bmdesk.ui.theme import colour, icon
from bmdesk.ui.widgets.hint import hint
from bmdesk.ui.widgets.pill import TONE_ROLE

_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


@dataclass(frozen=True, slots=True)
class Column:
    """`value(row)` gives the words. With `pill`, the cell is drawn as a pill in that tone (None: as ordinary
    text).

    `identifier` columns (IMEI, serial) are as wide as what they hold and are never cut; `width` is in
    pixels; one column may `stretch`.
    """

    title: str
    value: Callable[[Any], str]
    pill: Callable[[Any], Tone | None] | None = None
    tone: Callable[[Any], Tone | None] | None = None
    icon: Callable[[Any], str] | None = None
    hint: Callable[[Any], str] | None = None
    identifier: bool = False
    number: bool = False
    stretch: bool = False
    width: int = 0


def own_id(row: Any) -> Hashable:
    """What a row is, where it has an `id`. What has none is another thing each time it is read."""
    found: Hashable = getattr(row, "id", None)
    return object() if found is None else found


def cell(column: Column, row: Any, role: int) -> Any:
    """What this row says in this column for an item role; None where it has nothing to say."""
    match role:
        case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.AccessibleTextRole:
            return column.value(row)
        case Qt.ItemDataRole.TextAlignmentRole:
            return _RIGHT if column.number else _LEFT
        case Qt.ItemDataRole.ToolTipRole:
            return hint(column.hint(row)) if column.hint else None
        case Qt.ItemDataRole.ForegroundRole:
            tone = column.tone(row) if column.tone else None
            return colour(tone) if tone else None
        case Qt.ItemDataRole.DecorationRole:
            name = column.icon(row) if column.icon else ""
            return icon(name, "muted") if name else None
    if role == TONE_ROLE:
        return column.pill(row) if column.pill else None
    return None


def heading(columns: tuple[Column, ...], section: int, orientation: Qt.Orientation, role: int) -> Any:
    """The header's words."""
    if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(columns):
        return None
    if role == Qt.ItemDataRole.DisplayRole:
        return columns[section].title
    if role == Qt.ItemDataRole.TextAlignmentRole:
        return _RIGHT if columns[section].number else _LEFT
    return None
