"""Records of one company of an Odoo: rows that are read tolerantly, batches that one bad record does not stop."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar

from bmdesk.connectors.failures import plain
from bmdesk.connectors.odoo.failures import OdooBusy, OdooRejected, OdooUnreadable, UnknownThere
from bmdesk.connectors.odoo.transport import OdooTransport
from bmdesk.texts import msg

_Item = TypeVar("_Item")
_Key = TypeVar("_Key")

Row: TypeAlias = Mapping[str, Any]
Domain: TypeAlias = Sequence[object]

# Where each single record is refused, the reason is none of theirs: what is left gets the last refusal.
_MOST_REFUSALS = 40


@dataclass(frozen=True, slots=True)
class Loaded:
    """What `load` answered: the ids in the order of the rows; or none was kept, and why which rows were refused."""

    ids: tuple[int, ...]
    refused: Mapping[int, str]


class Records:
    """All calls for one company. Raises RemoteFailure."""

    def __init__(self, remote: OdooTransport, company: int) -> None:
        self.remote = remote
        self.company = company

    def call(
        self,
        model: str,
        method: str,
        *args: object,
        named: Mapping[str, object] | None = None,
        context: Mapping[str, object] | None = None,
    ) -> object:
        """The method's result. `context` joins that of the account."""
        given = {**(named or {}), "context": {**(context or {}), "allowed_company_ids": [self.company]}}
        return self.remote.call(model, method, args, given)

    def rows(
        self,
        model: str,
        domain: Domain,
        fields: Sequence[str],
        context: Mapping[str, object] | None = None,
        *,
        order: str = "id",
        limit: int | None = None,
    ) -> list[Row]:
        """The records of this domain, in the order of their ids or of these fields; the first so many where there is a
        limit."""
        named: dict[str, object] = {"order": order} | ({} if limit is None else {"limit": limit})
        found = self.call(model, "search_read", list(domain), list(fields), named=named, context=context)
        if not isinstance(found, list) or not all(isinstance(row, dict) and "id" in row for row in found):
            raise self.unreadable(f"{model}.search_read")
        return found

    def count(self, model: str, domain: Domain) -> int:
        """How many records this domain has."""
        found = self.call(model, "search_count", list(domain))
        if not isinstance(found, int):
            raise self.unreadable(f"{model}.search_count")
        return found

    def create(
        self, model: str, values: Sequence[Mapping[str, object]], context: Mapping[str, object] | None = None
    ) -> list[int]:
        """The ids of the records that these values made."""
        made = self.call(model, "create", [dict(one) for one in values], context=context)
        if not isinstance(made, list) or len(made) != len(values):
            raise self.unreadable(f"{model}.create")
        return [int(one) for one in made]

    def load(
        self, model: str, fields: Sequence[str], rows: Sequence[Sequence[str]], *, records: int | None = None
    ) -> Loaded:
        """Make or change these records by their external id (`id`) or their own (`.id`): all, or none.

        `records`: how many there are, where one takes several rows. Times are in UTC.
        """
        answer = self.call(model, "load", list(fields), [list(row) for row in rows], context={"tz": "UTC"})
        if not isinstance(answer, dict):
            raise self.unreadable(f"{model}.load")
        ids = answer.get("ids")
        if isinstance(ids, list) and len(ids) == (len(rows) if records is None else records):
            return Loaded(tuple(int(one) for one in ids), {})
        refused = _refused(answer.get("messages"))
        # A conflict with another writer is a message like any other, in the words of PostgreSQL.
        if any("could not serialize" in reason or "deadlock" in reason for reason in refused.values()):
            raise OdooBusy(remote="Odoo", host=self.remote.endpoint.host, what=f"{model}.load")
        return Loaded((), refused or {0: ""})

    def external_ids(self, model: str, ids: Sequence[int]) -> dict[int, str]:
        """The external id of each of these records; "" for none."""
        if not ids:
            return {}
        told = self.call(model, "get_external_id", list(ids))
        if not isinstance(told, dict):
            raise self.unreadable(f"{model}.get_external_id")
        return {int(one): str(name or "") for one, name in told.items()}

    def by_external_id(self, external_id: str) -> int:
        """The record that bears it, where it is one in use that the user may see; else 0."""
        module, _, name = external_id.partition(".")
        try:
            told = self.call("ir.model.data", "check_object_reference", module, name)
        except UnknownThere:  # the list of external ids itself is for administrators
            return 0
        return int(told[1] or 0) if isinstance(told, list) and len(told) == 2 else 0

    def unreadable(self, what: str) -> OdooUnreadable:
        return OdooUnreadable(
            remote="Odoo",
            host=self.remote.endpoint.host,
            what=what,
            detail=msg("remote.wrong_shape", where=what),
        )


def _refused(messages: object) -> dict[int, str]:
    """The reason by the number of the row."""
    found: list[tuple[int, str]] = []
    for one in messages if isinstance(messages, list) else ():
        rows = one.get("rows") if isinstance(one, dict) else None
        if isinstance(rows, dict) and isinstance(rows.get("from"), int) and one.get("type") == "error":
            found.append((rows["from"], plain(one.get("message") or "")))
    # Odoo puts what the whole batch met before the rows' own reasons, as if it were the first row's.
    if len(found) > 1 and sum(row == found[0][0] for row, _ in found) == 1:
        found = found[1:]
    return dict(reversed(found))


def apart(
    items: Sequence[_Item],
    act: Callable[[Sequence[_Item]], None],
    refused: Callable[[_Item, OdooRejected], None],
) -> None:
    """Do it with all; where Odoo refuses, with halves, until those are found that it refuses alone.

    `act` is all or nothing where it raises OdooRejected.
    """
    waiting = [list(items)] if items else []
    refusals = 0
    while waiting:
        some = waiting.pop()
        try:
            act(some)
        except OdooRejected as failure:
            refusals += 1
            if len(some) == 1 or refusals > _MOST_REFUSALS:
                for item in some:
                    refused(item, failure)
            else:
                middle = len(some) // 2
                waiting += [some[middle:], some[:middle]]


def named(value: object) -> tuple[int, str]:
    """Id and name of a many2one; (0, "") for none."""
    if isinstance(value, list | tuple) and len(value) == 2 and isinstance(value[0], int):
        return value[0], plain(value[1] or "", 120)
    return 0, ""


def id_of(value: object) -> int:
    """The id of a many2one, 0 for none."""
    return named(value)[0]


def grouped(pairs: Iterable[tuple[_Key, _Item]]) -> dict[_Key, list[_Item]]:
    """Lists by key, in the order in which the keys came."""
    found: dict[_Key, list[_Item]] = {}
    for key, item in pairs:
        found.setdefault(key, []).append(item)
    return found


def any_of(*terms: object) -> list[object]:
    """A domain of which one term must hold."""
    return ["|"] * (len(terms) - 1) + list(terms)


def pages(items: Sequence[_Item], size: int) -> Iterator[Sequence[_Item]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]
