"""Orders: what is to be done stands first, what a person decides is asked and said, and outside text is only text."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot
from sqlalchemy import update

from bmdesk.domain.changes import Change
from bmdesk.domain.money import Money
from bmdesk.domain.orders import LineAction, LineState
from bmdesk.domain.parcels import ParcelState
from bmdesk.services import company, printing, settings
from bmdesk.services.orders import documents, handling, history_import, order_view
from bmdesk.services.orders.order_view import OrderDetail, Tab
from bmdesk.services.shipping import packing, parcels
from bmdesk.store.queries import orders
from bmdesk.store.tables import customers as people
from bmdesk.store.tables import orders as tables
from bmdesk.store.transaction import Tx
from bmdesk.system import machine
from bmdesk.texts import t
from bmdesk.ui import papers
from bmdesk.ui.main_window import Room
from bmdesk.ui.rail_counts import RailCounts
from bmdesk.ui.views.orders import OrdersPage, detail_cards
from bmdesk.ui.views.orders.assign_dialog import AssignDialog
from bmdesk.ui.views.orders.offered import SubstituteRow
from bmdesk.ui.views.orders.parcels_dialog import LATE, ParcelsDialog
from bmdesk.ui.views.orders.undo_dialog import PART, UndoDialog
from bmdesk.ui.views.sync import SyncPage
from bmdesk.ui.widgets.pill import Pill
from bmdesk.ui.widgets.search_box import WAIT_MS
from bmdesk.ui.workplace import Workplace
from tests import retold
from tests.listed import OWNER
from tests.markets import FIRST, SECOND, Shop
from tests.selling import PACKER, PARCEL

pytestmark = pytest.mark.sqlite_only


@pytest.fixture
def sold(shop: Shop) -> Shop:
    """Orders are accepted by hand; two phones and three orders: the last one finds no unit."""
    sell(shop)
    return shop


@retold.step
def sell(shop: Shop) -> None:
    shop.ready(2)
    shop.offer(quantity=2, title="iPhone 13")
    settings.put(shop.desk, "backmarket.orders", "by_hand")
    for _ in range(3):
        shop.market.order(FIRST)
        shop.advance(minutes=5)
        shop.sync()


@pytest.fixture
def enter(workplace: Workplace, qtbot: QtBot) -> Callable[[], OrdersPage]:
    """Go into the room and wait until it is read."""

    def entered() -> OrdersPage:
        window = workplace.window
        window.add_room(
            Room("orders", "window.room.orders", "orders", lambda: OrdersPage(workplace), "Ctrl+4")
        )
        window.resize(1440, 900)
        window.show()
        window.open_rooms("orders")
        page = window.page("orders")
        assert isinstance(page, OrdersPage)
        qtbot.waitUntil(lambda: page._settled and not page.run.beside.pending)
        return page

    return entered


def numbers(page: OrdersPage) -> list[int]:
    return [page.model.row(n).number for n in range(page.model.rowCount()) if page.model.row(n) is not None]  # type: ignore[union-attr]


def show(page: OrdersPage, tab: Tab, qtbot: QtBot, count: int) -> None:
    """Go to this tab; it has so many orders."""
    page.show_tab(tab)
    qtbot.waitUntil(lambda: page.model.total == count and len(numbers(page)) == count)


def open_(page: OrdersPage, order_id: str, qtbot: QtBot) -> OrderDetail:
    """The sheet of this order, once it is drawn."""
    page.open_order(order_id)
    qtbot.waitUntil(lambda: page.detail.seen is not None and page.detail.seen.order.row.id == order_id)
    assert page.detail.seen is not None
    return page.detail.seen.order


def order_ids(shop: Shop) -> list[str]:
    """All orders, the oldest first."""
    return [row.id for row in reversed(order_view.page(shop.desk).rows)]


def words(page: OrdersPage) -> str:
    """All that the sheet says."""
    said = [label.text() for label in page.detail.findChildren(QLabel) if not label.isHidden()]
    return "\n".join(said + [pill.words for pill in page.detail.findChildren(Pill) if not pill.isHidden()])


def button(page: OrdersPage, text: str) -> QPushButton:
    return next(b for b in page.detail.findChildren(QPushButton) if b.text() == text and not b.isHidden())


def test_without_an_account_the_room_says_how_to_begin(enter: Callable[[], OrdersPage], qtbot: QtBot) -> None:
    page = enter()
    qtbot.waitUntil(page._accounts.nobody.isVisible)
    assert not page.table.isVisible()


def test_the_room_opens_where_a_person_is_needed_most(
    enter: Callable[[], OrdersPage], sold: Shop, qtbot: QtBot
) -> None:
    page = enter()
    assert page.tabs.tab is Tab.CONFLICTS
    qtbot.waitUntil(lambda: len(numbers(page)) == 1)
    show(page, Tab.TO_ACCEPT, qtbot, 3)
    assert numbers(page) == sorted(numbers(page)), "what must leave first stands first"


def test_the_chosen_order_stays_chosen_when_a_more_urgent_one_comes_in(
    enter: Callable[[], OrdersPage], sold: Shop, workplace: Workplace, qtbot: QtBot
) -> None:
    page = enter()
    show(page, Tab.ALL, qtbot, 3)
    page.table.choose_row(1)
    (chosen,) = page.table.chosen()
    sold.market.order(FIRST)
    sold.sync()
    workplace.bridge.announce(frozenset({Change.ORDERS}))
    qtbot.waitUntil(lambda: len(numbers(page)) == 4)
    qtbot.waitUntil(lambda: [row.id for row in page.table.chosen()] == [chosen.id])
    assert page.table.chosen_rows() == [2]


def test_an_order_that_is_asked_for_stays_open_when_the_list_has_come(
    enter: Callable[[], OrdersPage], sold: Shop, workplace: Workplace, qtbot: QtBot
) -> None:
    page = enter()
    page.show_tab(Tab.SHIPPED)
    wanted = order_ids(sold)[0]
    page.table.current_changed.emit(0)  # the list has just come and stands at its first line
    open_(page, wanted, qtbot)
    qtbot.waitUntil(lambda: not page.run.beside.pending)
    page.show_tab(Tab.ALL)
    qtbot.waitUntil(lambda: [row.id for row in page.table.chosen()] == [wanted])
    qtbot.wait(50)
    assert page.detail.open_id == wanted


def test_a_search_says_that_it_is_under_way(
    enter: Callable[[], OrdersPage], sold: Shop, qtbot: QtBot
) -> None:
    page = enter()
    page.search_for("nobody at all")
    assert "Searching" in page.header_status
    qtbot.waitUntil(lambda: page.model.total == 0)
    assert "Searching" not in page.header_status


def test_many_chosen_orders_are_accepted_with_one_key_and_each_refusal_is_said(
    enter: Callable[[], OrdersPage], sold: Shop, workplace: Workplace, qtbot: QtBot
) -> None:
    page = enter()
    show(page, Tab.TO_ACCEPT, qtbot, 3)
    page.table.selectAll()
    page.chosen.accept.click()
    qtbot.waitUntil(lambda: bool(workplace.window.banners.banners))
    said = workplace.window.banners.banners[0].words
    assert "2" in said[0], "the third has no unit"
    assert len(said) > 1
    sold.sync()
    assert len(order_view.page(sold.desk, order_view.OrderFilter(Tab.TO_PICK)).rows) == 2


@pytest.mark.slow
def test_what_could_stand_in_is_offered_and_cancelling_comes_last(
    enter: Callable[[], OrdersPage], sold: Shop, qtbot: QtBot
) -> None:
    sold.ready(1, "GS22-128-GRN")
    sold.offer(SECOND)
    sold.market.order(SECOND)
    sold.sync()
    page = enter()
    order_id = order_ids(sold)[-1]
    order = open_(page, order_id, qtbot)
    assert order.conflicts
    ways = page.detail.findChild(QPushButton, detail_cards.FIRST_WAY)
    assert ways is not None
    flow = ways.parentWidget()
    assert flow is not None
    offered = [b.text() for b in flow.findChildren(QPushButton)]
    assert offered[-1] == "Cancel…"


def test_a_better_unit_is_taken_for_the_order_by_a_click(
    enter: Callable[[], OrdersPage], shop: Shop, qtbot: QtBot
) -> None:
    shop.offer(SECOND, 1)
    settings.put(shop.desk, "backmarket.orders", "by_hand")
    shop.market.order(SECOND)
    shop.sync()
    (unit,) = shop.ready(1)
    page = enter()
    (order_id,) = order_ids(shop)
    open_(page, order_id, qtbot)
    (row,) = page.detail.findChildren(SubstituteRow)
    row.asked.emit(unit)
    qtbot.waitUntil(lambda: bool(order_view.detail(shop.desk, order_id).lines[0].units))
    assert not order_view.detail(shop.desk, order_id).conflicts


def test_a_scan_names_the_unit_while_it_is_asked_for(
    enter: Callable[[], OrdersPage], sold: Shop, qtbot: QtBot
) -> None:
    spare = sold.ready(1)[0]
    first, *_ = order_ids(sold)
    page = enter()
    order = open_(page, first, qtbot)
    assert order.lines[0].units[0].unit_id != spare
    page.detail.assign()
    assert isinstance(page.acts.dialog, AssignDialog)
    held = order_view.detail(sold.desk, order_ids(sold)[2]).lines[0].units
    assert page.takes_scan(sold.units[held[0].unit_id if held else spare])
    assert not page.takes_scan("BMD:OP:OWNER"), "a badge signs in"


@pytest.mark.usefixtures("dressed")
def test_a_line_is_cancelled_only_with_a_reason_and_after_its_effect_was_said(
    enter: Callable[[], OrdersPage], sold: Shop, qtbot: QtBot
) -> None:
    page = enter()
    first, *_ = order_ids(sold)
    open_(page, first, qtbot)
    page.detail.cancel()
    dialog = page.acts.dialog
    assert isinstance(dialog, UndoDialog)
    qtbot.waitUntil(lambda: "%" in dialog.effect.text(), timeout=3000)
    dialog.yes.click()
    assert dialog.isVisible(), "no reason, no cancelling"
    assert dialog.no.isDefault()
    needed = dialog.effect.heightForWidth
    # None of its words is cut.
    qtbot.waitUntil(lambda: dialog.effect.height() >= needed(dialog.effect.width()), timeout=2000)
    dialog.reason.set_value("stock")
    dialog.yes.click()
    qtbot.waitUntil(lambda: page.acts.dialog is None)
    qtbot.waitUntil(lambda: bool(order_view.detail(sold.desk, first).lines[0].steps))
    sold.sync()
    assert order_view.detail(sold.desk, first).row.state is LineState.CANCELLED


def test_a_part_of_the_money_is_given_back_only_once_it_was_shipped(
    enter: Callable[[], OrdersPage], sold: Shop, qtbot: QtBot
) -> None:
    first, *_ = order_ids(sold)
    ship(sold, first)
    page = enter()
    order = open_(page, first, qtbot)
    assert LineAction.CANCEL not in order.lines[0].actions
    assert PARCEL in words(page), "the parcel stands on the sheet"
    page.detail.refund()
    dialog = page.acts.dialog
    assert isinstance(dialog, UndoDialog)
    dialog.reason.set_value("not_as_described")
    dialog.scope.set_value(PART)
    dialog.amount.setText("many")
    dialog.yes.click()
    assert dialog.isVisible(), "that is no amount"
    dialog.amount.setText("20,50")
    dialog.yes.click()
    qtbot.waitUntil(lambda: page.acts.dialog is None)
    qtbot.waitUntil(lambda: bool(order_view.detail(sold.desk, first).lines[0].steps))
    (step,) = order_view.detail(sold.desk, first).lines[0].steps
    assert step.amount is not None and step.amount.minor == 2050


def test_what_another_handed_over_meanwhile_does_not_hand_over_all_the_others(
    enter: Callable[[], OrdersPage], sold: Shop, workplace: Workplace, qtbot: QtBot
) -> None:
    for one, number in zip(order_ids(sold), (PARCEL, "RR473124829GB"), strict=False):
        ship(sold, one, number)
    dialog = ParcelsDialog(enter(), workplace)
    dialog.open()
    qtbot.waitUntil(lambda: dialog.model.rowCount() == 2)
    dialog.table.choose_row(0)
    (chosen,) = dialog.table.chosen()
    parcels.hand_over(sold.desk, workplace.actor, [chosen.row.id])
    workplace.bridge.announce(frozenset({Change.PACKING}))
    qtbot.waitUntil(lambda: dialog.model.rowCount() == 1)
    assert not dialog.hand_button.isEnabled()
    dialog.hand_over()
    qtbot.waitUntil(lambda: not workplace.bridge.pending)
    assert len(parcels.to_hand_over(sold.desk)) == 1
    dialog.reject()


def test_the_driver_takes_what_was_packed_and_what_never_arrives_is_listed(
    enter: Callable[[], OrdersPage],
    sold: Shop,
    workplace: Workplace,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    opened: list[Path] = []
    monkeypatch.setattr(papers, "open_file", lambda _place, file: opened.append(file))
    first, *_ = order_ids(sold)
    ship(sold, first)
    page = enter()
    dialog = ParcelsDialog(page, workplace)
    dialog.open()
    qtbot.waitUntil(lambda: dialog.model.rowCount() == 1)
    dialog.hand_over()
    qtbot.waitUntil(lambda: len(opened) == 1)
    assert opened[0].read_bytes().startswith(b"%PDF")
    qtbot.waitUntil(lambda: dialog.model.rowCount() == 0)
    sold.clock.advance(timedelta(days=9))
    dialog.show_list(LATE)
    qtbot.waitUntil(lambda: dialog.model.rowCount() == 1)
    dialog.table.choose_row(0)
    dialog.arrived_button.click()
    qtbot.waitUntil(lambda: dialog.model.rowCount() == 0)
    parcel = order_view.detail(sold.desk, first).parcel
    assert parcel is not None and parcel.state is ParcelState.DELIVERED
    dialog.reject()


@pytest.mark.slow
def test_an_invoice_is_kept_with_its_order(
    enter: Callable[[], OrdersPage], sold: Shop, tmp_path: Path, qtbot: QtBot
) -> None:
    file = tmp_path / "invoice.pdf"
    file.write_bytes(b"%PDF-1.4\n" + b"x" * 200 + b"\n%%EOF\n")
    page = enter()
    first, *_ = order_ids(sold)
    open_(page, first, qtbot)
    page.acts.keep_invoice(first, file)
    qtbot.waitUntil(lambda: any(d.kind == "invoice" for d in documents.of_order(sold.desk, first)))


def test_words_of_customers_are_text_whatever_they_look_like(
    enter: Callable[[], OrdersPage], sold: Shop, qtbot: QtBot
) -> None:
    first, *_ = order_ids(sold)
    nasty = "<b>Bobby</b> <img src=x>" + "W" * 150

    def change(tx: Tx) -> None:
        here = people.order_address.c.order_id == first
        tx.connection.execute(update(people.order_address).where(here).values(first_name=nasty, last_name=""))
        line = tables.orderline.c.order_id == first
        tx.connection.execute(update(tables.orderline).where(line).values(title=nasty))

    sold.desk.write(change)
    page = enter()
    show(page, Tab.ALL, qtbot, 3)
    order = open_(page, first, qtbot)
    assert nasty in order.row.customer
    labels = [label for label in page.detail.findChildren(QLabel) if "Bobby" in label.text()]
    assert len(labels) >= 2
    assert all(label.textFormat() == Qt.TextFormat.PlainText for label in labels)
    place = next(n for n in range(3) if numbers(page)[n] == order.row.number)
    tips = [page.model.index(place, column).data(Qt.ItemDataRole.ToolTipRole) for column in range(9)]
    assert any("&lt;b&gt;Bobby" in str(tip) for tip in tips)
    assert not any("<b>" in str(tip) for tip in tips)


def test_an_overdue_order_says_so_in_words(enter: Callable[[], OrdersPage], sold: Shop, qtbot: QtBot) -> None:
    sold.clock.advance(timedelta(days=10))
    page = enter()
    show(page, Tab.TO_ACCEPT, qtbot, 3)
    said = [page.model.index(0, column).data(Qt.ItemDataRole.DisplayRole) for column in range(9)]
    assert any(str(cell).startswith("Overdue") for cell in said)


def test_an_order_that_is_over_has_no_moment_any_more_by_which_it_must_leave(
    enter: Callable[[], OrdersPage], sold: Shop, qtbot: QtBot
) -> None:
    page = enter()
    first = order_ids(sold)[0]
    open_(page, first, qtbot)
    assert not page.detail.ship_by.isHidden()
    number = page.detail.seen.order.row.number  # type: ignore[union-attr]
    sold.market.control(cancel={"order": number})
    sold.sync()
    page.detail.refresh()
    qtbot.waitUntil(page.detail.ship_by.isHidden)


@pytest.mark.usefixtures("dressed")
def test_an_order_that_another_room_asks_for_stays_open_in_a_small_window(
    enter: Callable[[], OrdersPage], sold: Shop, workplace: Workplace, qtbot: QtBot
) -> None:
    page = enter()
    workplace.window.resize(1024, 640)
    wanted = order_view.page(sold.desk).rows[0]
    workplace.order_asked.emit(wanted.id, wanted.number)
    qtbot.waitUntil(page.detail.isVisible)
    qtbot.wait(WAIT_MS + 50)
    assert page.detail.isVisible(), "no search comes late and closes it"


def test_each_tab_lists_as_many_orders_as_it_says(
    enter: Callable[[], OrdersPage], sold: Shop, qtbot: QtBot
) -> None:
    sold.offer(SECOND, quantity=3, manage=False)
    sold.market.order(SECOND)
    sold.sync()
    page = enter()
    for tab, count in order_view.counts(sold.desk).items():
        show(page, tab, qtbot, count)
    show(page, Tab.ONLY_SHOWN, qtbot, 1)


def test_older_orders_are_asked_for_followed_and_paused(
    enter: Callable[[], OrdersPage], sold: Shop, qtbot: QtBot
) -> None:
    page = enter()
    page.open_import()
    dialog = page.importing
    assert dialog is not None
    qtbot.waitUntil(lambda: bool(dialog.account.value()))
    dialog.since.setText("yesterday")
    dialog.start()
    assert not history_import.of_account(sold.desk, sold.account)
    dialog.since.setText("2020-01-01")
    dialog.until.setText("2020-12-31")
    dialog.start()
    qtbot.waitUntil(lambda: len(history_import.of_account(sold.desk, sold.account)) == 1)
    (run,) = history_import.of_account(sold.desk, sold.account)
    assert (run.until - run.since).days == 366, "the last day is meant whole"

    def press(text: str) -> None:
        qtbot.waitUntil(
            lambda: any(b.text() == text for b in dialog.findChildren(QPushButton) if b.isVisible())
        )
        next(b for b in dialog.findChildren(QPushButton) if b.text() == text and b.isVisible()).click()

    for text, state in (("Pause", "paused"), ("Go on", "running"), ("Give up", "cancelled")):
        press(text)
        qtbot.waitUntil(lambda s=state: history_import.of_account(sold.desk, sold.account)[0].state == s)  # type: ignore[misc]


@pytest.mark.slow
def test_a_refund_that_nobody_knows_of_is_one_key_away_from_its_order(
    enter: Callable[[], OrdersPage], sold: Shop, workplace: Workplace, qtbot: QtBot
) -> None:
    first = order_view.detail(sold.desk, order_ids(sold)[0])
    handling.accept(sold.desk, OWNER, first.row.id)
    sold.sync()
    for code in (first.lines[0].units[0].identifier, PARCEL, "BMD:CONFIRM"):
        sold.advance(seconds=2)
        packing.scan(sold.desk, PACKER, code)
    sold.sync()
    sold.hasty()
    sold.market.fault("timeout-before", "POST /ws/sav/refund", times=1)
    handling.refund(sold.desk, OWNER, first.lines[0].id, "other", Money(1000, "EUR"))
    for _ in range(3):
        sold.sync()
        sold.advance(minutes=10)
    page = enter()
    workplace.window.add_room(Room("sync", "window.room.sync", "sync", lambda: SyncPage(workplace)))
    room = workplace.window.show_room("sync")
    assert isinstance(room, SyncPage)
    room.show_tab("queue")
    qtbot.waitUntil(lambda: room.queue.detail.effect is not None)
    assert room.queue.detail.order_button.keys == "O"
    room.queue.detail.order_button.click()
    assert workplace.window.current_room == "orders"
    qtbot.waitUntil(lambda: page.detail.seen is not None and numbers(page) == [first.row.number])
    qtbot.waitUntil(lambda: button(page, "It happened").isVisible())
    assert button(page, "It did not happen").isVisible()


@pytest.mark.slow
def test_how_far_older_orders_are_is_seen_in_the_room_too(
    enter: Callable[[], OrdersPage], sold: Shop, workplace: Workplace, qtbot: QtBot
) -> None:
    page = enter()
    assert not page.import_line.isVisible()
    end = sold.clock.now()
    asked = history_import.start(sold.desk, OWNER, sold.account, end - timedelta(days=300), end)
    workplace.bridge.announce(asked.changes)
    qtbot.waitUntil(page.import_line.isVisible)
    workplace.bridge.announce(history_import.pause(sold.desk, OWNER, asked.id).changes)
    qtbot.waitUntil(lambda: "paused" in page.import_line.words.text())
    page.import_line.more.click()
    assert page.importing is not None
    workplace.bridge.announce(history_import.cancel(sold.desk, OWNER, asked.id).changes)
    qtbot.waitUntil(lambda: not page.import_line.isVisible())


def test_the_timeline_says_the_hour_also_of_yesterday(
    enter: Callable[[], OrdersPage], sold: Shop, qtbot: QtBot
) -> None:
    page = enter()
    order = open_(page, order_ids(sold)[0], qtbot)
    assert order.timeline[0].at.astimezone().strftime("%H:%M") in words(page)


@pytest.mark.slow
def test_an_order_that_was_set_aside_stands_there_with_its_reason(
    enter: Callable[[], OrdersPage], sold: Shop, qtbot: QtBot
) -> None:
    from bmdesk.store.kept import keep_text
    from bmdesk.texts import msg

    sold.desk.write(
        lambda tx: orders.quarantine(tx, sold.account, "order", "4711", keep_text(msg("wire.no_object")), {})
    )
    page = enter()
    page.open_import()
    dialog = page.importing
    assert dialog is not None
    qtbot.waitUntil(dialog.aside_card.isVisible)
    assert any(label.text() == "4711" for label in dialog.aside_card.findChildren(QLabel))


def test_how_an_order_stands_at_odoo_is_said_on_its_sheet(
    enter: Callable[[], OrdersPage], sold: Shop, qtbot: QtBot
) -> None:
    order_id = order_ids(sold)[0]
    handling.accept(sold.desk, OWNER, order_id)
    sold.sync()
    page = enter()
    assert open_(page, order_id, qtbot).odoo is None
    assert t("orders_page.odoo_title") not in words(page)

    settings.put(sold.desk, "odoo.url", "https://odoo.example.com")
    page.detail.refresh()
    qtbot.waitUntil(lambda: t("order.odoo.waits") in words(page))


def test_the_rail_counts_an_order_once(
    enter: Callable[[], OrdersPage], sold: Shop, workplace: Workplace, qtbot: QtBot
) -> None:
    enter()
    counts = RailCounts(workplace)
    counts.ask()
    rail = workplace.window.rail
    qtbot.waitUntil(lambda: rail.count("orders") == 3)
    first, *_ = order_ids(sold)
    handling.accept(sold.desk, OWNER, first)
    sold.sync()
    counts.ask()
    qtbot.waitUntil(lambda: rail.count("orders") == 2)
    counts.stop()


def ship(shop: Shop, order_id: str, number: str = PARCEL) -> None:
    """Accepted, packed and told."""
    handling.accept(shop.desk, OWNER, order_id)
    shop.sync()
    (unit,) = order_view.detail(shop.desk, order_id).lines[0].units
    for code in (unit.identifier, number, "BMD:CONFIRM"):
        shop.clock.advance(seconds=2)
        assert packing.scan(shop.desk, PACKER, code).ok
    shop.sync()


@pytest.mark.slow
def test_whoever_packs_finds_no_way_to_cancel_or_to_give_money_back(
    enter: Callable[[], OrdersPage], sold: Shop, workplace: Workplace, qtbot: QtBot
) -> None:
    company.add_operator(sold.desk, "PIA", "Pia", "packer")
    workplace.operator = company.operator(sold.desk, "PIA")
    workplace.operator_changed.emit(workplace.operator)
    page = enter()
    open_(page, order_ids(sold)[0], qtbot)
    cancel = [b for b in page.detail.findChildren(QPushButton) if b.text() == "Cancel…"]
    assert cancel and not any(button.isEnabled() for button in cancel)
    assert all("supervisor" in button.toolTip() for button in cancel)
    page.detail.cancel()
    page.detail.refund()
    assert page.acts.dialog is None


@pytest.mark.slow
def test_the_label_of_an_order_is_one_key_away_and_names_no_customer(
    sold: Shop, enter: Callable[[], OrdersPage], workplace: Workplace, qtbot: QtBot
) -> None:
    workplace.machine.set(machine.LABEL_PRINTER, "zpl")
    workplace.machine.set(machine.LABEL_NETWORK, "127.0.0.1:9")
    page = enter()
    order = open_(page, order_ids(sold)[0], qtbot)
    page.detail.print_label()
    qtbot.waitUntil(lambda: len(printing.waiting(sold.desk)) == 1)
    (job,) = printing.waiting(sold.desk)
    assert (job.kind, job.name) == ("order", str(order.row.number))
    assert order.row.customer and order.row.customer not in job.name
