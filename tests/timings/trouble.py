"""The window in trouble: commits that take seconds, another process that sits on the store, a marketplace that takes
calls and never answers. Its event loop must not notice.

Somebody scans, walks through all rooms and opens settings meanwhile. Milliseconds in which the machine gave the
processor to other programs are not counted.
"""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from subprocess import SubprocessError

from bmdesk.services import settings
from tests.processes import ROOT, python
from tests.timings.figures import Figure, percentile
from tests.timings.market import Market, grade, imei_of, models, shop

WINDOW = """
import os, random, sys, time
from functools import partial
from pathlib import Path
from PySide6.QtCore import QTimer, Qt
from sqlalchemy import Engine, event
from bmdesk.demo.pictures import settle, wait
from bmdesk.services.session import open_session
from bmdesk.system.machine import MachineSettings
from bmdesk.system.paths import DataDir
from bmdesk.ui.application import Application, make_application
data, seconds, slow = DataDir(Path(sys.argv[1])).prepare(), float(sys.argv[2]), float(sys.argv[3])
machine = MachineSettings(data.settings)
app = make_application(machine, data.root / "look")
ours = Application(partial(open_session, data, "default"), machine, data)
ours.crash.install()
ours.window.feedback.sounds = False
ours.start()
wait(lambda: ours.window.locked)
ours.window.badge_typed.emit("OWNER")
wait(lambda: not ours.window.locked)
rooms = [room.key for room in ours.window.rooms]
for room in rooms:  # built before anything is measured
    ours.window.show_room(room)
    settle(ours)
print("READY", flush=True)
sys.stdin.readline()
chance = random.Random(5)
if slow:
    event.listen(Engine, "commit", lambda connection: time.sleep(chance.uniform(0.2, slow)))
native = "/proc/self/task/%d/schedstat" % __import__("threading").get_native_id()
def stolen():
    try:
        return int(open(native).read().split()[1]) / 1e6
    except (OSError, ValueError, IndexError):
        return 0.0
gaps, last = [], [0.0, 0.0]
def tick():
    now, lost = time.perf_counter() * 1000, stolen()
    if last[0]:
        gaps.append(now - last[0] - 5 - (lost - last[1]))
    last[:] = now, lost
steps = [0]
def work():
    steps[0] += 1
    ours.scanner.scanned.emit(("001010009999%03d" % (steps[0] % 50)), "")
    ours.scanner.scanned.emit("BMD:BATTERY:91", "")
    if steps[0] % 3 == 0:
        ours.window.show_room(rooms[steps[0] // 3 % len(rooms)])
def end():
    print(" ".join(f"{gap:.2f}" for gap in gaps), flush=True)
    os._exit(0)
timer = QTimer(interval=5, timerType=Qt.TimerType.PreciseTimer)
timer.timeout.connect(tick)
timer.start()
busy = QTimer(interval=150)
busy.timeout.connect(work)
busy.start()
QTimer.singleShot(int(seconds * 1000), end)
app.exec()
"""

HOLDER = """
import random, sqlite3, sys, time
chance = random.Random(3)
store = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=30)
print("READY", flush=True)
while True:
    store.execute("BEGIN IMMEDIATE")
    time.sleep(chance.uniform(0.2, 2.0))
    store.execute("ROLLBACK")
    time.sleep(chance.uniform(0.01, 0.2))
"""


def measure(folder: Path, quick: bool) -> list[Figure]:
    """How late the window's event loop is in each trouble, and in all of them at once."""
    os.environ["BMDESK_CLAIMS"] = str(folder / "claims")
    os.environ["BMDESK_BACKMARKET_TOKEN"] = "timing"
    seconds = 4.0 if quick else 15.0
    figures = []
    with dead_market() as there:
        data = filled(folder / "data", there)
        for name, slow, held in (
            ("and no trouble but a marketplace that never answers", 0.0, False),
            ("with commits of 0.2 to 2 s", 2.0, False),
            ("while another process holds the store for 0.2 to 2 s", 0.0, True),
            ("in all of it", 1.0, True),
        ):
            late = lags(data, seconds, slow=slow, held=held)
            p99, worst = percentile(late, 0.99), max(late)
            figures += [
                Figure(f"event loop late at work {name}, p99", p99, "ms", None, "< 16 ms", p99 < 16),
                Figure(f"event loop late at work {name}, worst", worst, "ms", None, "< 100 ms", worst < 100),
            ]
    return figures


def filled(data: Path, there: Market) -> Path:
    """A store with some units and an account at this marketplace."""
    with shop(data, there, "fr-fr", rate="0.95") as (session, _):
        codes = models(session, 5)
        grade(session, [(codes[n % 5], imei_of(n)) for n in range(20)])
        settings.put(session.desk, "setup.done", "true")
        settings.put(session.desk, "bench.lock_minutes", "0")
    return data


@contextlib.contextmanager
def dead_market() -> Iterator[Market]:
    """Takes every connection, reads what is said, and says nothing."""
    kept: list[socket.socket] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def take() -> None:
            with contextlib.suppress(OSError):
                while True:
                    kept.append(listener.accept()[0])

        threading.Thread(target=take, name="dead market", daemon=True).start()
        yield Market(f"http://127.0.0.1:{listener.getsockname()[1]}")
    for one in kept:
        one.close()


def lags(data: Path, seconds: float, *, slow: float, held: bool) -> list[float]:
    """Milliseconds by which the window's event loop was late, tick by tick. `slow`: the longest commit in seconds."""
    environment = {"QT_QPA_PLATFORM": "offscreen", **os.environ, "PYTHONPATH": str(ROOT)}
    window = subprocess.Popen(
        [sys.executable, "-c", WINDOW, str(data), str(seconds), str(slow)],
        env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert window.stdout is not None
    if not window.stdout.readline().startswith("READY"):
        window.wait(10)
        raise SubprocessError("the window was never at work")
    holder = python(HOLDER, str(data / "store.db")) if held else None
    try:
        if holder is not None and holder.stdout is not None:
            holder.stdout.readline()
        said, _ = window.communicate("go\n", timeout=seconds + 120)
    finally:
        if holder is not None:
            holder.kill()
            holder.communicate()
    late = [max(0.0, float(gap)) for gap in said.split()]
    if not late:
        raise SubprocessError("the window said nothing")
    return late
