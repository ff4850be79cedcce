"""A label of the chosen kind at its real size, of what is named or a sample: printed, saved, its template changed."""

from __future__ import annotations

import json
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPixmap
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLabel, QLineEdit, QVBoxLayout

from bmdesk.domain.label_template import KINDS, Label, LabelSize
from bmdesk.domain.rights import Right
from bmdesk.reports.label_plan import standard_document
from bmdesk.reports.label_words import known_as, label_size, labels_of, template_of
from bmdesk.reports.labels import label_image, write_label_pdf
from bmdesk.services import label_templates
from bmdesk.services.desk import Desk
from bmdesk.system.durable import replacing
from bmdesk.texts import Failure, msg, t
from bmdesk.ui.label_printing import print_labels_of
from bmdesk.ui.palette import Tone
from bmdesk.ui.widgets.allowed import needs
from bmdesk.ui.widgets.card import Card
from bmdesk.ui.widgets.flow import Flow
from bmdesk.ui.widgets.inputs import ChoiceBox
from bmdesk.ui.widgets.label import PlainLabel
from bmdesk.ui.widgets.scroll import ScrollRow
from bmdesk.ui.widgets.shortcut_button import ShortcutButton
from bmdesk.ui.words import refusal_words
from bmdesk.ui.workplace import Workplace

_SHOWN_DPI = 300
MOST_LABELS = 200
_EXAMPLES = {
    "unit": "356938035643809",
    "bin": "MAIN/A-01",
    "order": "12345678",
    "badge": "ANA",
    "card": "BMD:DONE",
}


class LabelPreview(Card):
    """One kind at a time. `draw()` draws it anew."""

    def __init__(self, workplace: Workplace) -> None:
        super().__init__(t("settings.labels.preview"))
        self.workplace = workplace
        self._build()

    def draw(self, _: object = None) -> None:
        """Draw the first of the labels that would be printed, as large as it will be."""
        self.workplace.read(
            _picture,
            self.kind.value(),
            self.given(),
            then=self._show,
            failed=self._fail,
            key=(id(self), "preview"),
        )

    def given(self) -> list[str]:
        """What labels are wanted of, as it is written; nothing: of the sample."""
        return [one.strip() for one in self.names.text().split(",") if one.strip()][:MOST_LABELS]

    def print_shown(self) -> None:
        """Print the labels of what is written, else the sample, where this station prints."""
        kind, given = self.kind.value(), self.given()

        def named(desk: Desk) -> list[Label]:
            return _labels(desk, kind, given)

        count = max(1, len(given))
        words = t("units_page.labels_printed", count=count) if given else t("settings.labels.sent")
        print_labels_of(
            self.workplace,
            kind,
            named,
            then=lambda _: self.workplace.window.say(Tone.OK, words, for_ms=4000),
            failed=self._fail,
        )

    def save_shown(self, file: Path) -> None:
        """The same as a PDF."""
        self.workplace.read(
            _save,
            self.kind.value(),
            self.given(),
            file,
            then=lambda _: self.workplace.say_written(file),
            failed=self._fail,
        )

    def use_template(self, file: Path) -> None:
        """Labels of the chosen kind look as this file says, from now on and at all stations."""
        place = self.workplace
        place.write(
            label_templates.save_file,
            place.actor,
            self.kind.value(),
            file,
            then=self._template_changed,
            failed=self._fail,
        )

    def use_standard(self) -> None:
        """Labels of the chosen kind look as they did when bmdesk came."""
        place = self.workplace
        place.write(
            label_templates.reset,
            place.actor,
            self.kind.value(),
            then=self._template_changed,
            failed=self._fail,
        )

    def write_template(self, file: Path) -> None:
        """The template in force, to be changed in an editor."""
        self.workplace.read(
            _write_template, self.kind.value(), file, then=lambda _: self.workplace.say_written(file)
        )

    def _other_kind(self, _: int) -> None:
        self.names.clear()  # what names a unit names no bin
        self._show_hint()
        self.draw()

    def _show_hint(self) -> None:
        hint = t("settings.labels.names_hint", example=_EXAMPLES[self.kind.value()])
        self.names.setPlaceholderText(hint)
        self.names.setToolTip(hint)

    def _template_changed(self, _: object) -> None:
        kind = t(f"label.kind.{self.kind.value()}")
        self.workplace.window.say(Tone.OK, t("settings.labels.template_changed", kind=kind), for_ms=4000)
        self.draw()

    def _ask_template(self) -> None:
        name, _ = QFileDialog.getOpenFileName(
            self, t("settings.labels.use_template"), "", t("settings.json_files")
        )
        if name:
            self.use_template(Path(name))

    def _ask_template_file(self) -> None:
        name, _ = QFileDialog.getSaveFileName(
            self,
            t("settings.labels.write_template"),
            f"label-{self.kind.value()}.json",
            t("settings.json_files"),
        )
        if name:
            self.write_template(Path(name))

    def _ask_labels_file(self) -> None:
        name, _ = QFileDialog.getSaveFileName(
            self, t("settings.labels.save"), "labels.pdf", t("settings.pdf_files")
        )
        if name:
            self.save_shown(Path(name))

    def _show(self, drawn: tuple[QImage, LabelSize]) -> None:
        image, size = drawn
        ratio = self.devicePixelRatioF()
        screen = self.screen()
        inch = screen.physicalDotsPerInch() if screen is not None else 96.0
        width = round(size.width / 25.4 * (inch if 60 <= inch <= 400 else 96.0) * ratio)
        shown = image.scaledToWidth(width, Qt.TransformationMode.SmoothTransformation)
        shown.setDevicePixelRatio(ratio)
        self.picture.setPixmap(_edged(QPixmap.fromImage(shown)))
        self.picture.setAccessibleName(t("settings.labels.preview"))
        self.paper.fit()
        self.note.setText(t("settings.labels.real_size", size=str(size)))

    def _fail(self, failure: Failure) -> None:
        self.picture.clear()
        self.paper.fit()
        self.note.setText(refusal_words(failure))

    def _build(self) -> None:
        self.kind = ChoiceBox(t("settings.labels.kind"), [(kind, t(f"label.kind.{kind}")) for kind in KINDS])
        self.kind.activated.connect(self._other_kind)
        self.picture = QLabel()
        self.picture.setAlignment(Qt.AlignmentFlag.AlignLeft)
        self.paper = ScrollRow(self.picture, t("settings.labels.preview"))
        self.note = PlainLabel("", "note", wrap=True)
        self.names = QLineEdit()
        self.names.setMaxLength(2000)
        self.names.setAccessibleName(t("settings.labels.names"))
        self.names.editingFinished.connect(self.draw)
        self.test = ShortcutButton(msg("settings.labels.test"), "Ctrl+T", icon="printer")
        self.test.clicked.connect(self.print_shown)
        self.save = ShortcutButton(msg("settings.labels.save"), "Ctrl+Shift+P", icon="download")
        self.save.clicked.connect(self._ask_labels_file)
        self.add_action(self.save)
        self.add_action(self.test)
        row = QHBoxLayout()
        row.addWidget(self.kind)
        row.addWidget(self.names, 1)
        column = QVBoxLayout()
        column.setSpacing(10)
        column.addLayout(row)
        column.addWidget(self.paper)
        column.addWidget(self.note)
        column.addWidget(self._template_row())
        self.add(column)
        self._show_hint()

    def _template_row(self) -> Flow:
        row = Flow()
        for words, keys, icon, act, changes in (
            (
                msg("settings.labels.write_template"),
                "Ctrl+Shift+E",
                "download",
                self._ask_template_file,
                False,
            ),
            (msg("settings.labels.use_template"), "Ctrl+Shift+O", "upload", self._ask_template, True),
            (msg("settings.labels.use_standard"), "Ctrl+Shift+Z", "undo", self.use_standard, True),
        ):
            button = ShortcutButton(words, keys, icon=icon)
            button.clicked.connect(act)
            if changes:
                needs(button, self.workplace, Right.SETTINGS)
            row.add(button)
        return row


