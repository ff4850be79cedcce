"""What --version and the doctor say about the program that runs."""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path

import pytest

import bmdesk
from bmdesk.system import program
from tests.processes import ROOT


def test_the_version_is_the_packages_own_and_says_where_it_is_installed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    named = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    assert bmdesk.__version__ == named
    assert program.version() == f"bmdesk {named}"
    assert program.folder() == ROOT
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert program.version() == f"bmdesk {named} (installed)"
    assert program.folder() == Path(sys.executable).parent
