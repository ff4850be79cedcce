"""The frame: a rail of rooms, a header, banners, the page, a status bar. It knows no room and no service.

A room is built on its first visit, after `open_rooms()`: so the frame is on screen before the store is open.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QByteArray, Qt, Signal
from PySide6.QtGui import QCloseEvent, QResizeEvent, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QToolButton, QVBoxLayout, QWidget

from bmdesk.domain.rights import Right
from bmdesk.texts import Failure, Text, msg, render, t
from bmdesk.ui.palette import Tone
from bmdesk.ui.shortcuts import bind, spelled
from bmdesk.ui.theme import px, set_icon
from bmdesk.ui.widgets.banner import BannerArea
from bmdesk.ui.widgets.cheat_sheet import CheatSheet
from bmdesk.ui.widgets.curtain import Curtain
from bmdesk.ui.widgets.empty_state import EmptyState
from bmdesk.ui.widgets.flash import Feedback
from bmdesk.ui.widgets.frame import Strip, SyncLight
from bmdesk.ui.widgets.label import PlainLabel
from bmdesk.ui.widgets.rail import Rail
from bmdesk.ui.widgets.room_stack import RoomStack

FIRST_SIZE = (1320, 840)
SMALLEST_SIZE = (960, 600)
_ROOMY = 1200  # pixels from which the rail has room for words


@dataclass(frozen=True, slots=True)
class Room:
    """A place in the window. `factory` builds its page once; `shortcut` such as "Ctrl+1".

    A page may have methods `entered()` and `left()`, and an attribute `header_status` (str) that is shown on
    arrival.
    """

    key: str
    title_code: str
    icon: str
    factory: Callable[[], QWidget]
    shortcut: str = ""
    help: str = ""
    """Where help explains this room: `page#place`; "" where it begins."""
    right: Right | None = None
    """What a person needs to have this room at all."""

    @property
    def title(self) -> str:
        return render(Text(self.title_code))


class MainWindow(QMainWindow):
    """The window. The application adds rooms, shows it, opens the store, then calls `open_rooms`."""

    sign_out_asked = Signal()
    sync_asked = Signal()  # the frame's word on syncing was clicked
    company_asked = Signal(str)  # another company was chosen in the rail
    help_asked = Signal(str)  # help at this address is wanted, "" for where it begins
    needed = Signal()  # somebody must answer something: the window has to be seen
    badge_typed = Signal(str)  # at the lock, by hand
    closing = Signal()  # accepted: the application may now close the bridge

    def __init__(
        self,
        *,
        geometry: bytes = b"",
        save_geometry: Callable[[bytes], object] | None = None,
        title: str = "",
    ) -> None:
        super().__init__()
        self._rooms: dict[str, Room] = {}
        self._keys: dict[str, QShortcut] = {}
        self._pages: dict[str, QWidget] = {}
        self._current: str | None = None
        self._open = False
        self._save_geometry = save_geometry
        self.may_close: Callable[[], bool] = lambda: True
        self.setWindowTitle(title or t("app.name"))
        self.setMinimumSize(*SMALLEST_SIZE)
        self._build()
        self.feedback = Feedback(self)
        self.curtain = Curtain(self)
        self.curtain.badge_typed.connect(self.badge_typed)
        self.cheat_sheet = CheatSheet(self)
        self.cheat_sheet.help_asked.connect(self.ask_help)
        bind(self._body, "F1", msg("window.keys.help"), self.cheat_sheet.open)
        bind(self._body, "Shift+F1", msg("window.help.here"), self.ask_help)
        bind(self.rail.company, "Ctrl+Shift+C", msg("window.keys.company"), self.rail.company.ask)
        self._dismiss: QShortcut = bind(
            self._page, "Esc", msg("window.keys.dismiss"), self.banners.dismiss_newest
        )
        self._dismiss.setEnabled(False)
        self.banners.shown_changed.connect(self._dismiss.setEnabled)
        self.banners.help_asked.connect(self.help_asked)
        if not (geometry and self.restoreGeometry(QByteArray(geometry))):
            self.resize(*FIRST_SIZE)

    # -- rooms

    def add_room(self, room: Room) -> None:
        """Register a room; nothing is built yet. Raises ValueError for a key used twice."""
        if room.key in self._rooms:
            raise ValueError(f"two rooms named {room.key}")
        self._rooms[room.key] = room
        self.rail.add(room.key, room.title, room.icon, room.shortcut)
        if room.shortcut:
            # Text, not msg(): the code is the room's own, named where the room is registered.
            self._keys[room.key] = bind(
                self._body, room.shortcut, Text(room.title_code), lambda: self.show_room(room.key)
            )

    def offer_rooms(self, may: Callable[[Right], bool]) -> None:
        """Whoever is here has these rooms; the others are neither in the rail nor behind their keys."""
        for room in self._rooms.values():
            offered = room.right is None or may(room.right)
            self.rail.offer(room.key, offered=offered)
            if room.key in self._keys:
                self._keys[room.key].setEnabled(offered)
        if self._open and self._current is not None and not self.rail.is_offered(self._current):
            self.show_first()

    def show_first(self) -> None:
        """Go to the first room that whoever is here has."""
        self.show_room(next(key for key in self._rooms if self.rail.is_offered(key)))

    def open_rooms(self, key: str = "") -> None:
        """From now on rooms may be built; enter this one, or the first."""
        self._open = True
        if self._rooms:
            self.show_room(key or self._current or next(iter(self._rooms)))

    def show_room(self, key: str) -> QWidget | None:
        """Go to this room, building it on the first visit. None before `open_rooms` (it will be entered
        then).
        """
        room = self._rooms[key]
        if not self._open:
            self._current = key
            self.rail.choose(key)
            self.title.setText(room.title)
            return None
        page = self._pages.get(key)
        if page is None:
            page = room.factory()
            self._pages[key] = page
            self._stack.addWidget(page)
        leaving = self._pages.get(self._current or "")
        if leaving is not None and leaving is not page:
            _call(leaving, "left")
        self._current = key
        self.rail.choose(key)
        self.title.setText(room.title)
        self.set_header_status(str(getattr(page, "header_status", "")))
        self._stack.setCurrentWidget(page)
        if leaving is not page:
            page.setFocus(Qt.FocusReason.OtherFocusReason)
            _call(page, "entered")
        return page

    def has_room(self, key: str) -> bool:
        """Whether there is such a room."""
        return key in self._rooms

    def ask_help(self) -> None:
        """Somebody wants to know about the room on screen."""
        room = self._rooms.get(self._current or "")
        self.help_asked.emit(room.help if room is not None else "")

    @property
    def rooms(self) -> tuple[Room, ...]:
        """All rooms, in the order of the rail."""
        return tuple(self._rooms.values())

    @property
    def current_room(self) -> str | None:
        """The key of the room on screen."""
        return self._current

    def page(self, key: str) -> QWidget | None:
        """The page of this room if it was visited."""
        return self._pages.get(key)

    # -- what the frame says

    def set_header_status(self, words: str, tone: Tone | None = None) -> None:
        """The small line right of the page's title."""
        self.header_status.setText(words)
        self.header_status.set_tone(tone)

    def show_failure(self, failure: Failure) -> None:
        """A banner with title, what happened, what to do. Esc closes it."""
        self.banners.show_failure(failure)

    def say(self, tone: Tone, title: str, *lines: str, for_ms: int = 0) -> None:
        """A banner that is no failure."""
        self.banners.say(tone, title, *lines, for_ms=for_ms)

    def set_status(
        self,
        *,
        store: str | None = None,
        station: str | None = None,
        operator: str | None = None,
        clock: str | None = None,
        labels: str | None = None,
    ) -> None:
        """The status bar; None leaves a part as it is, "" hides it. `clock` is a warning that this
        computer's clock is wrong, `labels` says which labels wait for their printer.
        """
        for label, words in (
            (self._store, store),
            (self._station, station),
            (self._operator, operator),
            (self._clock, clock),
            (self._labels, labels),
        ):
            if words is not None:
                label.setText(words)
                label.setVisible(bool(words))

    def set_sync(self, words: str, tone: Tone) -> None:
        """How syncing goes, in two or three words beside the station; "" hides it."""
        self.sync_light.show_words(words, tone)
        self.sync_light.setToolTip(t("window.sync_hint", words=words) if words else "")

    def set_strip(self, words: str, tone: Tone) -> None:
        """A strip over the whole window that says what kind of place this is (a sandbox); "" hides it."""
        self.strip.show_words(words, tone)

    # -- who is here

    @property
    def locked(self) -> bool:
        return self.curtain.isVisibleTo(self)

    def lock(self, words: str = "", tone: Tone | None = None) -> None:
        """Nobody is signed in: no key, click or shortcut reaches a room; scans still reach the
        application.
        """
        self.cheat_sheet.hide()
        self._body.setEnabled(False)
        self.sync_light.setEnabled(False)
        self.rail.set_operator("")
        self.set_status(operator="")
        self.curtain.draw(words, tone)

    def unlock(self, name: str) -> None:
        """This person works here now."""
        self.curtain.hide()
        self._body.setEnabled(True)
        self.sync_light.setEnabled(True)
        self.rail.set_operator(name)
        self.set_status(operator=name)
        page = self._pages.get(self._current or "")
        if page is not None:
            page.setFocus(Qt.FocusReason.OtherFocusReason)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.rail.set_narrow(event.size().width() < px(_ROOMY))

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self.may_close():
            event.ignore()
            return
        if self._save_geometry is not None:
            self._save_geometry(bytes(self.saveGeometry().data()))
        self.closing.emit()
        event.accept()

    # -- how it is put together

    def _build(self) -> None:
        self.rail = Rail()
        self.rail.room_asked.connect(self.show_room)
        self.rail.sign_out_asked.connect(self.sign_out_asked)
        self.rail.company.chosen.connect(self.company_asked)
        self.title = PlainLabel("", "title")
        self.header_status = PlainLabel("", "note", wrap=True)
        self.header_status.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        header = QHBoxLayout()
        header.addWidget(self.title)
        header.addWidget(self.header_status, 1)  # in two lines where the window is narrow
        header.addWidget(self._help_button())
        self.banners = BannerArea()
        self._stack = RoomStack()
        self._stack.addWidget(EmptyState("box", t("window.opening")))
        self._page = QWidget()
        self._page.setObjectName("page")
        column = QVBoxLayout(self._page)
        column.setContentsMargins(20, 14, 20, 14)
        column.setSpacing(12)
        column.addLayout(header)
        column.addWidget(self.banners)
        column.addWidget(self._stack.area, 1)
        self._body = QWidget()
        row = QHBoxLayout(self._body)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.rail)
        row.addWidget(self._page, 1)
        self.strip = Strip()
        whole = QWidget()
        sheet = QVBoxLayout(whole)
        sheet.setContentsMargins(0, 0, 0, 0)
        sheet.setSpacing(0)
        sheet.addWidget(self.strip)
        sheet.addWidget(self._body, 1)
        self.setCentralWidget(whole)
        bar = self.statusBar()
        bar.setSizeGripEnabled(False)
        self._store, self._clock, self._labels, self._operator, self._station = (
            PlainLabel() for _ in range(5)
        )
        for warning in (self._clock, self._labels):
            warning.set_tone(Tone.WARN)
        bar.addWidget(self._store)
        bar.addWidget(self._clock)
        bar.addWidget(self._labels)
        self.sync_light = SyncLight()
        self.sync_light.clicked.connect(self.sync_asked)
        bar.addPermanentWidget(self._operator)
        bar.addPermanentWidget(self.sync_light)
        bar.addPermanentWidget(self._station)
        self.set_status(store="", station="", operator="", clock="", labels="")

    def _help_button(self) -> QToolButton:
        button = QToolButton()
        words = t("window.help.here")
        button.setAccessibleName(words)
        button.setToolTip(f"{words}  {spelled('Shift+F1')}")
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # it has its key; Tab walks through the page
        set_icon(button, "help", "muted", 20)
        button.clicked.connect(self.ask_help)
        return button


def _call(page: QWidget, method: str) -> None:
    found = getattr(page, method, None)
    if callable(found):
        found()
