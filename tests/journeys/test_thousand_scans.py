"""A scanner that never pauses, a real window, and another process that writes: nothing is lost or reordered."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not os.environ.get("DISPLAY"), reason="needs a screen (run it under xvfb-run)"),
    pytest.mark.skipif(not shutil.which("xdotool"), reason="needs xdotool"),
]
SCANS = 1000
# A scanner is a device: it does not stand in line for the processor as xdotool would on a loaded machine.
AS_HARDWARE = ("chrt", "--rr", "10") if os.geteuid() == 0 and shutil.which("chrt") else ()
ENV = {k: v for k, v in os.environ.items() if k not in {"QT_QPA_PLATFORM", "BMDESK_TEST_POSTGRES"}}


def test_a_thousand_scans_at_a_scanners_speed_are_all_there_in_order(tmp_path: Path) -> None:
    data = tmp_path / "data"
    texts = [f"SN{number:017d}X" for number in range(SCANS)]
    window = subprocess.Popen(
        [sys.executable, "-m", "tests.journeys.window_at_work", str(data)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=ENV,
    )  # fmt: skip
    assert window.stdout is not None
    assert window.stdout.readline().startswith("READY")
    stop = threading.Event()
    other = threading.Thread(target=_another_process_writes, args=(data, stop))
    other.start()
    try:
        # Enter after each scan, two milliseconds between keys: what a fast scanner does.
        for start in range(0, SCANS, 50):
            burst = "".join(f"{text}\n" for text in texts[start : start + 50])
            subprocess.run([*AS_HARDWARE, "xdotool", "type", "--delay", "2", burst], check=True, timeout=300)
    finally:
        stop.set()
        other.join()
        window.communicate("", timeout=120)
    assert window.returncode == 0
    kept = sqlite3.connect(data / "store.db").execute(
        "SELECT text, ok FROM scan_log WHERE seat = '' AND text LIKE 'SN%' ORDER BY id"
    )
    found = kept.fetchall()
    assert [text for text, _ in found] == texts
    assert all(ok for _, ok in found)


def _another_process_writes(data: Path, stop: threading.Event) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "bmdesk", "--data", str(data), "bench", "--script", "-"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=ENV,
    )  # fmt: skip
    assert process.stdin is not None
    assert process.stdout is not None
    number = 0
    while not stop.is_set():
        process.stdin.write(f"OTHER{number:08d}\n")
        process.stdin.flush()
        assert process.stdout.readline()
        number += 1
    process.communicate()
    assert process.returncode == 0
