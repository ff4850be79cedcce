"""A scanner that never pauses, a real window, and another process that writes: nothing is lost or reordered."""

from __future__ import annotations

import itertools
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from bmdesk.services.selling import accounts
from bmdesk.store.queries import feeds
from bmdesk.ui.scanner import GAP_MS
from tests.timings import market

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not os.environ.get("DISPLAY"), reason="needs a screen (run it under xvfb-run)"),
    pytest.mark.skipif(not shutil.which("xdotool"), reason="needs xdotool"),
]
SCANS = 1000
SKUS = 20
_PAGES = 50
# A scanner is a device: neither it nor the clock that stamps its keys, which is the screen's here and the kernel's on a
# desk, stands in line for the processor on a loaded machine.
AS_HARDWARE = ("chrt", "--rr", "10") if os.geteuid() == 0 and shutil.which("chrt") else ()


@pytest.fixture(autouse=True)
def screen_as_hardware() -> Iterator[None]:
    lock = Path(f"/tmp/.X{os.environ['DISPLAY'].rpartition(':')[2].partition('.')[0]}-lock")
    if not (AS_HARDWARE and lock.exists()):
        yield
        return
    screen = lock.read_text().strip()
    subprocess.run(["chrt", "--rr", "--pid", "10", screen], check=True)
    yield
    subprocess.run(["chrt", "--other", "--pid", "0", screen], check=True)


def test_a_thousand_scans_at_a_scanners_speed_are_all_there_in_order(tmp_path: Path) -> None:
    others = (f"OTHER{number:08d}" for number in itertools.count())
    _type_a_thousand(tmp_path / "data", others)


def test_a_thousand_scans_are_all_there_while_thousands_of_listings_come_in_and_quantities_go_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = tmp_path / "data"
    monkeypatch.setenv("BMDESK_CLAIMS", str(tmp_path / "claims"))
    monkeypatch.setenv("BMDESK_BACKMARKET_TOKEN", "journey")
    with market.market("--listings", "10000") as there:
        there.control(limits=False, task_seconds=0)
        with market.shop(data, there, "fr-fr", rate="0.95", gather_seconds="0") as (session, tools):
            codes = market.models(session, SKUS)
            imeis = [market.imei_of(number) for number in range(SKUS)]
            market.grade(session, list(zip(codes, imeis, strict=True)))
            market.all_managed(session, tools)
            account = accounts.the_account(session.desk)
            # So the window has all of them to read.
            session.desk.write(lambda tx: feeds.set_feed(tx, account.id, "listings", "fr-fr", next_at=tx.now))
        before = there.ledger()
        # All units are graded worse, then better, and so on: quantities go out all the time.
        grades = ("GOOD", "EXCELLENT")
        steps = (
            (imei, f"BMD:GRADE:{grades[n // SKUS % 2]}:looked at again", "BMD:DONE")
            for n, imei in enumerate(itertools.cycle(imeis))
        )
        meanwhile = 0

        def rest() -> None:
            nonlocal meanwhile
            meanwhile = _pages(before, there.ledger())
            _wait(lambda: _sent(before, there.ledger()) and _pages(before, there.ledger()) >= _PAGES)

        _type_a_thousand(
            data,
            itertools.chain.from_iterable(steps),
            # Scans go first, and how much fits between them is the machine's business: the last of it comes after.
            then=rest,
        )
        after = there.ledger()
    assert meanwhile > 0, "pages were read while it typed"
    assert _pages(before, after) >= _PAGES, "and went on being read"
    assert _sent(before, after), "what the other process graded went out"


def _pages(before: dict[str, Any], now: dict[str, Any]) -> int:
    """So many pages of the listings were read since."""
    return sum(one["path"] == "/ws/listings" for one in now["requests"][len(before["requests"]) :])


def _sent(before: dict[str, Any], now: dict[str, Any]) -> bool:
    return len(now["effects"]) > len(before["effects"])


def _wait(until: Callable[[], bool]) -> None:
    """At most two minutes."""
    for _ in range(240):
        if until():
            return
        time.sleep(0.5)


