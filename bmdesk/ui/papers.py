"""A PDF in the viewer of this computer, or on its default printer.

Papers hold customers' data: a copy lies in a folder that only this user can read and that goes with the process.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices

from bmdesk.services.desk import Desk
from bmdesk.services.orders import documents
from bmdesk.texts import t
from bmdesk.ui.palette import Tone
from bmdesk.ui.workplace import Workplace

_PRINT_S = 20
_PREFIX = "bmdesk-papers-"
_OLD_S = 2 * 86_400
_folder: tempfile.TemporaryDirectory[str] | None = None


def open_paper(workplace: Workplace, document_id: str, name: str) -> None:
    """Show this kept paper in the computer's own viewer; what keeps it from being shown becomes a banner."""
    _with_copy(workplace, document_id, name, lambda file: open_file(workplace, file))


def print_paper(workplace: Workplace, document_id: str, name: str) -> None:
    """Send this kept paper to the default printer."""
    _with_copy(workplace, document_id, name, lambda file: print_file(workplace, file))


def open_file(workplace: Workplace, file: Path) -> None:
    """Show a PDF that is there already."""
    if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(file))):
        workplace.window.say(Tone.WARN, t("paper.no_viewer"), str(file))


def print_file(workplace: Workplace, file: Path) -> None:
    """Send a PDF that is there already to the default printer; where that fails it is opened, to be printed by hand."""

    def said(done: bool) -> None:
        if done:
            workplace.window.say(Tone.OK, t("paper.printed"), for_ms=4000)
        else:
            open_file(workplace, file)

    workplace.read(_sent, file, then=said)


def folder() -> Path:
    """Where a file that is only to be looked at may be written."""
    global _folder
    if _folder is None or not Path(_folder.name).is_dir():
        _forget_old()
        _folder = tempfile.TemporaryDirectory(prefix=_PREFIX, ignore_cleanup_errors=True)
    return Path(_folder.name)


def _forget_old() -> None:
    """What processes left that were killed; another window's papers are younger, or copied again when asked for."""
    with contextlib.suppress(OSError):
        for left in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
            if left.stat().st_mtime < time.time() - _OLD_S:
                shutil.rmtree(left, ignore_errors=True)


def _with_copy(workplace: Workplace, document_id: str, name: str, then: Callable[[Path], object]) -> None:
    # The name comes from outside: only letters and digits of it, so that no path escapes.
    stem = re.sub(r"[^A-Za-z0-9]+", "-", Path(name).stem)[:40].strip("-") or "paper"
    file = folder() / f"{stem}-{re.sub(r'[^A-Za-z0-9]', '', document_id)[-8:]}.pdf"

    def write(desk: Desk) -> Path:
        file.write_bytes(documents.content(desk, document_id))
        return file

    workplace.read(write, then=then, failed=workplace.window.show_failure)


def _sent(_desk: Desk, file: Path) -> bool:
    """Off the GUI thread: the printing system takes it and answers at once, or it hangs."""
    if sys.platform == "win32":
        try:
            os.startfile(file, "print")  # noqa: S606 - a PDF of ours, by the system's own verb
        except OSError:
            return False
        return True
    command = shutil.which("lp") or shutil.which("lpr")
    if command is None:
        return False
    try:
        return (
            subprocess.run(
                [command, str(file)], capture_output=True, timeout=_PRINT_S, check=False
            ).returncode
            == 0
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
