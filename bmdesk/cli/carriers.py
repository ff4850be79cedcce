"""`bmdesk parcels carriers`: the seller's carriers, how their numbers look, where a parcel can be followed."""

from __future__ import annotations

from typing import Annotated

import typer

from bmdesk.cli.context import scope
from bmdesk.cli.main import new_app
from bmdesk.cli.output import as_json, say, table
from bmdesk.texts import msg, t

app = new_app(help=t("cli.help_carriers"))

Json = Annotated[bool, typer.Option("--json", help=t("cli.help_json"))]
Code = Annotated[str, typer.Argument(help=t("cli.help_carrier_code"))]
Operator = Annotated[str, typer.Option(help=t("cli.help_bench_operator"))]


@app.command("list", help=t("cli.help_carriers"))
def list_(ctx: typer.Context, json: Json = False) -> None:
    from bmdesk.services.shipping import carriers

    with scope(ctx).session() as session:
        found = carriers.carriers(session.desk)
    if json:
        as_json(found)
        return
    heads = (
        t("cli.head_carrier_code"),
        t("cli.head_parcel_shipper"),
        t("cli.head_carrier_shape"),
        t("cli.head_carrier_url"),
    )
    table(heads, [(one.code, one.shipper, one.shape, one.url) for one in found])


@app.command(help=t("cli.help_carriers_put"))
def put(
    ctx: typer.Context,
    code: Code,
    shipper: Annotated[str, typer.Argument(help=t("cli.help_carrier_shipper"))],
    shape: Annotated[str, typer.Option(help=t("cli.help_carrier_shape"))] = "",
    url: Annotated[str, typer.Option(help=t("cli.help_carrier_url"))] = "",
    operator: Operator = "OWNER",
) -> None:
    from bmdesk.cli.people import actor
    from bmdesk.services.shipping import carriers

    with scope(ctx).session() as session:
        carriers.put(session.desk, actor(session.desk, operator), code, shipper, shape, url)
    say(msg("cli.carrier_kept", carrier=code, shipper=shipper))


@app.command(help=t("cli.help_carriers_remove"))
def remove(ctx: typer.Context, code: Code, operator: Operator = "OWNER") -> None:
    from bmdesk.cli.people import actor
    from bmdesk.services.shipping import carriers

    with scope(ctx).session() as session:
        carriers.remove(session.desk, actor(session.desk, operator), code)
    say(msg("cli.carrier_removed", carrier=code))
