"""POST /ws/listings: a CSV in JSON becomes a task, and the task creates or updates listings row by row."""

from __future__ import annotations

import codecs
import csv
import io
import uuid
from typing import Any

from bmdesk.simulator import listings, proposals, shipping_ways
from bmdesk.simulator.answers import Answer, Call, Refused
from bmdesk.simulator.eans import is_ean
from bmdesk.simulator.markets import GRADE_OF_STATE, GRADES
from bmdesk.simulator.records import Product
from bmdesk.simulator.world import World

MOST_LINES = 15_000
_BY_SKU = ("price", "min_price", "comment", "warranty_delay", "quantity")


def submit(world: World, call: Call) -> Answer:
    """Answer the number of the task. What is not JSON is taken without a word and does nothing, as in real life."""
    if not call.content_type.startswith("application/json"):
        return _accepted(world.add_task(lambda: _report([])).task_id)
    text, delimiter, quote = _parameters(call)
    rows = _rows(text, delimiter, quote)
    if len(rows) > MOST_LINES:
        raise Refused(400, f"catalog has more than {MOST_LINES} lines")
    if not world.limits.admits_lines(world.clock.seconds(), len(rows)):
        raise Refused(429, "Too many SKU lines in the last hour", "rate_limited")
    market, number = call.market, call.number
    task = world.add_task(lambda: _work_off(world, rows, market, number))
    world.record(
        "task",
        number,
        task=task.task_id,
        market=market,
        lines=len(rows),
        columns=";".join(rows[0] if rows else ()),
    )
    if rows and "sku" not in rows[0]:
        task.failure = "Column sku not found"
    return _accepted(task.task_id)


def status(world: World, _call: Call, task_id: str) -> Answer:
    """GET /ws/tasks/{id}: 0, then 2 from half of its time on, then 9 with the rows, or 8 with one sentence."""
    task = world.tasks.get(int(task_id)) if task_id.isascii() and task_id.isdigit() else None
    if task is None:
        raise Refused(404, "Task not found", "not_found")
    now = world.clock.seconds()
    state = 0 if now - task.created < (task.due - task.created) / 2 else 2
    if task.done:
        state = 9 if task.failure is None else 8
    document = {
        "task_id": task.task_id,
        "action_status": state,
        "last_action_error": task.failure if task.done else None,
        "result": task.result if task.done else {},
        "statuscode": 200,
    }
    return Answer(200, document)


def _accepted(task_id: int) -> Answer:
    return Answer(200, {"bodymessage": task_id, "statuscode": 200})


def _parameters(call: Call) -> tuple[str, str, str]:
    body = call.document()
    for name in ("catalog", "quotechar", "delimiter", "encoding"):
        if not isinstance(body.get(name), str) or not body[name]:
            raise Refused(400, f"parameter {name} not found")
    for name in ("quotechar", "delimiter"):
        if len(body[name]) != 1 or body[name] in "\r\n":
            raise Refused(400, f"parameter {name} must be one character")
    try:
        codecs.lookup(body["encoding"])
    except (LookupError, ValueError):
        raise Refused(400, f"parameter encoding is unknown: {body['encoding'][:64]}") from None
    return body["catalog"], body["delimiter"], body["quotechar"]


def _rows(text: str, delimiter: str, quote: str) -> list[dict[str, str]]:
    """Column names in lower case; what a row has too much or too little is dropped or empty."""
    if delimiter == quote:
        raise Refused(400, "delimiter and quotechar are the same")
    try:
        table = [
            row
            for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, quotechar=quote)
            if row
        ]
    except csv.Error as error:
        raise Refused(400, f"catalog is no CSV: {error}") from None
    if not table:
        raise Refused(400, "parameter catalog not found")
    names = [name.strip().lstrip("\ufeff").lower() for name in table[0]]
    return [
        {name: (row[at].strip() if at < len(row) else "") for at, name in enumerate(names)}
        for row in table[1:]
    ]


def _work_off(world: World, rows: list[dict[str, str]], market: str, request: int) -> dict[str, Any]:
    report = []
    for at, row in enumerate(rows):
        entry: dict[str, Any] = {"line": at + 2, "sku": row.get("sku", ""), "errors": {}}
        try:
            entry["status"] = _one_row(world, row, market, request)
            found = world.find_by_sku(row["sku"])
            entry["id"] = found.id if found else None
        except Refused as refused:
            field, _, reason = refused.message.partition(": ")
            entry["status"], entry["errors"] = "error", {field: [reason]}
        report.append(entry)
    return _real_report(report) if world.real else _report(report)


