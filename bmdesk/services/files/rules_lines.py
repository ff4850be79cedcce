"""The pricing document as lines of a table, and back: a rule, share, commission or VAT rate a line.

Pure: it knows the document's shape, and leaves what its values may be to domain.prices.reading. What a document says is
whole in its lines; only notes that stand deeper than a line (in a scope, say) have no place there.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from bmdesk.services.files.cells import yes_or_no
from bmdesk.services.lines import BadCell
from bmdesk.texts import msg

RULE, SHARE, COMMISSION, VAT, NOTE = "rule", "share", "commission", "vat", "note"
KINDS = (NOTE, SHARE, RULE, COMMISSION, VAT)

_SCOPE = ("category", "product", "sku", "grade", "market")
_FLAGS = ("automatic", "cost_floor")
_NUMBERS = ("share", "multiplier", "daily_percent", "min_ratio")
_AMOUNTS = ("floor", "ceiling", "shipping")
_WHOLE = ("stale_days",)
_CHARGES = ("margin", "payment_fee", "warranty")
_DECIMAL_COMMA = re.compile(r"[0-9]+,(?:[0-9]{1,2}|[0-9]{4,6})|0,[0-9]{3}")
_PARTS = {"percent": "0", "amount": ""}
_ROUNDING = {"step": "", "ending": "0"}

COLUMNS = (
    "kind", "id", *_SCOPE, "automatic", "share", "multiplier", "floor", "ceiling", "cost_floor", "margin_percent",
    "margin_amount", "rounding_step", "rounding_ending", "daily_percent", "min_ratio", "payment_fee_percent",
    "payment_fee_amount", "shipping", "warranty_percent", "warranty_amount", "stale_days", "scheme", "from", "percent",
    "note",
)  # fmt: skip
"""In the order in which a table has them."""

_OF_KIND: Mapping[str, frozenset[str]] = {
    NOTE: frozenset({"note"}),
    SHARE: frozenset({"category", "grade", "share"}),
    RULE: frozenset(COLUMNS) - {"kind", "scheme", "from", "percent"},
    COMMISSION: frozenset({"category", "market", "from", "percent", "note"}),
    VAT: frozenset({"scheme", "market", "from", "percent", "note"}),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One line: its kind, and the cells that say something, by column. `number`: of the file, 0 of a document."""

    kind: str
    cells: Mapping[str, str]
    number: int = 0

    @property
    def name(self) -> str:
        """What it is about: a rule's id, the place of a share or of a row of a table."""
        if self.kind == RULE:
            return self.cells.get("id", "")
        where = ("category", "grade") if self.kind == SHARE else ("category", "scheme", "market", "from")
        return " ".join(self.cells[column] for column in where if column in self.cells)


def of_document(body: Mapping[str, Any]) -> list[Line]:
    """The lines of a document that domain.prices.reading has accepted."""
    lines = [Line(NOTE, {"note": str(body["note"])})] if body.get("note") else []
    for category, grades in body.get("shares", {}).items():
        if category != "note":
            for grade, share in grades.items():
                if grade != "note":
                    lines.append(Line(SHARE, {"category": category, "grade": grade, "share": str(share)}))
    lines += [Line(RULE, dict(_rule_cells(rule))) for rule in body.get("rules", [])]
    for kind, name in ((COMMISSION, "commissions"), (VAT, "vat")):
        lines += [Line(kind, dict(_row_cells(row))) for row in body.get(name, [])]
    return lines


def to_document(lines: Sequence[Line]) -> dict[str, Any]:
    """The document of these lines, without a version. Raises BadCell where a cell cannot stand where it does."""
    body: dict[str, Any] = {"shares": {"*": {}}, "rules": [], "commissions": [], "vat": []}
    for line in lines:
        cells = line.cells
        if line.kind == NOTE:
            body["note"] = cells.get("note", "")
        elif line.kind == SHARE:
            _needs(line, "category", "grade", "share")
            body["shares"].setdefault(cells["category"], {})[cells["grade"]] = _plain(cells["share"])
        elif line.kind == RULE:
            _needs(line, "id")
            body["rules"].append(_rule(cells))
        else:
            _needs(line, "percent")
            row = {
                name: cells[name]
                for name in ("category", "scheme", "market", "from", "note")
                if name in cells
            }
            body["commissions" if line.kind == COMMISSION else "vat"].append(
                {**row, "percent": _plain(cells["percent"])}
            )
    return body


def check(line: Line) -> None:
    """Raises BadCell for a kind that there is not, and for a cell that says nothing in a line of its kind."""
    if line.kind not in KINDS:
        raise BadCell(msg("rules_file.unknown_kind", given=line.kind[:40], known=", ".join(KINDS)))
    strange = [column for column in line.cells if column not in _OF_KIND[line.kind]]
    if strange:
        raise BadCell(msg("rules_file.not_in_kind", column=strange[0], kind=line.kind))


@dataclass(frozen=True, slots=True)
class LineChange:
    """What is different: `added`, `gone`, or one value (`column`) of a line that is in both; `moved` is its place."""

    what: str
    kind: str
    name: str
    column: str = ""
    before: str = ""
    after: str = ""


