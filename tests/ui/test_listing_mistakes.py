"""Mistakes and BackBoxes in the Listings room: seen, ended, let stand and taken by keys, on a real window and store."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from bmdesk.domain.listing_findings import Code
from bmdesk.services import company
from bmdesk.services.selling import listing_lint
from bmdesk.services.selling.listing_lint import Seen
from bmdesk.store.queries import listings
from bmdesk.sync import market_reading
from bmdesk.system.paths import DataDir
from bmdesk.ui.main_window import Room
from bmdesk.ui.syncing import BackgroundSync
from bmdesk.ui.views.linking import LinkingPage
from bmdesk.ui.views.listings import ListingsPage
from bmdesk.ui.views.listings.boxes import Boxes
from bmdesk.ui.views.listings.fix_dialog import FixDialog
from bmdesk.ui.views.listings.mistakes import Mistakes
from bmdesk.ui.views.prices import PricesPage
from bmdesk.ui.widgets.confirm import Confirm
from bmdesk.ui.widgets.label import PlainLabel
from bmdesk.ui.workplace import Workplace
from tests.markets import FIRST, Shop
from tests.sync.test_winning import spent

OTHER = "iPX.Silver.256GB.Good"


@pytest.fixture
def stall(shop: Shop) -> Shop:
    """A phone listed at the rules' price; somebody is cheaper; its comment and a grade are wrong."""
    shop.ready()
    spent(shop, 30000)
    shop.offer(quantity=1, comment="Very good.")
    shop.settle()
    shop.market.rivals(FIRST, "fr-fr", 600)
    shop.market.change(FIRST, market="fr-fr", comment="")
    title = "iPhone X 64GB - Silver - Unlocked"
    shop.market.add_listing(OTHER, title=title, quantity=0, prices={"fr-fr": 100}, comment="Good.")
    shop.advance(seconds=1)
    shop.sync()
    market_reading.backboxes(shop.desk, shop.tools, "default", lambda: True)
    return shop


@pytest.fixture
def enter(stall: Shop, workplace: Workplace, qtbot: QtBot) -> Callable[[], ListingsPage]:
    """Go into the room and wait until it is read."""

    def entered() -> ListingsPage:
        window = workplace.window
        for room in (
            Room("listings", "window.room.listings", "listings", lambda: ListingsPage(workplace), "Ctrl+5"),
            Room("linking", "window.room.linking", "link", lambda: LinkingPage(workplace), "Ctrl+6"),
        ):
            window.add_room(room)
        window.resize(1440, 900)
        window.show()
        window.open_rooms("listings")
        window.activateWindow()
        page = window.page("listings")
        assert isinstance(page, ListingsPage)
        qtbot.waitUntil(lambda: page.account.read and not workplace.bridge.pending)
        return page

    return entered


@pytest.fixture
def mistakes(enter: Callable[[], ListingsPage], qtbot: QtBot) -> Mistakes:
    """The tab with the mistakes, looked at."""
    page = enter()
    page.show_tab("mistakes")
    qtbot.waitUntil(lambda: page.mistakes.found is not None)
    return page.mistakes


@pytest.fixture
def boxes(enter: Callable[[], ListingsPage], qtbot: QtBot) -> Boxes:
    """The tab with the BackBoxes, read."""
    page = enter()
    page.show_tab("boxes")
    qtbot.waitUntil(lambda: page.boxes.model.total == 1 and page.boxes.table.under_keyboard() is not None)
    return page.boxes


def seen(tab: Mistakes) -> list[Seen]:
    """The mistakes in the list on screen, from the top."""
    model = tab.models[tab.kind]
    return [row for number in range(model.rowCount()) if (row := model.row(number)) is not None]


def shown(tab: Mistakes) -> list[str]:
    """Their codes."""
    return [one.finding.code.value for one in seen(tab)]


def choose(tab: Mistakes, code: Code) -> None:
    tab.table.choose_row(shown(tab).index(code.value))


