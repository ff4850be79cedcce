"""`bmdesk categories`: read the marketplace's tree, look at it, say what of ours belongs where, list what lacks."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bmdesk.cli.account_scope import account_of
from bmdesk.cli.context import scope
from bmdesk.cli.main import new_app
from bmdesk.cli.output import as_json, complain, say, table
from bmdesk.texts import msg, render, t

if TYPE_CHECKING:
    from bmdesk.connectors.backmarket.import_categories import TreeRead
    from bmdesk.services.desk import Actor, Desk
    from bmdesk.services.selling.categories import AskedView, CategoryView
    from bmdesk.services.selling.category_check import Lack
    from bmdesk.services.session import Session

app = new_app(help=t("cli.help_categories"))

_STOPPED = 130
_SHOWN = 200
"""Lines that a person is shown; the document has them all."""

Json = Annotated[bool, typer.Option("--json", help=t("cli.help_json"))]


@app.command(help=t("cli.help_categories_refresh"))
def refresh(
    ctx: typer.Context,
    older_than: Annotated[int, typer.Option(min=0, metavar="MIN", help=t("cli.help_categories_older"))] = 0,
    json: Json = False,
) -> None:
    with scope(ctx).session(reassess=False) as session:
        done, stopped = _run(session, scope(ctx).account, timedelta(minutes=older_than))
    if json:
        counted = {"categories": done.categories, "leaves": done.leaves, "attributes": done.attributes}
        as_json({**counted, "new": done.new, "gone": done.gone, "left": done.left, "complete": not done.left})
    else:
        said = {"categories": done.categories, "leaves": done.leaves, "attributes": done.attributes}
        say(msg("cli.categories_refreshed", **said, new=done.new, gone=done.gone))
    if done.left:
        complain(msg("cli.categories_left", left=done.left))
    if stopped and done.left:
        raise typer.Exit(_STOPPED)


@app.command("list", help=t("cli.help_categories_list"))
def list_(
    ctx: typer.Context,
    search: Annotated[str, typer.Option(help=t("cli.help_categories_search"))] = "",
    leaves: Annotated[bool, typer.Option("--leaves", help=t("cli.help_categories_leaves"))] = False,
    json: Json = False,
) -> None:
    from bmdesk.services.selling import categories

    with account_of(ctx, reassess=False) as (desk, account):
        found = categories.listed(desk, account, search, leaves=leaves)
    if json:
        as_json([_category(one) for one in found])
        return
    heads = (
        t("cli.column_id"),
        t("cli.column_category"),
        t("cli.column_attributes"),
        t("cli.column_products"),
    )
    table(heads, [_cells(one) for one in found[:_SHOWN]])
    if len(found) > _SHOWN:
        say(msg("cli.categories_more", shown=_SHOWN, total=len(found)))


@app.command(help=t("cli.help_categories_show"))
def show(
    ctx: typer.Context,
    category: Annotated[int, typer.Argument(metavar="ID", help=t("cli.help_categories_id"))],
    json: Json = False,
) -> None:
    from bmdesk.services.selling import categories

    with account_of(ctx, reassess=False) as (desk, account):
        one, asked = categories.shown(desk, account, category)
    if json:
        as_json({**_category(one), "asks": [_asked(each) for each in asked]})
        return
    say(msg("cli.category_named", id=one.row.category_id, path=" / ".join(one.path)))
    heads = (
        t("cli.column_field"),
        t("cli.column_name"),
        t("cli.column_kind"),
        t("cli.column_required"),
        t("cli.column_source"),
        t("cli.column_allowed"),
    )
    table(heads, [_asked_cells(each) for each in asked])


@app.command("map", help=t("cli.help_categories_map"))
def map_(
    ctx: typer.Context,
    model: Annotated[
        list[str] | None, typer.Argument(metavar="[MODEL_CODE]...", help=t("cli.help_categories_models"))
    ] = None,
    leaf: Annotated[int | None, typer.Option(metavar="ID", help=t("cli.help_categories_leaf"))] = None,
    category: Annotated[str, typer.Option(help=t("cli.help_categories_of_ours"))] = "",
    nothing: Annotated[bool, typer.Option("--nothing", help=t("cli.help_categories_nothing"))] = False,
    attribute: Annotated[
        list[str] | None, typer.Option(metavar="FIELD=NAME", help=t("cli.help_categories_attribute"))
    ] = None,
    value: Annotated[
        list[str] | None, typer.Option(metavar="FIELD:OURS=THEIRS", help=t("cli.help_categories_value"))
    ] = None,
    operator: Annotated[str, typer.Option(help=t("cli.help_bench_operator"))] = "OWNER",
) -> None:
    from bmdesk.cli.people import actor
    from bmdesk.services.selling import categories

    sources = [_split(one, "=") for one in attribute or ()]
    values = [(*_split(left, ":"), theirs) for left, theirs in (_split(one, "=") for one in value or ())]
    models = model or []
    if not (models or category or sources or values):
        raise typer.BadParameter(t("cli.categories_map_what"))
    if (leaf is None) != nothing or (nothing and (category or sources or values or not models)):
        raise typer.BadParameter(t("cli.categories_map_where"))
    count = 0
    with account_of(ctx, reassess=False) as (desk, account):
        who = actor(desk, operator)
        if leaf is not None:
            _say_how(desk, who, account, leaf, sources, values)
        if models:
            count += categories.map_products(desk, who, account, leaf, models).count
        if leaf is not None and category:
            count += categories.map_category(desk, who, account, leaf, category.strip().lower()).count
    if models or category:
        say(msg("cli.categories_unmapped" if nothing else "cli.categories_mapped", number=count))


@app.command(help=t("cli.help_categories_check"))
def check(
    ctx: typer.Context,
    model: Annotated[
        list[str] | None, typer.Argument(metavar="[MODEL_CODE]...", help=t("cli.help_categories_checked"))
    ] = None,
    product: Annotated[bool, typer.Option("--product", help=t("cli.help_categories_product"))] = False,
    nowhere: Annotated[bool, typer.Option("--nowhere", help=t("cli.help_categories_nowhere"))] = False,
    json: Json = False,
) -> None:
    from bmdesk.services.selling import category_check, proposals

    with account_of(ctx, reassess=False) as (desk, account):
        if product:
            found = tuple(
                lack for one in proposals.listed(desk, account, model or None) for lack in one.lacks
            )
        else:
            found = category_check.check(desk, account, model or None)
    if nowhere:
        found = tuple(one for one in found if one.code is category_check.Code.NO_LEAF)
    if json:
        as_json([_lack(one) for one in found])
    else:
        heads = (t("cli.column_model"), t("cli.column_category"), t("cli.column_reason"))
        table(heads, [(one.model_code, one.leaf, one.reason) for one in found[:_SHOWN]])
        if nowhere:
            say(msg("cli.categories_nowhere", number=len(found)))
        else:
            say(msg("cli.categories_lacks", number=len(found)))
    if found:
        raise typer.Exit(1)


def _say_how(
    desk: Desk,
    who: Actor,
    account: str,
    leaf: int,
    sources: Sequence[tuple[str, str]],
    values: Sequence[tuple[str, str, str]],
) -> None:
    """What of ours answers the leaf's attributes, and what our values are called there."""
    from bmdesk.services.selling import categories

    for field, name in sources:
        categories.choose_source(desk, who, account, leaf, field, name)
    for field, ours, theirs in values:
        categories.rename_value(desk, who, account, leaf, field, ours, theirs)
    if sources or values:
        say(msg("cli.categories_said", number=len(sources) + len(values)))


