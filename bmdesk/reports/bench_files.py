"""The bench's figures as one plain table, for a spreadsheet: a line for each figure, day, hour, grade, person and age.

Words are codes, so that a script reads the same in every language; times are in seconds. `operator` is the badge of the
person whose figure a line is, empty for everybody's; the first line names whoever was chosen.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

from bmdesk.domain.working_time import local_day
from bmdesk.services.figures.bench import SECONDS, Figure, Snapshot
from bmdesk.system.tabular import Cell, write_table

COLUMNS = ("what", "from", "to", "operator", "name", "value", "unit", "before", "change")


def write_sheet(shown: Snapshot, file: Path) -> None:
    """Write it to a .csv or .xlsx file. Raises TableFormatUnknown, FileNotWritten."""
    write_table(file, COLUMNS, rows(shown))


def rows(shown: Snapshot) -> Iterator[tuple[Cell, ...]]:
    """The table, line by line."""
    whole = _days(shown)
    now = (local_day(shown.read_at, ZoneInfo(shown.timezone)).isoformat(),) * 2
    who = shown.operator
    if who:
        yield ("chosen", *whole, who, shown.operator_name, None, "", None, None)
    for card in shown.cards:
        unit = _unit(card.figure)
        yield ("card", *whole, who, card.figure.value, card.value, unit, card.before, card.change)
    for point in shown.trend:
        days = (point.period.first.isoformat(), point.period.last.isoformat())
        yield ("trend", *days, who, "units", point.units, "units", None, None)
        yield ("trend", *days, who, "units_an_hour", point.an_hour, "units/hour", None, None)
        yield ("trend", *days, who, "receipt_to_listing", point.listing, "seconds", None, None)
    for hour in shown.by_hour:
        yield ("hour", *whole, who, f"{hour.hour:02d}", hour.units, "units/day", None, None)
    for grade in shown.grades:
        yield ("grade", *whole, who, grade.grade, grade.units, "units", None, None)
    for person in shown.operators:
        own = person.code
        yield ("operator", *whole, own, person.name, person.units, "units", None, None)
        yield ("operator_hours", *whole, own, person.name, person.hours, "hours", None, None)
        yield ("operator_an_hour", *whole, own, person.name, person.an_hour, "units/hour", None, None)
        yield ("operator_time", *whole, own, person.name, person.seconds, "seconds", None, None)
        yield ("operator_held", *whole, own, person.name, person.held, "units", None, None)
    yield ("held_now", *now, who, "", shown.held_now, "units", None, None)
    for blocker in shown.blockers:
        yield ("blocker", *now, who, blocker.requirement, blocker.units, "units", None, None)
    for age in shown.ages:
        name = f"{age.first}-{age.last}" if age.last is not None else f"{age.first}+"
        yield ("age", *now, "", f"{name} days", age.units, "units", None, None)
        yield ("age_ready", *now, "", f"{name} days", age.ready, "units", None, None)
        yield ("age_held", *now, "", f"{name} days", age.held, "units", None, None)


def _unit(figure: Figure) -> str:
    if figure in SECONDS:
        return "seconds"
    return {Figure.HELD: "share", Figure.PER_HOUR: "units/hour"}.get(figure, "units")


def _days(shown: Snapshot) -> tuple[str, str]:
    return shown.period.first.isoformat(), shown.period.last.isoformat()
