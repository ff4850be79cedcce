"""`bmdesk backbox`: ask who wins the BackBoxes of our listings, and list what was read."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bmdesk.cli.asking import ask
from bmdesk.cli.context import scope
from bmdesk.cli.main import new_app
from bmdesk.cli.output import as_json, complain, say, table
from bmdesk.texts import msg, render, t

if TYPE_CHECKING:
    from bmdesk.connectors.backmarket.import_backbox import Refreshed
    from bmdesk.domain.money import Money
    from bmdesk.services.desk import Desk
    from bmdesk.services.prices.winning import Prospect
    from bmdesk.services.selling.backbox import BoxFilter
    from bmdesk.services.session import Session

app = new_app(help=t("cli.help_backbox"))

_STOPPED = 130
_SHOWN = 100
"""Boxes that a person is shown; the document has them all."""

Named = Annotated[list[str] | None, typer.Option("--listing", help=t("cli.help_backbox_listing"))]
Json = Annotated[bool, typer.Option("--json", help=t("cli.help_json"))]


@app.command(help=t("cli.help_backbox_refresh"))
def refresh(
    ctx: typer.Context,
    listing: Named = None,
    market: Annotated[str, typer.Option(metavar="M", help=t("cli.help_backbox_refresh_market"))] = "",
    older_than: Annotated[int, typer.Option(min=0, metavar="MIN", help=t("cli.help_backbox_older"))] = 0,
    json: Json = False,
) -> None:
    where = _market(market)
    with scope(ctx).session(reassess=False) as session:
        account, ids = _named(session, scope(ctx).account, listing)
        done, stopped = _run(session, scope(ctx).account, where, ids, timedelta(minutes=older_than))
        rows = _read(session.desk, account, where, done.ids) if json else []
    if json:
        as_json(
            {
                "asked": done.asked,
                "boxes": done.boxes,
                "winning": done.winning,
                "without_box": done.without,
                "left": done.left,
                "complete": not done.left,
                "failed": [{"sku": sku, "reason": reason} for sku, reason in done.failed],
                "listings": rows,
            }
        )
    else:
        _say(done)
        if ids is not None and (others := len(ids) - done.asked - done.left) > 0:
            complain(msg("cli.backbox_not_asked", number=others))
    if stopped and done.left:
        complain(msg("cli.backbox_stopped", left=done.left))
        raise typer.Exit(_STOPPED)


@app.command("list", help=t("cli.help_backbox_list"))
def list_(
    ctx: typer.Context,
    listing: Named = None,
    market: Annotated[str, typer.Option(metavar="M", help=t("cli.help_listings_market"))] = "",
    state: Annotated[str, typer.Option(help=t("cli.help_backbox_state"))] = "",
    json: Json = False,
) -> None:
    from bmdesk.services.prices import winning
    from bmdesk.services.selling import backbox
    from bmdesk.services.selling.backbox import BoxFilter

    where = _market(market)
    with scope(ctx).session(reassess=False) as session:
        account, ids = _named(session, scope(ctx).account, listing)
        chosen = BoxFilter(where, state, None if ids is None else tuple(ids))
        if json:
            as_json([_line(one) for one in _all(session.desk, account, chosen)])
            return
        page = backbox.listed(session.desk, account, chosen, limit=_SHOWN)
        shown = winning.prospects(session.desk, account, page.rows)
        counted = backbox.tally(session.desk, account, chosen)
    heads = (
        t("cli.column_listing"),
        t("cli.column_market"),
        t("cli.column_state"),
        t("cli.column_price"),
        t("cli.column_winner"),
        t("cli.column_to_win"),
        t("cli.column_left_to_win"),
        t("cli.column_read_at"),
    )
    table(heads, [_cells(one) for one in shown])
    for standing, number in counted.items():
        if number:
            say(msg("cli.backbox_tally", state=backbox.standing_text(standing), number=number))


@app.command(help=t("cli.help_backbox_take"))
def take(
    ctx: typer.Context,
    listing: Annotated[str, typer.Argument(metavar="LISTING", help=t("cli.help_listings_named"))],
    market: Annotated[str, typer.Option(metavar="M", help=t("cli.help_listings_market"))],
    rules: Annotated[bool, typer.Option("--rules", help=t("cli.help_backbox_rules"))] = False,
    yes: Annotated[bool, typer.Option("--yes", help=t("cli.help_listings_yes"))] = False,
    operator: Annotated[str, typer.Option(help=t("cli.help_bench_operator"))] = "OWNER",
) -> None:
    from bmdesk.cli.account_scope import one_of
    from bmdesk.cli.people import actor
    from bmdesk.services.prices import winning
    from bmdesk.services.selling import accounts
    from bmdesk.services.selling.backbox import BoxFilter

    where = _market(market)
    with scope(ctx).session(reassess=False) as session:
        desk = session.desk
        accounts.ensure(desk)
        account = accounts.the_account(desk, scope(ctx).account).id
        chosen, who = one_of(desk, account, listing), actor(desk, operator)
        if rules:
            done = winning.give_back(desk, who, account, [(chosen, where)])
            said = msg("cli.backbox_rules_count", listing=listing, market=where)
        else:
            for one in _all(desk, account, BoxFilter(where, "", (chosen,))):
                _say_prospect(one)
            ask(yes=yes, command="bmdesk backbox take", question=t("cli.backbox_take_ask"))
            done = winning.take(desk, who, account, [(chosen, where)])
            said = msg("cli.backbox_taken", listing=listing, market=where)
    for note in done.notes:
        say(note)
    for _, reason in done.problems:
        complain(reason)
    if done.problems:
        raise typer.Exit(1)
    say(said)


def _say_prospect(one: Prospect) -> None:
    box = one.view.box
    if box.to_win is not None:
        left = one.margin if one.margin is not None else t("cli.unknown")
        floor = one.floor if one.floor is not None else t("cli.unknown")
        present = one.present or box.price or "-"
        say(msg("cli.backbox_prospect", price=box.to_win, left=left, floor=floor, present=present))


def _run(
    session: Session, account: str, market: str, ids: list[str] | None, older_than: timedelta
) -> tuple[Refreshed, bool]:
    """What was read, and whether somebody stopped it."""
    from bmdesk.cli.sync import asked_to_stop, tools_of
    from bmdesk.sync import market_reading

    with asked_to_stop() as stop:
        done = market_reading.backboxes(
            session.desk,
            tools_of(session, stop.wait, None),
            account,
            lambda: not stop.is_set(),
            _teller(),
            market=market,
            among=ids,
            older_than=older_than,
        )
        return done, stop.is_set()


def _named(session: Session, account: str, given: list[str] | None) -> tuple[str, list[str] | None]:
    """The account's id, and the listings that were named; None for all. Raises UnknownListing."""
    from bmdesk.services.selling import accounts, listing_view

    accounts.ensure(session.desk)
    account_id = accounts.the_account(session.desk, account).id
    if not given:
        return account_id, None
    found = [row.id for name in given for row in listing_view.find(session.desk, account_id, name)]
    return account_id, list(dict.fromkeys(found))


