"""A real process that scans, killed at any moment: every scan it answered is there when the next one looks."""

from __future__ import annotations

import json
import os
import queue
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bmdesk.services import company
from bmdesk.services.desk import Desk
from bmdesk.store.engine import Place
from bmdesk.store.opening import check_file, open_store
from bmdesk.store.photos import Photos
from bmdesk.store.queries import units
from bmdesk.system.clock import SystemClock
from tests.desks import PHONE, add_models
from tests.processes import ROOT
from tests.wholeness import assert_whole, scanned

pytestmark = [pytest.mark.slow, pytest.mark.sqlite_only]

KILLS = 24
WORK = ("BMD:ALLPASS", "BMD:BATTERY:92", "BMD:LOCK:ALL:OFF", "BMD:ERASED:BLANCCO", "BMD:DONE")


def lines(prefix: str) -> Iterator[str]:
    """Phones without end; every line differs from the one before it."""
    n = 0
    while True:
        n += 1
        yield f"{prefix}{n:08}"
        yield from WORK


class Scanning:
    """`bmdesk bench --script -` in a process of its own, fed line by line: the next when the last was answered."""

    def __init__(self, folder: Path, seat: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "bmdesk", "--data", str(folder), "bench", "--script", "-",
             "--seat", seat, "--resume"],
            cwd=ROOT,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )  # fmt: skip

    def ask(self, line: str) -> bool | None:
        """Scan this; whether it was accepted, or None when the process died before it answered."""
        assert self.process.stdin is not None and self.process.stdout is not None
        try:
            self.process.stdin.write(line + "\n")
            self.process.stdin.flush()
        except OSError:
            return None
        answer = self.process.stdout.readline()
        if not answer.endswith("\n"):
            return None
        return bool(json.loads(answer)["ok"])

    def kill(self) -> None:
        """As a power switch would."""
        self.process.send_signal(signal.SIGKILL)

    def gone(self) -> None:
        """Wait until the process has left."""
        self.process.wait(timeout=30)
        for pipe in (self.process.stdin, self.process.stdout, self.process.stderr):
            assert pipe is not None
            try:
                pipe.close()
            except BrokenPipeError:
                pass


def opened(folder: Path) -> Desk:
    store = open_store(Place.of_file(folder / "store.db"), SystemClock().now, None, "01KKILLED")
    return company.open_desk(store, Photos(folder / "photos"), SystemClock(), "looker")


def prepared(folder: Path) -> None:
    folder.mkdir()
    first = Scanning(folder, "a")
    assert first.ask("BMD:OP:OWNER")
    first.kill()
    first.gone()
    desk = opened(folder)
    add_models(desk)
    desk.store.close()


def look(folder: Path, acknowledged: list[tuple[str, bool]], unanswered: int) -> None:
    """What the next process finds: all that was answered, in order, and at most what was under way besides."""
    desk = opened(folder)
    kept = scanned(desk)[1:]  # without the badge that made the store
    rest = iter(kept)
    for answered in acknowledged:
        assert any(found == answered for found in rest), f"{answered} was answered and is lost"
    assert len(acknowledged) <= len(kept) <= len(acknowledged) + unanswered
    assert_whole(desk)
    desk.store.close()


def scan_and_kill(
    folder: Path, kills: int, seed: int, *, seat: str = "a", prefix: str = "SERIAL"
) -> tuple[int, int]:
    """Scan, kill at random, look, go on; the number of scans answered and of kills in the middle of one."""
    chance = random.Random(seed)
    acknowledged: list[tuple[str, bool]] = []
    unanswered = 0
    feed = lines(prefix)
    pending = f"BMD:MODEL:{PHONE}"
    for _ in range(kills):
        running = Scanning(folder, seat)
        first = running.ask(pending)  # the clock of this kill starts when the process is at work
        if first is not None:
            acknowledged.append((pending, first))
            pending = next(feed)
        timer = threading.Timer(chance.uniform(0.0, 0.5), running.kill)
        timer.start()
        while (answer := running.ask(pending)) is not None:
            acknowledged.append((pending, answer))
            pending = next(feed)
        timer.join()
        running.gone()
        unanswered += 1
        check_file(folder / "store.db", whole=True)
        look(folder, acknowledged, unanswered)
    # Everything that was begun can be finished.
    running = Scanning(folder, seat)
    for text in (pending, *WORK):
        running.ask(text)
    running.kill()
    running.gone()
    desk = opened(folder)
    states = {
        row.state for row in desk.read(lambda c: [units.unit(c, u) for u, _, _ in units.heads(c, "", 10_000)])
    }
    assert states <= {"ready", "held"}
    desk.store.close()
    return len(acknowledged), unanswered


def test_a_killed_bench_loses_no_scan_that_it_answered(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    prepared(folder)
    answered, killed = scan_and_kill(folder, KILLS, seed=int(time.time()))
    assert killed == KILLS
    assert answered > KILLS * 3


def test_a_killed_bench_loses_nothing_while_a_second_one_writes(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    prepared(folder)
    neighbour = Scanning(folder, "b")
    said: queue.SimpleQueue[tuple[str, bool]] = queue.SimpleQueue()
    stop = threading.Event()

    def work() -> None:
        for n, line in enumerate(lines("NEIGHBOUR")):
            text = f"BMD:MODEL:{PHONE}" if n == 0 else line
            answer = neighbour.ask(text)
            if answer is None or stop.is_set():
                return
            said.put((text, answer))

    thread = threading.Thread(target=work)
    thread.start()
    chance = random.Random(7)
    answered: list[tuple[str, bool]] = []
    feed = lines("SERIAL")
    pending = f"BMD:MODEL:{PHONE}"
    for kill in range(KILLS):
        running = Scanning(folder, "a")
        # Every second one lives long enough to answer; the others may die while they start.
        if kill % 2 and (answer := running.ask(pending)) is not None:
            answered.append((pending, answer))
            pending = next(feed)
        timer = threading.Timer(chance.uniform(0.1, 0.7), running.kill)
        timer.start()
        while (answer := running.ask(pending)) is not None:
            answered.append((pending, answer))
            pending = next(feed)
        timer.join()
        running.gone()
    stop.set()
    thread.join(timeout=30)
    neighbour.kill()
    neighbour.gone()
    others = [said.get() for _ in range(said.qsize())]
    assert len(answered) > KILLS and len(others) > KILLS
    check_file(folder / "store.db", whole=True)
    desk = opened(folder)
    kept = scanned(desk)
    for mine in (answered, others):
        rest = iter(kept)
        assert all(any(found == one for found in rest) for one in mine), "a scan was answered and is lost"
    assert_whole(desk)
    desk.store.close()
