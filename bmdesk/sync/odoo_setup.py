"""What a person does to make an Odoo ready for bmdesk: look, choose, let it be done. For window and command line alike.

A look writes nothing, here or there. The set-up may be run again at any time: it finds what is there and adds the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from bmdesk.connectors.odoo import companies, session
from bmdesk.connectors.odoo.endpoint import OdooEndpoint
from bmdesk.connectors.odoo.records import Records
from bmdesk.connectors.odoo.setting_up import rights
from bmdesk.connectors.odoo.setting_up.setup import Facts, Survey, offers_with, refuse_grade, survey
from bmdesk.connectors.odoo.setting_up.setup_steps import (
    Done,
    FieldTaken,
    Progress,
    Step,
    Wishes,
    apply,
    planned,
    present,
    taken,
)
from bmdesk.connectors.odoo.transport import JsonRpcTransport
from bmdesk.connectors.odoo.versions import Dialect, dialect_of
from bmdesk.domain.effects import Fault
from bmdesk.services.desk import Actor, Desk
from bmdesk.services.odoo import choices, decisions, odoo_account
from bmdesk.services.odoo.choices import Choice, Chosen, Kind, Offers, Undecided
from bmdesk.services.odoo.decisions import Decision
from bmdesk.services.odoo.prices import pricelists_wanted
from bmdesk.services.syncing import outbox
from bmdesk.store.engine import Connection
from bmdesk.store.queries import outbox_lists
from bmdesk.texts import Text

OWN_FIELD = "bmdesk"
"""What a person says who wants bmdesk's own field for the grade again."""


@dataclass(frozen=True, slots=True)
class Administrator:
    """Who runs the wizard, where that is not bmdesk's own user in Odoo. Never kept."""

    user: str
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Said:
    """What a person said, each as `HERE=THERE`; `grade`: a place at Odoo, OWN_FIELD, or "" for as it is. `picked`: the
    same from what a look offered; what is not offered any more is dropped."""

    given: Mapping[Kind, Sequence[str]]
    grade: str = ""
    track: frozenset[int] = frozenset()
    track_all: bool = False
    give_rights: bool = True
    picked: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """What would be done and what would be kept; `taken`: names of our fields that something else has. `offers`: what
    Odoo has to choose from. `decisions`: everything there is to choose for. `present`: what is right already."""

    company: str
    survey: Survey
    steps: tuple[Step, ...]
    taken: tuple[FieldTaken, ...]
    choices: tuple[Choice, ...]
    offers: Offers
    decisions: tuple[Decision, ...]
    present: tuple[Text, ...]

    @property
    def is_empty(self) -> bool:
        """Whether nothing is left to be done."""
        return not self.steps and not self.choices


@contextmanager
def opened(endpoint: OdooEndpoint, administrator: Administrator | None) -> Iterator[Wizard]:
    """A wizard at work. Raises RemoteFailure, BadOdooEndpoint, CompanyNotChosen, CompanyUnknown."""
    bench = JsonRpcTransport(replace(endpoint, company=None))
    one = administrator
    admin = (
        JsonRpcTransport(replace(bench.endpoint, user=one.user, secret=one.secret))
        if one is not None
        else bench
    )
    try:
        dialect = dialect_of(bench.version(), endpoint.host)
        company, name = companies.chosen(endpoint, companies.of_user(bench, bench.login()))
        yield Wizard(bench, Records(admin, company), dialect, name)
    finally:
        bench.close()
        if admin is not bench:
            admin.close()


@dataclass(frozen=True, slots=True)
class Wizard:
    """`bench` is bmdesk's own user, `records` those that the one who runs this sees."""

    bench: JsonRpcTransport
    records: Records
    dialect: Dialect
    company: str

    def look(self, desk: Desk, said: Said) -> Plan:
        """Raises RemoteFailure, ProductUnknown, ProductNotCounted, GradeInProduct, GradesMixedUp, NotHere, NotThere."""
        self._mind_which(desk)
        prices = desk.read(lambda connection: pricelists_wanted.sends(connection, desk.company))
        found = rights.missing(self.bench, self.dialect, with_prices=prices)
        lacking = tuple(work for work, _ in found)
        facts = Facts(self.bench.endpoint.user, lacking, said.track)
        return planned_from(desk, self.company, survey(self.records, self.dialect, facts), said)

    def _mind_which(self, desk: Desk) -> None:
        """What is chosen is chosen in this Odoo, and must not join what was chosen in another. Raises RemoteFailure."""
        account = desk.read(lambda connection: odoo_account.of(connection, desk.company))
        if account is not None:
            number = self.records.company
            founded = companies.founded(self.bench, number)
            session.mind_which(desk, account.id, self.bench.endpoint, number, founded)

    def carry_out(
        self,
        desk: Desk,
        actor: Actor | None,
        plan: Plan,
        progress: Progress = lambda number, total, step: None,
        goes_on: Callable[[], bool] = lambda: True,
    ) -> tuple[Done, ...]:
        """Keep the choices, then do the steps as long as it `goes_on`; what became of these. Raises NotAllowed."""
        choices.keep(desk, actor, plan.choices)
        done = apply(self.records, self.dialect, self.bench.endpoint.user, plan.steps, progress, goes_on)
        if actor is not None:
            _try_refused_again(desk, actor)
        return done


