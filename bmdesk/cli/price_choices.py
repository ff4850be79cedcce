"""`bmdesk prices set`, `release`, `theirs`, `ours`: what a person says against the rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from bmdesk.cli.account_scope import account_of, market_of_call, one_of
from bmdesk.cli.output import say
from bmdesk.texts import msg, t

if TYPE_CHECKING:
    from bmdesk.services.prices.choosing import Choice

Market = Annotated[str, typer.Option(metavar="M", help=t("cli.help_prices_market"))]
Operator = Annotated[str, typer.Option(help=t("cli.help_bench_operator"))]
Listing = Annotated[str, typer.Argument(metavar="LISTING", help=t("cli.help_listings_named"))]


def add_to(app: typer.Typer) -> None:
    """The four commands."""
    app.command("set", help=t("cli.help_prices_set"))(set_)
    app.command("release", help=t("cli.help_prices_release"))(release)
    app.command("theirs", help=t("cli.help_prices_theirs"))(theirs)
    app.command("ours", help=t("cli.help_prices_ours"))(ours)


def set_(
    ctx: typer.Context,
    listing: Listing,
    price: Annotated[str, typer.Argument(metavar="PRICE", help=t("cli.help_prices_price"))],
    market: Market = "",
    operator: Operator = "OWNER",
) -> None:
    from bmdesk.cli.people import actor
    from bmdesk.domain.markets import currency_of
    from bmdesk.domain.money import Money
    from bmdesk.services.prices import choosing
    from bmdesk.services.prices.simulation import Why

    with account_of(ctx, reassess=False) as (desk, account):
        where = market_of_call(desk, ctx, market)
        amount, _, given = price.strip().partition(" ")
        money = Money.parse(amount, given.strip().upper() or currency_of(where))
        row = one_of(desk, account, listing)
        who = actor(desk, operator)
        _chosen(choosing.choose(desk, who, account, row, where, money, Why.HAND), listing, where)


def release(ctx: typer.Context, listing: Listing, market: Market = "", operator: Operator = "OWNER") -> None:
    from bmdesk.cli.people import actor
    from bmdesk.services.prices import choosing

    with account_of(ctx, reassess=False) as (desk, account):
        where = market_of_call(desk, ctx, market)
        done = choosing.release(desk, actor(desk, operator), account, one_of(desk, account, listing), where)
    if done is None:
        say(msg("prices.nothing_chosen", listing=listing, market=where))
    else:
        _chosen(done, listing, where)


def theirs(ctx: typer.Context, listing: Listing, market: Market = "", operator: Operator = "OWNER") -> None:
    from bmdesk.cli.people import actor
    from bmdesk.services.prices import choosing

    with account_of(ctx, reassess=False) as (desk, account):
        where = market_of_call(desk, ctx, market)
        row = one_of(desk, account, listing)
        _chosen(choosing.theirs(desk, actor(desk, operator), account, row, where), listing, where)


def ours(ctx: typer.Context, listing: Listing, market: Market = "", operator: Operator = "OWNER") -> None:
    from bmdesk.cli.people import actor
    from bmdesk.services.prices import choosing

    with account_of(ctx, reassess=False) as (desk, account):
        where = market_of_call(desk, ctx, market)
        choosing.ours(desk, actor(desk, operator), account, one_of(desk, account, listing), where)
    say(msg("prices.ours_counts", listing=listing, market=where))


def _chosen(done: Choice, listing: str, market: str) -> None:
    say(msg("prices.chosen", listing=listing, market=market, price=done.now))
    for note in done.notes:
        say(note)
