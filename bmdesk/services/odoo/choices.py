"""What a person chose at Odoo for what is here: a location, a journal, a tax, a carrier, where the grade is kept.

Where there is exactly one thing it can be, that one is guessed; a guess is shown before it is kept. What stays
undecided is listed with what it costs. Knows nothing of how Odoo is asked: callers bring what it offers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from bmdesk.domain.changes import Change
from bmdesk.domain.grading import NOT_FOR_SALE, SCALE, grade_key
from bmdesk.domain.parcels import SHIPPERS
from bmdesk.domain.rights import Right
from bmdesk.services import rights
from bmdesk.services.desk import Actor, Desk
from bmdesk.services.goods.receiving import VAT_SCHEMES
from bmdesk.services.grading.refusals import Refusal
from bmdesk.services.odoo.units.units_there import GradeKept
from bmdesk.services.setting_table import SETTINGS
from bmdesk.store.engine import Connection
from bmdesk.store.queries import odoo, odoo_setup, people
from bmdesk.store.queries.odoo import ChoiceRow
from bmdesk.store.transaction import Tx
from bmdesk.texts import Text, msg

OTHERS = "*"
"""All payment methods, or carriers, that have no choice of their own."""
GRADE = "grade"
"""The one thing of Kind.GRADE: where the grade is kept."""
MOST_SHOWN = 8


class Kind(StrEnum):
    """What is chosen, as it is stored. What it is called here stands beside it."""

    LOCATION = "location"  # of a warehouse
    JOURNAL = "journal"  # of a payment method, in the marketplace's words, or OTHERS
    TAX = "tax"  # of a VAT scheme
    POSITION = "position"  # a fiscal position instead of a tax
    CARRIER = "carrier"  # of a carrier, in the marketplace's words, or OTHERS
    GRADE = "grade"  # the seller's own place for the grade instead of bmdesk's field
    GRADE_VALUE = "grade_value"  # what a grade of Back Market is called in that place


class NotHere(Refusal):
    """Nothing is called so here. Params: `kind` (Text), `given`, `known`."""

    code = "odoo.choice_not_here"


class NotThere(Refusal):
    """Odoo has nothing of this number or name, or several. Params: `kind` (Text), `given`, `known`."""

    code = "odoo.choice_not_there"


@dataclass(frozen=True, slots=True)
class Candidate:
    """Something at Odoo that may be chosen. `also`: another name it goes by. `usual`: Odoo itself takes it where nobody
    says otherwise. `key`: what is kept instead of the name, where that is what Odoo wants to be told."""

    id: int
    name: str
    also: str = ""
    usual: bool = False
    key: str = ""

    @property
    def kept(self) -> str:
        return self.key or self.name


Offers = Mapping[Kind, Sequence[Candidate]]
"""What Odoo has, by kind. A kind that is not there could not be read, or its module is absent."""


@dataclass(frozen=True, slots=True)
class Choice:
    """`local` is `meant`; None takes back what was chosen. `guessed`: nobody said so."""

    kind: Kind
    local: str
    meant: Candidate | None
    guessed: bool = False

    @property
    def says(self) -> Text:
        return _said(
            self.kind, self.local, "" if self.meant is None else self.meant.name, guessed=self.guessed
        )


@dataclass(frozen=True, slots=True)
class Undecided:
    """Nobody chose, or what was chosen is gone at Odoo. `costs`: what does not work meanwhile."""

    kind: Kind
    local: str
    costs: Text


@dataclass(frozen=True, slots=True)
class Chosen:
    """What is here to be chosen for, and what was chosen, by kind and by what it is called here."""

    here: Mapping[Kind, tuple[str, ...]]
    rows: Mapping[Kind, Mapping[str, ChoiceRow]]

    def means(self, kind: Kind, local: str) -> ChoiceRow | None:
        return self.rows[kind].get(local)

    def without(self, kind: Kind) -> Chosen:
        """The same, nothing of this kind chosen."""
        return replace(self, rows={**self.rows, kind: {}})


def read(desk: Desk) -> Chosen:
    """What stands now."""

    def work(connection: Connection) -> Chosen:
        stored = people.settings(connection, desk.company)
        usual = stored.get("receiving.warehouse") or SETTINGS["receiving.warehouse"].default
        found = people.warehouses(connection, desk.company)
        here = {
            Kind.LOCATION: tuple(sorted({*found, usual})),
            Kind.JOURNAL: (*odoo_setup.payment_methods(connection, desk.company), OTHERS),
            Kind.TAX: VAT_SCHEMES,
            Kind.POSITION: VAT_SCHEMES,
            Kind.CARRIER: (*_carriers(connection, desk.company), OTHERS),
            Kind.GRADE: (GRADE,),
            Kind.GRADE_VALUE: SCALE,
        }
        return Chosen(here, {kind: odoo.choices(connection, desk.company, kind) for kind in Kind})

    return desk.read(work)


def grade_kept(connection: Connection, company_id: str) -> GradeKept | None:
    """The seller's own place for the grade; None for bmdesk's field. The set-up chooses no attribute of products."""
    row = odoo.choices(connection, company_id, Kind.GRADE).get(GRADE)
    if row is None:
        return None
    values = {one: of.name for one, of in odoo.choices(connection, company_id, Kind.GRADE_VALUE).items()}
    where, colon, name = row.name.partition(":")
    return GradeKept(name, is_property=True, values=values) if colon else GradeKept(where, values=values)


def wanted(chosen: Chosen, offers: Offers, kind: Kind, given: Sequence[str]) -> tuple[Choice, ...]:
    """What `HERE=THERE` means; THERE is a number or a name at Odoo, empty takes the choice back.

    Raises NotHere, NotThere.
    """
    found = []
    for one in given:
        local, _, there = (part.strip() for part in one.partition("="))
        known = chosen.here[kind]
        name = next((code for code in known if code.casefold() == local.casefold()), None)
        if name is None:
            raise NotHere(kind=kind_text(kind), given=local[:60], known=", ".join(known[:MOST_SHOWN]))
        found.append(Choice(kind, name, _candidate(offers, kind, there) if there else None))
    return tuple(found)


def guesses(chosen: Chosen, offers: Offers, said: Sequence[Choice]) -> tuple[Choice, ...]:
    """What nobody chose and there is exactly one candidate for. `said`: what a person chooses just now."""
    found = []
    taken = {(one.kind, one.local) for one in said}
    for kind in (Kind.LOCATION, Kind.JOURNAL, Kind.TAX, Kind.POSITION, Kind.CARRIER, Kind.GRADE_VALUE):
        for local in chosen.here[kind]:
            if (kind, local) in taken or _stands(chosen, offers, kind, local):
                continue
            if kind in _VAT and any((other, local) in taken for other in _VAT):
                continue
            if kind in _VAT and any(_stands(chosen, offers, other, local) for other in _VAT):
                continue
            meant = _only(chosen, offers, kind, local)
            if meant is not None:
                found.append(Choice(kind, local, meant, guessed=True))
                taken.add((kind, local))
    return tuple(found)


def undecided(chosen: Chosen, offers: Offers, said: Sequence[Choice] = ()) -> tuple[Undecided, ...]:
    """What still has to be chosen once these are kept, in the order of Kind; kinds that Odoo did not show are left
    out."""
    return tuple(_undecided(chosen, offers, {(one.kind, one.local): one.meant is not None for one in said}))


def keep(desk: Desk, actor: Actor | None, said: Sequence[Choice]) -> frozenset[Change]:
    """Keep these choices. A tax takes the place of a fiscal position and the other way round. Raises NotAllowed."""
    rights.require(desk, Right.ACCOUNTS, actor)

    def work(tx: Tx) -> frozenset[Change]:
        for one in said:
            if one.kind is Kind.GRADE:  # the values were another place's
                odoo.choose(tx, Kind.GRADE_VALUE, dict.fromkeys(SCALE))
        for one in said:
            meant = None if one.meant is None else (one.meant.id, one.meant.kept)
            odoo.choose(tx, one.kind, {one.local: meant})
            if one.kind in _VAT and meant is not None:
                odoo.choose(tx, _VAT[one.kind], {one.local: None})
        return frozenset({Change.ACCOUNTS} if said else ())

    return desk.write(work)


def kind_text(kind: Kind) -> Text:
    """What is chosen, in words."""
    return _KINDS[kind]


def local_text(kind: Kind, local: str) -> Text | str:
    """What it is called here, in words."""
    if local == OTHERS:
        return msg("odoo.choice.others")
    if kind in _VAT:
        return msg("vat.margin") if local == "margin" else msg("vat.regular")
    return msg(f"grade.{local.lower()}") if kind is Kind.GRADE_VALUE else local


def _carriers(connection: Connection, company_id: str) -> list[str]:
    # What the marketplace has no name for goes out as one that it has.
    return [one for one in odoo_setup.shippers(connection, company_id) if one in SHIPPERS]


_VAT = {Kind.TAX: Kind.POSITION, Kind.POSITION: Kind.TAX}
_KINDS = {
    Kind.LOCATION: msg("odoo.choice.location"),
    Kind.JOURNAL: msg("odoo.choice.journal"),
    Kind.TAX: msg("odoo.choice.tax"),
    Kind.POSITION: msg("odoo.choice.position"),
    Kind.CARRIER: msg("odoo.choice.carrier"),
    Kind.GRADE: msg("odoo.choice.grade"),
    Kind.GRADE_VALUE: msg("odoo.choice.grade_value"),
}
_MARGIN = ("margin", "differenz", "25a", "marge", "rebu", "margine", "inversión")
"""How taxes on the margin are called where they are used; a rate of zero alone says nothing."""


def _said(kind: Kind, local: str, name: str, *, guessed: bool) -> Text:
    if kind is Kind.GRADE:
        return msg("odoo.choice.place_said", name=name) if name else msg("odoo.choice.place_own")
    given = {"kind": kind_text(kind), "local": local_text(kind, local), "name": name}
    if not name:
        return msg("odoo.choice.taken_back", **given)
    return msg("odoo.choice.guessed", **given) if guessed else msg("odoo.choice.said", **given)


def _candidate(offers: Offers, kind: Kind, there: str) -> Candidate:
    have = list(offers.get(kind, ()))
    folded = there.casefold()
    found = [one for one in have if there.isdigit() and one.id == int(there)]
    found = found or [one for one in have if one.key.casefold() == folded]
    found = found or [one for one in have if folded in {one.name.casefold(), one.also.casefold()}]
    if len(found) != 1:
        known = ", ".join(_shown(one) for one in (found or have)[:MOST_SHOWN])
        raise NotThere(kind=kind_text(kind), given=there[:60], known=known or "-")
    return found[0]


def _shown(one: Candidate) -> str:
    return f"{one.name} ({one.id or one.key})"


def _stands(chosen: Chosen, offers: Offers, kind: Kind, local: str) -> bool:
    """Whether a choice was made that still is one. What Odoo does not show now is not called gone."""
    row = chosen.means(kind, local)
    if row is None:
        return False
    return kind not in offers or any(is_same(one, row) for one in offers[kind])


def is_same(one: Candidate, row: ChoiceRow) -> bool:
    """Whether this is what was chosen."""
    return one.id == row.remote_id and (bool(one.id) or one.kept == row.name)


def _only(chosen: Chosen, offers: Offers, kind: Kind, local: str) -> Candidate | None:
    have = list(offers.get(kind, ()))
    if kind is Kind.GRADE_VALUE:
        fits = [one for one in have if grade_key(local) in {grade_key(one.name), grade_key(one.key)}]
    elif kind in _VAT and local == "margin":
        fits = [one for one in have if any(word in one.name.casefold() for word in _MARGIN)]
    elif kind is Kind.TAX:
        fits = [one for one in have if one.usual] or have
    elif kind is Kind.POSITION:  # regular VAT is a tax; a position only where a person says so
        fits = []
    elif kind is Kind.LOCATION and (len(chosen.here[kind]) > 1 or len(have) > 1):
        usual = [one for one in have if one.usual]
        named = [one for one in have if local.casefold() in {one.name.casefold(), one.also.casefold()}]
        fits = named or (usual if len(chosen.here[kind]) == 1 else [])
    elif kind is Kind.LOCATION or local == OTHERS:
        fits = have
    else:  # OTHERS holds for it
        fits = [one for one in have if one.name.casefold() == local.casefold()]
    return fits[0] if len(fits) == 1 else None


def _undecided(chosen: Chosen, offers: Offers, said: Mapping[tuple[Kind, str], bool]) -> Iterator[Undecided]:
    def stands(kind: Kind, local: str) -> bool:
        known = said.get((kind, local))
        return _stands(chosen, offers, kind, local) if known is None else known

    for kind in Kind:
        if kind not in offers or kind is Kind.POSITION:
            continue
        for local in chosen.here[kind]:
            if stands(kind, local):
                continue
            if kind is Kind.TAX and stands(Kind.POSITION, local):
                continue
            if kind in _HAS_OTHERS and local != OTHERS and stands(kind, OTHERS):
                continue
            # bmdesk's own field, wanted again or from the beginning
            if kind is Kind.GRADE and ((kind, local) in said or chosen.means(kind, local) is None):
                continue
            # what is not for sale needs no grade there
            if kind is Kind.GRADE_VALUE and local == NOT_FOR_SALE:
                continue
            yield Undecided(kind, local, _costs(kind, local))


_HAS_OTHERS = (Kind.JOURNAL, Kind.CARRIER)


def _costs(kind: Kind, local: str) -> Text:
    shown = local_text(kind, local)
    if kind is Kind.LOCATION:
        return msg("odoo.undecided.location", local=shown)
    if kind is Kind.JOURNAL:
        return msg("odoo.undecided.journal", local=shown)
    if kind is Kind.TAX:
        return msg("odoo.undecided.tax", local=shown)
    if kind is Kind.CARRIER:
        return msg("odoo.undecided.carrier", local=shown)
    if kind is Kind.GRADE:
        return msg("odoo.undecided.grade")
    return msg("odoo.undecided.grade_value", local=shown)
