"""The machine's own settings: good values kept, odd ones refused in words, a damaged file never lost."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bmdesk.system.durable import FileNotWritten
from bmdesk.system.machine import (
    KEYS,
    LOOK,
    SCANNER_GAP_MS,
    SCANNER_PREFIXES,
    SOUNDS,
    STATION,
    STORE_URL,
    MachineSettings,
    SettingRefused,
)
from bmdesk.texts import render


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "settings.json"


def test_a_machine_without_a_file_works_with_defaults(path: Path) -> None:
    settings = MachineSettings(path)

    assert settings.notices == ()
    assert settings.get(LOOK) == "system"
    assert settings.get(SOUNDS) is True
    assert settings.get(STATION)
    assert not path.exists()


@pytest.mark.parametrize("name", KEYS)
def test_every_setting_has_a_good_default_and_a_meaning(name: str) -> None:
    key = KEYS[name]

    assert key.accept(key.default()) == key.default()
    assert render(key.meaning)


@pytest.mark.parametrize("host", ["", "-", "bench 1.local", "Atelier-Gérard", "x" * 200, "名前"])
def test_any_host_name_gives_a_station_name(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("socket.gethostname", lambda: host)

    assert STATION.accept(STATION.default())


def test_what_was_set_is_there_after_a_restart(path: Path) -> None:
    MachineSettings(path).set(LOOK, "dark")
    MachineSettings(path).set(SCANNER_PREFIXES, ("A!", "B!"))

    settings = MachineSettings(path)
    assert settings.get(LOOK) == "dark"
    assert settings.get(SCANNER_PREFIXES) == ("A!", "B!")


def test_two_processes_do_not_undo_each_others_settings(path: Path) -> None:
    window, command_line = MachineSettings(path), MachineSettings(path)

    command_line.set(STATION, "Bench 7")
    window.set(LOOK, "dark")

    assert MachineSettings(path).get(STATION) == "Bench 7"


def test_reset_goes_back_to_the_default(path: Path) -> None:
    settings = MachineSettings(path)
    settings.set(SCANNER_GAP_MS, 80)

    settings.reset(SCANNER_GAP_MS)

    assert MachineSettings(path).get(SCANNER_GAP_MS) == 50


@pytest.mark.parametrize(
    ("name", "words", "value"),
    [
        ("sounds", "off", False),
        ("sounds", " YES ", True),
        ("scanner_gap_ms", "35", 35),
        ("scanner_prefixes", "A!, B!", ("A!", "B!")),
        ("scanner_prefixes", "", ()),
        ("look", "light", "light"),
        ("store_url", "postgresql://bench@db/bmdesk", "postgresql://bench@db/bmdesk"),
    ],
)
def test_the_words_of_the_command_line_become_values(name: str, words: str, value: object) -> None:
    assert KEYS[name].parse(words) == value


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("sounds", "maybe"),
        ("scanner_gap_ms", "4"),
        ("scanner_gap_ms", "5.5"),
        ("scanner_gap_ms", "9" * 400),
        ("look", "pink"),
        ("station", ""),
        ("station", "x" * 41),
        ("station", "two\nlines"),
        ("scanner_prefixes", "A, AB"),
        ("scanner_prefixes", "A,A"),
        ("photo_folder", "relative/path"),
        ("store_url", "sqlite:///x"),
        ("label_printer", "a\x00b"),
    ],
)
def test_odd_values_are_refused_in_words(name: str, words: str) -> None:
    with pytest.raises(SettingRefused) as raised:
        KEYS[name].parse(words)

    assert name in render(raised.value.happened)
    assert render(raised.value.title)
    assert render(raised.value.todo)


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"\xff\xfe", b"[1]", b"null", b"[" * 100_000, b"x" * 1_000_002, b'{"a": 1'],
    ids=["empty", "cut", "not-utf-8", "list", "null", "deep", "huge", "unclosed"],
)
def test_a_damaged_file_is_set_aside_and_said(path: Path, content: bytes) -> None:
    path.write_bytes(content)

    settings = MachineSettings(path)

    assert settings.get(LOOK) == "system"
    assert len(settings.notices) == 1
    assert "settings.json.damaged-1" in render(settings.notices[0])
    assert path.with_name("settings.json.damaged-1").read_bytes() == content
    assert not path.exists()


def test_a_second_damage_does_not_overwrite_the_first(path: Path) -> None:
    for content in (b"one", b"two"):
        path.write_bytes(content)
        MachineSettings(path)

    assert path.with_name("settings.json.damaged-1").read_bytes() == b"one"
    assert path.with_name("settings.json.damaged-2").read_bytes() == b"two"


def test_one_odd_value_costs_only_itself_and_is_said(path: Path) -> None:
    path.write_text(
        json.dumps({"look": "pink", "sounds": False, "scanner_prefixes": ["A", 1], "of_tomorrow": 7})
    )

    settings = MachineSettings(path)

    assert settings.get(LOOK) == "system"
    assert settings.get(SCANNER_PREFIXES) == ()
    assert settings.get(SOUNDS) is False
    assert len(settings.notices) == 2
    settings.set(SOUNDS, True)
    assert json.loads(path.read_text())["of_tomorrow"] == 7  # a newer bmdesk on this machine keeps its own


def test_settings_that_cannot_be_read_are_said_and_not_overwritten(path: Path) -> None:
    path.mkdir()  # even root cannot read a folder as a file

    settings = MachineSettings(path)

    assert settings.get(LOOK) == "system"
    assert "cannot be read" in render(settings.notices[0])
    with pytest.raises(FileNotWritten):
        settings.set(LOOK, "dark")
    assert path.is_dir()


def test_a_refused_value_changes_nothing(path: Path) -> None:
    settings = MachineSettings(path)
    settings.set(LOOK, "dark")
    before = path.read_bytes()

    with pytest.raises(SettingRefused):
        settings.set(LOOK, "pink")

    assert path.read_bytes() == before
    assert settings.get(LOOK) == "dark"


def test_a_store_address_keeps_out_of_the_way_of_sqlite(path: Path) -> None:
    assert MachineSettings(path).get(STORE_URL) == ""


@given(st.sampled_from(sorted(KEYS)), st.text(max_size=60))
def test_any_words_are_either_a_good_value_or_refused(name: str, words: str) -> None:
    key = KEYS[name]
    try:
        value = key.parse(words)
    except SettingRefused:
        return

    assert key.accept(json.loads(json.dumps(value))) == value
