"""A figure with what it is measured against and what was hoped for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


class NotHere(Exception):
    """What a part needs to be measured against is not on this machine; says what."""


@dataclass(frozen=True, slots=True)
class Figure:
    """`value` in `unit`; `beside` is that of a bare alternative; `goal` in words, `met` None without one."""

    name: str
    value: float
    unit: str
    beside: float | None = None
    goal: str = ""
    met: bool | None = None

    @property
    def ratio(self) -> float | None:
        return self.value / self.beside if self.beside else None

    def as_json(self) -> dict[str, object]:
        return {
            "name": self.name,
            "value": round(self.value, 3),
            "unit": self.unit,
            "beside": None if self.beside is None else round(self.beside, 3),
            "ratio": None if self.ratio is None else round(self.ratio, 2),
            "goal": self.goal,
            "met": self.met,
        }


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which this share (0..1) of them lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def table(figures: Sequence[Figure]) -> str:
    """The figures for a terminal."""
    rows = [("figure", "value", "beside", "ratio", "goal", "")]
    for f in figures:
        beside = "" if f.beside is None else f"{f.beside:.2f}"
        ratio = "" if f.ratio is None else f"{f.ratio:.1f}x"
        met = {None: "", True: "met", False: "MISSED"}[f.met]
        rows.append((f.name, f"{f.value:.2f} {f.unit}", beside, ratio, f.goal, met))
    widths = [max(len(row[n]) for row in rows) for n in range(6)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )
