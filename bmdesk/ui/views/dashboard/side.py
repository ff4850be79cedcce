"""What stands around the figures: the ways to other rooms, and at the foot how things stand this minute."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPaintEvent
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QPushButton,
    QSizePolicy,
    QStyle,
    QStyleOptionButton,
    QStylePainter,
)

from bmdesk.services.figures.dashboard import Footer
from bmdesk.texts import Text, locale, msg, t
from bmdesk.ui.palette import Tone
from bmdesk.ui.theme import colour, mark, px
from bmdesk.ui.widgets.card import Card
from bmdesk.ui.widgets.shortcut_button import ShortcutButton
from bmdesk.ui.words import NOTHING

_SPARE = 16  # pixels of its padding that a button can do without
_WELL = 0.98  # from this share on all that is to be sent gets there


class QuickActions(Card):
    """Six rooms, a key each."""

    def __init__(self, go: Callable[[str], object]) -> None:
        super().__init__(t("dashboard_page.quick"))
        grid = QGridLayout()
        grid.setSpacing(8)
        self.buttons: dict[str, ShortcutButton] = {}
        for number, (key, words, keys, icon) in enumerate(_actions()):
            button = _Way(words, keys, icon=icon)
            button.clicked.connect(lambda _=False, key=key: go(key))
            self.buttons[key] = button
            grid.addWidget(button, number // 2, number % 2)
        for across in range(2):
            grid.setColumnStretch(across, 1)
        self.body.addStretch()
        self.add(grid)
        self.body.addStretch()


class _Way(ShortcutButton):
    """Gives up showing its key before it gives up its words."""

    def __init__(self, words: Text, keys: str, *, icon: str) -> None:
        super().__init__(words, keys, icon=icon)
        self.setToolTip(f"{self.text()}  {self.keys}")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def minimumSizeHint(self) -> QSize:
        return QPushButton.sizeHint(self)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.width() < self.sizeHint().width() - _SPARE:
            QPushButton.paintEvent(self, event)
        else:
            super().paintEvent(event)


class FootBar(QFrame):
    """What waits, what failed, what is sold out, and which share got through; each leads to where it is dealt with."""

    def __init__(self, go: Callable[[str], object]) -> None:
        super().__init__()
        mark(self, kind="card")
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(8, 4, 8, 4)
        self._grid.setSpacing(6)
        self.queued = FootButton(t("dashboard_page.foot_queued"))
        self.errors = FootButton(t("dashboard_page.foot_errors"))
        self.sold_out = FootButton(t("dashboard_page.foot_sold_out"))
        self.rate = FootButton(t("dashboard_page.foot_rate"))
        for key, button in (
            ("queue", self.queued),
            ("queue", self.errors),
            ("listings", self.sold_out),
            ("sync", self.rate),
        ):
            button.clicked.connect(lambda _=False, key=key: go(key))
        self.fit(narrow=False)

    def fit(self, *, narrow: bool) -> None:
        """In one line, or in two where there is less room."""
        across = 2 if narrow else 4
        for number, button in enumerate((self.queued, self.errors, self.sold_out, self.rate)):
            self._grid.addWidget(button, number // across, number % across)
        for column in range(4):
            self._grid.setColumnStretch(column, 1 if column < across else 0)

    def show_footer(self, footer: Footer) -> None:
        """How things stand now."""
        self.queued.show_value(locale.number(footer.queued), Tone.INFO if footer.queued else Tone.OK)
        self.errors.show_value(locale.number(footer.errors), Tone.BAD if footer.errors else Tone.OK)
        tone = Tone.WARN if footer.out_of_stock else Tone.OK
        self.sold_out.show_value(locale.number(footer.out_of_stock), tone)
        if footer.sync_rate is None:
            self.rate.show_value(NOTHING, Tone.NEUTRAL)
        else:
            share = t("dashboard.percent", number=locale.number(100 * footer.sync_rate, 1))
            self.rate.show_value(share, Tone.OK if footer.sync_rate >= _WELL else Tone.WARN)


class FootButton(QPushButton):
    """A dot in its tone, words, and a value."""

    def __init__(self, words: str) -> None:
        super().__init__()
        mark(self, kind="flat")
        self._words, self._value, self._tone = words, NOTHING, Tone.NEUTRAL
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(words)

    def show_value(self, value: str, tone: Tone) -> None:
        """Change what it says."""
        if (value, tone) != (self._value, self._tone):
            self._value, self._tone = value, tone
            self.setAccessibleName(f"{self._words}: {value}")
            self.setToolTip(self.accessibleName())
            self.update()

    @property
    def value(self) -> str:
        """What stands behind the words."""
        return self._value

    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(self._made_font(QFont.Weight.DemiBold))
        return QSize(metrics.horizontalAdvance(f"{self._words} {self._value}") + 48, px(30))

    def minimumSizeHint(self) -> QSize:
        return QSize(px(100), px(30))

    def paintEvent(self, event: QPaintEvent) -> None:
        option = QStyleOptionButton()
        self.initStyleOption(option)
        painter = QStylePainter(self)
        painter.drawControl(QStyle.ControlElement.CE_PushButtonBevel, option)
        painter.setRenderHint(QStylePainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour(self._tone))
        line = QRectF(self.rect()).adjusted(10, 0, -8, 0)
        painter.drawEllipse(QRectF(line.left(), line.center().y() - 4, 8, 8))
        bold = self._made_font(QFont.Weight.DemiBold)
        value = QFontMetrics(bold).horizontalAdvance(self._value)
        painter.setFont(self._made_font(QFont.Weight.Normal))
        painter.setPen(colour("muted"))
        words = painter.fontMetrics().elidedText(
            self._words, Qt.TextElideMode.ElideRight, int(line.width()) - value - 26
        )
        left = line.adjusted(16, 0, 0, 0)
        painter.drawText(left, Qt.AlignmentFlag.AlignVCenter, words)
        left.adjust(painter.fontMetrics().horizontalAdvance(words) + 8, 0, 0, 0)
        painter.setFont(bold)
        painter.setPen(colour("text"))
        painter.drawText(left, Qt.AlignmentFlag.AlignVCenter, self._value)

    def _made_font(self, weight: QFont.Weight) -> QFont:
        font = QFont(self.font())
        font.setPixelSize(px(13))
        font.setWeight(weight)
        return font


def _actions() -> tuple[tuple[str, Text, str, str], ...]:
    return (
        ("products", msg("dashboard_page.quick_products"), "Alt+P", "tag"),
        ("orders", msg("dashboard_page.quick_orders"), "Alt+O", "orders"),
        ("customers", msg("dashboard_page.quick_customers"), "Alt+C", "customers"),
        ("queue", msg("dashboard_page.quick_queue"), "Alt+Q", "sync"),
        ("logs", msg("dashboard_page.quick_logs"), "Alt+L", "history"),
        ("settings", msg("dashboard_page.quick_settings"), "Alt+S", "settings"),
    )
