"""`bmdesk odoo drift`: where the stock here and the stock at Odoo do not say the same, and what can be sent again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from bmdesk.cli.context import scope
from bmdesk.cli.output import as_json, say, table
from bmdesk.texts import msg, t

if TYPE_CHECKING:
    from bmdesk.services.odoo.units.drift import Difference, Drift


def drift(
    ctx: typer.Context,
    repair: Annotated[bool, typer.Option("--repair", help=t("cli.help_odoo_repair"))] = False,
    operator: Annotated[str, typer.Option(help=t("cli.help_bench_operator"))] = "OWNER",
    json: Annotated[bool, typer.Option("--json", help=t("cli.help_json"))] = False,
) -> None:
    from bmdesk.cli.people import actor
    from bmdesk.services.odoo.units import drift as differences
    from bmdesk.sync import odoo_drift
    from bmdesk.system.secrets import Secrets

    with scope(ctx).session(reassess=False) as session:
        desk = session.desk
        who = actor(desk, operator)
        found = odoo_drift.look(desk, Secrets(session.data.root))
        queued = differences.repair(desk, who, found.sendable) if repair else None
    if json:
        as_json(_document(found, queued))
    else:
        _show(found, queued)
    if found.differences:
        raise typer.Exit(1)


def _show(found: Drift, queued: int | None) -> None:
    if found.differences:
        heads = (
            t("odoo.drift.head_serial"),
            t("odoo.drift.head_device"),
            t("odoo.drift.head_what"),
            t("odoo.drift.head_here"),
            t("odoo.drift.head_there"),
            t("odoo.drift.head_proposal"),
        )
        rows = [
            (one.serial, one.title, one.what, one.here, one.there, one.proposal) for one in found.differences
        ]
        table(heads, rows)
    say(msg("odoo.drift.compared", units=found.units, pieces=found.pieces))
    for kind, count in found.counts().items():
        say(msg("odoo.drift.count", what=msg(f"odoo.drift.kind_{kind}"), count=str(count)))
    if not found.differences:
        say(msg("odoo.drift.none"))
    if found.busy:
        say(msg("odoo.drift.busy", count=found.busy))
    if queued is not None:
        say(msg("odoo.drift.queued", count=queued))
    elif found.sendable:
        say(msg("cli.odoo_drift_repair", count=len(found.sendable), command="bmdesk odoo drift --repair"))


def _document(found: Drift, queued: int | None) -> dict[str, Any]:
    return {
        "units": found.units,
        "pieces": found.pieces,
        "on_their_way": found.busy,
        "counts": found.counts(),
        "differences": [_one(one) for one in found.differences],
        "queued": queued,
    }


def _one(one: Difference) -> dict[str, Any]:
    return {
        "kind": one.kind,
        "identifier": one.serial,
        "unit": one.unit_id or None,
        "lot": one.lot_id or None,
        "product": one.product_id or None,
        "location": one.place_id or None,
        "device": one.title,
        "says": one.what,
        "here": one.here,
        "there": one.there,
        "fields": {both.field: {"here": both.here, "there": both.there} for both in one.fields},
        "repair": one.repair,
        "proposal": one.proposal,
    }
