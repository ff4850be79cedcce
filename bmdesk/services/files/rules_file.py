"""The rules for prices as a file: the document itself as JSON, or its lines as CSV or XLSX; and back as a new version.

A file is the whole document: what it does not say is gone. It is compared and shown first; taking it saves a version,
so that going back is restoring the one before. Export and import of the same rules change nothing.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bmdesk.domain.changes import Change
from bmdesk.domain.document import BadPolicy
from bmdesk.domain.prices.reading import read_pricing
from bmdesk.domain.rights import Right
from bmdesk.services import policy_documents, rights
from bmdesk.services.desk import Actor, Desk
from bmdesk.services.files import rules_lines
from bmdesk.services.files.cells import UnknownColumns, refuse_unknown
from bmdesk.services.files.rules_lines import Line, LineChange
from bmdesk.services.lines import BadCell, LineError, LineErrors, gathered
from bmdesk.services.selling.management import PreviewChanged
from bmdesk.system.durable import replacing, why
from bmdesk.system.tabular import Row, TableUnreadable, read_table, write_table
from bmdesk.texts import Failure, msg

NAME = "pricing"
_JSON = ".json"
_MOST_BYTES = 5_000_000


class NotCarried(Failure):
    """A table cannot carry this document exactly; JSON can. Params: `file`."""

    code = "rules_file.not_carried"


@dataclass(frozen=True, slots=True)
class RulesPlan:
    """What a file would make of the rules. `version`: of those it was compared with. With `errors` nothing is taken."""

    file: str
    version: int
    document: dict[str, Any]
    changes: tuple[LineChange, ...]
    errors: LineErrors = field(default_factory=LineErrors)

    @property
    def added(self) -> int:
        return self._count("added")

    @property
    def gone(self) -> int:
        return self._count("gone")

    @property
    def changed(self) -> int:
        """Lines, whatever of them."""
        return len({(one.kind, one.name) for one in self.changes if one.what in {"changed", "moved"}})

    def _count(self, what: str) -> int:
        return sum(one.what == what for one in self.changes)


@dataclass(frozen=True, slots=True)
class RulesTaken:
    """The version that counts from now on; None: the file said nothing new."""

    version: int | None
    changes: frozenset[Change] = frozenset({Change.SETTINGS})


def export_rules(desk: Desk, path: Path) -> None:
    """Write the rules in force, as JSON or as a table by the file's suffix.

    Raises NotCarried (a table that would not come back as it is), TableFormatUnknown, FileNotWritten.
    """
    body = policy_documents.document(desk, NAME)
    if path.suffix.lower() == _JSON:
        with replacing(path) as file:
            file.write((json.dumps(body, ensure_ascii=False, indent=2) + "\n").encode())
        return
    lines = rules_lines.of_document(body)
    rows = [
        [{"kind": line.kind, **line.cells}.get(column, "") for column in rules_lines.COLUMNS]
        for line in lines
    ]
    with tempfile.TemporaryDirectory() as folder:
        trial = Path(folder) / f"rules{path.suffix.lower()}"
        write_table(trial, rules_lines.COLUMNS, rows)
        try:
            back, errors = _lines_of(trial)
        except (TableUnreadable, UnknownColumns):
            raise NotCarried(file=path.name) from None
    if errors or rules_lines.differences(lines, back):
        raise NotCarried(file=path.name)
    write_table(path, rules_lines.COLUMNS, rows)


def read_rules(desk: Desk, path: Path) -> RulesPlan:
    """Compare a file with the rules in force; changes nothing.

    Raises TableUnreadable, TableTooLarge, ColumnsMissing, UnknownColumns, PolicyNotJson, BadPolicy.
    """
    before = policy_documents.document(desk, NAME)
    version = int(before["version"])
    if path.suffix.lower() == _JSON:
        body = _json_of(path)
    else:
        lines, errors = _lines_of(path)
        if errors:
            return RulesPlan(path.name, version, before, (), gathered(errors))
        body, errors = _document_of(lines)
        if errors:
            return RulesPlan(path.name, version, before, (), gathered(errors))
    body = {**body, "version": version}
    read_pricing(body)
    changes = rules_lines.differences(rules_lines.of_document(before), rules_lines.of_document(body))
    return RulesPlan(path.name, version, body, tuple(changes))


def take_rules(desk: Desk, actor: Actor, plan: RulesPlan) -> RulesTaken:
    """Make the file's rules those in force, as the next version; nothing where it said nothing new.

    Raises PreviewChanged where other rules are in force than those it was compared with.
    """
    rights.require(desk, Right.PRICES, actor)
    if plan.errors or int(policy_documents.document(desk, NAME)["version"]) != plan.version:
        raise PreviewChanged
    if not plan.changes:
        return RulesTaken(None, frozenset())
    return RulesTaken(policy_documents.save_document(desk, actor, NAME, plan.document))


def _json_of(path: Path) -> dict[str, Any]:
    try:
        data = path.read_bytes() if path.stat().st_size <= _MOST_BYTES else b""
        body = policy_documents.parse_document(NAME, data.decode("utf-8-sig"))
    except OSError as error:
        raise TableUnreadable(file=path.name, reason=why(error)) from error
    except UnicodeDecodeError as error:
        raise TableUnreadable(file=path.name, reason=msg("table.reason.encoding")) from error
    if not isinstance(body, dict):
        raise BadPolicy(document=NAME, place="-", expected=msg("policy.expected_object"))
    return body


def _lines_of(path: Path) -> tuple[list[Line], list[LineError]]:
    rows = list(read_table(path, required=("kind",)))
    refuse_unknown(path.name, rows, rules_lines.COLUMNS)
    if not rows:
        raise TableUnreadable(file=path.name, reason=msg("rules_file.no_lines"))
    lines = [_line(row) for row in rows]
    errors = []
    for line in lines:
        try:
            rules_lines.check(line)
        except BadCell as bad:
            errors.append(LineError(line.number, bad.reason))
    return lines, errors


def _line(row: Row) -> Line:
    cells = {column: cell for column, cell in row.cells.items() if cell and column != "kind"}
    return Line(row.cells["kind"].casefold(), cells, row.line)


def _document_of(lines: Sequence[Line]) -> tuple[dict[str, Any], list[LineError]]:
    """The document, or every line that cannot stand in one; each is tried by itself, so that all are named at once."""
    errors = []
    shares: dict[str, int] = {}
    for line in lines:
        try:
            read_pricing({**rules_lines.to_document([line]), "version": 1})
        except BadCell as bad:
            errors.append(LineError(line.number, bad.reason))
        except BadPolicy as bad_value:
            errors.append(LineError(line.number, bad_value.happened))
        if line.kind == rules_lines.SHARE and shares.setdefault(line.name, line.number) != line.number:
            errors.append(
                LineError(line.number, msg("rules_file.twice", what=line.name, line=shares[line.name]))
            )
    return ({}, errors) if errors else (rules_lines.to_document(lines), [])
