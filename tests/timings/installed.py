"""The installed program beside the sources: from the start of the process to the first paint.

BMDESK_TEST_FROZEN names the folder that PyInstaller made. Both are started in turn on a screen of their own, whose
memory is a file: the first pixel that changes there is the first paint, whatever paints it.
"""

from __future__ import annotations

import mmap
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from subprocess import SubprocessError

from tests.processes import ROOT
from tests.timings.figures import Figure, percentile

VARIABLE = "BMDESK_TEST_FROZEN"
_EVERY = 4 * 97
"""The step between the bytes that are looked at: enough to see any window, few enough to look each millisecond."""


def measure(folder: Path, quick: bool) -> list[Figure]:
    """First paint of the frozen program beside that of the sources. SubprocessError where one cannot be seen."""
    named = os.environ.get(VARIABLE)
    if not named:
        raise SubprocessError(f"{VARIABLE} names no frozen program")
    frozen, source = [str(Path(named, "bmdesk-desk"))], [sys.executable, "-m", "bmdesk"]
    with _screen(folder) as (display, memory):
        spans: dict[str, list[float]] = {"frozen": [], "source": []}
        for number in range(1 + (3 if quick else 7)):
            for name, command in (("source", source), ("frozen", frozen)):
                span = _paint(command, display, memory, folder / name)
                if number:  # the first start makes the store and fills the disk's cache
                    spans[name].append(span)
    installed, beside = percentile(spans["frozen"], 0.5), percentile(spans["source"], 0.5)
    goal = "<= 1.2x the sources"
    return [
        Figure(
            "installed: start to first paint on X", installed, "ms", beside, goal, installed <= 1.2 * beside
        )
    ]


@contextmanager
def _screen(folder: Path) -> Iterator[tuple[str, mmap.mmap]]:
    """A screen without a window manager: its name, and its memory."""
    command = [
        "Xvfb",
        "-displayfd",
        "1",
        "-screen",
        "0",
        "1280x800x24",
        "-nolisten",
        "tcp",
        "-fbdir",
        str(folder),
    ]
    try:
        server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    except FileNotFoundError as missing:
        raise SubprocessError("Xvfb is not installed") from missing
    try:
        assert server.stdout is not None
        number = server.stdout.readline().strip()
        if not number:
            raise SubprocessError("Xvfb does not start")
        with (folder / "Xvfb_screen0").open("rb") as file:
            yield f":{number}", mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ)
    finally:
        server.terminate()
        server.wait(timeout=30)


def _paint(command: Sequence[str], display: str, memory: mmap.mmap, data: Path) -> float:
    """Milliseconds until this program paints; it is ended then, and the screen is empty again."""
    env = {**os.environ, "DISPLAY": display, "BMDESK_DATA": str(data), "PYTHONPATH": str(ROOT)}
    for name in ("QT_QPA_PLATFORM", "PYTHONDONTWRITEBYTECODE"):  # the sources may keep what they compiled
        env.pop(name, None)
    empty = memory[::_EVERY]
    began = time.perf_counter()
    program = subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while memory[::_EVERY] == empty:
            if program.poll() is not None or time.perf_counter() - began > 60:
                raise SubprocessError(f"{command[0]} opened no window")
            time.sleep(0.001)
        span = (time.perf_counter() - began) * 1000
        time.sleep(2)  # its store opens behind the first paint
    finally:
        program.terminate()
        program.wait(timeout=60)
    until = time.perf_counter() + 10
    while memory[::_EVERY] != empty and time.perf_counter() < until:
        time.sleep(0.01)
    return span
