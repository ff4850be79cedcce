"""The bench's figures, asked for: what was done in some days, by everybody or by one person; what is held now and why;
how old the stock is. What keeps the sums is `bench_figures`.

A person's are the inspections that this person began. What went on sale is of whoever inspected it last before that; a
held unit of whoever ended its last inspection.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, case, func, select

from bmdesk.domain.gate import Level
from bmdesk.domain.unit import State
from bmdesk.store.queries.bench_figures import Done
from bmdesk.store.tables.figures import bench_day, first_listing, listed_day
from bmdesk.store.tables.inspections import inspection
from bmdesk.store.tables.units import blocker, stay, unit

_D, _F, _I, _U, _T = bench_day.c, first_listing.c, inspection.c, unit.c, stay.c
_DONE = tuple(f.name for f in fields(Done))


@dataclass(frozen=True, slots=True)
class Worked:
    """What was done: in all, on a day, in an hour of the day, or by a person, as `key` says.

    `hours`: hours in which somebody ended an inspection; two people in one hour are two.
    """

    key: Any
    hours: int
    done: Done


def worked(
    connection: Connection, company_id: str, first: int, last: int, by: str = "", operator: str = ""
) -> list[Worked]:
    """The work of these days (both included), by `day`, `hour` or `operator`, in their order; else in all, one row.

    With `operator`, that person's alone.
    """
    each = (
        select(_D.day, _D.hour, _D.operator, *(func.sum(_D[name]).label(name) for name in _DONE))
        .where(*_days(company_id, first, last, operator))
        .group_by(_D.day, _D.hour, _D.operator)
        .subquery()
    )
    sums = [func.coalesce(func.sum(each.c[name]), 0) for name in _DONE]
    if not by:
        row = connection.execute(select(func.count(), *sums).select_from(each)).one()
        return [Worked("", row[0], Done(*map(int, row[1:])))]
    key = each.c[by]
    rows = connection.execute(select(key, func.count(), *sums).group_by(key).order_by(key))
    return [Worked(row[0], row[1], Done(*map(int, row[2:]))) for row in rows]


def has_worked(connection: Connection, company_id: str, operator: str) -> bool:
    """Whether anything of this person, who may be gone, is in the figures."""
    query = select(_D.day).where(_D.company_id == company_id, _D.operator == operator).limit(1)
    return connection.execute(query).first() is not None


def grades(
    connection: Connection, company_id: str, first: int, last: int, operator: str = ""
) -> dict[str, int]:
    """How many inspections of these days ended with each grade."""
    query = select(_D.grade, func.sum(_D.units)).where(*_days(company_id, first, last, operator))
    return {row[0]: int(row[1]) for row in connection.execute(query.group_by(_D.grade))}


def listings_of(
    connection: Connection, company_id: str, first: int, last: int, operator: str = ""
) -> list[tuple[int, int, int]]:
    """Day, units and seconds of first listings in these days."""
    d = listed_day.c
    query = select(d.day, d.units, d.seconds).where(d.company_id == company_id, d.day.between(first, last))
    if operator:  # the sums are of the house: one person's are few enough to be added up
        query = (
            select(_F.day.label("day"), func.count(), func.sum(_F.seconds))
            .join_from(first_listing, stay, _T.id == _F.stay_id)
            .where(_F.company_id == company_id, _F.day.between(first, last), _put_on_sale_by(operator))
            .group_by(_F.day)
        )
    return [(row[0], int(row[1]), int(row[2])) for row in connection.execute(query.order_by("day"))]


def blockers(connection: Connection, company_id: str, operator: str = "") -> dict[str, int]:
    """How many held units each code keeps from being listed now."""
    b = blocker.c
    query = select(b.code, func.count(b.unit_id.distinct())).join_from(unit, blocker, b.unit_id == _U.id)
    here = query.where(*_held(company_id, operator), b.level == Level.REQUIRED.value)
    return {row[0]: row[1] for row in connection.execute(here.group_by(b.code))}


def held(connection: Connection, company_id: str, operator: str = "") -> int:
    """How many units are held now."""
    query = select(func.count()).select_from(unit).where(*_held(company_id, operator))
    return int(connection.execute(query).scalar_one())


def ages(
    connection: Connection, company_id: str, states: Sequence[str], since: Sequence[datetime]
) -> dict[tuple[int, str], int]:
    """Units in these states by the place of their arrival in `since` (latest first; behind it what came earlier)."""
    whens = [(_T.arrived_at >= moment, place) for place, moment in enumerate(since)]
    age = case(*whens, else_=len(since)).label("age")
    there = unit.join(stay, and_(_T.unit_id == _U.id, _T.number == _U.stay_number))
    query = (
        select(age, _U.state, func.count())
        .select_from(there)
        .where(_U.company_id == company_id, _U.state.in_(states))
        .group_by("age", _U.state)
    )
    return {(int(row[0]), row[1]): row[2] for row in connection.execute(query)}


def _days(company_id: str, first: int, last: int, operator: str) -> list[ColumnElement[bool]]:
    there = [_D.company_id == company_id, _D.day.between(first, last)]
    return [*there, _D.operator == operator] if operator else there


def _held(company_id: str, operator: str) -> list[ColumnElement[bool]]:
    there = [_U.company_id == company_id, _U.state == State.HELD.value]
    return [*there, _ended_by(operator)] if operator else there


def _ended_by(operator: str) -> ColumnElement[bool]:
    """The unit's last inspection that ended was this person's."""
    who = (
        select(_I.operator)
        .where(_I.unit_id == _U.id, _I.closed_at.is_not(None))
        .order_by(_I.number.desc())
        .limit(1)
        .correlate(unit)
        .scalar_subquery()
    )
    return who == operator


def _put_on_sale_by(operator: str) -> ColumnElement[bool]:
    """The inspection after which the stay's device went on sale was this person's."""
    who = (
        select(_I.operator)
        .where(_I.stay_id == _T.id, _I.opened_at <= _T.listed_at)
        .order_by(_I.number.desc())
        .limit(1)
        .correlate(stay)
        .scalar_subquery()
    )
    return who == operator
