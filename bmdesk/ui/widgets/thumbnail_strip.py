"""Photos in a row, loaded off the GUI thread; files may be dropped on it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QImage, QImageReader, QKeyEvent, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QListView, QListWidget, QListWidgetItem, QWidget

from bmdesk.texts import t
from bmdesk.ui.bridge import Bridge
from bmdesk.ui.theme import icon, mark
from bmdesk.ui.widgets.label import PlainLabel

SIDE = 84
_KEY = int(Qt.ItemDataRole.UserRole)
_PIXELS_AT_MOST = 64_000_000  # a picture from outside may claim any size


@dataclass(frozen=True, slots=True)
class Photo:
    """A photo's key, what to call it, and how to read its bytes (called on the reader thread)."""

    key: str
    name: str
    load: Callable[[], bytes]


class ThumbnailStrip(QWidget):
    """`files_dropped(list[Path])`, `opened(key)` on Enter or double click, `removal_asked(key)` on Delete."""

    files_dropped = Signal(object)
    opened = Signal(str)
    removal_asked = Signal(str)

    def __init__(self, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._photos: tuple[Photo, ...] = ()
        self.setAcceptDrops(True)
        self._hint = PlainLabel(t("ui.photos.drop_here"), "note", wrap=True)
        self._hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._list = _Strip(self)
        self._list.setAccessibleName(t("ui.photos.name"))
        self._list.itemActivated.connect(lambda item: self.opened.emit(str(item.data(_KEY))))
        self._list.hide()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._hint, 1)
        row.addWidget(self._list, 1)
        self.setMinimumHeight(SIDE + 16)
        mark(self, kind="clear")

    def show_photos(self, photos: Sequence[Photo]) -> None:
        """Replace what is shown. Pictures that are there already are not read again."""
        if tuple(p.key for p in photos) == tuple(p.key for p in self._photos):
            return
        kept = {str(item.data(_KEY)): item.icon() for item in self._items() if item.data(_KEY + 1)}
        self._photos = tuple(photos)
        self._list.clear()
        for photo in photos:
            item = QListWidgetItem(kept.get(photo.key) or icon("photo", "muted"), "")
            item.setData(_KEY, photo.key)
            item.setData(_KEY + 1, photo.key in kept)
            item.setToolTip(photo.name)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, photo.name)
            self._list.addItem(item)
            if photo.key not in kept:
                self._bridge.read(_thumbnail, photo.load, then=self._shower(photo.key))
        self._list.setVisible(bool(photos))
        self._hint.setVisible(not photos)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if _local_files(event):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        files = _local_files(event)
        if files:
            event.acceptProposedAction()
            self.files_dropped.emit(files)

    def _shower(self, key: str) -> Callable[[QImage], None]:
        def show(image: QImage) -> None:
            for item in self._items():
                if item.data(_KEY) == key:
                    item.setData(_KEY + 1, True)
                    item.setIcon(icon("warning", "warn") if image.isNull() else QPixmap.fromImage(image))

        return show

    def _items(self) -> list[QListWidgetItem]:
        return [self._list.item(number) for number in range(self._list.count())]


class _Strip(QListWidget):
    def __init__(self, owner: ThumbnailStrip) -> None:
        super().__init__(owner)
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setFlow(QListView.Flow.LeftToRight)
        self.setWrapping(False)
        self.setMovement(QListView.Movement.Static)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setIconSize(QSize(SIDE, SIDE))
        self.setGridSize(QSize(SIDE + 10, SIDE + 10))
        mark(self, kind="strip")
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFixedHeight(SIDE + 22)
        self.setAcceptDrops(False)
        self._owner = owner

    def keyPressEvent(self, event: QKeyEvent) -> None:
        item = self.currentItem()
        if event.key() == Qt.Key.Key_Delete and item is not None:
            self._owner.removal_asked.emit(str(item.data(_KEY)))
        else:
            super().keyPressEvent(event)


def _thumbnail(load: Callable[[], bytes]) -> QImage:
    """A small picture, or a null one if the bytes are no picture. Runs on the reader thread."""
    data = QByteArray(load())
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer)
    reader.setAutoTransform(True)
    size = reader.size()
    if size.isValid():
        if size.width() * size.height() > _PIXELS_AT_MOST:
            return QImage()
        reader.setScaledSize(size.scaled(SIDE * 2, SIDE * 2, Qt.AspectRatioMode.KeepAspectRatioByExpanding))
    image = reader.read()
    if image.isNull():
        return image
    return image.copy((image.width() - SIDE * 2) // 2, (image.height() - SIDE * 2) // 2, SIDE * 2, SIDE * 2)


def _local_files(event: QDropEvent) -> list[Path]:
    return [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