def _run(session: Session, account: str, older_than: timedelta) -> tuple[TreeRead, bool]:
    """What was read, and whether somebody stopped it."""
    from bmdesk.cli.sync import asked_to_stop, tools_of
    from bmdesk.sync import market_reading

    with asked_to_stop() as stop:
        tools = tools_of(session, stop.wait, None)
        done = market_reading.categories(
            session.desk, tools, account, lambda: not stop.is_set(), _teller(), older_than=older_than
        )
        return done, stop.is_set()


def _split(given: str, sign: str) -> tuple[str, str]:
    left, found, right = given.partition(sign)
    if not (found and left.strip()):
        raise typer.BadParameter(t("cli.categories_not_a_pair", given=given[:60], sign=sign))
    return left.strip(), right.strip()


def _category(one: CategoryView) -> dict[str, Any]:
    row = one.row
    return {
        "id": row.category_id,
        "marketplace_id": row.marketplace_id,
        "name": row.name,
        "path": list(one.path),
        "leaf": row.is_leaf,
        "attributes": one.attributes,
        "products": one.products,
        "read_at": row.read_at,
        "attributes_read_at": row.attributes_at,
        "missing_since": row.missing_since,
    }


def _cells(one: CategoryView) -> tuple[object, ...]:
    row = one.row
    name = "  " * row.depth + row.name
    shown = render(msg("cli.category_gone", name=name)) if row.missing_since else name
    return row.category_id, shown, one.attributes or "", one.products or ""


def _asked(one: AskedView) -> dict[str, Any]:
    asked = one.attribute
    return {
        "field": asked.field,
        "name": asked.name,
        "type": asked.kind.name.lower(),
        "required": asked.required,
        "allowed": list(asked.allowed),
        "source": one.source or None,
        "values": dict(one.renamed),
    }


def _asked_cells(one: AskedView) -> tuple[object, ...]:
    asked = one.attribute
    required = t("cli.yes") if asked.required else ""
    return asked.field, asked.name, asked.kind.name.lower(), required, one.source, ", ".join(asked.allowed)


def _lack(one: Lack) -> dict[str, Any]:
    return {
        "model_code": one.model_code,
        "title": one.title,
        "code": one.code.value,
        "category_id": one.category_id,
        "leaf": one.leaf or None,
        "field": one.attribute.field if one.attribute else one.part or None,
        "given": one.given or None,
        "allowed": list(one.attribute.allowed) if one.attribute else [],
        "reason": one.reason,
    }


def _teller() -> Callable[[int, int], None]:
    """On a terminal, how far it is; nowhere else."""
    if not sys.stderr.isatty():
        return lambda _done, _total: None

    def told(done: int, total: int) -> None:
        far = msg("cli.categories_far", done=done, total=total)
        print(f"\r{render(far)}", end="" if done < total else "\n", file=sys.stderr, flush=True)

    return told
