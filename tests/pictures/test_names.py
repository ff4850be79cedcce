"""Whoever hears the window instead of seeing it is told what everything is: in each room, tab, sheet and dialog."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication

from bmdesk.system.paths import DataDir
from tests.pictures.rooms import Look, house
from tests.ui.test_accessible import silent


@pytest.mark.slow
def test_every_control_says_what_it_is_wherever_it_stands(full: DataDir, qapp: QApplication) -> None:
    unnamed: dict[str, list[str]] = {}
    with house(full, Look()) as window:
        window.hurry()
        for scene in window.scenes():
            for shown in window.show(scene):
                unnamed.update(
                    {one: [*unnamed.get(one, []), scene.name] for one in silent(shown, on_screen=True)}
                )
    assert unnamed == {}
