"""Settings, Help and support: troubles told with cause and step, a log without secrets, a report, a start at login."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from sqlalchemy import insert

from bmdesk.services import troubles
from bmdesk.services.selling import accounts
from bmdesk.store.tables import customers
from bmdesk.store.transaction import Tx
from bmdesk.system import crashes
from bmdesk.system.logs import start_logging, stop_logging
from bmdesk.texts import render
from bmdesk.ui.views.settings import SettingsPage
from bmdesk.ui.views.settings.support import SupportSection
from bmdesk.ui.workplace import Workplace


@pytest.fixture
def section(workplace: Workplace, qtbot: QtBot) -> Iterator[SupportSection]:
    page = SettingsPage(workplace)
    qtbot.addWidget(page)
    made = page.show_section("support")
    assert isinstance(made, SupportSection)
    yield made
    stop_logging()


def test_a_trouble_is_told_with_its_cause_and_its_step(section: SupportSection, qtbot: QtBot) -> None:
    section.look()
    qtbot.waitUntil(lambda: bool(section.verdict.text()))
    assert section.found == []

    desk = section.workplace.desk
    accounts.add(desk, company="Blue", contact="it@blue.example", environment="preprod")
    section.look()
    qtbot.waitUntil(lambda: bool(section.found))
    (notice,) = section.found
    assert notice.words[0].startswith(render(troubles.CONNECTION.title)) and section.verdict.text() == ""
    assert render(troubles.CONNECTION.cause) in notice.words[1]
    assert notice.words[2] == render(troubles.CONNECTION.step)


def test_the_log_is_shown_without_secrets_and_customers(section: SupportSection, qtbot: QtBot) -> None:
    level = logging.getLogger().level
    start_logging(section.data.logs)
    desk = section.workplace.desk

    def add(tx: Tx) -> None:
        at = {"company_id": tx.company, "created_at": tx.now, "changed_at": tx.now}
        row = {"id": "01KEXAMPLE0000000000000000", "name": "Philippine Quetzalli", **at}
        tx.connection.execute(insert(customers.customer).values(row))

    desk.store.write(desk.company, add)
    log = logging.getLogger("bmdesk.story")
    log.warning("asked by Philippine Quetzalli")
    try:
        raise ValueError("token=abcdefgh12345678")
    except ValueError:
        log.exception("a mistake")
    logging.getLogger().setLevel(level)

    slow = threading.Event()
    # Lists are read; the log, which looks at all customers, is no list.
    section.workplace.bridge.read(slow.wait, 5)
    dialog = section.show_log()
    qtbot.waitUntil(lambda: dialog.model.rowCount() >= 2, timeout=2000)
    slow.set()
    dialog.search.put("bmdesk.story")
    dialog.choose()
    qtbot.waitUntil(lambda: dialog.model.rowCount() == 2)
    dialog.table.selectRow(0)
    assert "ValueError" in dialog.details.toPlainText()
    dialog._copy()
    said = QApplication.clipboard().text()
    assert "asked by <hidden>" in said and "Quetzalli" not in said and "abcdefgh" not in said

    dialog.levels.set_value("error")
    dialog.ask()
    qtbot.waitUntil(lambda: dialog.model.rowCount() == 1)
    dialog.close()


@pytest.mark.slow
def test_crash_reports_are_counted_and_forgotten(section: SupportSection, qtbot: QtBot) -> None:
    crashes.keep(section.data.crashes, RuntimeError("x"))
    section.load()
    qtbot.waitUntil(lambda: not section.forget_button.isHidden())
    section.forget_button.click()
    qtbot.waitUntil(section.forget_button.isHidden)
    assert crashes.kept(section.data.crashes) == []


@pytest.mark.slow
def test_the_start_at_login_is_the_desktops_own_entry(
    section: SupportSection, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    qtbot.waitUntil(section.starts.editor.widget.isEnabled)
    section.starts.editor.show("true")
    section.starts.keep()
    qtbot.waitUntil(section.autostart.is_on)
    assert section.autostart.file.is_relative_to(tmp_path)
    qtbot.waitUntil(lambda: section.workplace.bridge.pending == 0)
    section.starts.reset.click()
    qtbot.waitUntil(lambda: not section.autostart.is_on())


@pytest.mark.slow
def test_the_report_is_written_from_the_window(section: SupportSection, qtbot: QtBot, tmp_path: Path) -> None:
    section.write_report(tmp_path / "report.zip")
    qtbot.waitUntil(section.report_button.isEnabled)
    assert (tmp_path / "report.zip").is_file()
