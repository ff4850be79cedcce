"""`bmdesk listings fix`: what would end a mistake of a listing, and after a yes, doing it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bmdesk.cli import listing_words as words
from bmdesk.cli.account_scope import account_of, one_of
from bmdesk.cli.asking import ask
from bmdesk.cli.listing_lint import Json, Market, code_of
from bmdesk.cli.output import as_json, say, table
from bmdesk.texts import msg, t

if TYPE_CHECKING:
    from bmdesk.services.selling.listing_fixes import Plan


def fix(
    ctx: typer.Context,
    listing: Annotated[str, typer.Argument(metavar="LISTING", help=t("cli.help_listings_named"))],
    code: Annotated[str, typer.Argument(metavar="CODE", help=t("cli.help_fix_code"))],
    market: Market = "",
    yes: Annotated[bool, typer.Option("--yes", help=t("cli.help_listings_yes"))] = False,
    operator: Annotated[str, typer.Option(help=t("cli.help_bench_operator"))] = "OWNER",
    json: Json = False,
) -> None:
    """Exit 1 where bmdesk can end nothing of it. `--json` shows what it would do and does nothing without `--yes`."""
    from bmdesk.cli.people import actor
    from bmdesk.domain.markets import market as market_of
    from bmdesk.services.selling import listing_fixes
    from bmdesk.services.selling.listing_fixes import Key, NothingToFix

    meant, where = code_of(code), market_of(market).locale if market.strip() else ""
    with account_of(ctx) as (desk, account):
        keys = [Key(one_of(desk, account, listing), meant, where)]
        who = actor(desk, operator)
        shown = listing_fixes.plan(desk, account, keys)
        if json:
            as_json([_document(one) for one in shown.plans])
        else:
            _show(shown.plans)
        if not shown.written:
            raise NothingToFix(what=shown.plans[0].what)
        if json and not yes:
            return
        ask(yes=yes, command="bmdesk listings fix", question=t("cli.fix_ask"))
        done = listing_fixes.fix(desk, who, account, keys, shown.digest)
    words.problems(done.problems)
    if not json:
        say(msg("listing_fix.done", count=done.count))
    if done.problems:
        raise typer.Exit(1)


def _show(plans: Sequence[Plan]) -> None:
    heads = (
        t("lint.column_code"),
        t("cli.column_listing"),
        t("cli.column_market"),
        t("cli.column_what"),
        t("cli.column_old"),
        t("cli.column_new"),
    )
    table(
        heads,
        [
            (
                one.seen.finding.code.value,
                one.seen.finding.sku,
                one.seen.finding.market,
                one.what,
                *((one.old, one.new) if one.act is not None else ("", "")),
            )
            for one in plans
        ],
    )


def _document(one: Plan) -> dict[str, Any]:
    finding = one.seen.finding
    return {
        "listing_id": one.seen.listing.listing_number or one.seen.listing.remote_id,
        "sku": finding.sku,
        "market": finding.market or None,
        "code": finding.code.value,
        "way": one.way.value,
        "what": one.what,
        "old": _said(one.old),
        "new": _said(one.new),
    }


def _said(value: object) -> object:
    return value if value is None or isinstance(value, int) else str(value)
