"""`bmdesk parcels`: what was packed, who took it, where it is; addresses out, parcel numbers in."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bmdesk.cli import carriers
from bmdesk.cli.context import scope
from bmdesk.cli.main import new_app
from bmdesk.cli.output import as_json, complain_of, say, table
from bmdesk.domain.parcels import ParcelState, parcel_text
from bmdesk.texts import Failure, Text, msg, render, t

if TYPE_CHECKING:
    from bmdesk.services.desk import Actor, Desk
    from bmdesk.services.shipping.parcels import Moved, ShownParcel

app = new_app(help=t("cli.help_parcels"))
app.add_typer(carriers.app, name="carriers")

Json = Annotated[bool, typer.Option("--json", help=t("cli.help_json"))]
Operator = Annotated[str, typer.Option(help=t("cli.help_bench_operator"))]
Parcel = Annotated[str, typer.Argument(help=t("cli.help_parcel"))]


class ParcelsRefused(Failure):
    """Some parcels could not be handed over. Params: `count`."""

    code = "cli.parcels_refused"


@app.command("list", help=t("cli.help_parcels_list"))
def list_(
    ctx: typer.Context,
    state: Annotated[ParcelState | None, typer.Option(help=t("cli.help_parcels_state"))] = None,
    late: Annotated[bool, typer.Option("--late", help=t("cli.help_parcels_late"))] = False,
    json: Json = False,
) -> None:
    from bmdesk.services.shipping import parcels

    with scope(ctx).session() as session:
        states = (state,) if state is not None else ()
        found = parcels.late(session.desk) if late else parcels.rows(session.desk, *states, limit=1000)
    if json:
        as_json([_document(one) for one in found])
        return
    heads = (
        t("cli.head_parcel_number"),
        t("cli.head_parcel_shipper"),
        t("cli.head_parcel_order"),
        t("cli.head_parcel_state"),
        t("cli.head_parcel_packed"),
        t("cli.head_parcel_handed"),
    )
    rows = [
        (
            one.number,
            one.shipper,
            one.order,
            parcel_text(ParcelState(one.row.state)),
            one.row.packed_at,
            one.row.handed_at,
        )
        for one in found
    ]
    table(heads, rows)


@app.command("hand-over", help=t("cli.help_parcels_hand_over"))
def hand_over(
    ctx: typer.Context,
    parcel: Annotated[list[str] | None, typer.Argument(help=t("cli.help_parcel"))] = None,
    shipper: Annotated[str, typer.Option(help=t("cli.help_parcels_shipper"))] = "",
    pdf: Annotated[Path | None, typer.Option(help=t("cli.help_parcels_pdf"))] = None,
    operator: Operator = "OWNER",
    json: Json = False,
) -> None:
    from bmdesk.cli.people import actor
    from bmdesk.services.shipping import parcels

    with scope(ctx).session() as session:
        desk = session.desk
        if parcel:
            ids = [parcels.find(desk, one).id for one in parcel]
        else:
            ids = [one.row.id for one in parcels.to_hand_over(desk) if shipper in ("", one.shipper)]
        done = parcels.hand_over(desk, actor(desk, operator), ids)
        files = _manifests(desk, done, pdf)
    if json:
        as_json(
            {
                "manifests": [
                    {"id": one.id, "shipper": one.shipper, "parcels": one.parcels, "pdf": files.get(one.id)}
                    for one in done.manifests
                ],
                "handed": [one.number for one in done.parcels],
                "refused": [
                    {"parcel": name, "code": no.code, "reason": no.happened} for name, no in done.refused
                ],
            }
        )
    else:
        for one in done.manifests:
            say(msg("cli.parcels_handed", shipper=one.shipper, parcels=one.parcels))
        if not done.manifests and not done.refused:
            say(msg("cli.parcels_none_handed"))
    for _, refusal in done.refused:
        complain_of(refusal)
    if done.refused:
        raise ParcelsRefused(count=len(done.refused))


def _manifests(desk: Desk, done: Moved, pdf: Path | None) -> dict[str, Path]:
    """One file a carrier; several carriers are numbered."""
    if pdf is None:
        return {}
    from bmdesk.reports import parcel_papers

    files = {}
    for number, one in enumerate(done.manifests, 1):
        file = pdf if len(done.manifests) == 1 else pdf.with_stem(f"{pdf.stem}-{number}")
        parcel_papers.write_manifest(desk, file, one)
        files[one.id] = file
    return files


@app.command(help=t("cli.help_parcels_delivered"))
def delivered(ctx: typer.Context, parcel: Parcel, operator: Operator = "OWNER") -> None:
    from bmdesk.services.shipping import parcels

    _step(ctx, parcel, operator, parcels.delivered)


@app.command(help=t("cli.help_parcels_lost"))
def lost(ctx: typer.Context, parcel: Parcel, operator: Operator = "OWNER") -> None:
    from bmdesk.services.shipping import parcels

    _step(ctx, parcel, operator, parcels.lost)


@app.command(help=t("cli.help_parcels_back"))
def back(ctx: typer.Context, parcel: Parcel, operator: Operator = "OWNER") -> None:
    from bmdesk.services.shipping import parcels

    _step(ctx, parcel, operator, parcels.back)


@app.command("open-again", help=t("cli.help_parcels_open_again"))
def open_again(ctx: typer.Context, parcel: Parcel, operator: Operator = "OWNER") -> None:
    from bmdesk.services.shipping import parcels

    _step(ctx, parcel, operator, parcels.open_again)


@app.command(help=t("cli.help_parcels_slip"))
def slip(
    ctx: typer.Context,
    parcel: Parcel,
    pdf: Annotated[Path, typer.Option(help=t("cli.help_parcels_slip_pdf"))],
) -> None:
    from bmdesk.reports import parcel_papers
    from bmdesk.services.shipping import parcels

    with scope(ctx).session() as session:
        found = parcels.find(session.desk, parcel)
        parcel_papers.write_slip(session.desk, pdf, found.order_id)
    say(msg("cli.parcels_slip", file=str(pdf)))


@app.command(help=t("cli.help_parcels_export"))
def export(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(help=t("cli.help_parcels_file"))],
    json: Json = False,
) -> None:
    from bmdesk.services.shipping import parcel_files

    with scope(ctx).session() as session:
        count = parcel_files.write_addresses(session.desk, file)
    if json:
        as_json({"file": file, "orders": count})
    else:
        say(msg("cli.parcels_exported", file=str(file), orders=count))


@app.command("import", help=t("cli.help_parcels_import"))
def import_(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(help=t("cli.help_table_in"))],
    operator: Operator = "OWNER",
    json: Json = False,
) -> None:
    from bmdesk.cli import imports
    from bmdesk.cli.people import actor
    from bmdesk.services.shipping import parcel_files

    with scope(ctx).session() as session:
        report = parcel_files.read_numbers(session.desk, actor(session.desk, operator), file)
    if json:
        counts = {"taken": report.taken, "unchanged": report.unchanged}
        as_json({**counts, "errors": imports.errors_json(report.errors)})
    else:
        imports.print_errors(report.errors)
        say(msg("cli.parcels_imported", taken=report.taken, unchanged=report.unchanged))
    imports.refuse(report.errors, file.name, preview=False)


def _step(ctx: typer.Context, given: str, operator: str, step: Callable[[Desk, Actor, str], Moved]) -> None:
    from bmdesk.cli.people import actor
    from bmdesk.services.shipping import parcels

    with scope(ctx).session() as session:
        found = parcels.find(session.desk, given)
        done = step(session.desk, actor(session.desk, operator), found.id)
    (now,) = done.parcels
    say(msg("cli.parcel_now", number=now.number, state=render(parcel_text(ParcelState(now.state)))))


def _state(one: ShownParcel) -> Text:
    return parcel_text(ParcelState(one.row.state))


def _document(one: ShownParcel) -> dict[str, Any]:
    row = one.row
    return {
        "id": row.id,
        "number": row.number,
        "shipper": row.shipper,
        "url": row.url,
        "order_id": one.order,
        "market": one.market,
        "state": row.state,
        "packed_at": row.packed_at,
        "packed_by": row.packed_by,
        "told_at": row.told_at,
        "handed_at": row.handed_at,
        "delivered_at": row.delivered_at,
        "manifest": row.manifest_id,
        "conflicts": one.conflicts,
    }
