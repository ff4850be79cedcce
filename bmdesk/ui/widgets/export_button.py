"""A button that offers what can be kept as a file, asks which kind, and where."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QMenu

from bmdesk.texts import msg, t
from bmdesk.ui.widgets.shortcut_button import ShortcutButton


class ExportButton(ShortcutButton):
    """`asked(kind)`: a person chose one of these kinds of file, which are endings without their dot."""

    asked = Signal(str)

    def __init__(self, kinds: Sequence[str]) -> None:
        super().__init__(msg("dashboard_page.export"), "Ctrl+E", icon="download")
        self._kinds = tuple(kinds)
        self.menu_shown: QMenu | None = None
        self.clicked.connect(self.offer)

    def offer(self) -> None:
        """Ask which kind of file."""
        menu = QMenu(self)
        words = {
            "xlsx": t("dashboard_page.export_xlsx"),
            "csv": t("dashboard_page.export_csv"),
            "pdf": t("dashboard_page.export_pdf"),
            "png": t("dashboard_page.export_png"),
        }
        for kind in self._kinds:
            menu.addAction(words[kind]).triggered.connect(partial(self._ask, kind))
        self.menu_shown = menu
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.mapToGlobal(self.rect().bottomLeft()))

    def ask_file(self, kind: str, name: str, then: Callable[[Path], object]) -> None:
        """Ask for a file of this kind, which may be called `name`; `then` gets it. Whoever leaves that gets none."""
        asking = QFileDialog(self, t("dashboard_page.export"))
        asking.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        asking.setNameFilters([f"{kind.upper()} (*.{kind})"])
        asking.setDefaultSuffix(kind)
        asking.selectFile(f"{name}.{kind}")
        asking.fileSelected.connect(lambda file: then(Path(file)))
        asking.finished.connect(asking.deleteLater)
        asking.open()

    def _ask(self, kind: str, _checked: bool = False) -> None:
        self.asked.emit(kind)
