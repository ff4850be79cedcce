"""No word of the window is cut off: in either language, in a small window and in a large one, also where somebody reads
larger words.
"""

from __future__ import annotations

import itertools
import shutil
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QVBoxLayout, QWidget

from bmdesk.services import settings
from bmdesk.services.session import open_session
from bmdesk.system.clock import FixedClock
from bmdesk.system.paths import DataDir
from tests.desks import IMEIS, Bench
from tests.pictures.clipped import clipped
from tests.pictures.rooms import LARGE, SMALL, House, Look, Scene, house

LOOKS = [
    Look(language, size=size, percent=percent)
    for language, size, percent in itertools.product(("en", "de"), (SMALL, LARGE), (100, 150))
]
MAIN = ("bench",)


@pytest.fixture
def small(template: Path, tmp_path: Path, qapp: QApplication) -> DataDir:
    """A store that is quickly told: one unit is ready, another is in the hand."""
    data = DataDir(tmp_path / "small").prepare()
    shutil.copyfile(template, data.store)
    clock = FixedClock()
    with open_session(data, clock=clock) as session:
        at = Bench(session.desk, clock)
        at.ready_unit(IMEIS[1])
        at.good(IMEIS[0], "BMD:MODEL:IP13-128-BLK", "BMD:DEFECT:BACK:SCRATCH:2")
        settings.put(session.desk, "setup.done", "true")
    return data


def cut_off(window: House, scene: Scene) -> list[str]:
    """What cannot be read there, once it has come to rest."""
    shown = window.show(scene)
    window.settle()
    if any(clipped(one) for one in shown):
        window.wait_a_little()  # what was asked for last may only now have found its place
    found = [f"{scene.name}: {line}" for one in shown for line in clipped(one)]
    if shown == [window.window] and (window.window.width(), window.window.height()) != window.look.size:
        found.append(f"{scene.name}: the window grew to {window.window.size()}")
    return found


def test_large_german_words_are_whole_in_a_small_window(small: DataDir) -> None:
    with house(small, Look("de", size=SMALL, percent=150)) as window:
        window.hurry()
        assert [line for room in MAIN for line in cut_off(window, Scene(room, room))] == []


@pytest.mark.slow
@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_no_word_is_cut_off_anywhere(full: DataDir, qapp: QApplication, look: Look) -> None:
    with house(full, look) as window:
        window.hurry()
        assert [line for scene in window.scenes() for line in cut_off(window, scene)] == []


def test_words_that_have_no_room_are_found(dressed: QApplication) -> None:
    page = QWidget()
    column = QVBoxLayout(page)
    long, wrapped, button, fine = (
        QLabel("much longer " * 9),
        QLabel("words " * 60),
        QPushButton("Too long"),
        QLabel("ok"),
    )
    wrapped.setWordWrap(True)
    wrapped.setFixedSize(100, 40)
    button.setFixedWidth(30)
    for widget in (long, wrapped, button, fine):
        column.addWidget(widget)
    page.setFixedSize(260, 200)
    page.show()
    found = " ".join(clipped(page))
    assert all(words in found for words in ("much longer", "words words", "Too long")) and "'ok'" not in found
    long.setToolTip(long.text())
    assert "much longer" not in " ".join(line for line in clipped(page) if "reaches" not in line)
    page.close()
