"""One file to send to whoever helps: what the doctor found, versions, settings, the end of the log, schema and counts.

Knows no customer and no secret, and takes out what slipped into a log all the same: whatever looks like one
(`system.logs.masked`), and every name, address and token that this store or this machine really has.
"""

from __future__ import annotations

import importlib.metadata
import json
import platform
import re
import sys
import unicodedata
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus, unquote_plus

import bmdesk
from bmdesk.services import company, health, settings
from bmdesk.services.desk import Desk
from bmdesk.services.health import Finding, Probe
from bmdesk.services.odoo.odoo_settings import key_name, proxy_name
from bmdesk.services.selling.accounts import token_name
from bmdesk.services.session import open_session
from bmdesk.services.syncing import sync_status
from bmdesk.store.engine import Connection
from bmdesk.store.queries import accounts, people, support
from bmdesk.store.schema import SCHEMA
from bmdesk.system import crashes, machine
from bmdesk.system.clock import Clock, SystemClock
from bmdesk.system.crashes import Report
from bmdesk.system.durable import replacing
from bmdesk.system.logs import masked
from bmdesk.system.machine import MachineSettings
from bmdesk.system.paths import DataDir
from bmdesk.system.secrets import Secrets
from bmdesk.texts import Failure, render, t

LOG_BYTES = 400_000
"""So much of the log's end goes along."""
MOST_CRASHES = 5

_PACKAGES = ("PySide6-Essentials", "SQLAlchemy", "httpx", "keyring", "OdooRPC", "psycopg", "zxing-cpp")
_SHORTEST = 3
_HIDDEN = "<hidden>"
_WORD = re.compile(r"\w+")
_ESCAPED = re.compile(r"\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2}))")
_OF_OURS = re.compile(r"\d{4}-\d\d-\d\dT|bmdesk \d|Traceback |  File ")
_LOGGED = re.compile(r"\S+Z [A-Z]+ [^\s:]+:")
_OF_ERROR = re.compile(r"\S+Z (?:ERROR|CRITICAL) [^\s:]+:")
_ERROR = re.compile(r"([A-Za-z_][\w.]*)(?=:|$)")
_LEFT_OUT = (machine.WINDOW_GEOMETRY.name,)


@dataclass(frozen=True, slots=True)
class Bundle:
    """What was written, and what is in it. `complete`: the store could be opened."""

    file: Path
    parts: tuple[str, ...]
    complete: bool


@dataclass(frozen=True, slots=True)
class _Inside:
    """What only an open store can tell."""

    settings: Mapping[str, str]
    schema: Mapping[str, Any]
    counts: Mapping[str, int]
    sync: Mapping[str, Any]


def write_bundle(
    data: DataDir,
    file: Path,
    company_code: str = company.DEFAULT_COMPANY,
    clock: Clock | None = None,
    probes: Sequence[Probe] = (),
) -> Bundle:
    """Write the ZIP file, replacing what stands there. Raises FileNotWritten; no store is no failure."""
    ticking = clock or SystemClock()
    found = health.doctor(data, company_code, ticking, probes)
    texts = {"log.txt": log_end(data.logs / "bmdesk.log")}
    texts |= {f"crash-{n}.txt": r.text for n, r in enumerate(crashes.kept(data.crashes)[:MOST_CRASHES], 1)}
    documents: dict[str, Any] = {
        "doctor.json": [_finding(one) for one in found],
        "versions.json": _versions(),
        "machine.json": _machine(data),
    }
    hide: Iterable[str] = ()
    complete = True
    try:
        with open_session(data, company_code, ticking, reassess=False) as session:
            inside = _inside(session.desk)
            documents |= {
                "settings.json": inside.settings,
                "schema.json": inside.schema,
                "counts.json": inside.counts,
                "sync.json": inside.sync,
            }
            said = "\n".join([*texts.values(), *_strings(documents)])
            hide = session.desk.read(lambda c: _that_stand_in(said, support.personal(c)))
            hide = [*hide, *_tokens(data, session.desk)]
    except Failure:
        complete = False  # the doctor says why; who its customers are cannot be asked, so no error's own words go out
        texts = {name: _bare(text) for name, text in texts.items()}
    clean = _cleaner(data, hide)
    parts = {"README.txt": t("bundle.readme", version=bmdesk.__version__)}
    parts |= {name: _as_json(_clean(document, clean)) for name, document in documents.items()}
    parts |= {name: clean(text) for name, text in texts.items()}
    with replacing(file) as out, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, words in parts.items():
            archive.writestr(name, words.encode("utf-8", "replace"))
    return Bundle(file, tuple(parts), complete)


def write_from(desk: Desk, data: DataDir, file: Path) -> Bundle:
    """`write_bundle` for the company of this desk. Raises FileNotWritten."""
    code = desk.read(lambda connection: people.company(connection, desk.company).code)
    return write_bundle(data, file, code, desk.clock)


def cleaned(desk: Desk, data: DataDir, texts: Sequence[str]) -> list[str]:
    """These texts without secrets and without what names a customer of this store. Reads all customers."""
    said = "\n".join(texts)
    hide = desk.read(lambda c: _that_stand_in(said, support.personal(c)))
    clean = _cleaner(data, [*hide, *_tokens(data, desk)])
    return [clean(text) for text in texts]


def untold(desk: Desk, data: DataDir) -> list[Report]:
    """Bugs of which nobody was told yet, the newest first, as they may be shown, copied and sent to somebody."""
    found = crashes.untold(data.crashes)
    texts = cleaned(desk, data, [report.text for report in found]) if found else []
    return [replace(report, text=text) for report, text in zip(found, texts, strict=True)]


