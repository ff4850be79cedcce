"""`bmdesk orders accept|take-over|assign|unassign|cancel|refund|withdraw|resolve|substitutes|paper|invoice`: what a
person decides about orders, and its papers. Every one takes `--json`.
"""

from __future__ import annotations

import enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bmdesk.cli.context import named_account, scope
from bmdesk.cli.output import as_json, say, table
from bmdesk.texts import Failure, msg, t

if TYPE_CHECKING:
    from bmdesk.services.desk import Desk
    from bmdesk.services.orders.handling import Handled, OpenLine

Order = Annotated[str, typer.Argument(metavar="ID", help=t("cli.help_orders_id"))]
Line = Annotated[str, typer.Option(metavar="L", help=t("cli.help_orders_line"))]
Lines = Annotated[list[str] | None, typer.Option("--line", metavar="L", help=t("cli.help_orders_lines"))]
Unit = Annotated[str, typer.Option(metavar="UNIT", help=t("cli.help_units_id"))]
Reason = Annotated[str, typer.Option(metavar="R", help=t("cli.help_orders_reason"))]
Message = Annotated[str, typer.Option(help=t("cli.help_orders_message"))]
Yes = Annotated[bool, typer.Option("--yes", help=t("cli.help_orders_yes"))]
By = Annotated[str, typer.Option("--operator", help=t("cli.help_bench_operator"))]
Json = Annotated[bool, typer.Option("--json", help=t("cli.help_json"))]


class NotAccepted(Failure):
    """Nothing of the order could be accepted. Params: `order`, `why`."""

    code = "cli.order_not_accepted"


class NoSuchConflict(Failure):
    """The order has no such open conflict, or several. Params: `order`, `open`."""

    code = "cli.order_no_conflict"


def accept(
    ctx: typer.Context, order: Order, line: Lines = None, operator: By = "OWNER", json: Json = False
) -> None:
    from bmdesk.cli.output import plain
    from bmdesk.cli.people import actor
    from bmdesk.services.orders import handling, order_view

    with scope(ctx).session() as session:
        desk, who = session.desk, actor(session.desk, operator)
        order_id = order_view.find(desk, order, named_account(ctx))
        chosen = [order_view.line_number(desk, order_id, one) for one in line] if line else None
        done = handling.accept(desk, who, order_id, chosen)
        _answer(desk, done, json=json)
    if not done.count:
        raise NotAccepted(order=order, why="; ".join(plain(one) for one in done.waits) or "-")


def take_over(
    ctx: typer.Context,
    line: Lines = None,
    all_: Annotated[bool, typer.Option("--all", help=t("cli.help_orders_take_over_all"))] = False,
    operator: By = "OWNER",
    json: Json = False,
) -> None:
    from bmdesk.cli import order_json
    from bmdesk.cli.people import actor
    from bmdesk.services.orders import handling

    with scope(ctx).session() as session:
        found = handling.open_lines(session.desk, scope(ctx).account)
        if not (line or all_):
            if json:
                as_json([order_json.open_line(one) for one in found])
            else:
                _print_open(found)
            return
        chosen = [one.line_id for one in found if (all_ and one.suggested) or str(one.number) in (line or ())]
        done = handling.take_over(session.desk, actor(session.desk, operator), scope(ctx).account, chosen)
    if json:
        as_json({"taken_over": done.count})
    else:
        say(done.said)


def assign(
    ctx: typer.Context, order: Order, line: Line, unit: Unit, operator: By = "OWNER", json: Json = False
) -> None:
    from bmdesk.cli.people import actor
    from bmdesk.services.goods import units
    from bmdesk.services.orders import handling

    with scope(ctx).session() as session:
        desk, who = session.desk, actor(session.desk, operator)
        line_id = _line(desk, ctx, order, line)
        unit_id = units.show_unit(desk, unit).id
        _answer(desk, handling.assign(desk, who, line_id, unit_id), json=json)


def unassign(
    ctx: typer.Context,
    order: Order,
    line: Line,
    unit: Unit,
    reason: Annotated[str, typer.Option(help=t("cli.help_orders_hold_reason"))] = "",
    operator: By = "OWNER",
    json: Json = False,
) -> None:
    from bmdesk.cli.people import actor
    from bmdesk.services.goods import units
    from bmdesk.services.orders import handling

    with scope(ctx).session() as session:
        desk, who = session.desk, actor(session.desk, operator)
        line_id = _line(desk, ctx, order, line)
        unit_id = units.show_unit(desk, unit).id
        _answer(desk, handling.unassign(desk, who, line_id, unit_id, reason), json=json)


