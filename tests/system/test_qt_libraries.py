"""A missing system library is one sentence with the line that installs it, before Qt could abort."""

from __future__ import annotations

import sys

import pytest

from bmdesk.system import qt_libraries
from bmdesk.system.qt_libraries import LibrariesMissing, missing_libraries, require_libraries
from bmdesk.texts import render

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux leaves them out")


def test_where_these_tests_draw_nothing_is_missing() -> None:
    require_libraries()


def test_all_missing_libraries_are_named_at_once_with_one_line_to_install_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(
        qt_libraries, "DRAWING", {"libone.so.77": "libone77", "libtwo.so.5": "libtwo5", "libc.so.6": "libc6"}
    )
    with pytest.raises(LibrariesMissing) as missing:
        require_libraries()
    assert "libone.so.77, libtwo.so.5" in render(missing.value.happened)
    assert render(missing.value.todo) == "Install them with: sudo apt-get install libone77 libtwo5"


def test_only_what_cannot_be_loaded_is_missing() -> None:
    assert missing_libraries({"libc.so.6": "libc6", "no-such-library.so.1": "none"}) == (
        "no-such-library.so.1",
    )
