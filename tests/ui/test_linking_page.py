"""Linking: a suggestion is only that; a person's key decides, and never for the listing that comes next."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from bmdesk.domain.changes import Change
from bmdesk.services.desk import Desk
from bmdesk.services.goods import catalog
from bmdesk.services.selling import link_list, linking
from bmdesk.ui.main_window import Room
from bmdesk.ui.views.linking import LinkingPage
from bmdesk.ui.views.linking.picker import SkuPicker
from bmdesk.ui.views.linking.sure_dialog import SureDialog
from bmdesk.ui.widgets.asking import Asking
from bmdesk.ui.workplace import Workplace
from tests.desks import MODELS, PHONE
from tests.listed import account, listing, read_listing


@pytest.fixture
def open_ones(desk: Desk) -> dict[str, str]:
    """Three open listings, by SKU: two spelt like ours, one that nobody knows."""
    account(desk)
    return {
        "a-ip13.128.blk.good": read_listing(
            desk, "ip13.128.blk.good", "GOOD", 2, title="iPhone 13 128GB - Midnight"
        ),
        "b-gs22.128.grn.fair": read_listing(
            desk, "gs22.128.grn.fair", "FAIR", 1, title="Galaxy S22 128GB - Green"
        ),
        "c-other": read_listing(
            desk, "zz-pixel-8", "GOOD", 5, title="Pixel 8 128GB - Obsidian - Unlocked", product_id="p-8"
        ),
    }


@pytest.fixture
def enter(workplace: Workplace, qtbot: QtBot) -> Callable[[], LinkingPage]:
    """Go into the room and wait until it is read."""

    def entered() -> LinkingPage:
        window = workplace.window
        window.add_room(
            Room("linking", "window.room.linking", "link", lambda: LinkingPage(workplace), "Ctrl+6")
        )
        window.resize(1440, 900)
        window.show()
        window.open_rooms("linking")
        page = window.page("linking")
        assert isinstance(page, LinkingPage)
        qtbot.waitUntil(lambda: page.account.read and not workplace.bridge.pending)
        return page

    return entered


def at(page: LinkingPage, sku: str, qtbot: QtBot) -> None:
    """The keyboard on the listing with this SKU."""
    qtbot.waitUntil(lambda: page.panel.row is not None)
    rows = [page.model.row(n) for n in range(page.model.rowCount())]
    page.table.choose_row([row.listing.sku_text for row in rows if row is not None].index(sku))
    qtbot.waitUntil(lambda: page.panel.row is not None and page.panel.row.listing.sku_text == sku)


def test_enter_confirms_the_first_suggestion_and_the_next_listing_is_there(
    enter: Callable[[], LinkingPage], open_ones: dict[str, str], desk: Desk, qtbot: QtBot
) -> None:
    page = enter()
    at(page, "gs22.128.grn.fair", qtbot)
    QTest.keyClick(page.table, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: page.model.total == 2)
    assert listing(desk, open_ones["b-gs22.128.grn.fair"]).link == "linked"
    qtbot.waitUntil(
        lambda: page.panel.row is not None and page.panel.row.listing.sku_text != "gs22.128.grn.fair"
    )


def test_enter_leaves_alone_what_something_speaks_against_and_its_number_says_it_on_purpose(
    enter: Callable[[], LinkingPage], desk: Desk, qtbot: QtBot
) -> None:
    account(desk)
    other = read_listing(desk, "some-13", "GOOD", 1, title="iPhone 13 128GB - Pink")
    page = enter()
    at(page, "some-13", qtbot)
    QTest.keyClick(page.table, Qt.Key.Key_Return)
    page.answers.confirm_first()
    qtbot.waitUntil(lambda: not page.workplace.bridge.pending)
    assert listing(desk, other).link == "open"
    page.panel.choose(0)
    qtbot.waitUntil(lambda: listing(desk, other).link == "linked")


def test_an_impatient_second_key_does_not_answer_for_the_next_listing(
    enter: Callable[[], LinkingPage], open_ones: dict[str, str], desk: Desk, qtbot: QtBot
) -> None:
    page = enter()
    at(page, "gs22.128.grn.fair", qtbot)
    page.answers.confirm_first()
    page.answers.confirm_first()
    qtbot.waitUntil(lambda: page.model.total == 2)
    assert link_list.count(desk, account(desk), only="linked") == 1


def test_what_another_bench_linked_is_not_answered_in_the_name_of_its_neighbour(
    enter: Callable[[], LinkingPage],
    open_ones: dict[str, str],
    desk: Desk,
    workplace: Workplace,
    qtbot: QtBot,
) -> None:
    page = enter()
    at(page, "zz-pixel-8", qtbot)
    page.table.choose_row(0)
    first = page.panel.row
    assert first is not None
    linking.nothing_of_ours(desk, workplace.actor, first.listing.id)
    workplace.bridge.announce(frozenset({Change.LISTINGS}))
    qtbot.waitUntil(lambda: page.model.total == 2 and page.panel.row is None)
    assert not page.panel.isVisible()
    QTest.keyClick(page.table, Qt.Key.Key_Return)
    assert page.panel.row is not None, "Enter shows which one is there now"
    assert link_list.count(desk, account(desk), only="linked") == 0


def test_all_that_is_unambiguous_is_shown_before_it_is_linked_together(
    enter: Callable[[], LinkingPage], open_ones: dict[str, str], desk: Desk, qtbot: QtBot
) -> None:
    page = enter()
    qtbot.waitUntil(page.sure_button.isEnabled)
    page.sure_button.click()
    dialog = page.answers.dialog
    assert isinstance(dialog, SureDialog) and len(dialog.seen) == 2
    qtbot.waitUntil(dialog.isActiveWindow)
    dialog.table.choose_row(0)
    QTest.keyClick(dialog.windowHandle(), Qt.Key.Key_Delete)
    assert len(dialog.seen) == 1
    dialog.yes.click()
    qtbot.waitUntil(lambda: link_list.count(desk, account(desk), only="linked") == 1)
    qtbot.waitUntil(lambda: not page.run.running)


def test_nothing_of_ours_leaves_the_list_and_can_be_taken_back(
    enter: Callable[[], LinkingPage], open_ones: dict[str, str], desk: Desk, qtbot: QtBot
) -> None:
    page = enter()
    at(page, "zz-pixel-8", qtbot)
    page.panel.nothing.click()
    qtbot.waitUntil(lambda: listing(desk, open_ones["c-other"]).link == "nothing")
    qtbot.waitUntil(lambda: not page.run.running)
    page.search_for("pixel")
    qtbot.waitUntil(lambda: page.model.total == 1)
    at(page, "zz-pixel-8", qtbot)
    page.panel.unlink.click()
    qtbot.waitUntil(lambda: listing(desk, open_ones["c-other"]).link == "open")
    qtbot.waitUntil(lambda: not page.run.running)


def test_a_listing_that_nobody_knows_becomes_a_product(
    enter: Callable[[], LinkingPage], open_ones: dict[str, str], desk: Desk, qtbot: QtBot
) -> None:
    page = enter()
    at(page, "zz-pixel-8", qtbot)
    page.panel.product.click()
    asking = page.findChild(Asking)
    assert asking is not None and asking.values() == {"category": "phone"}
    asking.yes.click()
    qtbot.waitUntil(lambda: listing(desk, open_ones["c-other"]).link == "linked")
    qtbot.waitUntil(lambda: not page.run.running)
    assert catalog.count_variants(desk) == len(MODELS) + 1


def test_any_sku_can_be_picked_in_the_grade_that_the_listing_sells(
    enter: Callable[[], LinkingPage], open_ones: dict[str, str], desk: Desk, qtbot: QtBot
) -> None:
    page = enter()
    at(page, "zz-pixel-8", qtbot)
    QTest.keyClick(page.table, Qt.Key.Key_Return)  # without a suggestion Enter searches
    picker = page.answers.dialog
    assert isinstance(picker, SkuPicker) and picker.grade.value() == "GOOD"
    picker.search.setText(PHONE)
    qtbot.waitUntil(lambda: picker.model.rowCount() == 1)
    QTest.keyClick(picker.search, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: listing(desk, open_ones["c-other"]).link == "linked")
    found = link_list.suggestions(desk, account(desk), words="pixel", only="linked").rows
    assert [row.sku for row in found] == [f"{PHONE}-GOOD"]
