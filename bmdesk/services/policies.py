"""The policies in force: bmdesk's own documents, or the seller's edited copies where there are any.

A seller's copy is edited in `services.policy_documents`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from bmdesk.domain.battery import BatteryPolicy
from bmdesk.domain.cards import parse_place
from bmdesk.domain.content import ContentPolicy
from bmdesk.domain.gate import GatePolicy
from bmdesk.domain.grading import GradeMap, GradingRules, grade_text
from bmdesk.domain.inspection import Checklist
from bmdesk.domain.listing_documents import read_content, read_listing_minimum, read_listing_shipping
from bmdesk.domain.listing_minimum import MinimumPolicy
from bmdesk.domain.listing_shipping import ShippingPolicy
from bmdesk.domain.policy import (
    CATEGORIES,
    read_checklist,
    read_gate,
    read_grade_map,
    read_grading,
    read_second_check,
)
from bmdesk.domain.prices.reading import read_pricing
from bmdesk.domain.prices.rules import PricingPolicy
from bmdesk.domain.second_check import CheckShares
from bmdesk.services import setting_table
from bmdesk.store.engine import Connection
from bmdesk.store.queries import people
from bmdesk.system.paths import resources_dir
from bmdesk.texts import language, render

READERS: dict[str, Callable[[Any], object]] = {
    **{f"checklist.{category}": read_checklist for category in CATEGORIES},
    "grading": read_grading,
    "gate": read_gate,
    "grade_map": read_grade_map,
    "second_check": read_second_check,
    "pricing": read_pricing,
    "content": read_content,
    "listing_shipping": read_listing_shipping,
    "listing_minimum": read_listing_minimum,
}
"""Every document a seller may edit a copy of, and what proves that it is well-formed."""

NOT_JUDGED = frozenset({"pricing", "content", "listing_shipping", "listing_minimum"})
"""Documents that say nothing about whether a unit may be sold: a change of one judges no unit anew."""


@dataclass(frozen=True, slots=True)
class Policies:
    """All documents and settings in force at one stamp."""

    stamp: int
    timezone: ZoneInfo
    currency: str
    checklists: Mapping[str, Checklist]
    grading: GradingRules
    gate: GatePolicy
    grade_map: GradeMap
    shares: CheckShares
    pricing: PricingPolicy
    content: ContentPolicy
    listing_shipping: ShippingPolicy
    listing_minimum: MinimumPolicy
    settings: Mapping[str, Any]

    def checklist(self, category: str | None) -> Checklist | None:
        """The checklist of a category, or None for one that has none."""
        return self.checklists.get(category or "")

    def battery(self, category: str | None) -> BatteryPolicy:
        """The battery limits of a category."""
        return self.gate.of(category).battery

    def place(self, given: str) -> tuple[str, str] | None:
        """`WAREHOUSE/BIN` as somebody wrote it, a bin alone being of the receiving warehouse; None for no place."""
        bin_ = given.strip()
        return parse_place(bin_ if "/" in bin_ else f"{self.settings['receiving.warehouse']}/{bin_}")


class PolicyBook:
    """Keeps the policies read last; asks the store only for the stamps."""

    def __init__(self) -> None:
        self._kept: tuple[tuple[str, int, int, str, date], Policies] | None = None

    def of(self, connection: Connection, company: str, now: datetime) -> Policies:
        """The policies in force at this moment in this snapshot."""
        row = people.company(connection, company)
        today = now.astimezone(ZoneInfo(row.timezone)).date()  # a grade map may begin to hold with a day
        key = (company, row.policy_stamp, row.settings_stamp, language(), today)
        kept = self._kept
        if kept is not None and kept[0] == key:
            return kept[1]
        documents = {name: body for name in READERS if (body := people.policy(connection, company, name))}
        policies = Policies(
            stamp=row.policy_stamp,
            timezone=ZoneInfo(row.timezone),
            currency=row.currency,
            checklists={c: _in_force(documents, f"checklist.{c}") for c in CATEGORIES},
            grading=_in_force(documents, "grading"),
            gate=_in_force(documents, "gate"),
            grade_map=_grade_map(connection, company, today),
            shares=_in_force(documents, "second_check"),
            pricing=_in_force(documents, "pricing"),
            content=_in_force(documents, "content"),
            listing_shipping=_in_force(documents, "listing_shipping"),
            listing_minimum=_in_force(documents, "listing_minimum"),
            settings=setting_table.all_values(connection, company),
        )
        self._kept = (key, policies)
        return policies


def _grade_map(connection: Connection, company: str, today: date) -> GradeMap:
    """The newest copy whose day has come: a map may be written down before it holds."""
    for body in people.policy_versions(connection, company, "grade_map"):
        own = read_grade_map(body)
        if own.valid_from is None or own.valid_from <= today:
            return own
    ours: GradeMap = _as_shipped("grade_map", language())
    return ours


@lru_cache
def _shipped_text(name: str) -> str:
    folder, file = (
        ("checklists", name.removeprefix("checklist."))
        if name.startswith("checklist.")
        else ("policies", name)
    )
    return (resources_dir() / folder / f"{file}.json").read_text("utf-8")


def shipped(name: str) -> dict[str, Any]:
    """The document as it comes with bmdesk."""
    body: dict[str, Any] = json.loads(_shipped_text(name))
    return body


def _in_force(copies: Mapping[str, Any], name: str) -> Any:
    body = copies.get(name)
    return _read(name, body, language()) if body else _as_shipped(name, language())


@lru_cache
def _as_shipped(name: str, spoken: str) -> Any:
    """Read once: a document that comes with bmdesk does not change while it runs, and values are frozen."""
    read = _read(name, shipped(name), spoken)
    if isinstance(
        read, GradeMap
    ):  # the names of a seller stay as they are; those that come with bmdesk are ours to say
        ours = tuple(replace(own, title=render(grade_text(own.code))) for own in read.grades)
        return replace(read, grades=ours)
    return read


def _read(name: str, body: Any, spoken: str) -> Any:
    return read_checklist(body, spoken) if name.startswith("checklist.") else READERS[name](body)