def _picture(desk: Desk, kind: str, given: list[str]) -> tuple[QImage, LabelSize]:
    """How the first label looks. Reader thread."""
    template = template_of(desk, kind)
    size = label_size(desk, template)
    return label_image(_labels(desk, kind, given[:1])[0], template, size, _SHOWN_DPI), size


def _write_template(desk: Desk, kind: str, file: Path) -> None:
    document = label_templates.own_document(desk, kind) or standard_document(kind)
    with replacing(file) as out:
        out.write(json.dumps(document, indent=2, ensure_ascii=False).encode() + b"\n")


def _save(desk: Desk, kind: str, given: list[str], file: Path) -> None:
    template = template_of(desk, kind)
    write_label_pdf(_labels(desk, kind, given), file, template, label_size(desk, template))


def _labels(desk: Desk, kind: str, given: list[str]) -> list[Label]:
    return labels_of(desk, kind, known_as(desk, kind, given)) if given else [_sample(kind)]


def _edged(paper: QPixmap) -> QPixmap:
    """White paper on a white card needs an edge."""
    painter = QPainter(paper)
    painter.setPen(QColor(170, 170, 170))
    ratio = paper.devicePixelRatio()
    painter.drawRect(0, 0, round(paper.width() / ratio) - 1, round(paper.height() / ratio) - 1)
    painter.end()
    return paper


def _sample(kind: str) -> Label:
    """Words that such a label could have; what is to be scanned is what a scanner here would take."""
    batch = t("settings.labels.sample_batch")
    words = {
        "unit": {
            "scan": "356938035643809",
            "sku": "IP13-128-BLK-GOOD",
            "title": "iPhone 13 128 GB Midnight",
            "grade": t("grade.good"),
            "battery": t("label.battery", percent=92),
            "origin": batch,
        },
        "bin": {"scan": "BMD:BIN:MAIN/A-01", "warehouse": "MAIN", "bin": "A-01"},
        "order": {
            "scan": "12345678",
            "market": "de-de",
            "pieces": t("label.pieces", count=2),
            "carrier": "DHL",
        },
        "badge": {
            "scan": "BMD:OP:ANA",
            "name": "Ana",
            "code": "ANA",
            "role": t("role.operator"),
            "company": batch,
        },
        "card": {"scan": "BMD:DONE", "title": t("cards.done"), "group": t("cards.group_commands")},
    }
    return Label(kind, words[kind])
