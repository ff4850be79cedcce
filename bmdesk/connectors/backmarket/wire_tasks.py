"""The report of a CSV task. The contract leaves its `result` open, so every plausible shape is read, and a shape that
nobody understands is no error: the rows are then empty and `raw` holds what came."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from bmdesk.connectors.backmarket.reading import Drift, Reader, clean

_MOST_ROWS = 15_000
_MOST_ERRORS = 20
_DEEPEST = 4
_SKU_KEYS = ("sku", "SKU", "Sku", "ean", "EAN", "id", "key")
_LINE_KEYS = ("line", "line_number", "lineNumber", "row", "row_number", "index", "lineno")
_ERROR_KEYS = ("errors", "error", "messages", "message", "detail", "reason")
_STATUS_KEYS = ("ok", "success", "status", "state", "result", "code", "statuscode")
_GOOD_WORDS = {
    "ok", "success", "succeeded", "done", "created", "updated", "valid", "processed", "unchanged", "true", "200",
    "201", "9",
}  # fmt: skip
# Keys under which rows stand, and what the key says of them.
_CONTAINERS: dict[str, bool | None] = {
    **dict.fromkeys(("success", "successes", "created", "updated", "ok", "done", "processed"), True),
    **dict.fromkeys(("errors", "error", "failed", "failures", "rejected"), False),
    **dict.fromkeys(("results", "result", "rows", "lines", "report", "items", "skus", "listings", "details")),
}
_COUNTS = {*_ERROR_KEYS, *_STATUS_KEYS, "count", "total", "nb_lines", "in_review", "task_id"}


class TaskStatus(StrEnum):
    """Where a task stands."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class TaskRow:
    """What became of one row of the CSV. `errors`: (field or "", the marketplace's words)."""

    sku: str
    line: int | None
    ok: bool
    errors: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class TaskWire:
    """A task; its rows mean something once it is no longer RUNNING."""

    id: int
    status: TaskStatus
    error: str
    rows: tuple[TaskRow, ...]
    drift: tuple[Drift, ...]
    raw: Mapping[str, object] = field(repr=False, compare=False, hash=False)


_STATUS = {
    0: TaskStatus.RUNNING,
    2: TaskStatus.RUNNING,
    9: TaskStatus.DONE,
    3: TaskStatus.FAILED,
    7: TaskStatus.FAILED,
    8: TaskStatus.FAILED,
}


def read_task(task_id: int, raw: Mapping[str, object]) -> TaskWire:
    """A state that nobody knows counts as running: whoever polls has a time limit of its own."""
    drift: set[Drift] = set()
    fields = Reader(raw, "task", drift)
    fields.ignore("result", "statuscode")
    number = fields.whole("action_status")
    if number is not None and number not in _STATUS:
        fields.odd("action_status", "one of the contract's", "another")
    error = fields.text("last_action_error", 1000, nullable=True, optional=True)
    found = fields.whole("task_id", optional=True)
    fields.finish()
    return TaskWire(
        id=task_id if found is None else found,
        status=_STATUS.get(-1 if number is None else number, TaskStatus.RUNNING),
        error=error,
        rows=read_rows(raw.get("result")),
        drift=tuple(sorted(drift)),
        raw=raw,
    )


def read_rows(result: object) -> tuple[TaskRow, ...]:
    """The rows of a `result` of any shape: by SKU, by line, in lists of good and bad, with errors nested or flat."""
    rows: list[TaskRow] = []
    for row in _rows(result, None, 0):
        if len(rows) >= _MOST_ROWS:
            break
        rows.append(row)
    return tuple(rows)


def _rows(result: object, verdict: bool | None, depth: int) -> Iterator[TaskRow]:
    """`verdict`: what the list in which these stand says of them."""
    if depth > _DEEPEST:
        return
    if isinstance(result, list):
        for entry in result:
            if isinstance(entry, dict) and _names_a_row(entry):
                yield _row(entry, "", verdict)
            elif isinstance(entry, str) and (said := _sentence(entry, verdict)):
                yield said
            elif isinstance(entry, dict):
                yield from _rows(entry, verdict, depth + 1)
    elif isinstance(result, dict):
        if _names_a_row(result):
            yield _row(result, "", verdict)
            return
        for key, value in result.items():
            word = str(key).lower()
            if word not in _CONTAINERS:
                if word not in _COUNTS:
                    yield _row(value, str(key), verdict)
            elif isinstance(value, list | dict):  # else a total: `"created": 3`
                yield from _rows(value, _CONTAINERS[word] if verdict is None else verdict, depth + 1)


