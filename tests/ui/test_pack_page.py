"""Packing as the packer meets it: a scanner, a screen of one colour, and nothing leaves that should not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from bmdesk.domain.changes import Change
from bmdesk.services import company, settings
from bmdesk.services.grading import bench
from bmdesk.services.grading.seating import Seat
from bmdesk.services.shipping.pack_result import PackResult, Stage
from bmdesk.system import machine
from bmdesk.system.machine import MachineSettings
from bmdesk.system.paths import DataDir
from bmdesk.ui.bridge import Bridge
from bmdesk.ui.main_window import MainWindow, Room
from bmdesk.ui.palette import Tone
from bmdesk.ui.scanner import ScannerFilter
from bmdesk.ui.shift import Shift
from bmdesk.ui.shortcuts import in_force
from bmdesk.ui.views.pack import PackPage
from bmdesk.ui.views.pack.screen import PackScreen
from bmdesk.ui.views.settings import SettingsPage
from bmdesk.ui.widgets.confirm import Confirm
from tests import retold
from tests.desks import run_sql
from tests.markets import FIRST, SECOND, Shop
from tests.selling import PARCEL, sold, state


class Packer:
    """Somebody with a scanner; every code is typed into the window as a scanner types it."""

    def __init__(self, shift: Shift, page: PackPage, shop: Shop, qtbot: QtBot) -> None:
        self.shift, self.page, self.shop, self._bot = shift, page, shop, qtbot

    @property
    def screen(self) -> PackScreen:
        return self.page.front

    def look(self) -> tuple[Tone | None, str]:
        """The colour of the whole screen, and its sign."""
        return self.screen.tone, self.screen.sign.name

    def scan(self, *codes: str) -> PackResult:
        """Scan these; come back when the screen shows what came of the last."""
        for code in codes:
            self.shop.clock.advance(seconds=2)
            self.wait(partial(self.type, code))
        return self.page.results[-1]

    def wait(self, act: Callable[[], object]) -> PackResult:
        before = self.page.answers
        act()
        self.until(lambda: self.page.answers > before)
        self.settle()
        return self.page.results[-1]

    def type(self, code: str) -> None:
        window = self.shift.window.windowHandle()
        for character in code:
            QTest.keyClick(window, ord(character))
        QTest.keyClick(window, Qt.Key.Key_Return)

    def key(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        QTest.keyClick(self.shift.window.windowHandle(), key, modifier)

    def settle(self) -> None:
        self.until(lambda: not self.shift.bridge.pending)

    def until(self, holds: Callable[[], object]) -> None:
        self._bot.waitUntil(lambda: bool(holds()), timeout=5000)


@pytest.fixture
def shift(dressed: QApplication, bridge: Bridge, shop: Shop, tmp_path: Path, qtbot: QtBot) -> Iterator[Shift]:
    """The window with the room Pack and another one, the owner signed in, a scanner plugged in."""
    window = MainWindow()
    window.feedback.sounds = window.feedback.flashes = False
    bridge.failure.connect(window.show_failure)
    made = Shift(
        shop.desk, bridge, window, MachineSettings(tmp_path / "s.json"), DataDir(tmp_path), lambda: None
    )
    scanner = ScannerFilter(gap_ms=400)  # a busy machine types its keys with pauses
    dressed.installEventFilter(scanner)
    scanner.scanned.connect(made.take_scan)
    window.add_room(Room("settings", "window.room.settings", "settings", lambda: SettingsPage(made.place)))
    window.add_room(Room("pack", "window.room.settings", "box", lambda: PackPage(made.place)))
    signed_in(shop)
    made.place.operator = company.operator(shop.desk, company.FIRST_OPERATOR)
    window.resize(1440, 900)
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    window.open_rooms("settings")
    yield made
    dressed.removeEventFilter(scanner)
    made.end()
    window.close()
    assert bridge.close(10)
    window.deleteLater()


@pytest.fixture
def packer(shift: Shift, shop: Shop, qtbot: QtBot) -> Packer:
    """Somebody in the room."""
    page = shift.window.show_room("pack")
    assert isinstance(page, PackPage)
    found = Packer(shift, page, shop, qtbot)
    found.settle()
    return found


@retold.step
def signed_in(shop: Shop) -> None:
    bench.scan(shop.desk, Seat(), "BMD:OP:OWNER")


@retold.step
def graded_worse(shop: Shop, unit: str) -> None:
    shop.offer(SECOND)
    shop.regrade(unit)


def test_three_scans_close_a_parcel_and_the_screen_says_each_in_colour_words_and_sign(
    shop: Shop, packer: Packer
) -> None:
    (unit,) = sold(shop)
    screen = packer.screen
    assert packer.look() == (None, "scan")
    packer.scan(shop.units[unit])
    assert packer.look() == (Tone.OK, "check")
    assert str(shop.order) in screen.order.words  # type: ignore[attr-defined]
    packer.scan(PARCEL)
    assert packer.look() == (None, "lock")
    assert shop.units[unit] in screen.title.words, "what can never be corrected stands there in large type"
    assert packer.scan("BMD:CONFIRM").closed
    assert (packer.look(), state(shop, unit)) == ((Tone.OK, "check"), "packed")


def test_a_wrong_device_turns_the_whole_screen_red_and_says_what_to_do(shop: Shop, packer: Packer) -> None:
    _, worse = sold(shop, 2)
    graded_worse(shop, worse)
    refused = packer.scan(str(shop.order), shop.units[worse])  # type: ignore[attr-defined]
    screen = packer.screen
    assert (refused.code, screen.tone, screen.sign.name) == ("pack.grade_below", Tone.BAD, "cross")
    assert screen.detail.words and screen.override.isEnabled()
    picture = screen.grab().toImage()
    corners = {
        picture.pixelColor(x, y).name() for x in (2, picture.width() - 3) for y in (2, picture.height() - 3)
    }
    assert len(corners) == 1, "one colour to the edges"


def test_a_device_that_nobody_bought_is_red_and_the_place_does_not_call_itself_ready(
    shop: Shop, packer: Packer
) -> None:
    _, spare = sold(shop, 2)
    assert packer.screen.order.words, "nothing in hand: ready"
    packer.scan(shop.units[spare])
    assert (packer.look(), packer.screen.order.words) == ((Tone.BAD, "cross"), "")


def test_where_no_carrier_was_promised_nothing_is_said_of_it(shop: Shop, packer: Packer) -> None:
    (unit,) = sold(shop)
    packer.scan(shop.units[unit])
    assert packer.page.view is not None and packer.page.view.order is not None
    assert not packer.page.view.order.shipper
    assert "promised" not in packer.screen.detail.words


@pytest.mark.slow
def test_a_supervisors_card_and_badge_let_it_leave(shop: Shop, packer: Packer) -> None:
    company.add_operator(shop.desk, "SUE", "Sue", "supervisor")
    _, worse = sold(shop, 2)
    graded_worse(shop, worse)
    packer.scan(str(shop.order), shop.units[worse], "BMD:OVERRIDE:CUSTOMER_AGREED")  # type: ignore[attr-defined]
    assert packer.page.view is not None and packer.page.view.stage is Stage.BADGE
    assert packer.scan("BMD:OP:SUE").ok
    assert packer.shift.place.operator is not None
    assert packer.shift.place.operator.code == "OWNER", "who packs stays who packs"
    assert packer.scan(PARCEL, "BMD:CONFIRM").closed


@pytest.mark.slow
def test_what_was_proven_is_still_there_when_the_room_is_opened_again(
    shop: Shop, packer: Packer, shift: Shift, qtbot: QtBot
) -> None:
    one, _ = sold(shop, 2, quantity=2)
    packer.scan(shop.units[one])
    again = PackPage(shift.place)
    shift.window.add_room(Room("again", "window.room.settings", "box", lambda: again))
    shift.window.show_room("again")
    packer.settle()
    assert again.view is not None and again.view.order is not None
    assert [piece.proven for piece in again.view.order.pieces] == [True, False]
    assert [row.code for row in again.front.rows.rows][1] == shop.units[one]


def test_a_scan_is_a_parcels_in_this_room_and_the_benchs_nowhere_else(
    shop: Shop, packer: Packer, shift: Shift
) -> None:
    (unit,) = sold(shop)
    packer.screen.line.setFocus()
    assert packer.scan(shop.units[unit]).ok, "wherever the focus is"
    assert packer.screen.line.text() == ""
    shift.window.show_room("settings")
    assert not packer.screen.isVisible()
    before = packer.page.answers
    packer.type(PARCEL)
    packer.settle()
    assert packer.page.answers == before


def test_every_card_of_the_place_has_a_key_too(shop: Shop, packer: Packer) -> None:
    (unit,) = sold(shop)
    assert {"F12", "F7", "F8", "F6", "F2"} <= {bound.keys for bound in in_force(packer.shift.window)}
    packer.key(Qt.Key.Key_F1)
    assert packer.shift.window.cheat_sheet.isVisible(), "in front of the packing screen"
    packer.key(Qt.Key.Key_Escape)
    packer.scan(shop.units[unit], PARCEL)
    shop.clock.advance(seconds=2)
    packer.wait(partial(packer.key, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier))
    assert packer.page.view is not None and packer.page.view.stage is Stage.TRACKING
    packer.scan(PARCEL)
    shop.clock.advance(seconds=2)
    assert packer.wait(partial(packer.key, Qt.Key.Key_F12)).closed


def test_nobody_packs_behind_the_lock(shop: Shop, packer: Packer, shift: Shift) -> None:
    (unit,) = sold(shop)
    packer.scan(shop.units[unit], PARCEL)
    before = packer.page.answers
    shift.sign_out()
    packer.settle()
    packer.key(Qt.Key.Key_F12)
    packer.type("BMD:CONFIRM")
    packer.settle()
    assert (packer.page.answers, state(shop, unit)) == (before, "reserved")


@pytest.mark.slow
def test_text_from_outside_and_very_long_is_shown_as_text(shop: Shop, packer: Packer) -> None:
    (unit,) = sold(shop)
    packer.scan("<b>" + "W" * 300 + "</b>")
    assert packer.screen.tone is Tone.BAD
    for width, height in ((1440, 900), (1024, 640)):
        packer.shift.window.resize(width, height)
        assert not packer.screen.grab().isNull()
    assert packer.scan(shop.units[unit]).ok


class Viewer(QObject):
    """Stands where this computer's PDF viewer would be opened."""

    def __init__(self) -> None:
        super().__init__()
        self.opened: list[bytes] = []

    @Slot("QUrl")
    def take(self, url: QUrl) -> None:
        self.opened.append(Path(url.toLocalFile()).read_bytes())


