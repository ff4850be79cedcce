"""No screen, no library, no Qt: one sentence that names it, before Qt can abort."""

from __future__ import annotations

import sys

import pytest

from bmdesk.system import qt_libraries
from bmdesk.texts import render
from bmdesk.ui.display import DisplayRefused, NoDisplay, trouble_opening_a_window
from tests.processes import python

linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Linux has the trouble")


@linux
def test_no_display_is_said_before_qt_can_abort() -> None:
    assert isinstance(trouble_opening_a_window({}), NoDisplay)


@linux
def test_a_display_that_refuses_is_named() -> None:
    trouble = trouble_opening_a_window({"DISPLAY": ":4711"})
    assert trouble is not None
    if isinstance(trouble, qt_libraries.LibrariesMissing):
        pytest.skip("this machine lacks a library for a real window")
    assert isinstance(trouble, DisplayRefused)
    assert ":4711" in render(trouble.happened)


@linux
def test_a_chosen_platform_needs_no_display() -> None:
    assert trouble_opening_a_window({"QT_QPA_PLATFORM": "offscreen"}) is None


@linux
def test_a_missing_library_is_named_with_the_line_that_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    # A library that no machine has stands for one that this machine lacks.
    monkeypatch.setitem(qt_libraries.DRAWING, "libunheard.so.9", "libunheard9")
    trouble = trouble_opening_a_window({"QT_QPA_PLATFORM": "offscreen"})
    assert isinstance(trouble, qt_libraries.LibrariesMissing)
    assert "libunheard.so.9" in render(trouble.happened)
    assert "apt-get install libunheard9" in render(trouble.todo)


@linux
def test_looking_does_not_load_qt() -> None:
    code = (
        "import sys, bmdesk.ui.display as d; print(type(d.trouble_opening_a_window({})).__name__);"
        "print([m for m in sys.modules if m.startswith(('PySide6', 'shiboken6'))])"
    )
    looked = python(code)
    assert looked.communicate(timeout=60) == ("NoDisplay\n[]\n", "")
    assert looked.returncode == 0
