"""A filled store, the real window on it, and the way to everything that it can show.

    with filled(folder) as data, house(data, Look("de", Scheme.DARK, (1024, 640), 150)) as window:
        for scene in window.scenes():
            for shown in window.show(scene):   # the window, and the dialog over it
                shown.grab().save(...)

A scene that cannot be shown on this store raises NotShown: nothing is left out in silence. Scenes look and write
nothing; only packing takes an order into its hand, and that comes last.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QLocale, QTranslator
from PySide6.QtWidgets import QApplication, QDialog, QMenu, QScrollArea, QWidget

from bmdesk.demo import market, parcels
from bmdesk.demo.story import Told, tell
from bmdesk.services.orders import order_view
from bmdesk.services.orders.order_view import OrderFilter, Tab
from bmdesk.services.session import open_session
from bmdesk.system import machine as m
from bmdesk.system.crashes import Report
from bmdesk.system.machine import MachineSettings
from bmdesk.system.paths import DataDir
from bmdesk.texts import language, msg, use_language
from bmdesk.ui.application import Application, make_application
from bmdesk.ui.theme import Scheme, Theme
from bmdesk.ui.views.settings.odoo_setup import OdooSetupDialog
from tests.odoo.surveys import SURVEY
from tests.pictures import files

ROOMS = (
    "bench", "units", "receiving", "orders", "pick", "pack", "customers", "warranties", "products", "catalogue",
    "listings", "prices", "linking", "sync", "settings",
)  # fmt: skip
SMALL, LARGE = (1024, 640), (1440, 900)
UNITS = 24
"""So many devices has the day of the story: enough for a line in every list, and quickly told."""

_PATIENCE_S = 60.0
_SETTLED_S = 0.25


class NotShown(AssertionError):
    """This scene did not come on screen."""


@dataclass(frozen=True, slots=True)
class Look:
    """How the window is looked at. `percent` is the text size."""

    language: str = "en"
    scheme: Scheme = Scheme.LIGHT
    size: tuple[int, int] = LARGE
    percent: int = 100

    def __str__(self) -> str:
        return f"{self.language}-{self.scheme}-{self.size[0]}x{self.size[1]}-{self.percent}"


@dataclass(frozen=True, slots=True)
class Scene:
    """Something to look at: its name, its room, and what leads there once the room is open."""

    name: str
    room: str
    lead: Callable[[House, Any], object] = lambda _house, _page: None
    dialog: bool = False
    """Whether a dialog must be open then."""


@contextmanager
def filled(folder: Path, units: int = UNITS) -> Iterator[DataDir]:
    """A data folder after the demo's day and morning; its marketplace answers as long as this lasts. Takes a while."""
    data = DataDir(folder).prepare()
    MachineSettings(data.settings).set(m.STATION, "bench-3")
    with market.marketplace() as running:
        told = tell(data, units, lambda _: None)
        try:
            market.play(told, data, running)
            _hard_words(told)
            _mistakes_made(told)
            _tree(told, data)
        finally:
            told.session.close()
        yield data


@contextmanager
def house(data: DataDir, look: Look) -> Iterator[House]:
    """The window on this folder, in this look, its owner signed in; closed at the end."""
    before = language()
    use_language(look.language)
    machine = MachineSettings(data.settings)
    machine.set(m.LOOK, str(look.scheme))
    machine.set(m.TEXT_SIZE, look.percent)
    machine.reset(m.WINDOW_GEOMETRY)
    qt = make_application(machine, data.root / "look")
    made = House(Application(lambda: open_session(data), machine, data), look)
    try:
        made.open()
        yield made
    finally:
        made.close()
        use_language(before)
        QLocale.setDefault(QLocale(before))
        for words in qt.findChildren(QTranslator):
            qt.removeTranslator(words)
            words.deleteLater()
        Theme.now()._cache = None  # its folder goes with the store
        Theme.apply(qt, Scheme.LIGHT, percent=100)