def _names_a_row(entry: Mapping[str, object]) -> bool:
    return any(isinstance(entry.get(key), str | int) for key in (*_SKU_KEYS, *_LINE_KEYS))


def _row(value: object, key: str, verdict: bool | None) -> TaskRow:
    sku, line = clean(key, 200), None
    if isinstance(value, dict):
        sku = next((clean(str(value[k]), 200) for k in _SKU_KEYS if isinstance(value.get(k), str | int)), sku)
        line = next((n for k in _LINE_KEYS if (n := _number(value.get(k))) is not None), None)
    errors = tuple(dict.fromkeys(_errors(value)))[:_MOST_ERRORS]
    said = _said_ok(value)
    if said is None:
        said = verdict
    # A bare word beside a SKU that is not a good word is the reason of a refusal.
    ok = not errors if said is None else said
    return TaskRow(sku, line, ok, () if ok else errors)


def _errors(value: object) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        if value.strip() and value.strip().lower() not in _GOOD_WORDS:
            yield "", clean(value, 500)
    elif isinstance(value, list):
        for entry in value[:_MOST_ERRORS]:
            if isinstance(entry, dict):
                yield from _error(entry)
            else:
                yield from _errors(entry)
    elif isinstance(value, dict):
        named = [value[key] for key in _ERROR_KEYS if value.get(key)]
        for entry in named:
            if isinstance(entry, dict) and not any(key in entry for key in ("message", "detail", "title")):
                yield from _by_field(entry)
            else:
                yield from _errors([entry] if isinstance(entry, dict) else entry)
        if not named and not _names_a_row(value) and _said_ok(value) is None:
            yield from _by_field(value)


def _error(entry: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    words = next(
        (w for k in ("message", "detail", "title", "reason", "error") if isinstance(w := entry.get(k), str)),
        "",
    )
    if words:
        place = next(
            (f for k in ("field", "target", "column", "key") if isinstance(f := entry.get(k), str)), ""
        )
        yield clean(place, 60), clean(words, 500)
    else:
        yield from _by_field(entry)


def _by_field(entry: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    for name, words in list(entry.items())[:_MOST_ERRORS]:
        for word in words if isinstance(words, list) else [words]:
            if isinstance(word, str) and word.strip():
                yield clean(str(name), 60), clean(word, 500)
            elif isinstance(word, dict):
                for place, said in _error(word):
                    yield place or clean(str(name), 60), said


def _said_ok(value: object) -> bool | None:
    """Whether the row itself says how it ended."""
    if isinstance(value, bool):
        return value
    if value is None or value in ([], {}):
        return True
    if isinstance(value, int | str):
        return True if str(value).strip().lower() in _GOOD_WORDS else None
    if isinstance(value, dict):
        for key in _STATUS_KEYS:
            if isinstance(said := value.get(key), bool | int | str):
                return said if isinstance(said, bool) else str(said).strip().lower() in _GOOD_WORDS
    return None


def _number(value: object) -> int | None:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    return int(value) if isinstance(value, str) and value.isdecimal() and len(value) < 10 else None


def _sentence(text: str, verdict: bool | None) -> TaskRow | None:
    """`Line 3: price is not valid` or `SKU-1: ...`; in a list of the good ones, the SKU alone."""
    if verdict is True:
        return TaskRow(clean(text, 200), None, True, ())
    if found := re.match(
        r"\s*(?:line|row)\s+(\d{1,9})\s*[:,-]\s*(.+)", text[:2000], re.IGNORECASE | re.DOTALL
    ):
        return TaskRow("", int(found[1]), False, (("", clean(found[2], 500)),))
    if found := re.match(
        r"\s*(?:sku\s+)?['\"]?([^\s:'\"]{1,200})['\"]?\s*:\s+(.+)", text[:2000], re.DOTALL | re.IGNORECASE
    ):
        return TaskRow(clean(found[1], 200), None, False, (("", clean(found[2], 500)),))
    return None
