"""Where bmdesk keeps its things, and what it says where it cannot."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from bmdesk.system import paths
from bmdesk.system.paths import DataDir, DataFolderUnusable, resources_dir
from bmdesk.texts import render

ROOT = Path(__file__).resolve().parents[2]


def test_the_resources_of_a_checkout_are_found() -> None:
    assert (resources_dir() / "checklists").is_dir()


@pytest.mark.slow
def test_a_built_wheel_finds_its_resources_without_the_checkout(tmp_path: Path) -> None:
    subprocess.run(
        [
            sys.executable,
            "-m",
            "pip",
            "wheel",
            "--quiet",
            "--no-deps",
            "--wheel-dir",
            str(tmp_path),
            str(ROOT),
        ],
        check=True,
    )
    (wheel,) = tmp_path.glob("*.whl")
    zipfile.ZipFile(wheel).extractall(tmp_path / "installed")

    found = subprocess.run(
        [sys.executable, "-c", "from bmdesk.system.paths import resources_dir; print(resources_dir())"],
        cwd=tmp_path / "installed",
        env={**os.environ, "PYTHONPATH": str(tmp_path / "installed")},
        check=True,
        capture_output=True,
        text=True,
    )

    assert Path(found.stdout.strip()) == tmp_path / "installed" / "bmdesk" / "resources"
    assert (tmp_path / "installed" / "bmdesk" / "resources" / "checklists").is_dir()


def test_an_installed_package_prefers_what_it_brought(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "bmdesk" / "resources").mkdir(parents=True)
    monkeypatch.setattr(paths, "_PACKAGE", tmp_path / "bmdesk")

    assert resources_dir() == tmp_path / "bmdesk" / "resources"


def test_what_is_given_goes_before_the_variable_and_the_variable_before_the_default(tmp_path: Path) -> None:
    environ = {"BMDESK_DATA": str(tmp_path / "named")}

    assert DataDir.choose(tmp_path / "given", environ).root == tmp_path / "given"
    assert DataDir.choose(None, environ).root == tmp_path / "named"
    assert DataDir.choose(None, {}).root.name == "bmdesk"
    assert DataDir.choose(None, {"BMDESK_DATA": ""}).root == DataDir.choose(None, {}).root


def test_a_new_data_folder_is_for_this_person_alone(tmp_path: Path) -> None:
    data = DataDir(tmp_path / "a" / "b").prepare()

    for folder in (data.root, data.photos, data.logs, data.backups):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert list(folder.iterdir()) == ([] if folder != data.root else sorted(data.root.iterdir()))
    assert not data.store.exists()
    assert data.prepare() == data


def test_a_file_where_the_folder_should_be_is_said(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("not a folder")

    with pytest.raises(DataFolderUnusable) as raised:
        DataDir(tmp_path / "data").prepare()

    assert "a file stands where the folder should be" in render(raised.value.happened)
    assert str(tmp_path / "data") in render(raised.value.happened)


def test_a_folder_below_a_file_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(DataFolderUnusable) as raised:
        DataDir(tmp_path / "file" / "data").prepare()

    assert "a file stands where the folder should be" in render(raised.value.happened)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_without_the_right_to_write_is_said(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir(mode=0o500)

    with pytest.raises(DataFolderUnusable) as raised:
        DataDir(tmp_path / "data").prepare()

    assert "may not write" in render(raised.value.happened)


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="needs a folder that nobody can write")
def test_a_folder_that_nobody_can_write_is_said_even_to_root() -> None:
    with pytest.raises(DataFolderUnusable):
        DataDir(Path("/proc/self/bmdesk")).prepare()
