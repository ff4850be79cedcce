"""Pricelists at the company's Odoo: each is found by its external id, else made; then its lines are made right.

Nobody else's pricelist is touched. In ours the price, the currency and what a line holds for are bmdesk's: what
somebody changed of them is changed back, and said. What it is called, where it stands in the list, for which countries
it is, and lines for goods that have no price here, are theirs. Repeated after a lost answer it finds what is there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from bmdesk.connectors.odoo.prices.pricelist_doubts import (
    CurrencyNotActive,
    NoPricelistOfTheirs,
    PricelistRefused,
)
from bmdesk.connectors.odoo.prices.pricelist_lines import Lines, Standing, stem
from bmdesk.connectors.odoo.records import Records, Row, id_of
from bmdesk.domain.effects import PricelistOf
from bmdesk.services.odoo.prices.pricelists_there import (
    PricelistDoubt,
    PricelistKnown,
    PricelistResult,
    PricelistRight,
    PricelistThere,
)
from bmdesk.texts import Failure, Text, msg

MODEL = "product.pricelist"
OURS = "bmdesk.pricelist_"
"""So begin the external ids of bmdesk's own."""

_FIELDS = ("name", "currency_id", "company_id", "active", "sequence", "country_group_ids")
_LAST = 1000
"""A place behind Odoo's own, whose first is the one of every customer that has none."""

Results: TypeAlias = dict[str, PricelistResult]


def external_id(of: PricelistOf) -> str:
    """By which it is known there, whatever it is called."""
    return OURS + stem(of)


def has_usual(records: Records) -> bool:
    """Whether the company has a pricelist that is not bmdesk's and that customers get by themselves. Without one, the
    first of bmdesk's would be the one of all of them. Raises RemoteFailure.
    """
    rows, names = _all(records)
    return any(_is_usual(row) for row in rows if not names.get(row["id"], "").startswith(OURS))


@dataclass(slots=True)
class _Run:
    """One batch on its way to being right."""

    wanted: dict[str, PricelistThere]
    known: Mapping[str, PricelistKnown]
    rows: dict[str, Row] = field(default_factory=dict)
    """Those of the batch that are there, by key."""
    doubts: dict[str, Failure] = field(default_factory=dict)
    notes: dict[str, list[Text]] = field(default_factory=dict)
    place: int = _LAST
    """Where new ones stand: behind all that are not bmdesk's."""

    def clear(self) -> Iterable[tuple[str, PricelistThere]]:
        """Those that nothing speaks against so far."""
        return [(key, one) for key, one in self.wanted.items() if key not in self.doubts]

    def note(self, key: str, text: Text) -> None:
        self.notes.setdefault(key, []).append(text)


