"""`bmdesk odoo orders`: what Odoo lacks of the orders that left since a day, and sending it when somebody says so."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bmdesk.cli.context import scope
from bmdesk.cli.output import as_json, say, table
from bmdesk.texts import locale, msg, t

if TYPE_CHECKING:
    from bmdesk.services.odoo.sales.orders_left import Left, LeftOrder

_MOST = 200
"""So many orders are listed; the document has them all."""


def orders(
    ctx: typer.Context,
    since: Annotated[str, typer.Option(metavar="D", help=t("cli.help_odoo_orders_since"))],
    what: Annotated[str, typer.Option(metavar="W", help=t("cli.help_odoo_orders_what"))] = "",
    yes: Annotated[bool, typer.Option("--yes", help=t("cli.help_odoo_orders_yes"))] = False,
    operator: Annotated[str, typer.Option(help=t("cli.help_bench_operator"))] = "OWNER",
    json: Annotated[bool, typer.Option("--json", help=t("cli.help_json"))] = False,
) -> None:
    from bmdesk.cli.people import actor
    from bmdesk.services.odoo.sales import orders_left

    day = _day(since)
    lacks = orders_left.lacks_of(what.split(","))
    with scope(ctx).session(reassess=False) as session:
        who = actor(session.desk, operator)
        found = orders_left.look(session.desk, day)
        chosen = found.of(lacks)
        queued = orders_left.queue(session.desk, who, chosen) if yes else None
    if json:
        as_json(_document(found, chosen, queued))
    else:
        _show(found, chosen, queued)
    if chosen and queued is None:
        raise typer.Exit(1)


def _day(text: str) -> date:
    """Raises BadDate."""
    from bmdesk.cli.orders_import import BadDate

    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise BadDate(given=text[:40]) from None


def _show(found: Left, chosen: tuple[LeftOrder, ...], queued: int | None) -> None:
    if chosen:
        heads = (
            t("odoo.left.head_order"),
            t("odoo.left.head_market"),
            t("odoo.left.head_left"),
            t("odoo.left.head_total"),
            t("odoo.left.head_lacks"),
            t("odoo.left.head_follows"),
        )
        rows = [
            (
                one.number,
                one.market,
                locale.day(one.left_on),
                f"{one.total} {one.currency}",
                one.lack.words,
                one.follows,
            )
            for one in chosen[:_MOST]
        ]
        table(heads, rows)
    for lack, count in found.counts().items():
        say(msg("odoo.left.count", what=lack.words, count=str(count)))
    if not found.orders:
        say(msg("odoo.left.none", since=found.since.isoformat()))
    if found.busy:
        say(msg("odoo.left.busy", count=found.busy))
    if not found.invoices:
        say(msg("odoo.left.no_invoices"))
    if found.held:
        say(msg("odoo.left.held"))
    if queued is not None:
        say(msg("odoo.left.queued", count=queued))
    elif chosen:
        say(msg("cli.odoo_orders_yes", count=len(chosen)))


def _document(found: Left, chosen: tuple[LeftOrder, ...], queued: int | None) -> dict[str, Any]:
    return {
        "since": found.since.isoformat(),
        "counts": found.counts(),
        "on_their_way": found.busy,
        "invoices": found.invoices,
        "sent": not found.held,
        "orders": [
            {
                "order": one.number,
                "market": one.market,
                "left_on": one.left_on.isoformat(),
                "total": str(one.total),
                "currency": one.currency,
                "lacks": one.lack,
                "invoiced": one.invoiced,
            }
            for one in chosen
        ],
        "queued": queued,
    }
