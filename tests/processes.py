"""Other processes for tests: what one process promises, another must see."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent


def python(code: str, *args: str, stdin: int = subprocess.DEVNULL) -> subprocess.Popen[str]:
    """Start these lines in a Python of their own; its output is text on pipes."""
    return subprocess.Popen(
        [sys.executable, "-c", code, *args],
        cwd=ROOT,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
        stdin=stdin,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
