"""Listings as files in the window: what would be written is shown, and a mangled template is told line by line."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from bmdesk.services import settings
from bmdesk.services.files import listings_file
from bmdesk.system.tabular import read_table
from bmdesk.texts import t
from bmdesk.ui.main_window import Room
from bmdesk.ui.views.listings import ListingsPage
from bmdesk.ui.workplace import Workplace
from tests.desks import PHONE, Bench
from tests.domain.test_upload_template import EXAMPLE, LINE, cell, template
from tests.listed import account, link_all, listing, read_listing
from tests.ui.test_price_files import close, dialog_over, file

SKU = f"{PHONE}-EXCELLENT"


@pytest.fixture
def shop(at_bench: Bench) -> str:
    """A ready phone and its listing, `u-1`; its id."""
    desk = at_bench.desk
    account(desk)
    settings.put(desk, "backmarket.markets", "fr-fr,de-de")
    at_bench.ready_unit()
    found = read_listing(desk, SKU, "EXCELLENT", 7, {"fr-fr": 39900}, remote_id="u-1")
    read_listing(desk, "somebody-elses", "GOOD", 4, {"fr-fr": 9900}, remote_id="u-2")
    link_all(desk, found)
    return found


@pytest.fixture
def page(shop: str, workplace: Workplace, qtbot: QtBot) -> ListingsPage:
    """The room, read."""
    window = workplace.window
    window.add_room(
        Room("listings", "window.room.listings", "listings", lambda: ListingsPage(workplace), "Ctrl+5")
    )
    window.resize(1440, 900)
    window.show()
    window.open_rooms("listings")
    found = window.page("listings")
    assert isinstance(found, ListingsPage)
    qtbot.waitUntil(lambda: found.account.now is not None and not workplace.bridge.pending)
    return found


def test_the_menu_has_both_ways_for_listings_and_prices(page: ListingsPage) -> None:
    menu = page.files.menu()
    menu.aboutToShow.emit()
    words = [action.text() for action in menu.actions() if not action.isSeparator()]
    assert words == [
        t("listings_file.save"), t("listings_file.ask"), t("prices_file.save"), t("prices_file.ask"),
    ]  # fmt: skip


def test_a_file_is_taken_as_it_was_shown_and_the_way_back_lies_beside_it(
    page: ListingsPage, at_bench: Bench, shop: str, qtbot: QtBot, tmp_path: Path
) -> None:
    path = file(tmp_path, "change.csv", "listing;manage_stock;manage_price", "u-1;yes;", "u-2;yes;", "u-7;;")
    page.files.import_listings(path)
    dialog = dialog_over(qtbot, page)
    assert [dialog.tabs.tabText(at) for at in range(3)] == ["Errors 2", "Changes 1", "At Back Market 1"]
    assert not listing(at_bench.desk, shop).manage_stock
    with qtbot.waitSignal(dialog.imported):
        dialog.yes.click()
    assert listing(at_bench.desk, shop).manage_stock
    (undo,) = tmp_path.glob("change-before-*.csv")
    assert undo.name in dialog.said.text()
    close(qtbot, dialog)

    page.files.import_listings(undo)
    dialog = dialog_over(qtbot, page)
    with qtbot.waitSignal(dialog.imported):
        dialog.yes.click()
    assert not listing(at_bench.desk, shop).manage_stock
    close(qtbot, dialog)


def test_a_mangled_template_shows_every_line_and_has_nothing_to_take(
    page: ListingsPage, qtbot: QtBot, tmp_path: Path
) -> None:
    path = tmp_path / "template.csv"
    path.write_bytes(template(EXAMPLE, LINE).replace(b";", b","))
    page.files.import_listings(path)
    dialog = dialog_over(qtbot, page)
    assert dialog.tabs.tabText(0) == "Errors 5"
    assert not dialog.yes.isVisible()
    close(qtbot, dialog)


def test_a_template_tells_what_each_line_would_do(page: ListingsPage, qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "template.csv"
    path.write_bytes(template(EXAMPLE, cell(sku=SKU, grade="EXCELLENT"), cell(sku="NOBODY")))
    page.files.import_listings(path)
    dialog = dialog_over(qtbot, page)
    assert "Lines 2" in [dialog.tabs.tabText(at) for at in range(dialog.tabs.count())]
    close(qtbot, dialog)


def test_all_listings_are_written(
    page: ListingsPage, workplace: Workplace, at_bench: Bench, qtbot: QtBot, tmp_path: Path
) -> None:
    from bmdesk.ui.widgets.listing_files import open_listings_export

    path = tmp_path / "all.xlsx"
    open_listings_export(workplace, page, page.account.id, path)
    qtbot.waitUntil(path.exists)
    assert len(list(read_table(path))) == 2
    plan = listings_file.read_listings(at_bench.desk, page.account.id, path)
    assert plan.changes == ()
