"""Cosmetic faults: pick a zone on the picture, say what it is, say how bad. Photos belong beside them."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from bmdesk.domain.commands import AddDefect
from bmdesk.domain.inspection import Checklist, Coded, Defect, Zone
from bmdesk.services.grading.bench_view import UnitInHand
from bmdesk.store.photos import Photos
from bmdesk.texts import msg, render, t
from bmdesk.ui.bridge import Bridge
from bmdesk.ui.theme import mark, px, set_icon
from bmdesk.ui.views.bench.floating import Ask, Choice
from bmdesk.ui.views.bench.roomy import RoomyButton
from bmdesk.ui.widgets.card import Card
from bmdesk.ui.widgets.device_picture import DevicePicture, ZoneMark
from bmdesk.ui.widgets.hint import hint
from bmdesk.ui.widgets.label import PlainLabel
from bmdesk.ui.widgets.pill import Pill
from bmdesk.ui.widgets.scroll import scrolling
from bmdesk.ui.widgets.thumbnail_strip import Photo, ThumbnailStrip
from bmdesk.ui.words import sentence, severity_tone


class DefectsCard(Card):
    """`told(AddDefect)`, `removal_asked(defect id)`. Zone, kind, severity: three clicks or three keys after F10."""

    told = Signal(object)
    removal_asked = Signal(str)

    def __init__(self, ask: Ask) -> None:
        super().__init__(t("bench_page.defects"))
        self._ask = ask
        self._checklist: Checklist | None = None
        self._shown: tuple[str, tuple[tuple[str, Defect], ...]] | None = None
        self.add_button = RoomyButton(
            msg("bench_page.add_defect"), "F10", meaning=msg("bench_page.key_defect"), icon="plus", small=True
        )
        self.add_button.clicked.connect(self._ask_zone)
        self.add_action(self.add_button)
        self.picture = DevicePicture(t("bench_page.defects_picture"))
        self.picture.setMinimumSize(200, 130)
        self.picture.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        self.picture.zone_chosen.connect(self._ask_kind)
        ask.closed.connect(lambda: self.picture.show_chosen(""))
        self.add(self.picture, 1)
        self._list = QVBoxLayout()
        self._list.setContentsMargins(0, 0, 4, 0)
        self._list.setSpacing(4)
        self.none = PlainLabel(t("bench_page.no_defects"), "note", wrap=True)
        self._list.addWidget(self.none)
        self._list.addStretch()
        self.rows: list[DefectRow] = []
        holder = QWidget()
        mark(holder, kind="clear")
        holder.setLayout(self._list)
        area = scrolling(holder)
        area.setFixedHeight(px(70))  # three lines and no more: the page must not jump when a fourth comes
        self.add(area)

    def show_unit(self, unit: UnitInHand) -> None:
        """Redraw in place."""
        if unit.checklist is not self._checklist:
            self._checklist = unit.checklist
            zones = unit.checklist.zones if unit.checklist else ()
            self.picture.show_device(unit.checklist.category if unit.checklist else "phone", zones)
            self.add_button.setEnabled(unit.checklist is not None)
            self._shown = None
        if (unit.row.id, unit.defects) == self._shown:
            return
        self._shown = (unit.row.id, unit.defects)
        self.picture.show_marks(_marks(unit.defects))
        while len(self.rows) < len(unit.defects):
            row = DefectRow()
            row.removal_asked.connect(self.removal_asked)
            self.rows.append(row)
            self._list.insertWidget(len(self.rows), row)
        for number, row in enumerate(self.rows):
            row.setVisible(number < len(unit.defects))
            if number < len(unit.defects) and self._checklist is not None:
                row.show_defect(*unit.defects[number], self._checklist)
        self.none.setVisible(not unit.defects)

    def _ask_zone(self) -> None:
        if self._checklist is not None:
            zones = [Choice(zone.code, zone.title) for zone in self._checklist.zones]
            self._ask.ask(t("bench_page.defect_where"), zones, self._ask_kind)

    def _ask_kind(self, zone: str) -> None:
        if self._checklist is None:
            return
        kinds = [Choice(kind.code, kind.title) for kind in self._checklist.defects]
        title = t("bench_page.defect_what", zone=_title(zone, self._checklist.zones))
        self._ask.ask(title, kinds, lambda kind: self._ask_severity(zone, kind))
        self.picture.show_chosen(zone)

    def _ask_severity(self, zone: str, kind: str) -> None:
        if self._checklist is None:
            return
        words = (
            t("bench_page.severity_1"),
            t("bench_page.severity_2"),
            t("bench_page.severity_3"),
        )
        choices = [Choice(str(number), said) for number, said in enumerate(words, 1)]
        title = t(
            "bench_page.defect_how_bad",
            kind=_title(kind, self._checklist.defects),
            zone=_title(zone, self._checklist.zones),
        )
        self._ask.ask(title, choices, lambda s: self.told.emit(AddDefect(zone, kind, int(s))), columns=3)
        self.picture.show_chosen(zone)


class DefectRow(QWidget):
    """One defect with a button that takes it away."""

    removal_asked = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        mark(self, kind="clear")
        self._id = ""
        self.pill = Pill()
        self.words = PlainLabel()
        self.words.setMinimumWidth(px(40))
        self.remove = QToolButton()
        set_icon(self.remove, "cross", "muted", 16)
        self.remove.clicked.connect(lambda: self.removal_asked.emit(self._id))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.pill)
        row.addWidget(self.words, 1)
        row.addWidget(self.remove)

    def show_defect(self, defect_id: str, defect: Defect, checklist: Checklist) -> None:
        """Say where it is, what it is and how bad."""
        self._id = defect_id
        words = t(
            "bench_page.defect",
            zone=_title(defect.zone, checklist.zones),
            kind=_title(defect.kind, checklist.defects),
        )
        self.words.setText(words)
        self.words.setToolTip(hint(words))
        severity = render(msg(f"grading.severity_{min(max(defect.severity, 1), 3)}"))
        self.pill.show_words(sentence(severity), severity_tone(defect.severity))
        self.remove.setToolTip(t("bench_page.remove_defect", defect=words))
        self.remove.setAccessibleName(t("bench_page.remove_defect", defect=words))


class PhotosCard(Card):
    """`dropped(list of files)`; `opened()` when a person wants to look at them closely."""

    dropped = Signal(object)
    opened = Signal()

    def __init__(self, bridge: Bridge, photos: Photos) -> None:
        super().__init__(t("ui.photos.name"))
        self._blobs = photos
        self.count = PlainLabel("", "note")
        self.add_action(self.count)
        self.add_button = RoomyButton(
            msg("bench_page.add_photo"),
            "Ctrl+O",
            meaning=msg("bench_page.key_photo"),
            icon="photo",
            small=True,
        )
        self.add_button.clicked.connect(self._pick)
        self.add_action(self.add_button)
        self.strip = ThumbnailStrip(bridge)
        self.strip.files_dropped.connect(self.dropped)
        self.strip.opened.connect(lambda _: self.opened.emit())
        self.add(self.strip)

    def show_unit(self, unit: UnitInHand) -> None:
        """Redraw in place; pictures come from the disk on another thread."""
        path = self._blobs.path
        photos = [
            Photo(sha, t("bench_page.photo_number", number=number), lambda sha=sha: _bytes(path(sha)))  # type: ignore[misc]
            for number, sha in enumerate(unit.photos, 1)
        ]
        self.strip.show_photos(photos)
        self.count.setText(str(len(photos)) if photos else "")

    def _pick(self) -> None:
        dialog = QFileDialog(self, t("bench_page.add_photo"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.setNameFilter(t("bench_page.photo_files"))
        dialog.filesSelected.connect(lambda files: self.dropped.emit([Path(file) for file in files]))
        dialog.open()


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""  # shown as a picture that is missing


def _marks(defects: tuple[tuple[str, Defect], ...]) -> dict[str, ZoneMark]:
    found: dict[str, ZoneMark] = {}
    for _, defect in defects:
        before = found.get(defect.zone, ZoneMark(0, 0))
        found[defect.zone] = ZoneMark(before.count + 1, max(before.severity, defect.severity))
    return found


def _title(code: str, known: tuple[Zone, ...] | tuple[Coded, ...]) -> str:
    return next((item.title for item in known if item.code == code), code)
