"""`bmdesk [--account A] orders`: list, show, and whatever a person decides (cli.orders_handle) or imports.

ID is Back Market's number of an order, L that of a line.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from bmdesk.cli import orders_handle, orders_import
from bmdesk.cli.context import named_account, scope
from bmdesk.cli.main import new_app
from bmdesk.cli.output import as_json, say, table
from bmdesk.texts import locale, msg, render, t

if TYPE_CHECKING:
    from bmdesk.services.orders.order_shown import ConflictShown, LineDetail, OrderDetail, OrderRow
    from bmdesk.services.orders.order_view import OrderFilter

app = new_app(help=t("cli.help_orders"), no_args_is_help=True)
orders_import.add_to(app)

_SHOWN = 100
_PAGE = 100

Order = Annotated[str, typer.Argument(metavar="ID", help=t("cli.help_orders_id"))]
Json = Annotated[bool, typer.Option("--json", help=t("cli.help_json"))]


@app.command("list", help=t("cli.help_orders_list"))
def list_(
    ctx: typer.Context,
    state: Annotated[str, typer.Option(help=t("cli.help_orders_state"))] = "",
    search: Annotated[str, typer.Option(help=t("cli.help_orders_search"))] = "",
    market: Annotated[str, typer.Option(help=t("cli.help_orders_market"))] = "",
    limit: Annotated[int | None, typer.Option(min=1, help=t("cli.help_units_limit"))] = None,
    json: Json = False,
) -> None:
    from bmdesk.cli import order_json
    from bmdesk.services.orders import order_view

    chosen = _chosen(state, search, market, named_account(ctx))
    most = limit or (sys.maxsize if json else _SHOWN)
    rows: list[OrderRow] = []
    conflicts: dict[str, tuple[ConflictShown, ...]] = {}
    after = None
    with scope(ctx).session(reassess=False) as session:
        while len(rows) < most:
            page = order_view.page(session.desk, chosen, after, min(_PAGE, most - len(rows)))
            rows += page.rows
            if json:
                asked = [one.id for one in page.rows if one.conflicts]
                conflicts |= order_view.conflicts_of(session.desk, asked)
            after = page.next
            if after is None:
                break
        whole = order_view.count(session.desk, chosen) if after is not None else len(rows)
    if json:
        as_json([order_json.row(one, conflicts.get(one.id, ())) for one in rows])
        return
    heads = (
        t("cli.orders_column_order"),
        t("cli.column_market"),
        t("cli.column_state"),
        t("cli.orders_column_ship_by"),
        t("cli.column_name"),
        t("cli.column_what"),
        t("cli.orders_column_price"),
        t("cli.orders_column_conflicts"),
    )
    table(heads, [_cells(one) for one in rows])
    if whole > len(rows):
        say(msg("cli.orders_more", shown=len(rows), count=whole))


@app.command(help=t("cli.help_orders_show"))
def show(ctx: typer.Context, order: Order, json: Json = False) -> None:
    from bmdesk.cli import order_json
    from bmdesk.services.orders import order_view

    with scope(ctx).session(reassess=False) as session:
        order_id = order_view.find(session.desk, order, named_account(ctx))
        found = order_view.detail(session.desk, order_id)
    if json:
        as_json(order_json.detail(found))
    else:
        _print(found)


def _chosen(state: str, search: str, market: str, account: str) -> OrderFilter:
    from bmdesk.domain.orders import LineState
    from bmdesk.services.orders.order_view import OrderFilter, Tab

    given = state.strip().lower()
    states, tabs = [one.value for one in LineState], [one.value for one in Tab]
    if given and given not in states and given not in tabs:
        known = ", ".join(dict.fromkeys([*states, *tabs]))
        raise typer.BadParameter(t("cli.bad_state", given=state[:40], known=known))
    # A state is a state, whoever fulfils the order; the other names are what is to be done here.
    tab = Tab(given) if given in tabs and given not in states else Tab.ALL
    return OrderFilter(tab, search, account, market.strip().lower(), given if given in states else "")


def _cells(one: OrderRow) -> tuple[object, ...]:
    due = locale.moment(one.ship_by) if one.ship_by else ""
    return (
        one.number,
        one.market,
        one.state_words,
        f"{due} !" if one.overdue else due,
        one.customer,
        _goods(one),
        one.price or "",
        one.conflicts or "",
    )


def _goods(one: OrderRow) -> str:
    if one.lines > 1:
        return t("cli.order_goods", title=one.title, more=one.lines - 1)
    return one.title if one.pieces == 1 else f"{one.pieces} x {one.title}"


def _print(found: OrderDetail) -> None:
    row = found.row
    due = locale.moment(row.ship_by) if row.ship_by else "-"
    say(msg("cli.order_head", order=str(row.number), market=row.market, state=row.state_words, due=due))
    if row.customer:
        say(f"{t('cli.column_name')}: {row.customer}")
    for line in found.lines:
        _print_line(line)
    if found.parcel is not None:
        parcel = found.parcel
        say(msg("cli.order_parcel", number=parcel.number, shipper=parcel.shipper, state=parcel.words))
    for conflict in found.conflicts:
        say(f"! {render(conflict.title)}: {render(conflict.happened)} {render(conflict.todo)}")
        say(msg("cli.order_ways", ways=", ".join(way.value for way in conflict.ways)))
    for effect in found.effects:
        say(f"> {render(effect.kind)}: {render(effect.title)}")
    if found.odoo is not None:
        say(f"> {render(found.odoo.words)}" + (f" {render(found.odoo.why)}" if found.odoo.why else ""))
    for event in found.timeline:
        say(f"{locale.moment(event.at)}  {event.operator or '-'}  {render(event.what)}")


def _print_line(line: LineDetail) -> None:
    from bmdesk.domain.orders import TO_FULFIL

    words = {
        "line": str(line.number),
        "sku": line.sku_text,
        "pieces": line.quantity,
        "state": line.state_words,
    }
    say(msg("cli.order_line", price=line.price or "-", **words))
    if line.refunded is not None:
        say(msg("cli.order_given_back", amount=line.refunded))
    if not line.ours and line.state in TO_FULFIL:
        say(msg("cli.order_line_not_ours"))
    for unit in line.units:
        say(
            msg("cli.order_unit", unit=unit.identifier or unit.unit_id, state=unit.state, place=unit.location)
        )


orders_handle.add_to(app)
