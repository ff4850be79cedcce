"""The composition root: the only module that knows everybody.

Puts the window and the demo behind the command line. Imports no Qt until a window is wanted, and no command line where
the window alone is.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from bmdesk.system.machine import COMPANY, LANGUAGE, MachineSettings
from bmdesk.system.paths import DataDir
from bmdesk.system.qt_libraries import require_libraries
from bmdesk.texts import Failure, choice, render, use_language

if TYPE_CHECKING:
    from bmdesk.cli.context import Scope
    from bmdesk.services.session import Session


def main(argv: Sequence[str] | None = None) -> int:
    """Run bmdesk with these arguments: without any, the window; the exit code."""
    given = sys.argv[1:] if argv is None else list(argv)
    _choose_language(given)  # before a command's module is imported: its help is words already
    if not given:
        return _window_alone()
    from bmdesk.cli import main as command_line
    from bmdesk.cli.context import Outside

    def window(scope: Scope) -> int:
        company = scope.company if scope.company_named else ""
        return open_window(scope.data, company, hidden=scope.hidden)

    outside = Outside(open_window=window, run_demo=run_demo, display_trouble=_display_trouble)
    return command_line.run(given, outside)


def _choose_language(argv: Sequence[str]) -> None:
    """By --lang, BMDESK_LANG, the setting of this data folder, or the system: the first with a catalogue."""
    data = _option(argv, "--data")
    folder = DataDir.choose(Path(data) if data else None)
    use_language(
        choice.meant(_option(argv, "--lang"), kept=lambda: MachineSettings(folder.settings).get(LANGUAGE))
    )


def _option(argv: Sequence[str], name: str) -> str:
    """What is given for this option, in words of the command line that nobody has read yet."""
    for number, word in enumerate(argv):
        if word == name:
            return argv[number + 1] if number + 1 < len(argv) else ""
        if word.startswith(f"{name}="):
            return word.partition("=")[2]
    return ""


def open_window(data: DataDir, company: str = "", *, hidden: bool = False) -> int:
    """Open the window on this data folder; 2 with one sentence where there is no display or a library is missing.

    `company`: its code; where none is named, the one that this machine had open last. `hidden`: at work without being
    seen, as after a login. Raises DataFolderUnusable.
    """
    trouble = _display_trouble()
    if trouble is not None:
        _complain(trouble)
        return 2
    from bmdesk.ui import doorbell, house

    machine = MachineSettings(data.prepare().settings)
    if not company and doorbell.ring(data.root, show=not hidden):
        return 0  # it is at work already, unseen

    def opener(code: str) -> Session:
        # Called behind the first paint, off the GUI thread: the services and the store come in here.
        from bmdesk.services.company import DEFAULT_COMPANY, UnknownCompany
        from bmdesk.services.session import open_session

        try:
            return open_session(data, code or machine.get(COMPANY) or DEFAULT_COMPANY)
        except UnknownCompany:
            if code:
                raise
            return open_session(data)  # another store than last time

    return house.run(opener, machine, data, company, hidden=hidden)


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
