"""Everything there is to choose at Odoo, each thing once: what can be chosen, what is, and what it costs where nothing
is. A tax and a fiscal position are one decision.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bmdesk.domain.grading import NOT_FOR_SALE
from bmdesk.services.odoo import choices
from bmdesk.services.odoo.choices import OTHERS, Candidate, Choice, Chosen, Kind, Offers
from bmdesk.texts import Text, msg


@dataclass(frozen=True, slots=True)
class Option:
    """What can be chosen, and as which kind it is kept."""

    kind: Kind
    candidate: Candidate


@dataclass(frozen=True, slots=True)
class Decision:
    """What is chosen for `local`; None: `unchosen` says what holds then, and `costs` where that is not enough.

    `guessed`: nobody said so, and it is not kept yet.
    """

    kind: Kind
    local: str
    options: tuple[Option, ...]
    meant: Option | None
    guessed: bool
    costs: Text | None

    @property
    def unchosen(self) -> Text:
        if self.kind is Kind.GRADE:
            return msg("odoo.unchosen.grade")
        if self.kind in (Kind.JOURNAL, Kind.CARRIER) and self.local != OTHERS:
            return msg("odoo.unchosen.as_others")
        if self.kind is Kind.GRADE_VALUE and self.local == NOT_FOR_SALE:
            return msg("odoo.unchosen.not_needed")
        return msg("odoo.unchosen.open")

    def for_(self, option: Option | None) -> tuple[Choice, ...]:
        """The choices that make it this one; None takes back whatever was chosen."""
        if option is not None:
            return (Choice(option.kind, self.local, option.candidate),)
        return tuple(Choice(kind, self.local, None) for kind in _kinds(self.kind))


def decisions(chosen: Chosen, offers: Offers, said: Sequence[Choice] = ()) -> tuple[Decision, ...]:
    """All of them in the order of Kind, once what is `said` is kept; kinds that Odoo did not show are left out."""
    of_now = {(one.kind, one.local): one for one in said}
    costs = {(one.kind, one.local): one.costs for one in choices.undecided(chosen, offers, said)}
    found = []
    for kind in Kind:
        if kind not in offers or kind is Kind.POSITION:
            continue
        options = tuple(Option(one, it) for one in _kinds(kind) for it in offers.get(one, ()))
        for local in chosen.here[kind]:
            meant, guessed = _meant(chosen, offers, of_now, kind, local)
            found.append(Decision(kind, local, options, meant, guessed, costs.get((kind, local))))
    return tuple(found)


def kept(chosen: Chosen) -> tuple[Decision, ...]:
    """All that was chosen or was not, without asking Odoo whether it is still there."""
    offers = {
        kind: tuple(Candidate(row.remote_id, row.name) for row in rows.values())
        for kind, rows in chosen.rows.items()
    }
    if not offers[Kind.GRADE]:  # bmdesk's own field knows the grades
        del offers[Kind.GRADE_VALUE]
    return decisions(chosen, offers)


def _kinds(kind: Kind) -> tuple[Kind, ...]:
    return (Kind.TAX, Kind.POSITION) if kind is Kind.TAX else (kind,)


def _meant(
    chosen: Chosen, offers: Offers, of_now: Mapping[tuple[Kind, str], Choice], kind: Kind, local: str
) -> tuple[Option | None, bool]:
    """What holds for it then, and whether it is a guess."""
    for one in _kinds(kind):
        now = of_now.get((one, local))
        if now is not None and now.meant is not None:
            return Option(one, now.meant), now.guessed
    for one in _kinds(kind):
        row = chosen.means(one, local)
        if row is None or (one, local) in of_now:
            continue
        for candidate in offers.get(one, ()):
            if choices.is_same(candidate, row):
                return Option(one, candidate), False
    return None, False