@pytest.fixture
def viewer(dressed: QApplication) -> Iterator[Viewer]:
    made = Viewer()
    QDesktopServices.setUrlHandler("file", made, "take")  # type: ignore[arg-type]
    yield made
    QDesktopServices.unsetUrlHandler("file")


def test_the_delivery_note_opens_by_itself_when_the_parcel_closes_where_the_station_wants_it(
    shop: Shop, packer: Packer, viewer: Viewer
) -> None:
    packer.shift.machine.set(machine.PACK_PAPERS, "open")
    (unit,) = sold(shop)
    packer.scan(shop.units[unit], PARCEL)
    assert not viewer.opened
    packer.scan("BMD:CONFIRM")
    packer.until(lambda: viewer.opened)
    assert viewer.opened[0].startswith(b"%PDF")
    packer.key(Qt.Key.Key_F6)
    packer.until(lambda: len(viewer.opened) == 2)


@pytest.mark.slow
def test_a_note_that_is_not_there_is_said_and_holds_nobody_up(
    shop: Shop, packer: Packer, viewer: Viewer
) -> None:
    packer.shift.machine.set(machine.PACK_PAPERS, "open")
    (unit,) = sold(shop)
    run_sql(shop.desk.store.database, "DELETE FROM document")
    assert packer.scan(shop.units[unit], PARCEL, "BMD:CONFIRM").closed
    packer.until(lambda: str(shop.order) in packer.screen.more.words)  # type: ignore[attr-defined]
    assert (viewer.opened, packer.screen.tone) == ([], Tone.OK)


