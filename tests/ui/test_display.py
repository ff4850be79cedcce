"""No screen, no library, no Qt: one sentence that names it, before Qt can abort."""

from __future__ import annotations

import subprocess
import sys

import pytest

from bmdesk.texts import render
from bmdesk.ui.display import (
    PACKAGES,
    DisplayRefused,
    LibraryMissing,
    NoDisplay,
    QtMissing,
    failure_for,
    install_line,
    trouble_opening_a_window,
    with_qt,
)

linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Linux has the trouble")


@linux
def test_no_display_is_said_before_qt_can_abort() -> None:
    assert isinstance(trouble_opening_a_window({}), NoDisplay)


@linux
def test_a_display_that_refuses_is_named() -> None:
    trouble = trouble_opening_a_window({"DISPLAY": ":4711"})
    assert trouble is not None
    if isinstance(trouble, LibraryMissing):
        pytest.skip("this machine lacks a library for a real window")
    assert isinstance(trouble, DisplayRefused)
    assert ":4711" in render(trouble.happened)


@linux
def test_a_chosen_platform_needs_no_display() -> None:
    assert trouble_opening_a_window({"QT_QPA_PLATFORM": "offscreen"}) is None


def test_a_missing_library_is_named_with_the_line_that_installs_it() -> None:
    def imports() -> None:
        raise ImportError("libEGL.so.1: cannot open shared object file: No such file or directory")

    with pytest.raises(LibraryMissing) as caught:
        with_qt(imports)
    assert "libEGL.so.1" in render(caught.value.happened)
    assert "sudo apt-get install libegl1" in render(caught.value.todo)


def test_missing_qt_is_told_from_a_bug_of_our_own() -> None:
    assert isinstance(
        failure_for(ModuleNotFoundError("No module named 'PySide6'", name="PySide6")), QtMissing
    )
    with pytest.raises(ImportError, match="bmdesk"):
        with_qt(lambda: exec("from bmdesk import nothing_of_that_name"))


def test_every_library_leads_to_a_package() -> None:
    assert all(package.startswith("lib") for package in PACKAGES.values())
    assert "libunheard.so.9" in install_line("libunheard.so.9")


def test_looking_does_not_load_qt() -> None:
    code = (
        "import sys, bmdesk.ui.display as d; assert d.trouble_opening_a_window({}) is not None or True;"
        "assert isinstance(d.NoDisplay(), Exception);"
        "print(any(m.startswith('PySide6') for m in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    if sys.platform.startswith("linux"):
        assert done.stdout.strip() == "False"