class House:
    """The open window. `show` leads to a scene and answers what is on screen then."""

    def __init__(self, application: Application, look: Look) -> None:
        self.application, self.look = application, look
        self.window = application.window
        self.window.feedback.sounds = self.window.feedback.flashes = False
        self._settled_s = _SETTLED_S

    @property
    def place(self) -> Any:
        """The workplace of the shift."""
        assert self.application.shift is not None
        return self.application.shift.place

    def open(self) -> None:
        """Come in and sign in."""
        self.window.resize(*self.look.size)
        self.application.start()
        self.wait(lambda: self.window.locked)
        self.settle()
        self.window.badge_typed.emit("OWNER")
        self.wait(lambda: not self.window.locked)
        self.settle()

    def close(self) -> None:
        """Leave; nothing of this window is left."""
        self.close_dialogs()
        self.window.may_close = lambda: True
        self.window.close()
        self.window.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        QCoreApplication.processEvents()

    def scenes(self) -> Iterator[Scene]:
        """Everything there is to look at, room by room."""
        yield from SCENES
        led = {scene.room for scene in (*SCENES, *LAST)} | {"settings"}
        for room in self.window.rooms:  # one that nobody thought of here is looked at all the same
            if room.key not in led:
                yield Scene(room.key, room.key)
        for entry in self.enter("settings").entries:
            yield Scene(f"settings-{entry.key}", "settings", partial(_section, entry.key))
        yield from SETTINGS_DIALOGS
        yield from LAST

    def show(self, scene: Scene) -> list[QWidget]:
        """Lead there: the window, and the dialog over it where there is one. Raises NotShown."""
        try:
            return self._lead(scene)
        except NotShown:  # a list may be read anew in the moment in which its first line is chosen
            self.settle()
            return self._lead(scene)

    def _lead(self, scene: Scene) -> list[QWidget]:
        self.close_dialogs()
        scene.lead(self, self.enter(scene.room))
        self.settle()
        found = self.dialogs()
        if scene.dialog and not found:
            raise NotShown(f"{scene.name}: no dialog opened")
        return found or [self.window]

    def enter(self, room: str) -> Any:
        """The page of this room, at rest."""
        page = self.window.show_room(room)
        if page is None:
            raise NotShown(f"there is no room {room}")
        self.settle()
        return page

    def dialogs(self) -> list[QWidget]:
        """The dialogs that are open."""
        return [w for w in QApplication.topLevelWidgets() if isinstance(w, QDialog) and w.isVisible()]

    def close_dialogs(self) -> None:
        """No question is open any more."""
        self.window.cheat_sheet.hide()
        self.window.banners.clear()
        for widget in QApplication.topLevelWidgets():
            if isinstance(widget, QMenu):
                widget.close()
        for dialog in reversed(self.dialogs()):
            assert isinstance(dialog, QDialog)
            QDialog.done(dialog, 0)
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)

    def hurry(self) -> None:
        """From now on wait for answers only, not for what follows by timers."""
        self._settled_s = 0.03

    def wait_a_little(self) -> None:
        """At leisure, also where it hurries."""
        hurried, self._settled_s = self._settled_s, _SETTLED_S
        self.settle()
        self._settled_s = hurried

    def settle(self) -> None:
        """Let the page's questions be answered and its drawings finish."""
        quiet = time.monotonic() + self._settled_s
        while time.monotonic() < quiet or self.application.bridge.pending:
            QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)
            if time.monotonic() > quiet + _PATIENCE_S:
                raise NotShown("the window does not come to rest")

    def wait(self, until: Callable[[], bool]) -> None:
        """Let the window live until this holds."""
        limit = time.monotonic() + _PATIENCE_S
        while not until():
            if time.monotonic() > limit:
                raise NotShown("the window is stuck")
            QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)


# ---------------------------------------------------------------- the way to each scene


def _first(house: House, table: Any) -> Any:
    """The row under the keyboard of a list, its first if none is. A list that is read anew meanwhile is waited for."""

    def found() -> bool:
        if table.model().rowCount() > 0 and table.under_keyboard() is None:
            table.choose_row(0)
        return table.under_keyboard() is not None

    house.wait(lambda: table.model().rowCount() > 0)
    table.choose_row(0)
    house.settle()
    house.wait(found)
    return table.under_keyboard()


def _one_person(house: House, page: Any) -> None:
    house.wait(lambda: page.shown is not None)
    if not page.shown.operators:
        raise NotShown("nobody finished a unit")
    page.bar.choose_person(page.shown.operators[0].code)
    house.wait(lambda: bool(page.shown.operator))


