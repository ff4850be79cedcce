"""Other processes for tests: what one process promises, another must see."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
_started: list[subprocess.Popen[str]] = []


def python(code: str, *args: str, stdin: int = subprocess.DEVNULL) -> subprocess.Popen[str]:
    """Start these lines in a Python of their own; its output is text on pipes. It ends with the test at the latest."""
    started = subprocess.Popen(
        [sys.executable, "-c", code, *args],
        cwd=ROOT,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
        stdin=stdin,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    _started.append(started)
    return started


def end_all() -> None:
    """Whatever a test that failed left running would be held against the test after it."""
    while _started:
        left = _started.pop()
        left.kill()
        left.communicate(timeout=20)  # closes its pipes
