"""What reached the marketplace and what it changed there: the witness of every test.

Nothing here is the API's; requests to `/__...` are not in it.
"""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import Any


class Ledger:
    """Requests and effects in the order in which they happened, as plain dictionaries."""

    def __init__(self) -> None:
        self.requests: list[dict[str, Any]] = []
        self.effects: list[dict[str, Any]] = []

    def request(self, at: float, method: str, path: str, query: str, market: str | None) -> dict[str, Any]:
        """Write a request down; its status and fault are filled in when it is answered. Status None: never was."""
        entry: dict[str, Any] = {
            "n": len(self.requests) + 1,
            "at": _written(at),
            "method": method,
            "path": path,
            "query": query,
            "market": market,
            "status": None,
            "fault": None,
        }
        self.requests.append(entry)
        return entry

    def effect(self, at: float, kind: str, request: int | None, **facts: Any) -> None:
        """`request` is the number of the call that caused it; None when the marketplace or a person there did."""
        self.effects.append(
            {"n": len(self.effects) + 1, "at": _written(at), "kind": kind, "request": request, **facts}
        )

    def count(self, kind: str, **match: Any) -> int:
        """How many effects of this kind; `match` compares fields (`listing` takes uuid, number or SKU)."""
        return sum(1 for effect in self.effects if effect["kind"] == kind and _fits(effect, match))

    def writes(self, kind: str | None = None, **match: Any) -> list[dict[str, Any]]:
        """The effects that calls of the API caused (sales and changes made at the marketplace are not among them)."""
        return [
            effect
            for effect in self.effects
            if effect["request"] is not None and kind in {None, effect["kind"]} and _fits(effect, match)
        ]

    def count_requests(self, method: str | None = None, path: str | None = None, **match: Any) -> int:
        """How many requests; `path` is the beginning of the path."""
        return sum(
            1
            for entry in self.requests
            if method in {None, entry["method"]}
            and (path is None or entry["path"].startswith(path))
            and all(entry.get(name) == value for name, value in match.items())
        )

    def document(self) -> dict[str, Any]:
        """What `GET /__ledger` answers."""
        return {
            "requests": self.requests,
            "effects": self.effects,
            "counts": dict(Counter(effect["kind"] for effect in self.effects)),
            "rate": {"429s": sum(1 for entry in self.requests if entry["status"] == 429)},
        }


def _fits(effect: dict[str, Any], match: dict[str, Any]) -> bool:
    for name, wanted in match.items():
        if name == "listing":
            names = {str(effect.get(key)).lower() for key in ("listing", "listing_id", "sku")}
            if str(wanted).lower() not in names:
                return False
        elif str(effect.get(name)) != str(wanted):
            return False
    return True


def _written(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
