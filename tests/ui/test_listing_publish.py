"""Listings: published in chosen markets, taken offline, their texts applied and taken back, each after a preview."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog
from pytestqt.qtbot import QtBot

from bmdesk.domain.listing_reasons import ASPECTS
from bmdesk.services import policy_documents, settings
from bmdesk.services.desk import Desk
from bmdesk.services.selling import accounts, content_runs, management, pausing
from bmdesk.store.queries import listings
from bmdesk.ui.main_window import Room
from bmdesk.ui.views.listings import ListingsPage, publish_actions
from bmdesk.ui.views.listings.publish_dialog import OfflineDialog, PublishDialog
from bmdesk.ui.views.listings.texts_dialog import TextsDialog
from bmdesk.ui.workplace import Workplace
from tests.desks import PHONE, Bench
from tests.listed import OWNER, account, link_all, listing, read_listing

SKU = f"{PHONE}-EXCELLENT"


@pytest.fixture
def shop(at_bench: Bench) -> str:
    """A ready phone and its listing, handed over; its id."""
    desk = at_bench.desk
    account(desk)
    settings.put(desk, "backmarket.markets", "fr-fr,de-de")
    at_bench.ready_unit()
    found = read_listing(desk, SKU, "EXCELLENT", 7, {"fr-fr": 39900}, title="iPhone 13 128GB")
    link_all(desk, found)
    mine = accounts.the_account(desk, "default").id
    shown = management.preview(desk, mine, [found], ASPECTS)
    management.manage(desk, OWNER, mine, [found], ASPECTS, shown.digest)
    return found


@pytest.fixture
def page(workplace: Workplace, shop: str, qtbot: QtBot) -> ListingsPage:
    """The room, with the keyboard on the listing."""
    window = workplace.window
    window.add_room(
        Room("listings", "window.room.listings", "listings", lambda: ListingsPage(workplace), "Ctrl+5")
    )
    window.resize(1440, 900)
    window.show()
    window.activateWindow()
    window.open_rooms("listings")
    found = window.page("listings")
    assert isinstance(found, ListingsPage)
    qtbot.waitUntil(lambda: found.account.read and not workplace.bridge.pending)
    qtbot.waitUntil(lambda: found.model.rowCount() > 0 and found.model.row(0) is not None)
    found.table.choose_row(0)
    return found


def opened(page: ListingsPage, key: Qt.Key, qtbot: QtBot) -> QDialog:
    """The dialog that this key opens."""
    qtbot.waitUntil(lambda: page.model.rowCount() > 0 and page.model.row(0) is not None)
    page.table.choose_row(0)
    page.window().activateWindow()
    page.table.setFocus()
    QTest.keyClick(page.table, key)
    qtbot.waitUntil(lambda: page.acts.dialog is not None)
    assert page.acts.dialog is not None
    return page.acts.dialog


def done(page: ListingsPage, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not page.run.running and page.acts.dialog is None)


def wanted(desk: Desk, listing_id: str, market: str) -> listings.MarketRow | None:
    return desk.read(lambda c: listings.market(c, listing_id, market))


def test_markets_are_ticked_seen_and_published(
    page: ListingsPage, shop: str, desk: Desk, qtbot: QtBot, read_in: Callable[[str, str], None]
) -> None:
    dialog = opened(page, Qt.Key.Key_U, qtbot)
    assert isinstance(dialog, PublishDialog)
    assert set(dialog.boxes) == {"fr-fr", "de-de"} and not dialog.yes.isEnabled()
    read_in(shop, "de-de")
    dialog.boxes["de-de"].setChecked(True)
    qtbot.waitUntil(lambda: dialog.shown is not None)
    (row,) = dialog.shown.rows
    assert row.market == "de-de" and row.saying is not None
    assert any("Geprüft" in words for _, words in dialog.told(row))
    qtbot.waitUntil(dialog.yes.isEnabled)
    dialog.yes.click()
    done(page, qtbot)
    cell = wanted(desk, shop, "de-de")
    assert cell is not None and cell.wanted_minor is not None and not cell.paused


@pytest.fixture
def read_in(desk: Desk) -> Callable[[str, str], None]:
    """The listing is paused in this market: publishing ends that."""

    def pause(listing_id: str, market: str) -> None:
        mine = accounts.the_account(desk, "default").id
        pausing.pause(desk, OWNER, mine, [listing_id], market)

    return pause


def test_offline_in_one_market_says_that_there_is_no_switch(
    page: ListingsPage, shop: str, desk: Desk, qtbot: QtBot
) -> None:
    dialog = opened(page, Qt.Key.Key_O, qtbot)
    assert isinstance(dialog, OfflineDialog)
    qtbot.waitUntil(dialog.yes.isEnabled)
    assert dialog.shown.rows[0].said.code == "publishing.offline_all"
    dialog.market.set_value("fr-fr")
    dialog.load()
    qtbot.waitUntil(dialog.yes.isEnabled)
    assert dialog.shown.rows[0].said.code.startswith("publishing.offline_")
    assert dialog.shown.market == "fr-fr"
    dialog.yes.click()
    done(page, qtbot)
    cell = wanted(desk, shop, "fr-fr")
    assert cell is not None and cell.paused and not listing(desk, shop).paused


def test_texts_are_seen_old_and_new_written_and_taken_back(
    page: ListingsPage, shop: str, desk: Desk, qtbot: QtBot
) -> None:
    body = policy_documents.document(desk, "content")
    body["comments"]["fr"]["EXCELLENT"] = "Testé. Batterie à {battery} % au moins."
    policy_documents.save_document(desk, OWNER, "content", body)
    dialog = opened(page, Qt.Key.Key_T, qtbot)
    assert isinstance(dialog, TextsDialog)
    qtbot.waitUntil(dialog.yes.isEnabled)
    row = next(one for one in dialog.rows_of(dialog.shown) if one.market == "fr-fr")
    assert row.new is not None and row.new.comment == "Testé. Batterie à 92 % au moins."
    for box in dialog.parts.values():
        box.setChecked(False)
    qtbot.waitUntil(lambda: not dialog.yes.isEnabled())
    dialog.parts["comment"].setChecked(True)
    qtbot.waitUntil(dialog.yes.isEnabled)
    dialog.yes.click()
    done(page, qtbot)
    cell = wanted(desk, shop, "fr-fr")
    assert cell is not None and cell.wanted_content == {"comment": "Testé. Batterie à 92 % au moins."}

    publish_actions.texts(page.acts, [shop])
    again = page.acts.dialog
    assert isinstance(again, TextsDialog)
    qtbot.waitUntil(again.undo.isVisible)
    mine = accounts.the_account(desk, "default").id
    (run, *_) = content_runs.runs(desk, mine)
    again.take_back(run.id)
    qtbot.waitUntil(lambda: content_runs.runs(desk, mine)[0].why == "undo")
    qtbot.waitUntil(again.said.isVisible)
