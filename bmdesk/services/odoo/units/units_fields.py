"""Which fields of a lot are taken over, and what stands there for what is here: a seller may keep the grade in a place
of their own, in words of their own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bmdesk.services.odoo.units.units_seen import GRADE_FIELD, Value
from bmdesk.services.odoo.units.units_taking import TAKEN
from bmdesk.services.odoo.units.units_there import GradeKept


@dataclass(frozen=True, slots=True)
class Fields:
    """`grade`: the seller's own place for it; None: bmdesk's field."""

    grade: GradeKept | None

    def means(self, name: str) -> bool:
        """Whether what stands in this field of a lot is taken over."""
        return name in self.there(dict.fromkeys(TAKEN))

    def there(self, values: Mapping[str, Value]) -> dict[str, Value]:
        """What TAKEN is here, as it stands there. A grade that has no name there is None."""
        if self.grade is None:
            return dict(values)
        found = {name: value for name, value in values.items() if name != GRADE_FIELD}
        found[self.grade.key] = self.grade.values.get(str(values[GRADE_FIELD] or "")) or None
        return found

    def here(self, values: Mapping[str, Value]) -> dict[str, Value]:
        """What these fields of a lot mean here. What means no grade stays as it is: it is refused where it is read."""
        if self.grade is None or self.grade.key not in values:
            return dict(values)
        found = {name: value for name, value in values.items() if name != self.grade.key}
        said = values[self.grade.key]
        found[GRADE_FIELD] = self.grade.grade(said) or said
        return found
