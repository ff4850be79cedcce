"""What stands above all tabs: a rate that is old or missing, with the way to give one; costs that nobody said yet."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout

from bmdesk.domain.rights import Right
from bmdesk.services.prices.simulation import Simulation
from bmdesk.texts import Text, msg, render, t
from bmdesk.ui.palette import Tone
from bmdesk.ui.theme import mark, set_pixmap
from bmdesk.ui.widgets.allowed import needs
from bmdesk.ui.widgets.label import PlainLabel
from bmdesk.ui.widgets.shortcut_button import ShortcutButton
from bmdesk.ui.workplace import Workplace

_OLD, _NONE = "prices.warn_stale_rate", "pricing.no_rate"
_MOST = 3


class RateNote(QFrame):
    """Hidden while all rates are there and fresh."""

    def __init__(self, workplace: Workplace) -> None:
        super().__init__()
        mark(self, kind="banner", tone=str(Tone.WARN))
        picture = QLabel()
        set_pixmap(picture, "warning", str(Tone.WARN), 22)
        self.words = PlainLabel("", wrap=True)
        self.button = ShortcutButton(msg("prices_page.to_rates"), "Alt+R", icon="edit")
        self.button.clicked.connect(lambda _=False: workplace.show_settings("prices"))
        needs(self.button, workplace, Right.PRICES)
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 8, 10, 8)
        row.setSpacing(12)
        row.addWidget(picture, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.words, 1)
        row.addWidget(self.button, 0, Qt.AlignmentFlag.AlignTop)
        self.hide()

    def show_simulation(self, found: Simulation) -> None:
        """Say what is wrong with the rates that it was counted with."""
        said = rates_trouble(found)
        lines = [render(one) for one in said[:_MOST]]
        if len(said) > _MOST:
            lines.append(t("prices_page.more_rates", count=len(said) - _MOST))
        self.words.setText("\n".join(lines))
        self.setVisible(bool(lines))


class AssumedNote(QFrame):
    """A quiet line while what a sale costs is bmdesk's own assumption."""

    def __init__(self) -> None:
        super().__init__()
        mark(self, kind="clear")
        column = QVBoxLayout(self)
        column.setContentsMargins(2, 0, 2, 0)
        column.addWidget(PlainLabel(t("prices_page.assumed"), "note", wrap=True))
        self.hide()


def rates_trouble(found: Simulation) -> Sequence[Text]:
    """Rates that are missing, then those that are old, each once."""
    said = [one for row in found.rows for one in (row.reason, row.unknown) if one is not None]
    missing = [one for one in said if one.code == _NONE]
    old = [one for one in found.warnings if one.code == _OLD]
    return list(dict.fromkeys([*missing, *old]))
