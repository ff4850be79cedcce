"""Batches: where devices come from, what they cost, and what of the supplier's list has arrived.

A batch may be born at the bench by its card alone; what Receiving says later fills the units that came before it was
said, and never overwrites what a unit already knows. The list itself is read by services.goods.expected.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bmdesk.domain.cards import parse_place
from bmdesk.domain.changes import Change
from bmdesk.domain.money import Money
from bmdesk.services.desk import Actor, Desk
from bmdesk.services.goods.expected import (
    BatchState,
    ExpectedPlan,
    ExpectedReport,
    UnknownBatch,
    apply_expected,
    batch_state,
    import_expected,
    read_expected,
)
from bmdesk.services.grading.refusals import Refusal
from bmdesk.services.lines import PAGE, BadCell, amount, plain, whole
from bmdesk.services.policies import Policies
from bmdesk.store.engine import Connection
from bmdesk.store.queries import batches, catalogue, people, units
from bmdesk.store.transaction import Row, Tx
from bmdesk.texts import Text, msg

__all__ = [
    "SOURCES",
    "VAT_SCHEMES",
    "BadBatch",
    "Batch",
    "BatchForm",
    "BatchSaved",
    "BatchState",
    "ExpectedPlan",
    "ExpectedReport",
    "Preset",
    "UnknownBatch",
    "apply_expected",
    "batch",
    "batch_named",
    "batch_state",
    "change_batch",
    "close_batch",
    "form_of",
    "import_expected",
    "list_batches",
    "open_batch",
    "opened_in",
    "read_expected",
    "reopen_batch",
    "source_text",
]

SOURCES = ("trade_in", "lease", "return", "purchase")
VAT_SCHEMES = ("margin", "regular")


class BadBatch(Refusal):
    """A field of the batch does not fit. Params: `field`, `reason` (a Text)."""

    code = "receiving.bad_batch"

    @property
    def field(self) -> str:
        """The field that does not fit."""
        return str(self.params["field"])


@dataclass(frozen=True, slots=True)
class Preset:
    """What holds for every unit of a batch unless the bench says otherwise."""

    model_code: str = ""
    accessories: tuple[tuple[str, bool], ...] = ()
    erasure_method: str = ""
    lock_method: str = ""
    labour_minutes: str = ""


@dataclass(frozen=True, slots=True)
class BatchForm:
    """A batch as a person fills it in. Empty means: not said; warehouse and bin then follow the settings."""

    code: str
    source: str = ""
    supplier: str = ""
    unit_cost: str = ""
    currency: str = ""
    vat_scheme: str = ""
    warehouse: str = ""
    bin: str = ""
    preset: Preset = field(default_factory=Preset)
    note: str = ""


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch as it stands. `closed_at` None: it is open.

    `expected` lines were promised, `arrived` units came, `found` of them as promised.
    """

    id: str
    code: str
    source: str
    supplier: str
    unit_cost: Money | None
    currency: str
    vat_scheme: str
    warehouse: str
    bin: str
    preset: Preset
    note: str
    opened_at: datetime
    closed_at: datetime | None
    arrived: int
    expected: int
    found: int

    @property
    def unexpected(self) -> int:
        """Units that came though the list does not name them; without a list nothing is unexpected."""
        return self.arrived - self.found if self.expected else 0

    @property
    def incomplete(self) -> bool:
        """Opened by a card at the bench, and nobody has said since where it came from."""
        return not self.source


@dataclass(frozen=True, slots=True)
class BatchSaved:
    """A batch was saved. `filled`: units that had come before and know now what they lacked."""

    id: str
    filled: int = 0
    changes: frozenset[Change] = field(default_factory=frozenset)


def open_batch(desk: Desk, form: BatchForm) -> BatchSaved:
    """A new batch, with its source, so that every unit of it knows how it was bought. Raises BadBatch."""

    def work(tx: Tx) -> BatchSaved:
        values = _values(tx, desk.policies(tx.connection), form)
        if not values["source"]:
            raise BadBatch(field="source", reason=msg("receiving.one_of", known=", ".join(SOURCES)))
        if batches.by_code(tx.connection, tx.company, values["code"]) is not None:
            raise BadBatch(field="code", reason=msg("receiving.code_taken", batch=values["code"]))
        return BatchSaved(batches.save_batch(tx, None, **values), changes=frozenset({Change.BATCHES}))

    return desk.write(work)


def batch_named(desk: Desk, code: str) -> Batch:
    """The batch with this code, opened now where there is none, as its card would. Raises BadBatch."""

    desk.write(lambda tx: opened_in(tx, desk.policies(tx.connection), BatchForm(code)))
    return batch(desk, " ".join(code.split()))


