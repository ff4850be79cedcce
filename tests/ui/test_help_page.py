"""Help is there for every room, in every language, and every way out of it leads somewhere."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QToolButton
from pytestqt.qtbot import QtBot

from bmdesk.services import settings, troubles
from bmdesk.services.selling import accounts
from bmdesk.sync.opening import NoToken
from bmdesk.system.paths import resources_dir
from bmdesk.texts import languages, t, use_language
from bmdesk.ui import rooms, shift
from bmdesk.ui.views.help import HelpPage, pages
from bmdesk.ui.views.settings.page import _entries
from bmdesk.ui.views.sync.concerns import ConcernRow
from bmdesk.ui.workplace import Workplace


@pytest.fixture
def house(workplace: Workplace, qtbot: QtBot) -> Workplace:
    """The window with its rooms, help wired to them as in a shift."""
    window = workplace.window
    rooms.register(window, lambda: workplace, lambda _unit: None)
    window.help_asked.connect(workplace.show_help)
    window.banners.explained_at = shift._explained_at
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    return workplace


def page_of(place: Workplace) -> HelpPage:
    page = place.window.page("help")
    assert isinstance(page, HelpPage)
    return page


def test_every_page_is_written_in_every_language_and_every_link_leads_somewhere(workplace: Workplace) -> None:
    rooms.register(workplace.window, lambda: workplace, lambda _unit: None)
    sections = {entry.key for entry in _entries()}
    wrong = []
    for spoken in languages():
        use_language(spoken)
        there = {file.stem for file in (resources_dir() / "help" / spoken).glob("*.md")}
        assert there == set(pages.PAGES), spoken
        read = {key: pages.page(key) for key in pages.PAGES}
        for key, text in read.items():
            assert text.places == pages.page(key, "en").places, f"{spoken}/{key}"
            assert "{{" not in text.markdown and "{#" not in text.markdown, f"{spoken}/{key}"
            for link in text.links:
                kind, _, where = link.partition(":")
                name, _, place = where.partition("#")
                good = {
                    "help": name == pages.TROUBLES or (name in read and place in {"", *read[name].places}),
                    "room": workplace.window.has_room(where),
                    "settings": where in sections,
                }
                if not good.get(kind, False):
                    wrong.append(f"{spoken}/{key}: {link}")
    assert wrong == []


def test_every_room_knows_where_help_explains_it(workplace: Workplace) -> None:
    rooms.register(workplace.window, lambda: workplace, lambda _unit: None)
    for room in workplace.window.rooms:
        key, _, place = room.help.partition("#")
        assert key in pages.PAGES and place in {"", *pages.page(key).places}, room.key


def test_f1_twice_opens_help_with_the_room_and_its_links_lead_out_again(
    house: Workplace, qtbot: QtBot
) -> None:
    window = house.window
    window.open_rooms("warranties")
    for _ in range(2):
        QTest.keyClick(window.windowHandle(), Qt.Key.Key_F1)
    page = page_of(house)
    assert window.current_room == "help" and page.address == "supervisor#warranties"
    assert page.reader.verticalScrollBar().value() > 0

    page.follow("help:troubles#dispute")
    assert page.address == "troubles#dispute"
    page.go_back()
    assert page.address == "supervisor#warranties"
    page.follow("https://example.com")
    page.follow("file:///etc/passwd")
    assert window.current_room == "help" and page.address == "supervisor#warranties"
    page.follow("room:warranties")
    assert window.current_room == "warranties"


def test_a_banner_of_a_known_trouble_leads_to_it_and_says_whether_it_is_there(
    house: Workplace, qtbot: QtBot
) -> None:
    accounts.add(house.desk, company="Blue", contact="it@blue.example", environment="preprod")
    window = house.window
    window.open_rooms("warranties")
    window.show_failure(NoToken(account="default", command="-"))
    (banner,) = window.banners.banners
    more = next(one for one in banner.findChildren(QPushButton) if one.text() == t("window.help.what_to_do"))
    more.click()
    page = page_of(house)
    assert page.address == "troubles#token"
    known = page.troubles
    assert list(known.cards) == [one.code for one in troubles.TROUBLES]
    qtbot.waitUntil(lambda: bool(known.verdict.text()))
    assert known.cards["connection"].now.isVisible() and not known.cards["dispute"].now.isVisible()


def test_search_finds_pages_sections_and_troubles(house: Workplace) -> None:
    house.window.open_rooms("help")
    page = page_of(house)
    page.search.put("zpl")
    page._search("zpl")
    assert page.address.startswith("labels#")
    page._search("401 token")
    assert page.address.startswith("troubles#")
    page._search("nothing of the kind")
    assert [line.words for line in page.list.lines] == [t("help.nothing_found")]
    page._search("")
    assert len(page.list.lines) == len(pages.PAGES) + 1


@pytest.mark.slow
def test_what_sync_complains_of_leads_to_its_trouble_too(house: Workplace, qtbot: QtBot) -> None:
    accounts.add(house.desk, company="Blue", contact="it@blue.example", markets="fr-fr")
    settings.put(house.desk, "backmarket.import_orders", "false")
    house.window.open_rooms("sync")
    sync = house.window.page("sync")
    assert sync is not None
    qtbot.waitUntil(lambda: bool(sync.findChildren(ConcernRow)))
    asking = [
        button
        for row in sync.findChildren(ConcernRow)
        for button in row.findChildren(QToolButton)
        if button.toolTip() == t("window.help.what_to_do")
    ]
    assert asking
    asking[0].click()
    assert page_of(house).address.startswith("troubles#")


@pytest.mark.slow
def test_each_trouble_has_a_button_to_a_room_that_is_there(house: Workplace) -> None:
    house.window.open_rooms("help")
    known = page_of(house).troubles
    for card in known.cards.values():
        card.open_room()
        assert house.window.current_room == card.trouble.room
