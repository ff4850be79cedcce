"""`bmdesk db`: check the store, back it up, bring it back."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from bmdesk.cli.context import Scope, scope
from bmdesk.cli.main import new_app
from bmdesk.cli.output import as_json, say, table
from bmdesk.domain.rights import Right
from bmdesk.texts import msg, t

app = new_app(help=t("cli.help_db"))

Json = Annotated[bool, typer.Option("--json", help=t("cli.help_json"))]
_YES = "yes"


@app.command(help=t("cli.help_db_check"))
def check(ctx: typer.Context, json: Json = False) -> None:
    from bmdesk.services import health

    with scope(ctx).session(reassess=False) as session:
        report = health.check_store(session.desk)
    if json:
        chains = report.chains
        as_json(
            {
                "ok": report.ok,
                "place": report.place,
                "schema": report.schema,
                "generation": int(report.generation or 0),
                "units": chains.units,
                "entries": chains.entries,
                "broken": [
                    {
                        "unit": broken.unit,
                        "breaks": [{"seq": b.seq, "kind": b.kind.value} for b in broken.breaks],
                    }
                    for broken in chains.broken
                ],
                "orphans": chains.orphans,
                "problems": report.problems,
                "photos": report.photos,
                "photos_missing": report.photos_missing,
            }
        )
    else:
        _print_report(report)
    if not report.ok:
        raise health.StoreNotWhole(count=report.faults, place=report.place)


@app.command(help=t("cli.help_db_backup"))
def backup(
    ctx: typer.Context,
    file: Annotated[Path | None, typer.Argument(help=t("cli.help_backup_file_or_plan"))] = None,
    json: Json = False,
) -> None:
    from bmdesk.services import backup_plan, backups

    with scope(ctx).session(reassess=False) as session:
        if file is not None:
            report = backups.backup_store(session.data, file)
        else:
            here = backup_plan.plan(session.desk, session.data, session.machine)
            report = backup_plan.run(session.desk, session.data, here)
    if json:
        as_json(report)
    else:
        say(msg("cli.backed_up", file=str(report.file), photos=report.photos))


@app.command(help=t("cli.help_db_backups"))
def backups(ctx: typer.Context, json: Json = False) -> None:
    from bmdesk.services import backup_plan

    with scope(ctx).session(reassess=False) as session:
        here = backup_plan.plan(session.desk, session.data, session.machine)
        found = backup_plan.listed(session.desk, here)
    if json:
        at = here.at.isoformat("minutes") if here.at is not None else None
        kept = {"keep_days": here.keep_days, "keep_weeks": here.keep_weeks}
        as_json({"at": at, "folder": here.folder, **kept, "possible": here.possible, "backups": found})
        return
    heads = (
        t("settings.safety.column_made"),
        t("settings.safety.column_photos"),
        t("settings.safety.column_file"),
    )
    table(heads, [(one.made_at, one.photos, str(one.file)) for one in found])


@app.command(help=t("cli.help_db_restore"))
def restore(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(help=t("cli.help_backup_file"))],
    yes: Annotated[bool, typer.Option("--yes", help=t("cli.help_yes"))] = False,
    operator: Annotated[str, typer.Option(help=t("cli.help_bench_operator"))] = "OWNER",
) -> None:
    from bmdesk.services import backups

    here = scope(ctx)
    # A person is asked; a script has said what it wants, and what is replaced is kept beside the new store.
    if not yes and sys.stdin.isatty() and here.data.store.exists():
        _confirm(here.data.store)
    if here.data.store.exists():
        _ask_who(here, operator)
    report = backups.restore_store(here.data, file)
    say(msg("cli.restored", made_at=report.made_at, photos=report.photos, generation=report.generation))


@app.command("rebuild-figures", help=t("cli.help_db_rebuild_figures"))
def rebuild_figures(ctx: typer.Context) -> None:
    from bmdesk.services.figures import rebuilding

    with scope(ctx).session(reassess=False) as session:
        rebuilding.begin(session.desk)
        while rebuilding.catch_up(session.desk):
            pass
    say(msg("cli.figures_rebuilt"))


@app.command(help=t("cli.help_db_upgrade"))
def upgrade(ctx: typer.Context) -> None:
    from bmdesk.store.schema import SCHEMA

    with scope(ctx).session() as session:
        say(msg("cli.upgraded", place=session.store.place.shown, schema=SCHEMA))


def _ask_who(here: Scope, operator: str) -> None:
    """Whether this person may replace this store. One that cannot be opened answers nothing: it is to be replaced."""
    from bmdesk.cli.people import proven
    from bmdesk.services.session import open_session
    from bmdesk.store.failures import StoreFailure

    try:
        with open_session(here.data, here.company, reassess=False) as session:
            proven(session.desk, operator, Right.RESTORE)
    except StoreFailure:
        return


def _confirm(store: Path) -> None:
    say(msg("cli.restore_asks", store=str(store), word=_YES))
    if input("> ").strip().lower() != _YES:
        raise typer.Abort


def _print_report(report: object) -> None:
    from bmdesk.services.health import StoreReport

    assert isinstance(report, StoreReport)
    chains = report.chains
    for words in report.problems:
        say(msg("health.problem", words=words))
    for broken in chains.broken:
        places = ", ".join(f"{b.seq} {b.kind.value}" for b in broken.breaks[:5])
        say(msg("health.chain_broken", unit=broken.unit, places=places))
    for unit in chains.orphans:
        say(msg("health.orphan", unit=unit))
    for sha256 in report.photos_missing:
        say(msg("health.photo_missing", sha256=sha256))
    if report.ok:
        say(
            msg(
                "health.whole",
                place=report.place,
                units=chains.units,
                entries=chains.entries,
                photos=report.photos,
            )
        )
