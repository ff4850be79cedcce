"""A company's Odoo in the Sync room: its card, the look at its stock, and what was changed on both sides."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from bmdesk.domain.changes import Change
from bmdesk.domain.effects import EffectState, Fault, Kind
from bmdesk.services import settings
from bmdesk.services.desk import Desk
from bmdesk.services.odoo import odoo_account, odoo_settings
from bmdesk.services.odoo.units import diverged
from bmdesk.services.odoo.units.diverged import ChangedThere
from bmdesk.services.odoo.units.units_there import LOT
from bmdesk.services.selling import accounts
from bmdesk.services.syncing import outbox
from bmdesk.store.queries import odoo as remembered
from bmdesk.store.queries import outbox as effects
from bmdesk.store.transaction import Tx
from bmdesk.system.clock import FixedClock
from bmdesk.system.paths import DataDir
from bmdesk.system.secrets import Secrets
from bmdesk.texts import t
from bmdesk.ui.main_window import Room
from bmdesk.ui.syncing import BackgroundSync
from bmdesk.ui.views.sync import SyncPage
from bmdesk.ui.views.sync.drift_dialog import DriftDialog
from bmdesk.ui.widgets.confirm import Confirm
from bmdesk.ui.workplace import Workplace
from tests.desks import IMEIS, Bench
from tests.markets import OWNER
from tests.odoo.fake import DATABASE, PASSWORD, USER, FakeOdoo

PLACE = {"usage": "internal", "warehouse_id": [1, "WH"]}
STOCK = {"id": 8, "name": "Stock", "complete_name": "WH/Stock", "parent_path": "1/8/", **PLACE}


def lot_of(number: int, name: str) -> dict[str, object]:
    return {"id": number, "name": name, "product_id": [3, "iPhone 13"], "x_bm_grade": "FAIR"}


def quant_of(number: int, name: str) -> dict[str, object]:
    return {
        "id": number,
        "lot_id": [number, name],
        "product_id": [3, "iPhone 13"],
        "location_id": [8, "WH/Stock"],
        "company_id": [1, "Blue Phones"],
        "quantity": 1.0,
    }


@pytest.fixture
def odoo(desk: Desk, clock: FixedClock, data_dir: DataDir) -> Iterator[FakeOdoo]:
    """Two phones were there before Odoo was. In its stock they are in another grade; a third one nobody here knows."""
    bench = Bench(desk, clock)
    for imei in IMEIS[:2]:
        bench.ready_unit(imei)
    with FakeOdoo() as there:
        there.answers |= {
            ("stock.warehouse", "search_read"): [{"id": 1, "lot_stock_id": [8, "WH/Stock"]}],
            ("stock.lot", "fields_get"): {"name": {"type": "char"}, "x_bm_grade": {"type": "selection"}},
            ("stock.quant", "search_count"): 3,
            ("stock.quant", "search_read"): [
                quant_of(number, name) for number, name in enumerate((*IMEIS[:2], "NEW-1"), start=1)
            ],
            ("stock.lot", "search_read"): [
                lot_of(number, name) for number, name in enumerate((*IMEIS[:2], "NEW-1"), start=1)
            ],
            ("stock.location", "search_read"): [STOCK],
        }
        for name, value in {"url": there.url, "database": DATABASE, "user": USER}.items():
            settings.put(desk, f"odoo.{name}", value)
        Secrets(data_dir.root).set(odoo_settings.key_name(), PASSWORD)
        # As if what was in the house before had been sent.
        waits = [row.id for row in outbox.listed(desk, states=[EffectState.PENDING]).rows]
        outbox.cancel(desk, OWNER, waits)
        yield there


@pytest.fixture
def syncing(odoo: FakeOdoo, workplace: Workplace, data_dir: DataDir) -> Iterator[BackgroundSync]:
    made = BackgroundSync(workplace.desk, workplace.bridge, workplace.window, data_dir)
    workplace.syncing = made
    yield made
    made.stop()


@pytest.fixture
def page(syncing: BackgroundSync, workplace: Workplace, qtbot: QtBot) -> SyncPage:
    window = workplace.window
    window.add_room(Room("sync", "window.room.sync", "sync", lambda: SyncPage(workplace), "Ctrl+7"))
    window.resize(1440, 900)
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    window.open_rooms("sync")
    made = window.page("sync")
    assert isinstance(made, SyncPage)
    settled(made, qtbot)
    return made


def settled(page: SyncPage, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: page.workplace.bridge.pending == 0)
    qtbot.wait(5)
    qtbot.waitUntil(lambda: page.workplace.bridge.pending == 0)


def looked(page: SyncPage, qtbot: QtBot) -> DriftDialog:
    page.cards[odoo_account.NAME].stock.click()
    qtbot.waitUntil(lambda: isinstance(QApplication.activeModalWidget(), DriftDialog))
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, DriftDialog)
    qtbot.waitUntil(lambda: dialog._errand is None)
    return dialog


def said_yes(qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: isinstance(QApplication.activeModalWidget(), Confirm))
    found = QApplication.activeModalWidget()
    assert isinstance(found, Confirm)
    found.yes.click()


def waiting(desk: Desk) -> list[str]:
    rows = outbox.listed(desk, states=[EffectState.PENDING]).rows
    return sorted(row.goods for row in rows)


@pytest.mark.usefixtures("dressed")
def test_its_card_is_as_high_as_what_it_shows(page: SyncPage) -> None:
    card = page.cards[odoo_account.NAME]
    assert card.height() <= card.sizeHint().height()


def test_its_card_works_as_any_other_and_counts_no_lines(page: SyncPage, qtbot: QtBot) -> None:
    card = page.cards[odoo_account.NAME]
    assert card.stock.isVisible() and card.stock.isEnabled() and card.test.isEnabled()
    assert not card.bar.isVisible()
    assert card.pill.words != t("sync_page.off")
    accounts.pause(page.workplace.desk, odoo_account.NAME)
    page.workplace.bridge.announce(frozenset({Change.SYNC}))
    settled(page, qtbot)
    row = next(one for one in page.concerns.rows if "paused" in one.accessibleName())
    row.button.click()
    settled(page, qtbot)
    assert not any("paused" in one.accessibleName() for one in page.concerns.rows)


def test_an_account_at_the_marketplace_has_no_stock_to_check(
    page: SyncPage, workplace: Workplace, qtbot: QtBot
) -> None:
    accounts.add(workplace.desk)
    workplace.bridge.announce(frozenset({Change.ACCOUNTS}))
    settled(page, qtbot)
    assert not page.cards["default"].stock.isVisible()


def test_what_differs_is_listed_and_nothing_is_sent_before_a_yes(page: SyncPage, qtbot: QtBot) -> None:
    desk = page.workplace.desk
    dialog = looked(page, qtbot)
    assert dialog.heading.text() == "3 differences"
    assert dialog.model.rowCount() == 3
    assert waiting(desk) == []

    first = [one.serial for one in dialog.table.chosen()]
    assert first == ["NEW-1"] and not dialog.chosen_button.isEnabled()  # it can only be received here
    dialog.table.choose_row(1)
    dialog.chosen_button.click()
    said_yes(qtbot)
    qtbot.waitUntil(lambda: dialog.model.rowCount() == 2)
    assert len(waiting(desk)) == 1

    dialog.all_button.click()
    said_yes(qtbot)
    qtbot.waitUntil(lambda: dialog.model.rowCount() == 1)
    assert waiting(desk) == sorted(IMEIS[:2])
    assert not dialog.all_button.isEnabled()
    dialog.close_button.click()


def test_an_odoo_that_refuses_is_said_in_words(page: SyncPage, odoo: FakeOdoo, qtbot: QtBot) -> None:
    odoo.logins = set()
    dialog = looked(page, qtbot)
    assert dialog.problem.isVisible()
    assert dialog.model.rowCount() == 0
    assert not dialog.all_button.isEnabled()
    dialog.close_button.click()


def changed_on_both_sides(desk: Desk, clock: FixedClock) -> str:
    Bench(desk, clock).good(IMEIS[0], "BMD:GRADE:GOOD:worn", "BMD:DONE")

    def work(tx: Tx) -> str:
        row = odoo_account.of(tx.connection, tx.company)
        assert row is not None
        [effect] = effects.due(tx.connection, row.id, tx.now, tx.now, [Kind.UNIT], 5)
        effects.claim(tx, [effect])
        unit = effect.unit_id or ""
        remembered.agree(tx, row.id, LOT, unit, 5, {"values": {"x_bm_grade": "EXCELLENT"}, "place": 8})
        said = {"x_bm_grade": ("GOOD", "FAIR"), "place": ("WH/Stock", "Shop window")}
        both = diverged.kept(said, {"x_bm_grade": "FAIR", "place": 20})
        names = tuple(one.name for one in diverged.both(both))
        problem = ChangedThere(serial=IMEIS[0], fields=names)
        effects.park(tx, effect.id, Fault.DIVERGED, problem, change=both)
        return effect.id

    return desk.write(work)


def test_what_was_changed_on_both_sides_shows_both_and_ours_can_be_sent(
    page: SyncPage, clock: FixedClock, qtbot: QtBot
) -> None:
    desk = page.workplace.desk
    effect = changed_on_both_sides(desk, clock)
    page.workplace.bridge.announce(frozenset({Change.SYNC}))
    page.show_tab("queue")
    page.queue.show_state(EffectState.PARKED)
    settled(page, qtbot)
    qtbot.waitUntil(lambda: page.queue.detail.effect is not None)

    detail = page.queue.detail
    words = [label.text() for label in detail.both._labels]
    assert {"Grade", "GOOD", "FAIR", "Place", "WH/Stock", "Shop window"} <= set(words)
    detail.ours_button.click()
    settled(page, qtbot)
    assert outbox.shown(desk, effect).state_code is EffectState.PENDING
