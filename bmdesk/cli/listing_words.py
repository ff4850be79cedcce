"""Listings as lines and tables on a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bmdesk.cli.output import complain, say, table
from bmdesk.texts import Text, locale, msg, render, t

if TYPE_CHECKING:
    from bmdesk.services.selling.link_list import LinkRow
    from bmdesk.services.selling.listing_why import ListedRow
    from bmdesk.services.selling.management import Done
    from bmdesk.services.selling.management_preview import Preview, PreviewRow

SHOWN = 100
"""Rows that a person is shown of a long list."""


def links(rows: Sequence[LinkRow]) -> None:
    """Listings with the best SKU that each may sell."""
    heads = (
        t("cli.column_listing"),
        t("cli.column_title"),
        t("cli.column_grade"),
        t("cli.column_sku"),
        t("cli.column_reason"),
    )
    shown = []
    for row in rows:
        best = row.suggestions[0] if row.suggestions else None
        why = (best.contradiction or best.reason) if best else msg("cli.no_suggestion")
        listing = row.listing
        sku = best.sku_text if best else ""
        shown.append((listing.sku_text, listing.title, listing.grade, sku, render(why)))
    table(heads, shown)


def listings(rows: Sequence[ListedRow]) -> None:
    """Listings with what they offer, and the first reason why."""
    heads = (
        t("cli.column_sku"),
        t("cli.column_grade"),
        t("cli.column_ours"),
        t("cli.column_theirs"),
        t("cli.column_managed"),
        t("cli.column_markets"),
        t("cli.column_why"),
    )
    shown = []
    for row in rows:
        markets = ", ".join(f"{one.market} {one.price or '-'} {one.state.value}" for one in row.markets)
        why = row.why[0] if row.why else next((one.why[0] for one in row.markets if one.why), None)
        managed = ",".join(aspect.value for aspect in row.managed)
        sku = row.sku or row.listing.sku_text
        shown.append((sku, row.grade, row.offer.quantity, row.listing.quantity, managed, markets, why))
    table(heads, shown)


def _why(row: PreviewRow) -> str:
    """The problem or else the reason, and what to know of a new price."""
    said = (row.problem or row.reason, *row.notes)
    return " · ".join(render(one) for one in said if one is not None)


def preview(shown: Preview) -> None:
    """What would change: rows, missing listings, each market, and the sum."""
    changed = shown.changed
    heads = (
        t("cli.column_listing"),
        t("cli.column_market"),
        t("cli.column_aspect"),
        t("cli.column_old"),
        t("cli.column_new"),
        t("cli.column_reason"),
    )
    rows = [(row.sku, row.market, row.aspect.value, row.old, row.new, _why(row)) for row in changed[:SHOWN]]
    table(heads, rows)
    if len(changed) > SHOWN:
        say(msg("cli.preview_more", shown=SHOWN, total=len(changed)))
    for one in shown.to_create[:SHOWN]:
        say(msg("cli.preview_create", sku=one.sku, quantity=one.quantity, note=one.problem or ""))
        for priced in one.prices:
            what = render(priced.reason) if priced.reason else "-"
            if priced.money:
                what = locale.money(priced.money.amount, priced.money.currency)
            say(f"  {' · '.join((f'{priced.market}: {what}', *map(render, priced.notes)))}")
    for total in shown.totals:
        say(
            msg(
                "cli.preview_market",
                market=total.market,
                online=total.online,
                prices=total.prices,
                contents=total.contents,
                no_price=total.no_price,
            )
        )
    for note in shown.notes:
        say(note)
    counts = {aspect.value: shown.counts.get(aspect, 0) for aspect in shown.aspects}
    what = ", ".join(f"{name} {number}" for name, number in counts.items())
    created = sum(one.problem is None for one in shown.to_create)
    say(
        msg(
            "cli.preview_total",
            listings=shown.listings,
            changes=what,
            created=created,
            problems=shown.problems,
        )
    )


def done(done: Done, words: Text) -> None:
    """What was left undone, what to know, and what was done."""
    problems(done.problems)
    for note in done.notes:
        say(note)
    say(words)


def problems(problems: Sequence[tuple[str, Text]]) -> None:
    """What was left undone and why, on stderr."""
    for sku, reason in problems[:SHOWN]:
        complain(f"{sku}: {render(reason)}")
    if len(problems) > SHOWN:
        complain(msg("cli.problems_more", count=len(problems) - SHOWN))
