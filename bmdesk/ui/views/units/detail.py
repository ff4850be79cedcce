"""Everything known of one unit, on one sheet; what may be done with it stands at the top.

Redraws itself from one snapshot. Knows no rule: it shows what the service says and calls services by name.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QScrollArea, QToolButton, QVBoxLayout, QWidget

from bmdesk.services.unit_detail import UnitDetail
from bmdesk.texts import Failure, msg, render, t
from bmdesk.ui.palette import Tone
from bmdesk.ui.shortcuts import bind
from bmdesk.ui.theme import mark, set_icon
from bmdesk.ui.views.units import detail_cards
from bmdesk.ui.views.units.detail_actions import DetailActions
from bmdesk.ui.views.units.detail_cards import Sheet
from bmdesk.ui.views.units.photo_dialog import PhotoDialog
from bmdesk.ui.widgets.card import Card
from bmdesk.ui.widgets.empty_state import EmptyState
from bmdesk.ui.widgets.facts import broken
from bmdesk.ui.widgets.label import PlainLabel
from bmdesk.ui.widgets.pill import Pill
from bmdesk.ui.widgets.shortcut_button import ShortcutButton
from bmdesk.ui.widgets.thumbnail_strip import Photo, ThumbnailStrip
from bmdesk.ui.words import grade_tone, grade_words, state_tone, state_words
from bmdesk.ui.workplace import Workplace


class DetailPanel(QWidget):
    """`show_unit(id)`; `closed` when the person wants the list back."""

    closed = Signal()
    shown = Signal(str)  # the unit's id, once its sheet is drawn

    def __init__(self, workplace: Workplace) -> None:
        super().__init__()
        self.workplace = workplace
        self.unit_id = ""
        self.seen: UnitDetail | None = None
        self._drawn: Sheet | None = None
        self._photos: list[Photo] = []
        self.acts = DetailActions(self, workplace)
        self.setMinimumWidth(470)
        self._build()

    def show_unit(self, unit_id: str) -> None:
        """Read this unit and draw it; the sheet before it stays until then."""
        if unit_id != self.unit_id:
            self.unit_id = unit_id
            self._scroll.verticalScrollBar().setValue(0)
        self.refresh()

    def refresh(self) -> None:
        """Read the same unit again."""
        if self.unit_id:
            self.workplace.read(
                detail_cards.read_sheet,
                self.unit_id,
                then=self._draw,
                failed=self._missing,
                key=(id(self), "unit"),
            )

    @property
    def sentences(self) -> list[str]:
        """The history as it is shown, newest first."""
        return self._timeline.sentences

    def copy_identifiers(self) -> None:
        """Put the identifier into the clipboard; several stand in lines of their own."""
        if self.seen is not None:
            words = "\n".join(i.value for i in self.seen.identifiers)
            QGuiApplication.clipboard().setText(words)
            self.workplace.window.say(
                Tone.OK, t("units_page.copied", text=words.replace("\n", ", ")), for_ms=2500
            )

    def open_photo(self, key: str) -> None:
        """Show this photo large."""
        PhotoDialog(self, self.workplace.bridge, self._photos, key).open()

    # -- drawing

    def _draw(self, sheet: Sheet) -> None:
        seen = sheet.unit
        if sheet == self._drawn:  # something else changed: a person may be reading or selecting here
            return
        self._drawn = sheet
        self.seen = seen
        row = seen.row
        self._empty.hide()
        self._scroll.show()
        self._head.show()
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
        for place, make in self._cards:
            _replace(place, make(sheet))
        self._draw_photos(seen)
        self._timeline.show_moments(detail_cards.moments(seen))
        self._history.set_title(t("units_page.history", count=len(seen.history)))
        broken_chain = bool(seen.breaks)
        self._chain.setText(t("units_page.chain_broken") if broken_chain else t("units_page.chain_whole"))
        self._chain.set_tone(Tone.BAD if broken_chain else None)
        self.shown.emit(row.id)

    def _draw_photos(self, seen: UnitDetail) -> None:
        path = self.workplace.desk.photos.path
        # The same picture attached twice is one picture to look at.
        once = {photo.sha256: photo for photo in seen.photos}.values()
        self._photos = [Photo(p.sha256, p.name, path(p.sha256).read_bytes) for p in once]
        self._photo_card.setVisible(bool(self._photos))
        self._photo_card.set_title(t("units_page.photos", count=len(self._photos)))
        self.strip.show_photos(self._photos)

    def _missing(self, failure: Failure) -> None:
        self.seen = None
        self._drawn = None
        self.acts.offer(None)
        self._scroll.hide()
        self._head.hide()
        self._empty.set_words(render(failure.title), render(failure.happened))
        self._empty.show()

    # -- how it is put together

    def _build(self) -> None:
        self._empty = EmptyState(
            "units", "", action=t("units_page.back"), on_action=lambda *_: self.closed.emit()
        )
        self._empty.hide()
        self._head = self._build_head()
        self._sheet = QWidget()
        mark(self._sheet, kind="clear")
        sheet = QVBoxLayout(self._sheet)
        sheet.setContentsMargins(0, 0, 4, 0)
        sheet.setSpacing(12)
        self._cards = []
        for make in detail_cards.BEFORE_PHOTOS:
            place = QVBoxLayout()
            self._cards.append((place, make))
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
            self._cards.append((place, make))
            sheet.addLayout(place)
        self._history = Card(t("units_page.history", count=0))
        self._chain = PlainLabel("", "note", wrap=True)
        self._timeline = detail_cards.timeline()
        self._history.add(self._chain)
        self._history.add(self._timeline)
        sheet.addWidget(self._history)
        sheet.addStretch()
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setWidget(self._sheet)
        self.setFocusProxy(self._scroll)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(self._head)
        column.addWidget(self._scroll, 1)
        column.addWidget(self._empty, 1)

    def _build_head(self) -> Card:
        head = Card()
        self.title = PlainLabel("", "title", wrap=True)
        self.grade = Pill()
        self.state = Pill()
        self.identifiers = PlainLabel("", "code", wrap=True, selectable=True)
        close = QToolButton()
        close.setAccessibleName(t("units_page.back"))
        close.setToolTip(t("units_page.back"))
        set_icon(close, "cross", "muted", 18)
        close.clicked.connect(self.closed)
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(self.title, 1)
        top.addWidget(close, 0, Qt.AlignmentFlag.AlignTop)
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
        head.add(top)
        head.add(pills)
        head.add(self.identifiers)
        head.add(buttons)
        bind(self, "Alt+Left", msg("units_page.back"), self.closed.emit)
        return head


def _replace(place: QVBoxLayout, card: QWidget | None) -> None:
    """Put this card where the last one of its kind stood."""
    while (item := place.takeAt(0)) is not None:
        old = item.widget()
        if old is not None:
            old.hide()
            old.deleteLater()
    if card is not None:
        place.addWidget(card)
