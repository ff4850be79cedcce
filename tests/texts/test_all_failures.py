"""Every error that a person can meet has its title, what happened and what to do, in every language."""

from __future__ import annotations

import ast
import importlib
import pkgutil
from collections.abc import Iterator
from functools import cache

import pytest

import bmdesk
from bmdesk.texts import Failure, Text, languages, msg, render, use_language
from bmdesk.texts.catalogue import codes
from tests.texts.test_catalogue import PACKAGE, PARTS, fields, listed

pytestmark = pytest.mark.slow

BY_THE_REMOTE = {"remote", "host", "what", "detail", "status", "field", "cf_ray", "request_id"}
"""Parameters that every failure of a remote has, given or not."""


@cache
def failures() -> tuple[type[Failure], ...]:
    """Every subclass in the whole package: all its modules are imported."""
    for module in pkgutil.walk_packages(bmdesk.__path__, "bmdesk."):
        if ".versions." not in module.name and not module.name.endswith(("__main__", "migrations.env")):
            importlib.import_module(module.name)
    found = dict.fromkeys(_below(Failure))
    return tuple(one for one in found if one.__module__.startswith("bmdesk."))


def _below(root: type[Failure]) -> Iterator[type[Failure]]:
    for one in root.__subclasses__():
        yield one
        yield from _below(one)


@pytest.mark.parametrize("language", languages())
def test_every_error_is_told_in_full(language: str) -> None:
    use_language(language)
    known = codes(language)
    silent = []
    for one in failures():
        for part in PARTS:
            code = f"{one.code}.{part}"
            # A number chooses the plural form; both must be words.
            for count in (1, 5):
                values = {name: count if name == "count" else name.upper() for name in _fields(code)}
                words = render(msg(code, **values)) if code in known else ""
                if len(words.strip()) < 3 or "{" in words:
                    silent.append(f"{language} {one.__module__}.{one.__name__}: {code}")
    assert not silent, listed(silent)
    assert len(failures()) > 200, "the errors of bmdesk are found in another way now"


def test_no_error_borrows_the_words_of_another() -> None:
    own = [one for one in failures() if "code" in vars(one)]
    # A root of several errors is never raised itself.
    bare = [
        f"{one.__module__}.{one.__name__}"
        for one in failures()
        if one.code == "failure" and not one.__subclasses__()
    ]
    assert not bare, listed(bare)
    assert len({one.code for one in own}) >= len(own) - 5


def test_every_error_is_given_what_its_words_name() -> None:
    """Else a person would get a crash report instead of the error."""
    named: dict[str, list[type[Failure]]] = {}
    for one in failures():
        named.setdefault(one.__name__, []).append(one)
    lacking = []
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            name = _made(node)
            if not isinstance(node, ast.Call) or name not in named or _is_open(node):
                continue
            given = {keyword.arg for keyword in node.keywords}
            # Two modules may have an error of one name: it is one of them.
            missing = [_needed(one) - given - _given_by(one) for one in named[name]]
            if all(missing):
                where = f"{path.relative_to(PACKAGE).as_posix()}:{node.lineno}"
                lacking.append(f"{where} {name}: {', '.join(sorted(missing[0]))}")
    assert not lacking, listed(lacking)


def test_a_kept_failure_says_the_same_again() -> None:
    from bmdesk.store.kept import failure_of, keep_failure

    made = Failure(path="x", reason=Text("system.reason.disk_full"))
    made.code = "system.file_not_written"
    again = failure_of(keep_failure(made))
    assert again is not None and render(again.happened) == render(made.happened)


def _fields(code: str) -> set[str]:
    return {name for words in _english().get(code, ()) for name in fields(words)}


_english = cache(codes)


def _made(node: ast.AST) -> str:
    """The class that is called by its name, here or in a module."""
    if not isinstance(node, ast.Call):
        return ""
    function = node.func
    return function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")


def _is_open(node: ast.Call) -> bool:
    """Whether it gets more than can be read off here."""
    return bool(node.args) or any(keyword.arg is None for keyword in node.keywords)


def _needed(failure: type[Failure]) -> set[str]:
    return {name for part in PARTS for name in _fields(f"{failure.code}.{part}")}


def _given_by(failure: type[Failure]) -> set[str]:
    from bmdesk.connectors.failures import RemoteFailure

    if issubclass(failure, RemoteFailure):
        return BY_THE_REMOTE
    return set() if failure.__init__ is Failure.__init__ else _needed(failure)
