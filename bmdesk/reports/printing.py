"""The printers this computer knows, and how one of them is opened for pages of an exact size.

Knows nothing of what is printed. A printer that cannot be used is said before anything is sent to it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from bmdesk.reports.drawing import ensure_gui, page_size
from bmdesk.texts import Failure, Text, msg

from PySide6.QtCore import QMarginsF  # isort: skip  # after drawing, which looks for Qt's libraries first
from PySide6.QtGui import QPageLayout  # isort: skip
from PySide6.QtPrintSupport import QPrinter, QPrinterInfo  # isort: skip

THERMAL_DPI = 203  # the usual thermal label printer: 8 dots a millimetre


class PrinterUnavailable(Failure):
    """A printer that is unknown, stopped, or refuses the job. Parameters: `printer`, `reason`, `known`."""

    code = "printer.unavailable"


class PrinterState(Enum):
    READY = "ready"
    PRINTING = "printing"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class SystemPrinter:
    """One printer as the system lists it. `name` is what settings keep."""

    name: str
    description: str
    is_default: bool
    state: PrinterState


def list_printers() -> tuple[SystemPrinter, ...]:
    """Every printer of the system, the default one first. Asks the print service: may take a second."""
    ensure_gui()
    standard = QPrinterInfo.defaultPrinterName()
    found = [
        SystemPrinter(info.printerName(), info.description(), info.printerName() == standard, _state(info))
        for info in QPrinterInfo.availablePrinters()
    ]
    return tuple(sorted(found, key=lambda printer: (not printer.is_default, printer.name.casefold())))


def open_printer(name: str, width_mm: float, height_mm: float) -> QPrinter:
    """A printer set to pages of this size without margins, "" for the default one. Raises PrinterUnavailable.

    The driver says how many dots; where it does not, they are a thermal label printer's.
    """
    ensure_gui()
    info = QPrinterInfo.printerInfo(name) if name else QPrinterInfo.defaultPrinter()
    if info.isNull():
        reason = msg("printer.reason_unknown") if name else msg("printer.reason_no_default")
        raise _unavailable(name, reason)
    if _state(info) is PrinterState.STOPPED:
        raise _unavailable(info.printerName(), msg("printer.reason_stopped"))
    printer = QPrinter(info, QPrinter.PrinterMode.HighResolution)
    set_up_pages(printer, width_mm, height_mm, _dpi_of(printer))
    return printer


def set_up_pages(printer: QPrinter, width_mm: float, height_mm: float, dpi: int) -> None:
    """Pages of exactly this size, no margins, the painter's unit one dot."""
    printer.setResolution(dpi)
    printer.setFullPage(True)
    printer.setPageSize(page_size(width_mm, height_mm))
    printer.setPageMargins(QMarginsF(0, 0, 0, 0), QPageLayout.Unit.Millimeter)


def require_printed(accepted: bool, printer: QPrinter) -> None:
    """Raise PrinterUnavailable if the step was refused or the job has failed meanwhile."""
    if not accepted or printer.printerState() in (QPrinter.PrinterState.Error, QPrinter.PrinterState.Aborted):
        raise _unavailable(printer.printerName(), msg("printer.reason_refused"))


def _state(info: QPrinterInfo) -> PrinterState:
    if info.state() in (QPrinter.PrinterState.Error, QPrinter.PrinterState.Aborted):
        return PrinterState.STOPPED
    return PrinterState.PRINTING if info.state() == QPrinter.PrinterState.Active else PrinterState.READY


def _dpi_of(printer: QPrinter) -> int:
    # Drivers of label printers list the one or two resolutions of the head; an office printer lists 300 and
    # more. The lowest useful one is the head's own, or a divisor of it.
    offered = [dpi for dpi in printer.supportedResolutions() if dpi >= 200]
    return min(offered) if offered else THERMAL_DPI


def _unavailable(name: str, reason: Text) -> PrinterUnavailable:
    known = tuple(QPrinterInfo.availablePrinterNames())
    return PrinterUnavailable(
        printer=name or msg("printer.default_name"),
        reason=reason,
        known=", ".join(known[:8]) if known else msg("printer.none_known"),
    )
