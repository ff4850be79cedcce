"""Starting with the person's login: one entry, made and taken away."""

from __future__ import annotations

import configparser
import plistlib
import shlex
import sys
from pathlib import Path

import pytest

from bmdesk.system.autostart import Autostart
from bmdesk.system.durable import FileNotWritten
from bmdesk.system.paths import DataDir


def test_the_entry_is_made_and_taken_away(tmp_path: Path) -> None:
    config = tmp_path / "conf"
    entry = Autostart(
        DataDir(tmp_path / 'my "data" $1 100%'), platform="linux", environ={"XDG_CONFIG_HOME": str(config)}
    )
    assert not entry.is_on()
    entry.turn_on()
    entry.turn_on()
    assert entry.is_on() and entry.file == config / "autostart" / "bmdesk.desktop"

    found = configparser.RawConfigParser()
    found.optionxform = str  # type: ignore[assignment]
    found.read(entry.file, "utf-8")
    line = found["Desktop Entry"]["Exec"].replace("\\\\", "\\").replace("%%", "%")
    words = shlex.split(line.replace("\\$", "$"))  # a dollar is escaped there, which shlex does not know
    named = ["--data", str(tmp_path / 'my "data" $1 100%'), "--hidden"]
    assert words == [sys.executable, "-m", "bmdesk", *named]

    entry.turn_off()
    entry.turn_off()
    assert not entry.is_on() and not entry.file.exists()


def test_the_usual_folder_is_not_named(tmp_path: Path) -> None:
    entry = Autostart(DataDir.choose(None, {}), platform="linux", home=tmp_path, environ={})
    entry.turn_on()
    assert entry.file == tmp_path / ".config" / "autostart" / "bmdesk.desktop"
    assert "--data" not in entry.file.read_text("utf-8")


def test_what_the_desktop_switched_off_is_off_until_it_is_switched_on_again(tmp_path: Path) -> None:
    entry = Autostart(DataDir(tmp_path / "data"), platform="linux", home=tmp_path, environ={})
    for line in ("Hidden=true", "X-GNOME-Autostart-enabled=false"):
        entry.turn_on()
        assert entry.is_on()
        lines = [
            one for one in entry.file.read_text().splitlines() if not one.startswith("X-GNOME-Autostart-e")
        ]
        entry.file.write_text("\n".join([*lines, line, ""]))
        assert not entry.is_on()


def test_on_a_mac_it_is_a_launch_agent(tmp_path: Path) -> None:
    entry = Autostart(DataDir(tmp_path / "data"), platform="darwin", home=tmp_path)
    entry.turn_on()
    agent = plistlib.loads(entry.file.read_bytes())
    assert agent["RunAtLoad"] and agent["ProgramArguments"][-2:] == [str(tmp_path / "data"), "--hidden"]


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "autostart").write_text("in the way")
    entry = Autostart(DataDir(tmp_path), platform="linux", environ={"XDG_CONFIG_HOME": str(tmp_path)})
    with pytest.raises(FileNotWritten):
        entry.turn_on()
    assert not entry.is_on()