def test_errors_stand_first_and_filters_narrow_them(mistakes: Mistakes) -> None:
    assert shown(mistakes) == ["sku_title_mismatch", "missing_comment"]
    assert "errors: 1" in mistakes.status and "warnings: 1" in mistakes.status
    assert "storage" in mistakes.line.text()
    mistakes.filters.set_values(severity="warning")
    assert shown(mistakes) == ["missing_comment"]
    mistakes.filters.set_values(code="sku_title_mismatch")
    assert shown(mistakes) == ["sku_title_mismatch"]
    mistakes.filters.set_values(market="fr-fr")
    assert shown(mistakes) == ["missing_comment"]
    mistakes.filters.clear_button.click()
    assert len(shown(mistakes)) == 2


def test_a_mistake_is_fixed_by_a_key_after_its_preview_was_read(
    mistakes: Mistakes, stall: Shop, qtbot: QtBot
) -> None:
    choose(mistakes, Code.MISSING_COMMENT)
    mistakes.fix_button.click()
    qtbot.waitUntil(lambda: isinstance(mistakes.acts.dialog, FixDialog))
    dialog = mistakes.acts.dialog
    assert isinstance(dialog, FixDialog) and dialog.model.rowCount() == 1
    assert listing_lint.look(stall.desk, stall.account).ignored == ()
    dialog.yes.click()
    qtbot.waitUntil(lambda: bool(stall.open()))
    qtbot.waitUntil(lambda: not mistakes._run.running and mistakes.acts.dialog is None)
    stall.settle()
    assert stall.market.listing(FIRST)["markets"]["fr-fr"]["comment"]
    mistakes.refresh()
    qtbot.waitUntil(lambda: shown(mistakes) == ["sku_title_mismatch"])


def test_what_a_person_must_decide_leads_to_where_it_is_decided(
    mistakes: Mistakes, workplace: Workplace, qtbot: QtBot
) -> None:
    choose(mistakes, Code.SKU_TITLE_MISMATCH)
    mistakes.fix_button.click()
    qtbot.waitUntil(lambda: workplace.window.current_room == "linking")
    page = workplace.window.page("linking")
    assert isinstance(page, LinkingPage) and page.search.text() == OTHER


def test_a_price_that_the_rules_cannot_make_is_looked_at_in_prices(
    mistakes: Mistakes, stall: Shop, workplace: Workplace, qtbot: QtBot
) -> None:
    window = workplace.window
    window.add_room(Room("prices", "window.room.prices", "tag", lambda: PricesPage(workplace), "Ctrl+7"))
    stall.market.change(FIRST, market="fr-fr", max_price=400)
    spent(stall, 50000)
    stall.sync()
    mistakes.refresh()
    qtbot.waitUntil(lambda: "price_above_max" in shown(mistakes))
    choose(mistakes, Code.PRICE_ABOVE_MAX)
    mistakes.fix_button.click()
    qtbot.waitUntil(lambda: window.current_room == "prices")
    qtbot.waitUntil(lambda: not workplace.bridge.pending)


def test_a_mistake_is_ignored_with_a_reason_and_said_again(
    mistakes: Mistakes, stall: Shop, qtbot: QtBot
) -> None:
    choose(mistakes, Code.SKU_TITLE_MISMATCH)
    mistakes.ignore_button.click()
    question = mistakes.acts.dialog
    assert isinstance(question, Confirm) and not question.yes.isEnabled()
    question.reason.setText("named so for years")
    question.yes.click()
    qtbot.waitUntil(lambda: shown(mistakes) == ["missing_comment"])
    qtbot.waitUntil(lambda: not mistakes._run.running)
    mistakes.show_kind("ignored")
    assert shown(mistakes) == ["sku_title_mismatch"]
    assert "named so for years" in mistakes.line.text() and "OWNER" in mistakes.line.text()
    assert not mistakes.fix_button.isVisible()
    mistakes.heed_button.click()
    qtbot.waitUntil(lambda: shown(mistakes) == [])
    mistakes.show_kind("open")
    qtbot.waitUntil(lambda: len(shown(mistakes)) == 2)
    assert listing_lint.look(stall.desk, stall.account).ignored == ()


def test_the_keys_alone_lead_from_the_tab_to_the_listing(
    enter: Callable[[], ListingsPage], qtbot: QtBot
) -> None:
    page = enter()
    page.show_tab("mistakes")
    qtbot.waitUntil(lambda: page.mistakes.found is not None)
    choose(page.mistakes, Code.MISSING_COMMENT)
    with qtbot.waitSignal(page.detail.shown):
        QTest.keyClick(page.mistakes.table, Qt.Key.Key_Return)
    assert page.tab == "all" and page.detail.seen is not None
    said = " ".join(label.text().replace("\u200b", "") for label in page.detail.findChildren(PlainLabel))
    assert "It has no comment." in said and "594.00 EUR wins" in said


