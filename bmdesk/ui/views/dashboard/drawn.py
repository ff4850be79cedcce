"""The trend as it is drawn: which lines, what each point is called, and what is said of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from bmdesk.domain.money import Money
from bmdesk.reports import dashboard_words as words
from bmdesk.services.figures.dashboard import Snapshot
from bmdesk.texts import t
from bmdesk.ui.views.dashboard.trend import Line, Trend

LINE_ROLES = ("accent", "ok", "warn", "prime", "bad", "muted")
"""Colours of the lines of `market_lines`, in their order."""


def trend_of(shown: Snapshot, *, split: bool) -> Trend:
    """One line, or one for each of the markets that sell most."""
    lines = _by_market(shown) if split else {_whole(): tuple(p.revenue_minor for p in shown.trend)}
    return Trend(
        ticks=tuple(words.tick_words(shown, point.period) for point in shown.trend),
        words=tuple(_said(shown, number, lines, split=split) for number in range(len(shown.trend))),
        lines=tuple(
            Line(name, role, tuple(float(Money(minor, shown.currency).amount) for minor in minors))
            for (name, role), minors in lines.items()
        ),
    )


_Lines: TypeAlias = Mapping[tuple[str, str], tuple[int, ...]]
"""Minor units at each point, by name and role."""


def _whole() -> tuple[str, str]:
    return t("dashboard_page.trend"), LINE_ROLES[0]


def _by_market(shown: Snapshot) -> _Lines:
    return {
        (name, role): line.points
        for (name, line), role in zip(words.market_lines(shown), LINE_ROLES, strict=False)
    }


def _said(shown: Snapshot, number: int, lines: _Lines, *, split: bool) -> tuple[str, ...]:
    point = shown.trend[number]
    day = words.period_words(point.period)
    if not split:
        return (
            day,
            words.money_words(shown, point.revenue_minor),
            t("dashboard_page.point_orders", count=point.orders),
            t("dashboard_page.point_products", count=point.products),
        )
    amounts = ((name, words.money_words(shown, minors[number])) for (name, _), minors in lines.items())
    return (
        day,
        *(t("dashboard_page.point_market", market=name, revenue=revenue) for name, revenue in amounts),
    )
