"""The known troubles: where each comes from, what to do, whether it is there now, and the way to where it is mended."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from bmdesk.services import troubles
from bmdesk.services.syncing.sync_health import Level
from bmdesk.services.troubles import Found, Trouble
from bmdesk.texts import Failure, msg, render, t
from bmdesk.ui.palette import Tone
from bmdesk.ui.theme import mark
from bmdesk.ui.widgets.card import Card
from bmdesk.ui.widgets.facts import broken
from bmdesk.ui.widgets.label import PlainLabel
from bmdesk.ui.widgets.pill import Pill
from bmdesk.ui.widgets.scroll import ScrollColumn
from bmdesk.ui.widgets.shortcut_button import ShortcutButton
from bmdesk.ui.words import level_tone
from bmdesk.ui.workplace import Workplace

_MOST = 5


class TroubleCard(Card):
    """One trouble."""

    def __init__(self, trouble: Trouble, workplace: Workplace) -> None:
        super().__init__(render(trouble.title))
        self.trouble = trouble
        self._place = workplace
        self.title.setWordWrap(True)
        self.now = Pill()
        self.now.hide()
        self.add_action(self.now)
        self.there = QVBoxLayout()
        self.there.setSpacing(6)
        self.add(self.there)
        for head, words in ((t("help.cause"), trouble.cause), (t("help.step"), trouble.step)):
            self.add(PlainLabel(head, "caption"))
            self.add(PlainLabel(render(words), wrap=True))
        room = place_words(trouble)
        self.button = QPushButton(t("help.open", room=room))
        self.button.setAccessibleName(f"{self.button.text()}: {render(trouble.title)}")
        self.button.clicked.connect(self.open_room)
        row = QHBoxLayout()
        row.addWidget(self.button)
        row.addStretch()
        self.add(row)

    def open_room(self) -> None:
        """Go where it is mended."""
        if self.trouble.room == "settings":
            self._place.show_settings("backmarket")
        else:
            self._place.window.show_room(self.trouble.room)

    def show_found(self, found: Sequence[Found]) -> None:
        """Say what of it is there now."""
        while (item := self.there.takeAt(0)) is not None:
            old = item.widget()
            if old is not None:
                old.hide()
                old.deleteLater()
        for one in found[:_MOST]:
            self.there.addWidget(_said(one))
        worst = any(one.level is Level.ERROR for one in found)
        if found:
            self.now.show_words(t("help.there_now"), Tone.BAD if worst else Tone.WARN)
        self.now.setVisible(bool(found))


class KnownTroubles(QWidget):
    """`look()` asks which are there: it reads many rows, so only when a person comes here."""

    def __init__(self, workplace: Workplace) -> None:
        super().__init__()
        mark(self, kind="clear")
        self._place = workplace
        self.verdict = PlainLabel("", wrap=True)
        self.look_button = ShortcutButton(msg("help.look_again"), "Ctrl+R", icon="refresh")
        self.look_button.clicked.connect(self.look)
        head = Card(t("help.troubles"))
        head.add(PlainLabel(t("help.troubles_note"), wrap=True))
        head.add(self.verdict)
        row = QHBoxLayout()
        row.addWidget(self.look_button)
        row.addStretch()
        head.add(row)
        self.area = ScrollColumn()
        self.area.column.addWidget(head)
        self.cards = {one.code: TroubleCard(one, workplace) for one in troubles.TROUBLES}
        for card in self.cards.values():
            self.area.column.addWidget(card)
        self.area.column.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.area)

    def look(self) -> None:
        """Look which of them are there now."""
        self.look_button.setEnabled(False)
        syncing = self._place.syncing
        has_secret = syncing.has_secret if syncing is not None else lambda _secret: True
        self._place.read(
            troubles.found, has_secret, then=self._show, failed=self._not_looked, key=(id(self), "troubles")
        )

    def go_to(self, code: str) -> None:
        """Put this trouble at the top; the first one for "" or one that is not known."""
        card = self.cards.get(code)
        inside = self.area.widget()
        if inside is not None:
            inside.adjustSize()  # cards have their places before they are on screen first
        top = card.y() if card is not None else 0
        self.area.verticalScrollBar().setValue(top)
        if card is not None:
            card.button.setFocus(Qt.FocusReason.OtherFocusReason)
            self.area.verticalScrollBar().setValue(top)

    def _show(self, found: tuple[Found, ...]) -> None:
        self.look_button.setEnabled(True)
        for code, card in self.cards.items():
            card.show_found([one for one in found if one.trouble.code == code])
        count = len({one.trouble.code for one in found})
        self.verdict.setText(t("help.found", count=count) if count else t("settings.support.no_trouble"))
        self.verdict.set_tone(Tone.WARN if count else Tone.OK)

    def _not_looked(self, failure: Failure) -> None:
        self.look_button.setEnabled(True)
        self._place.bridge.failure.emit(failure)


def place_words(trouble: Trouble) -> str:
    """Where it is mended, as the window calls that place."""
    return {
        "settings": t("help.settings_backmarket"),
        "sync": t("window.room.sync"),
        "orders": t("window.room.orders"),
    }[trouble.room]


def _said(found: Found) -> QWidget:
    words = [render(found.happened), render(found.todo) if found.todo is not None else ""]
    label = PlainLabel(broken(" ".join(part for part in words if part), 600), wrap=True)
    label.set_tone(level_tone(found.level))
    return label