def cancel(
    ctx: typer.Context,
    order: Order,
    line: Line,
    reason: Reason,
    message: Message = "",
    operator: By = "OWNER",
    json: Json = False,
) -> None:
    from bmdesk.cli.people import actor
    from bmdesk.services.orders import handling

    with scope(ctx).session() as session:
        desk, who = session.desk, actor(session.desk, operator)
        line_id = _line(desk, ctx, order, line)
        costs = handling.effect_of_cancel(desk, line_id)
        done = handling.cancel(desk, who, line_id, _reason(reason), message)
        if not json:
            say(costs)
        _answer(desk, done, json=json, figures=costs)


def refund(
    ctx: typer.Context,
    order: Order,
    line: Line,
    reason: Reason,
    amount: Annotated[str, typer.Option(metavar="A", help=t("cli.help_orders_amount"))] = "",
    message: Message = "",
    yes: Yes = False,
    operator: By = "OWNER",
    json: Json = False,
) -> None:
    from bmdesk.cli.people import actor
    from bmdesk.domain.money import Money
    from bmdesk.services.orders import handling, order_view

    if not yes:
        raise typer.BadParameter(t("cli.orders_refund_needs_yes"), param_hint="--yes")
    with scope(ctx).session() as session:
        desk, who = session.desk, actor(session.desk, operator)
        line_id = _line(desk, ctx, order, line)
        currency = order_view.detail(desk, order_view.find(desk, order, named_account(ctx))).currency
        money = Money.parse(amount, currency) if amount else None
        _answer(desk, handling.refund(desk, who, line_id, _reason(reason), money, message), json=json)


def withdraw(
    ctx: typer.Context, order: Order, line: Line, operator: By = "OWNER", json: Json = False
) -> None:
    from bmdesk.cli.people import actor
    from bmdesk.services.orders import handling, order_view
    from bmdesk.services.orders.order_doubts import StepOver

    with scope(ctx).session() as session:
        desk, who = session.desk, actor(session.desk, operator)
        line_id = _line(desk, ctx, order, line)
        found = order_view.detail(desk, order_view.find(desk, order, named_account(ctx)))
        asked = [
            one for each in found.lines if each.id == line_id for one in each.steps if one.state == "asked"
        ]
        if not asked:
            raise StepOver
        _answer(desk, handling.withdraw(desk, who, asked[0].id), json=json)


def resolve(
    ctx: typer.Context,
    order: Order,
    way: Annotated[str, typer.Option(help=t("cli.help_orders_way"))],
    conflict: Annotated[str, typer.Option(help=t("cli.help_orders_conflict"))] = "",
    unit: Annotated[str, typer.Option(metavar="UNIT", help=t("cli.help_units_id"))] = "",
    operator: By = "OWNER",
    json: Json = False,
) -> None:
    from bmdesk.cli.people import actor
    from bmdesk.services.goods import units
    from bmdesk.services.orders import handling, order_view
    from bmdesk.services.orders.order_doubts import BeingFoundOut

    with scope(ctx).session() as session:
        desk, who = session.desk, actor(session.desk, operator)
        found = order_view.detail(desk, order_view.find(desk, order, named_account(ctx)))
        meant = [one for one in found.conflicts if conflict in ("", one.id, one.code)]
        for one in (each for line in found.lines for each in line.steps):
            if not meant and one.looked_for:
                raise BeingFoundOut(step=one.title)
        if len(meant) != 1:
            codes = ", ".join(f"{one.code} {one.id}" for one in found.conflicts) or "-"
            raise NoSuchConflict(order=order, open=codes)
        unit_id = units.show_unit(desk, unit).id if unit else ""
        chosen = way.strip().lower().replace("-", "_")
        _answer(desk, handling.resolve(desk, who, meant[0].id, chosen, unit_id), json=json)


def substitutes(ctx: typer.Context, order: Order, line: Line, json: Json = False) -> None:
    from bmdesk.cli import order_json
    from bmdesk.services.orders import substitutes as nearest

    with scope(ctx).session() as session:
        found = nearest.nearest(session.desk, _line(session.desk, ctx, order, line))
    if json:
        as_json([order_json.substitute(one) for one in found])
        return
    heads = (
        t("cli.column_identifier"),
        t("cli.column_what"),
        t("cli.column_bin"),
        t("cli.orders_column_cost"),
        t("cli.orders_column_margin"),
    )
    rows = [(one.identifier, one.words, one.where, one.cost or "?", one.margin or "?") for one in found]
    table(heads, rows)


