"""How a command answers: words on stdout, one JSON document, a plain table; and what went wrong as one line on stderr.

Everything is plain text; characters that move the cursor or colour the screen never reach a terminal.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from bmdesk.texts import Failure, Text, locale, render
from bmdesk.texts.message import Amount


def say(words: Text | str) -> None:
    """One line for a person."""
    _line(_plain(_words(words)))


def complain(words: Text | str) -> None:
    """One line on stderr."""
    print(_plain(_words(words)), file=sys.stderr)


def complain_of(failure: Failure) -> None:
    """What went wrong and what to do, as one line on stderr."""
    title, happened, todo = (render(part).strip() for part in (failure.title, failure.happened, failure.todo))
    complain(f"{title.rstrip('.:')}: {happened} {todo}".strip())


@contextmanager
def words_as_document() -> Iterator[None]:
    """What is said meanwhile is one JSON document at the end: {"said": [lines]}."""
    global _said
    _said = []
    try:
        yield
        said, _said = _said, None
        if said:
            as_json({"said": said})
    finally:
        _said = None


def as_json(document: Any) -> None:
    """One JSON document."""
    if _said is not None:
        _said.clear()  # the command has one of its own
    print(json.dumps(plain(document), ensure_ascii=False, indent=2))


def json_line(document: Any) -> str:
    """The document on one line."""
    return json.dumps(plain(document), ensure_ascii=False)


def table(headers: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Columns as wide as what stands in them; whoever pipes it gets no frames."""
    cells = [[_plain(str(_cell(value))) for value in row] for row in (headers, *rows)]
    widths = [min(max(len(row[n]) for row in cells), 60) for n in range(len(headers))]
    for row in cells:
        _line("  ".join(_fit(text, width) for text, width in zip(row, widths, strict=True)).rstrip())


def plain(value: Any) -> Any:
    """The value as JSON takes it: texts rendered, moments as ISO 8601 in UTC, money and decimals as text."""
    if isinstance(value, Text):
        return render(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal | Path):
        return str(value)
    if is_dataclass(value) and not isinstance(value, type):
        return plain(asdict(value))
    if isinstance(value, dict):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(one) for one in value]
    return value


def _line(text: str) -> None:
    if _said is None:
        print(text)
    else:
        _said.append(text)


_said: list[str] | None = None
"""The lines of a call that was asked for a document and has none."""


def _words(words: Text | str) -> str:
    return render(words) if isinstance(words, Text) else words


def _cell(value: object) -> object:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return locale.moment(value)
    if isinstance(value, date):
        return locale.day(value)
    if isinstance(value, Amount):
        return locale.money(value.amount, value.currency)
    return render(value) if isinstance(value, Text) else value


def _plain(words: str) -> str:
    return "".join(char if char.isprintable() else " " for char in words)


def _fit(text: str, width: int) -> str:
    return text.ljust(width) if len(text) <= width else text[: width - 1] + "…"