def differences(before: Sequence[Line], after: Sequence[Line]) -> list[LineChange]:
    """What the second says otherwise than the first; `1.030` and `1.03` are the same."""
    old, new = _keyed(before), _keyed(after)
    found = []
    for key, line in new.items():
        there = old.get(key)
        if there is None:
            found.append(LineChange("added", line.kind, line.name, after=_said(line)))
            continue
        for column in COLUMNS:
            was, now = there.cells.get(column, ""), line.cells.get(column, "")
            if _same(column, was) != _same(column, now):
                found.append(LineChange("changed", line.kind, line.name, column, was, now))
    for key, line in old.items():
        if key not in new:
            found.append(LineChange("gone", line.kind, line.name, before=_said(line)))
    return found + list(_moved(old, new))


def _moved(
    old: Mapping[tuple[str, str, int], Line], new: Mapping[tuple[str, str, int], Line]
) -> Iterator[LineChange]:
    """Rules whose order changed: among equals the later one counts."""
    was = [key for key in old if key in new and key[0] == RULE]
    now = [key for key in new if key in old and key[0] == RULE]
    for place, (before, after) in enumerate(zip(was, now, strict=True), 1):
        if before != after:
            yield LineChange("moved", RULE, after[1], before=str(was.index(after) + 1), after=str(place))


def _keyed(lines: Sequence[Line]) -> dict[tuple[str, str, int], Line]:
    times: Counter[tuple[str, str]] = Counter()
    found = {}
    for line in lines:
        times[line.kind, line.name] += 1
        found[line.kind, line.name, times[line.kind, line.name]] = line
    return found


def _said(line: Line) -> str:
    own = {"id", "category", "grade", "scheme", "from"} if line.kind != RULE else {"id"}
    return ", ".join(
        f"{column} {line.cells[column]}" for column in COLUMNS if column in line.cells and column not in own
    )


def _same(column: str, cell: str) -> object:
    """The cell as it is compared: numbers by what they are worth."""
    amount, _, currency = cell.partition(" ")
    if column in _AMOUNTS or column.endswith("_amount"):
        return _value(amount), currency
    if column in _NUMBERS or column.endswith(("percent", "_step", "_ending")):
        return _value(cell)
    return cell


def _value(text: str) -> object:
    try:
        return Decimal(text) if text else None
    except ArithmeticError:
        return text


def _rule_cells(rule: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    yield "id", rule["id"]
    for name in _SCOPE:
        value = str(rule.get("scope", {}).get(name, "")).strip()
        if value:
            yield name, value
    for name in _FLAGS:
        if name in rule:
            yield name, "yes" if rule[name] else "no"
    for name in (*_NUMBERS, *_AMOUNTS, *_WHOLE):
        if name in rule:
            yield name, str(rule[name])
    for name in _CHARGES:
        yield from _parts(rule, name, _PARTS)
    yield from _parts(rule, "rounding", _ROUNDING)
    if rule.get("note"):
        yield "note", str(rule["note"])


def _parts(rule: Mapping[str, Any], name: str, parts: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    if name in rule:
        for part, nothing in parts.items():
            if words := str(rule[name].get(part, nothing)):
                yield f"{name}_{part}", words


def _row_cells(row: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name in ("category", "scheme", "market", "from", "percent", "note"):
        value = row.get(name)
        if value is not None and not (value == "*" and name != "percent") and value != "":
            yield name, str(value)


def _rule(cells: Mapping[str, str]) -> dict[str, Any]:
    rule: dict[str, Any] = {"id": cells["id"]}
    if scope := {name: cells[name] for name in _SCOPE if name in cells}:
        rule["scope"] = scope
    for name in _FLAGS:
        if name in cells:
            rule[name] = yes_or_no(cells[name])
    for name in _NUMBERS:
        if name in cells:
            rule[name] = _plain(cells[name])
    for name in _AMOUNTS:
        if name in cells:
            rule[name] = cells[name]
    for name in _WHOLE:
        if name in cells:
            if not (cells[name].isascii() and cells[name].isdigit()):
                raise BadCell(msg("import.not_whole", given=cells[name][:40], low=0, high=365))
            rule[name] = int(cells[name])
    for name in (*_CHARGES, "rounding"):
        parts = _ROUNDING if name == "rounding" else _PARTS
        said = {part: cells[f"{name}_{part}"] for part in parts if f"{name}_{part}" in cells}
        if said:
            rule[name] = {part: words if part == "amount" else _plain(words) for part, words in said.items()}
    if "note" in cells:
        rule["note"] = cells["note"]
    return rule


def _plain(number: str) -> str:
    """A decimal comma is a point; what can be read in two ways stays, and the document's reader refuses it."""
    return number.replace(",", ".") if _DECIMAL_COMMA.fullmatch(number) else number


def _needs(line: Line, *columns: str) -> None:
    for column in columns:
        if column not in line.cells:
            raise BadCell(msg("rules_file.needs", column=column, kind=line.kind))
