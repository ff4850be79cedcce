"""Which lines of a log are shown: all, warnings and errors, errors."""

from __future__ import annotations

from PySide6.QtWidgets import QSizePolicy

from bmdesk.texts import t
from bmdesk.ui.widgets.segmented import Segment, Segmented

_LEVELS = {"all": (), "warning": ("warning", "error"), "error": ("error",)}


class LogLevels(Segmented):
    """All, to begin with."""

    def __init__(self) -> None:
        super().__init__(
            t("sync_page.levels"),
            [
                Segment("all", t("sync_page.levels_all")),
                Segment("warning", t("sync_page.levels_warning")),
                Segment("error", t("sync_page.levels_error")),
            ],
            small=True,
        )
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.set_value("all")

    @property
    def wanted(self) -> tuple[str, ...]:
        """The levels to show; none: every one."""
        return _LEVELS[self.value() or "all"]
