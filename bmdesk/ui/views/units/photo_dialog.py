"""One photo of a unit, large; arrow keys go to the next. Decoded off the GUI thread, never larger than the screen."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize, Qt
from PySide6.QtGui import QImage, QImageReader, QKeyEvent, QPixmap
from PySide6.QtWidgets import QDialog, QLabel, QVBoxLayout, QWidget

from bmdesk.texts import t
from bmdesk.ui.bridge import Bridge
from bmdesk.ui.widgets.label import PlainLabel
from bmdesk.ui.widgets.thumbnail_strip import Photo

_PIXELS_AT_MOST = 64_000_000


class PhotoDialog(QDialog):
    """Shows `photos`, beginning with `key`. Left and Right change the photo, Esc closes."""

    def __init__(self, parent: QWidget, bridge: Bridge, photos: Sequence[Photo], key: str) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(True)
        self._bridge = bridge
        self._photos = list(photos)
        self._at = next((n for n, photo in enumerate(self._photos) if photo.key == key), 0)
        screen = parent.window().size()
        self._room = QSize(max(400, screen.width() - 160), max(300, screen.height() - 180))
        self.picture = QLabel()
        self.picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.picture.setMinimumSize(self._room)
        self.note = PlainLabel("", "note")
        self.note.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.addWidget(self.picture, 1)
        column.addWidget(self.note)
        self._show()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
            return
        self._at = (self._at + step) % len(self._photos)
        self._show()

    def _show(self) -> None:
        photo = self._photos[self._at]
        words = t("units_page.photo_of", number=self._at + 1, count=len(self._photos), name=photo.name[:80])
        self.setWindowTitle(words)
        self.note.setText(words)
        self.picture.setText(t("units_page.photo_loading"))
        self._bridge.read(_decoded, photo.load, self._room, then=self._take, key=(id(self), "photo"))

    def _take(self, image: QImage) -> None:
        if image.isNull():
            self.picture.setText(t("units_page.photo_unreadable"))
        else:
            self.picture.setPixmap(QPixmap.fromImage(image))


def _decoded(load: Callable[[], bytes], room: QSize) -> QImage:
    """The picture at most as large as `room`; a null one where the bytes are no picture. Reader thread."""
    try:
        data = QByteArray(load())
    except OSError:
        return QImage()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer)
    reader.setAutoTransform(True)
    size = reader.size()
    if size.isValid():
        if size.width() * size.height() > _PIXELS_AT_MOST:
            return QImage()
        if size.width() > room.width() or size.height() > room.height():
            reader.setScaledSize(size.scaled(room, Qt.AspectRatioMode.KeepAspectRatio))
    return reader.read()