def opened_in(tx: Tx, policies: Policies, form: BatchForm) -> Row:
    """The batch with the form's code, or else one opened now as the form says. Raises BadBatch."""
    found = batches.by_code(tx.connection, tx.company, " ".join(form.code.split()))
    return found or batches.batch(tx.connection, batches.save_batch(tx, None, **_values(tx, policies, form)))


def change_batch(desk: Desk, batch_id: str, form: BatchForm, actor: Actor | None = None) -> BatchSaved:
    """Change a batch, then fill what its units still lack, 100 of them a transaction, each with a line in its history.

    Only units that came before the source was said take source, supplier and VAT scheme; only those without a cost
    take the cost. Run again after a crash it goes on where it stopped. Raises BadBatch, UnknownBatch.
    """

    def change(tx: Tx) -> None:
        before = _own(tx.connection, desk.company, batch_id)
        values = _values(tx, desk.policies(tx.connection), form)
        same = batches.by_code(tx.connection, tx.company, values["code"])
        if same is not None and same["id"] != before["id"]:
            raise BadBatch(field="code", reason=msg("receiving.code_taken", batch=values["code"]))
        batches.save_batch(tx, before["id"], **values)

    desk.write(change)
    filled = 0
    while True:
        page = desk.write(lambda tx: _fill(tx, desk, batch_id, actor))
        filled += page
        if page < PAGE:
            break
    changed = {Change.BATCHES, Change.UNITS} if filled else {Change.BATCHES}
    return BatchSaved(batch_id, filled, frozenset(changed))


def close_batch(desk: Desk, batch_id: str) -> BatchSaved:
    """The batch takes no more units. Raises UnknownBatch."""
    return _set_closed(desk, batch_id, closed=True)


def reopen_batch(desk: Desk, batch_id: str) -> BatchSaved:
    """The batch takes units again. Raises UnknownBatch."""
    return _set_closed(desk, batch_id, closed=False)


def list_batches(desk: Desk) -> tuple[Batch, ...]:
    """All batches, newest first."""

    def work(connection: Connection) -> tuple[Batch, ...]:
        places = {found[0]: found[1:] for found in people.locations(connection, desk.company)}
        return tuple(_batch(connection, row, places) for row in batches.batches(connection, desk.company))

    return desk.read(work)


def batch(desk: Desk, given: str) -> Batch:
    """The batch with this id or code. Raises UnknownBatch."""

    def work(connection: Connection) -> Batch:
        row = batches.find(connection, desk.company, given)
        row = row or batches.by_code(connection, desk.company, given)
        if row is None:
            raise UnknownBatch(given=given[:40])
        arrived, expected, found = batches.counts(connection, row["id"])
        places = {found[0]: found[1:] for found in people.locations(connection, desk.company)}
        return _batch(connection, {**row, "arrived": arrived, "expected": expected, "found": found}, places)

    return desk.read(work)


def form_of(batch_: Batch) -> BatchForm:
    """A batch as the form that would save it unchanged."""
    cost = f"{batch_.unit_cost.amount:f}" if batch_.unit_cost else ""
    return BatchForm(
        batch_.code,
        batch_.source,
        batch_.supplier,
        cost,
        batch_.currency,
        batch_.vat_scheme,
        batch_.warehouse,
        batch_.bin,
        batch_.preset,
        batch_.note,
    )


def source_text(source: str) -> Text:
    """Where a batch came from, in words."""
    return msg(f"source.{source}") if source in SOURCES else msg("source.unknown")


def _own(connection: Connection, company: str, batch_id: str) -> Row:
    row = batches.find(connection, company, batch_id)
    if row is None:
        raise UnknownBatch(given=batch_id[:40])
    return row


def _set_closed(desk: Desk, batch_id: str, *, closed: bool) -> BatchSaved:
    def work(tx: Tx) -> BatchSaved:
        row = _own(tx.connection, desk.company, batch_id)
        batches.save_batch(tx, row["id"], closed_at=(row["closed_at"] or tx.now) if closed else None)
        return BatchSaved(row["id"], changes=frozenset({Change.BATCHES}))

    return desk.write(work)


