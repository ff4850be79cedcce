"""Files of rates, rules and prices in the window: previewed in a dialog, taken by a button, nothing before that."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from bmdesk.domain.listing_reasons import Aspect
from bmdesk.services import policy_documents, rates, settings
from bmdesk.services.desk import Desk
from bmdesk.services.prices import applying
from bmdesk.services.selling import management
from bmdesk.system.clock import FixedClock
from bmdesk.texts import t
from bmdesk.ui.main_window import Room
from bmdesk.ui.views.prices import PricesPage
from bmdesk.ui.views.settings import SettingsPage
from bmdesk.ui.views.settings.prices import PriceSection
from bmdesk.ui.widgets.import_dialog import ImportDialog
from bmdesk.ui.workplace import Workplace
from tests.desks import PHONE, Bench
from tests.listed import OWNER, account, link_all, read_listing

SKU = f"{PHONE}-EXCELLENT"


def file(tmp_path: Path, name: str, *lines: str) -> Path:
    path = tmp_path / name
    path.write_text("\n".join(lines), "utf-8")
    return path


def dialog_over(qtbot: QtBot, over: QWidget) -> ImportDialog:
    def there() -> bool:
        return any(one.isVisible() for one in over.findChildren(ImportDialog))

    qtbot.waitUntil(there)
    return next(one for one in over.findChildren(ImportDialog) if one.isVisible())


def close(qtbot: QtBot, dialog: ImportDialog) -> None:
    dialog.reject()
    qtbot.waitUntil(lambda: not dialog.isVisible())


@pytest.fixture
def section(workplace: Workplace) -> PriceSection:
    """Settings → Prices, on screen."""
    window = workplace.window
    window.add_room(
        Room("settings", "window.room.settings", "settings", lambda: SettingsPage(workplace), "Ctrl+5")
    )
    window.show()
    window.open_rooms("settings")
    page: Any = window.page("settings")
    found = page.show_section("prices")
    assert isinstance(found, PriceSection)
    return found


def in_force(desk: Desk) -> dict[str, Decimal]:
    return {rate.currency: rate.rate for rate in rates.book(desk).rates if rate.in_force}


def test_rates_that_move_far_are_taken_only_when_they_are_ticked(
    section: PriceSection, desk: Desk, clock: FixedClock, qtbot: QtBot, tmp_path: Path
) -> None:
    settings.put(desk, "rate.GBP", "0.86")
    clock.advance(seconds=60)
    path = file(tmp_path, "rates.csv", "currency;rate", "GBP;86", "SEK;11,2", "XX;1")
    section.rates.import_file(path)
    dialog = dialog_over(qtbot, section.rates)
    assert [dialog.tabs.tabText(at) for at in range(3)] == ["Errors 1", "Moves far 1", "Rates 1"]
    assert dialog.more.isVisible() and not dialog.more.isChecked()
    with qtbot.waitSignal(dialog.imported):
        dialog.yes.click()
    assert in_force(desk) == {"GBP": Decimal("0.86"), "SEK": Decimal("11.2")}
    close(qtbot, dialog)

    section.rates.import_file(path)
    dialog = dialog_over(qtbot, section.rates)
    assert not dialog.yes.isEnabled()
    dialog.more.setChecked(True)
    with qtbot.waitSignal(dialog.imported):
        dialog.yes.click()
    assert in_force(desk)["GBP"] == 86
    close(qtbot, dialog)


def test_an_old_rate_is_said_where_rates_are_given(
    section: PriceSection, desk: Desk, clock: FixedClock, qtbot: QtBot
) -> None:
    settings.put(desk, "rate.GBP", "0.86")
    clock.advance(seconds=8 * 86400)
    settings.put(desk, "rate.SEK", "11")
    section.rates.load()
    qtbot.waitUntil(section.rates.old.isVisible)
    assert "GBP" in section.rates.old.text() and "SEK" not in section.rates.old.text()


def test_rules_from_a_file_show_their_difference_and_what_it_does_to_prices(
    section: PriceSection, at_bench: Bench, qtbot: QtBot, tmp_path: Path
) -> None:
    desk = at_bench.desk
    account(desk)
    settings.put(desk, "backmarket.markets", "fr-fr")
    at_bench.ready_unit()
    link_all(desk, read_listing(desk, SKU, "EXCELLENT", 1, {"fr-fr": 39000}))
    section.files.load()
    qtbot.waitUntil(section.files.prices_in.isEnabled)
    path = file(
        tmp_path,
        "rules.csv",
        "kind,id,category,grade,share,cost_floor",
        "share,,*,EXCELLENT,0.5,",
        "rule,a,,,,no",
    )
    section.files.import_rules(path)
    dialog = dialog_over(qtbot, section.files)
    assert dialog.tabs.tabText(1) == "Prices 1"
    version = policy_documents.document(desk, "pricing")["version"]
    with qtbot.waitSignal(dialog.imported):
        dialog.yes.click()
    assert policy_documents.document(desk, "pricing")["version"] == version + 1
    assert policy_documents.document(desk, "pricing")["shares"]["*"]["EXCELLENT"] == "0.5"
    close(qtbot, dialog)


def test_a_price_list_is_taken_as_one_run(
    section: PriceSection, at_bench: Bench, qtbot: QtBot, tmp_path: Path
) -> None:
    desk = at_bench.desk
    account_id = account(desk)
    settings.put(desk, "backmarket.markets", "fr-fr")
    body = policy_documents.document(desk, "pricing")
    policy_documents.save_document(
        desk, OWNER, "pricing", {**body, "rules": [{"id": "a", "cost_floor": False}]}
    )
    at_bench.ready_unit()
    found = read_listing(desk, SKU, "EXCELLENT", 1, {"fr-fr": 39000})
    link_all(desk, found)
    shown = management.preview(desk, account_id, [found], [Aspect.PRICE])
    management.manage(desk, OWNER, account_id, [found], [Aspect.PRICE], shown.digest)
    section.files.load()
    qtbot.waitUntil(section.files.prices_in.isEnabled)

    section.files.import_prices(file(tmp_path, "prices.csv", "sku;price", f"{SKU};389,90", "NOPE;3"))
    dialog = dialog_over(qtbot, section.files)
    assert [dialog.tabs.tabText(at) for at in range(2)] == ["Prices 1", "Errors 1"]
    with qtbot.waitSignal(dialog.imported):
        dialog.yes.click()
    (run, *_) = applying.runs(desk, account_id)
    assert (run.why, run.count) == ("file", 1)
    close(qtbot, dialog)


def test_a_file_that_is_no_table_is_a_banner_and_no_dialog(
    section: PriceSection, workplace: Workplace, qtbot: QtBot, tmp_path: Path
) -> None:
    section.rates.import_file(file(tmp_path, "rates.csv", "a,b", "1,2"))
    qtbot.waitUntil(lambda: workplace.window.banners.isVisible() and "rates.csv" in _words(workplace))
    assert not section.rates.findChildren(ImportDialog)


def test_the_prices_room_offers_prices_and_rules(workplace: Workplace, desk: Desk, qtbot: QtBot) -> None:
    account(desk)
    window = workplace.window
    window.add_room(Room("prices", "window.room.prices", "chart", lambda: PricesPage(workplace), "Ctrl+6"))
    window.show()
    window.open_rooms("prices")
    page: Any = window.page("prices")
    qtbot.waitUntil(lambda: page.account.now is not None)
    menu = page.files.menu()
    menu.aboutToShow.emit()
    words = [action.text() for action in menu.actions() if not action.isSeparator()]
    assert words == [t("prices_file.save"), t("prices_file.ask"), t("rules_file.save"), t("rules_file.ask")]


def _words(workplace: Workplace) -> str:
    from bmdesk.ui.widgets.label import PlainLabel

    return " ".join(one.text() for one in workplace.window.banners.findChildren(PlainLabel))
