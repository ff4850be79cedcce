"""`bmdesk catalog count` and `counted`: how many pieces lie there of goods without units (chargers, cases)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from bmdesk.cli.context import scope
from bmdesk.cli.output import as_json, say, table
from bmdesk.texts import Failure, msg, t

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bmdesk.store.queries.catalogue import SkuRow
    from bmdesk.store.queries.counted import CountedRow


class WhichGrade(Failure):
    """The product is offered in no grade yet, or in several: the call must say which. Params: `product`."""

    code = "counted.which_grade"


class BadCount(Failure):
    """Neither a number of pieces nor `units`. Params: `given`."""

    code = "counted.bad_count"


def count(
    ctx: typer.Context,
    model_code: Annotated[str, typer.Argument(metavar="MODEL_CODE", help=t("cli.help_count_model"))],
    pieces: Annotated[str, typer.Argument(metavar="PIECES", help=t("cli.help_count_pieces"))],
    grade: Annotated[str, typer.Option(help=t("cli.help_count_grade"))] = "",
    new_battery: Annotated[bool, typer.Option("--new-battery", help=t("cli.help_count_new_battery"))] = False,
    operator: Annotated[str, typer.Option(help=t("cli.help_bench_operator"))] = "OWNER",
    json: Annotated[bool, typer.Option("--json", help=t("cli.help_json"))] = False,
) -> None:
    from bmdesk.cli.people import actor
    from bmdesk.services.goods import catalog, counted

    number = _number(pieces)
    with scope(ctx).session() as session:
        who = actor(session.desk, operator)
        variant = catalog.variant(session.desk, model_code)
        wanted = grade.strip().upper() or _only_grade(
            counted.skus_of(session.desk, variant.id), variant.model_code, new_battery=new_battery
        )
        done = counted.set_pieces(session.desk, who, variant.id, wanted, new_battery, number)
    if json:
        as_json({"sku": done.sku, "pieces": done.pieces})
    elif done.pieces is None:
        say(msg("cli.counted_by_units", product=variant.model_code))
    else:
        say(msg("cli.counted", sku=done.sku, pieces=done.pieces))


def counted_(
    ctx: typer.Context, json: Annotated[bool, typer.Option("--json", help=t("cli.help_json"))] = False
) -> None:
    from bmdesk.services.goods import counted

    with scope(ctx).session() as session:
        rows = counted.listed(session.desk)
    if json:
        as_json([_document(row) for row in rows])
    elif rows:
        heads = (t("cli.column_sku"), t("cli.column_pieces"), t("cli.column_product"))
        table(heads, [(row.sku.text, row.sku.pieces, row.title) for row in rows])
    else:
        say(msg("cli.none_counted"))


def add_to(group: typer.Typer) -> None:
    """Put the commands into their group."""
    group.command("count", help=t("cli.help_catalog_count"))(count)
    group.command("counted", help=t("cli.help_catalog_counted"))(counted_)


def _number(given: str) -> int | None:
    if given.strip().lower() == "units":
        return None
    if not (given.isascii() and given.isdigit() and len(given) <= 9):
        raise BadCount(given=given[:40])
    return int(given)


def _only_grade(skus: Sequence[SkuRow], product: str, *, new_battery: bool) -> str:
    """The one grade in which the product is counted, or else has a SKU at all; among several nobody guesses."""
    mine = [sku for sku in skus if sku.new_battery is new_battery]
    chosen = [sku for sku in mine if sku.pieces is not None] or mine
    if len(chosen) != 1:
        raise WhichGrade(product=product)
    return chosen[0].grade


def _document(row: CountedRow) -> dict[str, object]:
    sku = row.sku
    return {
        "sku": sku.text,
        "model_code": row.model_code,
        "title": row.title,
        "grade": sku.grade,
        "new_battery": sku.new_battery,
        "pieces": sku.pieces,
    }
