"""The markets of one account as a list to tick: those chosen stand first, in their order; the first is the main one."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from bmdesk.domain.markets import Region, known_market, markets_of
from bmdesk.texts import msg, render, t
from bmdesk.ui.shortcuts import bind
from bmdesk.ui.theme import mark, px
from bmdesk.ui.views.settings.fields import Editor
from bmdesk.ui.widgets.label import PlainLabel
from bmdesk.ui.widgets.shortcut_button import ShortcutButton

_WIDTH = 330
_ROW = 28
_LOCALE = int(Qt.ItemDataRole.UserRole)


class MarketList(QWidget):
    """`chosen` fires when a person ticked or moved a market."""

    chosen = Signal()

    def __init__(self) -> None:
        super().__init__()
        mark(self, kind="clear")
        self._region = Region.EU
        self._filling = False
        self._value = ""
        self.list = QListWidget()
        self.list.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setUniformItemSizes(True)
        self.list.itemChanged.connect(self._ticked)
        self.strays = PlainLabel("", "error", wrap=True)
        self.strays.hide()
        self.up = ShortcutButton(msg("settings.table.up"), icon="chevron-up")
        self.down = ShortcutButton(msg("settings.table.down"), icon="chevron-down")
        row = QHBoxLayout()
        row.setSpacing(6)
        for button, keys, meaning, step in (
            (self.up, "Alt+Up", msg("settings.table.up"), -1),
            (self.down, "Alt+Down", msg("settings.table.down"), 1),
        ):
            button.clicked.connect(lambda _=False, step=step: self.move_by(step))
            button.setToolTip(keys)
            bind(self, keys, meaning, lambda step=step: self.move_by(step), local=True)  # type: ignore[misc]
            row.addWidget(button)
        row.addStretch()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.strays)
        column.addWidget(self.list)
        column.addLayout(row)
        column.addWidget(PlainLabel(t("settings.bm.markets_note"), "note", wrap=True))
        self.setFocusProxy(self.list)

    def set_region(self, region: Region) -> None:
        """Offer the markets of this platform."""
        if region is not self._region:
            self._region = region
            self.show_value(self._value)

    def value(self) -> str:
        """The ticked markets as the setting keeps them."""
        return ",".join(self._ticks())

    def show_value(self, value: str) -> None:
        """Tick these; none stands for the platform's first market."""
        self._value = value
        given = [one for one in value.split(",") if one]
        offered = [market.locale for market in markets_of(self._region)]
        strays = [one for one in given if one not in offered]
        self.strays.setText(t("settings.bm.strays", markets=", ".join(strays)) if strays else "")
        self.strays.setVisible(bool(strays))
        ticked = [one for one in given if one in offered] or ([] if strays else offered[:1])
        self._draw(ticked)

    def move_by(self, step: int) -> None:
        """Move the current market up or down among the ticked ones."""
        at, ticked = self.list.currentRow(), self._ticks()
        if 0 <= at < len(ticked) and 0 <= at + step < len(ticked):
            ticked[at], ticked[at + step] = ticked[at + step], ticked[at]
            self._draw(ticked, at + step)
            self.chosen.emit()

    def _ticks(self) -> list[str]:
        items = (self.list.item(number) for number in range(self.list.count()))
        return [item.data(_LOCALE) for item in items if item.checkState() == Qt.CheckState.Checked]

    def _ticked(self, item: QListWidgetItem) -> None:
        if not self._filling:
            ticked = self._ticks()
            locale = item.data(_LOCALE)
            if locale in ticked:  # the new one goes last: it must not become the main market by itself
                ticked = [*(one for one in ticked if one != locale), locale]
            ordered = [*ticked, *(one.locale for one in markets_of(self._region) if one.locale not in ticked)]
            self._draw(ticked, ordered.index(locale))
            self.chosen.emit()

    def _draw(self, ticked: list[str], current: int = -1) -> None:
        self._filling = True
        self.list.clear()
        rest = [market.locale for market in markets_of(self._region) if market.locale not in ticked]
        for locale in (*ticked, *rest):
            market = known_market(locale)
            assert market is not None, "only markets of a platform are drawn"
            is_main = bool(ticked) and locale == ticked[0]
            words = t(
                "settings.bm.market_main" if is_main else "settings.bm.market",
                country=render(market.country),
                locale=locale,
                currency=market.currency,
            )
            item = QListWidgetItem(words)
            item.setData(_LOCALE, locale)
            item.setFlags(
                Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsUserCheckable
            )
            item.setCheckState(Qt.CheckState.Checked if locale in ticked else Qt.CheckState.Unchecked)
            font = item.font()
            font.setBold(is_main)
            item.setFont(font)
            self.list.addItem(item)
        if current >= 0:
            self.list.setCurrentRow(current)
        height = sum(self.list.sizeHintForRow(row) for row in range(self.list.count()))
        self.list.setFixedHeight(max(height, px(_ROW)) + 12)
        self._filling = False


def market_editor(name: str) -> tuple[Editor, MarketList]:
    """The list as a setting's field sees it."""
    widget = MarketList()
    widget.list.setAccessibleName(name)
    editor = Editor(widget, widget.value, widget.show_value)
    widget.chosen.connect(editor.given)
    return editor, widget


def widen(editor: Editor) -> None:
    """A field gives every editor the same width; names of markets need more."""
    editor.widget.setFixedWidth(px(_WIDTH))
