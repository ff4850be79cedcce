"""One writing transaction as a service sees it: who, where, when, and rows whose before and after are remembered.

`put`, `add` and `drop` note what they touched, so that the step that made the change can be undone by `restore`.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass, field, fields
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Any

from sqlalchemy import Connection, Select, Table, Update, and_, bindparam, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from bmdesk.domain.changes import Change
from bmdesk.domain.identifiers import new_ulid
from bmdesk.store.tables import metadata
from bmdesk.store.types import from_micros, to_micros

Row = dict[str, Any]


@dataclass(slots=True)
class Touched:
    """One row of one step: None before means it was made, None after means it was dropped."""

    table: str
    key: Row
    before: Row | None
    after: Row | None


@dataclass(slots=True)
class Tx:
    """A transaction in progress. Made by the desk; must not outlive the service call it was made for."""

    connection: Connection
    company: str
    now: datetime
    touched: list[Touched] = field(default_factory=list)
    changes: set[Change] = field(default_factory=set)
    moved: dict[str, Row | None] = field(default_factory=dict)
    """Units whose state, SKU or place changed here, as they were before (None: new): the stock follows them."""
    sold: set[str] = field(default_factory=set)
    """Orders (ids) that may add something else to the figures now."""
    sold_lines: set[str] = field(default_factory=set)
    """The same of lines whose order nobody named."""
    looked: set[str] = field(default_factory=set)
    """Inspections (ids) that ended here, or are open again: the bench's figures follow them."""
    stayed: set[str] = field(default_factory=set)
    """Stays (ids) that went on sale here, or are no more."""
    offered: set[str] = field(default_factory=set)
    """Listings (ids) that may sell now what was not for sale before."""
    told: set[str] = field(default_factory=set)
    """Units (ids) whose history got a line here, or of whom the gate says something else: what stands elsewhere for
    them follows."""
    ordered: set[str] = field(default_factory=set)
    """Orders (ids) that are not what they were: what stands elsewhere for them follows."""
    ordered_lines: set[str] = field(default_factory=set)
    """The same of lines whose order nobody named."""
    buyers: set[str] = field(default_factory=set)
    """Customers (ids) who are called or reached otherwise now: what stands elsewhere for their orders follows."""
    priced: set[tuple[str, str]] = field(default_factory=set)
    """Listings (ids) and markets whose confirmed price was written here: what stands elsewhere for it follows."""
    relisted: set[str] = field(default_factory=set)
    """Listings (ids) that may sell another SKU now, or whose prices may count no more, or count again."""
    agreed: set[tuple[str, str]] = field(default_factory=set)
    """Kinds and ids of records that are linked to one at Odoo."""
    named: dict[str, int] = field(default_factory=dict)
    """Order lines for which so many more units (or fewer) stand by name: the stock of what they sold follows them."""

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """All of this or nothing: where it raises, the rows are as they were, and nothing of it is remembered."""
        given = ("connection", "company", "now")
        kept = {one.name: copy(getattr(self, one.name)) for one in fields(self) if one.name not in given}
        part = self.connection.begin_nested()
        try:
            yield
        except BaseException:
            part.rollback()
            for name, value in kept.items():
                setattr(self, name, value)
            raise
        part.commit()

    def new_id(self) -> str:
        """A fresh ULID of this moment."""
        return new_ulid(to_micros(self.now) // 1000, os.urandom(10))

    def get(self, table: Table, **key: Any) -> Row | None:
        """The row with this key as a plain dictionary, or None."""
        found = self.connection.execute(_select(table, *key), _keyed(key)).mappings().first()
        return dict(found) if found is not None else None

    def put(self, table: Table, key: Mapping[str, Any], **values: Any) -> None:
        """Insert the row with this key, or update it; remembered for UNDO. What is already there touches nothing."""
        before = self.get(table, **key)
        if before is None:
            self.add(table, [({**key, **values}, key)])
        else:
            changed = {name: value for name, value in values.items() if before[name] != value}
            if not changed:
                return
            self.connection.execute(_update(table, *key), {**_keyed(key), **changed})
            if table.name == "unit" and not changed.keys().isdisjoint(_STOCK_COLUMNS):
                self.moved.setdefault(key["id"], before)
            self._note(table, key, {name: before[name] for name in changed}, changed)

    def add(self, table: Table, rows: Sequence[tuple[Row, Mapping[str, Any]]]) -> None:
        """Insert rows, each given with its key, that nobody has made before; remembered for UNDO."""
        if rows:
            self.connection.execute(insert(table), [row for row, _ in rows])
        for row, key in rows:
            self._note(table, key, None, row)
            if table.name == "unit":
                self.moved.setdefault(key["id"], None)

    def drop(self, table: Table, **key: Any) -> None:
        """Delete the row with this key, if there is one; remembered for UNDO."""
        before = self.get(table, **key)
        if before is not None:
            self.connection.execute(delete(table).where(_matches(table, key)))
            self._note(table, key, before, None)

    def take_touched(self) -> list[Row]:
        """What `put`, `add` and `drop` have touched since the last call, as JSON-ready rows, and forget it."""
        rows = [
            {
                "table": t.table,
                "key": _to_json(t.key),
                "before": _to_json(t.before),
                "after": _to_json(t.after),
            }
            for t in self.touched
        ]
        self.touched.clear()
        return rows

    def restore(self, rows: list[Row]) -> bool:
        """Put back what these touched rows were before.

        False, with nothing changed, when one was changed since, or when others hang on a row that would go.
        """
        current = [(_table(r), _from_json(r, "key")) for r in rows]
        for row, (table, key) in zip(rows, current, strict=True):
            if not self._still_is(table, key or {}, _from_json(row, "after")):
                return False
        units = [k["id"] for table, k in current if table.name == "unit" and k]
        were = {unit_id: self.get(metadata.tables["unit"], id=unit_id) for unit_id in units}
        part = self.connection.begin_nested()
        try:
            for row, (table, key) in zip(reversed(rows), reversed(current), strict=True):
                before, where = _from_json(row, "before"), _matches(table, key or {})
                if row["before"] is None:
                    self.connection.execute(delete(table).where(where))
                elif row["after"] is None:
                    self.connection.execute(insert(table).values(before or {}))
                else:
                    self.connection.execute(update(table).where(where).values(before or {}))
        except IntegrityError:
            part.rollback()
            return False
        part.commit()
        self.looked.update(key["id"] for table, key in current if table.name == "inspection" and key)
        self.stayed.update(key["id"] for table, key in current if table.name == "stay" and key)
        for unit_id, before in were.items():
            self.moved.setdefault(unit_id, before)
        return True

    def _note(self, table: Table, key: Mapping[str, Any], before: Row | None, after: Row | None) -> None:
        """Remember a touched row; touched twice in one step it is one change, first before to last after."""
        if table.name == "inspection" and after and "closed_at" in after and (before or after["closed_at"]):
            self.looked.add(key["id"])
        earlier = next((t for t in self.touched if t.table == table.name and t.key == key), None)
        if earlier is None:
            self.touched.append(Touched(table.name, dict(key), before, after))
            return
        if earlier.before is not None and before is not None and earlier.after is not None:
            earlier.before = {**before, **earlier.before}
        earlier.after = (
            {**earlier.after, **after} if earlier.after is not None and after is not None else after
        )
        if earlier.before is None and earlier.after is None:
            self.touched.remove(earlier)

    def _still_is(self, table: Table, key: Row, after: Row | None) -> bool:
        now = self.get(table, **key)
        if after is None or now is None:
            return after is None and now is None
        return all(now[name] == value for name, value in after.items())


# Statements are built once and their values bound: building one takes longer than running it.


@cache
def _select(table: Table, *names: str) -> Select[Any]:
    return select(table).where(*(table.c[name] == bindparam(_KEY + name) for name in names))


@cache
def _update(table: Table, *names: str) -> Update:
    return update(table).where(*(table.c[name] == bindparam(_KEY + name) for name in names))


def _keyed(key: Mapping[str, Any]) -> Row:
    return {_KEY + name: value for name, value in key.items()}


_STOCK_COLUMNS = frozenset({"state", "sku_id", "location_id"})

_KEY = "key_"  # an update's SET binds the columns' own names


def _matches(table: Table, key: Mapping[str, Any]) -> Any:
    return and_(*(table.c[name] == value for name, value in key.items()))


def _table(row: Row) -> Table:
    return metadata.tables[row["table"]]


def _to_json(values: Row | None) -> Row | None:
    if values is None:
        return None
    return {
        name: {"µs": to_micros(v)} if isinstance(v, datetime) else _plain(v) for name, v in values.items()
    }


def _plain(value: Any) -> Any:
    return {"dec": f"{value:f}"} if isinstance(value, Decimal) else value


def _from_json(row: Row, which: str) -> Row | None:
    values = row[which]
    if values is None:
        return None
    out: Row = {}
    for name, value in values.items():
        if isinstance(value, dict) and set(value) == {"µs"}:
            out[name] = from_micros(value["µs"])
        elif isinstance(value, dict) and set(value) == {"dec"}:
            out[name] = Decimal(value["dec"])
        else:
            out[name] = value
    return out
