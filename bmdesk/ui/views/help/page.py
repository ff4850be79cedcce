"""The room that explains: pages at the left, the one that is read at the right, a search over all of them.

What it says stands in resources/help and in `services.troubles`; this module only leads there.
"""

from __future__ import annotations

from itertools import groupby

from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from bmdesk.services import troubles
from bmdesk.texts import msg, t
from bmdesk.ui.shortcuts import bind, in_force
from bmdesk.ui.theme import px
from bmdesk.ui.views.help import pages
from bmdesk.ui.views.help.contents import Contents, Line
from bmdesk.ui.views.help.known_troubles import KnownTroubles
from bmdesk.ui.views.help.pages import TROUBLES, HelpText
from bmdesk.ui.views.help.reader import HelpReader
from bmdesk.ui.widgets.cheat_sheet import together
from bmdesk.ui.widgets.landing import lands_on
from bmdesk.ui.widgets.search_box import SearchBox
from bmdesk.ui.widgets.shortcut_button import ShortcutButton
from bmdesk.ui.widgets.toolbar import ToolbarRow
from bmdesk.ui.workplace import Workplace

FIRST = "tour"
_LIST_WIDTH = 250
_WIDEST = 940  # pixels: longer lines are hard to read
_MOST_HITS = 60
_MOST_BEFORE = 50
_SHORTEST = 2
_PICTURES = {
    "tour": "star",
    "operator": "scan",
    "packer": "pack",
    "supervisor": "user",
    "owner": "chart",
    TROUBLES: "warning",
    "keys": "keyboard",
    "labels": "printer",
    "offline": "hold",
}
"""Every page in the order of the list, and its picture."""


class HelpPage(QWidget):
    """`show_address("packer#pack")` opens a page at a place, as a link, a room's "?" and a banner do."""

    def __init__(self, workplace: Workplace) -> None:
        super().__init__()
        self.workplace = workplace
        self.header_status = ""
        self.address = ""
        self._before: list[str] = []
        self.search = SearchBox(t("help.search"))
        self.search.setFixedWidth(px(_LIST_WIDTH))
        self.search.searched.connect(self._search)
        self.back = ShortcutButton(msg("help.back"), "Alt+Left", icon="chevron-left")
        self.back.clicked.connect(self.go_back)
        self.back.setEnabled(False)
        bar = ToolbarRow(self.search)
        bar.add_right(self.back)
        self.list = Contents(t("help.pages"))
        self.list.setFixedWidth(px(_LIST_WIDTH))
        self.list.chosen.connect(self.show_address)
        self.reader = HelpReader(t("help.reader"))
        self.reader.followed.connect(self.follow)
        self.troubles = KnownTroubles(workplace)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.reader)
        self._stack.addWidget(self.troubles)
        self._stack.setMaximumWidth(px(_WIDEST))
        row = QHBoxLayout()
        row.setSpacing(14)
        row.addWidget(self.list)
        row.addWidget(self._stack, 100)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(bar)
        column.addLayout(row, 1)
        bind(self, "Ctrl+F", msg("help.search"), self.search.setFocus)
        lands_on(self, self.list)
        workplace.help_asked.connect(self.show_address)
        self._list_pages()

    def entered(self) -> None:
        """Where it was left, or the tour."""
        if not self.address:
            self.show_address(FIRST)
        elif self._stack.currentWidget() is self.troubles:
            self.troubles.look()

    def show_address(self, address: str) -> None:
        """Open this page at this place; what is not there leads to its page, or to the tour."""
        if self.address and address != self.address:
            self._before = [*self._before[-_MOST_BEFORE:], self.address]
            self.back.setEnabled(True)
        self._open(address)

    def follow(self, link: str) -> None:
        """Go where a link leads: a page of help, a room, a section of the settings. Nowhere else."""
        kind, _, where = link.partition(":")
        window = self.workplace.window
        if kind == "help":
            self.show_address(where)
        elif kind == "settings" and window.has_room("settings"):
            self.workplace.show_settings(where)
        elif kind == "room" and window.has_room(where):
            window.show_room(where)

    def go_back(self) -> None:
        """The page before this one."""
        if self._before:
            self._open(self._before.pop())
        self.back.setEnabled(bool(self._before))

    # -- what is shown

    def _open(self, address: str) -> None:
        key, _, place = address.partition("#")
        if key != TROUBLES and key not in pages.PAGES:
            key, place = FIRST, ""
        self.address = f"{key}#{place}" if place else key
        if key == TROUBLES:
            self._stack.setCurrentWidget(self.troubles)
            self.troubles.look()
            self.troubles.go_to(_trouble(place))
        else:
            text = self._text(key)
            self._stack.setCurrentWidget(self.reader)
            self.reader.show_text(text, _number(text, place), self._sought())
        self.list.choose(key)

    def _text(self, key: str) -> HelpText:
        text = pages.page(key)
        if key != "keys":
            return text
        rows = [
            f"| `{' '.join(line.keys.split())}` | {line.meaning} |"
            for line in together(in_force(self.workplace.window))
        ]
        table = "\n".join([f"| {t('help.key')} | {t('help.key_does')} |", "|---|---|", *rows])
        return HelpText(text.key, f"{text.markdown}\n{table}\n", text.sections)

    def _sought(self) -> tuple[str, ...]:
        words = self.search.text().strip()
        return tuple(words.split()) if len(words) >= _SHORTEST else ()

    def _search(self, words: str) -> None:
        if len(words) < _SHORTEST:
            self._list_pages()
            self._open(self.address or FIRST)
            return
        lines: list[Line] = []
        for page, hits in groupby(pages.search(words)[:_MOST_HITS], key=lambda hit: hit.page):
            for at, hit in enumerate(hits):
                if at == 0:
                    lines.append(Line(hit.title, "" if hit.number else page, _PICTURES[page]))
                if hit.number:
                    lines.append(Line(hit.heading, hit.address))
        self.list.show_lines(lines or [Line(t("help.nothing_found"))])
        self.list.go_to_first()

    def _list_pages(self) -> None:
        titles = {TROUBLES: t("help.troubles")}
        self.list.show_lines(
            [
                Line(titles.get(key) or pages.page(key).title, key, picture)
                for key, picture in _PICTURES.items()
            ]
        )


def _number(text: HelpText, place: str) -> int:
    """Which section of the page this place is; a search names it by its number."""
    if place.isdigit():
        return int(place)
    return next((at for at, section in enumerate(text.sections) if section.place == place and place), 0)


def _trouble(place: str) -> str:
    """The code of the trouble at this place; a search names it by its number, of which the first is the page's head."""
    if not place.isdigit():
        return place
    at = int(place) - 1
    return troubles.TROUBLES[at].code if 0 <= at < len(troubles.TROUBLES) else ""
