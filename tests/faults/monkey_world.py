"""The world around a monkey: a store with a day's work in it, its marketplace where people buy and faults happen.

`World.played(seed, seconds)` lets a monkey loose there in a process of its own and tells what came of it.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bmdesk.demo import market as evening
from bmdesk.demo.story import tell
from bmdesk.services import companies, settings
from bmdesk.services.session import open_session
from bmdesk.simulator import Simulator
from bmdesk.simulator.faults import AFTER, BEFORE
from bmdesk.system.paths import DataDir
from bmdesk.system.tabular import write_table
from tests.photo_files import jpeg
from tests.processes import ROOT
from tests.wholeness import assert_whole

UNITS = 24
SECOND = "second"


@dataclass
class Played:
    """What a monkey found; empty is good."""

    seed: int
    acts: int = 0
    worst_ms: int = 0
    windows: int = 0
    found: list[dict[str, Any]] = field(default_factory=list)
    said: dict[str, int] = field(default_factory=dict)

    def __str__(self) -> str:
        told = [
            f"seed {self.seed}: {self.acts} acts in {self.windows} windows, slowest answer {self.worst_ms} ms"
        ]
        for words, count in self.said.items():
            told.append(f"  Qt said {count} times: {words}")
        for one in self.found:
            told += [
                f"--- {one['kind']}",
                one["details"],
                "the last acts:",
                *(f"  {act}" for act in one["acts"]),
            ]
        return "\n".join(told)


def fill(data: DataDir, market: Simulator) -> None:
    """A shop in the middle of its work: units in all states, listings, orders, conflicts; and a second company."""
    told = tell(data, UNITS, lambda _: None)
    evening.play(told, data, market)
    desk = told.session.desk
    companies.add(desk, None, SECOND, "Second Hand Two")
    settings.put(desk, "bench.lock_minutes", "0")
    told.session.close()
    shelf = data.root.parent / "shelf"
    shelf.mkdir(exist_ok=True)
    jpeg(shelf / "photo.jpg")
    (shelf / "broken.json").write_text("{", "utf-8")
    (shelf / "empty.csv").touch()
    write_table(shelf / "expected.csv", ("identifier", "model_code", "cost"), [("X", "IP13-128-MID", "1")])


@contextmanager
def market_day(market: Simulator, seed: int) -> Iterator[None]:
    """People buy, cancel and complain, the network has its moods."""
    stop = threading.Event()
    chance = random.Random(seed)

    def happen() -> None:
        while not stop.wait(1.0):
            with _unless_impossible():
                market.buy(1)
            if chance.random() < 0.15:
                market.fault(chance.choice((*BEFORE, *AFTER)), times=chance.randint(1, 3))
            elif chance.random() < 0.2:
                market.clear()

    thread = threading.Thread(target=happen, name="market day", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


@contextmanager
def _unless_impossible() -> Iterator[None]:
    try:
        yield
    except (ValueError, LookupError):
        return  # everything is sold


@contextmanager
def world(folder: Path) -> Iterator[World]:
    """A filled store and its marketplace, for as many monkeys as wanted."""
    folder.mkdir(parents=True, exist_ok=True)
    os.environ["BMDESK_CLAIMS"] = str(folder / "claims")
    with Simulator(limits=False, task_seconds=0, seed=1) as market:
        fill(DataDir(folder / "filled" / "data").prepare(), market)
        yield World(folder, market)


@dataclass(frozen=True)
class World:
    """Where monkeys play, each on a copy of the store; the marketplace goes on from one to the next."""

    folder: Path
    market: Simulator

    def played(self, seed: int, seconds: float, *, screen: bool = False) -> Played:
        """One monkey for so long. Whoever reads the store afterwards finds it whole, or AssertionError."""
        place = self.folder / f"{seed}{'-screen' if screen else ''}"
        shutil.copytree(self.folder / "filled", place)
        os.environ["BMDESK_CLAIMS"] = str(place / "claims")
        data, result = DataDir(place / "data"), Played(seed)
        self.market.clear()
        with market_day(self.market, seed):
            left = seconds
            while left > 1 and not result.found:
                left = _window(data, seed * 100 + result.windows, left, screen, result)
        self.market.clear()
        for code in ("default", SECOND):
            with open_session(data, code) as session:
                assert_whole(session.desk, judged=False)
        return result


def _window(data: DataDir, seed: int, seconds: float, screen: bool, result: Played) -> float:
    """Until the window ends; the seconds that are left then."""
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "BMDESK_LANG": "en",
        "XDG_CONFIG_HOME": str(data.root.parent / "config"),
        "HOME": str(data.root.parent / "home"),
        "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
    }
    if screen:
        environment.pop("QT_QPA_PLATFORM", None)
    else:
        environment["QT_QPA_PLATFORM"] = "offscreen"
    errors = data.root.parent / f"monkey-{seed}.txt"
    began = time.monotonic()
    with errors.open("w", encoding="utf-8") as acts:
        process = subprocess.run(
            [sys.executable, "-m", "tests.faults.monkey_window", str(data.root),
             "--seed", str(seed), "--seconds", str(seconds)],
            cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=acts, text=True, check=False,
            timeout=seconds + 180,
        )  # fmt: skip
    result.windows += 1
    told = process.stdout.strip().splitlines()
    if not told:
        fell, before = _last_words(errors.read_text("utf-8", "replace").splitlines())
        result.found.append({"kind": f"ended with {process.returncode}", "details": fell, "acts": before})
        return 0
    said = json.loads(told[-1])
    result.acts += said["acts"]
    result.worst_ms = max(result.worst_ms, said["worst_ms"])
    result.found += said["found"]
    for words, count in said["said"].items():
        result.said[words] = result.said.get(words, 0) + count
    return min(float(said["left"]), seconds - (time.monotonic() - began))


def _last_words(lines: list[str]) -> tuple[str, list[str]]:
    """What a process said as it went down: where the thread was that fell, and what was done just before."""
    fell = next((n for n, line in enumerate(lines) if line.startswith("Fatal Python error")), len(lines))
    stack = [n for n, line in enumerate(lines) if n > fell and line.startswith("Current thread")]
    told = lines[fell : fell + 1] + [line for n in stack for line in lines[n : n + 20]]
    return "\n".join(told), lines[max(0, fell - 30) : fell]


def main() -> int:
    """`python -m tests.faults.monkey_world FOLDER SECONDS SEED...`: monkeys one after the other, by hand."""
    folder, seconds, *seeds = sys.argv[1:]
    worst = 0
    with world(Path(folder)) as here:
        for seed in seeds:
            try:
                told = here.played(int(seed), float(seconds), screen="DISPLAY" in os.environ)
            except AssertionError as error:
                print(f"seed {seed}: the store is not whole: {error}", flush=True)
                worst = 1
                continue
            print(told, flush=True)
            worst = max(worst, bool(told.found))
    return worst


if __name__ == "__main__":
    sys.exit(main())