def _values(tx: Tx, policies: Policies, form: BatchForm) -> Row:
    """The form as the table keeps it. Raises BadBatch with the first field that does not fit."""
    settings = policies.settings
    currency = (form.currency.strip() or policies.currency).upper()
    if len(currency) != 3 or not currency.isascii() or not currency.isalpha():
        raise BadBatch(field="currency", reason=msg("setting.expected_currency"))
    where = (
        form.warehouse.strip() or settings["receiving.warehouse"],
        form.bin.strip() or settings["receiving.bin"],
    )
    place = parse_place("/".join(where))
    if place is None:
        raise BadBatch(field="bin", reason=msg("scan.bad_bin"))
    code = _read("code", form.code, lambda text: plain(text, 64))
    if not code:
        raise BadBatch(field="code", reason=msg("import.empty"))
    cost: Any = _read("unit_cost", form.unit_cost, lambda text: amount(text, currency))
    return {
        "code": code,
        "source": _one_of("source", form.source, SOURCES),
        "supplier": _read("supplier", form.supplier, lambda text: plain(text, 200)) or "",
        "unit_cost_minor": cost.minor if cost else None,
        "currency": currency,
        "vat_scheme": _one_of("vat_scheme", form.vat_scheme, VAT_SCHEMES) or settings["receiving.vat_scheme"],
        "location_id": people.location_id(tx, *place),
        "variant_id": _model(tx, form.preset.model_code),
        "preset": _preset(form.preset),
        "note": _read("note", form.note, lambda text: plain(text, 1000)) or "",
    }


def _read(name: str, text: str, reader: Any) -> Any:
    if not text.strip():
        return None
    try:
        return reader(text)
    except BadCell as bad:
        raise BadBatch(field=name, reason=bad.reason) from None


def _one_of(name: str, given: str, allowed: tuple[str, ...]) -> str:
    word = given.strip().lower().replace("-", "_").replace(" ", "_")
    if word and word not in allowed:
        raise BadBatch(field=name, reason=msg("receiving.one_of", known=", ".join(allowed)))
    return word


def _model(tx: Tx, model_code: str) -> str | None:
    if not model_code.strip():
        return None
    found = catalogue.by_model_code(tx.connection, tx.company, model_code)
    if found is None:
        raise BadBatch(field="model_code", reason=msg("receiving.unknown_model", model_code=model_code[:64]))
    return found.id


def _preset(preset: Preset) -> Row:
    minutes = _read("labour_minutes", preset.labour_minutes, lambda text: whole(text, 0, 1440))
    return {
        "accessories": {code.upper()[:32]: present for code, present in preset.accessories[:50]},
        "erasure_method": _read("erasure_method", preset.erasure_method, lambda text: plain(text, 80)) or "",
        "lock_method": _read("lock_method", preset.lock_method, lambda text: plain(text, 80)) or "",
        "labour_minutes": minutes or 0,
    }


def _fill(tx: Tx, desk: Desk, batch_id: str, actor: Actor | None) -> int:
    """Fill up to a page of stays that lack what the batch now says; how many."""
    row = _own(tx.connection, desk.company, batch_id)
    lacking = batches.lacking(
        tx.connection,
        batch_id,
        source=bool(row["source"]),
        cost=row["unit_cost_minor"] is not None,
        limit=PAGE,
    )
    for stay in lacking:
        values: Row = {}
        if not stay["source"] and row["source"]:
            values |= {name: row[name] for name in ("source", "supplier", "vat_scheme")}
        if stay["cost_minor"] is None and row["unit_cost_minor"] is not None:
            values |= {"cost_minor": row["unit_cost_minor"], "cost_currency": row["currency"]}
        units.set_stay(tx, stay["id"], **values)
        cost = str(Money(values["cost_minor"], values["cost_currency"])) if "cost_minor" in values else ""
        params: dict[str, str | int] = {
            "batch": row["code"],
            "source": values.get("source", ""),
            "vat": values.get("vat_scheme", ""),
            "cost": cost,
        }
        who = (actor.code, actor.station) if actor else ("", desk.station)
        units.append_history(tx, stay["unit_id"], *who, "history.batch_said", params)
    tx.touched.clear()
    return len(lacking)


def _batch(connection: Connection, row: Row, places: dict[str, tuple[str, str]]) -> Batch:
    preset: Row = row["preset"]
    model = catalogue.variant(connection, row["variant_id"]).model_code if row["variant_id"] else ""
    warehouse, bin_ = places.get(row["location_id"], ("", ""))
    cost = row["unit_cost_minor"]
    return Batch(
        id=row["id"],
        code=row["code"],
        source=row["source"],
        supplier=row["supplier"],
        unit_cost=Money(cost, row["currency"]) if cost is not None else None,
        currency=row["currency"],
        vat_scheme=row["vat_scheme"],
        warehouse=warehouse,
        bin=bin_,
        preset=Preset(
            model,
            tuple(sorted((preset.get("accessories") or {}).items())),
            preset.get("erasure_method") or "",
            preset.get("lock_method") or "",
            str(preset.get("labour_minutes") or ""),
        ),
        note=row["note"],
        opened_at=row["opened_at"],
        closed_at=row["closed_at"],
        arrived=row["arrived"],
        expected=row["expected"],
        found=row["found"],
    )
