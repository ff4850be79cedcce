"""A table that does not fit on the disk: one sentence, and nothing of it is left, also not in the background."""

from __future__ import annotations

import gc
import sys
from pathlib import Path

import pytest

from bmdesk.system.durable import FileNotWritten
from bmdesk.system.tabular import write_table


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a device that is always full")
@pytest.mark.parametrize("name", ["table.csv", pytest.param("table.xlsx", marks=pytest.mark.slow)])
def test_a_full_disk_is_said_once(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    complaints: list[object] = []
    monkeypatch.setattr(sys, "unraisablehook", complaints.append)

    def full(prefix: str, suffix: str, dir: Path) -> tuple[int, str]:  # noqa: A002
        import os

        draft = dir / f"{prefix}{suffix}"
        draft.symlink_to("/dev/full")
        return os.open("/dev/full", os.O_RDWR), str(draft)

    monkeypatch.setattr("tempfile.mkstemp", full)
    with pytest.raises(FileNotWritten):
        write_table(tmp_path / name, ["a"], [["x" * 1000]] * 2000)
    gc.collect()
    assert not complaints
    assert list(tmp_path.iterdir()) == []