def _market(given: str) -> str:
    from bmdesk.domain.markets import market

    return market(given).locale if given.strip() else ""


def _read(desk: Desk, account: str, market: str, ids: tuple[str, ...]) -> list[dict[str, Any]]:
    """What is known now of the listings that were asked about."""
    from bmdesk.services.selling.backbox import MOST, BoxFilter

    pages = (ids[start : start + MOST] for start in range(0, len(ids), MOST))
    return [_line(one) for page in pages for one in _all(desk, account, BoxFilter(market, "", page))]


def _all(desk: Desk, account: str, chosen: BoxFilter) -> list[Prospect]:
    from bmdesk.services.prices import winning
    from bmdesk.services.selling import backbox

    page = backbox.listed(desk, account, chosen)
    found = list(winning.prospects(desk, account, page.rows))
    while page.next is not None:
        page = backbox.listed(desk, account, chosen, page.next)
        found += winning.prospects(desk, account, page.rows)
    return found


def _line(prospect: Prospect) -> dict[str, Any]:
    one, box = prospect.view, prospect.view.box
    said = next((money for money in (box.price, box.winner, box.to_win) if money is not None), None)
    return {
        "listing_id": one.listing_id,
        "sku": one.sku,
        "market": box.market,
        "state": box.standing.value,
        "winning": {"winning": True, "losing": False}.get(box.standing.value),
        "price": _amount(box.price),
        "price_now": _amount(prospect.present),
        "winner_price": _amount(box.winner),
        "price_to_win": _amount(box.to_win),
        "margin_to_win": _amount(prospect.margin),
        "margin_percent": prospect.percent,
        "floor": _amount(prospect.floor),
        "below_floor": prospect.is_below_floor,
        "chosen": _amount(prospect.chosen.price) if prospect.chosen is not None else None,
        "currency": said.currency if said else None,
        "read_at": box.read_at,
        "age_s": int(one.age.total_seconds()),
    }


def _amount(money: Money | None) -> str | None:
    return None if money is None else f"{money.amount:f}"


def _cells(prospect: Prospect) -> tuple[object, ...]:
    from bmdesk.services.selling.backbox import standing_text

    box = prospect.view.box
    return (
        prospect.view.sku,
        box.market,
        standing_text(box.standing),
        *map(_shown, (box.price, box.winner, box.to_win, prospect.margin)),
        box.read_at,
    )


def _shown(money: Money | None) -> str:
    from bmdesk.texts import locale

    return "" if money is None else locale.money(money.amount, money.currency)


def _say(done: Refreshed) -> None:
    counted = {"asked": done.asked, "boxes": done.boxes, "winning": done.winning, "without": done.without}
    say(msg("cli.backbox_refreshed", **counted))
    for sku, reason in done.failed[:_SHOWN]:
        complain(msg("cli.backbox_failed", sku=sku, reason=reason))


def _teller() -> Callable[[int, int], None]:
    """On a terminal, how far it is; nowhere else."""
    if not sys.stderr.isatty():
        return lambda _done, _total: None

    def told(done: int, total: int) -> None:
        far = msg("cli.backbox_far", done=done, total=total)
        print(f"\r{render(far)}", end="" if done < total else "\n", file=sys.stderr, flush=True)

    return told