def _type_a_thousand(data: Path, others: Iterator[str], then: Callable[[], object] = lambda: None) -> None:
    """Type into the window as a scanner does, while another process scans `others`; all must be kept in order.

    `then`: what is waited for before the window is closed.
    """
    env = {k: v for k, v in os.environ.items() if k not in {"QT_QPA_PLATFORM", "BMDESK_TEST_POSTGRES"}}
    texts = [f"SN{number:017d}X" for number in range(SCANS)]
    window = subprocess.Popen(
        [sys.executable, "-m", "tests.journeys.window_at_work", str(data)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=env,
    )  # fmt: skip
    assert window.stdout is not None
    assert window.stdout.readline().startswith("READY")
    stop = threading.Event()
    other = threading.Thread(target=_another_process_writes, args=(data, others, env, stop))
    other.start()
    order: list[str] = []
    try:
        left = _typed(data, texts, order, then)
        for _ in range(10):
            left = _typed(data, left, order) if left else []
    finally:
        stop.set()
        other.join()
        window.communicate("", timeout=120)
    assert window.returncode == 0
    assert sorted(order) == texts, "so slow a screen proves nothing"
    found = [(text, ok) for text, ok in _kept(data) if text in texts]
    assert [text for text, _ in found] == order
    assert all(ok for _, ok in found)


def _typed(
    data: Path, texts: list[str], order: list[str], then: Callable[[], object] = lambda: None
) -> list[str]:
    """Type these without a pause; `order` has those more that are there then. The others, which are to be typed again:
    the screen itself tore them.
    """
    before = len(_struck(data))
    # Enter after each scan, two milliseconds between keys: what a fast scanner does.
    for start in range(0, len(texts), 50):
        burst = "".join(f"{text}\n" for text in texts[start : start + 50])
        subprocess.run([*AS_HARDWARE, "xdotool", "type", "--delay", "2", burst], check=True, timeout=300)
    then()
    _wait(lambda: len(_struck(data)) >= before + len(texts))
    struck = _struck(data)[before:]
    whole = [text for text, torn in struck if not torn]
    _wait(lambda: not whole or whole[-1] in {text for text, _ in _kept(data)})
    there = {text for text, _ in _kept(data)}
    missing = [text for text in texts if text not in there]
    assert sorted(set(missing) - {text for text, torn in struck if torn}) == [], "scans that are not there"
    order += [text for text in texts if text in there]
    return missing


def _kept(data: Path) -> list[tuple[str, int]]:
    with closing(sqlite3.connect(data / "store.db")) as store:
        return store.execute(
            "SELECT text, ok FROM scan_log WHERE seat = '' AND text LIKE 'SN%' ORDER BY id"
        ).fetchall()


def _struck(data: Path) -> list[tuple[str, bool]]:
    """What was typed up to each Enter, and whether the screen let a pause between its keys that no scanner makes.

    A desk's kernel stamps a key when it is struck. A screen in memory does it when it has the time: it draws and reads
    keys in one thread, on a machine whose processors may be lent to others.
    """
    struck: list[tuple[str, bool]] = []
    text, last, longest = "", 0, 0
    whole_lines = (data / "keys.jsonl").read_text().rpartition("\n")[0]
    for line in whole_lines.splitlines():
        stamp, key = json.loads(line)
        if key in "\r\n":
            struck.append((text, longest > GAP_MS))
            text, longest = "", 0
        else:
            longest = max(longest, stamp - last) if text else 0
            text, last = text + key, stamp
    return struck


def _another_process_writes(
    data: Path, others: Iterator[str], env: dict[str, str], stop: threading.Event
) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "bmdesk", "--data", str(data), "bench", "--script", "-"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=env,
    )  # fmt: skip
    assert process.stdin is not None
    assert process.stdout is not None
    while not stop.is_set():
        process.stdin.write(f"{next(others)}\n")
        process.stdin.flush()
        assert process.stdout.readline()
    process.communicate()
    assert process.returncode == 0