def _real_report(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Live servers name the good rows, and the others with their reasons; the contract leaves it open."""
    return {
        "success": [row["sku"] for row in rows if row["status"] != "error"],
        "errors": {row["sku"]: row["errors"] for row in rows if row["status"] == "error"},
    }


def _report(rows: list[dict[str, Any]]) -> dict[str, Any]:
    def counted(status: str) -> int:
        return sum(1 for row in rows if row["status"] == status)

    return {
        "rows": rows,
        "created": counted("created"),
        "updated": counted("updated"),
        "in_review": counted("in_review"),
        "errors": counted("error"),
    }


def _one_row(world: World, row: dict[str, str], market: str, request: int) -> str:
    """Create or update one listing; a Refused "field: reason" leaves everything as it was."""
    sku = row.get("sku", "")
    if not 0 < len(sku) <= 200:
        raise Refused(400, "sku: required, at most 200 characters")
    body: dict[str, Any] = {name: row[name] for name in _BY_SKU if row.get(name)}
    if row.get("currency"):
        body["currency"] = row["currency"]
    changes = listings.fields(body, market)
    ways = shipping_ways.asked({k: v for k, v in row.items() if v}, market, real=world.real)
    grade = _grade(row.get("grade") or row.get("state") or "")
    battery = row.get("new_battery", "").lower()
    if battery and battery not in {"true", "false", "1", "0"}:
        raise Refused(400, "new_battery: true or false")
    found = world.find_by_sku(sku)
    if proposals.is_one(world, row):
        return _proposed(world, row, grade or "GOOD", changes, market, request)
    if found is None:
        for name in ("price", "quantity"):
            if name not in changes:
                raise Refused(400, f"{name}: required")
        product = _product(world, row)
        listings.allow(world, product.highest(market), changes)
        found = world.add_listing(sku, product, grade or "GOOD")
        world.record("create", request, listing=found, market=market, old=None, new=found.grade)
        created = True
    else:
        created = False
        listings.allow(world, found.highest_allowed(market), changes)
        if grade:
            changes["grade"] = grade
    if battery:
        changes["new_battery"] = battery in {"true", "1"}
    listings.apply(world, found, changes, market, request)
    listings.ship(world, found, ways, market, request)
    return "created" if created else "updated"


def _proposed(
    world: World,
    row: dict[str, str],
    grade: str,
    changes: dict[str, Any],
    market: str,
    request: int,
) -> str:
    """A product nobody has waits for the marketplace's word, its listing with it."""
    for name in ("price", "quantity"):
        if name not in changes:
            raise Refused(400, f"{name}: required")
    one = proposals.propose(world, row, grade, changes, market)
    world.record("propose", request, sku=one.sku, market=market, new=one.fields["ean"])
    if world.real and world.find_by_sku(one.sku) is None:
        made = world.add_listing(one.sku, one.product, grade)
        listings.apply(world, made, changes, market, request)
    return "in_review"


def _grade(text: str) -> str | None:
    if not text:
        return None
    grade = text.upper().replace(" ", "_")
    if grade.isdigit():
        grade = GRADE_OF_STATE.get(int(grade), "")
    if grade not in GRADES:
        raise Refused(400, f"grade: {text[:40]!r} is not one of {', '.join(GRADES)}")
    return grade


def _product(world: World, row: dict[str, str]) -> Product:
    """The product that is offered; unless only known ones are allowed, one is made for any sound EAN or uuid."""
    product_id, ean = row.get("product_id") or row.get("backmarket_id") or "", row.get("ean", "")
    if not product_id and not ean:
        raise Refused(400, "product_id: product_id or ean is required")
    found = world.find_product(product_id=product_id, ean=ean)
    if found is not None:
        return found
    if not world.known_products_only:
        if product_id:
            try:
                known = str(uuid.UUID(product_id))
            except ValueError:
                raise Refused(400, "product_id: unknown product") from None
            return world.add_product(title=f"Product {known[:8]}", product_id=known, ean=ean)
        if is_ean(ean):
            return world.add_product(title=f"Product {ean}", ean=ean)
    raise Refused(400, "product_id: unknown product" if product_id else "ean: unknown or wrong EAN")
