"""The choice of a period: the same words, in the same order, wherever figures are shown."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtWidgets import QSizePolicy, QWidget

from bmdesk.services.figures.dashboard import Span
from bmdesk.texts import msg, t
from bmdesk.ui.shortcuts import bind
from bmdesk.ui.widgets.segmented import Segment, Segmented


def span_segments() -> list[Segment]:
    """The periods that end today."""
    return [
        Segment(Span.TODAY.value, t("dashboard_page.today")),
        Segment(Span.WEEK.value, t("dashboard_page.week")),
        Segment(Span.MONTH.value, t("dashboard_page.month")),
        Segment(Span.QUARTER.value, t("dashboard_page.quarter")),
        Segment(Span.YEAR.value, t("dashboard_page.year")),
    ]


class SpanChoice(Segmented):
    """One of these periods; the last month to begin with. `more` stands behind them."""

    def __init__(self, *more: Segment) -> None:
        self.offered = [*span_segments(), *more]
        super().__init__(t("dashboard_page.period"), self.offered, small=True)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.set_value(Span.MONTH.value)

    def bind_keys(self, where: QWidget, choose: Callable[[str], None]) -> None:
        """Alt+1 chooses the first one, and so on, as long as the keyboard is in `where`."""
        for number, span in enumerate(self.offered, start=1):
            meaning = msg("dashboard_page.key_period", period=span.words)
            bind(where, f"Alt+{number}", meaning, partial(choose, span.value))
