"""Which words of a window cannot be read to their end: cut off by their own widget, or by what they stand in.

Words that a widget shortens itself, and says whole in a tooltip, are not cut off; nor is what scrolls.
"""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QAbstractItemModel, QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QAbstractSpinBox,
    QCheckBox,
    QComboBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPushButton,
    QRadioButton,
    QScrollArea,
    QSplitter,
    QStackedWidget,
    QStyle,
    QStyleOptionButton,
    QStyleOptionComboBox,
    QTabBar,
    QToolButton,
    QWidget,
)

from bmdesk.ui.widgets.pill import Pill

SLACK = 1
"""Pixels that rounding may cost."""


def clipped(window: QWidget) -> list[str]:
    """What cannot be read of this window as it stands now, one line each: which words, where, and why."""
    found = []
    for widget in window.findChildren(QWidget):
        if not widget.isVisible() or widget.window() is not window:
            continue
        for words, why in _lacks(widget):
            found.append(f"{words[:60]!r} {why} ({_where(widget)})")
    return found


def _lacks(widget: QWidget) -> Iterator[tuple[str, str]]:
    if isinstance(widget, QLabel):
        yield from _label(widget)
    elif isinstance(widget, QPushButton):
        yield from _push_button(widget)
    elif isinstance(widget, QCheckBox | QRadioButton | Pill):
        words = widget.words if isinstance(widget, Pill) else widget.text()
        yield from _needs(widget, words, widget.sizeHint())
    elif isinstance(widget, QToolButton):
        shows = (
            widget.icon().isNull() or widget.toolButtonStyle() is not Qt.ToolButtonStyle.ToolButtonIconOnly
        )
        yield from _needs(widget, widget.text() if shows else "", widget.sizeHint())
    elif isinstance(widget, QComboBox):
        yield from _combo(widget)
    elif isinstance(widget, QLineEdit):
        yield from _line(widget)
    elif isinstance(widget, QTabBar):
        yield from _tabs(widget)
    elif isinstance(widget, QHeaderView):
        yield from _header(widget)
    else:
        return
    words = _words(widget)
    if words and (cut := _cut_by(widget)):
        yield words, cut


def _words(widget: QWidget) -> str:
    if isinstance(widget, QLabel | QAbstractButton):
        return str(widget.text())
    return widget.accessibleName()


def _needs(
    widget: QWidget, words: str, needed: QSize, room: QSize | None = None
) -> Iterator[tuple[str, str]]:
    room = widget.size() if room is None else room
    if not words or _is_said_whole(widget, words):
        return
    if needed.width() > room.width() + SLACK:
        yield words, f"needs {needed.width()} px of width, has {room.width()}"
    if needed.height() > room.height() + SLACK:
        yield words, f"needs {needed.height()} px of height, has {room.height()}"


def _label(label: QLabel) -> Iterator[tuple[str, str]]:
    words = label.text()
    if not words.strip() or label.textFormat() == Qt.TextFormat.RichText:
        return
    room = label.contentsRect().size()
    metrics = label.fontMetrics()
    flags = int(label.alignment()) | (int(Qt.TextFlag.TextWordWrap) if label.wordWrap() else 0)
    width = room.width() if label.wordWrap() else 100_000
    taken = metrics.boundingRect(QRect(0, 0, width, 100_000), flags, words)
    # A line of type may lack its leading, but not its descenders.
    height = taken.height() - metrics.leading()
    yield from _needs(label, words, QSize(taken.width(), height), room)


def _push_button(button: QPushButton) -> Iterator[tuple[str, str]]:
    words = button.text().replace("&&", "&").strip()
    if not words:
        return
    option = QStyleOptionButton()
    button.initStyleOption(option)
    room = button.style().subElementRect(QStyle.SubElement.SE_PushButtonContents, option, button)
    metrics = button.fontMetrics()
    icon = 0 if button.icon().isNull() else button.iconSize().width() + 4
    taken = metrics.boundingRect(QRect(0, 0, 100_000, 1000), int(Qt.AlignmentFlag.AlignCenter), words)
    needed = QSize(taken.width() + icon, metrics.ascent() + metrics.descent())
    # What stands over the padding is still read; what stands over the edge is not.
    yield from _needs(button, words, needed, QSize(room.width() + 8, max(room.height(), button.height() - 6)))


