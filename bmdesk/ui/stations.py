"""What is plugged into this station beside the keyboard: a serial scanner, a photo folder, a label printer.

Their threads deliver by signals, so that everything arrives in the GUI thread.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from bmdesk.devices.photo_folder import DroppedPhoto, PhotoFolder
from bmdesk.services.grading import bench
from bmdesk.system import machine as m
from bmdesk.system.paths import DataDir
from bmdesk.texts import Failure
from bmdesk.ui.label_printing import LabelQueue, print_named
from bmdesk.ui.workplace import Workplace


class Attachments(QObject):
    """The devices of this station, started and stopped with the window."""

    _scanned = Signal(str, str)
    _photo = Signal(object)
    _trouble = Signal(object)

    def __init__(
        self,
        place: Workplace,
        data: DataDir,
        on_scan: Callable[[str, str], object],
        on_failure: Callable[[Failure], object],
    ) -> None:
        super().__init__(place)
        self._place = place
        self._data = data
        self._stoppers: list[Callable[[], object]] = []
        self._scanned.connect(on_scan)
        self._photo.connect(self._take_photo)
        self._trouble.connect(on_failure)

    def start(self) -> None:
        """Start what the machine's settings name, and the queue of labels."""
        machine = self._place.machine
        labels = LabelQueue(self._place)
        labels.start()
        self._stoppers.append(labels.stop)
        if folder := machine.get(m.PHOTO_FOLDER):
            memory = self._data.root / "photo-folder.json"
            watcher = PhotoFolder(Path(folder), memory, self._photo.emit, self._trouble.emit)
            watcher.start()
            self._stoppers.append(watcher.stop)
        if port := machine.get(m.SCANNER_PORT):
            from bmdesk.devices.serial_scanner import SerialScanner  # pyserial only where there is a port

            scanner = SerialScanner(
                port, lambda seat, text: self._scanned.emit(text, seat), said=self._say_unless_well
            )
            scanner.start()
            self._stoppers.append(scanner.stop)

    def stop(self) -> None:
        """Stop all; nothing arrives after this."""
        for stop in self._stoppers:
            stop()
        self._stoppers.clear()

    def print_label(self, unit_id: str) -> None:
        """Print this unit's label on the station's label printer; trouble becomes a banner, the unit is not touched."""
        print_named(self._place, "unit", [unit_id], then=lambda _: None)

    def _say_unless_well(self, problem: Failure | None) -> None:
        if problem is not None:
            self._trouble.emit(problem)

    def _take_photo(self, photo: DroppedPhoto) -> None:
        self._place.step(bench.attach_content, photo.name, photo.content)
