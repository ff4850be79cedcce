"""Everything known of one unit, on one sheet; what may be done with it stands at the top.

Redraws itself from one snapshot. Knows no rule: it shows what the service says and calls services by name.
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QMenu, QToolButton, QVBoxLayout

from bmdesk.services.goods.unit_detail import UnitDetail
from bmdesk.texts import Failure, msg, t
from bmdesk.ui.palette import Tone
from bmdesk.ui.theme import set_icon
from bmdesk.ui.views.units import detail_cards
from bmdesk.ui.views.units.detail_actions import DetailActions
from bmdesk.ui.views.units.detail_cards import Sheet
from bmdesk.ui.views.units.photo_dialog import PhotoDialog
from bmdesk.ui.widgets.card import Card
from bmdesk.ui.widgets.detail_sheet import DetailSheet, cleared
from bmdesk.ui.widgets.facts import broken
from bmdesk.ui.widgets.label import PlainLabel
from bmdesk.ui.widgets.pill import Pill
from bmdesk.ui.widgets.shortcut_button import ShortcutButton
from bmdesk.ui.widgets.thumbnail_strip import Photo, ThumbnailStrip
from bmdesk.ui.words import grade_tone, grade_words, state_tone, state_words
from bmdesk.ui.workplace import Workplace

WIDTH = 470


class DetailPanel(DetailSheet):
    """`show_one(id)` of a unit."""

    seen: Sheet | None

    def __init__(self, workplace: Workplace) -> None:
        super().__init__(workplace, "units", msg("units_page.back"), WIDTH)
        self._photos: list[Photo] = []
        self.acts = DetailActions(self, workplace)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # a long life is read with the arrow keys
        self.setFocusProxy(self._scroll)
        self._build_head()
        self._build_sheet()

    @property
    def sentences(self) -> list[str]:
        """The history as it is shown, newest first."""
        return self._timeline.sentences

    def copy_identifiers(self) -> None:
        """Put the identifier into the clipboard; several stand in lines of their own."""
        if self.seen is not None:
            words = "\n".join(i.value for i in self.seen.unit.identifiers)
            QGuiApplication.clipboard().setText(words)
            self.workplace.window.say(
                Tone.OK, t("units_page.copied", text=words.replace("\n", ", ")), for_ms=2500
            )

    def open_photo(self, key: str) -> None:
        """Show this photo large."""
        PhotoDialog(self, self.workplace.bridge, self._photos, key).open()

    # -- drawing

    def _reading(self) -> tuple[object, ...]:
        return detail_cards.read_sheet, self.open_id

    def _draw(self, sheet: Sheet) -> tuple[Card | None, ...]:
        seen, row = sheet.unit, sheet.unit.row
        self.title.setText(broken(row.title or row.model_code or t("units_page.unknown_model"), 120))
        grade = grade_words(row.grade, row.own_grade)
        self.grade.setVisible(bool(grade))
        self.grade.show_words(grade[:40], grade_tone(row.grade) or Tone.NEUTRAL)
        self.state.show_words(state_words(row.state, row.gone_reason), state_tone(row.state))
        self.identifiers.setText(
            "\n".join(f"{i.kind.value.upper()} {i.value}" for i in seen.identifiers)
            or t("units_page.no_identifier")
        )
        self.acts.offer(seen)
        for place, make in self._places:
            cleared(place)
            if (card := make(sheet)) is not None:
                place.addWidget(card)
        self._draw_photos(seen)
        self._timeline.show_moments(detail_cards.moments(seen))
        self._history.set_title(t("units_page.history", count=len(seen.history)))
        broken_chain = bool(seen.breaks)
        self._chain.setText(t("units_page.chain_broken") if broken_chain else t("units_page.chain_whole"))
        self._chain.set_tone(Tone.BAD if broken_chain else None)
        return ()

    def _draw_photos(self, seen: UnitDetail) -> None:
        path = self.workplace.desk.photos.path
        # The same picture attached twice is one picture to look at.
        once = {photo.sha256: photo for photo in seen.photos}.values()
        self._photos = [Photo(p.sha256, p.name, path(p.sha256).read_bytes) for p in once]
        self._photo_card.setVisible(bool(self._photos))
        self._photo_card.set_title(t("units_page.photos", count=len(self._photos)))
        self.strip.show_photos(self._photos)

    def _missing(self, failure: Failure) -> None:
        self.acts.offer(None)
        super()._missing(failure)

    # -- how it is put together

    def _build_sheet(self) -> None:
        self._scroll.column.setContentsMargins(0, 0, 4, 0)
        sheet = QVBoxLayout()
        sheet.setSpacing(12)
        self._scroll.column.insertLayout(0, sheet)
        self._places = []
        for make in detail_cards.BEFORE_PHOTOS:
            place = QVBoxLayout()
            self._places.append((place, make))
            sheet.addLayout(place)
        self.strip = ThumbnailStrip(self.workplace.bridge)
        self.strip.setAcceptDrops(False)
        self.strip.opened.connect(self.open_photo)
        self.strip.removal_asked.connect(self.acts.remove_photo)
        self._photo_card = Card(t("units_page.photos", count=0))
        self._photo_card.add(self.strip)
        sheet.addWidget(self._photo_card)
        for make in detail_cards.AFTER_PHOTOS:
            place = QVBoxLayout()
            self._places.append((place, make))
            sheet.addLayout(place)
        self._history = Card(t("units_page.history", count=0))
        self._chain = PlainLabel("", "note", wrap=True)
        self._timeline = detail_cards.timeline()
        self._history.add(self._chain)
        self._history.add(self._timeline)
        sheet.addWidget(self._history)

    def _build_head(self) -> None:
        self.grade = Pill()
        self.state = Pill()
        self.identifiers = PlainLabel("", "code", wrap=True, selectable=True)
        pills = QHBoxLayout()
        pills.setSpacing(8)
        pills.addWidget(self.state)
        pills.addWidget(self.grade)
        pills.addStretch()
        bench = ShortcutButton(msg("units_page.to_bench"), "B", icon="scan", kind="primary")
        bench.clicked.connect(self.acts.take_to_bench)
        label = ShortcutButton(msg("units_page.label"), "P")
        label.clicked.connect(self.acts.label)
        self.repair_button = ShortcutButton(msg("units_page.repair"), "R")
        self.repair_button.clicked.connect(self.acts.repair)
        more = QToolButton()
        more.setAccessibleName(t("units_page.more"))
        more.setToolTip(t("units_page.more"))
        more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        set_icon(more, "more", "text", 18)
        menu = QMenu(more)
        menu.aboutToShow.connect(lambda: self.acts.fill_menu(menu))
        more.setMenu(menu)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        for button in (bench, label, self.repair_button):
            buttons.addWidget(button)
        buttons.addStretch()
        buttons.addWidget(more)
        self._head.add(pills)
        self._head.add(self.identifiers)
        self._head.add(buttons)
        self.setTabOrder(more, self._scroll)
