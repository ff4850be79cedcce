"""The columns of the queue, and how they share the room."""

from __future__ import annotations

from bmdesk.services.outbox import Action
from bmdesk.texts import render, t
from bmdesk.ui.models.columns import Column
from bmdesk.ui.views.sync.words import change_words, short, since, soon, state_tone, what_words
from bmdesk.ui.widgets.fitting import Fit
from bmdesk.ui.words import NOTHING, moment, sentence

FIT = Fit(
    widths={
        "what": 104,
        "sku": 140,
        "market": 70,
        "change": 110,
        "state": 112,
        "attempts": 76,
        "next": 78,
        "since": 78,
    },
    gives_way=("attempts", "since", "next", "market", "state"),
    stretches=("sku",),
    grows={"change": 210},
)


def columns() -> tuple[Column, ...]:
    """In the order of `FIT`."""
    return (
        Column(t("sync_page.column_what"), what_words, width=104),
        Column(
            t("sync_page.column_sku"),
            lambda e: short(e.sku, 80) or NOTHING,
            hint=lambda e: short(f"{e.sku}  {e.goods}"),
            stretch=True,
        ),
        Column(t("sync_page.column_market"), lambda e: e.market or NOTHING, width=70),
        Column(t("sync_page.column_change"), change_words, hint=change_words, width=110),
        Column(
            t("sync_page.column_state"),
            lambda e: sentence(render(e.state)),
            pill=lambda e: state_tone(e.state_code),
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
            width=78,
        ),
    )
