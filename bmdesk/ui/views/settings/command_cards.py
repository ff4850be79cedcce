"""The command cards of one company as a file: its grades, checklists, people, batches and bins as they are now."""

from __future__ import annotations

from pathlib import Path

from bmdesk.domain.inspection import Checklist
from bmdesk.reports.cards import ChecklistChoices, Choice, DefectChoices, write_cards_pdf
from bmdesk.reports.standard_cards import standard_cards
from bmdesk.services.desk import Desk
from bmdesk.store.engine import Connection
from bmdesk.store.queries import people
from bmdesk.texts import Text


def write_command_cards(desk: Desk, file: Path) -> Path:
    """Every card the bench can use, each once. Raises FileNotWritten, or NotEncodable for a code no barcode holds."""

    def ask(
        connection: Connection,
    ) -> tuple[list[Choice], list[Choice], list[Checklist], list[tuple[str, str]]]:
        policies = desk.policies(connection)
        grades = [Choice(own.code, own.title) for own in policies.grade_map.grades]
        operators = [Choice(o.code, o.name) for o in people.operators(connection, desk.company) if o.active]
        bins = [(warehouse, place) for _, warehouse, place in people.locations(connection, desk.company)]
        return grades, operators, list(policies.checklists.values()), bins

    grades, operators, checklists, bins = desk.read(ask)
    write_cards_pdf(
        standard_cards(
            grades=grades,
            checklists=[
                ChecklistChoices(_category(c), [Choice(test.code, test.title) for test in c.tests])
                for c in checklists
            ],
            defects=[
                DefectChoices(
                    _category(c),
                    [Choice(zone.code, zone.title) for zone in c.zones],
                    [Choice(kind.code, kind.title) for kind in c.defects],
                )
                for c in checklists
                if c.category
                == "phone"  # zones of other devices are clicked: their cards would fill a binder
            ],
            accessories=_each_once([Choice(a.code, a.title) for c in checklists for a in c.accessories]),
            erasures=_each_once([Choice(m.code, m.title) for c in checklists for m in c.erasure_methods]),
            parts=_each_once([Choice(p.code, p.title) for c in checklists for p in c.parts]),
            operators=operators,
            bins=bins,
        ),
        file,
    )
    return file


def _category(checklist: Checklist) -> Choice:
    return Choice(checklist.category, Text(f"category.{checklist.category}"))


def _each_once(choices: list[Choice]) -> list[Choice]:
    return list({choice.code: choice for choice in choices}.values())
