"""The lines of bmdesk's pricelists: one fixed price for each variant, many in a few calls.

First goes what is wrong, then comes what is right; what was written is read back.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from bmdesk.connectors.odoo.failures import OdooRejected, RecordGone
from bmdesk.connectors.odoo.prices.pricelist_doubts import LinesRefused, PricesRounded
from bmdesk.connectors.odoo.records import Records, Row, grouped, id_of, named, pages
from bmdesk.domain.effects import PricelistOf
from bmdesk.domain.money import Money
from bmdesk.services.odoo.prices.pricelists_there import LineThere, PricelistKnown, PricelistThere
from bmdesk.texts import Failure, Text, msg

ITEM = "product.pricelist.item"
_OURS = "bmdesk.price_"
_VARIANT, _FIXED = "0_product_variant", "fixed"
_FIELDS = (
    "pricelist_id", "product_id", "applied_on", "compute_price", "fixed_price", "min_quantity", "date_start",
    "date_end",
)  # fmt: skip
_COLUMNS = (
    "id", "pricelist_id/.id", "applied_on", "product_tmpl_id/.id", "product_id/.id", "compute_price", "fixed_price",
    "min_quantity", "date_start", "date_end",
)  # fmt: skip
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Standing:
    """A pricelist that is there, and how its lines must be. `in_doubt`: nobody knows whose change stands there."""

    wanted: PricelistThere
    list_id: int
    known: PricelistKnown | None
    in_doubt: bool


@dataclass(slots=True)
class Made:
    """What became of its lines."""

    changed: int = 0
    failure: Failure | None = None
    notes: list[Text] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """One line that must be written. `line_id`: of the one that is there and is another; 0 for none."""

    key: str
    external_id: str
    list_id: int
    line: LineThere
    line_id: int


def stem(of: PricelistOf) -> str:
    """What the external ids of a list and of its lines have in common: the account's own id and not its name, for two
    companies of one Odoo may call theirs the same.
    """
    battery = "_nb" if of.new_battery else ""
    return f"{of.account_id.lower()}_{of.market}_{of.grade.lower()}{battery}"


class Lines:
    """The lines of the company's pricelists. Raises RemoteFailure."""

    def __init__(self, records: Records) -> None:
        self._records = records

    def make_right(self, lists: Sequence[Standing]) -> dict[str, Made]:
        """What became of the lines of each, by its key."""
        made = {one.wanted.of.key: Made() for one in lists}
        there, names = self._look([one.list_id for one in lists])
        gone: list[int] = []
        wanted: list[_Wanted] = []
        for one in lists:
            off, on = _differences(one, there.get(one.list_id, []), names, made[one.wanted.of.key])
            gone += off
            wanted += on
        for page in pages(gone, _AT_ONCE):
            self._records.call(ITEM, "unlink", list(page))
        for some in pages(wanted, _AT_ONCE):
            self._write(some, made, {one.wanted.of.key: one.wanted for one in lists})
        return made

    def _look(self, list_ids: Sequence[int]) -> tuple[dict[int, list[Row]], dict[int, str]]:
        """The lines by their list, and their external ids."""
        if not list_ids:
            return {}, {}
        domain = [("pricelist_id", "in", list(list_ids))]
        rows = self._records.rows(ITEM, domain, _FIELDS, {"active_test": False})
        names: dict[int, str] = {}
        for page in pages([int(row["id"]) for row in rows], 10 * _AT_ONCE):
            names |= self._records.external_ids(ITEM, page)
        return grouped((id_of(row["pricelist_id"]), row) for row in rows), names

    def _write(
        self, some: Sequence[_Wanted], made: Mapping[str, Made], lists: Mapping[str, PricelistThere]
    ) -> None:
        templates = self._templates({one.line.product for one in some})
        refused: dict[int, str] = {
            number: "" for number, one in enumerate(some) if one.line.product not in templates
        }
        fit = [number for number in range(len(some)) if number not in refused]
        ids = self._overwrite(some, templates, fit)
        waiting = [number for number in fit if number not in ids]
        while waiting:
            rows = [_row(some[number], templates) for number in waiting]
            loaded = self._records.load(ITEM, _COLUMNS, rows)
            ids |= dict(zip(waiting, loaded.ids, strict=False))
            refused |= {waiting[number]: reason for number, reason in loaded.refused.items()}
            waiting = [number for number in waiting if number not in ids and number not in refused]
        # What cannot be made right must not stay wrong.
        wrong = [some[number].line_id for number in refused if some[number].line_id]
        if wrong:
            self._records.call(ITEM, "unlink", wrong)
        for number in ids:
            made[some[number].key].changed += 1
        for key, numbers in grouped((some[number].key, number) for number in sorted(refused)).items():
            reason = refused[numbers[0]]
            made[key].failure = made[key].failure or LinesRefused(
                pricelist=lists[key].name,
                count=len(numbers),
                reason=reason or msg("odoo.pricelist.product_gone"),
            )
        self._read_back({ids[number]: some[number] for number in ids}, made, lists)

    def _overwrite(
        self, some: Sequence[_Wanted], templates: Mapping[int, int], numbers: Iterable[int]
    ) -> dict[int, int]:
        """Those that are there already, all of a list in one call, which takes Odoo a quarter of the time; their ids.
        What it refuses is left over: `load` says which line it is.
        """
        ids: dict[int, int] = {}
        there = grouped((some[number].list_id, number) for number in numbers if some[number].line_id)
        for list_id, mine in there.items():
            lines = [(1, some[one].line_id, _values(some[one].line, templates)) for one in mine]
            try:
                self._records.call("product.pricelist", "write", [list_id], {"item_ids": lines})
            except (OdooRejected, RecordGone):
                continue
            ids |= {one: some[one].line_id for one in mine}
        return ids

    def _read_back(
        self, written: Mapping[int, _Wanted], made: Mapping[str, Made], lists: Mapping[str, PricelistThere]
    ) -> None:
        """What Odoo kept of it: a database may round prices to fewer decimals. Such a line goes."""
        if not written:
            return
        wrong = []
        for row in self._records.rows(ITEM, [("id", "in", list(written))], ["fixed_price", "product_id"]):
            one = written.get(row["id"])
            if one is not None and _amount(row["fixed_price"]) != one.line.price:
                wrong.append(row["id"])
                made[one.key].failure = PricesRounded(
                    pricelist=lists[one.key].name,
                    product=named(row["product_id"])[1],
                    here=f"{one.line.price:f}",
                    there=f"{_amount(row['fixed_price']):f}",
                )
        if wrong:
            self._records.call(ITEM, "unlink", wrong)

    def _templates(self, products: Collection[int]) -> dict[int, int]:
        """The template of each product that is there; archived ones too."""
        domain = [("id", "in", sorted(products))]
        rows = self._records.rows("product.product", domain, ["product_tmpl_id"], {"active_test": False})
        return {row["id"]: id_of(row["product_tmpl_id"]) for row in rows}


