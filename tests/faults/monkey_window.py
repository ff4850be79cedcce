"""The window that a monkey plays with, in a process of its own.

`python -m tests.faults.monkey_window DATA --seed 7 --seconds 20`: opens the window on this folder, lets the monkey play
and closes it. Prints as JSON what was found: bugs (whatever reaches the program's own crash reports, and what Python or
Qt only print), and the moments at which the window did not answer for a second.
"""

from __future__ import annotations

import argparse
import faulthandler
import json
import os
import random
import sys
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication

from bmdesk.services.session import Session, open_session
from bmdesk.system.machine import MachineSettings
from bmdesk.system.paths import DataDir
from bmdesk.ui.application import make_application
from tests.faults.monkey import Monkey, MonkeyHouse
from tests.faults.monkey_watch import Watch


class _Nobody(QObject):
    """Where a link would open a program of the desktop."""

    @Slot(QUrl)
    def see(self, _url: QUrl) -> None: ...


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.faults.monkey_window")
    parser.add_argument("data", type=Path)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--seconds", type=float, default=20)
    given = parser.parse_args()
    faulthandler.enable()
    data = DataDir(given.data).prepare()
    shelf = data.root.parent / "shelf"
    shelf.mkdir(exist_ok=True)
    os.chdir(shelf)
    nobody = _Nobody()
    for scheme in ("file", "http", "https", "mailto"):
        QDesktopServices.setUrlHandler(scheme, nobody, "see")  # type: ignore[arg-type]
    QApplication.setAttribute(Qt.ApplicationAttribute.AA_DontUseNativeDialogs)
    machine = MachineSettings(data.settings)
    app = make_application(machine, data.root / "look")
    app.setQuitOnLastWindowClosed(False)
    watch = Watch()

    def opener(code: str) -> Session:
        return open_session(data, code) if code else open_session(data)

    house = MonkeyHouse(opener, machine, data)
    house.enter("")
    watch.start()
    watch.excuse(60.0)  # it opens: half of the program comes in behind the first paint
    monkey = Monkey(house, data, random.Random(given.seed), watch)
    house.application.ready.connect(lambda: monkey.play(given.seconds))
    house.application.ready.connect(lambda: watch.excuse(1.0))
    monkey.ended.connect(lambda: app.exit(0))  # quit() would ask a window that does not close
    app.exec()
    left = monkey.seconds_left
    monkey.end()
    house.closes = True
    house.application.window.close()
    watch.stop()
    house.leave()
    print(
        json.dumps(
            {
                "seed": given.seed,
                "acts": len(monkey.acts),
                "found": watch.found,
                "said": watch.said,
                "worst_ms": round(watch.worst * 1000),
                "left": left,
            }
        ),
        flush=True,
    )
    return 3 if watch.found else 0


if __name__ == "__main__":
    sys.exit(main())
