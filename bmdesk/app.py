"""The composition root: the only module that knows everybody.

Puts the window and the demo behind the command line. Imports no Qt until a window is wanted.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from bmdesk.cli import main as command_line
from bmdesk.cli.context import Outside, Scope
from bmdesk.cli.output import complain
from bmdesk.system.machine import MachineSettings
from bmdesk.system.qt_libraries import require_libraries
from bmdesk.texts import Failure, render


def main(argv: Sequence[str] | None = None) -> int:
    """Run bmdesk with these arguments: without any, the window; the exit code."""
    outside = Outside(open_window=open_window, run_demo=run_demo, display_trouble=_display_trouble)
    return command_line.run(sys.argv[1:] if argv is None else argv, outside)


def open_window(scope: Scope) -> int:
    """Open the window on this data folder; 2 with one sentence where there is no display or a library is missing."""
    trouble = _display_trouble()
    if trouble is not None:
        complain(f"{render(trouble.happened)} {render(trouble.todo)}")
        return 2
    from bmdesk.services.session import open_session
    from bmdesk.ui import application

    data = scope.data.prepare()
    # The frame paints before the store opens: the window itself calls the opener, off its own thread.
    opener = partial(open_session, data, scope.company)
    return application.run(opener, MachineSettings(data.settings), data)


def run_demo(out: Path, units: int, *, headless: bool) -> int:
    """Play the demo into this folder: in a window, or as pictures. Raises LibrariesMissing at once."""
    from bmdesk import demo

    if headless:
        require_libraries()
    return demo.run(out, units, headless=headless, say=print)


def _display_trouble() -> Failure | None:
    from bmdesk.ui import display

    return display.trouble_opening_a_window()
