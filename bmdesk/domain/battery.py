"""Battery health: what was read, how old a reading may grow, what a grade asks for.

Charge is not health: a reading here is always state of health in percent.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta


@dataclass(frozen=True, slots=True)
class BatteryReading:
    """State of health 0..100 %, charge cycles and capacities (mAh) where known, how and when it was read."""

    percent: int
    cycles: int | None
    method: str
    at: datetime
    design_mah: int | None = None
    full_mah: int | None = None


@dataclass(frozen=True, slots=True)
class BatteryPolicy:
    """Limits of one category.

    `minimum` by grade with "*" for the rest (Back Market: phones 80 %, other devices 85 %, Premium 90 %); a
    new battery must read at least `new_minimum` after it was put in. `retest_days` 0: readings do not age.
    """

    minimum: dict[str, int]
    new_minimum: int
    retest_days: int


def needed(policy: BatteryPolicy, grade: str | None) -> int:
    """The least percent for a unit of this grade."""
    return policy.minimum.get(grade or "*", policy.minimum.get("*", 0))


def retest_due(read_on: date, policy: BatteryPolicy) -> date | None:
    """The first day on which a reading of that local day is too old, or None where readings do not age."""
    return read_on + timedelta(days=policy.retest_days) if policy.retest_days > 0 else None
