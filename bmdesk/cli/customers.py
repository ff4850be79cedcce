"""`bmdesk customers`: who bought, with orders, devices and addresses; and who may be one person."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bmdesk.cli.context import scope
from bmdesk.cli.main import new_app
from bmdesk.cli.output import as_json, say, table
from bmdesk.domain.orders import LineState, state_text
from bmdesk.domain.rights import Right
from bmdesk.texts import msg, t

if TYPE_CHECKING:
    from bmdesk.domain.customers import Person
    from bmdesk.services.orders.customers import Customer, Detail

app = new_app(help=t("cli.help_customers"), no_args_is_help=True)

_MOST = 100_000
_YES = "yes"


@app.command("list", help=t("cli.help_customers_list"))
def list_(
    ctx: typer.Context,
    words: Annotated[str, typer.Option("--words", help=t("cli.help_customers_words"))] = "",
    limit: Annotated[int, typer.Option(min=1, max=_MOST, help=t("cli.help_customers_limit"))] = 200,
    json: Annotated[bool, typer.Option("--json", help=t("cli.help_json"))] = False,
) -> None:
    from bmdesk.services.orders import customers

    with scope(ctx).session(reassess=False) as session:
        rows: list[Customer] = []
        after: str | None = None
        while len(rows) < limit:
            page = customers.page(session.desk, words, after, min(200, limit - len(rows)))
            rows += page.rows
            after = page.next
            if after is None:
                break
    if json:
        as_json([_customer(one) for one in rows])
        return
    heads = (
        t("cli.column_id"),
        t("cli.column_name"),
        t("cli.customers_column_email"),
        t("cli.customers_column_orders"),
    )
    table(heads, [(one.id, one.name, one.email, one.orders) for one in rows])


@app.command(help=t("cli.help_customers_show"))
def show(
    ctx: typer.Context,
    customer: Annotated[str, typer.Argument(metavar="ID", help=t("cli.help_customers_id"))],
    json: Annotated[bool, typer.Option("--json", help=t("cli.help_json"))] = False,
) -> None:
    from bmdesk.services.orders import customers

    with scope(ctx).session(reassess=False) as session:
        found = customers.detail(session.desk, customers.find(session.desk, customer))
    if json:
        as_json(_detail(found))
    else:
        _say(found)


@app.command(help=t("cli.help_customers_doubts"))
def doubts(
    ctx: typer.Context,
    json: Annotated[bool, typer.Option("--json", help=t("cli.help_json"))] = False,
) -> None:
    from bmdesk.services.orders import customers

    with scope(ctx).session(reassess=False) as session:
        found = customers.doubts(session.desk)
    if json:
        as_json([{"one": _customer(d.one), "other": _customer(d.other), "why": d.why} for d in found])
        return
    heads = (t("cli.column_id"), t("cli.column_name"), t("cli.column_id"), t("cli.column_name"))
    table(heads, [(d.one.id, d.one.name, d.other.id, d.other.name) for d in found])


@app.command(help=t("cli.help_customers_answer"))
def answer(
    ctx: typer.Context,
    one: Annotated[str, typer.Argument(metavar="ID", help=t("cli.help_customers_id"))],
    other: Annotated[str, typer.Argument(metavar="ID", help=t("cli.help_customers_id"))],
    same: Annotated[bool, typer.Option("--same/--other", help=t("cli.help_customers_same"))],
    operator: Annotated[str, typer.Option(help=t("cli.help_bench_operator"))] = "OWNER",
) -> None:
    from bmdesk.cli.people import actor
    from bmdesk.services.orders import customers

    with scope(ctx).session(reassess=False) as session:
        done = customers.answer(session.desk, actor(session.desk, operator), one, other, same=same)
    say(msg("cli.customers_one", customer=done.customer_id) if same else msg("cli.customers_two"))


@app.command(help=t("cli.help_customers_export"))
def export(
    ctx: typer.Context,
    customer: Annotated[str, typer.Argument(metavar="ID", help=t("cli.help_customers_id"))],
    file: Annotated[Path, typer.Argument(help=t("cli.help_customers_export_file"))],
    operator: Annotated[str, typer.Option(help=t("cli.help_bench_operator"))] = "OWNER",
    json: Annotated[bool, typer.Option("--json", help=t("cli.help_json"))] = False,
) -> None:
    from bmdesk.cli.people import proven
    from bmdesk.services import privacy_file
    from bmdesk.services.orders import customers

    with scope(ctx).session(reassess=False) as session:
        found = customers.find(session.desk, customer)
        who = proven(session.desk, operator, Right.PERSONAL_DATA)
        done = privacy_file.export(session.desk, who, found, file)
    if json:
        as_json(done)
    else:
        say(msg("cli.customers_exported", file=str(done.file), orders=done.orders, papers=done.papers))


@app.command(help=t("cli.help_customers_erase"))
def erase(
    ctx: typer.Context,
    customer: Annotated[str, typer.Argument(metavar="ID", help=t("cli.help_customers_id"))],
    yes: Annotated[bool, typer.Option("--yes", help=t("cli.help_yes"))] = False,
    operator: Annotated[str, typer.Option(help=t("cli.help_bench_operator"))] = "OWNER",
    json: Annotated[bool, typer.Option("--json", help=t("cli.help_json"))] = False,
) -> None:
    from bmdesk.cli.people import proven
    from bmdesk.services import privacy
    from bmdesk.services.orders import customers

    with scope(ctx).session(reassess=False) as session:
        found = customers.find(session.desk, customer)
        if not yes:
            _confirm(customers.detail(session.desk, found))
        who = proven(session.desk, operator, Right.PERSONAL_DATA)
        done = privacy.erase(session.desk, who, found)
    if json:
        as_json(done)
    else:
        say(msg("cli.customers_erased", orders=done.orders, papers=done.papers))


def _confirm(found: Detail) -> None:
    """What cannot be undone is done for a person who typed the word, or for a script that said --yes."""
    one = found.customer
    say(msg("cli.customers_erase_asks", name=one.name, orders=one.orders, word=_YES))
    if not sys.stdin.isatty() or input("> ").strip().lower() != _YES:
        raise typer.Abort


def _customer(one: Customer) -> dict[str, Any]:
    return {
        "id": one.id,
        "name": one.name,
        "email": one.email,
        "phone": one.phone,
        "country": one.country,
        "orders": one.orders,
        "last_order_at": one.last_at,
        "erased_at": one.erased_at,
    }


def _detail(found: Detail) -> dict[str, Any]:
    return {
        **_customer(found.customer),
        "orders": [
            {
                "order_id": one.number,
                "id": one.id,
                "account": one.account,
                "market": one.market,
                "state": one.state,
                "created_at": one.created_at,
            }
            for one in found.orders
        ],
        "devices": [
            {
                "unit": one.unit_id,
                "identifier": one.identifier,
                "title": one.title,
                "order_id": one.order_number,
                "state": one.state,
                "warranty_until": one.warranty_until,
            }
            for one in found.devices
        ],
        "addresses": list(found.addresses),
        "doubts": [d.other.id if d.one.id == found.customer.id else d.one.id for d in found.doubts],
    }


def _say(found: Detail) -> None:
    one = found.customer
    say(msg("cli.customer_line", name=one.name, email=one.email or "-", phone=one.phone or "-"))
    for person in found.addresses:
        say("  " + _line(person))
    heads = (
        t("cli.customers_column_order"),
        t("cli.column_market"),
        t("cli.column_state"),
        t("cli.column_created"),
    )
    table(heads, [(o.number, o.market, state_text(LineState(o.state)), o.created_at) for o in found.orders])
    if found.devices:
        heads = (
            t("cli.column_identifier"),
            t("cli.column_title"),
            t("cli.customers_column_order"),
            t("cli.customers_column_warranty"),
        )
        table(heads, [(d.identifier, d.title, d.order_number, d.warranty_until) for d in found.devices])


def _line(person: Person) -> str:
    town = f"{person.postcode} {person.city}".strip()
    parts = (person.name, person.company, person.street, person.street2, town, person.country)
    return ", ".join(dict.fromkeys(part for part in parts if part))
