"""The window: from the start of the process to the first paint, and how late its event loop is while others write.

Each figure is taken in a process of its own; by default on the offscreen platform.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from subprocess import SubprocessError

from tests.processes import ROOT
from tests.timings.figures import Figure, percentile

BARE = """
import os, sys, time
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication, QWidget
class Window(QWidget):
    def event(self, e):
        done = super().event(e)
        if e.type() == QEvent.Type.Paint:
            print(time.time() - float(sys.argv[1]), flush=True)
            os._exit(0)
        return done
app = QApplication([])
window = Window()
window.resize(1200, 800)
window.show()
app.exec()
"""

OURS = """
import os, sys, time
from PySide6.QtCore import QEvent
from bmdesk.ui.main_window import MainWindow
before = MainWindow.event
def event(self, e):
    done = before(self, e)
    if e.type() == QEvent.Type.Paint:
        print(time.time() - float(sys.argv[1]), flush=True)
        os._exit(0)
    return done
MainWindow.event = event
from bmdesk.app import main
os.environ["BMDESK_DATA"] = sys.argv[2]
main([])
"""

LAG = """
import os, sys, time
from functools import partial
from pathlib import Path
from PySide6.QtCore import QTimer, Qt
from bmdesk.services.session import open_session
from bmdesk.system.machine import MachineSettings
from bmdesk.system.paths import DataDir
from bmdesk.ui.application import Application, make_application
data = DataDir(Path(sys.argv[1])).prepare()
machine = MachineSettings(data.settings)
app = make_application(machine, data.root / "look")
ours = Application(partial(open_session, data, "default"), machine, data)
gaps, last = [], [0.0]
def tick():
    now = time.perf_counter()
    if last[0]:
        gaps.append((now - last[0]) * 1000 - 5)
    last[0] = now
def end():
    print(" ".join(f"{gap:.2f}" for gap in gaps), flush=True)
    os._exit(0)
timer = QTimer(interval=5, timerType=Qt.TimerType.PreciseTimer)
timer.timeout.connect(tick)
def begin():
    QTimer.singleShot(1000, timer.start)
    QTimer.singleShot(1000 + int(sys.argv[2]), end)
ours.ready.connect(begin)
ours.start()
QTimer.singleShot(60_000, end)
app.exec()
"""


REDRAW = """
import os, sys, time
from pathlib import Path
from bmdesk.demo.pictures import settle, wait
from bmdesk.demo.story import tell
from bmdesk.domain.commands import RecordBattery, RecordTest
from bmdesk.services.grading import bench, bench_view
from bmdesk.services.grading.bench import Seat
from bmdesk.system.machine import MachineSettings
from bmdesk.system.paths import DataDir
from bmdesk.ui.application import Application, make_application
data = DataDir(Path(sys.argv[1])).prepare()
told = tell(data, 2, lambda done: None)
machine = MachineSettings(data.settings)
app = make_application(machine, data.root / "look")
ours = Application(lambda: told.session, machine, data)
ours.window.resize(1440, 900)
ours.start()
wait(lambda: ours.window.locked)
ours.window.badge_typed.emit("ANA")
wait(lambda: not ours.window.locked)
settle(ours)
page = ours.window.page("bench")
spans = []
for number in range(int(sys.argv[2])):
    bench.perform(told.session.desk, Seat(), RecordTest("TOUCH", "PASS" if number % 2 else "FAIL"))
    bench.perform(told.session.desk, Seat(), RecordBattery(70 + number % 20))
    view = bench_view.view(told.session.desk, Seat())
    assert view.unit is not None
    begun = time.perf_counter()
    page._show_view(view)
    app.processEvents()
    spans.append((time.perf_counter() - begun) * 1000)
print(" ".join(f"{span:.2f}" for span in spans), flush=True)
os._exit(0)
"""


def measure(folder: Path, quick: bool) -> list[Figure]:
    """First paint beside a bare window, redraws of the bench, and the lag of the event loop while another scans."""
    times = 3 if quick else 7
    if _scan(folder / "data", 1).wait(timeout=120):
        raise SubprocessError("the store for the window could not be made")
    bare = [_paint(BARE) for _ in range(times)]
    ours = [_paint(OURS, str(folder / "data")) for _ in range(times)]
    first, beside = percentile(ours, 0.5), percentile(bare, 0.5)
    quiet = lag(folder / "data", 2 if quick else 8)
    writer = _scan(folder / "data", 100_000)
    busy = lag(folder / "data", 2 if quick else 8)
    if writer.poll() is not None:
        raise SubprocessError("the other process stopped writing before the window was looked at")
    writer.kill()
    writer.wait(timeout=30)
    redraws = _spans(REDRAW, str(folder / "told"), "10" if quick else "60")
    redraw = percentile(redraws, 0.5)
    return [
        Figure("redraw of the bench with its paint, p50", redraw, "ms", None, "< 16 ms", redraw < 16),
        Figure("redraw of the bench with its paint, p99", percentile(redraws, 0.99), "ms"),
        Figure("start to first paint", first, "ms", beside, "<= 3x a bare window", first <= 3 * beside),
        Figure("event loop late, quiet, p99", quiet, "ms"),
        Figure("event loop late while another writes, p99", busy, "ms", quiet or None, "< 16 ms", busy < 16),
    ]


def _environment() -> dict[str, str]:
    return {"QT_QPA_PLATFORM": "offscreen", **os.environ, "PYTHONPATH": str(ROOT)}


def _paint(code: str, *args: str) -> float:
    began = time.time()
    said = subprocess.run(
        [sys.executable, "-c", code, repr(began), *args],
        env=_environment(),
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    return float(said.stdout.split()[-1]) * 1000


def lag(data: Path, seconds: int) -> float:
    """How late the event loop of a window on this folder is, p99 in milliseconds."""
    return percentile([max(0.0, gap) for gap in _spans(LAG, str(data), str(seconds * 1000))], 0.99)


def _spans(code: str, *args: str) -> list[float]:
    """The milliseconds that this program measured; none is no measurement."""
    said = subprocess.run(
        [sys.executable, "-c", code, *args],
        env=_environment(),
        capture_output=True,
        text=True,
        check=True,
        timeout=180,
    )
    spans = [float(span) for span in said.stdout.split()]
    if not spans:
        raise SubprocessError("the window was never at work")
    return spans


def _scan(data: Path, units: int) -> subprocess.Popen[bytes]:
    """Another process at the same store that scans as fast as it can."""
    script = data.with_name(f"script-{units}.txt")
    script.write_text(
        "".join(f"SERIAL{n:08}\nBMD:BATTERY:9{n % 9}\nBMD:HOLD:x\n" for n in range(units)), "utf-8"
    )
    return subprocess.Popen(
        [sys.executable, "-m", "bmdesk", "--data", str(data), "bench", "--script", str(script)],
        env=_environment(),
        stdout=subprocess.DEVNULL,
    )