class PricelistsAtOdoo:
    """The pricelists of one company there. Raises RemoteFailure, which then holds for all."""

    def __init__(self, records: Records) -> None:
        self._records = records
        self._lines = Lines(records)

    def make_right(
        self,
        wanted: Sequence[PricelistThere],
        known: Mapping[str, PricelistKnown],
        in_doubt: frozenset[str] = frozenset(),
    ) -> Results:
        """What became of each, by its key. `in_doubt`: keys of those that may have been written a while ago, so that
        nobody knows whose change it is that stands there.
        """
        run = _Run({one.of.key: one for one in wanted}, known)
        currencies = self._find(run)
        self._make(run, currencies)
        self._mend(run, currencies)
        made = self._lines.make_right(
            [
                Standing(one, int(run.rows[key]["id"]), known.get(key), in_doubt=key in in_doubt)
                for key, one in run.clear()
                if key in run.rows
            ]
        )
        self._show_again(run, {key for key, one in made.items() if one.failure is None})
        results: Results = {}
        for key in run.wanted:
            list_id = int(run.rows[key]["id"]) if key in run.rows else 0
            lines = made.get(key)
            failure = run.doubts.get(key) or (lines.failure if lines is not None else None)
            if failure is not None:
                results[key] = PricelistDoubt(failure, list_id)
                continue
            notes = (*run.notes.get(key, ()), *(lines.notes if lines is not None else ()))
            results[key] = PricelistRight(list_id, lines.changed if lines is not None else 0, notes)
        return results

    def _find(self, run: _Run) -> dict[str, int]:
        """Which of them are there, and the ids of their currencies; those that may not be made now are in doubt."""
        rows, names = _all(self._records)
        ids = {external_id(one.of): key for key, one in run.wanted.items()}
        by_id = {one.list_id: key for key, one in run.known.items()}
        for row in rows:
            key = ids.get(names.get(row["id"], "")) or by_id.get(row["id"])
            if key in run.wanted:
                run.rows[key] = row
        ours = {row["id"] for row in rows if names.get(row["id"], "").startswith(OURS)} | by_id.keys()
        others = [row for row in rows if row["id"] not in ours]
        run.place = max(_LAST, *(int(row["sequence"] or 0) + 1 for row in others), 0)
        if not any(_is_usual(row) for row in others):
            # Ours would be everybody's: not one of them may stand there.
            shown = [row["id"] for row in rows if row["active"] and row["id"] in ours]
            if shown:
                self._records.call(MODEL, "write", shown, {"active": False})
            for key, one in run.wanted.items():
                if one.lines:
                    run.doubts[key] = NoPricelistOfTheirs(pricelist=one.name)
        return self._currencies(run)

    def _currencies(self, run: _Run) -> dict[str, int]:
        wanted = sorted({one.currency for _, one in run.clear() if one.lines})
        if not wanted:
            return {}
        rows = self._records.rows("res.currency", [("name", "in", wanted)], ["name"])  # active ones alone
        found = {str(row["name"]): int(row["id"]) for row in rows}
        for key, one in run.clear():
            if one.lines and one.currency not in found:
                run.doubts[key] = CurrencyNotActive(pricelist=one.name, currency=one.currency)
        return found

    def _make(self, run: _Run, currencies: Mapping[str, int]) -> None:
        """Those that are not there; made twice it is one."""
        waiting = [(key, one) for key, one in run.clear() if one.lines and key not in run.rows]
        for key, one in waiting:
            if key in run.known:
                run.note(key, msg("odoo.pricelist.made_anew", pricelist=one.name))
        fields = ["id", "name", "currency_id/.id", "company_id/.id", "sequence"]
        company = self._records.company
        while waiting:
            rows = [
                [external_id(one.of), one.name, str(currencies[one.currency]), str(company), str(run.place)]
                for _, one in waiting
            ]
            loaded = self._records.load(MODEL, fields, rows)
            for number, reason in loaded.refused.items():
                key, one = waiting[number]
                run.doubts[key] = PricelistRefused(pricelist=one.name, reason=reason)
            for (key, one), list_id in zip(waiting, loaded.ids, strict=False):
                currency = [currencies[one.currency], one.currency]
                run.rows[key] = {
                    "id": list_id,
                    "currency_id": currency,
                    "company_id": [company, ""],
                    "active": True,
                }
            waiting = [(key, one) for key, one in waiting if key not in run.rows and key not in run.doubts]

    def _mend(self, run: _Run, currencies: Mapping[str, int]) -> None:
        """Currency and company of those that are there; what has no price any more is put away."""
        for key, one in run.clear():
            row = run.rows.get(key)
            if row is None:
                continue
            values: dict[str, object] = {}
            if not one.lines:
                values |= {"active": False} if row["active"] else {}
            else:
                if id_of(row["currency_id"]) != currencies[one.currency]:
                    values["currency_id"] = currencies[one.currency]
                if id_of(row["company_id"]) != self._records.company:
                    values["company_id"] = self._records.company
                if values:
                    run.note(key, msg("odoo.pricelist.changed_back", pricelist=one.name))
            if values:
                self._records.call(MODEL, "write", [row["id"]], values)

    def _show_again(self, run: _Run, right: set[str]) -> None:
        """What was put away and has prices again: only once they are right."""
        hidden = [key for key in right if run.wanted[key].lines and not run.rows[key]["active"]]
        if hidden:
            self._records.call(MODEL, "write", [run.rows[key]["id"] for key in hidden], {"active": True})


def _all(records: Records) -> tuple[list[Row], dict[int, str]]:
    """The company's pricelists, those of no company and those put away among them, and their external ids."""
    mine = ("company_id", "in", [False, records.company])
    rows = records.rows(MODEL, [mine], _FIELDS, {"active_test": False})
    return rows, records.external_ids(MODEL, [row["id"] for row in rows])


def _is_usual(row: Row) -> bool:
    """Whether customers may get it by themselves, wherever they live."""
    return bool(row["active"]) and not row["country_group_ids"]