def _unit_tab(key: str, _house: House, page: Any) -> None:
    page.show_tab(key)


def _unit(house: House, page: Any) -> Any:
    page.show_tab("all")
    page.all.open_unit(_first(house, page.all.table).id)
    house.settle()
    return page.all.detail


def _of_unit(act: str, house: House, page: Any) -> None:
    getattr(_unit(house, page).acts, act)()


def _of_units(act: str, house: House, page: Any) -> None:
    page.show_tab("all")
    _first(house, page.all.table)
    page.all.table.selectAll()
    getattr(page.all.chosen, act)()


def _repair(act: str, house: House, page: Any) -> None:
    page.show_tab("repairs")
    _first(house, page.repairs.table)
    getattr(page.repairs, act)()


def _batch(house: House, page: Any) -> None:
    page.show_batch(_first(house, page.table))


def _batch_tab(number: int, house: House, page: Any) -> None:
    _batch(house, page)
    page.view.tabs.setCurrentIndex(number)


def _order_tab(tab: str, _house: House, page: Any) -> None:
    page.show_tab(Tab(tab))


def _order(house: House, page: Any) -> Any:
    page.show_tab(Tab.ALL)
    house.settle()
    page.open_order(_first(house, page.table).id)
    house.settle()
    return page.detail.seen


def _of_line(act: str, house: House, page: Any) -> None:
    seen = _order(house, page)
    order, line = seen.order.row, seen.order.lines[0]
    args = {"assign": (line,), "unassign": (line, "no unit", "356938035643809")}
    getattr(page.acts, act)(*args.get(act, (order.number, line)))


def _new_list(house: House, page: Any) -> None:
    from bmdesk.ui.views.pick.new_list import NewList

    # In the story everything is on a list already.
    NewList(page, order_view.page(house.place.desk, OrderFilter(tab=Tab.ALL)).rows, lambda _: None).open()


def _customer(house: House, page: Any) -> None:
    page.open_customer(_first(house, page.table).id)


def _product(act: str, house: House, page: Any) -> None:
    row = _first(house, page.table)
    if act == "edit":
        page.edit(row)
    else:
        getattr(page, act)()


def _placed(house: House, page: Any) -> None:
    house.wait(lambda: page.model.rowCount() > 0)
    places = [page.model.row(number) for number in range(page.model.rowCount())]
    phone = next((n for n, row in enumerate(places) if row.way.value == "chosen"), 0)
    page.table.choose_row(phone)
    house.settle()
    page.open_row()
    house.settle()


def _of_placed(act: str, house: House, page: Any) -> None:
    _placed(house, page)
    if act == "answer":
        page.panel.answer()
    else:
        getattr(page.acts, act)()


def _listing(house: House, page: Any) -> None:
    page.open_listing(_first(house, page.table).listing.id)


def _of_listing(act: str, house: House, page: Any) -> None:
    row = _first(house, page.table)
    ids = [row.listing.id]
    if act == "choose_carrier":
        page.acts.choose_carrier(row)
    elif act == "pause_in_market":
        page.acts.pause_in_market(ids, on=True)
    elif act == "switch_all":
        page.acts.switch_all()
    else:
        getattr(page.acts, act)(ids)


def _of_markets(act: str, house: House, page: Any) -> None:
    from bmdesk.ui.views.listings import publish_actions

    row = _first(house, page.table)
    getattr(publish_actions, act)(page.acts, [row.listing.id])
    house.settle()
    if act == "publish":
        for box in page.acts.dialog.boxes.values():
            box.setChecked(True)
        house.settle()


def _prices(tab: str, house: House, page: Any) -> Any:
    page.show_tab(tab)
    house.wait(lambda: page.seen is not None and not page.feed.is_busy)
    house.settle()
    return page


def _price(house: House, page: Any) -> None:
    _prices("matrix", house, page).matrix.table.choose_first()
    page.matrix.open_price()
    house.wait(lambda: page.matrix.sheet.seen is not None)


def _price_by_hand(house: House, page: Any) -> None:
    _price(house, page)
    page.matrix.sheet.acts.ask_price()


