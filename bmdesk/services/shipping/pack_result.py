"""What comes of one scan at the packing place, and what the place waits for."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from bmdesk.domain import packing as rules
from bmdesk.domain.changes import Change
from bmdesk.domain.scanned import Kind
from bmdesk.texts import Text


class Stage(StrEnum):
    """What the place waits for."""

    UNIT = "unit"
    TRACKING = "tracking"
    CONFIRM = "confirm"
    BADGE = "badge"


@dataclass(frozen=True, slots=True)
class PackResult:
    """What came of one scan. `refused`: every reason of the pack gate. `closed`: this scan closed the parcel."""

    scan: str
    kind: Kind
    ok: bool
    message: Text
    stage: Stage
    todo: Text | None = None
    refused: tuple[rules.Refusal, ...] = ()
    order: int | None = None
    unit: str | None = None
    closed: bool = False
    changes: frozenset[Change] = field(default_factory=frozenset)

    @property
    def code(self) -> str:
        """The refusal's (or message's) code, stable for scripts: of the gate's gravest reason where it refused."""
        return f"pack.{self.refused[0].code}" if self.refused else self.message.code

    @property
    def may_override(self) -> bool:
        """Whether a supervisor's word is enough."""
        return bool(self.refused) and all(one.may_override for one in self.refused)
