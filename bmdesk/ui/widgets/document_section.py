"""A policy document edited as a whole: loaded, changed on screen, saved as the next version, and the stock judged anew.

Subclasses show a document and say what it has become; what is wrong with it is found by the services, and shown at the
place they name. Nothing is half saved: a refused document leaves the version before in force.
"""

from __future__ import annotations

import copy
import re
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout

from bmdesk.domain.changes import Change
from bmdesk.domain.document import BadPolicy
from bmdesk.services import policy_documents
from bmdesk.services.company import Saved
from bmdesk.services.desk import Actor, Desk
from bmdesk.services.grading import bench
from bmdesk.services.grading.bench import Reassessed
from bmdesk.texts import Failure, msg, t
from bmdesk.ui.bridge import Priority
from bmdesk.ui.palette import Tone
from bmdesk.ui.theme import mark
from bmdesk.ui.widgets.confirm import Confirm
from bmdesk.ui.widgets.label import PlainLabel
from bmdesk.ui.widgets.section import Section
from bmdesk.ui.widgets.shortcut_button import ShortcutButton
from bmdesk.ui.workplace import Workplace

_MOST_COUNTED = 10_000
_PLACE = re.compile(r"([A-Za-z_]+)(?:\[([0-9]+)\])?(?:\.(.+))?")