def _price_rules(part: str, house: House, page: Any) -> None:
    rules = _prices("rules", house, page).rules
    rules.close_form()
    rules.show_part(part)
    house.wait(lambda: not rules.impact.is_waiting)


def _price_rule(house: House, page: Any) -> None:
    _price_rules("rules", house, page)
    page.rules.edit(0)


def _mistakes(kind: str, house: House, page: Any) -> Any:
    page.show_tab("mistakes")
    house.wait(lambda: page.mistakes.found is not None)
    page.mistakes.show_kind(kind)
    _first(house, page.mistakes.table)
    return page.mistakes


def _fix(house: House, page: Any) -> None:
    tab = _mistakes("open", house, page)
    tab.table.selectAll()
    tab.acts.fix()
    house.wait(lambda: tab.acts.dialog is not None)


def _ignore(house: House, page: Any) -> None:
    _mistakes("open", house, page).acts.ignore()


def _boxes(house: House, page: Any) -> Any:
    page.show_tab("boxes")
    _first(house, page.boxes.table)
    return page.boxes


def _take(house: House, page: Any) -> None:
    tab = _boxes(house, page)
    tab.table.selectAll()
    tab.take()


def _link_tab(number: int, house: House, page: Any) -> None:
    page.switch.findChildren(QWidget)[number].click()
    house.settle()


def _of_link(act: str, house: House, page: Any) -> None:
    _link_tab(0, house, page)
    _first(house, page.table)
    house.settle()
    if act == "confirm_sure":
        house.wait(page.sure_button.isEnabled)
        page.sure_button.click()
    else:
        getattr(page.answers, act)()


def _sync_tab(key: str, _house: House, page: Any) -> None:
    page.show_tab(key)


def _effect(house: House, page: Any) -> None:
    page.show_tab("queue")
    page.queue.show_state(None)
    house.settle()
    _first(house, page.queue.table)


def _pause_account(_house: House, page: Any) -> None:
    page.pause(next(iter(page.cards)))


def _section(key: str, _house: House, page: Any) -> None:
    page.show_section(key)


def _of_section(key: str, act: str, house: House, page: Any) -> None:
    section = page.show_section(key)
    house.settle()
    getattr(section, act)()


def _odoo(house: House, page: Any) -> Any:
    """The set-up over its section."""
    page.show_section("odoo").set_up()
    house.settle()
    return house.dialogs()[0]


def _odoo_plan(house: House, page: Any) -> None:
    from bmdesk.sync import odoo_setup

    dialog, said = _odoo(house, page), odoo_setup.Said({})
    dialog.show_plan(odoo_setup.planned_from(house.place.desk, "Blaue Telefone", SURVEY, said))


def _odoo_choices(house: House, page: Any) -> None:
    _odoo_plan(house, page)
    house.settle()
    dialog = house.dialogs()[0]
    assert isinstance(dialog, OdooSetupDialog)
    dialog.area.ensureWidgetVisible(dialog.choices_card)


def _odoo_data(house: House, page: Any) -> None:
    """Which way each kind of data goes."""
    section = page.show_section("odoo")
    house.settle()
    area = section.parentWidget()
    while not isinstance(area, QScrollArea):
        area = area.parentWidget()
    area.grab()  # words that wrap get their height when they are drawn
    house.settle()
    area.ensureWidgetVisible(section.fields["prices.direction"], 0, 40)


def _odoo_left(house: House, page: Any) -> None:
    section = page.show_section("odoo")
    house.settle()
    section.look_at_orders()


def _odoo_import(house: House, page: Any) -> None:
    from bmdesk.ui.views.sync.odoo_import_dialog import OdooImportDialog

    # The story has no Odoo: what its card in the room opens.
    OdooImportDialog(page, house.place).open()


def _odoo_drift(house: House, page: Any) -> None:
    from bmdesk.services.odoo.units.drift import Difference, Drift, Kind, Repair
    from bmdesk.ui.views.sync.drift_dialog import DriftDialog

    found = tuple(
        Difference(
            kind,
            list(Repair)[n % 3],
            f"3569380356438{n:02}",
            "Apple iPhone 13 256 GB",
            "MAIN/A-1",
            "WH/Stock",
        )
        for n, kind in enumerate(Kind)
    )
    dialog = DriftDialog(page, house.place, house.place.syncing)
    dialog.open()
    house.wait(lambda: dialog._errand is None)  # there is no Odoo to ask: what it would show is shown
    dialog.problem.hide()
    dialog.show_drift(Drift(found, 24, 23))


