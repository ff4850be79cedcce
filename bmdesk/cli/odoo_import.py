"""`bmdesk odoo import`: products, stock and orders come over from the company's Odoo, and what was left out is told."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bmdesk.cli.context import scope
from bmdesk.cli.output import as_json, complain, complain_of, say, table
from bmdesk.texts import Failure, msg, render, t

if TYPE_CHECKING:
    from bmdesk.services.desk import Actor, Desk
    from bmdesk.services.odoo.takeover.import_runs import Import
    from bmdesk.services.session import Session

_STOPPED = 130
_MOST = 200
"""So many lines of the report are shown; the document has them all."""


def import_(
    ctx: typer.Context,
    what: Annotated[str, typer.Option(metavar="W", help=t("cli.help_odoo_what"))] = "products,stock,orders",
    since: Annotated[str, typer.Option(metavar="D", help=t("cli.help_odoo_since"))] = "",
    source: Annotated[str, typer.Option(help=t("cli.help_odoo_source"))] = "",
    pause: Annotated[bool, typer.Option("--pause", help=t("cli.help_odoo_pause"))] = False,
    resume: Annotated[bool, typer.Option("--resume", help=t("cli.help_odoo_resume"))] = False,
    cancel: Annotated[bool, typer.Option("--cancel", help=t("cli.help_odoo_cancel"))] = False,
    report: Annotated[bool, typer.Option("--report", help=t("cli.help_odoo_report"))] = False,
    yes: Annotated[bool, typer.Option("--yes", help=t("cli.help_odoo_import_yes"))] = False,
    operator: Annotated[str, typer.Option(help=t("cli.help_bench_operator"))] = "OWNER",
    json: Annotated[bool, typer.Option("--json", help=t("cli.help_json"))] = False,
) -> None:
    from bmdesk.cli.people import actor
    from bmdesk.services.odoo.takeover import import_runs

    if sum((bool(since or source), pause, resume, cancel, report)) > 1:
        raise typer.BadParameter(t("cli.odoo_import_choose_one"))
    trouble: Failure | None = None
    with scope(ctx).session(reassess=False) as session:
        desk = session.desk
        who = actor(desk, operator)
        stopped = False
        if report:
            found = import_runs.listed(desk)
            if not found:
                raise import_runs.NotUnderWay
            one = found[0]
        elif pause or cancel:
            one = _moved(desk, who, give_up=cancel)
        else:
            wishes = None if resume else _wishes(session, what, since, source)
            one, stopped, trouble = _run(session, who, wishes)
            if one.asks and wishes is not None and _agreed(one, yes=yes):
                one, stopped, trouble = _run(session, who, None)
        _show(desk, one, json=json)
    if trouble is not None:
        complain_of(trouble)
        raise typer.Exit(1)
    if one.asks and not report:
        raise typer.Exit(1)
    if stopped:
        complain(msg("cli.odoo_import_stopped"))
        raise typer.Exit(_STOPPED)


def _wishes(session: Session, what: str, since: str, source: str) -> Any:
    """Raises BadDate."""
    from bmdesk.cli.orders_import import BadDate
    from bmdesk.services.odoo.takeover.import_runs import Wishes
    from bmdesk.sync.importing import local

    try:
        moment = local(session.desk, datetime.fromisoformat(since.strip())) if since else None
    except ValueError:
        raise BadDate(given=since[:40]) from None
    stages = tuple(one for part in what.split(",") if (one := part.strip().lower()))
    return Wishes(stages, moment, source.strip().lower())


def _moved(desk: Desk, who: Actor, *, give_up: bool) -> Import:
    from bmdesk.services.odoo.takeover import import_runs

    one = import_runs.under_way(desk)
    if one is None:
        raise import_runs.NotUnderWay
    (import_runs.cancel if give_up else import_runs.pause)(desk, who, one.id)
    return import_runs.standing(desk, one.id)


def _run(session: Session, who: Actor, wishes: Any) -> tuple[Import, bool, Failure | None]:
    """How it stands, whether somebody stopped it, and what went wrong at Odoo."""
    from bmdesk.cli.sync import asked_to_stop
    from bmdesk.connectors.failures import RemoteFailure
    from bmdesk.services.odoo.takeover import import_runs
    from bmdesk.sync import odoo_import
    from bmdesk.system.secrets import Secrets

    desk, secrets = session.desk, Secrets(session.data.root)
    with asked_to_stop() as stop:

        def goes_on() -> bool:
            return not stop.is_set()

        try:
            if wishes is not None:
                return odoo_import.begin(desk, secrets, who, wishes, goes_on, _teller()), stop.is_set(), None
            one = import_runs.under_way(desk)
            if one is None:
                raise import_runs.NotUnderWay
            import_runs.resume(desk, who, one.id)
            return odoo_import.follow(desk, secrets, one.id, goes_on, _teller()), stop.is_set(), None
        except RemoteFailure as failure:
            one = import_runs.under_way(desk)
            if one is None:
                raise
            return one, False, failure


def _agreed(one: Import, *, yes: bool) -> bool:
    """Whether a person says that what nobody tested here may be listed; on a terminal they are asked."""
    if yes or one.problem is None or not sys.stdin.isatty():
        return yes
    complain(one.problem)
    return typer.confirm(t("cli.odoo_import_ask"), err=True)


def _teller() -> Callable[[Import], None]:
    """On a terminal, how far it is; nowhere else."""
    if not sys.stderr.isatty():
        return lambda _one: None

    def told(one: Import) -> None:
        far = msg("cli.odoo_import_far", seen=one.seen, count=one.count, percent=one.percent or 0)
        print(f"\r{render(far)}", end="", file=sys.stderr, flush=True)

    return told


def _show(desk: Desk, one: Import, *, json: bool) -> None:
    from bmdesk.services.odoo.takeover import import_runs

    lines = import_runs.left_out(desk, one.id, None if json else _MOST)
    if json:
        shown = (
            "id",
            "what",
            "since",
            "state",
            "stage",
            "percent",
            "count",
            "seen",
            "new",
            "known",
            "doubts",
        )
        left = [
            {"stage": line.stage, "id": line.remote_id, "name": line.name, "reason": line.reason}
            for line in lines
        ]
        times = {"asked_at": one.asked_at, "ended_at": one.ended_at}
        parts = {
            part.kind: {"new": part.new, "known": part.known, "alone": part.alone, "left_out": part.doubts}
            for part in one.parts
        }
        said = {"problem": one.problem, "asks": one.asks, "parts": parts, "left_out": left}
        as_json({**{key: getattr(one, key) for key in shown}, **times, **said})
        return
    state = import_runs.state_text(one.state)
    say(msg("cli.odoo_imported", state=state, seen=one.seen, new=one.new, known=one.known))
    for part in one.parts:
        say(import_runs.part_text(part))
    for said_of_it in (one.problem, one.todo if one.asks else None):
        if said_of_it is not None:
            say(said_of_it)
    if lines:
        say(msg("cli.odoo_import_left_out", count=one.left_out))
        table(
            (t("cli.head_odoo_what"), t("cli.head_odoo_name"), t("cli.column_reason")),
            [(import_runs.stage_text(line.stage), line.name, line.reason) for line in lines],
        )
