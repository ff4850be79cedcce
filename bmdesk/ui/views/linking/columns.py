"""The columns of the list of listings to be linked."""

from __future__ import annotations

from bmdesk.services.selling.link_list import LINKED, NOTHING, LinkRow
from bmdesk.texts import render, t
from bmdesk.ui.models.columns import Column
from bmdesk.ui.palette import Tone
from bmdesk.ui.widgets.fitting import Fit
from bmdesk.ui.words import grade_tone, our_code, our_words

LONGEST = 200
FIT = Fit(
    widths={
        "sku": 186,
        "title": 168,
        "grade": 104,
        "quantity": 72,
        "target": 176,
        "certainty": 92,
        "reason": 150,
    },
    gives_way=("reason", "quantity", "title", "grade"),  # the SKU and what it may be always stay
    stretches=("reason", "title", "sku"),
    grows={"target": 210},
)


def link_columns() -> tuple[Column, ...]:
    """Each reads a services.selling.link_list.LinkRow."""
    return (
        Column(
            t("listings_page.column_sku"),
            lambda r: r.listing.sku_text[:LONGEST],
            hint=lambda r: r.listing.sku_text[:500],
        ),
        Column(
            t("listings_page.column_title"),
            lambda r: r.listing.title[:LONGEST],
            hint=lambda r: r.listing.title[:500],
        ),
        Column(
            t("listings_page.column_grade"),
            lambda r: our_words(r.listing.grade),
            pill=lambda r: grade_tone(our_code(r.listing.grade)) or Tone.NEUTRAL,
        ),
        Column(t("listings_page.column_remote"), lambda r: str(r.listing.quantity), number=True),
        Column(t("listings_page.column_ours"), target_words, hint=target_words),
        Column(t("linking_page.column_certainty"), certainty_words, pill=certainty_tone),
        Column(t("linking_page.column_reason"), reason_words, hint=reason_words, stretch=True),
    )


def target_words(row: LinkRow) -> str:
    """The SKU it sells, or the best suggestion."""
    if row.sku:
        return row.sku
    return row.suggestions[0].sku_text if row.suggestions else ""


def certainty_words(row: LinkRow) -> str:
    """How certain the best suggestion is; for what a person has settled, what they said."""
    if row.listing.link == LINKED:
        return t("linking_page.linked")
    if row.listing.link == NOTHING:
        return t("linking_page.nothing")
    if not row.suggestions:
        return t("linking_page.no_suggestion")
    if row.sure is not None:
        return t("linking_page.sure")
    return t("linking_page.likely") if row.leading is not None else t("linking_page.look")


def certainty_tone(row: LinkRow) -> Tone:
    """The tone of that word."""
    if row.listing.link == LINKED or row.sure is not None:
        return Tone.OK
    if row.listing.link == NOTHING or not row.suggestions:
        return Tone.NEUTRAL
    return Tone.INFO if row.leading is not None else Tone.WARN


def reason_words(row: LinkRow) -> str:
    """Why the best suggestion is suggested, or what speaks against it; how many others sell the same SKU."""
    if row.sku:
        return t("linking_page.others", count=row.others) if row.others else ""
    best = row.suggestions[0] if row.suggestions else None
    return render(best.contradiction or best.reason) if best is not None else ""
