"""Labels in ZPL II, the language of Zebra's printers and of those that understand it.

The same plan that is drawn on paper elsewhere. Knows the language, not the printer: sending is zpl_printer.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from bmdesk.domain.label_template import Label, LabelSize, Template
from bmdesk.reports.drawing import dots, ensure_gui, fitted
from bmdesk.reports.label_plan import PlacedBars, PlacedMatrix, PlacedText, Plan
from bmdesk.reports.labels import ELIDE, SMALLEST_MM, WEIGHT, lines_of, plans_of
from bmdesk.reports.printing import THERMAL_DPI

from PySide6.QtGui import QImage, QPainter  # isort: skip  # after drawing, which looks for Qt's libraries first

_JUSTIFY = {"left": "L", "centre": "C", "right": "R"}
_SIGN, _STOP = 11, 13  # modules of each sign, the start and the check sign among them; of the stop


def zpl(
    labels: Sequence[Label], template: Template, size: LabelSize | None = None, dpi: int = THERMAL_DPI
) -> str:
    """One format a label, one after the other. `dpi` is the printer head's. Raises NoLabels, NothingToScan."""
    ensure_gui()
    plans = plans_of(labels, template, size or template.size, dpi)
    measure = QImage(1, 1, QImage.Format.Format_RGB32)
    painter = QPainter(measure)
    try:
        return "".join(_format(one, painter) for one in plans)
    finally:
        painter.end()


def _format(label: Plan, painter: QPainter) -> str:
    lines = ["^XA", "^CI28", f"^PW{label.width}", f"^LL{label.height}", "^LH0,0"]
    for one in label.placed:
        match one:
            case PlacedBars():
                lines.append(_bars(one))
            case PlacedMatrix():
                lines.append(_matrix(one))
            case PlacedText():
                lines += _text(one, painter, dots(SMALLEST_MM, label.dpi))
    return "\n".join([*lines, "^XZ", ""])


def _text(text: PlacedText, painter: QPainter, smallest: int) -> list[str]:
    # The printer's own font 0 is narrower than ours, so what fits here fits there.
    found = []
    element = text.element
    for box, line in lines_of(painter, text):
        words, face = fitted(painter, box, line, WEIGHT[element.weight], smallest, ELIDE[element.elide])
        if not words:
            continue
        high = face.pixelSize()
        top = box.top() + max(0, (box.height() - high) // 2)
        words = words.replace("\\", "\\\\")  # inside a block one of them begins a sign of the printer's
        block = f"^FB{box.width()},1,0,{_JUSTIFY[element.align]},0"
        found.append(f"^FO{box.left()},{top}^A0N,{high},{high}{block}^FH\\^FD{_escaped(words)}^FS")
    return found


def _bars(placed: PlacedBars) -> str:
    data, modules = code128_data(placed.bars.text)
    box = placed.box
    # Where the printer packs the signs another way than our own symbol, its middle stays where it is.
    left = max(0, box.x + (len(placed.bars) - modules) * placed.module // 2)
    return (
        f"^FO{left},{box.y}^BY{placed.module},3,{box.height}"
        f"^BCN,{box.height},N,N,N,N^FH\\^FD{_escaped(data)}^FS"
    )


def _matrix(placed: PlacedMatrix) -> str:
    text, box = placed.matrix.text, placed.box
    if placed.kind == "qr":
        return f"^FO{box.x},{box.y}^BQN,2,{min(placed.module, 10)}^FH\\^FDMA,{_escaped(text)}^FS"
    # A sign that is not in the text: else it would begin an instruction inside the symbol.
    escape = next((sign for sign in "_|}{#@!" if sign not in text), "_")
    return f"^FO{box.x},{box.y}^BXN,{placed.module},200,0,0,6,{escape}^FH\\^FD{_escaped(text)}^FS"


_OWN_SIGNS = {">": ">0", "^": "><", "~": ">="}  # ZPL's names in subset B for what begins an instruction
_SUBSETS = {("", "B"): ">:", ("", "C"): ">;", ("B", "C"): ">5", ("C", "B"): ">6"}


def code128_data(text: str) -> tuple[str, int]:
    """The text with the subset named wherever it changes, and how many modules wide the symbol is.

    Said outright, because encoders that choose by themselves lose pairs of digits now and then.
    """
    parts: list[str] = []
    subset, signs = "", 0

    def write(wanted: str, run: str) -> None:
        nonlocal subset, signs
        if wanted != subset:
            parts.append(_SUBSETS[subset, wanted])
            signs += subset != ""  # the first one is the start sign itself
        parts.append(run if wanted == "C" else "".join(_OWN_SIGNS.get(sign, sign) for sign in run))
        signs += len(run) // 2 if wanted == "C" else len(run)
        subset = wanted

    for run in re.findall(r"[0-9]+|[^0-9]+", text):
        if not _packs(run, text):
            write("B", run)
            continue
        if len(run) % 2:
            write("B", run[0])
        write("C", run[len(run) % 2 :])
    return "".join(parts), (signs + 2) * _SIGN + _STOP


def _packs(run: str, text: str) -> bool:
    """Whether these digits are shorter in pairs: a change of subset costs a sign, at the ends half as many."""
    at_an_end = text.startswith(run) or text.endswith(run)
    return run.isdigit() and len(run) >= (4 if at_an_end else 6)


def _escaped(words: str) -> str:
    """Safe inside ^FD: what begins a command, and the sign that ^FH itself uses, as hexadecimal."""
    return "".join(f"\\{ord(sign):02X}" if sign in "^~\\" else sign for sign in words)
