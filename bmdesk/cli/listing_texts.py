"""`bmdesk listings texts`: what buyers read and would read, applied through a preview, taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from bmdesk.cli import listing_words as words
from bmdesk.cli.account_scope import account_of, several
from bmdesk.cli.asking import ask
from bmdesk.cli.listing_publish import saying
from bmdesk.cli.listing_words import SHOWN
from bmdesk.cli.output import as_json, say, table
from bmdesk.texts import locale, msg, render, t

if TYPE_CHECKING:
    from bmdesk.services.selling.content_preview import ContentRow, Saying

Named = Annotated[list[str] | None, typer.Argument(metavar="[LISTING]...", help=t("cli.help_listings_named"))]
Markets = Annotated[list[str] | None, typer.Option("--market", help=t("cli.help_publish_market"))]
Only = Annotated[list[str] | None, typer.Option("--only", help=t("cli.help_texts_only"))]
Json = Annotated[bool, typer.Option("--json", help=t("cli.help_json"))]
Operator = Annotated[str, typer.Option(help=t("cli.help_bench_operator"))]


def texts(
    ctx: typer.Context,
    listing: Named = None,
    market: Markets = None,
    only: Only = None,
    apply: Annotated[bool, typer.Option("--apply", help=t("cli.help_texts_apply"))] = False,
    yes: Annotated[bool, typer.Option("--yes", help=t("cli.help_listings_yes"))] = False,
    json: Json = False,
    operator: Operator = "OWNER",
) -> None:
    """Show; with --apply ask and write."""
    from bmdesk.cli.people import actor
    from bmdesk.domain.markets import market as market_of
    from bmdesk.services.selling import content_preview
    from bmdesk.services.selling.content_changes import PARTS

    parts = tuple(part for part in PARTS if part in (only or PARTS))
    if only and set(only) - set(PARTS):
        raise typer.BadParameter(t("cli.texts_parts", parts=", ".join(PARTS)))
    markets = [market_of(one).locale for one in market or ()]
    with account_of(ctx) as (desk, account):
        chosen = several(desk, account, listing) if listing else None
        shown = content_preview.preview(desk, account, chosen, markets, parts)
        if json and not apply:
            as_json([_document(row) for row in shown.rows])
            return
        if not json:
            _show(shown.rows)
            said = msg("cli.texts_summary", count=len(shown.changed), due=shown.due, problems=shown.problems)
            say(said)
        if not apply:
            return
        ask(yes=yes, command="bmdesk listings texts --apply", question=t("cli.texts_ask"))
        who = actor(desk, operator)
        done = content_preview.apply(desk, who, account, shown.digest, chosen, markets, parts)
    if json:
        as_json({"run": done.run_id, "count": done.count, "problems": [list(one) for one in done.problems]})
        return
    words.problems(done.problems)
    say(msg("cli.texts_applied", count=done.count, run=done.run_id or "-"))


def texts_runs(ctx: typer.Context, json: Json = False) -> None:
    """When texts changed, newest first."""
    from bmdesk.services.selling import content_runs

    with account_of(ctx) as (desk, account):
        runs = content_runs.runs(desk, account)
    if json:
        rows: list[dict[str, Any]] = [
            {
                "id": r.id,
                "at": r.at,
                "by": r.by,
                "why": r.why,
                "count": r.count,
                "undone": r.undone_by is not None,
            }
            for r in runs
        ]
        as_json(rows)
        return
    heads = (
        t("cli.column_id"),
        t("cli.column_created"),
        t("cli.column_badge"),
        t("cli.column_why"),
        t("cli.column_count"),
    )
    table(
        heads,
        [(r.id, locale.moment(r.at), r.by or "-", render(content_runs.why_text(r)), r.count) for r in runs],
    )


def texts_undo(
    ctx: typer.Context,
    run: Annotated[str, typer.Argument(metavar="RUN", help=t("cli.help_texts_run"))],
    operator: Operator = "OWNER",
) -> None:
    """Let listings say again what they said before."""
    from bmdesk.cli.people import actor
    from bmdesk.services.selling import content_runs

    with account_of(ctx) as (desk, account):
        done = content_runs.undo(desk, actor(desk, operator), account, run)
    words.problems(done.problems)
    say(msg("cli.texts_undone", count=done.count))


def _show(rows: tuple[ContentRow, ...]) -> None:
    from bmdesk.services.selling import content_preview

    def told(said: Saying, market: str) -> str:
        parts = content_preview.told(said, market)
        return " · ".join(one if isinstance(one, str) else render(one) for one in parts) or "-"

    for row in [one for one in rows if one.changes or one.problem is not None][:SHOWN]:
        say(f"{row.sku} {row.market}")
        say(f"  - {told(row.old, row.market) if row.market else '-'}")
        if row.new is not None:
            say(f"  + {told(row.new, row.market)}")
        for note in (*((row.problem,) if row.problem is not None else ()), *row.notes):
            say(f"    {render(note)}")


def _document(row: ContentRow) -> dict[str, Any]:
    return {
        "listing_id": row.listing_id,
        "sku": row.sku,
        "market": row.market,
        "old": saying(row.old),
        "new": saying(row.new) if row.new is not None else None,
        "changes": row.changes,
        "due": row.due,
        "problem": row.problem,
        "notes": list(row.notes),
    }
