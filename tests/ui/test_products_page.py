"""Products: drafts wait in front, and a file is looked at before it is taken."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from bmdesk.services.desk import Desk
from bmdesk.services.goods import catalog, counted
from bmdesk.ui.main_window import Room
from bmdesk.ui.views.products import ProductsPage
from bmdesk.ui.views.products.catalog_import import ChangeLine
from bmdesk.ui.views.products.counted_dialog import CountedDialog
from bmdesk.ui.views.products.words import price_day_words, price_source_words, price_words
from bmdesk.ui.workplace import Workplace
from tests.desks import MODELS, PHONE, TABLET, Bench


@pytest.fixture
def page(workplace: Workplace) -> ProductsPage:
    """The room, on screen."""
    window = workplace.window
    window.add_room(
        Room("products", "window.room.products", "tag", lambda: ProductsPage(workplace), "Ctrl+4")
    )
    window.show()
    window.open_rooms("products")
    found = window.page("products")
    assert isinstance(found, ProductsPage)
    return found


def test_a_file_shows_its_bad_lines_and_what_changes_and_writes_nothing_before_a_person_says_so(
    page: ProductsPage, desk: Desk, tmp_path: Path, qtbot: QtBot
) -> None:
    file = tmp_path / "catalogue.csv"
    file.write_text(
        "model_code,brand,model,category,storage,colour,ean,new_price,currency\n"
        f"{PHONE},Apple,iPhone 13,phone,128 GB,Midnight,,749,EUR\n"
        "PX8-128,Google,Pixel 8,phone,128 GB,Obsidian,,549,EUR\n"
        "BAD-1,Apple,iPhone 14,phone,,,0194252707228,,\n",
        "utf-8",
    )
    page.read_file(file)
    qtbot.waitUntil(lambda: page.import_dialog is not None)
    dialog = page.import_dialog
    assert dialog is not None
    errors, new, changed = dialog.preview.sheets
    assert [(error.line, error.column) for error in errors.rows] == [(4, "ean")]
    assert [one.model_code for one in new.rows] == ["PX8-128"]
    assert list(changed.rows) == [ChangeLine(2, PHONE, "new_price", "800.00 EUR", "749.00 EUR")]
    assert catalog.count_variants(desk) == len(MODELS)
    with qtbot.waitSignal(dialog.imported):
        dialog.start()
    assert catalog.count_variants(desk) == len(MODELS) + 1
    assert catalog.variant(desk, PHONE).new_price_minor == 74900


def test_a_draft_from_the_bench_stands_first_and_becomes_a_product_by_being_saved(
    page: ProductsPage, desk: Desk, qtbot: QtBot
) -> None:
    catalog.draft_variant(desk, "Fairphone 5")
    page.load()
    qtbot.waitUntil(lambda: page.model.rowCount() == len(MODELS) + 1)
    draft = page.model.row(0)
    assert draft is not None and draft.draft
    page.edit(draft)
    dialog = page.dialog
    assert dialog is not None
    dialog.fields["model_code"].setText("FP5-256")
    dialog.attributes.set_rows([{"name": "RAM", "value": "8 GB"}])
    with qtbot.waitSignal(dialog.saved):
        dialog.save()
    saved = catalog.variant(desk, "FP5-256")
    assert saved.id == draft.id and not saved.draft
    assert saved.attributes == {"ram": "8 GB"}


def test_every_field_that_is_wrong_says_so_and_nothing_is_saved(
    page: ProductsPage, desk: Desk, qtbot: QtBot
) -> None:
    page.edit(catalog.variant(desk, PHONE))
    dialog = page.dialog
    assert dialog is not None
    dialog.fields["ean"].setText("0194252707228")
    dialog.fields["new_price"].setText("cheap")
    dialog.fields["brand"].setText("")
    dialog.save()
    wrong = [dialog.fields[name] for name in ("ean", "new_price", "brand")]
    qtbot.waitUntil(lambda: all(field.property("wrong") is True for field in wrong))
    assert catalog.variant(desk, PHONE).brand == "Apple"


def test_an_ean_scanned_into_the_form_reaches_no_bench(page: ProductsPage, desk: Desk, qtbot: QtBot) -> None:
    assert not page.takes_scan("0194252707227")
    page.edit(catalog.variant(desk, PHONE))
    dialog = page.dialog
    assert dialog is not None
    page.workplace.window.activateWindow()
    dialog.fields["ean"].setFocus()
    assert page.takes_scan("4006381333931")
    assert dialog.fields["ean"].text() == "4006381333931"
    dialog.reject()
    assert not page.takes_scan("4006381333931")


def test_goods_without_units_are_counted_by_typing_and_by_one_more_but_not_where_units_are(
    page: ProductsPage, desk: Desk, at_bench: Bench, qtbot: QtBot
) -> None:
    def opened(code: str) -> CountedDialog:
        rows = [page.model.row(number) for number in range(page.model.rowCount())]
        page.table.choose_row([row.model_code if row else "" for row in rows].index(code))
        page.count_button.click()
        dialog = page.counted_dialog
        assert dialog is not None
        qtbot.waitUntil(lambda: bool(dialog.rows))
        return dialog

    qtbot.waitUntil(lambda: page.model.rowCount() == len(MODELS))
    dialog = opened(TABLET)
    row = dialog.rows["GOOD", False]
    assert row.field.text() == "" and not row.less.isEnabled()
    row.field.setFocus()
    QTest.keyClicks(row.field, "20")
    QTest.keyClick(row.field, Qt.Key.Key_Return)
    qtbot.waitUntil(row.less.isEnabled)
    row.more.click()
    qtbot.waitUntil(lambda: row.field.text() == "21")
    assert [(one.sku.text, one.sku.pieces) for one in counted.listed(desk)] == [(f"{TABLET}-GOOD", 21)]
    assert page.takes_scan("4006381333931") and row.field.text() == "21"
    QTest.keyClicks(row.field, "9")
    dialog.reject()
    at_bench.ready_unit()
    dialog = opened(PHONE)
    assert not dialog.rows["GOOD", False].field.isEnabled() and dialog.units_said.text()
    assert [one.sku.pieces for one in counted.listed(desk)] == [21], "half typed and Esc: no count"


def test_another_price_forgets_the_day_of_the_one_before_and_is_of_today_by_hand(
    page: ProductsPage, desk: Desk, qtbot: QtBot
) -> None:
    row = catalog.variant(desk, PHONE)
    dated = replace(catalog.form_of(row), new_price_on="2026-01-02", new_price_source="apple.com")
    catalog.save_variant(desk, row.id, dated)
    page.edit(catalog.variant(desk, PHONE))
    dialog = page.dialog
    assert dialog is not None
    assert dialog.fields["new_price_source"].text() == "apple.com"
    dialog.fields["new_price"].setFocus()
    dialog.fields["new_price"].selectAll()
    QTest.keyClicks(dialog.fields["new_price"], "779")
    assert dialog.fields["new_price_on"].text() == dialog.fields["new_price_source"].text() == ""
    with qtbot.waitSignal(dialog.saved):
        dialog.save()
    after = catalog.variant(desk, PHONE)
    assert (price_words(after), price_day_words(after), price_source_words(after)) == (
        "779.00 EUR", "2026-01-15", "by hand",
    )  # fmt: skip


def test_a_day_still_to_come_is_said_at_its_field(page: ProductsPage, desk: Desk, qtbot: QtBot) -> None:
    page.edit(catalog.variant(desk, PHONE))
    dialog = page.dialog
    assert dialog is not None
    dialog.fields["new_price_on"].setText("2027-01-01")
    dialog.save()
    qtbot.waitUntil(lambda: bool(dialog.fields["new_price_on"].property("wrong")))
