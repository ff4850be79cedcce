"""The command cards of one company: its grades, checklists, people, open batches, models and bins as they are now."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from bmdesk.domain.inspection import Checklist, Coded, Test, Zone
from bmdesk.domain.policy import CATEGORIES
from bmdesk.reports.standard_cards import (
    ChecklistChoices,
    Choice,
    DefectChoices,
    PrintedCard,
    standard_cards,
)
from bmdesk.services.desk import Desk
from bmdesk.store.engine import Connection
from bmdesk.store.queries import batches, catalogue, people
from bmdesk.texts import Failure, msg

_MODELS = 500
"""More model cards than this nobody finds again: a larger catalogue is chosen from by EAN or on the screen."""


class UnknownCategory(Failure):
    """No checklist has this name. Params: `given`, `known`."""

    code = "cards.unknown_category"


def company_cards(desk: Desk, categories: Sequence[str] = ()) -> list[PrintedCard]:
    """Every card that the bench of this company can use, each once.

    `categories`: tests, defects, accessories of these kinds of device only; without any, the tests of all and the
    defects of phones (those of every kind would fill a binder). Raises UnknownCategory.
    """
    for category in categories:
        if category not in CATEGORIES:
            raise UnknownCategory(given=category[:40], known=", ".join(CATEGORIES))

    def work(connection: Connection) -> list[PrintedCard]:
        policies = desk.policies(connection)
        wanted = [c for name, c in policies.checklists.items() if name in categories or not categories]
        with_defects = [c for c in wanted if categories or c.category == "phone"]
        models = catalogue.search(connection, desk.company, "", _MODELS)
        return standard_cards(
            grades=[Choice(own.code, own.title) for own in policies.grade_map.grades],
            checklists=[ChecklistChoices(_category(c), _choices(c.tests)) for c in wanted],
            defects=[
                DefectChoices(_category(c), _choices(c.zones), _choices(c.defects)) for c in with_defects
            ],
            accessories=_choices(item for c in wanted for item in c.accessories),
            erasures=_choices(item for c in wanted for item in c.erasure_methods),
            parts=_choices(item for c in wanted for item in c.parts),
            operators=[
                Choice(o.code, o.name) for o in people.operators(connection, desk.company) if o.active
            ],
            batches=[
                Choice(row["code"], row["code"])
                for row in batches.batches(connection, desk.company)
                if row["closed_at"] is None
            ],
            models=[
                Choice(v.model_code, v.title)
                for v in models
                if not v.draft and (not categories or v.category in categories)
            ],
            bins=[(warehouse, place) for _, warehouse, place in people.locations(connection, desk.company)],
        )

    return list({card.text: card for card in reversed(desk.read(work))}.values())[::-1]


def write_company_cards(desk: Desk, file: Path, categories: Sequence[str] = ()) -> int:
    """Write them as a PDF to cut out; how many. Raises UnknownCategory, NotEncodable, FileNotWritten."""
    from bmdesk.reports.cards import write_cards_pdf  # Qt

    cards = company_cards(desk, categories)
    write_cards_pdf(cards, file)
    return len(cards)


def _category(checklist: Checklist) -> Choice:
    return Choice(checklist.category, msg(f"category.{checklist.category}"))


def _choices(items: Iterable[Coded | Test | Zone]) -> list[Choice]:
    found: dict[str, Choice] = {}
    for item in items:
        found.setdefault(item.code, Choice(item.code, item.title))
    return list(found.values())
