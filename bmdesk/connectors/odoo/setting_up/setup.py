"""The set-up wizard's look at an Odoo: what is there, what bmdesk lacks, what a person may choose.

Reads only. What it would do is `setup_steps.planned`; it does it in `setup_steps.apply`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from bmdesk.connectors.failures import plain
from bmdesk.connectors.odoo.failures import NotAllowed, OdooRejected, UnknownThere
from bmdesk.connectors.odoo.records import Records, Row, id_of
from bmdesk.connectors.odoo.setting_up.modules import MODULES
from bmdesk.connectors.odoo.setting_up.rights import Work
from bmdesk.connectors.odoo.units.lot_fields import HOLD_GRADES, MODEL, PREFIX
from bmdesk.connectors.odoo.units.lot_properties import label
from bmdesk.connectors.odoo.versions import Dialect
from bmdesk.domain.grading import SCALE
from bmdesk.services.odoo.choices import Candidate, Kind, Offers
from bmdesk.texts import Failure


class GradeInProduct(Failure):
    """The grade may not be an attribute of products. Params: `attribute`."""

    code = "odoo.setup_grade_in_product"


class GradesMixedUp(Failure):
    """What one value of the seller's field is called is another value: Odoo itself would mix them up. Params: `field`,
    `value`.
    """

    code = "odoo.setup_grades_mixed_up"


@dataclass(frozen=True, slots=True)
class Facts:
    """What the wizard has to know beforehand. `user`: bmdesk's own in Odoo. `lacking`: what that one may not do there.
    `named`: ids of products that a person named."""

    user: str
    lacking: tuple[Work, ...] = ()
    named: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class FieldSeen:
    """A field of lots. `values`: of a selection, with what people read."""

    name: str
    type: str
    label: str
    values: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Product:
    """A product as Odoo lists it (its template). `tracking`: serial, lot or none. `on_hand`: pieces in the company's
    stock. `is_counted`: Odoo keeps a stock of it. `was_sold`: in the last year."""

    id: int
    name: str
    tracking: str
    is_counted: bool
    on_hand: float
    was_sold: bool


@dataclass(frozen=True, slots=True)
class GradePlace:
    """Where a seller may keep the grade already: `where` is field, property or attribute. `values` where it holds
    certain ones only; `is_free`: any text."""

    where: str
    id: int
    name: str
    label: str
    values: tuple[Candidate, ...] = ()
    is_free: bool = False

    @property
    def candidate(self) -> Candidate:
        prefix = "" if self.where == "field" else f"{self.where}:"
        return Candidate(self.id, self.label, also=self.name, key=f"{prefix}{self.name}")


@dataclass(frozen=True, slots=True)
class Survey:
    """What is there. `operator`: the user who looked. `may`: models in which that one may make or change records.
    `unread`: models that are there and that this user may not read."""

    facts: Facts
    operator: str
    company: int
    fields: Mapping[str, FieldSeen]
    may: frozenset[str]
    products: tuple[Product, ...]
    offers: Offers
    places: tuple[GradePlace, ...]
    unread: tuple[str, ...]

    @property
    def untracked(self) -> tuple[Product, ...]:
        """Products in stock or sold whose pieces Odoo cannot tell apart."""
        return tuple(
            one
            for one in self.products
            if one.is_counted and one.tracking != "serial" and (one.on_hand or one.was_sold)
        )


def survey(records: Records, dialect: Dialect, facts: Facts) -> Survey:
    """What is there, in about fifteen calls. Raises RemoteFailure, ModuleAbsent."""
    look = _Look(records, dialect)
    seen = look.lot_fields()
    if not seen:
        raise MODULES[0].absent()  # nothing of what follows is there without lots
    offers: dict[Kind, Sequence[Candidate]] = {
        kind: found
        for kind, found in (
            (Kind.LOCATION, look.locations()),
            (Kind.JOURNAL, look.journals()),
            (Kind.TAX, look.taxes()),
            (Kind.POSITION, look.named("account.fiscal.position")),
            (Kind.CARRIER, look.named("delivery.carrier")),
        )
        if found is not None
    }
    places = (*_field_places(seen), *look.properties(), *look.attributes())
    offers[Kind.GRADE] = [place.candidate for place in places if place.where != "attribute"]
    return Survey(
        facts,
        records.remote.endpoint.user,
        records.company,
        {one.name: one for one in seen if one.name.startswith(PREFIX)},
        look.may(),
        look.products(facts.named),
        offers,
        places,
        tuple(look.unread),
    )


def offers_with(found: Survey, grade_key: str, words: Iterable[str] = ()) -> Offers:
    """What Odoo offers where the grade is kept in the place of this key; "" for bmdesk's own field. `words`: what a
    person calls grades; a place for any text holds them, and Back Market's own besides.
    """
    place = next((one for one in found.places if one.candidate.kept == grade_key), None)
    if place is None:
        return found.offers
    if place.is_free:
        said = {word.casefold(): word for word in (*SCALE, *words) if word}
        return {**found.offers, Kind.GRADE_VALUE: [Candidate(0, word) for word in said.values()]}
    return {**found.offers, Kind.GRADE_VALUE: place.values} if place.values else found.offers


def refuse_grade(found: Survey, given: str) -> None:
    """Where a person may not want the grade to be kept. Raises GradeInProduct, GradesMixedUp."""
    folded = given.casefold()
    meant = [one for one in found.places if folded in {one.candidate.kept.casefold(), one.name.casefold()}]
    if len(meant) != 1:
        return
    [place] = meant
    if place.where == "attribute":
        # Each grade is a product of its own there, and Odoo lets no serial number that was in stock change its product:
        # nothing could ever be graded anew.
        raise GradeInProduct(attribute=place.name)
    if place.where == "field":
        # `load` takes the first value that is called so or shown so, in capitals or not.
        before: set[str] = set()
        for one in place.values:
            if one.key.lower() in before:
                raise GradesMixedUp(field=place.name, value=one.key)
            before |= {one.key.lower(), one.name.lower()}


class _Look:
    """One look around. What is not there, or not for this user, is left out."""

    def __init__(self, records: Records, dialect: Dialect) -> None:
        self._records = records
        self._dialect = dialect
        self.unread: list[str] = []

    def lot_fields(self) -> tuple[FieldSeen, ...]:
        """Those of lots that a person could have made, or bmdesk has."""
        found = self._fields(MODEL, ["type", "string", "selection", "store", "readonly"])
        return tuple(
            FieldSeen(name, str(one.get("type")), plain(one.get("string") or "", 80), _selection(one))
            for name, one in found.items()
            if name.startswith(PREFIX) or (one.get("store") and not one.get("readonly"))
        )

    def locations(self) -> list[Candidate] | None:
        """Where stock lies. Those that a warehouse begins with are its usual ones, and go by its code as well."""
        ours = ["company_id", "in", [self._records.company, False]]
        houses = self._rows("stock.warehouse", [ours], ["name", "code", "lot_stock_id"])
        codes = {id_of(row.get("lot_stock_id")): str(row.get("code") or "") for row in houses or ()}
        found = self._rows("stock.location", [["usage", "=", "internal"], ours], ["complete_name"])
        return _each(
            found,
            lambda row: Candidate(
                row["id"],
                plain(row.get("complete_name") or "", 200),
                codes.get(row["id"], ""),
                row["id"] in codes,
            ),
        )

    def journals(self) -> list[Candidate] | None:
        """Where payments are booked."""
        ours = [["type", "in", ["bank", "cash"]], ["company_id", "=", self._records.company]]
        found = self._rows("account.journal", ours, ["name", "code"])
        return _each(found, lambda row: _candidate(row, also=str(row.get("code") or "")))

    def taxes(self) -> list[Candidate] | None:
        """Taxes of sales; the company's own default is the usual one."""
        ours = [["type_tax_use", "=", "sale"], ["company_id", "=", self._records.company]]
        found = self._rows("account.tax", ours, ["name"])
        if found is None:
            return None
        company = self._rows("res.company", [["id", "=", self._records.company]], ["account_sale_tax_id"])
        usual = id_of(company[0].get("account_sale_tax_id")) if company else 0
        return [_candidate(row, usual=row["id"] == usual) for row in found]

    def named(self, model: str) -> list[Candidate] | None:
        """All of a model that the company may use."""
        ours = ["company_id", "in", [self._records.company, False]]
        found = self._rows(model, [ours], ["name"])
        return _each(found, _candidate)

    def properties(self) -> list[GradePlace]:
        """Properties of lots, which each product defines for itself: by what people call them."""
        if "lot_properties_definition" not in self._fields("product.product", ["type"]):
            return []
        asked = [["lot_properties_definition", "!=", False]]
        # Odoo gives the options of each product keys of its own: only what people read is the same in all of them.
        labels: dict[str, dict[str, None]] = {}
        free: set[str] = set()
        for row in self._rows("product.product", asked, ["lot_properties_definition"]) or ():
            for one in row.get("lot_properties_definition") or ():
                name = label(one.get("string")) if isinstance(one, dict) else ""
                if name and one.get("type") in HOLD_GRADES:
                    labels.setdefault(name, {}).update((shown, None) for _, shown in _selection(one))
                    free |= {name} if one["type"] == "char" else set()
        # Of one name in two products, one may be of choices: then only those.
        return [
            GradePlace(
                "property",
                0,
                name,
                name,
                tuple(Candidate(0, value) for value in values),
                is_free=name in free and not values,
            )
            for name, values in labels.items()
        ]

    def attributes(self) -> list[GradePlace]:
        """Attributes of products, of which `refuse_grade` speaks: such a seller has a variant for each grade."""
        found = self._rows("product.attribute", [], ["name"]) or ()
        names = [(row["id"], plain(row.get("name") or "", 80)) for row in found]
        return [GradePlace("attribute", number, name, name) for number, name in names]

    def products(self, also: Iterable[int]) -> tuple[Product, ...]:
        """Those whose pieces Odoo counts and cannot tell apart, and these. Names in the order of the alphabet."""
        known = self._fields("product.template", ["type"])
        ours = ["company_id", "in", [self._records.company, False]]
        counted = [[name, "=", value] for name, value in self._dialect.storable.items()]
        wanted = ["name", "tracking", "qty_available", *self._dialect.storable]
        wanted += [one for one in ("sales_count",) if one in known]  # of the module sale
        domain = [ours, *counted, ["tracking", "!=", "serial"]]
        rows = {row["id"]: row for row in self._rows("product.template", domain, wanted) or ()}
        lacking = sorted(set(also) - rows.keys())
        if lacking:
            asked = [ours, ["id", "in", lacking], ["active", "in", [True, False]]]
            rows |= {row["id"]: row for row in self._rows("product.template", asked, wanted) or ()}
        products = [self._product(row) for row in rows.values()]
        return tuple(sorted(products, key=lambda one: (one.name.casefold(), one.id)))

    def may(self) -> frozenset[str]:
        """In which of these the user may do what the wizard does there."""
        asked = (("ir.model.fields", "create"), ("res.users", "write"), ("product.template", "write"))
        return frozenset(model for model, operation in asked if self._may(model, operation))

    def _may(self, model: str, operation: str) -> bool:
        method, args, kwargs = self._dialect.access_call(operation)
        try:
            return self._records.remote.call(model, method, args, kwargs) is not False
        except (OdooRejected, UnknownThere):  # no such model
            return False

    def _product(self, row: Row) -> Product:
        return Product(
            row["id"],
            plain(row.get("name") or "", 120),
            str(row.get("tracking") or "none"),
            all(row.get(name) == value for name, value in self._dialect.storable.items()),
            float(row.get("qty_available") or 0),
            bool(row.get("sales_count")),
        )

    def _fields(self, model: str, attributes: Sequence[str]) -> dict[str, Row]:
        try:
            found = self._records.call(model, "fields_get", [], list(attributes))
        except (OdooRejected, UnknownThere):  # no such model
            return {}
        return (
            {name: one for name, one in found.items() if isinstance(one, dict)}
            if isinstance(found, dict)
            else {}
        )

    def _rows(self, model: str, domain: Sequence[object], fields: Sequence[str]) -> list[Row] | None:
        """None where the model is not there or not for this user."""
        try:
            return self._records.rows(model, domain, fields)
        except (OdooRejected, UnknownThere):  # no such model
            return None
        except NotAllowed:
            self.unread.append(model)
            return None


def _field_places(seen: Sequence[FieldSeen]) -> list[GradePlace]:
    own = {"name", "ref"}
    return [
        GradePlace("field", 0, one.name, one.label, _values(one.values), is_free=one.type == "char")
        for one in seen
        if one.type in HOLD_GRADES and one.name not in own and not one.name.startswith(PREFIX)
    ]


def _each(rows: list[Row] | None, made: Callable[[Row], Candidate]) -> list[Candidate] | None:
    return None if rows is None else [made(row) for row in rows]


def _candidate(row: Row, also: str = "", *, usual: bool = False) -> Candidate:
    return Candidate(row["id"], plain(row.get("name") or "", 200), also, usual)


def _values(selection: Iterable[tuple[str, str]]) -> tuple[Candidate, ...]:
    return tuple(Candidate(0, label, key=key) for key, label in selection)


def _selection(one: Row) -> tuple[tuple[str, str], ...]:
    found = one.get("selection")
    pairs = [pair for pair in found if isinstance(pair, list | tuple)] if isinstance(found, list) else []
    return tuple((str(pair[0]), plain(pair[1], 80)) for pair in pairs if len(pair) == 2)
