"""`bmdesk batches`: what came in together, and the supplier's list of what should."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bmdesk.cli.context import scope
from bmdesk.cli.main import new_app
from bmdesk.cli.output import as_json, say, table
from bmdesk.texts import locale, msg, render, t

if TYPE_CHECKING:
    from bmdesk.services.goods.receiving import Batch

app = new_app(help=t("cli.help_batches"))
expected = new_app(help=t("cli.help_expected"))
app.add_typer(expected, name="expected")

Json = Annotated[bool, typer.Option("--json", help=t("cli.help_json"))]
Code = Annotated[str, typer.Argument(help=t("cli.help_batch_code"))]


@app.command("list", help=t("cli.help_batches_list"))
def list_(ctx: typer.Context, json: Json = False) -> None:
    from bmdesk.services.goods import receiving

    with scope(ctx).session() as session:
        found = receiving.list_batches(session.desk)
    if json:
        as_json([_document(batch) for batch in found])
        return
    table(_heads(), [_row(batch) for batch in found])


@app.command(help=t("cli.help_batches_add"))
def add(
    ctx: typer.Context,
    code: Code,
    source: Annotated[str, typer.Option(help=t("cli.help_batch_source"))],
    supplier: Annotated[str, typer.Option(help=t("cli.help_batch_supplier"))] = "",
    cost: Annotated[str, typer.Option(help=t("cli.help_batch_cost"))] = "",
    currency: Annotated[str, typer.Option(help=t("cli.help_batch_currency"))] = "",
    vat: Annotated[str, typer.Option(help=t("cli.help_batch_vat"))] = "",
    bin_: Annotated[str, typer.Option("--bin", help=t("cli.help_batch_bin"))] = "",
    model: Annotated[str, typer.Option(help=t("cli.help_batch_model"))] = "",
    erasure: Annotated[str, typer.Option(help=t("cli.help_batch_erasure"))] = "",
    lock_method: Annotated[str, typer.Option(help=t("cli.help_batch_lock"))] = "",
    labour: Annotated[str, typer.Option(help=t("cli.help_batch_labour"))] = "",
    accessory: Annotated[list[str] | None, typer.Option(help=t("cli.help_batch_accessory"))] = None,
    note: Annotated[str, typer.Option(help=t("cli.help_batch_note"))] = "",
) -> None:
    from bmdesk.services.goods import receiving

    warehouse, slash, place = bin_.partition("/")
    form = receiving.BatchForm(
        code=code,
        source=source,
        supplier=supplier,
        unit_cost=cost,
        currency=currency,
        vat_scheme=vat,
        warehouse=warehouse if slash else "",
        bin=place if slash else bin_,
        preset=receiving.Preset(
            model_code=model,
            accessories=tuple(_accessory(given) for given in accessory or ()),
            erasure_method=erasure,
            lock_method=lock_method,
            labour_minutes=labour,
        ),
        note=note,
    )
    with scope(ctx).session() as session:
        receiving.open_batch(session.desk, form)
    say(msg("cli.batch_added", batch=code))


@app.command(help=t("cli.help_batches_show"))
def show(ctx: typer.Context, code: Code, json: Json = False) -> None:
    from bmdesk.services.goods import receiving

    with scope(ctx).session() as session:
        batch = receiving.batch(session.desk, code)
        state = receiving.batch_state(session.desk, batch.id)
    if json:
        as_json(
            {
                **_document(batch),
                "listed": state.listed,
                "found": state.found,
                "missing": state.missing,
                "unexpected": state.unexpected,
                "duplicate": state.duplicate,
            }
        )
        return
    table(_heads(), [_row(batch)])
    counts = {
        "found": len(state.found),
        "missing": len(state.missing),
        "unexpected": len(state.unexpected),
        "duplicate": len(state.duplicate),
    }
    say(msg("cli.batch_state", **counts))
    for line in state.missing[:50]:
        say(msg("cli.batch_missing", line=line.line, identifier=line.identifier, model=line.model))
    for unit in state.unexpected[:50] if state.listed else ():
        say(msg("cli.batch_unexpected", identifier=unit.identifier, model=unit.title))
    for line in state.duplicate[:50]:
        why = render(line.why) if line.why else ""
        say(msg("cli.batch_duplicate", line=line.line, identifier=line.identifier, why=why))


@app.command(help=t("cli.help_batches_close"))
def close(ctx: typer.Context, code: Code) -> None:
    from bmdesk.services.goods import receiving

    with scope(ctx).session() as session:
        batch = receiving.batch(session.desk, code)
        receiving.close_batch(session.desk, batch.id)
    say(msg("cli.batch_closed", batch=batch.code))


@expected.callback()
def _group() -> None:
    """A group, though it has one command so far."""


@expected.command("import", help=t("cli.help_expected_import"))
def import_(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(help=t("cli.help_table_in"))],
    batch: Annotated[str | None, typer.Option(help=t("cli.help_batch_of_list"))] = None,
    preview: Annotated[bool, typer.Option("--preview", help=t("cli.help_preview"))] = False,
    json: Json = False,
) -> None:
    from bmdesk.cli import imports
    from bmdesk.services.goods import receiving

    with scope(ctx).session() as session:
        if batch is not None:
            receiving.batch(session.desk, batch)
        plan = receiving.read_expected(file)
        code = batch or file.stem
        if preview:
            errors, counts = plan.errors, {"lines": len(plan.rows), "duplicates": plan.twice}
        else:
            if batch is None:  # the supplier's list is often all that there is before the parcels
                code = receiving.batch_named(session.desk, code).code
            report = receiving.apply_expected(session.desk, code, plan)
            errors = report.errors
            counts = {
                "added": report.added,
                "changed": report.changed,
                "unchanged": report.unchanged,
                "duplicates": report.duplicates,
            }
            if not json:
                imports.print_errors(report.warnings)
    if json:
        as_json({"batch": code, **counts, "preview": preview, "errors": imports.errors_json(errors)})
    else:
        imports.print_errors(errors)
        if preview:
            say(msg("cli.expected_preview", **counts))
        else:
            say(msg("cli.expected_imported", batch=code, **counts))
    imports.refuse(errors, file.name, preview=preview)


def _heads() -> tuple[str, ...]:
    return (
        t("cli.column_code"),
        t("cli.column_source"),
        t("cli.column_supplier"),
        t("cli.column_arrived"),
        t("cli.column_expected"),
        t("cli.column_opened"),
        t("cli.column_state"),
    )


def _row(batch: Batch) -> tuple[object, ...]:
    state = t("cli.batch_is_closed") if batch.closed_at else t("cli.batch_is_open")
    day = locale.day(batch.opened_at)
    return (batch.code, batch.source, batch.supplier, batch.arrived, batch.expected, day, state)


def _document(batch: Batch) -> dict[str, Any]:
    return {
        "id": batch.id,
        "code": batch.code,
        "source": batch.source or None,
        "supplier": batch.supplier or None,
        "unit_cost": str(batch.unit_cost.amount) if batch.unit_cost else None,
        "currency": batch.currency,
        "vat_scheme": batch.vat_scheme,
        "location": f"{batch.warehouse}/{batch.bin}" if batch.warehouse else None,
        "preset": batch.preset,
        "note": batch.note or None,
        "opened_at": batch.opened_at,
        "closed_at": batch.closed_at,
        "arrived": batch.arrived,
        "expected": batch.expected,
    }


def _accessory(given: str) -> tuple[str, bool]:
    code, _, answer = given.partition(":")
    word = answer.strip().upper() or "YES"
    if not code.strip() or word not in {"YES", "NO"}:
        raise typer.BadParameter(t("cli.bad_accessory", given=given[:40]))
    return code.strip().upper(), word == "YES"
