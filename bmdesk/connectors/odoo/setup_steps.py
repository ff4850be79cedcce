"""What the set-up wizard will do, and doing it: each step reads before it writes, so all may be run again at any time.

Nothing that a seller made is deleted or changed but a product that a person named: its pieces get serial numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bmdesk.connectors.failures import GoneAtRemote, Rejected, RemoteFailure
from bmdesk.connectors.odoo.failures import RecordGone, UnknownThere
from bmdesk.connectors.odoo.lot_fields import ALL_FIELDS, MODEL, LotField
from bmdesk.connectors.odoo.records import Records
from bmdesk.connectors.odoo.setup import Product, Survey
from bmdesk.connectors.odoo.versions import Dialect
from bmdesk.services.odoo.units_seen import GRADE_FIELD
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
    `goes_on`: what follows was not tried.
    """
    hands = _Hands(records, dialect, user)
    done: list[Done] = []
    for number, step in enumerate(steps, start=1):
        if not goes_on():
            break
        progress(number, len(steps), step)
        try:
            done.append(Done(step, changed=hands.do(step)))
        except (Rejected, GoneAtRemote, UnknownThere) as failure:
            done.append(Done(step, failure=failure))
        except RemoteFailure as failure:
            done.append(Done(step, failure=failure))
            break
        except Failure as failure:
            done.append(Done(step, failure=failure))
    return tuple(done)


class _Hands:
    """Does one step where it is not done already."""

    def __init__(self, records: Records, dialect: Dialect, user: str) -> None:
        self._records = records
        self._dialect = dialect
        self._user = user

    def do(self, step: Step) -> bool:
        """Whether anything was changed. Raises Failure."""
        if not step.may:
            raise NeedsAdministrator(user=self._records.remote.endpoint.user, work=step.says)
        if step.kind is Kind.GROUP:
            return self._give(step.key.split("|"))
        if step.kind is Kind.TRACK:
            return self._track(int(step.key))
        own = next(one for one in ALL_FIELDS if one.name == step.key)
        return self._make(own) if step.kind is Kind.FIELD else self._add_values(own)

    def _make(self, own: LotField) -> bool:
        if self._field(own):
            return False
        model = self._records.rows("ir.model", [["model", "=", MODEL]], ["id"])
        values: dict[str, object] = {
            "name": own.name,
            "field_description": render(own.label),
            "model_id": model[0]["id"] if model else False,
            "ttype": own.type,
        }
        if own.values:
            values["selection_ids"] = [
                (0, 0, {"value": value, "name": render(label), "sequence": number})
                for number, (value, label) in enumerate(own.values)
            ]
        self._records.create("ir.model.fields", [values])
        return True

    def _add_values(self, own: LotField) -> bool:
        field_id = self._field(own)
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

    def _field(self, own: LotField) -> int:
        """The id of our field, 0 where it is not there. Raises FieldTaken."""
        asked = [["model", "=", MODEL], ["name", "=", own.name]]
        found = self._records.rows("ir.model.fields", asked, ["ttype"])
        if not found:
            return 0
        if found[0]["ttype"] != own.type:
            raise FieldTaken(field=own.name, found=str(found[0]["ttype"]), expected=own.type)
        return int(found[0]["id"])

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
