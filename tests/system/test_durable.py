"""A file is replaced whole or not at all."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

import pytest

from bmdesk.system.durable import FileNotWritten, replacing, why
from bmdesk.texts import render


def test_the_new_content_stands_and_is_private(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"

    with replacing(path) as file:
        file.write(b"new")
        assert not path.exists()

    assert path.read_bytes() == b"new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_an_error_in_the_middle_leaves_the_old_content_and_no_litter(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_bytes(b"old")

    with pytest.raises(ZeroDivisionError), replacing(path) as file:
        file.write(b"half of the n")
        _ = 1 / 0

    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_full_disk_is_said_and_leaves_the_old_content(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "settings.json"
    path.write_bytes(b"old")

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(FileNotWritten) as raised, replacing(path) as file:
        file.write(b"new")

    assert "the disk is full" in render(raised.value.happened)
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(FileNotWritten, match="not_there"), replacing(tmp_path / "no" / "file"):
        pass


@pytest.mark.parametrize("number", [errno.EROFS, errno.EACCES, errno.EISDIR, errno.ENAMETOOLONG, errno.EIO])
def test_each_error_of_the_disk_has_its_words(number: int) -> None:
    words = render(why(OSError(number, os.strerror(number))))

    assert words
    assert "{" not in words
