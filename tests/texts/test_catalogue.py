"""The catalogue and the code know the same texts.

Nothing said that has no words, no words that nobody says.
"""

from __future__ import annotations

import ast
import re
import string
from collections import Counter
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

import bmdesk
from bmdesk.system.paths import resources_dir
from bmdesk.texts import languages
from bmdesk.texts.catalogue import codes

PACKAGE = Path(bmdesk.__file__).parent
PARTS = ("title", "happened", "todo")

# Families whose last word is put together at run time from data: `msg(f"state.{state}")`.
FAMILIES = (
    "accessory.",
    "bench_figures.blocker.",
    "bench_figures.card.",
    "blocker.",
    "category.",
    "chain.",
    "check.",
    "code.",
    "conflict.",
    "dashboard.card.",
    "defect.",
    "erasure.",
    "grade.",
    "grading.severity_",
    "effect.kind.",
    "effect.state.",
    "history.",
    "identifier.",
    "kind.",
    "label.kind.",
    "language.",
    "label.kind.",
    "level.",
    "lock.",
    "minimum.asks_",
    "minimum.todo_",
    "odoo.drift.kind_",
    "odoo.drift.repair_",
    "odoo.field.",
    "order.handling.",
    "order.reason.",
    "order.state.",
    "order.step.",
    "order.substitute_",
    "outcome.",
    "pack.",
    "parcel.state.",
    "parcel.bad_",
    "prices.breach.",
    "prices.run.",
    "requirement.",
    "right.",
    "role.",
    "setting.",
    "source.",
    "state.",
    "sync.feed.",
    "test.",
    "unit.gone_",
    "vat.",
    "zone.",
)
# Where the machinery itself puts codes together.
MACHINERY = {"texts/errors.py", "texts/catalogue.py", "texts/message.py"}


def catalogue_file(language: str) -> Path:
    return PACKAGE / "texts" / language / "LC_MESSAGES" / "bmdesk.po"


class Call(NamedTuple):
    """One `msg(...)` or `t(...)` in the source."""

    where: str
    code: ast.expr
    given: frozenset[str]
    open_ended: bool  # a `**mapping` brings further parameters


class Class(NamedTuple):
    """One class of the source."""

    where: str
    name: str
    bases: frozenset[str]
    code: str | None


class Source(NamedTuple):
    """What the package says: read once. No tree is kept: they are so large that all that is collected waits for it."""

    calls: list[Call]
    classes: list[Class]
    strings: set[str]


@cache
def source() -> Source:
    found = Source([], [], set())
    for path in sorted(PACKAGE.rglob("*.py")):
        name = path.relative_to(PACKAGE).as_posix()
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Constant):
                if isinstance(node.value, str):
                    found.strings.add(node.value)
            elif isinstance(node, ast.ClassDef):
                bases = frozenset(_base(base) for base in node.bases)
                found.classes.append(Class(name, node.name, bases, _code_of(node)))
            elif isinstance(node, ast.Call) and name not in MACHINERY and _called(node.func) in {"msg", "t"}:
                given = frozenset(keyword.arg for keyword in node.keywords if keyword.arg)
                is_open = any(keyword.arg is None for keyword in node.keywords)
                found.calls.extend(
                    Call(f"{name}:{node.lineno}", code, given, is_open) for code in node.args[:1]
                )
    return found


def calls() -> list[Call]:
    return source().calls


def _called(function: ast.expr) -> str:
    if isinstance(function, ast.Name):
        return function.id
    return function.attr if isinstance(function, ast.Attribute) and function.attr == "msg" else ""


def failure_codes() -> dict[str, str]:
    """Where each subclass of Failure stands -> its code."""
    classes = source().classes
    family = {"Failure"}
    while True:
        more = {one.name for one in classes if one.bases & family} - family
        if not more:
            break
        family |= more
    return {f"{one.where}:{one.name}": one.code for one in classes if one.name in family and one.code}


def _base(base: ast.expr) -> str:
    if isinstance(base, ast.Name):
        return base.id
    return base.attr if isinstance(base, ast.Attribute) else ""


def _code_of(node: ast.ClassDef) -> str | None:
    for statement in node.body:
        targets = statement.targets if isinstance(statement, ast.Assign) else []
        if isinstance(statement, ast.AnnAssign) and statement.value is not None:
            targets = [statement.target]
        for target in targets:
            if isinstance(target, ast.Name) and target.id == "code":
                value = statement.value  # type: ignore[attr-defined]
                if isinstance(value, ast.Constant) and isinstance(value.value, str):
                    return value.value
    return None