def _try_refused_again(desk: Desk, actor: Actor) -> None:
    """What Odoo refused may have lacked just what was set up now. Where it did not, it is refused once more; what both
    sides changed, or what may have happened, still waits for a word of its own.
    """

    def refused(connection: Connection) -> list[str]:
        row = odoo_account.of(connection, desk.company)
        return outbox_lists.parked_for(connection, row.id, Fault.REJECTED.value) if row is not None else []

    outbox.retry(desk, actor, desk.read(refused))


def planned_from(desk: Desk, company: str, found: Survey, said: Said) -> Plan:
    """What follows from a look, for what a person says now. Asks Odoo nothing.

    Raises ProductUnknown, ProductNotCounted, GradeInProduct, GradesMixedUp, NotHere, NotThere.
    """
    chosen = choices.read(desk)
    wanted, offers = _wanted(found, chosen, said)
    if any(one.kind is Kind.GRADE and not _stands(chosen, one) for one in wanted):
        chosen = chosen.without(Kind.GRADE_VALUE)  # they were another place's
    place = _grade_place(chosen, wanted)
    wishes = Wishes(said.track, said.track_all, said.give_rights, bool(place))
    news = tuple(one for one in wanted if not _stands(chosen, one))
    kept = (*news, *choices.guesses(chosen, offers, wanted))
    return Plan(
        company,
        found,
        planned(found, wishes),
        taken(found, wishes),
        kept,
        offers,
        decisions.decisions(chosen, offers, kept),
        present(found, wishes),
    )


def undecided(desk: Desk, plan: Plan) -> tuple[Undecided, ...]:
    """What is left to be chosen once the plan's choices are kept."""
    return choices.undecided(choices.read(desk), plan.offers, plan.choices)


def _wanted(found: Survey, chosen: Chosen, said: Said) -> tuple[tuple[Choice, ...], Offers]:
    """What a person wants to be kept, and what Odoo offers then."""
    wanted = [one for one in said.picked if one.kind is Kind.GRADE]
    for one in wanted:
        if one.meant is not None:
            refuse_grade(found, one.meant.kept)
    if said.grade == OWN_FIELD:
        wanted.append(Choice(Kind.GRADE, choices.GRADE, None))
    elif said.grade:
        refuse_grade(found, said.grade)
        wanted += choices.wanted(chosen, found.offers, Kind.GRADE, [f"{choices.GRADE}={said.grade}"])
    words = [one.partition("=")[2].strip() for one in said.given.get(Kind.GRADE_VALUE, ())]
    if all(_stands(chosen, one) for one in wanted):
        words += [row.name for row in chosen.rows[Kind.GRADE_VALUE].values()]
    offers = offers_with(found, _grade_place(chosen, wanted), words)
    wanted += [
        one
        for one in said.picked
        if one.kind is not Kind.GRADE and (one.meant is None or one.meant in offers.get(one.kind, ()))
    ]
    for kind, given in said.given.items():
        wanted += choices.wanted(chosen, offers, kind, given)
    return tuple(wanted), offers


def _grade_place(chosen: Chosen, wanted: Sequence[Choice]) -> str:
    """Under which key the grade's place is kept then; "" for bmdesk's own field."""
    for one in wanted:
        if one.kind is Kind.GRADE:
            return "" if one.meant is None else one.meant.kept
    row = chosen.means(Kind.GRADE, choices.GRADE)
    return "" if row is None else row.name


def _stands(chosen: Chosen, one: Choice) -> bool:
    """Whether just that was chosen before."""
    row = chosen.means(one.kind, one.local)
    if row is None or one.meant is None:
        return row is None and one.meant is None
    return (row.remote_id, row.name) == (one.meant.id, one.meant.kept[:200])
