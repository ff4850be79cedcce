"""What reached the marketplaces and what did not, counted over time; and listings that offer nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Connection, and_, func, or_, select, type_coerce

from bmdesk.domain.effects import EffectState
from bmdesk.store.tables.listings import listing
from bmdesk.store.tables.outbox import effect
from bmdesk.store.types import to_micros

_E, _Q = effect.c, listing.c
_STUCK = or_(
    _E.state.in_([EffectState.UNCERTAIN.value, EffectState.PARKED.value]),
    and_(_E.state == EffectState.PENDING.value, _E.fault != ""),
)

_CALLED_OFF = _E.state == EffectState.CANCELLED.value


@dataclass(frozen=True, slots=True)
class Reached:
    """Effects that are done, and those that met a fault and are not. What was called off is neither."""

    done: int = 0
    stuck: int = 0


def reached(
    connection: Connection,
    company_id: str,
    since: datetime,
    until: datetime,
    width: timedelta,
    kept: datetime,
) -> dict[int, Reached]:
    """In each stretch so wide of this time, by their place in the row.

    `kept`: since when the outbox keeps what is done. What is still stuck since before says nothing by itself.
    """
    begin, micros = to_micros(since), width // timedelta(microseconds=1)
    whole = to_micros(until) - begin

    def counted(moment: Any, *where: ColumnElement[bool]) -> dict[int, int]:
        passed = type_coerce(moment, BigInteger) - begin
        place = (passed // micros).label("place")
        here = and_(_E.company_id == company_id, passed >= 0, passed < whole, *where)
        query = select(place, func.count()).where(here).group_by("place")
        return {int(row[0]): row[1] for row in connection.execute(query)}

    # All that ended are counted by their index alone, and the few that were called off by the index by state.
    ended = counted(_E.ended_at, _E.ended_at >= since, _E.ended_at < until)
    called_off = counted(_E.ended_at, _CALLED_OFF)
    stuck = counted(_E.created_at, _E.created_at >= kept, _E.ended_at.is_(None), _unfinished(), _STUCK)
    return {
        place: Reached(ended.get(place, 0) - called_off.get(place, 0), stuck.get(place, 0))
        for place in ended.keys() | stuck.keys()
    }


def sold_out(connection: Connection, account_ids: Sequence[str]) -> int:
    """How many listings that carry the stock of a SKU of ours offer nothing."""
    query = select(func.count()).where(
        _Q.account_id.in_(account_ids),
        _Q.sku_id.is_not(None),
        _Q.carries.is_(True),
        _Q.quantity <= 0,
        _Q.missing_since.is_(None),
    )
    return connection.execute(query).scalar_one()


def _unfinished() -> ColumnElement[bool]:
    """The index by state holds the few that are not ended."""
    return _E.state.in_([EffectState.UNCERTAIN.value, EffectState.PARKED.value, EffectState.PENDING.value])