def literal(code: ast.expr) -> list[str]:
    """The codes that this argument can be, where it is written out: a string, or a choice between strings."""
    if isinstance(code, ast.Constant) and isinstance(code.value, str):
        return [code.value]
    if isinstance(code, ast.IfExp):
        return literal(code.body) + literal(code.orelse)
    return []


def listed(findings: list[str]) -> str:
    return "\n" + "\n".join(findings)


def fields(*templates: str) -> set[str]:
    """The fields of a template, or of all its plural forms together."""
    return {
        name
        for template in templates
        for _, name, _, _ in string.Formatter().parse(template)
        if name is not None
    }


def test_every_text_that_is_said_has_words() -> None:
    known = codes()
    said = [(call.where, code) for call in calls() for code in literal(call.code)]

    missing = [f"{where} {code}" for where, code in said if code not in known]

    assert not missing, listed(missing)
    assert len(said) > 500, "the code says its texts in another way now"


def test_every_failure_has_its_title_what_happened_and_what_to_do() -> None:
    known = codes()

    missing = [
        f"{where} {code}.{part}"
        for where, code in failure_codes().items()
        for part in PARTS
        if f"{code}.{part}" not in known
    ]

    assert not missing, listed(missing)


def test_codes_put_together_at_run_time_belong_to_a_named_family() -> None:
    strays = []
    for call in calls():
        if isinstance(call.code, ast.JoinedStr):
            first = call.code.values[0] if call.code.values else None
            start = str(first.value) if isinstance(first, ast.Constant) else ""
            if not start.startswith(FAMILIES):
                strays.append(f"{call.where} {ast.unparse(call.code)}")

    assert not strays, listed(strays)


def test_every_text_gets_the_parameters_that_its_words_need() -> None:
    known = codes()

    lacking = [
        f"{call.where} {code}: {', '.join(sorted(fields(*known[code]) - call.given))}"
        for call in calls()
        if not call.open_ended
        for code in literal(call.code)
        if code in known and fields(*known[code]) - call.given
    ]

    assert not lacking, listed(lacking)


def test_no_words_are_left_that_nobody_says() -> None:
    said = source().strings | {
        f"{code}.{part}" for code in [*failure_codes().values(), "failure"] for part in PARTS
    }
    data = "\n".join(path.read_text("utf-8") for path in sorted(resources_dir().rglob("*.json")))
    said |= set(re.findall(r'"([a-z0-9_.]+)"', data))

    idle = [code for code in codes() if code not in said and not code.startswith(FAMILIES)]

    assert not idle, listed(idle)


def test_the_words_of_a_failure_come_in_threes() -> None:
    known = codes()
    stems = {code.rsplit(".", 1)[0] for code in known if code.endswith((".happened", ".todo"))}

    assert [
        f"{stem}.{part}" for stem in sorted(stems) for part in PARTS if f"{stem}.{part}" not in known
    ] == []


def test_placeholders_are_plain_names() -> None:
    odd = []
    for code, templates in codes().items():
        try:
            names = fields(*templates)
        except ValueError as error:
            odd.append(f"{code}: {error}")
            continue
        odd += [f"{code}: {{{name}}}" for name in sorted(names) if not re.fullmatch(r"[a-z][a-z0-9_]*", name)]

    assert not odd, listed(odd)


@pytest.mark.parametrize("language", languages())
def test_no_code_stands_twice_in_a_catalogue(language: str) -> None:
    counted = Counter(
        re.findall(r'^msgid "(.+)"$', catalogue_file(language).read_text("utf-8"), re.MULTILINE)
    )

    assert [code for code, times in counted.items() if times > 1] == []


def test_codes_are_dotted_lower_case_words_and_have_text() -> None:
    odd = [code for code in codes() if not re.fullmatch(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)+", code)]
    # Families are completed from data, whose keys may be upper case: `test.BOOT`, `grade.FAIR`.
    odd = [code for code in odd if not code.startswith(FAMILIES)]

    assert not odd, listed(odd)
    assert [code for code, forms in codes().items() if not all(words.strip() for words in forms)] == []
