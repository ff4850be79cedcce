"""What the cells of these files have in common, beyond services.lines: unknown columns, numbers that say one thing."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from datetime import date
from decimal import Decimal

from bmdesk.domain.money import Money
from bmdesk.services.lines import BadCell, amount
from bmdesk.system.tabular import Row
from bmdesk.texts import Failure, msg

_NUMBER = re.compile(r"[0-9]{1,9}(?:[.,][0-9]{1,6})?")
_YES = frozenset({"yes", "true", "1"})
_NO = frozenset({"no", "false", "0"})


class UnknownColumns(Failure):
    """A column that nobody reads may be a misspelt one. Params: `file`, `columns`, `known`."""

    code = "files.unknown_columns"


def refuse_unknown(file: str, rows: Sequence[Row], known: Collection[str]) -> None:
    """Raises UnknownColumns, naming them, where a column is none of these."""
    strange = [column[:60] for column in (rows[0].cells if rows else ()) if column not in known]
    if strange:
        raise UnknownColumns(file=file, columns=strange, known=list(known))


def number(text: str, low: str, high: str) -> Decimal:
    """A number with one decimal mark at most, point or comma. Raises BadCell."""
    value = Decimal(text.replace(",", ".")) if _NUMBER.fullmatch(text) else None
    if value is None or not Decimal(low) <= value <= Decimal(high):
        raise BadCell(msg("files.not_a_number", given=text[:40], low=Decimal(low), high=Decimal(high)))
    return value


def price(text: str, currency: str) -> Money:
    """An amount above zero; its three letters may stand behind it. Raises BadCell, for `1,000` too."""
    bare = text.upper().removesuffix(currency).strip()
    found = amount(bare, currency)
    if found.minor == 0:
        raise BadCell(msg("files.no_price", given=text[:40]))
    return found


def yes_or_no(text: str) -> bool:
    """`yes`, `no`, and what spreadsheets make of them. Raises BadCell."""
    word = text.casefold()
    if word not in _YES | _NO:
        raise BadCell(msg("files.not_yes_or_no", given=text[:40]))
    return word in _YES


def day(text: str) -> date:
    """`2026-11-23`, or `23 November 2026` as the European Central Bank writes it. Raises BadCell."""
    words = text.split()
    try:
        if len(words) == 3 and words[1].casefold() in _MONTHS:
            return date(int(words[2]), _MONTHS.index(words[1].casefold()) + 1, int(words[0]))
        if len(text) == 10:
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise BadCell(msg("files.not_a_day", given=text[:40]))


_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