def _keys(house: House, _page: Any) -> None:
    house.window.cheat_sheet.open()


def _banners(house: House, _page: Any) -> None:
    from bmdesk.domain.rights import Right, right_text, role_text, who_may
    from bmdesk.services.grading.refusals import NotAllowed
    from bmdesk.ui.palette import Tone

    what, role = right_text(Right.RESTORE), role_text("packer")
    house.window.show_failure(NotAllowed(what=what, role=role, needed=who_may(Right.RESTORE)))
    house.window.say(Tone.OK, "OK", "fine")


def _pin(house: House, _page: Any) -> None:
    from bmdesk.ui.widgets.pin_dialog import PinDialog

    PinDialog(house.place, msg("right.restore"), lambda: None, lambda: None).open()


def _new_pin(house: House, _page: Any) -> None:
    from bmdesk.ui.views.settings.new_pin import NewPinDialog

    NewPinDialog(house.window, "Ana Moreira", lambda _: None).open()


def _welcome(house: House, _page: Any) -> None:
    from bmdesk.ui.views.welcome import WelcomeDialog

    dialog = WelcomeDialog(house.place, house.application.data)
    dialog.demo_asked.connect(lambda: None)
    dialog.open()


def _crash(house: House, _page: Any) -> None:
    from bmdesk.ui.crash import CrashDialog

    CrashDialog(ValueError("something odd"), house.application.data.logs / "bmdesk.log", house.window).open()


def _last_crash(house: House, _page: Any) -> None:
    from bmdesk.ui.last_crash import LastCrashDialog

    at = house.place.desk.clock.now()
    report = Report(house.application.data.crashes / "crash.txt", at, "Traceback: something odd")
    LastCrashDialog(house.application.data.crashes, [report], house.window).open()


def _pack_order(house: House, _page: Any) -> None:
    for code in parcels.next_to_pack(house.place.desk)[:1]:
        house.application.scanner.scanned.emit(code, "")
        house.settle()


def _pack_refused(house: House, _page: Any) -> None:
    house.application.scanner.scanned.emit(parcels.a_held_device(house.place.desk), "")


def _locked(house: House, _page: Any) -> None:
    house.window.lock()


