"""The Sync room on a real store: what must be said has its button, the queue obeys, nothing is given up unasked."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from bmdesk.connectors.failures import Rejected
from bmdesk.domain.changes import Change
from bmdesk.domain.effects import EffectState, Kind
from bmdesk.services import settings
from bmdesk.services.desk import Desk
from bmdesk.services.selling import accounts
from bmdesk.services.syncing import outbox, sync_status
from bmdesk.simulator import Simulator
from bmdesk.store.queries import accounts as account_rows
from bmdesk.store.queries import outbox as rows
from bmdesk.store.queries import outbox_lists, sync_log
from bmdesk.store.transaction import Tx
from bmdesk.system.clock import FixedClock
from bmdesk.system.paths import DataDir
from bmdesk.texts import msg
from bmdesk.ui.main_window import Room
from bmdesk.ui.syncing import BackgroundSync
from bmdesk.ui.views.settings import SettingsPage
from bmdesk.ui.views.settings.odoo import OdooSection
from bmdesk.ui.views.sync import SyncPage
from bmdesk.ui.views.sync.dry_run_dialog import DryRunDialog
from bmdesk.ui.widgets.confirm import Confirm
from bmdesk.ui.workplace import Workplace
from tests.desks import Bench
from tests.listed import read_listing
from tests.markets import Fresh, make_shop

REQUEST = "7f3c9e12-aaaa-4b1b-9c55-0123456789ab"


def want(desk: Desk, account: str, number: int) -> str:
    """A price that waits to be sent; its id."""
    listing = read_listing(desk, f"SKU-{number}", markets={"fr-fr": 30000})

    def work(tx: Tx) -> str:
        key, lane = f"{listing}/fr-fr", f"lane-{number}"
        rows.want(tx, account, Kind.PRICE, key=key, lane=lane, listing_id=listing, market="fr-fr")
        return outbox_lists.unfinished(tx.connection, [listing])[0].id

    return desk.write(work)


def refuse(desk: Desk, effect_id: str, reason: str, fault: str = "rejected") -> None:
    """Back Market said no to it."""
    problem = Rejected(host="bm", what="POST /ws/listings/1", reason=reason, request_id=REQUEST)
    parked = EffectState.PARKED
    desk.write(
        lambda tx: rows.end(
            tx,
            effect_id,
            parked,
            fault=fault,
            problem=problem,
            change={"old": "300.00", "new": "320.00"},
            request_id=REQUEST,
        )
    )


@pytest.fixture
def open_page(workplace: Workplace, qtbot: QtBot) -> SyncPage:
    """The room on screen, everything read."""
    window = workplace.window
    window.add_room(Room("sync", "window.room.sync", "sync", lambda: SyncPage(workplace), "Ctrl+7"))
    window.resize(1440, 900)
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    window.open_rooms("sync")
    page = window.page("sync")
    assert isinstance(page, SyncPage)
    settled(page, qtbot)
    window.activateWindow()  # the window of the test before may have taken it along
    qtbot.waitUntil(window.isActiveWindow)
    return page


def settled(page: SyncPage, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: page.workplace.bridge.pending == 0)
    qtbot.wait(5)
    qtbot.waitUntil(lambda: page.workplace.bridge.pending == 0)


def again(page: SyncPage, qtbot: QtBot) -> None:
    """Something changed in the store."""
    page.workplace.bridge.announce(frozenset({Change.SYNC}))
    settled(page, qtbot)


def press(
    page: SyncPage, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
) -> None:
    window = page.workplace.window
    window.activateWindow()
    assert QTest.qWaitForWindowActive(window)
    QTest.keyClick(window.windowHandle(), key, modifier)


def asked(qtbot: QtBot) -> Confirm:
    qtbot.waitUntil(lambda: isinstance(QApplication.activeModalWidget(), Confirm))
    found = QApplication.activeModalWidget()
    assert isinstance(found, Confirm)
    return found


def test_without_an_account_the_room_says_where_to_connect_one(open_page: SyncPage) -> None:
    assert "No Back Market account" in open_page._none.sentence.text()
    assert not open_page.sync_button.isVisible()


def test_a_paused_account_is_said_first_and_its_button_lets_it_go_on(
    open_page: SyncPage, workplace: Workplace, qtbot: QtBot
) -> None:
    accounts.add(workplace.desk)
    accounts.pause(workplace.desk, "default")
    again(open_page, qtbot)

    row = open_page.concerns.rows[0]
    assert "paused" in row.accessibleName()
    row.button.click()
    settled(open_page, qtbot)

    assert accounts.the_account(workplace.desk).pause_reason == ""
    assert not any("paused" in one.accessibleName() for one in open_page.concerns.rows)


def test_a_test_that_comes_to_nothing_leaves_its_button_ready_for_the_next(
    open_page: SyncPage, workplace: Workplace, tmp_path: Path, qtbot: QtBot
) -> None:
    account = accounts.add(workplace.desk).id
    again(open_page, qtbot)
    syncing = BackgroundSync(workplace.desk, workplace.bridge, workplace.window, DataDir(tmp_path / "data"))
    workplace.syncing = syncing
    workplace.desk.write(lambda tx: account_rows.set_account(tx, account, name="renamed elsewhere"))
    card = open_page.cards["default"]

    open_page.test("default")
    assert open_page.standing is not None
    open_page.show_standing(open_page.standing)
    assert not card.test.isEnabled(), "a redraw does not offer a second test beside the first"
    qtbot.waitUntil(card.test.isEnabled)

    assert card.test.text() == "Test connection"
    assert workplace.window.banners.banners
    syncing.stop()


def test_a_search_that_does_not_reach_the_oldest_lines_says_so(
    open_page: SyncPage, workplace: Workplace, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sync_status, "MOST_SEARCHED", 500)

    def past(tx: Tx) -> None:
        for _ in range(520):
            sync_log.log(tx, None, "info", msg("effect.nothing"))

    workplace.desk.write(past)
    accounts.add(workplace.desk)
    again(open_page, qtbot)
    log = open_page.log
    open_page.show_tab("log")
    log.search.setText("a word that nobody said")
    log.ask()
    qtbot.waitUntil(log.cut.isVisible)
    monkeypatch.setattr(sync_status, "MOST_SEARCHED", 1000)
    again(open_page, qtbot)
    assert not log.cut.isVisible(), "now it reaches them, and finds as many as before"
    monkeypatch.setattr(sync_status, "MOST_SEARCHED", 500)
    again(open_page, qtbot)
    assert log.cut.isVisible()
    log.search.setText("")
    log.ask()
    qtbot.waitUntil(lambda: log.model.rowCount() > 100)
    assert not log.cut.isVisible()


def test_pausing_an_account_is_asked_first(open_page: SyncPage, workplace: Workplace, qtbot: QtBot) -> None:
    accounts.add(workplace.desk)
    again(open_page, qtbot)
    press(open_page, Qt.Key.Key_P, Qt.KeyboardModifier.ShiftModifier)
    question = asked(qtbot)
    assert accounts.the_account(workplace.desk).pause_reason == ""
    question.accept()
    settled(open_page, qtbot)
    assert accounts.the_account(workplace.desk).pause_reason == "by_hand"


def test_what_needs_a_person_says_why_and_one_key_sends_it_again(
    open_page: SyncPage, workplace: Workplace, qtbot: QtBot
) -> None:
    account = accounts.add(workplace.desk).id
    effect = want(workplace.desk, account, 1)
    refuse(workplace.desk, effect, "the price is too low " * 40)
    again(open_page, qtbot)
    press(open_page, Qt.Key.Key_2, Qt.KeyboardModifier.AltModifier)
    settled(open_page, qtbot)

    detail = open_page.queue.detail
    assert detail.effect is not None
    assert "the price is too low" in detail.happened.text().replace("\u200b", "")
    press(open_page, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == REQUEST

    press(open_page, Qt.Key.Key_R)
    settled(open_page, qtbot)
    assert outbox.shown(workplace.desk, effect).state_code is EffectState.PENDING
    qtbot.waitUntil(lambda: open_page.queue.model.rowCount() == 0)


def test_who_comes_from_a_listing_sees_what_waits_for_it_alone(
    open_page: SyncPage, workplace: Workplace, qtbot: QtBot
) -> None:
    desk = workplace.desk
    account = accounts.add(desk).id
    wanted = [want(desk, account, number) for number in range(3)]
    refuse(desk, wanted[2], "the price is too high")
    again(open_page, qtbot)
    effect = desk.read(lambda c: rows.effect(c, wanted[0]))
    assert effect is not None and effect.listing_id is not None

    open_page.show_listing(effect.listing_id, "SKU-0")
    settled(open_page, qtbot)

    assert open_page.tab == "queue"
    seen = open_page.queue.detail.effect
    assert seen is not None and seen.id == wanted[0]
    assert open_page.queue.model.rowCount() == 1 and "SKU-0" in open_page.queue.only.text()
    open_page.queue.show_state(None)
    settled(open_page, qtbot)
    assert open_page.queue.model.rowCount() == 3


def test_nothing_is_given_up_before_a_person_read_what_that_means(
    open_page: SyncPage, workplace: Workplace, qtbot: QtBot
) -> None:
    account = accounts.add(workplace.desk).id
    effects = [want(workplace.desk, account, number) for number in range(3)]
    for effect in effects:
        refuse(workplace.desk, effect, "somebody else set 310.00", fault="diverged")
    again(open_page, qtbot)
    open_page.show_tab("queue")
    settled(open_page, qtbot)
    qtbot.waitUntil(lambda: open_page.queue.model.rowCount() == 3)
    settled(open_page, qtbot)
    open_page.queue.table.selectAll()
    press(open_page, Qt.Key.Key_Delete)

    question = asked(qtbot)
    words = " ".join(label.text() for label in question.findChildren(type(open_page.queue._words)))
    assert "3 entries" in words
    assert "theirs counts" in words
    question.reject()
    states = {outbox.shown(workplace.desk, effect).state_code for effect in effects}
    assert states == {EffectState.PARKED}

    press(open_page, Qt.Key.Key_Delete)
    asked(qtbot).accept()
    settled(open_page, qtbot)
    states = {outbox.shown(workplace.desk, effect).state_code for effect in effects}
    assert states == {EffectState.CANCELLED}


def test_the_chosen_entry_stays_chosen_while_others_come_and_go(
    open_page: SyncPage, workplace: Workplace, qtbot: QtBot, clock: FixedClock
) -> None:
    account = accounts.add(workplace.desk).id
    first, second = (want(workplace.desk, account, number) for number in range(2))
    again(open_page, qtbot)
    open_page.show_tab("queue")
    settled(open_page, qtbot)
    queue = open_page.queue
    listed = [row.id for row in map(queue.model.row, range(2)) if row is not None]
    queue.table.choose_row(listed.index(first))
    assert queue.detail.effect is not None
    assert queue.detail.effect.id == first

    clock.advance(seconds=5)
    for number in range(2, 6):
        want(workplace.desk, account, number)
    again(open_page, qtbot)
    assert queue.detail.effect.id == first
    assert [row.id for row in queue.table.chosen()] == [first]

    outbox.cancel(workplace.desk, workplace.actor, [second])
    again(open_page, qtbot)
    assert [row.id for row in queue.table.chosen()] == [first]

    press(open_page, Qt.Key.Key_P)
    settled(open_page, qtbot)
    assert outbox.shown(workplace.desk, first).state_code is EffectState.PARKED


def test_a_dry_run_shows_old_and_new_and_writes_nothing(
    open_page: SyncPage,
    workplace: Workplace,
    clock: FixedClock,
    qtbot: QtBot,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    at_bench: Bench,
) -> None:
    with Simulator(clock=clock.now(), limits=False, task_seconds=0) as market:
        shop = make_shop(workplace.desk, clock, market)
        shop.offer()
        shop.ready(2)
        secrets = shop.tools.secrets
        assert isinstance(secrets, Fresh)
        monkeypatch.setenv("BMDESK_BACKMARKET_TOKEN", secrets.token)
        window = workplace.window
        syncing = BackgroundSync(workplace.desk, workplace.bridge, window, DataDir(tmp_path / "data"))
        dialog = DryRunDialog(open_page, syncing)
        dialog.open()
        qtbot.waitUntil(lambda: not dialog.progress.isVisible(), timeout=10_000)
        written = [[dialog.model.index(row, column).data() for column in (0, 3)] for row in range(2)]
        assert ["Quantity", "0 → 2"] in written
        assert shop.remote() == 0
        dialog.accept()
        syncing.stop()


def test_a_missing_key_of_odoo_leads_to_the_settings_of_odoo(
    desk: Desk, open_page: SyncPage, qtbot: QtBot
) -> None:
    place = open_page.workplace
    place.window.add_room(
        Room("settings", "window.room.settings", "settings", lambda: SettingsPage(place), "Ctrl+8")
    )
    settings.put(desk, "odoo.url", "https://odoo.example.com")
    syncing = BackgroundSync(desk, place.bridge, place.window, DataDir(desk.photos.folder.parent))
    place.syncing = syncing
    again(open_page, qtbot)
    assert open_page.standing is not None
    (said,) = [one for one in open_page.standing.said if one.concern.account == "odoo"]
    open_page._remedy(said)
    shown = place.window.page("settings")
    assert isinstance(shown, SettingsPage) and isinstance(shown.section, OdooSection)
    settled(open_page, qtbot)
    syncing.stop()
