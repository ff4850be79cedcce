"""`bmdesk pick`: what lies where for the orders that may be packed, on screen or as paper with barcodes."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bmdesk.cli.context import scope
from bmdesk.cli.main import new_app
from bmdesk.cli.output import as_json, say, table
from bmdesk.texts import msg, t

app = new_app(help=t("cli.help_pick"))

Json = Annotated[bool, typer.Option("--json", help=t("cli.help_json"))]


@app.command("list", help=t("cli.help_pick_list"))
def list_(
    ctx: typer.Context,
    pdf: Annotated[Path | None, typer.Option(help=t("cli.help_pick_pdf"))] = None,
    batch: Annotated[str | None, typer.Option(help=t("cli.help_pick_batch"))] = None,
    json: Json = False,
) -> None:
    from bmdesk.services.shipping import picking

    with scope(ctx).session() as session:
        if pdf is not None:
            from bmdesk.reports import parcel_papers

            found = parcel_papers.write_pick_list(session.desk, pdf, batch)
        else:
            found = picking.to_pick(session.desk, batch)
    if json:
        as_json(
            {
                "batch": found.batch.number if found.batch else None,
                "left": found.left,
                "orders": found.orders,
                "stops": [
                    {
                        "location": stop.location,
                        "items": [
                            {
                                "unit": item.unit_id or None,
                                "identifier": item.identifier,
                                "sku": item.sku,
                                "title": item.title,
                                "order_id": item.order_number,
                                "ship_by": item.ship_by,
                                "pieces": item.pieces,
                                "picked": item.picked,
                                "put_back": item.put_back,
                            }
                            for item in stop.items
                        ],
                    }
                    for stop in found.stops
                ],
                "pdf": pdf,
            }
        )
        return
    if pdf is not None:
        say(msg("cli.pick_written", file=str(pdf), pieces=found.left))
        return
    heads = (
        t("cli.head_pick_place"),
        t("cli.head_pick_identifier"),
        t("cli.head_pick_title"),
        t("cli.head_pick_order"),
        t("cli.head_pick_ship_by"),
        t("cli.head_pick_picked"),
    )
    rows = [
        (
            stop.location,
            item.identifier or item.pieces,
            item.title,
            item.order_number,
            item.ship_by,
            "x" if item.picked else "",
        )
        for stop in found.stops
        for item in stop.items
    ]
    table(heads, rows)


@app.command(help=t("cli.help_pick_batch_new"))
def batch(
    ctx: typer.Context,
    order: Annotated[list[int] | None, typer.Option(help=t("cli.help_pick_order"))] = None,
    operator: Annotated[str, typer.Option(help=t("cli.help_bench_operator"))] = "OWNER",
) -> None:
    from bmdesk.cli.people import actor
    from bmdesk.services.shipping import pack_refusals, picking
    from bmdesk.store.queries import orders

    with scope(ctx).session() as session:
        desk = session.desk
        ids = None
        if order:
            ids = []
            for number in order:
                found = desk.read(lambda c, n=number: orders.by_number(c, desk.company, n))  # type: ignore[misc]
                if found is None:
                    raise pack_refusals.UnknownOrder(given=str(number))
                ids.append(found)
        made = picking.new_batch(desk, actor(desk, operator), ids)
    say(msg("cli.pick_batch", number=made.number))


@app.command(help=t("cli.help_pick_close"))
def close(
    ctx: typer.Context,
    number: Annotated[str, typer.Argument(help=t("cli.help_pick_batch"))],
    operator: Annotated[str, typer.Option(help=t("cli.help_bench_operator"))] = "OWNER",
) -> None:
    from bmdesk.cli.people import actor
    from bmdesk.services.shipping import picking

    with scope(ctx).session() as session:
        picking.close_batch(session.desk, actor(session.desk, operator), number)
    say(msg("cli.pick_closed", number=number))
