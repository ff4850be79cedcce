"""Another company in the same store: another window, with nothing left of the one before."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import shiboken6
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from bmdesk.domain.rights import Right
from bmdesk.services import companies, company, rights, settings
from bmdesk.services.companies import BadCompanyCode
from bmdesk.services.desk import Actor
from bmdesk.services.grading.refusals import NotAllowed
from bmdesk.services.selling.accounts import token_name
from bmdesk.services.session import Session, open_session
from bmdesk.system import machine as m
from bmdesk.system.logs import stop_logging
from bmdesk.system.machine import MachineSettings
from bmdesk.system.paths import DataDir
from bmdesk.system.secrets import Secrets
from bmdesk.texts import Failure
from bmdesk.ui.house import House
from bmdesk.ui.views.settings.page import SettingsPage
from bmdesk.ui.views.settings.support import SupportSection


@pytest.fixture(scope="module")
def two_companies(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with two companies, the first of them set up."""
    made = DataDir(tmp_path_factory.mktemp("two-companies") / "data").prepare()
    with open_session(made) as session:
        company.add_operator(session.desk, "ANN", "Ann", "owner")
        settings.put(session.desk, "company.name", "First Phones")
        settings.put(session.desk, "setup.done", "true")
        companies.add(session.desk, Actor("ANN", "owner", "office"), "second", "Second Phones")
    stop_logging()
    return made.root


@pytest.fixture
def data(two_companies: Path, tmp_path: Path) -> DataDir:
    """That folder for one story alone."""
    return DataDir(shutil.copytree(two_companies, tmp_path / "data"))


@pytest.fixture
def house(dressed: QApplication, data: DataDir) -> Iterator[House]:
    """The program as it runs, on that folder."""
    machine = MachineSettings(data.settings)
    machine.set(m.SOUNDS, False)

    def opener(code: str) -> Session:
        return open_session(data, code or machine.get(m.COMPANY) or "default")

    before = dressed.quitOnLastWindowClosed()
    dressed.setQuitOnLastWindowClosed(False)
    made = House(opener, machine, data)
    yield made
    made.application.window.close()
    made.leave()
    dressed.setQuitOnLastWindowClosed(before)


def test_going_to_another_company_leaves_nobody_signed_in_and_no_page_behind(
    house: House, data: DataDir, qtbot: QtBot
) -> None:
    house.enter("")
    qtbot.waitUntil(lambda: house.application.shift is not None)
    first = house.application
    qtbot.waitUntil(lambda: first.window.locked)
    qtbot.waitUntil(lambda: "First" in first.window.rail.company.accessibleName())
    first.window.badge_typed.emit("ANN")
    qtbot.waitUntil(lambda: not first.window.locked)
    first.window.show_room("settings")

    first.window.rail.company.chosen.emit("second")
    qtbot.waitUntil(lambda: house.application is not first and house.application.shift is not None)

    second = house.application
    assert second.shift is not None
    place = second.shift.place
    qtbot.waitUntil(lambda: second.window.locked)
    qtbot.waitUntil(lambda: "Second" in second.window.rail.company.accessibleName())
    assert place.operator is None and second.window.page("settings") is None
    assert MachineSettings(data.settings).get(m.COMPANY) == "second"
    second.window.badge_typed.emit("OWNER")  # whoever added it is its owner, and only they
    qtbot.waitUntil(lambda: bool(second.window.curtain.isVisible()))
    assert second.window.locked
    second.window.badge_typed.emit("ANN")
    qtbot.waitUntil(lambda: not second.window.locked)


def test_nobody_reaches_a_room_before_the_store_has_said_who_may(house: House, qtbot: QtBot) -> None:
    slow = threading.Event()
    house.enter("")
    made = house.application
    made.bridge.read(slow.wait, 5)  # whatever is asked after it waits
    qtbot.waitUntil(lambda: made.shift is not None)
    with qtbot.waitSignal(made.ready):
        assert made.window.locked
        slow.set()
    assert made.window.locked


@pytest.mark.qt_log_ignore("systemTrayWindowChanged")
def test_a_login_that_ends_while_the_window_is_hidden_closes_the_store_all_the_same(
    house: House, qtbot: QtBot
) -> None:
    house.enter("")
    qtbot.waitUntil(lambda: house.application.shift is not None)
    made = house.application
    made.tray._is_available = lambda: True
    made.tray._is_wanted = lambda: True
    QApplication.setQuitOnLastWindowClosed(True)
    assert not made.window.close(), "hidden"
    closed: list[bool] = []
    made.window.closing.connect(lambda: closed.append(True))
    house.leave()
    assert closed == [True] and made.bridge.close(0), "what was being written is written"


def test_a_company_whose_token_would_be_anothers_or_could_not_be_kept_is_not_founded(data: DataDir) -> None:
    with open_session(data) as session:
        # The prefix of the variables is left out of a secret's name: this one's token would be the first company's.
        for code in ("bmdesk", "second-backmarket", "2phones", "a--b", "a-b-c-d-e-f-g-h-i"):
            with pytest.raises(BadCompanyCode):
                companies.add(session.desk, None, code, "Third")
        companies.add(session.desk, None, "third-shop-2", "Third")
    kept = Secrets(data.root, {})
    kept.set(token_name(company_code="third-shop-2"), "theirs-0000000000")
    kept.set(token_name("a-b-c-d-e-f-g-h", "third-shop-2"), "the longest name")
    assert kept.get(token_name()) is None


@pytest.mark.slow
def test_who_is_no_owner_founds_no_company(data: DataDir) -> None:
    with open_session(data) as session:
        company.add_operator(session.desk, "SUE", "Sue", "supervisor")
        sue = Actor("SUE", "supervisor", "office")
        with pytest.raises(NotAllowed):
            companies.add(session.desk, sue, "third", "Third")
        with pytest.raises(NotAllowed):
            companies.rename(session.desk, sue, "second", "Mine")
        with pytest.raises(NotAllowed):
            rights.require(session.desk, Right.COMPANIES, sue)
        with pytest.raises(BadCompanyCode):
            companies.add(session.desk, None, "backmarket", "Has the secrets of the first")
        assert [row.name for row in companies.listed(session.desk)] == ["First Phones", "Second Phones"]


@pytest.mark.slow
def test_what_stood_open_when_the_window_locked_is_closed_and_nobody_goes_on_with_it(
    house: House, qtbot: QtBot
) -> None:
    house.enter("")
    qtbot.waitUntil(lambda: house.application.shift is not None)
    shift, window = house.application.shift, house.application.window
    assert shift is not None
    qtbot.waitUntil(lambda: window.locked)
    window.badge_typed.emit("ANN")
    qtbot.waitUntil(lambda: not window.locked)
    window.show_room("settings")
    page = window.page("settings")
    assert isinstance(page, SettingsPage)
    section = page.show_section("support")
    assert isinstance(section, SupportSection)
    dialog = section.show_log()
    qtbot.waitUntil(dialog.isVisible)

    shift.sign_out()

    assert not shiboken6.isValid(dialog) or not dialog.isVisible()
    refused: list[Failure] = []
    shift.place.write(settings.put, "bench.target_per_hour", "9", failed=refused.append)
    qtbot.waitUntil(lambda: bool(refused))
    assert isinstance(refused[0], NotAllowed)
    window.badge_typed.emit("ANN")
    qtbot.waitUntil(lambda: not window.locked)
