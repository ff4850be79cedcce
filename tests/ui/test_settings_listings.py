"""Settings: what listings say, how they ship, what they need; a mistake is shown where it stands."""

from __future__ import annotations

from typing import TypeVar

import pytest
from pytestqt.qtbot import QtBot

from bmdesk.services import policy_documents
from bmdesk.services.desk import Desk
from bmdesk.ui.main_window import Room
from bmdesk.ui.views.settings import SettingsPage
from bmdesk.ui.views.settings.content import ContentSection
from bmdesk.ui.views.settings.listing_minimum import ListingMinimumSection
from bmdesk.ui.views.settings.listing_shipping import ListingShippingSection
from bmdesk.ui.workplace import Workplace
from tests.listed import OWNER

S = TypeVar("S")


@pytest.fixture
def page(workplace: Workplace) -> SettingsPage:
    """The room, on screen."""
    window = workplace.window
    window.add_room(
        Room("settings", "window.room.settings", "settings", lambda: SettingsPage(workplace), "Ctrl+5")
    )
    window.show()
    window.activateWindow()
    window.open_rooms("settings")
    found = window.page("settings")
    assert isinstance(found, SettingsPage)
    return found


def section(page: SettingsPage, key: str, kind: type[S], qtbot: QtBot) -> S:
    """Go to this section and wait until its document is read."""
    found = page.show_section(key)
    assert isinstance(found, kind)
    qtbot.waitUntil(lambda: bool(found._loaded))  # type: ignore[attr-defined]
    return found


def test_a_text_with_facts_a_warranty_and_a_word_are_saved_together(
    page: SettingsPage, desk: Desk, qtbot: QtBot
) -> None:
    texts = section(page, "content", ContentSection, qtbot)
    texts.show_market("fr")
    texts.comments["GOOD"].setPlainText("Testé. [Batterie à {battery} % au moins.]")
    assert texts.counters["GOOD"].text().startswith("30 ")
    texts.tables.warranty.set_rows([{"market": "de", "category": "phone", "months": "24"}])
    texts.automatic.setChecked(True)
    texts.touched()
    texts.save_button.click()
    qtbot.waitUntil(lambda: policy_documents.document(desk, "content")["version"] == 2)
    policy = desk.read(desk.policies).content
    assert policy.automatic and policy.months("de-at", "phone") == 24
    assert policy.word("fr", "BOX") == "boîte"


def test_an_unknown_fact_and_a_short_warranty_are_shown_where_they_stand(
    page: SettingsPage, desk: Desk, qtbot: QtBot
) -> None:
    texts = section(page, "content", ContentSection, qtbot)
    texts.comments["GOOD"].setPlainText("Battery {batery} %")
    texts.save_button.click()
    qtbot.waitUntil(texts.error.isVisible)
    assert "batery" in texts.error.text()
    texts.comments["GOOD"].setPlainText("Battery {battery} %")
    texts.tables.warranty.set_rows([{"market": "de", "category": "*", "months": "6"}])
    texts.save_button.click()
    qtbot.waitUntil(lambda: "warranty.de.*" in texts.error.text())
    assert policy_documents.document(desk, "content")["version"] == 1


def test_ways_to_ship_are_lines_and_a_wrong_price_is_marked(
    page: SettingsPage, desk: Desk, qtbot: QtBot
) -> None:
    ways = section(page, "listing_shipping", ListingShippingSection, qtbot)
    line = {"market": "fr-fr", "shipper": "UPS", "price": "9.90", "delay_hours": "48"}
    ways.table.set_rows([line, {**line, "shipper": "DHL", "price": "much"}])
    ways.touched()
    ways.save_button.click()
    qtbot.waitUntil(ways.error.isVisible)
    assert "markets.fr-fr[1].price" in ways.error.text()
    ways.table.set_rows([line, {**line, "market": "en-gb", "shipper": "Royal Mail", "price": "0"}])
    ways.touched()
    ways.save_button.click()
    qtbot.waitUntil(lambda: policy_documents.document(desk, "listing_shipping")["version"] == 2)
    policy = desk.read(desk.policies).listing_shipping
    assert [way.words("EUR") for way in policy.of("fr-fr")] == ["UPS 9.90 EUR 48 h"]
    assert [way.shipper for way in policy.of("en-gb")] == ["Royal Mail"]


def test_a_category_gets_a_minimum_of_its_own_once_it_is_changed(
    page: SettingsPage, desk: Desk, qtbot: QtBot
) -> None:
    least = section(page, "listing_minimum", ListingMinimumSection, qtbot)
    least.show_category("phone")
    least.show_category("laptop")
    assert "phone" not in least.body()["categories"], "looking changes nothing"
    least.show_category("phone")
    least.levels["photos"].set_value("required")
    least.limits["photos_fewest"].setText("4")
    least.touched()
    least.save_button.click()
    qtbot.waitUntil(lambda: policy_documents.document(desk, "listing_minimum")["version"] == 2)
    policy = desk.read(desk.policies).listing_minimum
    assert policy.of("phone").photos_fewest == 4 and policy.of("laptop").photos_fewest == 1
    assert policy_documents.reset_document(desk, OWNER, "listing_minimum") == 3


def test_a_category_that_is_gone_from_the_document_is_no_longer_on_screen(
    page: SettingsPage, desk: Desk, qtbot: QtBot
) -> None:
    body = policy_documents.document(desk, "listing_minimum")
    body["categories"]["drone"] = {**body["categories"]["*"], "photos_fewest": 7}
    policy_documents.save_document(desk, OWNER, "listing_minimum", body)
    least = section(page, "listing_minimum", ListingMinimumSection, qtbot)
    least.show_category("drone")
    assert least.limits["photos_fewest"].text() == "7"
    with qtbot.waitSignal(least.saved):
        least._reset()
    qtbot.waitUntil(lambda: least.limits["photos_fewest"].text() == "1")
    assert least.category.value() == "*"
    least.limits["photos_fewest"].setText("3")
    assert least.body()["categories"]["*"]["photos_fewest"] == 3
    assert "drone" not in least.body()["categories"]
