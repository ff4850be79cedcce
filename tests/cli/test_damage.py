"""Files that somebody damaged: one sentence, and no scan in another place than it belongs."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Bmdesk
from tests.desks import IMEIS

Script = Callable[..., str]


@pytest.mark.parametrize("call", [("units", "list"), ("bench", "--script", "-"), ("db", "check")])
def test_damaged_settings_stop_the_call_once_and_are_kept(
    stocked: Bmdesk, tmp_path: Path, call: tuple[str, ...]
) -> None:
    settings = tmp_path / "data" / "settings.json"
    settings.write_text('{"store_url": "postgresql://somewhere/else"', "utf-8")
    said = stocked(*call)
    assert (said.code, said.out, said.err.count("\n")) == (1, "", 1)
    assert "settings.json" in said.err
    kept = settings.with_name("settings.json.damaged-1")
    assert "somewhere" in kept.read_text("utf-8")
    assert stocked("units", "list").code == 0


def test_settings_that_cannot_be_read_never_choose_a_store(stocked: Bmdesk, tmp_path: Path) -> None:
    (tmp_path / "data" / "settings.json").unlink(missing_ok=True)
    (tmp_path / "data" / "settings.json").mkdir()
    for _ in range(2):
        assert stocked("units", "list").code == 1


def test_an_odd_value_is_said_and_the_default_holds(stocked: Bmdesk, tmp_path: Path) -> None:
    (tmp_path / "data" / "settings.json").write_text('{"look": "pink"}', "utf-8")
    said = stocked("units", "list")
    assert said.code == 0 and "pink" in said.err


def test_a_store_without_one_of_its_tables_is_damaged_and_no_mistake(
    stocked: Bmdesk, script: Script, tmp_path: Path
) -> None:
    with sqlite3.connect(tmp_path / "data" / "store.db") as store:
        store.execute("DROP TABLE seat")
    said = stocked("bench", "--script", script(IMEIS[1]))
    assert said.code == 1 and "damaged" in said.err and "seat" in said.err
