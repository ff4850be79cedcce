"""`bmdesk listings`: list with reasons, link, hand over, hand back, pause, resume; and what would change at all."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from bmdesk.cli import listing_words as words
from bmdesk.cli import listings_files
from bmdesk.cli.account_scope import account_of as _account
from bmdesk.cli.account_scope import one_of
from bmdesk.cli.account_scope import several as _several
from bmdesk.cli.asking import ask
from bmdesk.cli.listing_fix import fix
from bmdesk.cli.listing_lint import ignore, lint
from bmdesk.cli.listing_publish import offline, publish
from bmdesk.cli.listing_texts import texts, texts_runs, texts_undo
from bmdesk.cli.listing_words import SHOWN
from bmdesk.cli.main import new_app
from bmdesk.cli.output import as_json, complain, say
from bmdesk.texts import msg, t

if TYPE_CHECKING:
    from bmdesk.domain.listing_reasons import Aspect
    from bmdesk.services.desk import Actor, Desk
    from bmdesk.services.selling.link_list import LinkRow
    from bmdesk.services.selling.listing_why import ListedRow
    from bmdesk.services.selling.management import Done

app = new_app(help=t("cli.help_listings"))
app.command("lint", help=t("cli.help_listings_lint"))(lint)
app.command("ignore", help=t("cli.help_listings_ignore"))(ignore)
app.command("fix", help=t("cli.help_listings_fix"))(fix)
app.command("publish", help=t("cli.help_listings_publish"))(publish)
app.command("offline", help=t("cli.help_listings_offline"))(offline)
app.command("texts", help=t("cli.help_listings_texts"))(texts)
app.command("texts-runs", help=t("cli.help_listings_texts_runs"))(texts_runs)
app.command("texts-undo", help=t("cli.help_listings_texts_undo"))(texts_undo)
app.command("export", help=t("cli.help_listings_export"))(listings_files.export)
app.command("import", help=t("cli.help_listings_import"))(listings_files.import_)

_ATTEMPTS = 3

Json = Annotated[bool, typer.Option("--json", help=t("cli.help_json"))]
Operator = Annotated[str, typer.Option(help=t("cli.help_bench_operator"))]
Listings = Annotated[
    list[str] | None, typer.Argument(metavar="[LISTING]...", help=t("cli.help_listings_named"))
]
All = Annotated[bool, typer.Option("--all", help=t("cli.help_listings_all"))]
Yes = Annotated[bool, typer.Option("--yes", help=t("cli.help_listings_yes"))]
Stock = Annotated[bool, typer.Option("--stock", help=t("cli.help_listings_stock"))]
Price = Annotated[bool, typer.Option("--price", help=t("cli.help_listings_price"))]
Content = Annotated[bool, typer.Option("--content", help=t("cli.help_listings_content"))]
Market = Annotated[str, typer.Option(help=t("cli.help_listings_market"))]


@app.command("list", help=t("cli.help_listings_list"))
def list_(
    ctx: typer.Context,
    search: Annotated[str, typer.Option(help=t("cli.help_listings_search"))] = "",
    managed: Annotated[str, typer.Option(help=t("cli.help_listings_managed"))] = "",
    state: Annotated[str, typer.Option(help=t("cli.help_listings_state"))] = "",
    level: Annotated[str, typer.Option(help=t("cli.help_listings_level"))] = "",
    market: Market = "",
    limit: Annotated[int | None, typer.Option(min=1, help=t("cli.help_units_limit"))] = None,
    json: Json = False,
) -> None:
    from bmdesk.cli import listing_json
    from bmdesk.services.selling import listing_view

    chosen = listing_view.ListingFilter(search, managed, state, _market(market), level)
    most = limit or (sys.maxsize if json else SHOWN)
    found: list[ListedRow] = []
    with _account(ctx) as (desk, account):
        after = None
        while len(found) < most:
            page = listing_view.listed(desk, account, chosen, after, min(100, most - len(found)))
            found += page.rows
            after = page.next
            if after is None:
                break
    if json:
        as_json([listing_json.line(row) for row in found])
        return
    words.listings(found)
    if after is not None:
        say(msg("cli.listings_more", shown=len(found)))


@app.command(help=t("cli.help_listings_link"))
def link(
    ctx: typer.Context,
    listing: Annotated[str, typer.Argument(metavar="[LISTING]", help=t("cli.help_listings_named"))] = "",
    sku: Annotated[str, typer.Argument(metavar="[SKU]", help=t("cli.help_listings_sku"))] = "",
    all_: All = False,
    yes: Yes = False,
    nothing: Annotated[bool, typer.Option("--nothing", help=t("cli.help_listings_nothing"))] = False,
    carries: Annotated[bool, typer.Option("--carries", help=t("cli.help_listings_carries"))] = False,
    make: Annotated[bool, typer.Option("--make-products", help=t("cli.help_listings_make"))] = False,
    category: Annotated[str, typer.Option(help=t("cli.help_listings_category"))] = "phone",
    operator: Operator = "OWNER",
    json: Json = False,
) -> None:
    from bmdesk.cli.people import actor
    from bmdesk.services.selling import linking

    if json and (make or listing or all_):
        raise typer.BadParameter(t("cli.json_only_lists"))
    with _account(ctx) as (desk, account):
        who = actor(desk, operator)
        if make:
            _make_products(desk, who, account, [listing] if listing else [], category)
        elif not listing and all_:
            _confirm_all(desk, who, account, yes=yes)
        elif not listing:
            _print_open(desk, account, json=json)
        elif nothing:
            linking.nothing_of_ours(desk, who, one_of(desk, account, listing))
            say(msg("cli.listing_nothing", listing=listing))
        elif carries:
            linking.choose_carrier(desk, who, one_of(desk, account, listing))
            say(msg("cli.listing_carries", listing=listing))
        elif sku:
            linking.confirm_text(desk, who, one_of(desk, account, listing), sku)
            say(msg("cli.listing_linked", listing=listing, sku=sku))
        else:
            raise typer.BadParameter(t("cli.link_needs_sku"))


@app.command(help=t("cli.help_listings_unlink"))
def unlink(
    ctx: typer.Context,
    listing: Annotated[str, typer.Argument(metavar="LISTING", help=t("cli.help_listings_named"))],
    operator: Operator = "OWNER",
) -> None:
    from bmdesk.cli.people import actor
    from bmdesk.services.selling import linking

    with _account(ctx) as (desk, account):
        linking.unlink(desk, actor(desk, operator), one_of(desk, account, listing))
    say(msg("cli.listing_unlinked", listing=listing))


@app.command(help=t("cli.help_listings_preview"))
def preview(
    ctx: typer.Context,
    listing: Listings = None,
    stock: Stock = False,
    price: Price = False,
    content: Content = False,
    json: Json = False,
) -> None:
    from bmdesk.cli import listing_json
    from bmdesk.services.selling import management

    with _account(ctx) as (desk, account):
        chosen = _several(desk, account, listing) if listing else None
        shown = management.preview(desk, account, chosen, _aspects(stock, price, content))
    if json:
        as_json(listing_json.preview(shown))
    else:
        words.preview(shown)


@app.command(help=t("cli.help_listings_manage"))
def manage(
    ctx: typer.Context,
    listing: Listings = None,
    stock: Stock = False,
    price: Price = False,
    content: Content = False,
    all_: All = False,
    yes: Yes = False,
    operator: Operator = "OWNER",
) -> None:
    from bmdesk.cli.people import actor

    aspects = _aspects(stock, price, content)
    with _account(ctx) as (desk, account):
        who = actor(desk, operator)
        chosen = _chosen(desk, account, listing, all_=all_)
        done = _hand_over(desk, who, account, chosen, aspects, yes=yes)
    words.done(done, msg("cli.listings_managed", count=done.count))


@app.command(help=t("cli.help_listings_unmanage"))
def unmanage(
    ctx: typer.Context,
    listing: Listings = None,
    stock: Stock = False,
    price: Price = False,
    content: Content = False,
    all_: All = False,
    operator: Operator = "OWNER",
) -> None:
    from bmdesk.services.selling import management

    done = _each(ctx, listing, all_, operator, management.unmanage, _aspects(stock, price, content))
    words.done(done, msg("cli.listings_unmanaged", count=done.count))


@app.command(help=t("cli.help_listings_pause"))
def pause(
    ctx: typer.Context,
    listing: Listings = None,
    market: Market = "",
    all_: All = False,
    operator: Operator = "OWNER",
) -> None:
    from bmdesk.services.selling import pausing

    done = _each(ctx, listing, all_, operator, pausing.pause, _market(market))
    words.done(done, msg("cli.listings_paused", count=done.count))


@app.command(help=t("cli.help_listings_resume"))
def resume(
    ctx: typer.Context,
    listing: Listings = None,
    market: Market = "",
    all_: All = False,
    operator: Operator = "OWNER",
) -> None:
    from bmdesk.services.selling import pausing

    done = _each(ctx, listing, all_, operator, pausing.resume, _market(market))
    words.done(done, msg("cli.listings_resumed", count=done.count))


def _each(
    ctx: typer.Context,
    listing: Sequence[str] | None,
    all_: bool,
    operator: str,
    service: Callable[..., Done],
    what: object,
) -> Done:
    """Call this service of management for the listings that were named, or for all."""
    from bmdesk.cli.people import actor

    with _account(ctx) as (desk, account):
        chosen = _chosen(desk, account, listing, all_=all_)
        return service(desk, actor(desk, operator), account, chosen, what, _progress)


def _aspects(stock: bool, price: bool, content: bool) -> tuple[Aspect, ...]:
    """The aspects named; all three when none is."""
    from bmdesk.domain.listing_reasons import ASPECTS

    named = (stock, price, content)
    return tuple(a for a, on in zip(ASPECTS, named, strict=True) if on) if any(named) else ASPECTS


def _market(given: str) -> str:
    from bmdesk.domain.markets import market

    return market(given).locale if given.strip() else ""


def _chosen(desk: Desk, account: str, given: Sequence[str] | None, *, all_: bool) -> list[str] | None:
    if bool(given) == all_:
        raise typer.BadParameter(t("cli.listings_or_all"))
    return None if all_ else _several(desk, account, given or ())


def _hand_over(
    desk: Desk, who: Actor, account: str, chosen: list[str] | None, aspects: tuple[Aspect, ...], *, yes: bool
) -> Done:
    """Show, ask, hand over. With `--yes` nobody has looked, so what changed meanwhile is shown and taken again."""
    from bmdesk.services.selling import management

    for attempt in range(_ATTEMPTS):
        shown = management.preview(desk, account, chosen, aspects)
        words.preview(shown)
        ask(yes=yes, command="bmdesk listings manage", question=t("cli.manage_ask"))
        try:
            return management.manage(desk, who, account, chosen, aspects, shown.digest, _progress)
        except management.PreviewChanged:
            if not yes or attempt == _ATTEMPTS - 1:
                raise
    raise AssertionError("the last attempt returns or raises")


def _progress(done: int, total: int) -> bool:
    if total > 100:
        complain(msg("cli.listings_progress", done=done, total=total))
    return True


def _confirm_all(desk: Desk, who: Actor, account: str, *, yes: bool) -> None:
    from bmdesk.services.selling import link_list, linking

    rows = link_list.sure(desk, account)
    words.links(rows[:SHOWN])
    say(msg("cli.links_sure", count=len(rows)))
    if not rows:
        return
    ask(yes=yes, command="bmdesk listings link --all", question=t("cli.link_ask"))
    seen = {row.listing.id: row.sure.sku_text for row in rows if row.sure is not None}
    done = linking.confirm_all(desk, who, account, seen, _progress)
    words.problems(done.problems)
    say(msg("cli.listings_linked", count=done.count))


def _make_products(desk: Desk, who: Actor, account: str, given: Sequence[str], category: str) -> None:
    from bmdesk.services.selling import link_list, listing_products

    ids = _several(desk, account, given)
    if not given:
        after = None
        while True:
            page = link_list.suggestions(desk, account, after, 500)
            # What a product of ours may sell is for a person to confirm; the rest is unknown here.
            ids += [row.listing.id for row in page.rows if not row.suggestions]
            after = page.next
            if after is None:
                break
    made = listing_products.make_product(desk, who, account, ids, category, _progress)
    words.problems(made.problems)
    say(msg("cli.products_made", products=made.products, linked=made.linked))


def _print_open(desk: Desk, account: str, *, json: bool) -> None:
    from bmdesk.cli import listing_json
    from bmdesk.services.selling import link_list

    rows: list[LinkRow] = []
    after = None
    while json or len(rows) < SHOWN:
        page = link_list.suggestions(desk, account, after, 500 if json else SHOWN)
        rows += page.rows
        after = page.next
        if after is None:
            break
    if json:
        as_json([listing_json.linking(row) for row in rows])
        return
    words.links(rows)
    say(msg("cli.links_open", count=link_list.count(desk, account)))
