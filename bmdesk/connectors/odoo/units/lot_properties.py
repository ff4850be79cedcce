"""The grade in a property of lots. Each product defines its own properties, with keys of its own for them and for their
choices; only what people read is the same in all of them.

A write replaces all properties of a lot and drops, in silence, what it does not name: so the whole list is read,
changed in the one place and written back.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from typing import Any

from bmdesk.connectors.failures import plain
from bmdesk.connectors.odoo.failures import OdooRejected
from bmdesk.connectors.odoo.records import Records, Row, apart, grouped, id_of
from bmdesk.connectors.odoo.units.lot_fields import HOLD_GRADES
from bmdesk.services.odoo.units.units_there import PROPERTIES

FIELD = PROPERTIES


def label(text: object) -> str:
    """What people read of a property or a choice, as it is compared."""
    return plain(text or "", 80)


def value_of(row: Row, name: str) -> str | None:
    """What people read in this property of the lot; None for nothing, and where its product has no such property."""
    found = _find(row.get(FIELD), name)
    if found is None or not found.get("value"):
        return None
    if found["type"] == "char":
        return str(found["value"])
    return next((shown for key, shown in _choices(found) if key == found["value"]), str(found["value"]))


def write(
    records: Records,
    name: str,
    wanted: Mapping[int, str | None],
    refused: Callable[[int, OdooRejected], None],
) -> list[int]:
    """Let this property say what is wanted, by lot; the lots whose product has no place for it. What Odoo refuses of
    one lot is told to `refused`. Raises RemoteFailure.
    """
    lacking: list[int] = []
    changes: list[tuple[tuple[int, str], int]] = []
    # Read as late as can be: what a person changes in another property between this and the write is lost.
    for row in records.rows("stock.lot", [("id", "in", sorted(wanted))], ["product_id", FIELD]):
        said = wanted[row["id"]]
        if value_of(row, name) == said and _find(row.get(FIELD), name) is not None:
            continue
        changed = _changed(row.get(FIELD), name, said)
        if changed is None:
            lacking.append(row["id"])
        else:
            changes.append(((id_of(row["product_id"]), json.dumps(changed)), row["id"]))
    # Lots of one product that say the same in all properties go in one call.
    for (_, whole), lots in grouped(changes).items():
        _write(records, json.loads(whole), lots, refused)
    return lacking


def _write(
    records: Records,
    whole: Sequence[object],
    lots: Sequence[int],
    refused: Callable[[int, OdooRejected], None],
) -> None:
    def act(some: Sequence[int]) -> None:
        records.call("stock.lot", "write", list(some), {FIELD: whole})

    apart(lots, act, refused)


def _changed(properties: object, name: str, said: str | None) -> list[dict[str, Any]] | None:
    """The whole list with the new value; None where there is no place for it."""
    whole = deepcopy(properties) if isinstance(properties, list) else []
    found = _find(whole, name)
    if found is None:
        return None
    if said is None or found["type"] == "char":
        found["value"] = said or False
        return whole
    key = next((one for one, shown in _choices(found) if shown == said), None)
    if key is None:
        return None
    found["value"] = key
    return whole


def _find(properties: object, name: str) -> dict[str, Any] | None:
    for one in properties if isinstance(properties, list) else ():
        if isinstance(one, dict) and label(one.get("string")) == name and one.get("type") in HOLD_GRADES:
            return one
    return None


def _choices(found: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Key and what people read."""
    pairs = found.get("selection")
    pairs = pairs if isinstance(pairs, list) else []
    return [(str(one[0]), label(one[1])) for one in pairs if isinstance(one, list | tuple) and len(one) == 2]
