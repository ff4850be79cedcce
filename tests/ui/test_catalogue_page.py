"""Catalogue: a product finds its leaf, its missing answers and its way to the marketplace without the mouse."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from bmdesk.domain.changes import Change
from bmdesk.domain.proposals import Sheet, State
from bmdesk.services.goods import catalog
from bmdesk.services.selling import categories, category_view, proposals
from bmdesk.services.selling.category_view import Placed, Way
from bmdesk.sync import market_reading
from bmdesk.ui.main_window import Room
from bmdesk.ui.views.catalogue import CataloguePage
from bmdesk.ui.views.catalogue.leaf_picker import LeafPicker
from bmdesk.ui.views.catalogue.propose_dialog import ProposeDialog
from bmdesk.ui.views.catalogue.sheet_dialog import SheetDialog
from bmdesk.ui.widgets.import_dialog import ImportDialog
from bmdesk.ui.workplace import Workplace
from tests.desks import PHONE, TABLET
from tests.markets import FIRST, OWNER, SECOND, Shop

PHONES = 2
IMAGE = "https://shop.example/front.jpg"


@pytest.fixture
def page(shop: Shop, workplace: Workplace, qtbot: QtBot) -> CataloguePage:
    """The room on screen, the tree read, nothing placed yet."""
    shop.market.control(known_products_only=True)
    market_reading.categories(shop.desk, shop.tools, "default", lambda: True)
    window = workplace.window
    window.add_room(
        Room("catalogue", "window.room.catalogue", "folder", lambda: CataloguePage(workplace), "Ctrl+4")
    )
    window.resize(1400, 860)
    window.show()
    window.open_rooms("catalogue")
    window.activateWindow()
    found = window.page("catalogue")
    assert isinstance(found, CataloguePage)
    qtbot.waitUntil(lambda: found.model.rowCount() == 4)
    return found


def choose(page: CataloguePage, *codes: str) -> list[Placed]:
    rows = [page.model.row(number) for number in range(page.model.rowCount())]
    numbers = [at for at, row in enumerate(rows) if row is not None and row.product.model_code in codes]
    page.table.choose_row(numbers[0])
    if len(numbers) > 1:
        page.table.selectAll()
    return page.table.chosen()


def placed(page: CataloguePage, code: str) -> Placed:
    rows = [page.model.row(number) for number in range(page.model.rowCount())]
    found = next(row for row in rows if row is not None and row.product.model_code == code)
    assert isinstance(found, Placed)
    return found


def press(
    page: CataloguePage, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
) -> None:
    QTest.keyClick(page.table, key, modifier)


def come_back(page: CataloguePage, qtbot: QtBot) -> None:
    """The keyboard is in the list again; no window manager gives it back here."""
    page.window().activateWindow()
    qtbot.waitUntil(page.window().isActiveWindow)
    page.table.setFocus()


CTRL = Qt.KeyboardModifier.ControlModifier


def test_a_leaf_is_found_by_typing_and_taken_for_a_whole_category(
    page: CataloguePage, shop: Shop, qtbot: QtBot
) -> None:
    choose(page, PHONE)
    assert placed(page, PHONE).way is Way.SUGGESTED
    page.leaf_button.click()
    picker = page.acts.dialog
    assert isinstance(picker, LeafPicker)
    QTest.keyClicks(picker.search, "smart phones")
    picker.whole.setChecked(True)
    QTest.keyClick(picker.search, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: placed(page, PHONE).way is Way.CHOSEN)
    assert placed(page, "GS22-128-GRN").way is Way.CHOSEN
    assert placed(page, TABLET).way is Way.SUGGESTED
    leaf = placed(page, PHONE).leaf
    assert leaf is not None and leaf.row.category_id == PHONES
    page.which.set_value("nowhere")
    page._filter()
    assert page.model.rowCount() == 2


def test_what_changes_nothing_here_draws_nothing(
    page: CataloguePage, shop: Shop, workplace: Workplace, qtbot: QtBot
) -> None:
    def read_again() -> bool:
        return not page._soon.isActive() and page.run.beside.pending == 0

    qtbot.waitUntil(read_again)
    drawn: list[object] = []
    page.model.dataChanged.connect(lambda *given: drawn.append(given))
    before = page.seen
    workplace.bridge.announce(frozenset({Change.SYNC, Change.ORDERS}))
    assert not page._soon.isActive(), "nothing here hangs on these"
    workplace.bridge.announce(frozenset({Change.SYNC, Change.LISTINGS}))
    assert page._soon.isActive() and page.run.beside.pending == 0, "the next ones are waited for"
    qtbot.waitUntil(read_again)
    assert page.seen is before and drawn == []
    assert placed(page, PHONE).proposal.built.sku == SECOND
    shop.ready(1)
    workplace.bridge.announce(frozenset({Change.UNITS}))
    qtbot.waitUntil(lambda: placed(page, PHONE).proposal.built.sku == FIRST)
    assert drawn


def test_suggestions_are_taken_together_and_given_up_again(page: CataloguePage, qtbot: QtBot) -> None:
    page.table.selectAll()
    page.suggest_button.click()
    qtbot.waitUntil(lambda: all(placed(page, code).way is Way.CHOSEN for code in (PHONE, TABLET)))
    choose(page, TABLET)
    page.acts.unmap()
    qtbot.waitUntil(lambda: placed(page, TABLET).way is Way.SUGGESTED)


def test_what_the_leaf_asks_is_answered_at_the_product(page: CataloguePage, shop: Shop, qtbot: QtBot) -> None:
    shop.market.control(
        attribute={"category": PHONES, "field": "finish", "allowed": ["Matt", "Gloss"], "required": True}
    )
    market_reading.categories(shop.desk, shop.tools, "default", lambda: True)
    categories.map_products(shop.desk, OWNER, shop.account, PHONES, [PHONE])
    page.load()
    qtbot.waitUntil(lambda: placed(page, PHONE).way is Way.CHOSEN)
    choose(page, PHONE)
    with qtbot.waitSignal(page.panel.shown):
        page.open_row()
    troubled = [one.attribute.field for one in page.panel.seen.asked if one.answer.trouble]  # type: ignore[union-attr]
    assert troubled == ["finish"]
    page.panel.answer()
    dialog = page.panel.dialog
    assert dialog is not None and dialog.windowTitle() == "finish"
    dialog.field.set_value("Gloss")  # type: ignore[union-attr]
    dialog.save()
    qtbot.waitUntil(lambda: catalog.variant(shop.desk, PHONE).attributes == {"finish": "Gloss"})


def test_a_product_is_proposed_and_its_answer_stands_beside_it(
    page: CataloguePage, shop: Shop, qtbot: QtBot
) -> None:
    categories.map_products(shop.desk, OWNER, shop.account, PHONES, [PHONE])
    page.load()
    qtbot.waitUntil(lambda: placed(page, PHONE).way is Way.CHOSEN)
    choose(page, PHONE)
    page.acts.edit_sheet()
    sheet = page.acts.dialog
    assert isinstance(sheet, SheetDialog)
    assert sheet.fields["title"].text() == "Apple iPhone 13 128 GB Midnight"
    sheet._images[0].setText("http://shop.example/front.jpg")
    sheet._check_images()
    assert sheet._images[0].property("wrong")
    sheet._images[0].setText(IMAGE)
    sheet.fields["weight_g"].setText("heavy")
    sheet.save()
    qtbot.waitUntil(lambda: bool(sheet.fields["weight_g"].property("wrong")))
    assert proposals.listed(shop.desk, shop.account, [PHONE])[0].built.kept is None
    sheet.fields["weight_g"].setText("174")
    sheet.save()
    qtbot.waitUntil(lambda: not placed(page, PHONE).lacks)
    kept = proposals.listed(shop.desk, shop.account, [PHONE])[0].built.kept
    assert kept is not None and (kept.title, kept.images) == ("", [IMAGE])

    choose(page, PHONE)
    page.acts.propose()
    dialog = page.acts.dialog
    assert isinstance(dialog, ProposeDialog)
    qtbot.waitUntil(dialog.yes.isEnabled)
    shown = {
        line.name: line.value for line in (dialog.rows.row(n) for n in range(dialog.rows.rowCount())) if line
    }
    assert (shown["image1"], shown["quantity"], shown["sku"]) == (IMAGE, "0", SECOND)
    with qtbot.waitSignal(dialog.proposed):
        dialog.confirm()
    qtbot.waitUntil(lambda: placed(page, PHONE).proposal.state is State.ASKED)
    shop.sync()
    shop.sync()
    page.load()
    qtbot.waitUntil(lambda: placed(page, PHONE).proposal.state is State.REVIEW)
    choose(page, PHONE)
    with qtbot.waitSignal(page.panel.shown):
        page.open_row()
    assert page.panel.state.text() == "Waiting for Back Market's review"


def test_nothing_can_be_sent_of_what_lacks_something(page: CataloguePage, qtbot: QtBot) -> None:
    choose(page, TABLET)
    page.acts.propose()
    dialog = page.acts.dialog
    assert isinstance(dialog, ProposeDialog)
    with qtbot.waitSignal(dialog.loaded):
        pass
    assert not dialog.yes.isEnabled() and dialog.lacks.rowCount() == 4 and dialog.tabs.currentIndex() == 1


def test_a_file_of_sheets_is_previewed_before_it_is_kept(
    page: CataloguePage, shop: Shop, tmp_path: Path, qtbot: QtBot
) -> None:
    proposals.save(shop.desk, OWNER, shop.account, PHONE, Sheet(images=(IMAGE,)))
    file = tmp_path / "sheets.csv"
    page.acts.write_file(file)
    qtbot.waitUntil(file.exists)
    filled = tmp_path / "filled.csv"
    filled.write_text(f"model_code,title,image_1\n{TABLET},iPad,{IMAGE}\nNOBODY,x,\n", "utf-8")
    page.acts.read_file(filled)
    qtbot.waitUntil(lambda: isinstance(page.acts.dialog, ImportDialog))
    dialog = page.acts.dialog
    assert isinstance(dialog, ImportDialog)
    errors, changed = dialog.preview.sheets
    assert (len(errors.rows), [one.field for one in changed.rows]) == (1, ["title", "images"])
    with qtbot.waitSignal(dialog.imported):
        dialog.start()
    assert proposals.listed(shop.desk, shop.account, [TABLET])[0].built.sheet.title == "iPad"


def test_the_age_of_the_tree_is_said(page: CataloguePage, shop: Shop) -> None:
    assert "6" in page.age.text() and page.seen.tree.read_at is not None
    assert category_view.tree(shop.desk, shop.account).unread == 0


def test_from_the_list_to_the_answer_without_the_mouse(page: CataloguePage, shop: Shop, qtbot: QtBot) -> None:
    shop.market.control(
        attribute={"category": PHONES, "field": "sim", "allowed": ["Nano", "eSIM"], "required": True}
    )
    market_reading.categories(shop.desk, shop.tools, "default", lambda: True)
    page.load()
    choose(page, PHONE)
    page.table.setFocus()
    press(page, Qt.Key.Key_L, CTRL)
    picker = page.acts.dialog
    assert isinstance(picker, LeafPicker)
    QTest.keyClicks(picker.search, "smartph")
    QTest.keyClick(picker.search, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: placed(page, PHONE).way is Way.CHOSEN)
    choose(page, PHONE)
    come_back(page, qtbot)
    with qtbot.waitSignal(page.panel.shown):
        press(page, Qt.Key.Key_Return)
    press(page, Qt.Key.Key_G, CTRL)
    dialog = page.panel.dialog
    assert dialog is not None and dialog.windowTitle() == "sim"
    dialog.activateWindow()
    qtbot.waitUntil(dialog.isActiveWindow)
    QTest.keyClick(dialog.field, Qt.Key.Key_Down)
    QTest.keyClick(dialog.field, Qt.Key.Key_S, CTRL)
    qtbot.waitUntil(lambda: catalog.variant(shop.desk, PHONE).attributes == {"sim": "Nano"})
    qtbot.waitUntil(lambda: page.panel.dialog is None)
    come_back(page, qtbot)
    press(page, Qt.Key.Key_Escape)
    assert page.panel.isHidden()
    press(page, Qt.Key.Key_B, CTRL)
    assert isinstance(page.acts.dialog, SheetDialog)
