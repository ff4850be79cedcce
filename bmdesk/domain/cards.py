"""The command cards: one printed barcode, one thing done at the bench.

Knows the grammar of `BMD:` and its bounds. Refuses to know whether a test, zone, grade or bin exists. A badge
(`BMD:OP:`) is no command: `domain.scan` reads it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal

from bmdesk.domain.commands import (
    AddDefect,
    AddLabour,
    AddPart,
    AddPhoto,
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
)
from bmdesk.domain.identifiers import shortened
from bmdesk.domain.inspection import LockKind, Outcome
from bmdesk.texts import Failure, Text, msg

__all__ = [
    "GRADE_CODE",
    "KEYWORDS",
    "LOCK_KINDS",
    "OUTCOMES",
    "PREFIX",
    "AddDefect",
    "AddLabour",
    "AddPart",
    "AddPhoto",
    "AllPass",
    "Also",
    "BadCard",
    "Command",
    "Confirm",
    "Done",
    "Hold",
    "NextUnit",
    "Override",
    "PutAway",
    "RecordAccessory",
    "RecordBattery",
    "RecordErasure",
    "RecordLock",
    "RecordTest",
    "SetBatch",
    "SetGrade",
    "SetModel",
    "Undo",
    "card_text",
    "parse_card",
    "parse_place",
]

PREFIX = "BMD:"
LOCK_KINDS = tuple(kind.value for kind in LockKind)
OUTCOMES = tuple(outcome.value for outcome in Outcome)
GRADE_CODE = re.compile(r"[A-Z0-9][A-Z0-9_+\-]{0,31}")
"""What a GRADE card can say: A+, B-, LIKE_NEW."""


class BadCard(Failure):
    """No command card, though it begins like one. `card`: as scanned, shortened; `problem`: a sentence."""

    code = "card.bad"

    def __init__(self, text: str, problem: Text) -> None:
        super().__init__(card=shortened(text, 60), problem=problem)
        self.problem = problem


def parse_card(text: str) -> Command:
    """The command of this card. Keywords and codes in any case; the last field takes the rest of the line.

    Raises BadCard, which names the card and what is expected; also for two cards in one text.
    """
    line = text.strip()
    if line[: len(PREFIX)].upper() != PREFIX:
        raise BadCard(text, msg("card.no_prefix"))
    body = line[len(PREFIX) :]
    if PREFIX in body.upper():
        raise BadCard(text, msg("card.stuck_together"))
    keyword, _, rest = body.partition(":")
    reader = _READERS.get(keyword.strip().upper())
    if reader is None:
        raise BadCard(text, msg("card.unknown", word=shortened(keyword)))
    try:
        return reader(rest.strip())
    except _Wrong as wrong:
        raise BadCard(text, wrong.problem) from None


def card_text(command: Command) -> str:
    """The text to print on the card: `parse_card(card_text(c)) == c`. ValueError for two or three locks."""
    match command:
        case SetBatch(code):
            return _card("BATCH", code)
        case SetModel(model_code):
            return _card("MODEL", model_code)
        case PutAway(warehouse, place):
            return _card("BIN", f"{warehouse}/{place}")
        case RecordTest(code, outcome, value):
            return _card("TEST", code, outcome, value)
        case RecordBattery(percent, cycles):
            return _card("BATTERY", percent, cycles)
        case AddDefect(zone, kind, severity):
            return _card("DEFECT", zone, kind, severity)
        case RecordAccessory(code, present):
            return _card("ACC", code, "YES" if present else "NO")
        case RecordErasure(method, certificate):
            return _card("ERASED", method, certificate)
        case RecordLock(kinds, on, method):
            if len(kinds) != 1 and kinds != LOCK_KINDS:
                raise ValueError("a card holds one lock or all four")
            return _card("LOCK", kinds[0] if len(kinds) == 1 else "ALL", "ON" if on else "OFF", method)
        case AddPart(code, cost):
            return _card("PART", code, None if cost is None else f"{cost:f}")
        case AddLabour(minutes):
            return _card("LABOUR", minutes)
        case AddPhoto(file):
            return _card("PHOTO", file)
        case SetGrade(grade, reason):
            return _card("GRADE", grade, reason)
        case Hold(reason):
            return _card("HOLD", reason)
        case Override(reason):
            return _card("OVERRIDE", reason)
        case _:
            return _card(_BARE_WORDS[type(command)])


def parse_place(text: str) -> tuple[str, str] | None:
    """Warehouse and bin of `MAIN/A-01`, upper case, or None. `-` is a bin: the warehouse's floor."""
    found = _PLACE.fullmatch(text.strip().upper())
    return (found[1], found[2]) if found else None


class _Wrong(Exception):
    def __init__(self, problem: Text) -> None:
        super().__init__(problem)
        self.problem = problem


def _batch(rest: str) -> Command:
    return SetBatch(_line(rest, msg("card.expects_batch"), _CODE_LENGTH))


def _model(rest: str) -> Command:
    return SetModel(_line(rest, msg("card.expects_model"), _CODE_LENGTH))


def _bin(rest: str) -> Command:
    place = parse_place(rest)
    if place is None:
        raise _Wrong(msg("card.expects_bin"))
    return PutAway(*place)


def _test(rest: str) -> Command:
    expects = msg("card.expects_test")
    code, outcome, value = _fields(rest, 2, 3, expects)
    return RecordTest(_code(code, expects), _word(outcome, OUTCOMES, expects), _optional(value, expects))


def _battery(rest: str) -> Command:
    expects = msg("card.expects_battery")
    percent, cycles = _fields(rest, 1, 2, expects)
    return RecordBattery(
        _number(percent.removesuffix("%"), 0, 100, expects),
        _number(cycles, 0, MOST_CYCLES, expects) if cycles else None,
    )


