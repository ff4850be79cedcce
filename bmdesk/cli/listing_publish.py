"""`bmdesk listings publish` and `offline`: in chosen markets, shown before it happens."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from bmdesk.cli import listing_words as words
from bmdesk.cli.account_scope import account_of, several
from bmdesk.cli.asking import ask
from bmdesk.cli.listing_words import SHOWN
from bmdesk.cli.output import as_json, say, table
from bmdesk.texts import locale, msg, render, t

if TYPE_CHECKING:
    from bmdesk.domain.money import Money
    from bmdesk.services.selling.content_preview import Saying
    from bmdesk.services.selling.publishing import OfflineRow, PublishRow

Named = Annotated[list[str], typer.Argument(metavar="LISTING...", help=t("cli.help_listings_named"))]
Markets = Annotated[list[str], typer.Option("--market", help=t("cli.help_publish_market"))]
Json = Annotated[bool, typer.Option("--json", help=t("cli.help_publish_json"))]
Yes = Annotated[bool, typer.Option("--yes", help=t("cli.help_listings_yes"))]
Operator = Annotated[str, typer.Option(help=t("cli.help_bench_operator"))]


def publish(
    ctx: typer.Context,
    listing: Named,
    market: Markets,
    yes: Yes = False,
    json: Json = False,
    operator: Operator = "OWNER",
) -> None:
    """Show, ask, publish. With --json it only shows."""
    from bmdesk.cli.people import actor
    from bmdesk.services.selling import publishing

    with account_of(ctx) as (desk, account):
        chosen = several(desk, account, listing)
        shown = publishing.publish_preview(desk, account, chosen, market)
        if json:
            as_json([_published(row) for row in shown.rows])
            return
        _show(shown.rows)
        ask(yes=yes, command="bmdesk listings publish", question=t("cli.publish_ask"))
        who = actor(desk, operator)
        done = publishing.publish(desk, who, account, chosen, market, shown.digest)
    words.problems(done.problems)
    say(msg("cli.published", count=done.count))


def offline(
    ctx: typer.Context,
    listing: Named,
    market: Annotated[str, typer.Option(help=t("cli.help_offline_market"))] = "",
    yes: Yes = False,
    json: Json = False,
    operator: Operator = "OWNER",
) -> None:
    """Show, ask, take offline. With --json it only shows."""
    from bmdesk.cli.people import actor
    from bmdesk.services.selling import publishing

    with account_of(ctx) as (desk, account):
        chosen = several(desk, account, listing)
        shown = publishing.offline_preview(desk, account, chosen, market)
        if json:
            as_json([_off(row) for row in shown.rows])
            return
        for row in shown.rows[:SHOWN]:
            say(f"{row.sku}: {render(row.problem or row.said)}")
        ask(yes=yes, command="bmdesk listings offline", question=t("cli.offline_ask"))
        who = actor(desk, operator)
        done = publishing.offline(desk, who, account, chosen, shown.digest, market)
    words.done(done, msg("cli.listings_paused", count=done.count))


def _show(rows: tuple[PublishRow, ...]) -> None:
    heads = (
        t("cli.column_listing"),
        t("cli.column_market"),
        t("cli.column_old"),
        t("cli.column_new"),
        t("cli.column_reason"),
    )
    table(
        heads,
        [
            (
                row.sku,
                row.market,
                _money(row.old) or "-",
                _money(row.new) or "-",
                _why(row),
            )
            for row in rows[:SHOWN]
        ],
    )


def _why(row: PublishRow) -> str:
    if row.problem is not None:
        return render(row.problem)
    return " · ".join((row.saying.comment if row.saying else "", *(render(note) for note in row.notes)))


def _published(row: PublishRow) -> dict[str, Any]:
    return {
        "listing_id": row.listing_id,
        "sku": row.sku,
        "market": row.market,
        "state": row.state.value,
        "price": str(row.old.amount) if row.old is not None else None,
        "new_price": str(row.new.amount) if row.new is not None else None,
        "currency": row.new.currency if row.new is not None else None,
        **saying(row.saying),
        "resumes": row.resumes,
        "changes": row.changes,
        "problem": row.problem,
        "notes": list(row.notes),
    }


def _off(row: OfflineRow) -> dict[str, Any]:
    return {
        "listing_id": row.listing_id,
        "sku": row.sku,
        "quantity": row.quantity,
        "online": list(row.online),
        "happens": row.said,
        "problem": row.problem,
    }


def saying(said: Saying | None) -> dict[str, Any]:
    """What buyers read, for scripts."""
    if said is None:
        return {"comment": None, "warranty_months": None, "shipping": None}
    ways = None
    if said.ways is not None:
        ways = [{"shipper": w.shipper, "price_minor": w.price, "delay_hours": w.hours} for w in said.ways]
    return {"comment": said.comment, "warranty_months": said.warranty_months, "shipping": ways}


def _money(amount: Money | None) -> str:
    return locale.money(amount.amount, amount.currency) if amount is not None else ""
