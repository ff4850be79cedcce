"""What runs here: which version of bmdesk, installed or from its sources, and where it lies. Knows nobody's data."""

from __future__ import annotations

import sys
from pathlib import Path

import bmdesk


def is_installed() -> bool:
    """Whether this is the program that an installer puts on a computer, with its own Python inside."""
    return bool(getattr(sys, "frozen", False))


def folder() -> Path:
    """Where the program lies."""
    return Path(sys.executable).parent if is_installed() else Path(bmdesk.__file__).parent.parent


def version() -> str:
    """The answer to --version: `bmdesk 1.2.3`, with `(installed)` where it is."""
    return f"bmdesk {bmdesk.__version__}" + (" (installed)" if is_installed() else "")
