"""The append-only, hash-linked history of a unit: how an entry is written down, linked, and proven.

Pure. The store keeps the entries and the head; `verify` finds any change, cut or swap among them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bmdesk.texts import Text, msg

GENESIS = "0" * 64
"""The previous hash of a unit's first entry."""

Plain = str | int


@dataclass(frozen=True, slots=True)
class Entry:
    """One stored line. `canonical` is the exact text that was hashed."""

    seq: int
    canonical: str
    prev_hash: str
    hash: str


class Break(StrEnum):
    """How a chain can be broken."""

    CHANGED = "changed"
    MISSING = "missing"
    UNLINKED = "unlinked"
    HEAD = "head"


@dataclass(frozen=True, slots=True)
class ChainBreak:
    """Where a chain is broken, and how."""

    seq: int
    kind: Break


def canonical(
    unit: str, seq: int, at_micros: int, operator: str, station: str, code: str, params: Mapping[str, Plain]
) -> str:
    """The text of an entry: JSON with sorted keys. Holds no customer data; `params` are plain strings and integers."""
    entry = {
        "unit": unit,
        "seq": seq,
        "at": at_micros,
        "operator": operator,
        "station": station,
        "code": code,
        "params": dict(params),
    }
    return json.dumps(entry, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def link(prev_hash: str, text: str) -> str:
    """SHA-256 of the previous hash and this entry's text, in hex."""
    return hashlib.sha256(f"{prev_hash}\n{text}".encode()).hexdigest()


def what(text: str) -> Text:
    """What an entry says, as a text for people."""
    entry = json.loads(text)
    return msg(entry["code"], **entry["params"])


def verify(unit: str, entries: Sequence[Entry], head: str, count: int) -> list[ChainBreak]:
    """Every place where this unit's chain is broken; empty means that it is whole. `entries` in order of seq."""
    found: list[ChainBreak] = []
    previous, expected = GENESIS, 1
    for entry in entries:
        if entry.seq != expected:
            found.append(ChainBreak(expected, Break.MISSING))
            expected = entry.seq
        if entry.prev_hash != previous:
            found.append(ChainBreak(entry.seq, Break.UNLINKED))
        if link(entry.prev_hash, entry.canonical) != entry.hash or not _is_at(unit, entry):
            found.append(ChainBreak(entry.seq, Break.CHANGED))
        previous, expected = entry.hash, expected + 1
    if count != expected - 1 or head != (previous if entries else ""):
        found.append(ChainBreak(count, Break.HEAD))
    return found


def _is_at(unit: str, entry: Entry) -> bool:
    """Whether the text names the unit and place it stands at: an entry moved whole from elsewhere hashes well."""
    try:
        said = json.loads(entry.canonical)
        return bool(said["unit"] == unit and said["seq"] == entry.seq)
    except (ValueError, KeyError, TypeError):
        return False
