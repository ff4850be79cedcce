"""Settings: a value holds or it does not, and whoever changes a rule sees what it did."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from bmdesk.services import backup_plan, company, policy_documents, settings
from bmdesk.services.desk import Desk
from bmdesk.store.queries import units
from bmdesk.system import machine
from bmdesk.ui.main_window import Room
from bmdesk.ui.theme import Theme
from bmdesk.ui.views.settings import SettingsPage
from bmdesk.ui.views.settings.checklists import ChecklistSection
from bmdesk.ui.views.settings.gate import GateSection
from bmdesk.ui.views.settings.operators import OperatorSection
from bmdesk.ui.views.settings.restore import RestoreQuestion
from bmdesk.ui.views.settings.scanner import ScannerSection
from bmdesk.ui.views.settings.simple import BenchSection, CompanySection, LookSection
from bmdesk.ui.views.settings.store import StoreSection
from bmdesk.ui.workplace import Workplace
from tests.desks import Bench

S = TypeVar("S")


@pytest.fixture
def page(workplace: Workplace) -> SettingsPage:
    """The room, on screen."""
    window = workplace.window
    window.add_room(
        Room("settings", "window.room.settings", "settings", lambda: SettingsPage(workplace), "Ctrl+5")
    )
    window.show()
    window.open_rooms("settings")
    found = window.page("settings")
    assert isinstance(found, SettingsPage)
    return found


def section(page: SettingsPage, key: str, kind: type[S]) -> S:
    """Go to this section."""
    found = page.show_section(key)
    assert isinstance(found, kind)
    return found


def state_of(desk: Desk, unit_id: str) -> str:
    return desk.read(lambda connection: units.unit(connection, unit_id)).state


def test_a_value_that_does_not_fit_is_said_under_its_field_and_the_old_one_holds(
    page: SettingsPage, desk: Desk, qtbot: QtBot
) -> None:
    bench = section(page, "bench", BenchSection)
    lock = next(field for field in bench.cards[0].fields if field.source.name == "bench.lock_minutes")
    qtbot.waitUntil(lambda: lock.editor.read() == "15")
    lock.editor.show("9000")
    lock.keep()
    qtbot.waitUntil(lambda: bool(lock.error))
    assert "480" in lock.error
    assert settings.get(desk, "bench.lock_minutes") == "15"
    lock.load()
    qtbot.waitUntil(lambda: not page.workplace.bridge.pending)
    assert lock.editor.read() == "9000"  # the reason under it speaks of it
    lock.editor.show("20")
    lock.keep()
    qtbot.waitUntil(lambda: settings.get(desk, "bench.lock_minutes") == "20")
    qtbot.waitUntil(lambda: not lock.error)


def test_what_is_being_typed_survives_a_change_from_another_station(
    page: SettingsPage, desk: Desk, qtbot: QtBot
) -> None:
    field = section(page, "company", CompanySection).name
    qtbot.waitUntil(lambda: field.editor.read() == "default")
    page.workplace.window.activateWindow()
    field.editor.widget.setFocus()
    qtbot.waitUntil(field.editor.widget.hasFocus)
    field.editor.show("Half a na")
    settings.put(desk, "company.name", "Elsewhere Ltd")
    field.load()
    qtbot.waitUntil(lambda: not page.workplace.bridge.pending)
    assert field.editor.read() == "Half a na"


def test_a_requirement_made_stricter_holds_the_units_that_miss_it(
    page: SettingsPage, desk: Desk, at_bench: Bench, qtbot: QtBot
) -> None:
    unit_id = at_bench.ready_unit()
    assert state_of(desk, unit_id) == "ready"
    gate = section(page, "gate", GateSection)
    qtbot.waitUntil(lambda: gate.levels["photos"].value() == "off")
    gate.levels["photos"].set_value("required")
    gate.touched()
    qtbot.waitUntil(lambda: "1" in gate.state.text())
    with qtbot.waitSignal(gate.saved):
        gate.save()
    assert state_of(desk, unit_id) == "held"
    qtbot.waitUntil(gate.own.isVisible)
    with qtbot.waitSignal(gate.saved):
        gate._reset()
    assert state_of(desk, unit_id) == "ready"


def test_a_limit_that_cannot_be_is_named_by_its_place_and_changes_nothing(
    page: SettingsPage, desk: Desk, qtbot: QtBot
) -> None:
    gate = section(page, "gate", GateSection)
    field = gate.limits["battery.minimum.PREMIUM"]
    qtbot.waitUntil(lambda: field.text() == "90")
    gate.show_category("laptop")
    field.setText("900")
    gate.touched()
    gate.show_category("phone")
    gate.save()
    qtbot.waitUntil(gate.error.isVisible)
    assert "categories.laptop.battery.minimum.PREMIUM" in gate.error.text()
    assert gate.category.value() == "laptop"
    assert field.property("wrong") is True
    assert policy_documents.document(desk, "gate") == policy_documents.shipped("gate")


def test_a_checklist_keeps_what_its_table_does_not_show(page: SettingsPage, desk: Desk, qtbot: QtBot) -> None:
    lists = section(page, "checklists", ChecklistSection)
    qtbot.waitUntil(lambda: lists.tables["tests"].table.rowCount() > 5)
    shipped = policy_documents.shipped("checklist.phone")
    assert lists.body() == shipped
    rows = lists.tables["tests"].rows()
    lists.tables["tests"].set_rows([{**rows[0], "title": "Boots"}, *rows[1:]])
    with qtbot.waitSignal(lists.saved):
        lists.save()
    saved = policy_documents.document(desk, "checklist.phone")
    assert saved["tests"][0]["title"]["en"] == "Boots"
    assert saved["tests"][1:] == shipped["tests"][1:]
    assert saved["zones"] == shipped["zones"]


def test_a_code_that_no_card_can_hold_is_marked_in_its_row(page: SettingsPage, qtbot: QtBot) -> None:
    lists = section(page, "checklists", ChecklistSection)
    accessories = lists.tables["accessories"]
    qtbot.waitUntil(lambda: accessories.table.rowCount() > 0)
    accessories.set_rows([*accessories.rows(), {"code": "two words", "title": "Bad"}])
    lists.save()
    qtbot.waitUntil(lists.error.isVisible)
    assert lists.tabs.currentWidget() is accessories
    assert accessories.table.currentRow() == accessories.table.rowCount() - 1


def test_a_test_scan_says_what_it_is_and_reaches_no_bench(
    page: SettingsPage, at_bench: Bench, qtbot: QtBot
) -> None:
    scanner = section(page, "scanner", ScannerSection)
    assert page.takes_scan("BMD:DONE")
    assert "command card" in scanner.answer.text()
    assert page.takes_scan('"(-ç"_à"(-\'"_àç')  # an IMEI typed on an AZERTY keyboard
    assert "356938035643809" in scanner.answer.text()
    assert not page.takes_scan("BMD:OP:OWNER")  # a badge still signs in
    page.show_section("company")
    assert not page.takes_scan("356938035643809")


def test_the_last_owner_cannot_be_switched_off(page: SettingsPage, desk: Desk, qtbot: QtBot) -> None:
    people = section(page, "operators", OperatorSection)
    qtbot.waitUntil(lambda: people.model.rowCount() == 1)
    people.code.setText("ANA")
    people.name.setText("Ana")
    people.save()
    qtbot.waitUntil(lambda: people.model.rowCount() == 2)
    owner = company.operator(desk, "OWNER")
    people._show(owner)
    people._change(owner, owner.name, "operator", active=True)
    qtbot.waitUntil(lambda: people.form.field("role").property("wrong") is True)
    assert company.operator(desk, "OWNER").role == "owner"


@pytest.mark.usefixtures("dressed")
def test_the_look_changes_at_once_and_stays_on_this_machine(page: SettingsPage, qtbot: QtBot) -> None:
    look = section(page, "look", LookSection).look
    qtbot.waitUntil(look.editor.widget.isEnabled)
    look.editor.show("dark")
    look.keep()
    qtbot.waitUntil(lambda: Theme.now().is_dark)
    assert page.workplace.machine.get(machine.LOOK) == "dark"


@pytest.mark.sqlite_only
def test_a_backup_is_brought_back_after_the_window_has_left_the_store(
    page: SettingsPage, desk: Desk, open_desk: Callable[..., Desk], tmp_path: Path, qtbot: QtBot
) -> None:
    store = section(page, "store", StoreSection)
    archive = tmp_path / "kept.zip"
    store.back_up(archive)
    qtbot.waitUntil(archive.exists)
    qtbot.waitUntil(store.backup_button.isEnabled)
    company.add_operator(desk, "LATER", "Came after the backup", "packer")
    question = RestoreQuestion(store, backup_plan.looked_at(desk, archive)[0], is_ours=True)
    question.word.setText("restore, please")
    assert not question.yes.isEnabled()
    question.word.setText("RESTORE")
    assert question.yes.isEnabled()
    store.restore(archive)
    restoring = store.restoring
    assert restoring is not None
    qtbot.waitUntil(lambda: not restoring.running)
    assert restoring.leave.isEnabled()
    again = open_desk("bench-2")
    assert "LATER" not in {person.code for person in company.operators(again)}
    assert again.store.info("generation") == "2"
    restoring.hide()
    QApplication.setQuitOnLastWindowClosed(True)


def test_larger_words_are_kept_for_the_next_start_and_said_so(page: SettingsPage, qtbot: QtBot) -> None:
    size = section(page, "look", LookSection).text_size
    qtbot.waitUntil(size.editor.widget.isEnabled)
    assert size.editor.read() == "100" and "next start" in size.editor.widget.accessibleName()
    size.editor.show("150")
    with qtbot.waitSignal(size.kept):
        size.keep()
    assert page.workplace.machine.get(machine.TEXT_SIZE) == 150
    assert Theme.now().percent == 100  # what is on screen keeps its measures
