"""Every room, tab, sheet and dialog comes out in light and dark, large and small, English and German.

BMDESK_PICTURES names a folder in which the pictures stay, to be looked at.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from bmdesk.system.paths import DataDir
from bmdesk.ui.theme import Scheme
from tests.pictures.matrix import LOOKS, Picture, draw
from tests.pictures.rooms import Look

pytestmark = pytest.mark.slow

SIGNALS = {"pack-refused", "pack-order"}
"""Red and green from edge to edge, by day and by night."""


@pytest.mark.parametrize(("light", "dark"), list(zip(LOOKS[::2], LOOKS[1::2], strict=True)), ids=str)
def test_everything_is_drawn_in_both_themes(
    full: DataDir, dressed: QApplication, tmp_path: Path, light: Look, dark: Look
) -> None:
    folder = Path(os.environ.get("BMDESK_PICTURES", "") or tmp_path)
    by_scheme: dict[Scheme, dict[str, Picture]] = {
        look.scheme: {one.scene: one for one in draw(full, look, folder)} for look in (light, dark)
    }
    day, night = by_scheme[Scheme.LIGHT], by_scheme[Scheme.DARK]
    assert set(day) == set(night)
    assert len(day) > 60
    assert [str(one.file) for one in (*day.values(), *night.values()) if one.is_blank] == []
    alike = [scene for scene in day.keys() - SIGNALS if day[scene].lightness - night[scene].lightness < 0.2]
    assert alike == [], "scenes that look the same by day and by night"