class DocumentSection(Section):
    """`show_body(body)`, `body()` and `show_wrong(place)` are the subclass's part. `saved` fires once all is done."""

    saved = Signal()
    judges = True  # whether the gate's answer hangs on this document

    def __init__(self, workplace: Workplace, name: str) -> None:
        super().__init__(workplace)
        self.name = name
        self._loaded: dict[str, Any] = {}
        self.dirty = False
        self._judged = self._moved = 0
        self._affected: int | None = None
        self.error = PlainLabel("", "error", wrap=True)
        self.error.hide()
        self.state = PlainLabel("", "note", wrap=True)
        self.own = QPushButton(t("settings.document.own"))
        mark(self.own, kind="flat")
        self.own.clicked.connect(self._ask_reset)
        self.discard = QPushButton(t("settings.document.discard"))
        self.discard.clicked.connect(self._discard)
        self.save_button = ShortcutButton(msg("settings.document.save"), "Ctrl+S", kind="primary")
        self.save_button.clicked.connect(self.save)

    # -- the subclass's part

    def show_body(self, body: dict[str, Any]) -> None:
        """Put the document on screen."""
        raise NotImplementedError

    def body(self) -> dict[str, Any]:
        """The document as it stands on screen."""
        raise NotImplementedError

    def show_wrong(self, place: str) -> None:
        """Lead to the place that is wrong."""

    # -- what the page calls

    def load(self) -> None:
        """Show the document in force, unless changes wait to be saved."""
        super().load()
        if not self.dirty:
            self.workplace.read(
                policy_documents.document, self.name, then=self._show, key=(id(self), "document")
            )
        if self.judges:
            self.workplace.read(
                policy_documents.units_affected,
                _MOST_COUNTED,
                then=self._show_affected,
                key=(id(self), "affected"),
            )

    def switch(self, name: str) -> None:
        """Show another document; the caller has asked what becomes of changes."""
        self.name = name
        self.dirty = False
        self._loaded = {}
        self.load()

    def touched(self) -> None:
        """A person changed something."""
        self.dirty = True
        self._draw_state()

    def save(self) -> None:
        """Save what is on screen as the next version."""
        self._say_wrong("")
        name, wanted, actor = self.name, self.body(), self.workplace.actor
        self.workplace.write(
            _save,
            actor,
            name,
            wanted,
            then=lambda _: self._was_saved(),
            failed=self._was_refused,
            button=self.save_button,
        )

    def add_footer(self, to: QVBoxLayout) -> None:
        """State, errors and buttons, in one line at the end."""
        line = QFrame()
        mark(line, kind="line")
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.state, 1)
        row.addWidget(self.own)
        row.addWidget(self.discard)
        row.addWidget(self.save_button)
        to.addWidget(self.error)
        to.addWidget(line)
        to.addLayout(row)

    # -- how it goes

    def _show(self, body: dict[str, Any]) -> None:
        if body == self._loaded:
            return  # somebody changed something else: nothing on screen may jump
        self._loaded = body
        self.dirty = False
        self._say_wrong("")
        self.show_body(copy.deepcopy(body))
        self.dirty = False  # filling the fields is no change of a person's
        self._draw_state()

    def _show_affected(self, count: int) -> None:
        self._affected = count
        self._draw_state()

    def _draw_state(self) -> None:
        is_own = _essence(self._loaded) != _essence(policy_documents.shipped(self.name))
        self.own.setVisible(is_own)
        self.discard.setVisible(self.dirty)
        self.save_button.setEnabled(self.dirty)
        if self.dirty and self.judges and self._affected is not None:
            many = self._affected > _MOST_COUNTED
            self.state.setText(
                t("settings.document.judges_many", count=_MOST_COUNTED)
                if many
                else t("settings.document.judges", count=self._affected)
            )
            self.state.set_tone(Tone.WARN if self._affected else None)
        elif self.dirty:
            self.state.setText(t("settings.document.unsaved"))
            self.state.set_tone(Tone.WARN)
        else:
            words = t("settings.document.yours") if is_own else t("settings.document.shipped")
            self.state.setText(t("settings.document.version", whose=words, version=self._version()))
            self.state.set_tone(None)

    def _version(self) -> int:
        found = self._loaded.get("version", 1)
        return found if isinstance(found, int) else 1

    def _discard(self) -> None:
        self.dirty = False
        self._loaded = {}
        self.load()

    def _ask_reset(self) -> None:
        Confirm(
            self,
            t("settings.document.own_question"),
            t("settings.document.own_happens"),
            t("settings.document.own"),
            lambda _: self._reset(),
            danger=True,
        ).open()

    def _reset(self) -> None:
        self.workplace.write(
            _reset,
            self.workplace.actor,
            self.name,
            then=lambda _: self._was_saved(),
            failed=self._was_refused,
        )

    def _was_saved(self) -> None:
        self.dirty = False
        self._judged = self._moved = 0
        self.load()
        self._judge_on()

    def _judge_on(self) -> None:
        """A page of units at a time, behind every scan."""
        desk = self.workplace.desk
        self.workplace.bridge.write(bench.reassess, desk, then=self._was_judged, priority=Priority.BACKGROUND)

    def _was_judged(self, result: Reassessed) -> None:
        self._judged += result.looked_at
        self._moved += result.moved
        if result.more:
            self._judge_on()
            return
        words = t("settings.saved")
        if self._judged:
            words = t("settings.document.judged", count=self._judged, moved=self._moved)
        self.workplace.window.say(Tone.OK, words, for_ms=6000)
        self.saved.emit()

    def _was_refused(self, failure: Failure) -> None:
        if not isinstance(failure, BadPolicy):
            self.workplace.window.show_failure(failure)
            return
        place, expected = str(failure.params["place"]), failure.params["expected"]
        self._say_wrong(t("settings.document.wrong", place=place, expected=expected))
        self.show_wrong(place)

    def _say_wrong(self, words: str) -> None:
        self.error.setText(words)
        self.error.setVisible(bool(words))


def place_parts(place: str) -> tuple[str, int | None, str]:
    """`tests[3].minimum` as ("tests", 3, "minimum")."""
    found = _PLACE.fullmatch(place)
    if found is None:
        return place, None, ""
    return found[1], int(found[2]) if found[2] else None, found[3] or ""


def number_or_text(typed: str) -> int | str:
    """The whole number that was typed, or the text as it is: whoever checks it names it."""
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else typed


def _save(desk: Desk, actor: Actor, name: str, body: object) -> Saved:
    policy_documents.save_document(desk, actor, name, body)
    return Saved(name, frozenset({Change.SETTINGS}))


def _reset(desk: Desk, actor: Actor, name: str) -> Saved:
    policy_documents.reset_document(desk, actor, name)
    return Saved(name, frozenset({Change.SETTINGS}))


def _essence(body: dict[str, Any]) -> dict[str, Any]:
    """A document without what says nothing about its rules."""
    return {name: value for name, value in body.items() if name not in ("version", "note", "own", "category")}