SCENES: tuple[Scene, ...] = (
    Scene("bench", "bench"),
    Scene("window-keys", "bench", _keys),
    Scene("window-banners", "bench", _banners),
    Scene("bench_figures", "bench_figures", lambda _h, page: page.bar.choose_person("")),
    Scene("bench_figures-person", "bench_figures", _one_person),
    Scene("units", "units", partial(_unit_tab, "all")),
    Scene("units-retests", "units", partial(_unit_tab, "retests")),
    Scene("units-repairs", "units", partial(_unit_tab, "repairs")),
    Scene("units-sheet", "units", _unit),
    *(
        Scene(f"units-{act}", "units", partial(_of_unit, act), dialog=True)
        for act in ("label", "move", "correct_cost", "mark_gone")
    ),
    *(
        Scene(f"units-{act}", "units", partial(_of_units, act), dialog=True)
        for act in ("hold_chosen", "move_chosen", "label_chosen")
    ),
    *(
        Scene(f"units-repair-{act}", "units", partial(_repair, act), dialog=True)
        for act in ("assign", "wait_for_part")
    ),
    Scene("receiving", "receiving", lambda _h, page: page.show_list()),
    Scene("receiving-new", "receiving", lambda _h, page: page.new(), dialog=True),
    *(Scene(f"receiving-batch-{tab}", "receiving", partial(_batch_tab, tab)) for tab in range(4)),
    *(
        Scene(f"orders-{tab}", "orders", partial(_order_tab, tab))
        for tab in ("to_accept", "to_pack", "shipped", "conflicts", "all")
    ),
    Scene("orders-sheet", "orders", _order),
    Scene("orders-parcels", "orders", lambda _h, page: page.open_parcels(), dialog=True),
    Scene("orders-import", "orders", lambda _h, page: page.open_import(), dialog=True),
    *(
        Scene(f"orders-{act}", "orders", partial(_of_line, act), dialog=True)
        for act in ("assign", "unassign", "cancel", "refund")
    ),
    Scene("pick", "pick"),
    Scene("pick-new", "pick", _new_list, dialog=True),
    Scene("customers", "customers"),
    Scene("customers-sheet", "customers", _customer),
    Scene("warranties", "warranties"),
    Scene("products", "products"),
    Scene("products-new", "products", lambda _h, page: page.new(), dialog=True),
    Scene("products-edit", "products", partial(_product, "edit"), dialog=True),
    Scene("products-count", "products", partial(_product, "count"), dialog=True),
    Scene("listings", "listings", lambda _h, page: page.show_tab("all")),
    Scene("catalogue", "catalogue"),
    Scene("catalogue-sheet", "catalogue", _placed),
    *(
        Scene(f"catalogue-{act}", "catalogue", partial(_of_placed, act), dialog=True)
        for act in ("choose_leaf", "edit_sheet", "propose", "answer")
    ),
    Scene("listings", "listings"),
    Scene("listings-sheet", "listings", _listing),
    *(
        Scene(f"listings-file-{name}", "listings", partial(files.shown_over_listings, name), dialog=True)
        for name in ("listings", "template", "mangled")
    ),
    Scene("listings-which", "listings", lambda _h, page: page.ask_which_unit(), dialog=True),
    *(
        Scene(f"listings-{act}", "listings", partial(_of_listing, act), dialog=True)
        for act in ("hand_over", "hand_back", "pause", "pause_in_market", "switch_all", "choose_carrier")
    ),
    *(
        Scene(f"listings-{act}", "listings", partial(_of_markets, act), dialog=True)
        for act in ("publish", "take_offline", "texts")
    ),
    *(Scene(f"prices-{tab}", "prices", partial(_prices, tab)) for tab in ("matrix", "changes", "history")),
    Scene("prices-sheet", "prices", _price),
    Scene("prices-by-hand", "prices", _price_by_hand, dialog=True),
    *(
        Scene(f"prices-rules-{part}", "prices", partial(_price_rules, part))
        for part in ("rules", "shares", "commissions", "vat")
    ),
    Scene("prices-rule", "prices", _price_rule),
    Scene("listings-mistakes", "listings", partial(_mistakes, "open")),
    Scene("listings-ignored", "listings", partial(_mistakes, "ignored")),
    Scene("listings-fix", "listings", _fix, dialog=True),
    Scene("listings-ignore", "listings", _ignore, dialog=True),
    Scene("listings-boxes", "listings", _boxes),
    Scene("listings-take", "listings", _take, dialog=True),
    *(Scene(f"linking-{number}", "linking", partial(_link_tab, number)) for number in range(4)),
    *(
        Scene(f"linking-{act}", "linking", partial(_of_link, act), dialog=True)
        for act in ("search_sku", "make_product", "confirm_sure")
    ),
    *(Scene(f"sync-{key}", "sync", partial(_sync_tab, key)) for key in ("accounts", "queue", "log")),
    Scene("sync-effect", "sync", _effect),
    Scene("sync-dry-run", "sync", lambda _h, page: page.dry_run(), dialog=True),
    Scene("sync-pause", "sync", _pause_account, dialog=True),
    Scene("sync-odoo-import", "sync", _odoo_import, dialog=True),
    Scene("sync-odoo-drift", "sync", _odoo_drift, dialog=True),
)

SETTINGS_DIALOGS: tuple[Scene, ...] = (
    Scene("settings-odoo-data", "settings", _odoo_data),
    Scene("settings-odoo-setup", "settings", _odoo, dialog=True),
    Scene("settings-odoo-plan", "settings", _odoo_plan, dialog=True),
    Scene("settings-odoo-choices", "settings", _odoo_choices, dialog=True),
    Scene("settings-odoo-left", "settings", _odoo_left, dialog=True),
    Scene("settings-log", "settings", partial(_of_section, "support", "show_log"), dialog=True),
    *(
        Scene(f"settings-file-{name}", "settings", partial(files.shown_over_prices, name), dialog=True)
        for name in ("rates", "rules", "prices")
    ),
    Scene("window-pin", "settings", _pin, dialog=True),
    Scene("window-new-pin", "settings", _new_pin, dialog=True),
    Scene("window-crash", "settings", _crash, dialog=True),
    Scene("window-last-crash", "settings", _last_crash, dialog=True),
    Scene("window-welcome", "settings", _welcome, dialog=True),
)