def _differences(
    one: Standing, rows: Iterable[Row], names: Mapping[int, str], made: Made
) -> tuple[list[int], list[_Wanted]]:
    """The lines that must go, and those that must be written. What somebody else changed is said."""
    key, name = one.wanted.of.key, one.wanted.name
    prefix = f"{_OURS}{stem(one.wanted.of)}_"
    ours: dict[str, Row] = {}
    priced = {line.product for line in one.wanted.lines}
    gone: list[int] = []
    competing = 0
    for row in rows:
        called = names.get(row["id"], "")
        if called.startswith(prefix):
            ours[called.removeprefix(prefix)] = row
        elif id_of(row["product_id"]) in priced:  # it would count before ours, or instead of it
            gone.append(row["id"])
            competing += 1
    wanted = []
    changed = 0
    for line in one.wanted.lines:
        present = ours.pop(line.variant_id.lower(), None)
        if present is None or not _is_right(present, line):
            external_id = f"{prefix}{line.variant_id.lower()}"
            wanted.append(
                _Wanted(key, external_id, one.list_id, line, present["id"] if present is not None else 0)
            )
            if present is not None and not one.in_doubt and _is_another(one, present, line):
                changed += 1
    gone += [row["id"] for row in ours.values()]
    made.changed += len(gone)
    if competing:
        made.notes.append(msg("odoo.pricelist.lines_removed", pricelist=name, count=competing))
    if changed:
        made.notes.append(msg("odoo.pricelist.lines_changed_back", pricelist=name, count=changed))
    return gone, wanted


def _is_right(row: Row, line: LineThere) -> bool:
    return _holds_for(row, line) and _amount(row["fixed_price"]) == line.price


def _holds_for(row: Row, line: LineThere) -> bool:
    """For this product alone, always, and from the first piece on."""
    return (
        id_of(row["product_id"]) == line.product
        and row["applied_on"] == _VARIANT
        and row["compute_price"] == _FIXED
        and not row["min_quantity"]
        and not row["date_start"]
        and not row["date_end"]
    )


def _is_another(one: Standing, row: Row, line: LineThere) -> bool:
    """Whether somebody there changed this line: it is not what both had last."""
    last = one.known.lines.get(line.variant_id) if one.known is not None else None
    if last is None:
        return False
    return not _holds_for(row, line) or _amount(row["fixed_price"]) != Money(last, one.wanted.currency).amount


def _amount(value: object) -> Decimal:
    """Odoo answers with a float; its shortest form is what was meant."""
    return Decimal(str(value or 0))


def _values(line: LineThere, templates: Mapping[int, int]) -> dict[str, object]:
    return {
        "applied_on": _VARIANT,
        "product_tmpl_id": templates[line.product],
        "product_id": line.product,
        "compute_price": _FIXED,
        "fixed_price": float(line.price),
        "min_quantity": 0,
        "date_start": False,
        "date_end": False,
    }


def _row(one: _Wanted, templates: Mapping[int, int]) -> list[str]:
    line = one.line
    return [
        one.external_id,
        str(one.list_id),
        _VARIANT,
        str(templates[line.product]),
        str(line.product),
        _FIXED,
        f"{line.price:f}",
        "0",
        "",
        "",
    ]
