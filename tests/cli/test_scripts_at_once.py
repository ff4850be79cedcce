"""Two scripts at one station at the same moment: each has its own unit in hand."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.cli.conftest import Bmdesk
from tests.desks import IMEIS, PHONE

Script = Callable[..., str]


@contextmanager
def talking(*words: str) -> Iterator[Callable[[str], dict[str, object]]]:
    """A real script that is told one line at a time; says what it answered."""
    call = [sys.executable, "-m", "bmdesk", "bench", "--script", "-", *words]
    with subprocess.Popen(call, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdin is not None and running.stdout is not None
        told, heard = running.stdin, running.stdout

        def scan(line: str) -> dict[str, object]:
            told.write(line + "\n")
            told.flush()
            answer: dict[str, object] = json.loads(heard.readline())
            return answer

        yield scan
        told.close()
        assert running.wait(30) == 0


@pytest.mark.slow
def test_two_scripts_never_work_on_each_others_unit(stocked: Bmdesk) -> None:
    with talking() as first:
        mine = first(IMEIS[1])["unit"]
        with talking() as second:
            other = second(IMEIS[2])["unit"]
            assert first(f"BMD:MODEL:{PHONE}")["unit"] == mine
            assert second("BMD:BATTERY:91")["unit"] == other
            assert first("BMD:BATTERY:92")["unit"] == mine
    shown = stocked("units", "show", IMEIS[1], "--json").json
    assert shown["battery"] == 92


@pytest.mark.slow
def test_a_seat_that_was_named_is_not_shared(stocked: Bmdesk, script: Script) -> None:
    with talking("--seat", "robot") as robot:
        assert robot(IMEIS[1])["ok"]
        said = stocked("bench", "--seat", "robot", "--script", script(IMEIS[2]))
        assert (said.code, said.out) == (1, "")
        assert "robot" in said.err and said.err.count("\n") == 1
    assert stocked("bench", "--seat", "robot", "--script", script(IMEIS[2])).code == 0


def test_a_seat_needs_a_name_that_can_be_kept(stocked: Bmdesk, script: Script) -> None:
    for name in ("", " ", "x" * 41, "a\x07b"):
        assert stocked("bench", "--seat", name, "--script", script(IMEIS[1])).code == 1


def test_a_robot_is_given_all_units_a_person_the_first_hundred(stocked: Bmdesk, tmp_path: Path) -> None:
    lines = [f"{number:06d}XSN,{PHONE},GOOD,90" for number in range(101)]
    (tmp_path / "many.csv").write_text("\n".join(["identifier,model,grade,battery", *lines]), "utf-8")
    assert stocked("units", "import", "many.csv").code == 0
    assert len(stocked("units", "list", "--json").json) == 102
    assert len(stocked("units", "list", "--limit", "5", "--json").json) == 5
    assert len(stocked("units", "list").out.splitlines()) == 1 + 100 + 1
