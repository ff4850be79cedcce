"""A monkey at the real window: keys, shortcuts, scans at a scanner's speed, clicks, dialogs, rooms, sizes, looks.

It knows widgets and codes, no rooms: whatever is new there is played with too. The same seed makes the same choices;
what they meet depends on how quickly the window answers. Who opens the window for it: `monkey_window`.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, QPoint, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QApplication,
    QComboBox,
    QDialog,
    QFileDialog,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QTabBar,
    QWidget,
)

from bmdesk.services.companies import listed
from bmdesk.store.engine import Connection
from bmdesk.store.queries import unit_lists, units
from bmdesk.system.paths import DataDir
from bmdesk.texts import use_language
from bmdesk.ui.house import House
from bmdesk.ui.theme import Theme
from tests.faults.monkey_hands import KEYS, PEOPLE, SIZES, WORDS, a_code, press, strike, tap
from tests.faults.monkey_watch import Watch

SETTLES_MS = 300


class MonkeyHouse(House):
    """Its windows close when the house wants it, never because a monkey pressed something."""

    closes = False

    def enter(self, company: str, *, hidden: bool = False) -> None:
        super().enter(company, hidden=hidden)
        window = self.application.window
        window.may_close = lambda: self.closes
        window.feedback.sounds = False

    def switch(self, company: str) -> None:
        self.closes = True
        try:
            super().switch(company)
        finally:
            self.closes = False


class Monkey(QObject):
    """`play(seconds)`; then `ended`. A window that ends by itself (after a restore) leaves `seconds_left`."""

    ended = Signal()

    def __init__(self, house: MonkeyHouse, data: DataDir, chance: random.Random, watch: Watch) -> None:
        super().__init__()
        self.house, self.data, self.chance, self.watch = house, data, chance, watch
        self.acts: list[str] = watch.acts
        self.codes: list[str] = []
        self.companies: list[str] = []
        self._depth = 0
        self._next = QTimer(self, singleShot=True)
        self._next.timeout.connect(self._act)
        self._rest = QTimer(self, singleShot=True)
        self._rest.timeout.connect(self.end)
        # How often each is done, out of the sum.
        self._ways: list[tuple[Callable[[], str], int]] = [
            (self.click, 34),
            (self.key, 12),
            (self.shortcut, 10),
            (self.scan, 12),
            (self.type, 8),
            (self.enter_room, 5),
            (self.answer, 6),
            (self.turn, 3),
            (self.resize, 2),
            (self.other_look, 1),
            (self.sign, 2),
            (self.wait, 4),
        ]

    def play(self, seconds: float) -> None:
        self._rest.start(int(seconds * 1000))
        self._next.start(0)

    @property
    def seconds_left(self) -> float:
        """How long it would have played on."""
        return max(0, self._rest.remainingTime()) / 1000

    @Slot()
    def end(self) -> None:
        """Let everything go."""
        self._next.stop()
        self._rest.stop()
        self._ways = []
        self._close_all(30)
        QTimer.singleShot(SETTLES_MS, self, self.ended.emit)

    def learn(self) -> None:
        """What can be scanned here."""
        session = self.house.application.session
        if session is None:
            return
        desk = session.desk

        def work(connection: Connection) -> list[str]:
            found = unit_lists.page(connection, desk.company, [], "", 0, 200)
            return [one.value for unit in found[:60] for one in units.identifiers(connection, unit)]

        self.codes = desk.read(work) or self.codes
        self.companies = [row.code for row in listed(desk)]

    # -- one act

    @Slot()
    def _act(self) -> None:
        if not self._ways:
            return
        if self._depth and not _waits_inside():
            self._next.start(5)  # keys and clicks let events through: the one under way comes first
            return
        chance = self.chance
        rare = chance.random()
        way = (
            self.other_company
            if rare < 0.003
            else chance.choices([one for one, _ in self._ways], [weight for _, weight in self._ways])[0]
        )
        # The next one is due before this one ends: an act may open a menu, which only another act closes.
        self._next.start(chance.choice((0, 0, 5, 20, 60)))
        self._depth += 1
        self.acts.append(way.__name__)
        at = len(self.acts) - 1
        try:
            said = way() if self._depth < 4 else self.answer()
            self.acts[at] = f"{self.acts[at]} {said}"
        except RuntimeError as error:
            # The monkey's own hand held a widget that the act before took away.
            if "already deleted" not in str(error):
                raise
        finally:
            self._depth -= 1
        self.watch.note(self.acts[at])

    def click(self) -> str:
        """On one of the widgets that can be seen and are switched on."""
        top = self._top()
        offered = [one for one in top.findChildren(QWidget) if _takes_clicks(one, top)]
        if isinstance(top, QMenu):
            offered = [top]
        if not offered:
            return "nothing"
        widget = self.chance.choice(offered)
        where = widget.rect()
        at = QPoint(
            self.chance.randrange(max(1, where.width())), self.chance.randrange(max(1, where.height()))
        )
        if isinstance(widget, QAbstractButton):
            at = where.center()
        said = f"{_name(widget)} at {at.x()},{at.y()}"
        button = self.chance.choices((Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton), (12, 1))[0]
        self.acts[-1] = f"click {said}"
        tap(widget, button, at, twice=self.chance.random() < 0.08)
        return said

    def key(self) -> str:
        """One key, now and then with another held down."""
        pressed = self.chance.choice(KEYS)
        held = self.chance.choices(
            (
                Qt.KeyboardModifier.NoModifier,
                Qt.KeyboardModifier.ShiftModifier,
                Qt.KeyboardModifier.ControlModifier,
                Qt.KeyboardModifier.AltModifier,
            ),
            (10, 2, 3, 1),
        )[0]
        said = f"{held.name} {pressed.name}"
        self.acts[-1] = f"key {said}"
        self._press(pressed, held)
        return said

    def shortcut(self) -> str:
        """A key that is bound here and now."""
        top = self._top().window()
        bound = [one for one in top.findChildren(QShortcut) if one.isEnabled() and _seen(one.parent())]
        if not bound:
            return "none"
        keys = self.chance.choice(bound).key()
        said = keys.toString(QKeySequence.SequenceFormat.PortableText)
        self.acts[-1] = f"shortcut {said}"
        combination = keys[0]  # type: ignore[index]
        self._press(combination.key(), combination.keyboardModifiers())
        return said

    def scan(self) -> str:
        """A code at a scanner's speed: good, bad, foreign, a card."""
        code = a_code(self.chance, self.codes)
        self.acts[-1] = f"scan {code!r}"
        strike(self._window(), code + self.chance.choice(("\r", "\r", "\r", "\t", "")))
        return repr(code)

    def type(self) -> str:
        """Words into whatever has the keyboard, as a person pastes them; slow keys would take minutes."""
        words = self.chance.choice(WORDS)
        focus = QApplication.focusWidget()
        self.acts[-1] = f"type {words[:40]!r}"
        if isinstance(focus, QLineEdit) and not focus.isReadOnly():
            focus.insert(words)
        elif isinstance(focus, QPlainTextEdit) and not focus.isReadOnly():
            focus.insertPlainText(words)
        return f"{words[:40]!r} into {_name(focus) if focus else 'nothing'}"

    def enter_room(self) -> str:
        """Any room, by its name, as a link would."""
        window = self.house.application.window
        if window.locked or QApplication.activeModalWidget() is not None:
            return "not now"
        room = self.chance.choice(list(window._rooms))
        self.acts[-1] = f"enter_room {room}"
        window.show_room(room)
        return room

    def answer(self) -> str:
        """Whatever asks something gets an answer: Esc, or its first button."""
        popup = QApplication.activePopupWidget()
        if popup is not None:
            popup.close()
            return "popup closed"
        dialog = QApplication.activeModalWidget()
        if isinstance(dialog, QFileDialog):
            return self._choose_file(dialog)
        if isinstance(dialog, QDialog):
            said = _name(dialog)
            if self.chance.random() < 0.5:
                dialog.reject()
                return f"left {said}"
            self._press(Qt.Key.Key_Return, Qt.KeyboardModifier.NoModifier)
            return f"Enter in {said}"
        return "nothing asks"

    def turn(self) -> str:
        """Scroll, or pull a slider."""
        bars = [one for one in self._top().findChildren(QAbstractSlider) if _seen(one)]
        if not bars:
            return "nothing"
        bar = self.chance.choice(bars)
        bar.setValue(self.chance.randint(bar.minimum(), max(bar.minimum(), bar.maximum())))
        return f"{_name(bar)} to {bar.value()}"

    def resize(self) -> str:
        size = self.chance.choice(SIZES)
        self._top().window().resize(*size)
        return f"{size}"

    def other_look(self) -> str:
        look = self.chance.choice(("light", "dark"))
        self.watch.excuse(1.0)
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        Theme.apply(app, look)
        return look

    def other_company(self) -> str:
        """Another window, now and then in another language too."""
        if self.house.application.session is None or not self.companies:
            return "not open yet"
        language, company = self.chance.choice(("en", "de")), self.chance.choice(self.companies)
        self.acts[-1] = f"other_company {company} in {language}"
        self._close_all(5)
        self.watch.excuse(5.0)
        use_language(language)
        self.house.application.company_asked.emit(company)
        return f"{company} in {language}"

    def sign(self) -> str:
        """Somebody comes, or goes."""
        window = self.house.application.window
        if not window.locked and self.chance.random() < 0.3:
            window.sign_out_asked.emit()
            return "out"
        who = self.chance.choice(PEOPLE)
        window.badge_typed.emit(who)
        return who

    def wait(self) -> str:
        """A moment in which what was asked for arrives. A window nobody is signed in at is of little use."""
        window = self.house.application.window
        if window.locked:
            window.badge_typed.emit(self.chance.choice(("OWNER", "SAM", "ANA")))
        self.learn()
        self._next.start(self.chance.choice((100, 300, 700)))
        return ""

    # -- hands

    def _top(self) -> QWidget:
        return (
            QApplication.activePopupWidget()
            or QApplication.activeModalWidget()
            or self.house.application.window
        )

    def _window(self) -> QWidget:
        return QApplication.activeModalWidget() or self.house.application.window

    def _press(self, key: Qt.Key, held: Qt.KeyboardModifier) -> None:
        handle = self._top().window().windowHandle()
        if handle is not None:
            press(handle, key, held)

    def _choose_file(self, dialog: QFileDialog) -> str:
        """None, or one that lies in the folder for that; a monkey writes nowhere else."""
        shelf = self.data.root.parent / "shelf"
        files = sorted(one for one in shelf.iterdir() if one.is_file())
        if self.chance.random() < 0.4 or not files:
            dialog.reject()
            return "no file"
        if dialog.fileMode() == QFileDialog.FileMode.Directory:
            dialog.setDirectory(str(shelf))
            dialog.done(QDialog.DialogCode.Accepted)
            return "the shelf"
        if dialog.acceptMode() == QFileDialog.AcceptMode.AcceptSave:
            meant = dialog.selectedFiles()
            ending = Path(meant[0]).suffix if meant else ""
            chosen = shelf / f"saved-{self.chance.randrange(5)}{ending}"
        else:
            chosen = self.chance.choice(files)
        dialog.selectFile(str(chosen))
        dialog.done(QDialog.DialogCode.Accepted)
        return chosen.name

    def _close_all(self, most: int) -> None:
        for _ in range(most):
            asking = QApplication.activePopupWidget() or QApplication.activeModalWidget()
            if asking is None:
                return
            asking.reject() if isinstance(asking, QDialog) else asking.close()


def _waits_inside() -> bool:
    """Whether a menu or a file dialog waits for its answer inside whatever opened it."""
    modal = QApplication.activeModalWidget()
    return QApplication.activePopupWidget() is not None or isinstance(modal, QFileDialog)


def _takes_clicks(widget: QWidget, top: QWidget) -> bool:
    known = (
        QAbstractButton
        | QAbstractItemView
        | QAbstractSlider
        | QComboBox
        | QLineEdit
        | QPlainTextEdit
        | QTabBar
    )
    viewport = isinstance(widget.parentWidget(), QAbstractItemView)
    if widget.window() is not top.window() or not widget.isEnabled() or not widget.isVisible():
        return False
    if widget.visibleRegion().isEmpty():
        return False
    return viewport or isinstance(widget, known) or type(widget).__module__.startswith("bmdesk.")


def _seen(owner: object) -> bool:
    return isinstance(owner, QWidget) and owner.isVisible() and owner.isEnabled()


def _name(widget: QWidget) -> str:
    words = widget.accessibleName() or getattr(widget, "text", lambda: "")() or widget.objectName()
    above = widget.parentWidget()
    return f"{type(widget).__name__} {str(words)[:40]!r} in {type(above).__name__}"
