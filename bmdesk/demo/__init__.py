"""The demo: a store of its own with a day's work in it. With a screen the window opens on it; without one the story
is told in pictures. Nothing of it can reach a seller's own store.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from bmdesk.demo import market
from bmdesk.demo.story import Told, count_units, tell
from bmdesk.system.machine import STATION, MachineSettings
from bmdesk.system.paths import DataDir
from bmdesk.texts import Failure, t

MARK = ".bmdesk-demo"
"""Lies in every folder the demo made; nothing else is ever cleared."""


class NotADemoFolder(Failure):
    """The folder holds something that is not the demo's. Params: `path`."""

    code = "demo.not_a_demo_folder"


def run(
    out: Path, units: int, *, open_window: Callable[[DataDir], int] | None, say: Callable[[str], object]
) -> int:
    """Play the story in a fresh store under `out`, then open the window on it; the exit code.

    `open_window` None: write pictures and summary.json instead.
    """
    began = time.perf_counter()
    data = _fresh_folder(out)
    say(t("demo.telling", units=units))
    told = tell(data, units, lambda done: _progress(done, units))
    # Its marketplace lives as long as the demo: in the window the work goes on there.
    with market.marketplace() as marketplace:
        say(t("demo.selling", url=marketplace.url))
        evening = market.play(told, data, marketplace)
        count_units(told)
        if open_window is not None:
            told.session.close()  # the story's clock stands still; the window opens the store with the real one
            say(t("demo.opening"))
            return open_window(data)
        return _in_pictures(told, evening, data, out, began, say)


def _in_pictures(
    told: Told, evening: market.Evening, data: DataDir, out: Path, began: float, say: Callable[[str], object]
) -> int:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from bmdesk.demo.pictures import draw

    pictures = draw(told, data, out)
    summary = {
        "units": told.units,
        "graded": told.graded,
        "held": told.held,
        "ready": told.ready,
        **{name: value for name, value in asdict(evening).items() if name != "morning"},
        **asdict(evening.morning),
        "elapsed_s": round(time.perf_counter() - began, 2),
        "pictures": [picture.name for picture in pictures],
    }
    (out / "summary.json").write_text(json.dumps(summary, indent=2) + "\n", "utf-8")
    told.session.close()
    say(t("demo.graded", units=told.units, ready=told.ready, held=told.held))
    say(t("demo.listed", listed=evening.listed, listings=evening.listings, markets=evening.markets))
    morning = evening.morning
    say(t("demo.shipped", bought=morning.bought, shipped=morning.shipped, refused=morning.refused_parcels))
    say(t("demo.pictures", count=len(pictures), path=str(out)))
    return 0


def _fresh_folder(out: Path) -> DataDir:
    store = out / "store"
    if store.exists():
        if not (store / MARK).exists():
            raise NotADemoFolder(path=str(store))
        shutil.rmtree(store)
    data = DataDir(store).prepare()
    (store / MARK).touch()
    MachineSettings(data.settings).set(STATION, "bench-3")
    return data


def _progress(done: int, units: int) -> None:
    if sys.stderr.isatty():
        sys.stderr.write(f"\r{done}/{units}" + ("\n" if done == units else ""))
        sys.stderr.flush()
