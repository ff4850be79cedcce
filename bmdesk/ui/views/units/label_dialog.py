"""The labels of the chosen units: the first one at its real size, then to the printer or into a PDF."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QDialog, QFileDialog, QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from bmdesk.domain.label_template import LabelSize
from bmdesk.reports.label_words import label_of, label_size, save_labels, template_of
from bmdesk.reports.labels import label_image
from bmdesk.services.desk import Desk
from bmdesk.texts import Failure, msg, t
from bmdesk.ui.label_printing import print_named
from bmdesk.ui.palette import Tone
from bmdesk.ui.theme import mark, px
from bmdesk.ui.widgets.label import PlainLabel
from bmdesk.ui.widgets.shortcut_button import ShortcutButton
from bmdesk.ui.words import refusal_words
from bmdesk.ui.workplace import Workplace

_PREVIEW_DPI = 203


class LabelDialog(QDialog):
    """One label for each of `unit_ids`, in that order. Enter prints, S saves a PDF, Esc closes."""

    def __init__(self, parent: QWidget, workplace: Workplace, unit_ids: Sequence[str]) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(True)
        self.setWindowTitle(t("units_page.labels_title", count=len(unit_ids)))
        self._workplace = workplace
        self._ids = tuple(unit_ids)
        self._name = "labels"
        self.picture = QLabel()
        self.picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.picture.setAccessibleName(t("units_page.label_preview"))
        paper = QFrame()
        mark(paper, kind="card")
        sheet = QVBoxLayout(paper)
        sheet.setContentsMargins(24, 24, 24, 24)
        sheet.addWidget(self.picture)
        self.note = PlainLabel("", "note", wrap=True)
        self.error = PlainLabel("", "error", wrap=True)
        self.error.hide()
        self.print_button = ShortcutButton(
            msg("units_page.label_print"), "Return", icon="printer", kind="primary"
        )
        self.save_button = ShortcutButton(msg("units_page.label_save"), "S", icon="download")
        close = ShortcutButton(msg("units_page.close"))
        self.print_button.clicked.connect(self.print_now)
        self.save_button.clicked.connect(self._ask_where)
        close.clicked.connect(self.reject)
        buttons = QHBoxLayout()
        buttons.addWidget(close)
        buttons.addStretch()
        buttons.addWidget(self.save_button)
        buttons.addWidget(self.print_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(12)
        column.addWidget(paper, 1)
        column.addWidget(self.note)
        column.addWidget(self.error)
        column.addLayout(buttons)
        self.setMinimumWidth(px(480))
        self._set_ready(ready=False)
        workplace.read(_first_label, self._ids[0], then=self._show_picture, failed=self._fail)

    def save_pdf(self, path: Path) -> None:
        """Write all labels into this file, one page each."""
        self._start()
        path = path if path.suffix.lower() == ".pdf" else path.with_name(f"{path.name}.pdf")
        words = t("units_page.labels_saved", count=len(self._ids), path=str(path))
        self._workplace.read(
            save_labels, "unit", self._ids, path, then=lambda _: self._done(words), failed=self._fail
        )

    def print_now(self) -> None:
        """Send all labels to the label printer that this machine names."""
        self._start()
        words = t("units_page.labels_printed", count=len(self._ids))
        print_named(self._workplace, "unit", self._ids, then=lambda _: self._done(words), failed=self._fail)

    def _show_picture(self, drawn: tuple[QImage, LabelSize, str]) -> None:
        image, size, identifier = drawn
        # At its size on paper, as far as this screen knows its own.
        ratio = self.devicePixelRatioF()
        inch = self.screen().physicalDotsPerInch()
        inch = inch if 60 <= inch <= 400 else 96.0
        width = round(size.width / 25.4 * inch * ratio)
        shown = image.scaledToWidth(width, Qt.TransformationMode.SmoothTransformation)
        shown.setDevicePixelRatio(ratio)
        self.picture.setPixmap(QPixmap.fromImage(shown))
        self.picture.setMinimumSize(QSize(round(width / ratio), round(shown.height() / ratio)))
        self.note.setText(t("units_page.label_note", size=str(size), count=len(self._ids)))
        self._name = identifier if len(self._ids) == 1 else "labels"
        self._set_ready(ready=True)
        self.print_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def _ask_where(self) -> None:
        asking = QFileDialog(self, t("units_page.label_save"))
        asking.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        asking.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        asking.setNameFilters(["PDF (*.pdf)"])
        asking.setDefaultSuffix("pdf")
        asking.selectFile(f"{self._name}.pdf")
        asking.fileSelected.connect(lambda name: self.save_pdf(Path(name)))
        asking.open()

    def _start(self) -> None:
        self.error.hide()
        self._set_ready(ready=False)

    def _set_ready(self, *, ready: bool) -> None:
        self.print_button.setEnabled(ready)
        self.save_button.setEnabled(ready)

    def _done(self, words: str) -> None:
        self._workplace.window.say(Tone.OK, words, for_ms=6000)
        self.accept()

    def _fail(self, failure: Failure) -> None:
        self.error.setText(refusal_words(failure))
        self.error.show()
        self._set_ready(ready=True)


def _first_label(desk: Desk, unit_id: str) -> tuple[QImage, LabelSize, str]:
    """How the first label looks, and what names the file. Reader thread."""
    label, template = label_of(desk, unit_id), template_of(desk, "unit")
    size = label_size(desk, template)
    named = "".join(char for char in label.scanned if char.isalnum() or char in "-_")
    return label_image(label, template, size, _PREVIEW_DPI), size, named or "label"
