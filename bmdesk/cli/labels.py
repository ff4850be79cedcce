"""`bmdesk labels`: labels as a PDF, in ZPL or to a printer; what waits for the printer on the network; the templates.

Qt is imported only here.
"""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bmdesk.cli.context import scope
from bmdesk.cli.main import new_app
from bmdesk.cli.output import as_json, say, table
from bmdesk.domain.label_template import KINDS
from bmdesk.texts import msg, t

if TYPE_CHECKING:
    from bmdesk.reports.label_printing import Drained
    from bmdesk.services.printing import PrintJob

app = new_app(help=t("cli.help_labels"))
templates_app = new_app(help=t("cli.help_labels_templates"))
app.add_typer(templates_app, name="templates")

Json = Annotated[bool, typer.Option("--json", help=t("cli.help_json"))]
Operator = Annotated[str, typer.Option(help=t("cli.help_bench_operator"))]


class Kind(StrEnum):
    """What a label can be of."""

    UNIT = "unit"
    BIN = "bin"
    ORDER = "order"
    BADGE = "badge"
    CARD = "card"


@app.command("print", help=t("cli.help_labels_print"))
def print_(
    ctx: typer.Context,
    names: Annotated[list[str], typer.Argument(metavar="ID...", help=t("cli.help_labels_names"))],
    kind: Annotated[Kind, typer.Option(help=t("cli.help_labels_kind"))] = Kind.UNIT,
    out: Annotated[Path | None, typer.Option(help=t("cli.help_pdf_out"))] = None,
    size: Annotated[str, typer.Option(help=t("cli.help_labels_size"))] = "",
    printer: Annotated[str | None, typer.Option(help=t("cli.help_labels_printer"))] = None,
    zpl: Annotated[bool, typer.Option("--zpl", help=t("cli.help_labels_zpl"))] = False,
    operator: Operator = "OWNER",
) -> None:
    if out is None and printer is None and not zpl:
        raise typer.BadParameter(t("cli.labels_where"))
    from bmdesk.cli.people import actor
    from bmdesk.system.qt_libraries import require_libraries

    require_libraries()
    from bmdesk.domain.label_template import LabelSize
    from bmdesk.reports import label_printing, label_words, label_zpl

    wanted = LabelSize.parse(size) if size else None
    with scope(ctx).session() as session:
        desk = session.desk
        found = label_words.known_as(desk, kind, names)
        if out is not None:
            label_words.save_labels(desk, kind, found, out.absolute(), wanted)
            say(msg("cli.written", file=str(out)))
        if zpl:
            template = label_words.template_of(desk, kind)
            labels = label_words.labels_of(desk, kind, found)
            measured = wanted or label_words.label_size(desk, template)
            station = label_printing.Station.of(scope(ctx).machine())
            print(label_zpl.zpl(labels, template, measured, station.dpi), end="")
        if printer is not None:
            station = label_printing.Station.of(scope(ctx).machine(), printer)
            job = label_printing.prepare(desk, kind, found, station, wanted)
            if not job.body:
                say(msg("cli.printed", count=job.count))
                return
            label_printing.hand_in(desk, actor(desk, operator), job)
            _say_drained(label_printing.drain(desk), job.count)


@app.command("queue", help=t("cli.help_labels_queue"))
def queue(ctx: typer.Context, json: Json = False) -> None:
    from bmdesk.services import printing

    with scope(ctx).session() as session:
        jobs = printing.waiting(session.desk)
    if json:
        as_json([_document(one) for one in jobs])
        return
    heads = (
        t("cli.head_job"),
        t("cli.head_job_what"),
        t("cli.head_job_printer"),
        t("cli.head_job_since"),
        t("cli.head_job_problem"),
    )
    table(heads, [(one.id, one.title, one.printer, one.at, one.problem) for one in jobs])


@app.command("retry", help=t("cli.help_labels_retry"))
def retry(ctx: typer.Context) -> None:
    from bmdesk.reports.label_printing import drain
    from bmdesk.services import printing

    with scope(ctx).session() as session:
        asked = printing.standing(session.desk).count
        printing.try_now(session.desk)
        _say_drained(drain(session.desk), asked)


@app.command("cancel", help=t("cli.help_labels_cancel"))
def cancel(
    ctx: typer.Context, job: Annotated[list[str], typer.Argument(help=t("cli.help_labels_job"))]
) -> None:
    from bmdesk.services import printing

    with scope(ctx).session() as session:
        for one in job:
            printing.cancel(session.desk, one)
    say(msg("cli.labels_cancelled", count=len(job)))


@templates_app.command("list", help=t("cli.help_labels_templates_list"))
def templates_list(ctx: typer.Context, json: Json = False) -> None:
    from bmdesk.reports.label_words import template_of
    from bmdesk.services import label_templates

    with scope(ctx).session() as session:
        found = [
            (k, str(template_of(session.desk, k).size), label_templates.own(session.desk, k)) for k in KINDS
        ]
    if json:
        as_json([{"kind": kind, "size": size, "own": own is not None} for kind, size, own in found])
        return
    said = {True: t("cli.labels_own"), False: t("cli.labels_standard")}
    heads = (t("cli.head_label_kind"), t("cli.head_label_size"), t("cli.head_label_template"))
    table(heads, [(kind, size, said[own is not None]) for kind, size, own in found])


@templates_app.command("show", help=t("cli.help_labels_templates_show"))
def templates_show(ctx: typer.Context, kind: Kind) -> None:
    from bmdesk.reports.label_plan import standard_document
    from bmdesk.services import label_templates

    with scope(ctx).session() as session:
        as_json(label_templates.own_document(session.desk, kind) or standard_document(kind))


@templates_app.command("save", help=t("cli.help_labels_templates_save"))
def templates_save(
    ctx: typer.Context,
    kind: Kind,
    file: Annotated[Path, typer.Argument(help=t("cli.help_labels_template_file"))],
    operator: Operator = "OWNER",
) -> None:
    from bmdesk.cli.people import actor
    from bmdesk.services import label_templates

    with scope(ctx).session() as session:
        label_templates.save_file(session.desk, actor(session.desk, operator), kind, file)
    say(msg("cli.labels_template_saved", kind=msg(f"label.kind.{kind.value}")))


@templates_app.command("reset", help=t("cli.help_labels_templates_reset"))
def templates_reset(ctx: typer.Context, kind: Kind, operator: Operator = "OWNER") -> None:
    from bmdesk.cli.people import actor
    from bmdesk.services import label_templates

    with scope(ctx).session() as session:
        label_templates.reset(session.desk, actor(session.desk, operator), kind)
    say(msg("cli.labels_template_reset", kind=msg(f"label.kind.{kind.value}")))


def _say_drained(drained: Drained, asked: int) -> None:
    if drained.problem is not None:
        say(msg("cli.labels_wait", count=drained.waiting, reason=drained.problem))
    else:
        say(msg("cli.printed", count=asked))


def _document(job: PrintJob) -> dict[str, Any]:
    return {
        "id": job.id,
        "kind": job.kind,
        "name": job.name,
        "count": job.count,
        "printer": job.printer,
        "attempts": job.attempts,
        "next_at": job.next_at,
        "at": job.at,
        "problem": job.problem,
        "operator": job.asked_by,
    }
