"""Copies of papers that were only looked at: they name customers, so they go."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from bmdesk.ui import papers


@pytest.mark.slow
def test_what_a_killed_process_had_on_screen_goes_with_the_next_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr(papers, "_folder", None)
    old, young = tmp_path / "bmdesk-papers-old", tmp_path / "bmdesk-papers-young"
    for one in (old, young):
        one.mkdir()
        (one / "note.pdf").write_bytes(b"%PDF Quuxworth")
    days_ago = time.time() - 3 * 86_400
    for path in (old / "note.pdf", old):
        os.utime(path, (days_ago, days_ago))

    papers.folder()
    assert papers._folder is not None
    papers._folder.cleanup()

    assert not old.exists()
    assert young.exists(), "another window's"
