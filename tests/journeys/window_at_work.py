"""A process with the real window, for tests that type into it: `python -m tests.journeys.window_at_work DATA`.

Signs OWNER in and prints READY; closes when its standard input ends, after every write is done. When each key
was struck, by the screen's clock, stands in DATA/keys.jsonl.
"""

from __future__ import annotations

import json
import sys
import threading
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtGui import QKeyEvent

from bmdesk.demo.pictures import wait
from bmdesk.services import settings
from bmdesk.services.session import open_session
from bmdesk.system.machine import MachineSettings
from bmdesk.system.paths import DataDir
from bmdesk.ui import scanner
from bmdesk.ui.application import Application, make_application


class _Ending(QObject):
    """Carries the end of standard input into the GUI thread."""

    ended = Signal()


def _note_keys(file: Path) -> None:
    """From now on the stamps and texts of all keys, as the scanner's filter sees them, a line each."""
    lines = file.open("w", buffering=1)
    stamp_of = scanner._stamp

    def noted(event: QKeyEvent) -> int:
        stamp = stamp_of(event)
        if event.type() == QEvent.Type.KeyPress and event.text():
            print(json.dumps((stamp, event.text())), file=lines)
        return stamp

    scanner._stamp = noted


def main(folder: Path) -> int:
    data = DataDir(folder).prepare()
    _note_keys(folder / "keys.jsonl")
    machine = MachineSettings(data.settings)
    app = make_application(machine, folder / "look")
    with open_session(data) as session:
        settings.put(session.desk, "setup.done", "true")
        settings.put(session.desk, "bench.lock_minutes", "0")
    application = Application(lambda: open_session(data), machine, data)
    application.crash.install()
    application.window.feedback.sounds = False
    application.start()
    wait(lambda: application.window.locked)
    application.window.badge_typed.emit("OWNER")
    wait(lambda: not application.window.locked)
    application.window.activateWindow()
    ending = _Ending()
    ending.ended.connect(application.window.close)

    def wait_for_the_end() -> None:
        sys.stdin.read()
        ending.ended.emit()

    threading.Thread(target=wait_for_the_end, daemon=True).start()
    print("READY", int(application.window.winId()), flush=True)
    app.exec()
    return application.exit_code


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
