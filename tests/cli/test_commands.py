"""Every noun of the command line, on a real store: what it answers, and with which exit code."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from bmdesk.cli.main import COMMANDS
from tests.cli.conftest import CATALOGUE, Bmdesk
from tests.desks import IMEIS, PHONE
from tests.processes import ROOT


def test_the_help_names_every_command(bmdesk: Bmdesk) -> None:
    said = bmdesk("--help")
    assert said.code == 0
    assert all(name in said.out for name in COMMANDS)
    for name in COMMANDS:
        assert bmdesk(name, "--help").code == 0


@pytest.mark.parametrize(
    "words",
    [("nonsense",), ("units", "list", "--state", "sold"), ("units",), ("bench",), ("labels", "print", "X")],
)
def test_wrong_usage_ends_with_two(bmdesk: Bmdesk, words: tuple[str, ...]) -> None:
    said = bmdesk(*words)
    assert said.code == 2


def test_a_failure_is_one_line_on_stderr_and_one(bmdesk: Bmdesk) -> None:
    for words in (
        ("units", "show", "nothing"),
        ("config", "get", "nothing"),
        ("--account", "other", "units", "list"),
        ("--company", "other", "units", "list"),
        ("operators", "off", "NOBODY"),
        ("policies", "show", "nothing"),
        ("db", "backup", "no/such/folder/b.zip"),
    ):
        bmdesk("operators", "list")
        said = bmdesk(*words)
        assert (said.code, said.out) == (1, ""), words
        assert said.err.count("\n") == 1, said.err


def test_a_second_import_changes_nothing_and_bad_lines_are_named(bmdesk: Bmdesk, tmp_path: Path) -> None:
    (tmp_path / "c.csv").write_text(CATALOGUE + "BAD,Samsung,X,phone,,,,,much,EUR,\n", "utf-8")
    preview = bmdesk("catalog", "import", "c.csv", "--preview", "--json")
    assert (preview.json["added"], bmdesk("catalog", "import", "c.csv", "--json").json["added"]) == (2, 2)
    again = bmdesk("catalog", "import", "c.csv", "--json")
    assert (again.json["added"], again.json["changed"], again.json["unchanged"]) == (0, 0, 2)
    assert [error["line"] for error in again.json["errors"]] == [4]
    assert again.code == 1


def test_a_unit_is_shown_with_all_that_a_robot_asks_for(stocked: Bmdesk) -> None:
    shown = stocked("units", "show", IMEIS[0], "--json").json
    wanted = {
        "id", "identifiers", "sku", "model", "grade", "state", "location", "battery", "blockers", "listing",
        "stays", "history",
    }  # fmt: skip
    assert wanted <= set(shown)
    assert (shown["model"], shown["state"], shown["listing"]) == (PHONE, "ready", None)
    assert shown["sku"] == f"{PHONE}-{shown['grade']}"
    assert shown["battery"] == 88
    assert {"at", "operator", "station", "what", "hash"} <= set(shown["history"][0])
    assert stocked("units", "show", shown["id"]).code == 0


def test_a_blocker_comes_with_its_words(stocked: Bmdesk, script: Callable[..., str]) -> None:
    stocked("bench", "--script", script(IMEIS[1], f"BMD:MODEL:{PHONE}", "BMD:DONE"))
    shown = stocked("units", "show", IMEIS[1], "--json").json
    assert shown["state"] == "held"
    blockers = shown["blockers"]
    assert blockers
    assert all(set(b) == {"code", "title", "action", "level"} and b["action"] for b in blockers)
    held = stocked("units", "list", "--state", "held", "--json").json
    assert [unit["id"] for unit in held] == [shown["id"]]
    assert stocked("units", "list", "--state", "listed", "--json").json == []


def test_units_go_out_to_a_table_and_come_in_from_one(stocked: Bmdesk, tmp_path: Path) -> None:
    assert stocked("units", "export", "out.csv").code == 0
    assert IMEIS[0] in (tmp_path / "out.csv").read_text("utf-8-sig")
    rows = (
        f"identifier,model_code,grade,battery,cost,currency,bin\n{IMEIS[2]},{PHONE},GOOD,90,150,EUR,MAIN/A1\n"
    )
    (tmp_path / "in.csv").write_text(rows, "utf-8")
    assert stocked("units", "import", "in.csv", "--preview", "--json").json["added"] == 1
    assert stocked("units", "import", "in.csv", "--json").json["added"] == 1
    assert stocked("units", "import", "in.csv", "--json").json["unchanged"] == 1
    assert len(stocked("units", "list", "--bin", "A1", "--json").json) == 1


def test_a_batch_knows_what_is_missing(stocked: Bmdesk, tmp_path: Path) -> None:
    added = ("batches", "add", "B2", "--source", "trade_in", "--cost", "150", "--accessory", "CHARGER:YES")
    assert stocked(*added).code == 0
    (tmp_path / "e.csv").write_text(f"identifier,model_code\n{IMEIS[3]},{PHONE}\n", "utf-8")
    assert stocked("batches", "expected", "import", "e.csv", "--batch", "B2").code == 0
    shown = stocked("batches", "show", "B2", "--json").json
    assert [line["identifier"] for line in shown["missing"]] == [IMEIS[3]]
    assert {batch["code"] for batch in stocked("batches", "list", "--json").json} == {"B1", "B2"}
    assert stocked("batches", "show", "B2").code == stocked("batches", "close", "B2").code == 0


def test_a_badge_that_is_off_signs_nobody_in(bmdesk: Bmdesk, script: Callable[..., str]) -> None:
    bmdesk("operators", "add", "ann", "Ann", "--role", "packer")
    assert bmdesk("operators", "off", "ann").code == 0
    assert not bmdesk("bench", "--script", script("BMD:OP:ANN")).lines[0]["ok"]
    assert bmdesk("operators", "change", "ann", "--on").code == 0
    assert bmdesk("bench", "--script", script("BMD:OP:ANN")).lines[0]["ok"]
    found = {person["code"]: person for person in bmdesk("operators", "list", "--json").json}
    assert found["ANN"] == {"code": "ANN", "name": "Ann", "role": "packer", "active": True}


def test_settings_of_company_and_machine_share_one_command(bmdesk: Bmdesk) -> None:
    assert bmdesk("config", "set", "company.timezone", "Europe/Paris").code == 0
    assert bmdesk("config", "set", "station", "bench-9").code == 0
    assert bmdesk("config", "get", "company.timezone").out == "Europe/Paris\n"
    assert bmdesk("config", "get", "station").out == "bench-9\n"
    assert {"station", "company.timezone"} <= {one["key"] for one in bmdesk("config", "list", "--json").json}
    assert bmdesk("config", "set", "company.timezone", "Mars/Olympus").code == 1


def test_a_secret_comes_on_standard_input(
    bmdesk: Bmdesk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"s3cret-token\n")))
    said = bmdesk("secret", "set", "backmarket.token")
    assert (said.code, said.out) == (0, "")
    assert "s3cret" not in said.err
    assert (tmp_path / "data/secrets/backmarket.token").read_text() == "s3cret-token"


def test_labels_and_cards_are_written_as_pdf(stocked: Bmdesk, tmp_path: Path) -> None:
    assert stocked("labels", "print", IMEIS[0], "--out", "l.pdf", "--size", "50x25").code == 0
    assert stocked("cards", "--out", "c.pdf", "--category", "audio").code == 0
    for name in ("l.pdf", "c.pdf"):
        assert (tmp_path / name).read_bytes().startswith(b"%PDF")
    assert stocked("cards", "--out", "c.pdf", "--category", "toaster").code == 1


def test_a_policy_is_saved_as_the_next_version_and_reset(bmdesk: Bmdesk, tmp_path: Path) -> None:
    (tmp_path / "gate.json").write_text(bmdesk("policies", "show", "gate").out, "utf-8")
    assert bmdesk("policies", "save", "gate", "gate.json").code == 0
    assert bmdesk("policies", "show", "gate").json["version"] == 2
    assert bmdesk("policies", "reset", "gate").code == 0
    assert not any(one["own"] for one in bmdesk("policies", "list", "--json").json)
    (tmp_path / "gate.json").write_text("{", "utf-8")
    assert bmdesk("policies", "save", "gate", "gate.json").code == 1


def test_a_repair_waits_for_its_part_and_ends(stocked: Bmdesk) -> None:
    assert stocked("repairs", "open", IMEIS[0], "--fault", "No sound").code == 0
    assert stocked("repairs", "wait", IMEIS[0], "--part", "Speaker").code == 0
    assert stocked("repairs", "list", "--json").json[0]["waiting_for"] == "Speaker"
    assert stocked("repairs", "arrived", IMEIS[0]).code == 0
    assert stocked("repairs", "close", IMEIS[0], "--outcome", "Speaker replaced").code == 0
    assert stocked("repairs", "list").code == 0
    assert stocked("repairs", "close", IMEIS[0], "--outcome", "again").code == 1


def test_a_backup_brings_a_store_back_as_a_new_generation(stocked: Bmdesk, tmp_path: Path) -> None:
    assert stocked("db", "backup", "b.zip").code == 0
    assert stocked("--data", "other", "db", "restore", "b.zip").code == 0
    checked = stocked("--data", "other", "db", "check", "--json")
    assert (checked.code, checked.json["ok"], checked.json["generation"]) == (0, True, 2)
    assert stocked("--data", "other", "units", "show", IMEIS[0]).code == 0


def test_a_restore_asks_a_person_before_it_replaces_a_store_and_never_a_script(
    stocked: Bmdesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    stocked("db", "backup", "b.zip")
    monkeypatch.setattr(sys, "stdin", Terminal("no\n"))
    assert stocked("db", "restore", "b.zip").code == 130
    assert stocked("db", "restore", "--yes", "b.zip").code == 0
    monkeypatch.setattr(sys, "stdin", io.StringIO(""))
    assert stocked("db", "restore", "b.zip").code == 0
    assert stocked("db", "upgrade").code == stocked("reassess").code == stocked("db", "check").code == 0


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux may have no screen")
def test_without_a_display_one_sentence_and_two(tmp_path: Path) -> None:
    env = {k: v for k, v in os.environ.items() if k not in {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"}}
    env["BMDESK_DATA"] = str(tmp_path)
    done = subprocess.run(
        [sys.executable, "-m", "bmdesk"], env=env, capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)


@pytest.mark.slow
def test_a_call_imports_no_qt_and_no_spreadsheet_reader(stocked: Bmdesk) -> None:
    code = (
        "import sys\nfrom bmdesk.app import main\nassert main(['units', 'list']) == 0\n"
        "heavy = {'PySide6', 'openpyxl', 'alembic', 'rich', 'keyring', 'babel'} & set(sys.modules)\n"
        "assert not heavy, heavy"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