def invoice(
    ctx: typer.Context,
    order: Order,
    file: Annotated[Path, typer.Argument(metavar="FILE.pdf", help=t("cli.help_orders_invoice_file"))],
    operator: By = "OWNER",
    json: Json = False,
) -> None:
    from bmdesk.cli.people import actor
    from bmdesk.services.orders import documents, order_view

    with scope(ctx).session() as session:
        order_id = order_view.find(session.desk, order, named_account(ctx))
        documents.keep_invoice(session.desk, actor(session.desk, operator), order_id, file)
    if json:
        as_json({"order_id": int(order) if order.isdigit() else order, "invoice": file.name})
    else:
        say(msg("cli.order_invoice_kept", order=order))


class _Paper(enum.StrEnum):
    NOTE = "delivery_note"
    LABEL = "label"
    INVOICE = "invoice"


def paper(
    ctx: typer.Context,
    order: Order,
    out: Annotated[Path, typer.Option(metavar="FILE.pdf", help=t("cli.help_orders_paper_out"))],
    kind: Annotated[_Paper, typer.Option(help=t("cli.help_orders_paper_kind"))] = _Paper.NOTE,
    json: Json = False,
) -> None:
    from bmdesk.services.orders import documents, order_view
    from bmdesk.system.durable import replacing

    with scope(ctx).session(reassess=False) as session:
        desk = session.desk
        papers = documents.of_order(desk, order_view.find(desk, order, named_account(ctx)))
        found = max((one for one in papers if one.kind == kind), key=lambda one: one.id, default=None)
        if found is None:
            raise documents.PaperMissing(kind=documents.kind_text(kind))
        content = documents.content(desk, found.id)
    with replacing(out) as file:
        file.write(content)
    if json:
        as_json({"order_id": int(order) if order.isdigit() else order, "kind": kind.value, "file": out})
    else:
        say(msg("cli.order_paper_written", file=str(out)))


def add_to(group: typer.Typer) -> None:
    """Put the commands into their group."""
    group.command("accept", help=t("cli.help_orders_accept"))(accept)
    group.command("take-over", help=t("cli.help_orders_take_over"))(take_over)
    group.command("assign", help=t("cli.help_orders_assign"))(assign)
    group.command("unassign", help=t("cli.help_orders_unassign"))(unassign)
    group.command("cancel", help=t("cli.help_orders_cancel"))(cancel)
    group.command("refund", help=t("cli.help_orders_refund"))(refund)
    group.command("withdraw", help=t("cli.help_orders_withdraw"))(withdraw)
    group.command("resolve", help=t("cli.help_orders_resolve"))(resolve)
    group.command("substitutes", help=t("cli.help_orders_substitutes"))(substitutes)
    group.command("paper", help=t("cli.help_orders_paper"))(paper)
    group.command("invoice", help=t("cli.help_orders_invoice"))(invoice)


def _line(desk: Desk, ctx: typer.Context, order: str, line: str) -> str:
    from bmdesk.services.orders import order_view

    return order_view.line_number(desk, order_view.find(desk, order, named_account(ctx)), line)


def _reason(given: str) -> str:
    """A reason by our word or by Back Market's number. The service refuses what is neither."""
    from bmdesk.domain.orders import REASONS

    text = given.strip().lower().replace("-", "_")
    by_number = {str(number): word for word, number in REASONS.items()}
    return by_number.get(text, text)


def _answer(desk: Desk, done: Handled, *, json: bool, **more: object) -> None:
    from bmdesk.cli import order_json
    from bmdesk.services.orders import order_view

    if json:
        number = order_view.detail(desk, done.order_id).row.number
        as_json({**order_json.handled(number, done), **more})
        return
    say(done.said)
    for why in done.waits:
        say(why)


def _print_open(found: tuple[OpenLine, ...]) -> None:
    heads = (
        t("cli.orders_column_order"),
        t("cli.orders_column_line"),
        t("cli.column_sku"),
        t("cli.column_what"),
        t("cli.column_state"),
        t("cli.orders_column_suggested"),
    )
    rows = [
        (one.order_number, one.number, one.sku_text, one.title, one.state.value, "x" if one.suggested else "")
        for one in found
    ]
    table(heads, rows)
