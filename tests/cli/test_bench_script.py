"""Scripts at the bench: one line in, one JSON line out, and nothing said before it is kept."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import CLEAN_PHONE, Bmdesk
from tests.desks import IMEIS, PHONE
from tests.photo_files import png

Script = Callable[..., str]


def test_a_refused_scan_does_not_stop_the_script(bmdesk: Bmdesk, script: Script) -> None:
    said = bmdesk("bench", "--script", script("BMD:ALLPASS", "", IMEIS[0]))
    assert said.code == 0
    refused, taken = said.lines
    assert set(refused) == {"scan", "kind", "ok", "message", "unit", "code", "todo"}
    assert not refused["ok"] and refused["todo"]
    assert taken["ok"] and taken["kind"] == "imei" and taken["unit"]


def test_bytes_that_are_no_text_are_refused_and_the_next_line_counts(bmdesk: Bmdesk, script: Script) -> None:
    said = bmdesk("bench", "--script", script(b"\xff\xfe\x00", IMEIS[0].encode() + b"\r", b"A" * 200_000))
    bad, good, long = said.lines
    assert (bad["ok"], bad["code"]) == (False, "cli.not_utf8")
    assert good["ok"]
    assert (long["ok"], long["code"]) == (False, "cli.line_too_long")
    assert said.code == 0


def test_a_photo_lies_beside_the_script(stocked: Bmdesk, script: Script, tmp_path: Path) -> None:
    (tmp_path / "scripts").mkdir()
    png(tmp_path / "scripts" / "front.png")
    file = script(IMEIS[0], "BMD:PHOTO:front.png", "BMD:PHOTO:no.png", name="scripts/photo.txt")
    opened, photo, missing = stocked("bench", "--script", file).lines
    assert opened["ok"] and photo["ok"] and not missing["ok"]
    assert photo["scan"] == "BMD:PHOTO:front.png"
    shown = stocked("units", "show", IMEIS[0], "--json").json
    assert [p["name"] for p in shown["photos"]] == ["front.png"]


def test_each_script_begins_with_an_empty_hand_unless_it_resumes(stocked: Bmdesk, script: Script) -> None:
    stocked("bench", "--script", script(IMEIS[1], f"BMD:MODEL:{PHONE}", "BMD:TEST:BOOT:PASS"))
    assert stocked("bench", "--resume", "--script", script("BMD:BATTERY:91")).lines[0]["ok"]
    assert not stocked("bench", "--script", script("BMD:BATTERY:92")).lines[0]["ok"]


def test_steps_belong_to_the_operator_that_was_named(stocked: Bmdesk, script: Script) -> None:
    assert stocked("operators", "add", "ann", "Ann", "--role", "operator").code == 0
    assert stocked("bench", "--operator", "ANN", "--script", script(IMEIS[1])).code == 0
    history = stocked("units", "show", IMEIS[1], "--json").json["history"]
    assert {line["operator"] for line in history} == {"ANN"}


def test_a_script_that_is_not_there_is_said_in_one_line(bmdesk: Bmdesk) -> None:
    said = bmdesk("bench", "--script", "none.txt")
    assert said.code == 1
    assert said.out == ""
    assert said.err.count("\n") == 1


@pytest.mark.slow
def test_a_pipe_is_answered_scan_by_scan(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "bmdesk", "--data", str(tmp_path / "data"), "bench", "--script", "-"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None and process.stdout is not None
        for line in CLEAN_PHONE[:1] + CLEAN_PHONE[2:3]:
            process.stdin.write(line.encode() + b"\n")
            process.stdin.flush()
            # The answer comes while the pipe is still open: nothing waits for the end of the script.
            assert json.loads(process.stdout.readline())["ok"]
        process.stdin.close()
        assert process.wait(30) == 0


@pytest.mark.slow
def test_a_reader_that_leaves_early_gets_no_traceback(tmp_path: Path) -> None:
    script = tmp_path / "long.txt"
    script.write_text("BMD:ALLPASS\n" * 400)
    command = f"{sys.executable} -m bmdesk bench --script {script} | head -n 1"
    env = {**os.environ, "BMDESK_DATA": str(tmp_path / "data")}
    done = subprocess.run(["bash", "-c", command], env=env, capture_output=True, timeout=60, check=False)
    assert done.stderr == b""
    assert done.stdout.count(b"\n") == 1
