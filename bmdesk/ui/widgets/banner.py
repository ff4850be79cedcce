"""What went wrong, in three sentences, above the page until it is dismissed; a known trouble leads to help."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QToolButton, QVBoxLayout, QWidget

from bmdesk.texts import Failure, render, t
from bmdesk.ui.palette import Tone
from bmdesk.ui.theme import mark, set_icon, set_pixmap
from bmdesk.ui.widgets.label import PlainLabel

_ICONS = {
    Tone.OK: "check",
    Tone.WARN: "warning",
    Tone.BAD: "warning",
    Tone.INFO: "info",
    Tone.NEUTRAL: "info",
}
_MOST = 3


class Banner(QFrame):
    """One message. `dismissed` fires when the person closes it, `help_asked` when they want to know what to do;
    `explained` says whether help knows.
    """

    dismissed = Signal()
    help_asked = Signal()

    def __init__(self, tone: Tone, title: str, lines: list[str], *, explained: bool = False) -> None:
        super().__init__()
        self.words = (title, *lines)
        mark(self, kind="banner", tone=str(tone))
        self.setAccessibleName(" ".join(self.words))
        picture = QLabel()
        set_pixmap(picture, _ICONS[tone], str(tone), 20)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(PlainLabel(title, "heading", wrap=True))
        for line in lines:
            words.addWidget(PlainLabel(line, wrap=True))
        close = QToolButton()
        close.setAccessibleName(t("window.banner.dismiss"))
        close.setToolTip(t("window.banner.dismiss"))
        set_icon(close, "cross", "muted", 16)
        close.clicked.connect(self.dismissed)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 10, 8, 10)
        row.setSpacing(10)
        row.addWidget(picture)
        row.addLayout(words, 1)
        if explained:
            self.more = QPushButton(t("window.help.what_to_do"))
            self.more.setAccessibleName(f"{self.more.text()}: {title}")
            self.more.clicked.connect(self.help_asked)
            row.addWidget(self.more, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(close)


class BannerArea(QWidget):
    """Up to three messages, newest first. The same failure twice in a row is shown once."""

    shown_changed = Signal(bool)  # whether there is anything to dismiss
    help_asked = Signal(str)  # the address of what explains a failure

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(6)
        self._banners: list[Banner] = []
        self.explained_at: Callable[[str], str] = lambda _code: ""
        """Where help explains a failure with this code, "" where it does not; whoever knows help sets it."""
        self.hide()

    @property
    def banners(self) -> list[Banner]:
        return list(self._banners)

    def show_failure(self, failure: Failure) -> None:
        """Title, what happened, what to do."""
        address = self.explained_at(failure.code)
        lines = [render(failure.happened), render(failure.todo)]
        banner = Banner(Tone.BAD, render(failure.title), lines, explained=bool(address))
        banner.help_asked.connect(lambda: self.help_asked.emit(address))
        self._add(banner)

    def say(self, tone: Tone, title: str, *lines: str, for_ms: int = 0) -> None:
        """A message that is no failure; it goes by itself after `for_ms` if that is not 0."""
        banner = Banner(tone, title, list(lines))
        if self._add(banner) and for_ms:
            QTimer.singleShot(for_ms, banner, lambda: self._remove(banner))

    def dismiss_newest(self) -> bool:
        """Close the newest message. False if there is none."""
        if not self._banners:
            return False
        self._remove(self._banners[0])
        return True

    def clear(self) -> None:
        while self.dismiss_newest():
            pass

    def _add(self, banner: Banner) -> bool:
        if self._banners and self._banners[0].words == banner.words:
            banner.deleteLater()
            return False
        banner.dismissed.connect(lambda: self._remove(banner))
        self._banners.insert(0, banner)
        self._column.insertWidget(0, banner)
        while len(self._banners) > _MOST:
            self._remove(self._banners[-1])
        self.show()
        self.shown_changed.emit(True)
        return True

    def _remove(self, banner: Banner) -> None:
        if banner in self._banners:
            self._banners.remove(banner)
            self._column.removeWidget(banner)
            banner.hide()
            banner.deleteLater()
        self.setVisible(bool(self._banners))
        self.shown_changed.emit(bool(self._banners))