def log_end(file: Path) -> str:
    """The last LOG_BYTES of this log, as they stand there; empty where there is none."""
    try:
        with file.open("rb") as log:
            log.seek(max(0, file.stat().st_size - LOG_BYTES))
            return log.read().decode("utf-8", "replace")
    except OSError:
        return ""


# ---------------------------------------------------------------- what goes in


def _finding(finding: Finding) -> dict[str, Any]:
    todo = render(finding.todo) if finding.todo is not None else ""
    said = {"part": finding.part, "ok": finding.ok, "code": finding.title.code}
    return {**said, "title": render(finding.title), "todo": todo}


def _versions() -> dict[str, str]:
    found = {
        "bmdesk": bmdesk.__version__,
        "schema": SCHEMA,
        "python": platform.python_version(),
        "system": platform.platform(),
        "frozen": str(getattr(sys, "frozen", False)),
    }
    for name in _PACKAGES:
        with suppress(importlib.metadata.PackageNotFoundError):
            found[name] = importlib.metadata.version(name)
    return found


def _machine(data: DataDir) -> dict[str, str]:
    kept = MachineSettings(data.settings)
    return {key.name: str(kept.get(key)) for key in machine.KEYS.values() if key.name not in _LEFT_OUT}


def _inside(desk: Desk) -> _Inside:
    status = sync_status.status(desk)
    database = desk.store.database
    return _Inside(
        settings={name: settings.get(desk, name) for name in settings.names(desk)},
        schema={
            "schema": SCHEMA,
            "generation": desk.store.info("generation"),
            "database": database.place.shown if database.place.file is None else "SQLite",
            "tables": desk.read(support.columns),
        },
        counts=desk.read(support.counts),
        sync={
            "who": render(status.who),
            "queue": {state.value: number for state, number in status.queue.items()},
            "concerns": [f"{render(one.title)} {render(one.happened)}" for one in status.concerns],
        },
    )


# ---------------------------------------------------------------- what stays out


def _tokens(data: DataDir, desk: Desk) -> list[str]:
    """The tokens and keys of all companies' accounts, as far as this machine has them: all of them write one log."""
    kept = Secrets(data.root)

    def work(connection: Connection) -> list[str]:
        known = people.companies(connection)
        tokens = [
            token_name(account.name, company.code)
            for company in known
            for account in accounts.sellers(connection, company.id)
        ]
        return [*tokens, *(name(company.code) for company in known for name in (key_name, proxy_name))]

    found = [secret for secret in map(kept.get, desk.read(work)) if secret]
    # A proxy's password alone is no less a secret than with the user before it.
    return found + [secret.partition(":")[2] for secret in found if ":" in secret]


def _that_stand_in(said: str, personal: Iterable[str]) -> list[str]:
    """Which of these words stand in what would go out; a store may know very many, a log few."""
    read = (said, unquote_plus(said), _ESCAPED.sub(lambda found: chr(int(found[1] or found[2], 16)), said))
    words = {word for one in read for word in _WORD.findall(_composed(one).casefold())}
    found = set()
    for value in map(_composed, personal):
        parts = _WORD.findall(value.casefold())
        if _is_long(value) and parts and words.issuperset(parts):
            found.add(value.strip())
    return sorted(found)


def _composed(words: str) -> str:
    """Letters with their accents as one sign each, however they came."""
    return unicodedata.normalize("NFC", words)


def _is_long(value: str) -> bool:
    """Whether leaving it out leaves the rest readable: two letters are a name in China and a word elsewhere."""
    return len(value) >= (_SHORTEST if value.isascii() else 2)


def _spellings(value: str) -> set[str]:
    """The same as addresses, JSON and Python write it."""
    return {value, quote(value), quote_plus(value), json.dumps(value)[1:-1], ascii(value)[1:-1]}


def _bare(text: str) -> str:
    """Tracebacks without the words of their errors, and what was logged of errors: those may hold values."""
    kept = []
    named = False  # what follows an error's name are its own words again
    for line in text.splitlines():
        said, found = _OF_ERROR.match(line), _ERROR.match(line)
        if said or _OF_OURS.match(line):
            kept.append(said[0] if said else line)
            named = _LOGGED.match(line) is not None
        else:
            kept.append(found[1] if found and not named else "")
            named = named or bool(found)
    return "\n".join(kept)


def _cleaner(data: DataDir, hide: Iterable[str]) -> Callable[[str], str]:
    spelled = {spelling for value in hide if _is_long(value) for spelling in _spellings(value)}
    longest_first = sorted(spelled, key=len, reverse=True)
    exactly = [re.compile(rf"(?<!\w){re.escape(value)}(?!\w)", re.IGNORECASE) for value in longest_first]
    places = [(str(data.root), "<data>"), (str(Path.home()), "~")]

    def clean(words: str) -> str:
        words = _composed(words)
        for pattern in exactly:
            words = pattern.sub(_HIDDEN, words)
        for place, name in places:
            words = words.replace(place, name) if len(place) > 1 else words
        return masked(words)

    return clean


def _clean(value: Any, clean: Callable[[str], str]) -> Any:
    """The document with every string cleaned; keys are names of ours."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, Mapping):
        return {str(key): _hidden(str(key), _clean(one, clean)) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(one, clean) for one in value]
    return value


def _hidden(key: str, value: Any) -> Any:
    secret = isinstance(value, str) and value and re.search(r"token|password|secret|pin\b", key)
    return _HIDDEN if secret else value


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from _strings(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _strings(one)


def _as_json(document: Any) -> str:
    return json.dumps(document, indent=1, ensure_ascii=False)
