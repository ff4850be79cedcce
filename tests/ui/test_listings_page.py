"""Listings: nothing is handed over that was not shown, and every listing says why it stands as it does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from bmdesk.domain.listing_reasons import ASPECTS
from bmdesk.services import company, settings
from bmdesk.services.desk import Desk
from bmdesk.services.goods import units
from bmdesk.services.selling import accounts, listing_view, management
from bmdesk.store.queries import orders
from bmdesk.store.transaction import Tx
from bmdesk.ui import rooms
from bmdesk.ui.main_window import Room
from bmdesk.ui.models.paged_model import Ask, Page
from bmdesk.ui.models.walk import Walk
from bmdesk.ui.views.bench import BenchPage
from bmdesk.ui.views.listings import ListingsPage
from bmdesk.ui.views.listings.actions import HandBackDialog
from bmdesk.ui.views.listings.cells import aspect_chips, market_chips
from bmdesk.ui.views.listings.cutover import CutoverDialog
from bmdesk.ui.views.units import UnitsPage
from bmdesk.ui.widgets.confirm import Confirm
from bmdesk.ui.widgets.hint import hint
from bmdesk.ui.widgets.label import PlainLabel
from bmdesk.ui.workplace import Workplace
from tests.desks import IMEIS, PHONE, Bench
from tests.listed import OWNER, account, link_all, listing, read_listing

SKU = f"{PHONE}-EXCELLENT"


@pytest.fixture
def shop(at_bench: Bench) -> str:
    """A ready phone and its listing, linked; a listing of somebody else. The id of the first."""
    desk = at_bench.desk
    account(desk)
    settings.put(desk, "backmarket.markets", "fr-fr,de-de")
    at_bench.ready_unit()
    found = read_listing(desk, SKU, "EXCELLENT", 7, {"fr-fr": 39900}, title="iPhone 13 128GB")
    read_listing(desk, "somebody-elses", "GOOD", 4, {"fr-fr": 9900}, title=("<b>bold</b>" + " x" * 400)[:500])
    link_all(desk, found)
    return found


@pytest.fixture
def enter(workplace: Workplace, qtbot: QtBot) -> Callable[[], ListingsPage]:
    """Go into the room and wait until it is read."""

    def entered() -> ListingsPage:
        window = workplace.window
        window.add_room(
            Room("listings", "window.room.listings", "listings", lambda: ListingsPage(workplace), "Ctrl+5")
        )
        window.resize(1440, 900)
        window.show()
        window.open_rooms("listings")
        page = window.page("listings")
        assert isinstance(page, ListingsPage)
        qtbot.waitUntil(lambda: page.account.read and not workplace.bridge.pending)
        return page

    return entered


def choose(page: ListingsPage, sku: str, qtbot: QtBot) -> None:
    """The keyboard on the listing with this SKU."""
    qtbot.waitUntil(lambda: page.model.rowCount() > 0 and page.model.row(0) is not None)
    skus = [page.model.row(n).listing.sku_text for n in range(page.model.rowCount())]  # type: ignore[union-attr]
    page.table.choose_row(skus.index(sku))


def test_without_an_account_the_room_says_how_to_begin(enter: Callable[[], ListingsPage]) -> None:
    page = enter()
    assert page.isVisible() and not page.table.isVisible()


def test_a_listing_is_handed_over_only_after_its_preview_was_read(
    enter: Callable[[], ListingsPage], shop: str, desk: Desk, qtbot: QtBot
) -> None:
    page = enter()
    choose(page, SKU, qtbot)
    page.chosen.hand_over.click()
    dialog = page.acts.dialog
    assert isinstance(dialog, CutoverDialog) and not dialog.yes.isEnabled()
    dialog.confirm()
    assert not page.run.running
    qtbot.waitUntil(dialog.yes.isEnabled)
    assert dialog.preview is not None and len(dialog.preview.changed) > 0
    dialog.yes.click()
    qtbot.waitUntil(lambda: listing(desk, shop).manage_stock)
    qtbot.waitUntil(lambda: not page.run.running and page.acts.dialog is None)
    row = listing(desk, shop)
    assert row.manage_price and row.manage_content


def test_a_preview_that_went_stale_confirms_nothing_and_is_shown_anew(
    enter: Callable[[], ListingsPage], shop: str, desk: Desk, at_bench: Bench, qtbot: QtBot
) -> None:
    page = enter()
    choose(page, SKU, qtbot)
    page.chosen.hand_over.click()
    dialog = page.acts.dialog
    assert isinstance(dialog, CutoverDialog)
    qtbot.waitUntil(dialog.yes.isEnabled)
    before = dialog.preview
    at_bench.ready_unit(IMEIS[1])
    dialog.yes.click()
    qtbot.waitUntil(lambda: dialog.preview is not None and dialog.preview != before)
    assert not listing(desk, shop).manage_stock
    assert dialog.isVisible() and dialog.said.isVisible()
    dialog.yes.click()
    qtbot.waitUntil(lambda: listing(desk, shop).manage_stock)
    qtbot.waitUntil(lambda: not page.run.running)


def test_what_was_handed_over_is_handed_back_aspect_by_aspect(
    enter: Callable[[], ListingsPage], shop: str, desk: Desk, qtbot: QtBot
) -> None:
    hand_over(desk, shop)
    page = enter()
    choose(page, SKU, qtbot)
    page.chosen.hand_back.click()
    dialog = page.acts.dialog
    assert isinstance(dialog, HandBackDialog)
    dialog.aspects.boxes[ASPECTS[0]].setChecked(False)
    dialog.yes.click()
    qtbot.waitUntil(lambda: not listing(desk, shop).manage_price)
    assert listing(desk, shop).manage_stock
    qtbot.waitUntil(lambda: not page.run.running)


def test_while_everything_is_paused_nobody_can_overlook_it(
    enter: Callable[[], ListingsPage], shop: str, desk: Desk, qtbot: QtBot
) -> None:
    hand_over(desk, shop)
    page = enter()
    assert not page.banner.isVisible()
    page.pause_all.click()
    question = page.findChild(Confirm)
    assert question is not None
    question.yes.click()
    qtbot.waitUntil(page.banner.isVisible)
    assert accounts.listed(desk)[0].row.listings_paused
    page.acts.switch_all()
    question = [one for one in page.findChildren(Confirm) if one.isVisible()][-1]
    question.yes.click()
    qtbot.waitUntil(lambda: not page.banner.isVisible())


def test_the_sheet_says_what_the_quantity_is_made_of_and_why(
    enter: Callable[[], ListingsPage], shop: str, desk: Desk, qtbot: QtBot
) -> None:
    hand_over(desk, shop)
    page = enter()
    with qtbot.waitSignal(page.detail.shown):
        page.open_listing(shop)
    sheet = page.detail.seen
    assert sheet is not None and sheet.row.offer.quantity == 1
    assert sheet.queue and sheet.log
    page.detail.setFocus()
    QTest.keyClick(page, Qt.Key.Key_Escape)
    assert not page.detail.isVisible()


def test_a_listing_tells_its_markets_and_its_aspects_in_the_list(
    enter: Callable[[], ListingsPage], shop: str, desk: Desk
) -> None:
    row = listing_view.show(desk, account(desk), shop)
    assert [chip.words for chip in market_chips(row)] == ["FR 399.00", "DE –"]
    alike = replace(
        row, markets=tuple(replace(row.markets[0], market=m) for m in ("fr-fr", "de-de", "es-es"))
    )
    assert [chip.words for chip in market_chips(alike)] == ["FR DE ES 399.00"]
    assert [chip.on for chip in aspect_chips(row)] == [False, False, False]
    hand_over(desk, shop)
    assert [c.on for c in aspect_chips(listing_view.show(desk, account(desk), shop))] == [True, True, True]


def test_words_of_the_marketplace_stay_words_in_a_tooltip() -> None:
    assert "<b>" not in hint("<b>bold</b>\nnext")
    assert hint("5 & 6") == "5 & 6"


def test_filters_leave_what_they_say(
    enter: Callable[[], ListingsPage], shop: str, desk: Desk, qtbot: QtBot
) -> None:
    page = enter()
    page.filters.set_values(state="unlinked")
    qtbot.waitUntil(lambda: page.model.total == 1)
    page.filters.set_values(managed="yes")
    qtbot.waitUntil(lambda: page.model.total == 0)
    hand_over(desk, shop)
    page.filters.set_values(level="low")
    qtbot.waitUntil(lambda: page.model.total == 1)


def test_a_scan_names_the_unit_that_left_and_its_piece_leaves_the_shelf(
    enter: Callable[[], ListingsPage], shop: str, desk: Desk, qtbot: QtBot
) -> None:
    sell(desk, shop)
    page = enter()
    page.ask_which_unit()
    dialog = page.which
    assert dialog is not None
    qtbot.waitUntil(lambda: dialog.units.rowCount() == 1)
    assert page.takes_scan(IMEIS[0])
    qtbot.waitUntil(lambda: dialog.lines.rowCount() == 0)
    assert listing_view.show(desk, account(desk), shop).offer.count is not None
    dialog.reject()
    assert not page.takes_scan(IMEIS[0])


def test_a_jump_into_a_long_list_walks_on_from_the_nearest_place_that_is_known() -> None:
    asked: list[int] = []

    def read(_query: object, after: int | None, limit: int) -> Page:
        start = after or 0
        asked.append(start)
        end = min(start + limit, 950)
        return Page(range(start, end), end if end < 950 else None)

    walk = Walk(read)
    assert list(walk.fetch(Ask("all", 400, 100)).rows) == list(range(400, 500))
    asked.clear()
    assert list(walk.fetch(Ask("all", 900, 100)).rows) == list(range(900, 950))
    assert asked[0] == 500
    assert walk.fetch(Ask("all", 1200, 100)).rows == ()
    assert walk.at("all", [3, 401]) == [3, 401]
    walk.forget()
    asked.clear()
    assert list(walk.fetch(Ask("all", 900, 100)).rows) == list(range(900, 950))
    assert asked[0] == 0


def hand_over(desk: Desk, listing_id: str) -> None:
    """As a person would, after looking."""
    shown = management.preview(desk, account(desk), [listing_id])
    management.manage(desk, OWNER, account(desk), [listing_id], ASPECTS, shown.digest)


def sell(desk: Desk, listing_id: str) -> None:
    """Another tool sold and shipped one piece."""
    account_id, row = account(desk), listing(desk, listing_id)

    def work(tx: Tx) -> None:
        order = {"id": tx.new_id(), "account_id": account_id, "remote_id": 4001, "market": "fr-fr"}
        orders.add_orders(tx, [{**order, "remote_state": 9, "read_at": tx.now}])
        line = {"id": tx.new_id(), "order_id": order["id"], "account_id": account_id, "remote_id": 5001}
        goods = {"sku_text": row.sku_text, "sku_key": row.sku_key, "title": row.title, "listing_id": row.id}
        times = {"first_read_at": tx.now, "changed_at": tx.now}
        orders.add_lines(tx, [{**line, **goods, **times, "quantity": 1, "remote_state": 3}])

    desk.write(work)


def test_bench_and_units_say_where_a_unit_goes_from_here(
    workplace: Workplace, shop: str, desk: Desk, qtbot: QtBot
) -> None:
    rooms.register(workplace.window, lambda: workplace, lambda _unit: None)
    workplace.window.resize(1440, 900)
    workplace.window.show()
    workplace.window.open_rooms("bench")
    bench_page = workplace.window.page("bench")
    assert isinstance(bench_page, BenchPage)
    for text in (
        "BMD:OP:OWNER",
        IMEIS[1],
        f"BMD:MODEL:{PHONE}",
        "BMD:ALLPASS",
        "BMD:BATTERY:92",
        "BMD:LOCK:ALL:OFF",
    ):
        workplace.scan(text)
    workplace.scan("BMD:ERASED:BLANCCO:C-1")
    workplace.scan("BMD:DONE")
    qtbot.waitUntil(lambda: SKU in bench_page.status.todo.words, timeout=10_000)
    workplace.show_unit(units.show_unit(desk, IMEIS[1]).id)
    page = workplace.window.page("units")
    assert isinstance(page, UnitsPage)
    qtbot.waitUntil(lambda: page.all.detail.seen is not None)
    said = [label.text() for label in page.all.detail.findChildren(PlainLabel)]
    assert any(SKU in words and "fr-fr" in words for words in said)


@pytest.mark.slow
def test_whoever_may_not_manage_listings_finds_their_buttons_off_and_is_told_why_a_key_does_nothing(
    enter: Callable[[], ListingsPage], shop: str, desk: Desk, workplace: Workplace, qtbot: QtBot
) -> None:
    company.add_operator(desk, "PIA", "Pia", "packer")
    page = enter()
    choose(page, SKU, qtbot)
    buttons = (page.chosen.hand_over, page.chosen.hand_back, page.chosen.pause, page.pause_all, page.take_all)
    assert all(button.isEnabled() for button in buttons)
    workplace.operator = company.operator(desk, "PIA")
    workplace.operator_changed.emit(workplace.operator)
    assert not any(button.isEnabled() for button in buttons)
    assert "supervisor" in page.chosen.pause.toolTip()
    page.chosen.pause_in_market()
    page.chosen.choose_carrier()
    assert page.acts.dialog is None and not page.run.running
    page.table.clearSelection()
    workplace.operator = company.operator(desk, "OWNER")
    workplace.operator_changed.emit(workplace.operator)
    assert page.take_all.isEnabled() and not page.chosen.pause.isEnabled(), "nothing is chosen"
