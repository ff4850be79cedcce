"""The first start asks little, and writes all of it or asks again."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from bmdesk.services import company, settings
from bmdesk.services.desk import Desk
from bmdesk.system.paths import DataDir
from bmdesk.ui.views.welcome import WelcomeDialog
from bmdesk.ui.workplace import Workplace


@pytest.fixture
def welcome(workplace: Workplace, tmp_path: Path, qtbot: QtBot) -> WelcomeDialog:
    """The dialog, on screen."""
    dialog = WelcomeDialog(workplace, DataDir(tmp_path))
    dialog.open()
    return dialog


def test_the_answers_are_written_and_the_cards_are_offered(
    welcome: WelcomeDialog, desk: Desk, tmp_path: Path, qtbot: QtBot
) -> None:
    for field, words in (
        (welcome.name, "Second Life Devices"),
        (welcome.zone, "Europe/Paris"),
        (welcome.currency, "eur"),
        (welcome.person, "Ana"),
        (welcome.code, "ana"),
    ):
        field.setText(words)
    QTest.keyClick(welcome.code, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: welcome.done_setting_up)
    assert settings.get(desk, "company.name") == "Second Life Devices"
    assert settings.get(desk, "company.timezone") == "Europe/Paris"
    assert settings.get(desk, "setup.done") == "true"
    assert company.operator(desk, "ANA").role == "owner"
    assert "BMD:OP:ANA" in welcome.badge_note.text()
    cards = tmp_path / "cards.pdf"
    welcome.write_cards(cards)
    qtbot.waitUntil(lambda: bool(welcome.written.text()), timeout=30_000)
    assert cards.read_bytes().startswith(b"%PDF")


def test_a_zone_that_is_none_is_said_at_its_field_and_the_first_start_is_not_over(
    welcome: WelcomeDialog, desk: Desk, qtbot: QtBot
) -> None:
    welcome.name.setText("Second Life Devices")
    welcome.person.setText("Ana")
    welcome.zone.setText("Europe/Atlantis")
    welcome.begin()
    qtbot.waitUntil(lambda: welcome.form.field("zone").property("wrong") is True)
    QTest.keyClick(welcome, Qt.Key.Key_Escape)
    assert welcome.isVisible()
    assert settings.get(desk, "setup.done") == "false"
    welcome.zone.setText("Europe/Lisbon")
    welcome.begin()
    qtbot.waitUntil(lambda: welcome.done_setting_up)
    assert company.operator(desk, "OWNER").name == "Ana"


def test_the_demo_is_offered_only_where_somebody_opens_it(welcome: WelcomeDialog, qtbot: QtBot) -> None:
    assert not welcome.demo.isVisible()
    asked: list[bool] = []
    welcome.done(0)
    welcome.demo_asked.connect(lambda: asked.append(True))
    welcome.open()
    assert welcome.demo.isVisible()
    welcome.demo.click()
    assert asked == [True]
