"""Which command cards a bench wants printed, and what stands above each for a person.

Pure: checklists, zones, operators and bins are brought by the caller; the grammar is domain.cards. Knows no
paper.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from bmdesk.domain.cards import (
    LOCK_KINDS,
    OUTCOMES,
    PREFIX,
    AddDefect,
    AddLabour,
    AddPart,
    AllPass,
    Also,
    Command,
    Confirm,
    Done,
    Hold,
    NextUnit,
    Override,
    PutAway,
    RecordAccessory,
    RecordBattery,
    RecordErasure,
    RecordLock,
    RecordTest,
    SetBatch,
    SetGrade,
    SetModel,
    Undo,
    card_text,
)
from bmdesk.texts import Text, msg

Words = Text | str  # a str is the seller's own word: an operator's name, a bin


@dataclass(frozen=True, slots=True)
class PrintedCard:
    """One card: what the scanner reads, what a person reads, and the heading it stands under."""

    text: str
    title: Words
    group: Words


@dataclass(frozen=True, slots=True)
class Choice:
    """A code as cards carry it, and its words."""

    code: str
    title: Words


@dataclass(frozen=True, slots=True)
class ChecklistChoices:
    """The tests of one category, in the order in which they are done."""

    category: Choice
    tests: Sequence[Choice]


@dataclass(frozen=True, slots=True)
class DefectChoices:
    """The zones of one category and the kinds of defect it can have, each with severity 1 to 3."""

    category: Choice
    zones: Sequence[Choice]
    kinds: Sequence[Choice]


def standard_cards(
    *,
    grades: Sequence[Choice] = (),
    checklists: Sequence[ChecklistChoices] = (),
    defects: Sequence[DefectChoices] = (),
    accessories: Sequence[Choice] = (),
    erasures: Sequence[Choice] = (),
    parts: Sequence[Choice] = (),
    holds: Sequence[Choice] | None = None,
    operators: Sequence[Choice] = (),
    batches: Sequence[Choice] = (),
    models: Sequence[Choice] = (),
    bins: Sequence[tuple[str, str]] = (),
    battery: Iterable[int] = range(70, 101),
    labour_minutes: Iterable[int] = (5, 10, 15, 30, 45, 60),
) -> list[PrintedCard]:
    """Every card for what is given, group after group in the order of the work; cards that need nothing
    always.

    `operators` by badge code, `bins` as (warehouse, bin). `holds` None prints the three usual reasons. Raises
    ValueError, or BadCard, for a code that no card can hold.
    """
    cards = [
        *_commands(holds),
        *_packing(),
        *_operators(operators),
        *_choices(msg("cards.group_batches"), batches, SetBatch),
        *_choices(msg("cards.group_models"), models, SetModel),
        *_locks(),
        *_choices(msg("cards.group_erasure"), erasures, RecordErasure),
    ]
    for checklist in checklists:
        cards += _tests(checklist)
    cards += _battery(battery)
    for choices in defects:
        cards += _defects(choices)
    cards += _accessories(accessories)
    cards += _choices(msg("cards.group_grades"), grades, SetGrade)
    cards += _choices(msg("cards.group_parts"), parts, AddPart)
    cards += _labour(labour_minutes)
    cards += _bins(bins)
    return cards


def _card(command: Command, title: Words, group: Words) -> PrintedCard:
    return PrintedCard(card_text(command), title, group)


def _commands(holds: Sequence[Choice] | None) -> list[PrintedCard]:
    group = msg("cards.group_commands")
    if holds is None:
        holds = (
            Choice("ASK_SUPERVISOR", msg("cards.hold_ask_supervisor")),
            Choice("SECOND_LOOK", msg("cards.hold_second_look")),
            Choice("WAITING_FOR_PART", msg("cards.hold_waiting_for_part")),
        )
    return [
        _card(AllPass(), msg("cards.allpass"), group),
        _card(Done(), msg("cards.done"), group),
        _card(Undo(), msg("cards.undo"), group),
        _card(Also(), msg("cards.also"), group),
        *(_card(Hold(hold.code), msg("cards.hold", reason=hold.title), group) for hold in holds),
    ]


def _packing() -> list[PrintedCard]:
    group = msg("cards.group_packing")
    overrides = (
        Choice("CUSTOMER_AGREED", msg("cards.override_customer_agreed")),
        Choice("CHECKED_AGAIN", msg("cards.override_checked_again")),
        Choice("SUPERVISOR_DECIDES", msg("cards.override_supervisor_decides")),
    )
    return [
        _card(Confirm(), msg("cards.confirm"), group),
        _card(NextUnit(), msg("cards.next"), group),
        *(_card(Override(why.code), msg("cards.override", reason=why.title), group) for why in overrides),
    ]


def _operators(operators: Sequence[Choice]) -> list[PrintedCard]:
    # A badge is no command of the bench, so domain.cards has no type for it.
    group = msg("cards.group_operators")
    return [PrintedCard(f"{PREFIX}OP:{operator.code}", operator.title, group) for operator in operators]


def _choices(group: Text, choices: Sequence[Choice], command: Callable[[str], Command]) -> list[PrintedCard]:
    return [_card(command(choice.code), choice.title, group) for choice in choices]


def _locks() -> list[PrintedCard]:
    group = msg("cards.group_locks")
    names = {
        "ACTIVATION": msg("cards.lock_activation"),
        "MDM": msg("cards.lock_mdm"),
        "SIM": msg("cards.lock_sim"),
        "BLACKLIST": msg("cards.lock_blacklist"),
    }
    cards = [_card(RecordLock(LOCK_KINDS, on=False), msg("cards.locks_all_off"), group)]
    for kind in LOCK_KINDS:
        cards.append(_card(RecordLock((kind,), on=False), msg("cards.lock_off", lock=names[kind]), group))
        cards.append(_card(RecordLock((kind,), on=True), msg("cards.lock_on", lock=names[kind]), group))
    return cards


def _tests(checklist: ChecklistChoices) -> list[PrintedCard]:
    group = msg("cards.group_tests", category=checklist.category.title)
    results = {
        "PASS": msg("cards.outcome_pass"),
        "FAIL": msg("cards.outcome_fail"),
        "NA": msg("cards.outcome_na"),
    }
    return [
        _card(
            RecordTest(test.code, outcome),
            msg("cards.test", test=test.title, outcome=results[outcome]),
            group,
        )
        for test in checklist.tests
        for outcome in OUTCOMES
    ]


def _battery(percents: Iterable[int]) -> list[PrintedCard]:
    group = msg("cards.group_battery")
    return [_card(RecordBattery(n), msg("cards.battery", percent=n), group) for n in percents]


def _defects(choices: DefectChoices) -> list[PrintedCard]:
    group = msg("cards.group_defects", category=choices.category.title)
    severities = {1: msg("cards.severity_1"), 2: msg("cards.severity_2"), 3: msg("cards.severity_3")}
    return [
        _card(
            AddDefect(zone.code, kind.code, severity),
            msg("cards.defect", zone=zone.title, kind=kind.title, severity=words),
            group,
        )
        for zone in choices.zones
        for kind in choices.kinds
        for severity, words in severities.items()
    ]


def _accessories(accessories: Sequence[Choice]) -> list[PrintedCard]:
    group = msg("cards.group_accessories")
    cards = []
    for accessory in accessories:
        there, missing = (
            msg("cards.accessory_yes", accessory=accessory.title),
            msg("cards.accessory_no", accessory=accessory.title),
        )
        cards.append(_card(RecordAccessory(accessory.code, present=True), there, group))
        cards.append(_card(RecordAccessory(accessory.code, present=False), missing, group))
    return cards


def _labour(minutes: Iterable[int]) -> list[PrintedCard]:
    group = msg("cards.group_labour")
    return [_card(AddLabour(n), msg("cards.labour", minutes=n), group) for n in minutes]


def _bins(bins: Sequence[tuple[str, str]]) -> list[PrintedCard]:
    group = msg("cards.group_bins")
    return [_card(PutAway(warehouse, place), f"{warehouse} / {place}", group) for warehouse, place in bins]