def test_an_override_by_the_keyboard_asks_why_and_then_for_the_badge(shop: Shop, packer: Packer) -> None:
    _, worse = sold(shop, 2)
    graded_worse(shop, worse)
    packer.scan(str(shop.order), shop.units[worse])  # type: ignore[attr-defined]
    packer.key(Qt.Key.Key_F8)
    question = packer.screen.findChild(Confirm)
    assert isinstance(question, Confirm)
    assert not question.yes.isEnabled(), "never without a reason"
    question.reason.setText("the customer agreed")
    shop.clock.advance(seconds=2)
    packer.wait(question.accept)
    assert packer.page.view is not None and packer.page.view.stage is Stage.BADGE
    assert "the customer agreed" in packer.screen.detail.words


def test_a_label_that_never_came_is_overruled_like_a_device(shop: Shop, packer: Packer) -> None:
    (unit,) = shop.ready(1)
    shop.offer()
    settings.put(shop.desk, "backmarket.orders", "automatic")
    number = shop.market.order(FIRST, backship=True)
    shop.sync()
    shop.market.world.orders[number].delivery = None
    packer.scan(shop.units[unit])
    assert packer.scan(PARCEL).message.code == "pack.label_not_there.happened"
    assert (packer.screen.tone, packer.screen.override.isEnabled()) == (Tone.BAD, True)
    packer.scan("BMD:OVERRIDE:it never came")
    assert {f"#{number}", "never"} <= set(packer.screen.detail.words.split())
    assert packer.scan("BMD:OP:OWNER").message.code == "pack.own_carrier"
    assert packer.screen.tone is not Tone.BAD
    assert packer.scan(PARCEL).stage is Stage.CONFIRM


