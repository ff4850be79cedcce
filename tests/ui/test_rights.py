"""What the window offers to whom, and the PIN it asks for."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from bmdesk.domain.rights import Right
from bmdesk.services import company, rights
from bmdesk.services.desk import Actor, Desk
from bmdesk.ui.views.settings.operators import OperatorSection
from bmdesk.ui.views.settings.page import SettingsPage
from bmdesk.ui.widgets.allowed import needs
from bmdesk.ui.widgets.pin_dialog import PinDialog
from bmdesk.ui.workplace import Workplace

OWNER = Actor("OWNER", "owner", "test")


def asked() -> PinDialog | None:
    found = [one for one in QApplication.topLevelWidgets() if isinstance(one, PinDialog) and one.isVisible()]
    return found[0] if found else None


def sign_in(workplace: Workplace, desk: Desk, code: str) -> None:
    workplace.operator = company.operator(desk, code)
    workplace.operator_changed.emit(workplace.operator)


def test_a_role_is_given_only_once_the_pin_was_right(workplace: Workplace, desk: Desk, qtbot: QtBot) -> None:
    company.add_operator(desk, "MAX", "Max", "packer")
    rights.set_pin(desk, OWNER, "OWNER", "4711")
    section = OperatorSection(workplace)
    qtbot.addWidget(section)
    section.load()
    qtbot.waitUntil(lambda: section.model.rowCount() == 2)
    section._show(section.model.row(0))
    section.role.set_value("supervisor")

    section.save()
    qtbot.waitUntil(lambda: asked() is not None)
    dialog = asked()
    assert dialog is not None
    QTest.keyClicks(dialog.field, "1111")
    QTest.keyClick(dialog.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bool(dialog.error.text()))
    assert company.operator(desk, "MAX").role == "packer"
    QTest.keyClicks(dialog.field, "4711")
    QTest.keyClick(dialog.field, Qt.Key.Key_Return)

    qtbot.waitUntil(lambda: company.operator(desk, "MAX").role == "supervisor")
    assert not workplace.actor.proven  # the proof was for that step


def test_a_badge_of_an_owner_without_a_pin_is_named_where_another_has_one(
    workplace: Workplace, desk: Desk, qtbot: QtBot
) -> None:
    company.add_operator(desk, "ANN", "Ann", "owner")
    section = OperatorSection(workplace)
    qtbot.addWidget(section)
    assert rights.ways_around(desk) == (), "nobody wants a PIN here"
    rights.set_pin(desk, None, "ANN", "4711")
    section.load()
    qtbot.waitUntil(lambda: "OWNER" in section.around.text() and "ANN" not in section.around.text())
    rights.set_pin(desk, None, "OWNER", "4712")
    section.load()
    qtbot.waitUntil(section.around.isHidden)


def test_who_packs_sees_settings_off_and_why(workplace: Workplace, desk: Desk, qtbot: QtBot) -> None:
    company.add_operator(desk, "PIA", "Pia", "packer")
    page = SettingsPage(workplace)
    qtbot.addWidget(page)
    button = QPushButton()
    qtbot.addWidget(button)
    needs(button, workplace, Right.MANAGEMENT)
    section = page.show_section("company")
    assert section.isEnabled() and button.isEnabled()

    sign_in(workplace, desk, "PIA")
    assert not section.isEnabled() and not button.isEnabled() and "supervisor" in button.toolTip()
    button.setEnabled(True)
    assert not button.isEnabled()
    assert page.show_section("look").isEnabled()

    sign_in(workplace, desk, "OWNER")
    assert section.isEnabled() and button.isEnabled() and not button.toolTip()