def _defect(rest: str) -> Command:
    expects = msg("card.expects_defect")
    zone, kind, severity = _fields(rest, 3, 3, expects)
    return AddDefect(_code(zone, expects), _code(kind, expects), _number(severity, 1, 3, expects))


def _accessory(rest: str) -> Command:
    expects = msg("card.expects_accessory")
    code, answer = _fields(rest, 2, 2, expects)
    return RecordAccessory(_code(code, expects), _word(answer, ("YES", "NO"), expects) == "YES")


def _erased(rest: str) -> Command:
    expects = msg("card.expects_erased")
    method, certificate = _fields(rest, 0, 2, expects)
    if certificate and not method:
        raise _Wrong(expects)  # a certificate of no method proves nothing
    return RecordErasure(_optional(method, expects), _optional(certificate, expects))


def _lock(rest: str) -> Command:
    expects = msg("card.expects_lock")
    kind, state, method = _fields(rest, 2, 3, expects)
    chosen = _word(kind, (*LOCK_KINDS, "ALL"), expects)
    on = _word(state, ("ON", "OFF"), expects) == "ON"
    return RecordLock(LOCK_KINDS if chosen == "ALL" else (chosen,), on, _optional(method, expects))


def _part(rest: str) -> Command:
    expects = msg("card.expects_part")
    code, cost = _fields(rest, 1, 2, expects)
    if cost and not _COST.fullmatch(cost):
        raise _Wrong(expects)
    return AddPart(_code(code, expects), Decimal(cost.replace(",", ".")) if cost else None)


def _labour(rest: str) -> Command:
    return AddLabour(_number(rest, 0, MOST_MINUTES, msg("card.expects_labour")))


def _photo(rest: str) -> Command:
    return AddPhoto(_line(rest, msg("card.expects_photo"), _PATH_LENGTH))


def _grade(rest: str) -> Command:
    expects = msg("card.expects_grade")
    grade, reason = _fields(rest, 1, 2, expects)
    code = grade.upper().replace(" ", "_")
    if not GRADE_CODE.fullmatch(code):
        raise _Wrong(expects)
    return SetGrade(code, _optional(reason, expects))


def _hold(rest: str) -> Command:
    return Hold(_line(rest, msg("card.expects_hold"), _TEXT_LENGTH))


def _override(rest: str) -> Command:
    return Override(_line(rest, msg("card.expects_override"), _TEXT_LENGTH))


def _bare(command: Command) -> Callable[[str], Command]:
    def read(rest: str) -> Command:
        if rest:
            raise _Wrong(msg("card.expects_nothing"))
        return command

    return read


def _fields(rest: str, least: int, most: int, expects: Text) -> list[str]:
    """`most` stripped fields, "" where absent; the last takes the rest. The first `least` must be there."""
    fields = [part.strip() for part in rest.split(":", most - 1)]
    if not all(fields[:least]) or len(fields) < least:
        raise _Wrong(expects)
    return fields + [""] * (most - len(fields))


def _line(text: str, expects: Text, longest: int) -> str:
    if not text or len(text) > longest or not text.isprintable():
        raise _Wrong(expects)
    return text


def _optional(text: str, expects: Text) -> str | None:
    return _line(text, expects, _TEXT_LENGTH) if text else None


def _code(text: str, expects: Text) -> str:
    if not _CODE.fullmatch(text.upper()):
        raise _Wrong(expects)
    return text.upper()


def _word(text: str, allowed: tuple[str, ...], expects: Text) -> str:
    if text.upper() not in allowed:
        raise _Wrong(expects)
    return text.upper()


def _number(text: str, least: int, most: int, expects: Text) -> int:
    if not _NUMBER.fullmatch(text) or not least <= int(text) <= most:
        raise _Wrong(expects)
    return int(text)


def _card(keyword: str, *fields: str | int | None) -> str:
    shown = ["" if value is None else str(value) for value in fields]
    while shown and not shown[-1]:
        shown.pop()
    return PREFIX + ":".join([keyword, *shown])


MOST_MINUTES = 24 * 60
MOST_CYCLES = 9_999
_CODE_LENGTH = 64
_TEXT_LENGTH = 300
_PATH_LENGTH = 400
_CODE = re.compile(r"[A-Z0-9_]{1,32}")
_NUMBER = re.compile(r"[0-9]{1,5}")
_COST = re.compile(r"[0-9]{1,6}(?:[.,][0-9]{1,2})?")
_PLACE = re.compile(r"([A-Z0-9][A-Z0-9_\-]{0,31})/([A-Z0-9_.\-]{1,32})")

_BARE_WORDS: dict[type[Command], str] = {
    AllPass: "ALLPASS",
    Also: "ALSO",
    Done: "DONE",
    Undo: "UNDO",
    Confirm: "CONFIRM",
    NextUnit: "NEXT",
}
_READERS: dict[str, Callable[[str], Command]] = {
    "BATCH": _batch,
    "MODEL": _model,
    "BIN": _bin,
    "TEST": _test,
    "BATTERY": _battery,
    "DEFECT": _defect,
    "ACC": _accessory,
    "ERASED": _erased,
    "LOCK": _lock,
    "PART": _part,
    "LABOUR": _labour,
    "PHOTO": _photo,
    "GRADE": _grade,
    "HOLD": _hold,
    "OVERRIDE": _override,
    "ALLPASS": _bare(AllPass()),
    "ALSO": _bare(Also()),
    "DONE": _bare(Done()),
    "UNDO": _bare(Undo()),
    "CONFIRM": _bare(Confirm()),
    "NEXT": _bare(NextUnit()),
}
KEYWORDS = frozenset(_READERS) | {"OP"}
