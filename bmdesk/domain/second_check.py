"""Which inspections a second person looks at again.

A deterministic sample: the draw hangs on the inspection alone, so that asking twice, on another station or
after a restart gives the same answer, and nobody can scan again until the check goes away.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class CheckShares:
    """Percent (0..100) of inspections to check again, by grade; by operator and grade where one is watched
    closer.

    "*" stands for every grade that is not named.
    """

    version: int = 1
    grades: Mapping[str, int] = field(default_factory=lambda: {"PREMIUM": 100, "*": 0})
    operators: Mapping[str, Mapping[str, int]] = field(default_factory=dict)

    def share(self, grade: str, operator_code: str) -> int:
        """The percent that counts for this grade and operator: the operator's own first, then the grade's."""
        own = self.operators.get(operator_code, {})
        return own.get(grade, own.get("*", self.grades.get(grade, self.grades.get("*", 0))))


def due(
    unit_id: str, inspection_number: int, grade: str | None, operator_code: str, shares: CheckShares
) -> bool:
    """Whether this inspection is to be checked. Without a grade there is nothing to check.

    A larger share keeps every inspection that a smaller one drew.
    """
    if grade is None:
        return False
    drawn = hashlib.sha256(f"{unit_id}/{inspection_number}".encode()).digest()
    return int.from_bytes(drawn[:8], "big") % 10_000 < shares.share(grade, operator_code) * 100
