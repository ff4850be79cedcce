"""The composition root: the only module that knows everybody.

Puts the window and the demo behind the command line. Imports no Qt until a window is wanted, and no command line where
the window alone is.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from bmdesk.system.machine import MachineSettings
from bmdesk.system.paths import DataDir
from bmdesk.system.qt_libraries import require_libraries
from bmdesk.texts import Failure, render

if TYPE_CHECKING:
    from bmdesk.cli.context import Scope
    from bmdesk.services.session import Session


def main(argv: Sequence[str] | None = None) -> int:
    """Run bmdesk with these arguments: without any, the window; the exit code."""
    given = sys.argv[1:] if argv is None else list(argv)
    if not given:
        return _window_alone()
    from bmdesk.cli import main as command_line
    from bmdesk.cli.context import Outside

    def window(scope: Scope) -> int:
        return open_window(scope.data, scope.company)

    outside = Outside(open_window=window, run_demo=run_demo, display_trouble=_display_trouble)
    return command_line.run(given, outside)


def open_window(data: DataDir, company: str = "default") -> int:
    """Open the window on this data folder; 2 with one sentence where there is no display or a library is missing.

    Raises DataFolderUnusable.
    """
    trouble = _display_trouble()
    if trouble is not None:
        _complain(trouble)
        return 2
    from bmdesk.ui import application

    def opener() -> Session:
        # Called behind the first paint, off the GUI thread: the services and the store come in here.
        from bmdesk.services.session import open_session

        return open_session(data, company)

    return application.run(opener, MachineSettings(data.prepare().settings), data)


def run_demo(out: Path, units: int, *, headless: bool) -> int:
    """Play the demo into this folder: in a window, or as pictures. Raises LibrariesMissing at once."""
    from bmdesk import demo

    if headless:
        require_libraries()
    return demo.run(out, units, open_window=None if headless else open_window, say=print)


def _window_alone() -> int:
    try:
        return open_window(DataDir.choose())
    except Failure as failure:
        _complain(failure)
        return 1


def _display_trouble() -> Failure | None:
    from bmdesk.ui import display

    return display.trouble_opening_a_window()


def _complain(failure: Failure) -> None:
    sys.stderr.write(f"{render(failure.happened)} {render(failure.todo)}\n")
