"""One price: explained step by step, chosen by hand, taken from or kept against a second writer."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from bmdesk.domain.money import Money
from bmdesk.services.prices import choosing
from bmdesk.services.prices.simulation import Why
from bmdesk.store.queries import listings
from bmdesk.sync import market_reading
from bmdesk.ui.widgets.asking import Asking
from bmdesk.ui.widgets.confirm import Confirm
from bmdesk.ui.widgets.label import PlainLabel
from bmdesk.ui.workplace import Workplace
from tests.markets import FIRST, OWNER, Shop
from tests.ui.prices_room import FRANCE, Enter, dialog, enter, priced

__all__ = ["enter", "priced"]


def test_a_price_is_explained_step_by_step(enter: Enter, priced: str, qtbot: QtBot) -> None:
    page = enter()
    with qtbot.waitSignal(page.matrix.sheet.shown):
        page.show_price(priced, FRANCE)
    seen = page.matrix.sheet.seen
    assert seen is not None and seen.row.new == Money(54600, "EUR") and len(seen.explained.steps) >= 3
    assert seen.explained.left_now is not None and seen.explained.left_now.code == "prices.left"
    assert not page.matrix.sheet.acts.ours.isVisible() and not page.matrix.sheet.acts.rules.isVisible()
    QTest.keyClick(page.matrix.table, Qt.Key.Key_Escape)
    assert not page.matrix.sheet.isVisible()


def test_a_price_by_hand_stands_until_the_rules_count_again(
    enter: Enter, priced: str, shop: Shop, qtbot: QtBot
) -> None:
    page = enter()
    with qtbot.waitSignal(page.matrix.sheet.shown):
        page.show_price(priced, FRANCE)
    acts = page.matrix.sheet.acts
    acts.by_hand.click()
    asking = dialog(Asking)
    asking.form.field("price").setText("cheap")
    asking.yes.click()
    assert asking.isVisible()
    asking.form.field("price").setText("555,00")
    asking.yes.click()
    qtbot.waitUntil(lambda: shop.cell(FIRST, FRANCE).chosen_minor == 55500)
    qtbot.waitUntil(acts.rules.isVisible)
    acts.rules.click()
    qtbot.waitUntil(lambda: shop.cell(FIRST, FRANCE).chosen_minor is None)
    qtbot.waitUntil(lambda: not acts.rules.isVisible())


def test_a_price_below_the_floor_is_refused_with_the_floor(
    enter: Enter, priced: str, shop: Shop, workplace: Workplace, qtbot: QtBot
) -> None:
    page = enter()
    with qtbot.waitSignal(page.matrix.sheet.shown):
        page.show_price(priced, FRANCE)
    page.matrix.sheet.acts.by_hand.click()
    asking = dialog(Asking)
    asking.form.field("price").setText("200")
    asking.yes.click()
    qtbot.waitUntil(lambda: bool(workplace.window.banners.isVisible()))
    assert shop.cell(FIRST, FRANCE).chosen_minor is None


def test_a_price_says_what_the_price_to_win_leaves_and_that_it_is_of_an_older_price(
    enter: Enter, priced: str, shop: Shop, qtbot: QtBot
) -> None:
    def said() -> str:
        labels = page.matrix.sheet.findChildren(PlainLabel)
        return " ".join(label.text().replace("\u200b", "") for label in labels)

    shop.market.rivals(FIRST, FRANCE, 600)
    shop.advance(seconds=1)
    market_reading.backboxes(shop.desk, shop.tools, "default", lambda: True)
    page = enter()
    with qtbot.waitSignal(page.matrix.sheet.shown):
        page.show_price(priced, FRANCE)
    assert "594.00 EUR" in said() and "155.90 EUR · 26.2 %" in said() and "it cost 624.00 EUR" not in said()

    choosing.choose(shop.desk, OWNER, shop.account, priced, FRANCE, Money(63000, "EUR"), Why.HAND)
    shop.settle()
    with qtbot.waitSignal(page.matrix.sheet.shown):
        page.show_price(priced, FRANCE)
    qtbot.waitUntil(lambda: "Read when it cost 624.00 EUR: who wins at 630.00 EUR" in said())


@pytest.mark.parametrize("theirs", [True, False], ids=["theirs", "ours"])
def test_a_second_writer_waits_for_a_person(
    enter: Enter, priced: str, shop: Shop, qtbot: QtBot, theirs: bool
) -> None:
    shop.desk.write(
        lambda tx: listings.set_market(tx, priced, FRANCE, foreign_minor=58000, foreign_at=tx.now)
    )
    page = enter()
    assert page.changes.model.rowCount() == 1 and not page.changes.write_all.isEnabled()
    with qtbot.waitSignal(page.matrix.sheet.shown):
        page.show_price(priced, FRANCE)
    acts = page.matrix.sheet.acts
    (acts.theirs if theirs else acts.ours).click()
    dialog(Confirm).yes.click()
    qtbot.waitUntil(lambda: shop.cell(FIRST, FRANCE).foreign_minor is None)
    assert shop.cell(FIRST, FRANCE).chosen_minor == (58000 if theirs else None)
    qtbot.waitUntil(lambda: not page.workplace.bridge.pending)
