"""The columns of the queue, and how they share the room."""

from __future__ import annotations

from dataclasses import replace

from bmdesk.services.syncing.outbox import Action
from bmdesk.texts import render, t
from bmdesk.ui.models.columns import Column
from bmdesk.ui.views.sync.words import change_words, short, since, soon, what_words
from bmdesk.ui.widgets.fitting import Fit, Fitting
from bmdesk.ui.widgets.table import DataTable
from bmdesk.ui.words import NOTHING, effect_tone, moment, sentence

_STATE = 4
_FIT = Fit(
    widths={
        "what": 104,
        "sku": 190,
        "market": 70,
        "change": 110,
        "state": 112,
        "attempts": 76,
        "next": 78,
        "since": 96,
    },
    gives_way=("attempts", "since", "next", "market", "state"),
    stretches=("sku",),
    grows={"what": 160, "change": 210},
)
_ONE_STATE = replace(_FIT, widths={**_FIT.widths, "state": 0})


class QueueFitting(Fitting):
    """Where only one state is listed, its column gives its room to the others."""

    def __init__(self, table: DataTable) -> None:
        super().__init__(table, _FIT)

    def show_states(self, *, on: bool) -> None:
        """Whether the rows are in different states."""
        self._fit = _FIT if on else _ONE_STATE
        self.fit()

    def fit(self) -> None:
        super().fit()
        if self._fit is _ONE_STATE:
            self._table.setColumnHidden(_STATE, True)


def columns() -> tuple[Column, ...]:
    """In the order of the widths above."""
    return (
        Column(t("sync_page.column_what"), what_words, width=104),
        Column(
            t("sync_page.column_sku"),
            lambda e: short(e.sku or e.goods, 80) or NOTHING,
            hint=lambda e: short(f"{e.sku}  {e.goods}"),
            stretch=True,
        ),
        Column(t("sync_page.column_market"), lambda e: e.market or NOTHING, width=70),
        Column(t("sync_page.column_change"), change_words, hint=change_words, width=110),
        Column(
            t("sync_page.column_state"),
            lambda e: sentence(render(e.state)),
            pill=lambda e: effect_tone(e.state_code),
            hint=lambda e: short(render(e.title)),
            width=112,
        ),
        Column(t("sync_page.column_attempts"), lambda e: str(e.attempts or ""), number=True, width=76),
        Column(
            t("sync_page.column_next"),
            lambda e: soon(e.next_at) if e.ended_at is None and Action.PARK in e.actions else NOTHING,
            hint=lambda e: moment(e.next_at),
            width=78,
        ),
        Column(
            t("sync_page.column_since"),
            lambda e: since(e.created_at),
            hint=lambda e: moment(e.created_at),
            width=96,
        ),
    )