LAST: tuple[Scene, ...] = (
    Scene("pack", "pack"),
    Scene("pack-refused", "pack", _pack_refused),
    Scene("pack-order", "pack", _pack_order),
    Scene("window-locked", "bench", _locked),
)
"""What a scan leads to stays in the store: at the end, the same for whoever opens the window next."""


def _hard_words(told: Told) -> None:
    """Words from outside are long: they must not push anything out of its place."""
    from bmdesk.services.goods import receiving
    from bmdesk.services.goods.receiving import BatchForm

    long = "Rücknahme Großhandelsgesellschaft Elektronikaltgeräte Nordrhein-Westfalen " * 2
    receiving.open_batch(
        told.session.desk,
        BatchForm("TI-042-NACHLIEFERUNG-AUS-LYON", source="trade_in", supplier=long[:100], note=long),
    )


def _mistakes_made(told: Told) -> None:
    """Mistakes that bmdesk can end, and one that somebody lets stand."""
    from bmdesk.services.desk import Actor
    from bmdesk.services.selling import accounts, listing_lint
    from bmdesk.store.queries import listings
    from bmdesk.store.transaction import Tx

    desk = told.session.desk
    account = accounts.the_account(desk).id
    rows = desk.read(lambda c: listings.managed(c, account))

    def spoil(tx: Tx) -> None:
        for number, row in enumerate(rows[:6]):
            cell = listings.markets(tx.connection, [row.id])[row.id][0]
            price = cell.wanted_minor or cell.price_minor or 0
            spoilt = ({"min_minor": price + 4000}, {"max_minor": price - 4000}, {"comment": ""})[number % 3]
            listings.set_market(tx, row.id, cell.market, **spoilt)

    desk.write(spoil)
    actor, found = Actor("SAM", "supervisor", "bench-3"), listing_lint.look(desk, account).open
    one = found[-1].finding
    listing_lint.ignore(
        desk, actor, account, one.listing_id, one.code, "Asked Back Market to look at it", one.market
    )


def _tree(told: Told, data: DataDir) -> None:
    """The marketplace's categories are read; phones have a leaf, and one phone is known to nobody there."""
    from bmdesk.connectors.backmarket.connector import Manners
    from bmdesk.domain.proposals import Sheet
    from bmdesk.services.desk import Actor
    from bmdesk.services.goods import catalog
    from bmdesk.services.goods.catalog import VariantForm
    from bmdesk.services.selling import accounts, categories, proposals
    from bmdesk.sync import market_reading
    from bmdesk.sync.opening import Tools
    from bmdesk.system.secrets import Secrets

    desk = told.session.desk
    owner = Actor("OWNER", "owner", "bench-3")
    told.clock.advance(minutes=1)  # the morning used up what may be asked in ten seconds
    tools = Tools(Secrets(data.root), Manners(), lambda _: None)
    market_reading.categories(desk, tools, "default", lambda: True)
    account = accounts.the_account(desk, "default").id
    attributes = (("memory", "8 GB"), ("network", "Locked to a provider"))
    form = VariantForm("FP5-256-TRN", "Fairphone", "5", "phone", "256 GB", "Transparent", attributes)
    catalog.save_variant(desk, None, form)
    categories.map_products(desk, owner, account, 2, ["FP5-256-TRN"])
    categories.choose_source(desk, owner, account, 2, "unlocked", "network")
    images = (f"https://shop.example/pictures/fairphone-5/{'front-' * 12}.jpg",)
    proposals.save(desk, owner, account, "FP5-256-TRN", Sheet(images=images))


__all__ = ["LARGE", "ROOMS", "SMALL", "House", "Look", "NotShown", "Scene", "filled", "house"]