@pytest.mark.slow
def test_packing_rests_and_a_scan_brings_it_back(shop: Shop, packer: Packer) -> None:
    (unit,) = sold(shop)
    packer.key(Qt.Key.Key_W, Qt.KeyboardModifier.ControlModifier)
    assert not packer.screen.isVisible()
    assert packer.page.rest.button.isVisible()
    assert packer.scan(shop.units[unit]).ok
    assert packer.screen.isVisible()


@pytest.mark.slow
def test_a_green_that_has_calmed_down_does_not_come_back_by_itself(shop: Shop, packer: Packer) -> None:
    one, _ = sold(shop, 2, quantity=2)
    packer.scan(shop.units[one])
    assert packer.screen.ship_by.words
    packer.screen.calm_now()
    assert "card" not in {packer.screen.ship_by.ink, packer.screen.left.ink}, "light words on a light screen"
    packer.shift.bridge.announce(frozenset(Change))
    packer.settle()
    assert packer.screen.tone is None


def test_each_scanner_of_a_station_packs_its_own_order(shop: Shop, packer: Packer) -> None:
    one, two = shop.ready(2)
    shop.offer()
    settings.put(shop.desk, "backmarket.orders", "automatic")
    shop.market.order(FIRST, 1)
    shop.market.order(FIRST, 1)
    shop.sync()
    bench.scan(shop.desk, Seat("~2"), "BMD:OP:OWNER")
    packer.scan(shop.units[one])
    shop.clock.advance(seconds=2)
    packer.wait(lambda: packer.shift.take_scan(shop.units[two], "~2"))
    shop.clock.advance(seconds=2)
    assert packer.page.results[-1].ok
    second = packer.page.view
    packer.wait(lambda: packer.shift.take_scan(PARCEL, ""))
    first = packer.page.view
    assert first is not None and second is not None and first.order is not None and second.order is not None
    assert first.order.number != second.order.number
    assert (first.stage, second.stage) == (Stage.CONFIRM, Stage.TRACKING)
