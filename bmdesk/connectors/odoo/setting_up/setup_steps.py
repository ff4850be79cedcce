"""What the set-up wizard will do, and doing it: each step reads before it writes, so all may be run again at any time.

Nothing that a seller made is deleted or changed but a product that a person named: its pieces get serial numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby

from bmdesk.connectors.failures import GoneAtRemote, Rejected, RemoteFailure
from bmdesk.connectors.odoo.failures import RecordGone, UnknownThere
from bmdesk.connectors.odoo.records import Records, Row
from bmdesk.connectors.odoo.setting_up.setup import Product, Survey
from bmdesk.connectors.odoo.units.lot_fields import ALL_FIELDS, MODEL, LotField
from bmdesk.connectors.odoo.versions import Dialect
from bmdesk.services.odoo.units.units_seen import GRADE_FIELD
from bmdesk.texts import Failure, Text, msg, render


class Kind(StrEnum):
    """What a step makes."""

    FIELD = "field"
    VALUES = "values"
    GROUP = "group"
    TRACK = "track"


class FieldTaken(Failure):
    """A field of our name is there with another type. Params: `field`, `found`, `expected`."""

    code = "odoo.setup_field_taken"


class NeedsAdministrator(Failure):
    """The user who runs the wizard may not do this. Params: `user`, `work` (Text)."""

    code = "odoo.setup_needs_admin"


class ProductUnknown(Failure):
    """Odoo has no product of this number in this company. Params: `product`."""

    code = "odoo.setup_product_unknown"


class ProductNotCounted(Failure):
    """Odoo keeps no stock of this product, so serial numbers would do nothing. Params: `product`."""

    code = "odoo.setup_product_not_counted"


class UserUnknown(Failure):
    """bmdesk's user is not there, or the administrator does not see it. Params: `user`."""

    code = "odoo.setup_user_unknown"


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a person wants. `track`: products by id. `track_all`: those in stock or sold. `give_rights`: to
    bmdesk's user what it lacks. `grade_elsewhere`: the seller keeps the grade in a place of their own."""

    track: frozenset[int] = frozenset()
    track_all: bool = False
    give_rights: bool = True
    grade_elsewhere: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do. `key`: a field, groups of which one is given, the id of a product. `may`: whether who runs the
    wizard has the right; else a person has to."""

    kind: Kind
    key: str
    says: Text
    may: bool = True


@dataclass(frozen=True, slots=True)
class Done:
    """What became of a step. `changed`: not so before. `failure`: why it was not done."""

    step: Step
    changed: bool = False
    failure: Failure | None = None


Progress = Callable[[int, int, Step], None]
"""Called before each step: its number from 1, how many there are."""


# ------------------------------------------------------------------------------ before


def planned(survey: Survey, wishes: Wishes) -> tuple[Step, ...]:
    """What has to be done for these wishes; empty where all is there. Raises ProductUnknown, ProductNotCounted."""
    return (*_fields(survey, wishes), *_groups(survey, wishes), *_products(survey, wishes))


def present(survey: Survey, wishes: Wishes) -> tuple[Text, ...]:
    """What is right already, in words."""
    there = tuple(
        one.label
        for one in _wanted(wishes)
        if (seen := survey.fields.get(one.name)) is not None and seen.type == one.type
    )
    said = [msg("odoo.setup.fields_there", fields=there)] if there else []
    if not survey.facts.lacking:
        said.append(msg("odoo.setup.rights_there", user=survey.facts.user))
    if not survey.untracked:
        said.append(msg("odoo.setup.products_there"))
    return tuple(said)


def taken(survey: Survey, wishes: Wishes) -> tuple[FieldTaken, ...]:
    """Our fields whose names something else has there: bmdesk leaves them alone."""
    return tuple(
        FieldTaken(field=one.name, found=seen.type, expected=one.type)
        for one in _wanted(wishes)
        if (seen := survey.fields.get(one.name)) is not None and seen.type != one.type
    )


def _wanted(wishes: Wishes) -> Iterator[LotField]:
    return (one for one in ALL_FIELDS if not (wishes.grade_elsewhere and one.name == GRADE_FIELD))


def _fields(survey: Survey, wishes: Wishes) -> Iterator[Step]:
    may = "ir.model.fields" in survey.may
    for one in _wanted(wishes):
        seen = survey.fields.get(one.name)
        if seen is None:
            yield Step(Kind.FIELD, one.name, msg("odoo.setup.field", field=one.name, label=one.label), may)
        elif seen.type == one.type:
            known = {value for value, _ in seen.values}
            lacking = tuple(label for value, label in one.values if value not in known)
            if lacking:
                yield Step(
                    Kind.VALUES, one.name, msg("odoo.setup.values", field=one.name, values=lacking), may
                )


def _groups(survey: Survey, wishes: Wishes) -> Iterator[Step]:
    works = survey.facts.lacking if wishes.give_rights else ()
    for groups in dict.fromkeys(_GROUPS[one.says.code] for one in works):
        theirs = [one for one in works if _GROUPS[one.says.code] == groups]
        says = msg(
            "odoo.setup.group",
            user=survey.facts.user,
            group=theirs[0].group,
            works=tuple(dict.fromkeys(one.says for one in theirs)),
        )
        yield Step(Kind.GROUP, "|".join(groups), says, "res.users" in survey.may)


def _products(survey: Survey, wishes: Wishes) -> Iterator[Step]:
    found = {one.id: one for one in survey.products}
    chosen = [one.id for one in survey.untracked] if wishes.track_all else []
    for product_id in dict.fromkeys((*chosen, *sorted(wishes.track))):
        one = found.get(product_id)
        if one is None:
            raise ProductUnknown(product=str(product_id))
        if not one.is_counted:
            raise ProductNotCounted(product=one.name)
        if one.tracking != "serial":
            yield Step(Kind.TRACK, str(one.id), _track_says(one), "product.template" in survey.may)


def _track_says(one: Product) -> Text:
    if one.on_hand > 0:
        return msg("odoo.setup.track_stock", product=one.name, id=str(one.id), pieces=f"{one.on_hand:g}")
    return msg("odoo.setup.track", product=one.name, id=str(one.id))


_USER = ("base.group_user",)
_STOCK = ("stock.group_stock_user",)
_GROUPS: dict[str, tuple[str, ...]] = {
    "odoo.work.units": _STOCK,
    "odoo.work.moves": _STOCK,
    "odoo.work.orders": ("sales_team.group_sale_salesman_all_leads",),
    "odoo.work.customers": ("base.group_partner_manager",),
    # Odoo 17 and 18 have no group for products alone.
    "odoo.work.products": ("product.group_product_manager", "stock.group_stock_manager"),
    "odoo.work.photos": _USER,
    "odoo.work.tasks": _USER,
    "odoo.work.repairs": _STOCK,
    "odoo.work.pricelists": ("product.group_product_manager", "sales_team.group_sale_manager"),
    "odoo.work.invoices": ("account.group_account_invoice",),
}
"""Which group, by its external id, gives the right to a work: the first one that is there."""


# ------------------------------------------------------------------------------ doing it


def apply(
    records: Records,
    dialect: Dialect,
    user: str,
    steps: Sequence[Step],
    progress: Progress = lambda number, total, step: None,
    goes_on: Callable[[], bool] = lambda: True,
) -> tuple[Done, ...]:
    """Do the steps for bmdesk's `user`, and say what became of each. Never raises a Failure.

    A refusal is one step's own. What stops Odoo from answering at all ends the list there, as does a person by
    `goes_on`: what follows was not tried. Fields are added in one call, as Odoo rebuilds all its models after each.
    """
    hands = _Hands(records, dialect, user)
    done: list[Done] = []
    for some in _calls(steps):
        if not goes_on():
            break
        for number, step in enumerate(some, start=len(done) + 1):
            progress(number, len(steps), step)
        done += _done(hands, some)
        if _stops(done[-1].failure):
            break
    return tuple(done)


def _calls(steps: Sequence[Step]) -> Iterator[Sequence[Step]]:
    """The steps in their order, those together that are one call."""
    for is_field, some in groupby(steps, lambda step: step.kind is Kind.FIELD and step.may):
        if is_field:
            yield tuple(some)
        else:
            yield from ((step,) for step in some)


def _done(hands: _Hands, some: Sequence[Step]) -> list[Done]:
    """What became of one call; where Odoo refuses it, of its steps one by one."""
    try:
        changed = hands.do(some)
    except Failure as failure:
        if len(some) == 1 or _stops(failure):
            return [Done(step, failure=failure) for step in some]
    else:
        return [Done(step, changed=step.key in changed) for step in some]
    done: list[Done] = []
    for step in some:
        done += _done(hands, (step,))
        if _stops(done[-1].failure):
            break
    return done


def _stops(failure: Failure | None) -> bool:
    return isinstance(failure, RemoteFailure) and not isinstance(
        failure, Rejected | GoneAtRemote | UnknownThere
    )


class _Hands:
    """Does what is not done already."""

    def __init__(self, records: Records, dialect: Dialect, user: str) -> None:
        self._records = records
        self._dialect = dialect
        self._user = user

    def do(self, steps: Sequence[Step]) -> frozenset[str]:
        """The keys of those that changed anything; several only of fields to add: all, or none. Raises Failure."""
        first = steps[0]
        if not first.may:
            raise NeedsAdministrator(user=self._records.remote.endpoint.user, work=first.says)
        keys = frozenset(step.key for step in steps)
        if first.kind is Kind.FIELD:
            return self._make([one for one in ALL_FIELDS if one.name in keys])
        if first.kind is Kind.GROUP:
            changed = self._give(first.key.split("|"))
        elif first.kind is Kind.TRACK:
            changed = self._track(int(first.key))
        else:
            changed = self._add_values(next(one for one in ALL_FIELDS if one.name == first.key))
        return keys if changed else frozenset()

    def _make(self, wanted: Sequence[LotField]) -> frozenset[str]:
        there = self._there(wanted)
        lacking = [one for one in wanted if one.name not in there]
        if lacking:
            model = self._records.rows("ir.model", [["model", "=", MODEL]], ["id"])
            model_id = model[0]["id"] if model else False
            self._records.create("ir.model.fields", [_field_values(one, model_id) for one in lacking])
        return frozenset(one.name for one in lacking)

    def _add_values(self, own: LotField) -> bool:
        field_id = self._there([own]).get(own.name, 0)
        asked = [["field_id", "=", field_id]]
        known = {row["value"] for row in self._records.rows("ir.model.fields.selection", asked, ["value"])}
        lacking = [
            {"field_id": field_id, "value": value, "name": render(label), "sequence": number}
            for number, (value, label) in enumerate(own.values)
            if value not in known
        ]
        if lacking:
            self._records.create("ir.model.fields.selection", lacking)
        return bool(lacking)

    def _there(self, wanted: Sequence[LotField]) -> dict[str, int]:
        """The ids of those of our fields that are there. Raises FieldTaken."""
        asked = [["model", "=", MODEL], ["name", "in", [one.name for one in wanted]]]
        found = {row["name"]: row for row in self._records.rows("ir.model.fields", asked, ["name", "ttype"])}
        for one in wanted:
            if one.name in found and found[one.name]["ttype"] != one.type:
                raise FieldTaken(field=one.name, found=str(found[one.name]["ttype"]), expected=one.type)
        return {name: int(row["id"]) for name, row in found.items()}

    def _give(self, groups: Sequence[str]) -> bool:
        field = self._dialect.groups_field
        users = self._records.rows("res.users", [["login", "=", self._user]], [field])
        if not users:
            raise UserUnknown(user=self._user)
        theirs = users[0].get(field)
        group = self._group(groups)
        if isinstance(theirs, list) and group in theirs:
            return False
        self._records.call("res.users", "write", [users[0]["id"]], {field: [(4, group)]})
        return True

    def _group(self, groups: Sequence[str]) -> int:
        """The id of the first of these that is there. Raises RecordGone."""
        for external in groups:
            module, _, name = external.partition(".")
            asked = [["module", "=", module], ["name", "=", name], ["model", "=", "res.groups"]]
            found = self._records.rows("ir.model.data", asked, ["res_id"])
            if found:
                return int(found[0]["res_id"])
        host = self._records.remote.endpoint.host
        raise RecordGone(remote="Odoo", host=host, what="res.groups", detail=groups[0])

    def _track(self, product: int) -> bool:
        known = [["id", "=", product], ["active", "in", [True, False]]]
        found = self._records.rows("product.template", known, ["tracking"])
        if not found:
            raise ProductUnknown(product=str(product))
        if found[0]["tracking"] == "serial":
            return False
        self._records.call("product.template", "write", [product], {"tracking": "serial"})
        return True


def _field_values(own: LotField, model_id: object) -> Row:
    values: dict[str, object] = {
        "name": own.name,
        "field_description": render(own.label),
        "model_id": model_id,
        "ttype": own.type,
    }
    if own.values:
        values["selection_ids"] = [
            (0, 0, {"value": value, "name": render(label), "sequence": number})
            for number, (value, label) in enumerate(own.values)
        ]
    return values