def _combo(box: QComboBox) -> Iterator[tuple[str, str]]:
    option = QStyleOptionComboBox()
    box.initStyleOption(option)
    room = box.style().subControlRect(
        QStyle.ComplexControl.CC_ComboBox, option, QStyle.SubControl.SC_ComboBoxEditField, box
    )
    words = box.currentText()
    metrics = box.fontMetrics()
    needed = QSize(metrics.horizontalAdvance(words), metrics.ascent() + metrics.descent())
    yield from _needs(box, words, needed, room.size())


def _line(line: QLineEdit) -> Iterator[tuple[str, str]]:
    """What was typed scrolls; what asks for it, and a number with its unit, must be read at once."""
    words = line.text() or line.placeholderText()
    if isinstance(line.parentWidget(), QComboBox):
        return
    metrics = line.fontMetrics()
    is_number = isinstance(line.parentWidget(), QAbstractSpinBox)
    wide = metrics.horizontalAdvance(words) if is_number or not line.text() else 0
    margins = line.textMargins()
    room = line.contentsRect().size()
    room.setWidth(room.width() - margins.left() - margins.right())
    yield from _needs(line, words, QSize(wide, metrics.ascent() + metrics.descent()), room)


def _tabs(bar: QTabBar) -> Iterator[tuple[str, str]]:
    if bar.usesScrollButtons() and bar.sizeHint().width() > bar.width():
        return  # arrows lead to the rest
    for number in range(bar.count()):
        words = bar.tabText(number).replace("&", "")
        room = bar.tabRect(number).size()
        metrics = bar.fontMetrics()
        if metrics.horizontalAdvance(words) > room.width() + SLACK and not bar.tabToolTip(number):
            yield words, f"needs {metrics.horizontalAdvance(words)} px of width, has {room.width()}"


def _header(header: QHeaderView) -> Iterator[tuple[str, str]]:
    model: QAbstractItemModel | None = header.model()
    if model is None or header.orientation() is Qt.Orientation.Vertical:
        return
    for number in range(header.count()):
        if header.isSectionHidden(number):
            continue
        words = str(model.headerData(number, header.orientation(), Qt.ItemDataRole.DisplayRole) or "")
        whole = model.headerData(number, header.orientation(), Qt.ItemDataRole.ToolTipRole)
        needed = header.fontMetrics().horizontalAdvance(words)
        room = header.sectionSize(number) - 4
        if words and needed > room + SLACK and words not in str(whole or ""):
            yield words, f"needs {needed} px of width, has {room}"


def _cut_by(widget: QWidget) -> str:
    """What this widget stands in and reaches out of, "" where all of it can be seen."""
    inside: QWidget = widget
    place = QRect(QPoint(0, 0), widget.size())
    while (above := inside.parentWidget()) is not None and not inside.isWindow():
        place.moveTopLeft(inside.mapToParent(place.topLeft()) if inside is not widget else widget.pos())
        area = _area_of(above)
        if area is not None:
            never = area.horizontalScrollBarPolicy() is Qt.ScrollBarPolicy.ScrollBarAlwaysOff
            if (never or area.horizontalScrollBar().maximum() == 0) and _reaches_out(
                place, above, across=True
            ):
                return f"reaches out of the {type(area).__name__} around it: {place} in {above.size()}"
            return ""  # the rest is a matter of scrolling; what scrolls is looked at by its own words
        if not isinstance(above, QStackedWidget | QSplitter) and (
            _reaches_out(place, above, across=True) or _reaches_out(place, above, across=False)
        ):
            return f"reaches out of the {type(above).__name__} around it: {place} in {above.size()}"
        inside = above
    return ""


def _area_of(above: QWidget) -> QAbstractScrollArea | None:
    area = above.parentWidget()
    if isinstance(area, QAbstractScrollArea) and area.viewport() is above:
        return area if isinstance(area, QScrollArea) or area.horizontalScrollBar() is not None else None
    return None


def _reaches_out(place: QRect, above: QWidget, *, across: bool) -> bool:
    if across:
        return place.left() < -SLACK or place.right() > above.width() + SLACK
    return place.top() < -SLACK or place.bottom() > above.height() + SLACK


def _is_said_whole(widget: QWidget, words: str) -> bool:
    """Whether the whole words are in the tooltip: shortened on purpose."""
    hint = widget.toolTip()
    return bool(hint) and (words in hint or words.rstrip("…").strip() in hint)


def _where(widget: QWidget) -> str:
    around, above = [type(widget).__name__], widget.parentWidget()
    while above is not None and len(around) < 6:
        if type(above) is not QWidget:
            around.append(type(above).__name__)
        above = above.parentWidget()
    return " < ".join(around)
