"""`bmdesk pack`: the packing place without a window. One scan a line, one JSON line a scan, each on disk at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from bmdesk.cli.bench import lines_of, open_script
from bmdesk.cli.context import scope
from bmdesk.cli.main import new_app
from bmdesk.cli.output import json_line
from bmdesk.texts import Text, t

if TYPE_CHECKING:
    from bmdesk.services.shipping.packing import PackResult

app = new_app(help=t("cli.help_pack"))


@app.command(help=t("cli.help_pack"))
def pack(
    ctx: typer.Context,
    script: Annotated[str, typer.Option(help=t("cli.help_pack_script"))],
    operator: Annotated[str, typer.Option(help=t("cli.help_bench_operator"))] = "OWNER",
    seat: Annotated[str | None, typer.Option(help=t("cli.help_bench_seat"))] = None,
    resume: Annotated[bool, typer.Option("--resume", help=t("cli.help_pack_resume"))] = False,
) -> None:
    source = open_script(script)
    with source, scope(ctx).session() as session:
        from bmdesk.services import company
        from bmdesk.services.grading.script_seats import script_seat
        from bmdesk.services.grading.seating import Seat
        from bmdesk.services.shipping import packing

        person = company.operator(session.desk, operator)
        with script_seat(session.data, session.desk.station, seat) as name:
            # A bench script at a seat of this name has something else in hand.
            here = Seat(f"{_PLACE}{name}"[:_LONGEST], script=True, fallback=person.code)
            if not resume:
                packing.fresh(session.desk, here)
            for line, refusal in lines_of(source):
                if refusal is not None:
                    _unreadable(line, refusal)
                else:
                    _answer(line, packing.scan(session.desk, here, line))


_PLACE = "pack "
_LONGEST = 40


def _unreadable(line: str, refusal: Text) -> None:
    answer = {"scan": line, "kind": "unreadable", "ok": False, "code": refusal.code, "message": refusal}
    print(json_line({**answer, "todo": None, "refused": []}), flush=True)


def _answer(line: str, result: PackResult) -> None:
    answer = {
        "scan": line,
        "kind": result.kind.value,
        "ok": result.ok,
        "code": result.code,
        "reason": _reason(result),
        "message": result.message,
        "todo": result.todo,
        "stage": result.stage.value,
        "order": result.order,
        "unit": result.unit,
        "closed": result.closed,
        "may_override": result.may_override,
        "refused": [
            {
                "code": f"pack.{one.code}",
                "title": one.title,
                "todo": one.todo,
                "may_override": one.may_override,
            }
            for one in result.refused
        ],
    }
    print(json_line(answer), flush=True)


def _reason(result: PackResult) -> str | None:
    """What exactly is wrong, where the code names only the kind of fault: of a parcel number, say."""
    reason = dict(result.message.params).get("reason")
    return reason.code if isinstance(reason, Text) else None
