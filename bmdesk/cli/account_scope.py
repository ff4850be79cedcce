"""What every command about one account begins with: the account, and the listings that somebody names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

import typer

from bmdesk.cli.context import scope
from bmdesk.texts import t

if TYPE_CHECKING:
    from bmdesk.services.desk import Desk


@contextmanager
def account_of(ctx: typer.Context, *, reassess: bool = True) -> Iterator[tuple[Desk, str]]:
    """The desk and the id of the account that this call is about. `reassess`: units are judged as of now first."""
    from bmdesk.services.selling import accounts

    here = scope(ctx)
    with here.session(reassess=reassess) as session:
        accounts.ensure(session.desk)
        yield session.desk, accounts.the_account(session.desk, here.account).id


def several(desk: Desk, account: str, given: Sequence[str]) -> list[str]:
    """The ids of all listings that these names mean. Raises UnknownListing."""
    from bmdesk.services.selling import listing_view

    return [row.id for name in given for row in listing_view.find(desk, account, name)]


def one_of(desk: Desk, account: str, given: str) -> str:
    """The id of the one listing that this name means. Raises UnknownListing, and BadParameter where several do."""
    found = several(desk, account, [given])
    if len(found) > 1:
        raise typer.BadParameter(t("cli.listing_not_one", given=given[:60], count=len(found)))
    return found[0]


def market_of_call(desk: Desk, ctx: typer.Context, given: str) -> str:
    """The market that was named, else the account's primary one."""
    from bmdesk.domain.markets import market as market_of
    from bmdesk.services.selling import account_settings

    if given.strip():
        return market_of(given).locale
    name = scope(ctx).account
    return desk.read(lambda c: account_settings.of(c, desk.company, name)).primary_market
