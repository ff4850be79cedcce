"""Data safety on screen: a backup is made and brought back there, and the window looks after its store by itself."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from bmdesk.services import backup_plan, backups, company
from bmdesk.services.desk import Desk
from bmdesk.services.session import open_session
from bmdesk.store.backup import NotABackup
from bmdesk.system import machine as m
from bmdesk.system.paths import DataDir
from bmdesk.ui.caretaker import Caretaker
from bmdesk.ui.main_window import Room
from bmdesk.ui.views.settings import SettingsPage
from bmdesk.ui.views.settings.safety import SafetySection
from bmdesk.ui.views.settings.store import StoreSection
from bmdesk.ui.widgets.label import PlainLabel
from bmdesk.ui.words import moment
from bmdesk.ui.workplace import Workplace

pytestmark = pytest.mark.sqlite_only


@pytest.fixture
def safety(workplace: Workplace) -> SafetySection:
    """The section, on screen."""
    window = workplace.window
    window.add_room(Room("settings", "window.room.settings", "settings", lambda: SettingsPage(workplace)))
    window.show()
    window.open_rooms("settings")
    page = window.page("settings")
    assert isinstance(page, SettingsPage)
    section = page.show_section("safety")
    assert isinstance(section, SafetySection)
    return section


def test_the_store_is_backed_up_by_its_plan_and_the_list_shows_it(
    safety: SafetySection, workplace: Workplace, desk: Desk, qtbot: QtBot
) -> None:
    qtbot.waitUntil(lambda: bool(safety.verdict.text()))
    assert not safety.table.isVisible() and not safety.restore_button.isVisible()
    data = DataDir(desk.photos.folder.parent)
    keeper = Caretaker(desk, workplace.bridge, workplace.window, workplace.machine, data)
    done: list[object] = []
    keeper.looked.connect(done.append)
    keeper.look()
    qtbot.waitUntil(lambda: bool(done))
    keeper.stop()
    safety.load()
    qtbot.waitUntil(lambda: safety.model.rowCount() == 1)
    assert safety.restore_button.isVisible()
    safety.now_button.click()
    qtbot.waitUntil(safety.now_button.isEnabled)
    qtbot.waitUntil(lambda: not workplace.bridge.pending)
    assert safety.model.rowCount() == 1, "a day has one"


def test_while_a_backup_is_written_lists_go_on_being_read(
    safety: SafetySection, workplace: Workplace, desk: Desk, qtbot: QtBot
) -> None:
    desk.photos.keep_content("photo.png", b"\x89PNG\r\n\x1a\n a photo")
    read = threading.Event()
    # The disk is slow: no further than the first photo before somebody was shown a list.
    safety._progress.connect(lambda: read.wait(5), Qt.ConnectionType.DirectConnection)
    qtbot.waitUntil(lambda: not workplace.bridge.pending)
    safety.now_button.click()
    safety.load()
    assert not safety.now_button.isEnabled(), "one at a time"
    workplace.read(company.operators, then=lambda _: read.set())
    qtbot.waitUntil(read.is_set, timeout=2000)
    qtbot.waitUntil(lambda: safety.model.rowCount() == 1)
    assert safety.now_button.isEnabled()


@pytest.mark.slow
def test_a_packer_takes_no_copy_of_the_store_home_and_moves_no_backups(
    safety: SafetySection, workplace: Workplace, desk: Desk, tmp_path: Path, qtbot: QtBot
) -> None:
    company.add_operator(desk, "PIA", "Pia", "packer")
    workplace.operator = company.operator(desk, "PIA")
    workplace.operator_changed.emit(workplace.operator)
    page = workplace.window.page("settings")
    assert isinstance(page, SettingsPage)
    store = page.show_section("store")
    assert isinstance(store, StoreSection)
    assert not store.backup_button.isEnabled() and not safety.folder.isEnabled()

    store.back_up(tmp_path / "mine.zip")
    qtbot.waitUntil(store.bar.isHidden)
    safety.folder.editor.show(str(tmp_path))
    safety.folder.keep()
    qtbot.waitUntil(lambda: not workplace.bridge.pending)

    assert not (tmp_path / "mine.zip").exists()
    assert workplace.machine.get(m.BACKUP_FOLDER) == ""


@pytest.mark.slow
def test_the_chosen_backup_replaces_the_store_after_a_word_was_typed(
    safety: SafetySection,
    workplace: Workplace,
    desk: Desk,
    qtbot: QtBot,
    open_desk: Callable[[str], Desk],
) -> None:
    safety.back_up()
    qtbot.waitUntil(lambda: safety.model.rowCount() == 1)
    company.add_operator(desk, "LATER", "Came after the backup", "packer")
    safety.ask_restore()
    qtbot.waitUntil(lambda: safety.question is not None)
    assert safety.question is not None
    safety.question.word.setText("RESTORE")
    safety.question.yes.click()
    qtbot.waitUntil(lambda: safety.restoring is not None)
    restoring = safety.restoring
    assert restoring is not None
    qtbot.waitUntil(lambda: not restoring.running)
    again = open_desk("bench-2")
    assert "LATER" not in {person.code for person in company.operators(again)}
    restoring.hide()
    QApplication.setQuitOnLastWindowClosed(True)


def test_before_a_restore_it_is_said_when_the_backup_was_made_and_that_it_is_another_stores(
    safety: SafetySection, desk: Desk, tmp_path: Path, qtbot: QtBot
) -> None:
    with open_session(DataDir(tmp_path / "elsewhere").prepare()) as other:
        backups.backup_store(other.data, tmp_path / "theirs.zip", desk.clock)
    backups.backup_store(DataDir(desk.photos.folder.parent), tmp_path / "ours.zip", desk.clock)
    for name, is_ours in (("theirs.zip", False), ("ours.zip", True)):
        found = backup_plan.looked_at(desk, tmp_path / name)
        assert found[1] is is_ours
        safety._ask(found)
        assert safety.question is not None
        words = " ".join(label.text() for label in safety.question.findChildren(PlainLabel))
        assert moment(desk.clock.now()) in words and ("another one" in words) is not is_ours
        safety.question.close()
    (tmp_path / "holiday.zip").write_bytes(b"PK no backup")
    with pytest.raises(NotABackup):
        backup_plan.looked_at(desk, tmp_path / "holiday.zip")


@pytest.mark.slow
def test_a_folder_that_cannot_be_written_is_said_once(workplace: Workplace, desk: Desk, qtbot: QtBot) -> None:
    data = DataDir(desk.photos.folder.parent)
    blocked = data.root / "blocked"
    blocked.write_text("no folder")
    workplace.machine.set(m.BACKUP_FOLDER, str(blocked))
    keeper = Caretaker(desk, workplace.bridge, workplace.window, workplace.machine, data)
    done: list[object] = []
    keeper.looked.connect(done.append)
    for _ in range(3):
        keeper.look()
        qtbot.wait(50)
    qtbot.waitUntil(lambda: bool(done))
    assert len(done) == 1, "an hour passes before it is tried again"
    keeper.stop()
    assert backup_plan.standing(desk, data, workplace.machine).late