def test_a_price_to_win_is_taken_and_given_back(boxes: Boxes, stall: Shop, qtbot: QtBot) -> None:
    one = boxes.table.under_keyboard()
    assert one is not None and "594.00 EUR wins, and leaves 155.90 EUR over" in boxes.line.text()
    assert "does not win" in boxes.status.lower()
    boxes.take_button.click()
    question = boxes.dialog
    assert isinstance(question, Confirm)
    question.yes.click()
    qtbot.waitUntil(lambda: stall.cell(FIRST, "fr-fr").wanted_minor == 59400)
    qtbot.waitUntil(lambda: "OWNER chose 594.00 EUR" in boxes.line.text())
    qtbot.waitUntil(boxes.back_button.isEnabled)
    boxes.back_button.click()
    qtbot.waitUntil(lambda: stall.cell(FIRST, "fr-fr").wanted_minor == 62400)
    qtbot.waitUntil(lambda: not boxes._run.running)


def test_below_the_floor_the_key_says_the_floor_and_takes_nothing(
    boxes: Boxes, stall: Shop, qtbot: QtBot
) -> None:
    spent(stall, 49500)
    boxes.refresh()
    qtbot.waitUntil(lambda: "below the floor of" in boxes.line.text())
    boxes.take_button.click()
    assert boxes.dialog is None
    assert stall.cell(FIRST, "fr-fr").wanted_minor == 62400


def test_filters_of_the_boxes_and_the_standing_in_words(boxes: Boxes, qtbot: QtBot) -> None:
    boxes.filters.set_values(standing="winning")
    qtbot.waitUntil(lambda: boxes.model.total == 0)
    boxes.filters.set_values(standing="losing", market="fr-fr")
    qtbot.waitUntil(lambda: boxes.model.total == 1)
    assert not boxes.read_button.isEnabled(), "nothing is synced in this window"


def test_boxes_are_read_again_over_http_while_the_window_goes_on(
    boxes: Boxes, stall: Shop, workplace: Workplace, tmp_path: object, qtbot: QtBot
) -> None:
    workplace.syncing = BackgroundSync(stall.desk, workplace.bridge, workplace.window, DataDir(tmp_path))  # type: ignore[arg-type]
    workplace.syncing.secrets = stall.tools.secrets
    stall.advance(seconds=60)
    stall.market.rivals(FIRST, "fr-fr", 700)
    boxes._moved()
    boxes.read_button.click()
    qtbot.waitUntil(lambda: "wins already" in boxes.line.text())
    qtbot.waitUntil(lambda: not boxes._run.running)
    boxes.read_losing()
    qtbot.waitUntil(lambda: not workplace.bridge.pending)


def test_whoever_may_not_finds_the_keys_off(mistakes: Mistakes, workplace: Workplace, stall: Shop) -> None:
    company.add_operator(stall.desk, "PIA", "Pia", "packer")
    workplace.operator = company.operator(stall.desk, "PIA")
    workplace.operator_changed.emit(workplace.operator)
    assert not mistakes.fix_button.isEnabled() and not mistakes.ignore_button.isEnabled()
    mistakes.acts.fix()
    mistakes.acts.ignore()
    assert mistakes.acts.dialog is None


def test_of_twins_the_key_says_which_carries_the_stock(
    stall: Shop, enter: Callable[[], ListingsPage], qtbot: QtBot
) -> None:
    sku = stall.listed(FIRST).sku_id
    other = stall.listed(OTHER).id
    stall.desk.write(lambda tx: listings.set_listing(tx, other, sku_id=sku, link="linked"))
    page = enter()
    page.show_tab("mistakes")
    qtbot.waitUntil(lambda: page.mistakes.found is not None)
    tab = page.mistakes
    tab.table.choose_row([one.finding.sku for one in seen(tab)].index(OTHER))
    qtbot.waitUntil(tab.carry_button.isEnabled)
    tab.carry_button.click()
    qtbot.waitUntil(lambda: stall.listed(OTHER).carries)
