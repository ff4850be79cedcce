"""`bmdesk repairs`: the queue of work orders. A unit has one open order at most, so the unit names it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from bmdesk.cli.context import scope
from bmdesk.cli.main import new_app
from bmdesk.cli.output import as_json, say, table
from bmdesk.texts import Failure, msg, t

if TYPE_CHECKING:
    from bmdesk.services.desk import Desk

app = new_app(help=t("cli.help_repairs"))

UnitId = Annotated[str, typer.Argument(metavar="ID", help=t("cli.help_units_id"))]
By = Annotated[str, typer.Option("--operator", help=t("cli.help_policy_operator"))]


class NoWorkOrder(Failure):
    """The unit has no open work order. Params: `unit`."""

    code = "cli.no_work_order"


@app.command("list", help=t("cli.help_repairs_list"))
def list_(
    ctx: typer.Context,
    state: Annotated[str, typer.Option(help=t("cli.help_repairs_state"))] = "",
    json: Annotated[bool, typer.Option("--json", help=t("cli.help_json"))] = False,
) -> None:
    from bmdesk.services.grading import repairs

    if state not in {"", "open", "waiting", "closed"}:
        raise typer.BadParameter(t("cli.bad_repair_state", given=state[:40]))
    with scope(ctx).session() as session:
        found = repairs.queue(session.desk, state)
    if json:
        as_json(
            [
                {
                    "id": line.id,
                    "unit": line.unit.id,
                    "identifier": line.unit.identifier,
                    "state": line.state,
                    "fault": line.fault,
                    "technician": line.technician or None,
                    "waiting_for": line.waiting_for or None,
                    "outcome": line.outcome or None,
                    "opened_at": line.opened_at,
                    "closed_at": line.closed_at,
                    "parts": line.part_codes,
                }
                for line in found
            ]
        )
        return
    heads = (
        t("cli.column_identifier"),
        t("cli.column_model"),
        t("cli.column_state"),
        t("cli.column_fault"),
        t("cli.column_technician"),
        t("cli.column_waiting"),
        t("cli.column_days"),
    )
    rows = [
        (
            line.unit.identifier or line.unit.id,
            line.unit.row.title,
            line.state,
            line.fault,
            line.technician,
            line.waiting_for,
            line.age_days,
        )
        for line in found
    ]
    table(heads, rows)


@app.command("open", help=t("cli.help_repairs_open"))
def open_(
    ctx: typer.Context,
    unit: UnitId,
    fault: Annotated[str, typer.Option(help=t("cli.help_repairs_fault"))],
    technician: Annotated[str, typer.Option(help=t("cli.help_repairs_technician"))] = "",
    operator: By = "OWNER",
) -> None:
    from bmdesk.cli.people import actor
    from bmdesk.services.goods import units
    from bmdesk.services.grading import repairs

    with scope(ctx).session() as session:
        unit_id = units.show_unit(session.desk, unit).id
        repairs.send_to_repair(session.desk, actor(session.desk, operator), unit_id, fault, technician)
    say(msg("cli.repair_opened", unit=unit))


@app.command(help=t("cli.help_repairs_wait"))
def wait(
    ctx: typer.Context,
    unit: UnitId,
    part: Annotated[str, typer.Option(help=t("cli.help_repairs_part"))],
    operator: By = "OWNER",
) -> None:
    from bmdesk.cli.people import actor
    from bmdesk.services.grading import repairs

    with scope(ctx).session() as session:
        repairs.wait_for_part(session.desk, actor(session.desk, operator), _order(session.desk, unit), part)
    say(msg("cli.repair_waits", unit=unit, part=part))


@app.command(help=t("cli.help_repairs_arrived"))
def arrived(ctx: typer.Context, unit: UnitId, operator: By = "OWNER") -> None:
    from bmdesk.cli.people import actor
    from bmdesk.services.grading import repairs

    with scope(ctx).session() as session:
        repairs.part_arrived(session.desk, actor(session.desk, operator), _order(session.desk, unit))
    say(msg("cli.repair_goes_on", unit=unit))


@app.command(help=t("cli.help_repairs_close"))
def close(
    ctx: typer.Context,
    unit: UnitId,
    outcome: Annotated[str, typer.Option(help=t("cli.help_repairs_outcome"))],
    operator: By = "OWNER",
) -> None:
    from bmdesk.cli.people import actor
    from bmdesk.services.grading import repairs

    with scope(ctx).session() as session:
        repairs.close_order(session.desk, actor(session.desk, operator), _order(session.desk, unit), outcome)
    say(msg("cli.repair_closed", unit=unit))


def _order(desk: Desk, unit: str) -> str:
    """The open work order of this unit. Raises UnknownUnit, NoWorkOrder."""
    from bmdesk.services.goods import units

    order = units.show_unit(desk, unit).work_order
    if order is None:
        raise NoWorkOrder(unit=unit[:60])
    return order.id
