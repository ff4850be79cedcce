"""Run by the frozen program before bmdesk: on Windows a window is born without a console, and print would fail."""

import os
import sys
from pathlib import Path

for name in ("stdout", "stderr"):
    if getattr(sys, name) is None:
        setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115 - as long as the program
