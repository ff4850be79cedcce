"""`bmdesk units`: list, show, import, export, and what must be tested again."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bmdesk.cli import units_sold
from bmdesk.cli.context import scope
from bmdesk.cli.main import new_app
from bmdesk.cli.output import as_json, say, table
from bmdesk.texts import locale, msg, render, t

if TYPE_CHECKING:
    from bmdesk.services.goods.unit_detail import UnitDetail
    from bmdesk.services.goods.units import UnitLine

app = new_app(help=t("cli.help_units"))
units_sold.add_to(app)

_SHOWN = 100

State = Annotated[str, typer.Option(help=t("cli.help_units_state"))]
Grade = Annotated[str, typer.Option(help=t("cli.help_units_grade"))]
Blocker = Annotated[str, typer.Option(help=t("cli.help_units_blocker"))]
Batch = Annotated[str, typer.Option(help=t("cli.help_units_batch"))]
Bin = Annotated[str, typer.Option("--bin", help=t("cli.help_units_bin"))]
Category = Annotated[str, typer.Option(help=t("cli.help_units_category"))]
Search = Annotated[str, typer.Option(help=t("cli.help_units_search"))]
Json = Annotated[bool, typer.Option("--json", help=t("cli.help_json"))]


@app.command("list", help=t("cli.help_units_list"))
def list_(
    ctx: typer.Context,
    state: State = "",
    grade: Grade = "",
    blocker: Blocker = "",
    batch: Batch = "",
    bin_: Bin = "",
    category: Category = "",
    search: Search = "",
    limit: Annotated[int | None, typer.Option(min=1, help=t("cli.help_units_limit"))] = None,
    json: Json = False,
) -> None:
    from bmdesk.cli import unit_json
    from bmdesk.services.goods import units

    # A person wants a look; a script that was given a hundred of a thousand would not know.
    most = limit or (sys.maxsize if json else _SHOWN)
    chosen = units.UnitFilter(
        search=search,
        state=_state(state),
        grade=grade.strip().upper(),
        blocker=blocker,
        batch=batch,
        bin=bin_,
        category=category,
    )
    found: list[UnitLine] = []
    with scope(ctx).session() as session:
        after = ""
        while len(found) < most:
            page = units.list_units(session.desk, chosen, after=after, limit=most - len(found))
            found += page.lines
            after = page.next
            if not after:
                break
        total = units.count_units(session.desk, chosen) if after and not json else len(found)
    if json:
        as_json([unit_json.line(unit) for unit in found])
        return
    _print_lines(found)
    if total > len(found):
        say(msg("cli.units_more", shown=len(found), total=total))


@app.command(help=t("cli.help_units_show"))
def show(
    ctx: typer.Context,
    unit: Annotated[str, typer.Argument(metavar="ID", help=t("cli.help_units_id"))],
    json: Json = False,
) -> None:
    from bmdesk.cli import unit_json
    from bmdesk.services.goods import units
    from bmdesk.services.selling import listing_view

    with scope(ctx).session() as session:
        detail = units.show_unit(session.desk, unit)
        listing = listing_view.of_unit(session.desk, detail.row.id)
        way = listing_view.way_to_market(session.desk, detail.row.id)
    if json:
        as_json(unit_json.document(detail, listing, way))
    else:
        _print_detail(detail)
        for sentence in way:
            say(sentence)


@app.command(help=t("cli.help_units_export"))
def export(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(help=t("cli.help_table_out"))],
    state: State = "",
    grade: Grade = "",
    blocker: Blocker = "",
    batch: Batch = "",
    bin_: Bin = "",
    category: Category = "",
    search: Search = "",
) -> None:
    from bmdesk.services.goods import units

    chosen = units.UnitFilter(
        search=search,
        state=_state(state),
        grade=grade.strip().upper(),
        blocker=blocker,
        batch=batch,
        bin=bin_,
        category=category,
    )
    with scope(ctx).session() as session:
        count = units.export_units(session.desk, file.absolute(), chosen)
    say(msg("cli.units_exported", count=count, file=str(file)))


@app.command(help=t("cli.help_units_retest"))
def retest(ctx: typer.Context, json: Json = False) -> None:
    from bmdesk.cli import unit_json
    from bmdesk.services.goods import units

    with scope(ctx).session() as session:
        found = units.retest_list(session.desk)
    if json:
        as_json(
            [{**unit_json.line(line.unit), "read_at": line.read_at, "due_on": line.due_on} for line in found]
        )
        return
    heads = (
        t("cli.column_identifier"),
        t("cli.column_model"),
        t("cli.column_battery"),
        t("cli.column_due"),
        t("cli.column_bin"),
    )
    table(
        heads,
        [
            (
                line.unit.identifier,
                line.unit.row.title,
                line.unit.row.battery_percent,
                line.due_on,
                line.unit.row.location,
            )
            for line in found
        ],
    )


@app.command("import", help=t("cli.help_units_import"))
def import_(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(help=t("cli.help_table_in"))],
    preview: Annotated[bool, typer.Option("--preview", help=t("cli.help_preview"))] = False,
    operator: Annotated[str, typer.Option(help=t("cli.help_bench_operator"))] = "OWNER",
    json: Json = False,
) -> None:
    from bmdesk.cli import imports
    from bmdesk.cli.people import actor
    from bmdesk.services.goods import units_import

    with scope(ctx).session() as session:
        who = actor(session.desk, operator)
        plan = units_import.preview(session.desk, units_import.read_units(file))
        counts, errors = (plan.to_add, plan.to_change, plan.unchanged), plan.errors
        gate: dict[str, int] = {}
        if not preview:
            report = units_import.apply_units(session.desk, who, plan)
            counts, errors = (report.added, report.changed, report.unchanged), report.errors
            gate = {"ready": report.ready, "held": report.held}
    if json:
        document = dict(zip(("added", "changed", "unchanged"), counts, strict=True))
        as_json({**document, **gate, "preview": preview, "errors": imports.errors_json(errors)})
    else:
        if preview:
            for one in plan.planned[:50]:
                what = ", ".join(f"{name}: {old} > {new}" for name, old, new in one.changes)
                say(f"{one.line}: {one.identifier}: {what or t('cli.plan_new')}")
        imports.print_ignored(plan.ignored)
        imports.print_errors(errors)
        imports.say_counts(*counts, preview=preview)
        if gate:
            say(msg("cli.units_gate", **gate))
    imports.refuse(errors, file.name, preview=preview)


def _state(given: str) -> str:
    from bmdesk.services.goods.units import STATES

    state = given.strip().lower()
    if state and state not in STATES:
        raise typer.BadParameter(t("cli.bad_state", given=given[:40], known=", ".join(STATES)))
    return state


def _print_lines(found: list[UnitLine]) -> None:
    heads = (
        t("cli.column_id"),
        t("cli.column_identifier"),
        t("cli.column_model"),
        t("cli.column_grade"),
        t("cli.column_state"),
        t("cli.column_battery"),
        t("cli.column_bin"),
        t("cli.column_blockers"),
    )
    rows = [
        (
            line.id,
            line.identifier,
            line.row.title or line.row.model_code,
            line.row.grade,
            line.row.state,
            line.row.battery_percent,
            line.row.location,
            ", ".join(blocker.code for blocker in line.blockers),
        )
        for line in found
    ]
    table(heads, rows)


def _print_detail(unit: UnitDetail) -> None:
    row = unit.row
    names = ", ".join(f"{i.kind.value} {i.value}" for i in unit.identifiers)
    battery = t("cli.battery", percent=unit.battery.percent, at=unit.battery.at) if unit.battery else ""
    facts = (
        (t("cli.column_id"), row.id),
        (t("cli.column_identifier"), names),
        (t("cli.column_model"), row.title or row.model_code),
        (t("cli.column_sku"), row.sku),
        (t("cli.column_grade"), row.grade),
        (t("cli.column_state"), row.state),
        (t("cli.column_bin"), row.location),
        (t("cli.column_battery"), battery),
    )
    for name, value in facts:
        if value:
            say(f"{name}: {value}")
    for blocker in unit.blockers:
        say(f"! {render(blocker.title)} {render(blocker.action)}")
    for entry in unit.history:
        say(f"{locale.moment(entry.at)}  {entry.operator or '-'}  {entry.station}  {render(entry.what)}")
    if unit.breaks:
        say(msg("cli.history_broken"))
