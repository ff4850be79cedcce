"""Every flow by keyboard alone: no hand leaves the keys, and no key does nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication

from bmdesk.domain.orders import Step
from bmdesk.services import company
from bmdesk.services.desk import Desk
from bmdesk.services.goods import receiving
from bmdesk.services.orders import order_view
from bmdesk.services.orders.order_view import OrderFilter, Tab
from bmdesk.store.queries import units
from bmdesk.store.queries.order_progress import ASKED, DONE
from bmdesk.system.paths import DataDir
from bmdesk.ui.shortcuts import in_force
from bmdesk.ui.theme import Theme
from bmdesk.ui.views.settings.odoo_setup import OdooSetupDialog
from tests.journeys.keyboard import Hands
from tests.odoo.fake import DATABASE, PASSWORD, USER, FakeOdoo
from tests.pictures.conftest import dressed, full
from tests.pictures.rooms import Look, house
from tests.wholeness import assert_whole

__all__ = ["dressed", "full"]

pytestmark = pytest.mark.slow


@pytest.fixture
def hands(full: DataDir, dressed: QApplication) -> Iterator[Hands]:
    """At the window of a shop in the middle of its day; its store is whole afterwards."""
    with house(full, Look()) as window:
        yield Hands(window)
        assert window.application.session is not None
        assert_whole(window.application.session.desk, judged=False)


def test_no_key_of_a_room_means_two_things(hands: Hands) -> None:
    doubled: dict[str, list[str]] = {}
    for room in hands.house.window.rooms:
        hands.house.enter(room.key)
        counted = Counter(one.keys for one in in_force(hands.house.window))
        many = [keys for keys, count in counted.items() if count > 1]
        if many:
            doubled[room.key] = many
    assert doubled == {}


def test_every_room_opens_by_its_key_and_says_its_keys(hands: Hands) -> None:
    for room in hands.house.window.rooms:
        hands.press(room.shortcut)
        assert hands.house.window.current_room == room.key
        hands.press("F1")
        assert hands.house.window.cheat_sheet.isVisible()
        hands.press("Esc")
        assert not hands.house.window.cheat_sheet.isVisible()


def test_a_unit_is_graded(hands: Hands) -> None:
    hands.press("Ctrl+1", "F12", "F2")  # what lay there is done, with what it lacks
    hands.type("356938035643809")
    hands.press("Return")
    hands.press("F3")
    hands.type("IP13-128-MID")
    hands.press("Return")
    assert not hands.asks
    hands.press("F5", "Ctrl+L")
    hands.press("F4")
    hands.type("92")
    hands.press("Return")
    hands.press("Alt+2")
    hands.press("F12")
    desk = hands.house.place.desk
    unit = desk.read(lambda c: units.by_identifier(c, desk.company, "356938035643809"))
    assert unit is not None, "it was received"
    assert desk.read(lambda c: units.unit(c, unit)).model_code == "IP13-128-MID"


def test_a_batch_is_opened(hands: Hands) -> None:
    hands.press("Ctrl+3", "Ctrl+N")
    assert hands.asks
    hands.press("Down")  # where it comes from
    hands.fill("Batch code", "KEY-1")
    hands.press("Return")
    assert not hands.asks
    assert receiving.batch_named(hands.house.place.desk, "KEY-1").code == "KEY-1"


def test_a_listing_is_linked(hands: Hands) -> None:
    hands.press("Ctrl+Shift+L", "Alt+1")
    page = hands.house.enter("linking")
    before = page.model.rowCount()
    hands.choose_first("Linking")
    hands.press("1")
    hands.leave()
    hands.house.wait(lambda: page.model.rowCount() == before - 1)


@pytest.mark.parametrize("key", ["H", "B"], ids=["over", "back"])
def test_a_listing_is_handed(hands: Hands, key: str) -> None:
    hands.press("Ctrl+0")
    hands.choose_first("Listings")
    hands.press(key)
    assert hands.asks
    hands.press("Return")
    hands.leave()


def test_an_order_is_looked_at_and_left(hands: Hands) -> None:
    hands.press("Ctrl+4", "Alt+9")
    hands.choose_first("Orders")
    hands.press("Return")
    hands.go_to("Delivery note")
    hands.press("Alt+Left")
    hands.choose_first("Orders")


def test_an_order_is_packed_and_shipped(hands: Hands) -> None:
    desk = hands.house.place.desk
    waiting = order_view.page(desk, OrderFilter(tab=Tab.TO_PACK), limit=1).rows
    codes = [unit.identifier for line in order_view.detail(desk, waiting[0].id).lines for unit in line.units]
    hands.press("Ctrl+6")
    for text in (*codes, "LX020419998FR"):
        hands.press("F2")
        hands.type(text)
        hands.press("Return")
    hands.press("F12")
    assert waiting[0].id not in {row.id for row in order_view.page(desk, OrderFilter(tab=Tab.TO_PACK)).rows}


def asked_of_one_line(desk: Desk, *kinds: Step) -> None:
    """A person asked this of one line. Syncing goes on meanwhile: it may have been sent, and the order have ended."""
    rows = order_view.page(desk, OrderFilter(tab=Tab.ALL), limit=500).rows
    steps = [step for row in rows for line in order_view.detail(desk, row.id).lines for step in line.steps]
    (step,) = [one for one in steps if one.kind in kinds]
    assert step.state in (ASKED, DONE) and step.asked_by == "OWNER"


def test_a_line_is_given_back(hands: Hands) -> None:
    desk = hands.house.place.desk
    hands.press("Ctrl+4", "Alt+5")
    hands.choose_first("Orders")
    hands.press("Return")
    hands.push("Refund")
    assert hands.asks
    hands.press("Down")  # the first reason
    hands.press("Ctrl+Return")
    assert not hands.asks
    asked_of_one_line(desk, Step.REFUND_AFTER)


def test_what_was_bought_is_fetched(hands: Hands) -> None:
    desk = hands.house.place.desk
    hands.press("Ctrl+5", "Ctrl+N")
    if hands.asks:
        hands.press("Return")
    waiting = order_view.page(desk, OrderFilter(tab=Tab.TO_PICK)).rows
    for row in waiting:
        for line in order_view.detail(desk, row.id).lines:
            for unit in line.units:
                hands.press("F2")
                hands.type(unit.identifier)
                hands.press("Return")
    hands.press("F12")
    hands.leave()
    assert order_view.page(desk, OrderFilter(tab=Tab.TO_PICK)).rows == ()


def test_a_customers_data_can_be_asked_for_and_erased(hands: Hands) -> None:
    hands.press("Ctrl+7")
    hands.choose_first("Customers")
    hands.press("Return")
    hands.go_to("Export")
    hands.push("Erase")
    assert hands.asks
    hands.leave()


def turn_to(hands: Hands, section: str) -> None:
    """Settings, and the keys that go from one section to the next."""
    hands.press("Ctrl+,")
    page = hands.house.enter("settings")
    for _ in page.entries:
        if page.entries[page.list.currentRow()].key == section:
            return
        hands.press("Ctrl+PgDown")
    raise AssertionError(f"no section {section}")


def test_a_setting_is_changed(hands: Hands) -> None:
    turn_to(hands, "look")
    hands.go_to("Colours")
    hands.press("End")
    assert Theme.now().is_dark
    hands.press("Up")
    assert not Theme.now().is_dark


def test_odoo_is_connected_tried_and_its_set_up_opened(hands: Hands) -> None:
    with FakeOdoo() as odoo:
        turn_to(hands, "odoo")
        hands.fill("Address", odoo.url)
        hands.fill("Database", DATABASE)
        hands.fill("User", USER)
        hands.fill("Password or API key", PASSWORD)
        hands.push("Keep")
        section = hands.house.enter("settings").section
        # It is read at once, and nothing can be read of this one.
        hands.house.wait(lambda: section.status.state.words in {"Set up", "Needs a look"})
        hands.press("Ctrl+T")
        hands.house.wait(lambda: bool(section.status.verdict.words))
        assert section.status.verdict.words[0] == "The connection to Odoo works"
        hands.press("Ctrl+U")
        assert hands.asks == "Set up Odoo"
        hands.fill("Administrator's login", "admin")
        hands.push("Look")  # without a password nobody is sent
        hands.fill("Their password", "not this one")
        hands.press("Ctrl+L")
        dialog = hands.top
        assert isinstance(dialog, OdooSetupDialog)
        hands.house.wait(lambda: bool(dialog.problem.words))
        hands.leave()
        turn_to(hands, "odoo")
        hands.fill("Address", " ")
        hands.press("Tab")
        hands.house.wait(lambda: section.status.state.words == "Not used")


def test_labels_are_printed(hands: Hands) -> None:
    hands.press("Ctrl+2")
    hands.choose_first("Units")
    hands.press("L")
    assert hands.asks
    hands.leave()


def test_what_waits_to_be_sent_is_looked_at(hands: Hands) -> None:
    hands.press("Ctrl+Shift+S", "Alt+2", "Alt+3", "Alt+1")
    hands.push("Test connection")


def test_the_dashboard_changes_its_period_and_leads_on(hands: Hands) -> None:
    hands.press("Ctrl+D", "Alt+2", "Alt+5", "Alt+O")
    assert hands.house.window.current_room == "orders"


def test_help_opens_at_the_room_and_goes_back(hands: Hands) -> None:
    hands.press("Ctrl+3", "Shift+F1")
    assert hands.house.window.current_room == "help"
    hands.press("Ctrl+1")
    assert hands.house.window.current_room == "bench"


def test_somebody_new_gets_a_badge(hands: Hands) -> None:
    turn_to(hands, "operators")
    hands.press("Ctrl+N")
    hands.type("KEYS")
    hands.fill("Name", "Kay Board")
    hands.press("Ctrl+S")
    assert company.operator(hands.house.place.desk, "KEYS").name == "Kay Board"


def test_a_backup_is_made(hands: Hands) -> None:
    turn_to(hands, "safety")
    folder = hands.house.application.data.backups

    def made() -> set[tuple[str, int]]:  # today's may be there already: one is made each day by itself
        return {(one.name, one.stat().st_mtime_ns) for one in folder.glob("*.zip")}

    before = made()
    hands.push("Back up now")
    hands.house.wait(lambda: len(made() - before) == 1)


def test_a_line_is_cancelled(hands: Hands) -> None:
    hands.press("Ctrl+4", "Alt+3")
    hands.choose_first("Orders")
    hands.press("Return")
    hands.push("Cancel")
    assert hands.asks
    hands.press("Down")  # the first reason
    hands.press("Ctrl+Return")
    assert not hands.asks
    asked_of_one_line(hands.house.place.desk, Step.CANCEL, Step.REFUND_BEFORE)


def test_parcels_are_given_to_the_driver_and_older_orders_asked_for(hands: Hands) -> None:
    hands.press("Ctrl+4", "P")
    assert hands.asks
    hands.leave()
    hands.press("I")
    assert hands.asks
    hands.leave()


def test_a_warranty_is_found_and_leads_to_its_unit(hands: Hands) -> None:
    hands.press("Ctrl+8")
    hands.choose_first("Warranties")
    hands.press("U")
    assert hands.house.window.current_room == "units"


def test_goods_without_units_are_counted(hands: Hands) -> None:
    hands.press("Ctrl+9")
    hands.choose_first("Products")
    hands.press("Ctrl+K")
    assert hands.asks
    hands.leave()
