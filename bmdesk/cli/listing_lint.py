"""`bmdesk listings lint` and `ignore`: the mistakes in all listings, and those that somebody lets stand."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import wrap
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bmdesk.cli.account_scope import account_of, one_of
from bmdesk.cli.listing_words import SHOWN
from bmdesk.cli.output import as_json, say, table
from bmdesk.texts import msg, render, t

if TYPE_CHECKING:
    from bmdesk.domain.listing_findings import Code
    from bmdesk.services.selling.listing_lint import Seen

_WIDEST = 58
"""Letters of evidence on one line of the table."""

Json = Annotated[bool, typer.Option("--json", help=t("cli.help_json"))]
Market = Annotated[str, typer.Option(help=t("cli.help_listings_market"))]


def lint(
    ctx: typer.Context,
    ignored: Annotated[bool, typer.Option("--ignored", help=t("cli.help_lint_ignored"))] = False,
    json: Json = False,
) -> None:
    """Exit 1 while a mistake of severity error is open."""
    from bmdesk.services.selling import listing_lint

    with account_of(ctx) as (desk, account):
        found = listing_lint.look(desk, account)
    shown = found.ignored if ignored else found.open
    if json:
        as_json([_document(one) for one in shown])
    else:
        _show(shown)
        say(
            msg(
                "lint.summary",
                listings=found.listings,
                errors=found.errors,
                warnings=len(found.open) - found.errors,
                ignored=len(found.ignored),
            )
        )
    if found.errors:
        raise typer.Exit(1)


def ignore(
    ctx: typer.Context,
    listing: Annotated[str, typer.Argument(metavar="LISTING", help=t("cli.help_listings_named"))],
    code: Annotated[str, typer.Argument(metavar="CODE", help=t("cli.help_lint_code"))],
    reason: Annotated[str, typer.Option(help=t("cli.help_lint_reason"))] = "",
    market: Market = "",
    end: Annotated[bool, typer.Option("--end", help=t("cli.help_lint_end"))] = False,
    operator: Annotated[str, typer.Option(help=t("cli.help_bench_operator"))] = "OWNER",
) -> None:
    """Let one mistake of a listing stand, or say it again."""
    from bmdesk.cli.people import actor
    from bmdesk.domain.markets import market as market_of
    from bmdesk.services.selling import listing_lint

    meant, where = code_of(code), market_of(market).locale if market.strip() else ""
    with account_of(ctx) as (desk, account):
        one, who = one_of(desk, account, listing), actor(desk, operator)
        if end:
            listing_lint.heed(desk, who, account, one, meant, where)
        else:
            listing_lint.ignore(desk, who, account, one, meant, reason, where)
    said = (
        msg("lint.heeded", listing=listing, code=code)
        if end
        else msg("lint.ignored", listing=listing, code=code)
    )
    say(said)


def code_of(given: str) -> Code:
    """The mistake of this name."""
    from bmdesk.domain.listing_findings import Code

    if given not in set(Code):
        raise typer.BadParameter(t("cli.lint_unknown_code", given=given[:40], known=", ".join(Code)))
    return Code(given)


def _document(one: Seen) -> dict[str, Any]:
    """`listing_id` is the marketplace's own number, its UUID where it has none."""
    finding, listing, ignored = one.finding, one.listing, one.ignored
    return {
        "listing_id": listing.listing_number or listing.remote_id,
        "id": listing.id,
        "uuid": listing.remote_id,
        "sku": finding.sku,
        "market": finding.market or None,
        "code": finding.code.value,
        "severity": finding.severity.value,
        "evidence": finding.evidence,
        "fix": finding.fix.value if finding.fix else None,
        "ignored": None
        if ignored is None
        else {"reason": ignored.reason, "by": ignored.by, "at": ignored.at},
    }


def _show(found: Sequence[Seen]) -> None:
    """A table in which the evidence goes on below where it is longer than a column."""
    from bmdesk.domain.listing_findings import fix_text

    heads = (
        t("lint.column_severity"),
        t("lint.column_code"),
        t("cli.column_listing"),
        t("cli.column_market"),
        t("lint.column_evidence"),
        t("lint.column_fix"),
    )
    rows: list[tuple[object, ...]] = []
    for one in found[:SHOWN]:
        finding = one.finding
        first, *more = wrap(render(finding.evidence), _WIDEST)
        fix = fix_text(finding.fix) if finding.fix else ""
        rows.append((finding.severity.value, finding.code.value, finding.sku, finding.market, first, fix))
        rows += [("", "", "", "", line, "") for line in more]
    if rows:
        table(heads, rows)
    if len(found) > SHOWN:
        say(msg("lint.more", shown=SHOWN, total=len(found)))
