"""What must be said aloud: each with what happened, what to do, and the button that does it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from bmdesk.services import troubles
from bmdesk.texts import render, t
from bmdesk.ui.theme import mark, set_icon, set_pixmap
from bmdesk.ui.views.sync.standing import Remedy, Said
from bmdesk.ui.views.sync.words import short
from bmdesk.ui.widgets.facts import broken
from bmdesk.ui.widgets.hint import hint
from bmdesk.ui.widgets.label import PlainLabel
from bmdesk.ui.words import level_tone


class ConcernRow(QFrame):
    """One concern. `asked` when its button is pressed, `help_asked` where it is a known trouble and somebody asks."""

    asked = Signal(object)  # Said
    help_asked = Signal(str)  # the address of what explains it

    def __init__(self, said: Said) -> None:
        super().__init__()
        concern = said.concern
        tone = level_tone(concern.level)
        mark(self, kind="banner", tone=str(tone))
        words = (render(concern.title), render(concern.happened), render(concern.todo))
        self.setAccessibleName(" ".join(words))
        picture = QLabel()
        set_pixmap(picture, "warning", str(tone), 20)
        text = QVBoxLayout()
        text.setSpacing(2)
        text.addWidget(PlainLabel(broken(short(words[0])), "heading", wrap=True))
        text.addWidget(PlainLabel(broken(f"{words[1]} {words[2]}", 1200), wrap=True))
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 8, 10, 8)
        row.setSpacing(10)
        row.addWidget(picture, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(text, 1)
        self.button = QPushButton(remedy_words(said.remedy) if said.remedy else "")
        self.button.setAccessibleName(f"{self.button.text()}: {words[0]}")
        self.button.clicked.connect(lambda: self.asked.emit(said))
        row.addWidget(self.button, 0, Qt.AlignmentFlag.AlignVCenter)
        self.button.setVisible(said.remedy is not None)
        trouble = troubles.of_concern(concern)
        if trouble is not None:
            row.addWidget(self._help_button(words[0], f"troubles#{trouble.code}"))

    def _help_button(self, title: str, address: str) -> QToolButton:
        button = QToolButton()
        what = t("window.help.what_to_do")
        button.setAccessibleName(f"{what}: {title}")
        button.setToolTip(what)
        set_icon(button, "help", "muted", 20)
        button.clicked.connect(lambda: self.help_asked.emit(address))
        return button


class ConcernList(QWidget):
    """All concerns, the gravest first; rebuilt only when something else is to be said."""

    asked = Signal(object)  # Said
    help_asked = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        mark(self, kind="clear")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        self._shown: tuple[Said, ...] = ()
        self.rows: list[ConcernRow] = []
        self.hide()

    def show_all(self, said: Sequence[Said]) -> None:
        """Say these."""
        if tuple(said) == self._shown:
            return
        self._shown = tuple(said)
        for row in self.rows:
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
        self.rows = [ConcernRow(one) for one in said]
        for row in self.rows:
            row.asked.connect(self.asked)
            row.help_asked.connect(self.help_asked)
            self._column.addWidget(row)
        self.setVisible(bool(said))


class ConcernLine(QFrame):
    """The gravest concern in one line, above the lists, which wait for it. `more_asked` for the rest."""

    asked = Signal(object)  # Said
    more_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        mark(self, kind="banner")
        self._said: Said | None = None
        self._picture = QLabel()
        self.title = PlainLabel("", "heading")
        self.happened = PlainLabel()
        self.happened.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.button = QPushButton(t("sync_page.show_queue"))
        self.button.clicked.connect(lambda: self.asked.emit(self._said))
        self.more = QPushButton(t("sync_page.details"))
        self.more.clicked.connect(self.more_asked)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 8, 6)
        row.setSpacing(10)
        row.addWidget(self._picture)
        row.addWidget(self.title)
        row.addWidget(self.happened, 1)
        row.addWidget(self.button)
        row.addWidget(self.more)
        self.hide()

    def show_first(self, said: Sequence[Said]) -> None:
        """Say the first of these and how many more there are."""
        self.setVisible(bool(said))
        if not said:
            self._said = None
            return
        first = said[0]
        self._said = first
        tone = level_tone(first.concern.level)
        mark(self, kind="banner", tone=str(tone))
        set_pixmap(self._picture, "warning", str(tone), 18)
        title, happened = short(render(first.concern.title), 60), short(render(first.concern.happened))
        self.title.setText(title)
        self.happened.setText(happened)
        self.setToolTip(hint(f"{title}\n{happened}\n{render(first.concern.todo)}"))
        self.setAccessibleName(f"{title} {happened}")
        self.button.setVisible(first.remedy is not None)
        if first.remedy is not None:
            self.button.setText(remedy_words(first.remedy))
        more = len(said) - 1
        self.more.setText(t("sync_page.more", count=more) if more else t("sync_page.details"))


def remedy_words(remedy: Remedy) -> str:
    """What the button says."""
    match remedy:
        case Remedy.TEST:
            return t("sync_page.test")
        case Remedy.RESUME:
            return t("sync_page.resume")
        case Remedy.CONFIRM:
            return t("sync_page.confirm_machine")
        case Remedy.SYNC:
            return t("sync_page.sync_now")
        case Remedy.QUEUE:
            return t("sync_page.show_queue")
        case Remedy.ODOO_ASIDE:
            return t("sync_page.show_queue")
        case Remedy.LISTINGS:
            return t("sync_page.open_listings")
        case Remedy.SETTINGS:
            return t("sync_page.open_settings")
