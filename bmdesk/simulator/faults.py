"""What can go wrong on the way, when, and how often: `WHAT[:METHOD PATH-GLOB][:xN]`.

Here a fault is only chosen; the server carries it out, and `mangle` spoils what would have been a good answer.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

BEFORE = ("timeout-before", "500", "502", "403", "bot", "401", "429", "reset")
"""Faults that keep the call from having any effect."""
AFTER = (
    "timeout-after", "late", "500-after", "malformed", "truncated", "unknown-fields", "nulls", "slow", "reset-after",
)  # fmt: skip
"""Faults of the answer alone: what was asked is done. With `late` it is done some seconds after the caller gave up."""
SILENT = ("timeout-before", "timeout-after", "late", "reset", "reset-after")
"""Faults with no answer at all."""

_ALIASES = {
    "before-effect": "timeout-before",
    "time-out-before": "timeout-before",
    "timeout": "timeout-before",
    "after-effect": "timeout-after",
    "time-out-after": "timeout-after",
    "reset-before": "reset",
    "500-before": "500",
    "502-html": "502",
    "403-html": "403",
    "firewall": "403",
    "bot-challenge": "bot",
    "unknown": "unknown-fields",
    "slow-drip": "slow",
}
_KEPT = frozenset(
    {
        "id",
        "listing_id",
        "order_id",
        "order",
        "shipmentId",
        "sku",
        "listing",
        "task_id",
        "bodymessage",
        "count",
        "next",
        "previous",
        "results",
    }
)


@dataclass(slots=True)
class Fault:
    what: str
    method: str = "*"
    path: str = "*"
    left: int | None = None
    """How many more calls it meets; None: until cleared."""
    skip: int = 0
    """How many fitting calls go through before the first one is met."""

    def strikes(self, method: str, path: str) -> bool:
        """Whether this call is met, and counted."""
        if self.left == 0 or not self.meets(method, path):
            return False
        if self.skip > 0:
            self.skip -= 1
            return False
        if self.left is not None:
            self.left -= 1
        return True

    def meets(self, method: str, path: str) -> bool:
        return self.method in {"*", method} and fnmatchcase(path, self.path)


def parse(spec: str) -> Fault:
    """A fault from its words, whatever their case, spaces and underscores; ValueError says what is wrong."""
    parts = spec.strip().split(":")
    times: int | None = None
    if len(parts) > 1 and (found := re.fullmatch(r"x(\d+)", parts[-1].strip().lower())):
        times = int(found[1])
        parts.pop()
    if len(parts) > 2:
        raise ValueError(f"a fault is WHAT[:METHOD PATH-GLOB][:xN], not {spec!r}")
    return make(parts[0], parts[1] if len(parts) == 2 else "* *", times)


def make(what: str, where: str = "* *", times: int | None = None, skip: int = 0) -> Fault:
    """A fault from its parts. `where` is "METHOD PATH-GLOB", or the path alone; `*` also spans slashes."""
    name = re.sub(r"[\s_-]+", "-", what.strip().lower())
    name = _ALIASES.get(name, name)
    if name not in BEFORE + AFTER:
        raise ValueError(f"no fault is called {what!r}; there are {', '.join(BEFORE + AFTER)}")
    words = where.split()
    if len(words) == 1:
        words = ["*", words[0]] if words[0].startswith(("/", "*")) else [words[0], "*"]
    if len(words) != 2:
        raise ValueError(f"where a fault strikes is METHOD PATH-GLOB, not {where!r}")
    return Fault(name, words[0].upper(), words[1], times, skip)


class Faults:
    """The faults in force, oldest first: the first that meets a call strikes it."""

    def __init__(self) -> None:
        self._all: list[Fault] = []

    def add(self, fault: Fault) -> None:
        self._all.append(fault)

    def clear(self) -> None:
        self._all.clear()

    def strike(self, method: str, path: str) -> str | None:
        """The fault that this call meets, if any; counts it."""
        for fault in self._all:
            if fault.strikes(method, path):
                return fault.what
        return None


def mangle(what: str, document: Any) -> Any:
    """The same answer with keys that nobody announced, or with null for everything that names nothing."""
    if isinstance(document, list):
        return [mangle(what, item) for item in document]
    if not isinstance(document, dict):
        return document
    if what == "unknown-fields":
        known = {key: mangle(what, value) for key, value in document.items()}
        return {**known, "zz_unknown": {"nested": [1, None]}, "zz_flag": True}
    return {
        key: value if key in _KEPT and not isinstance(value, list) else _nulled(what, value)
        for key, value in document.items()
    }


def _nulled(what: str, value: Any) -> Any:
    return mangle(what, value) if isinstance(value, dict | list) else None
