"""What the bench's parts call things, and the tones that go with them: states, grades, identifiers, times."""

from __future__ import annotations

from bmdesk.domain.grading import SCALE, grade_text
from bmdesk.domain.identifiers import IdentifierKind
from bmdesk.domain.unit import State, state_text
from bmdesk.texts import render, t
from bmdesk.ui.palette import Tone

STATE_TONES = {
    State.EXPECTED: Tone.NEUTRAL,
    State.RECEIVED: Tone.INFO,
    State.INSPECTING: Tone.INFO,
    State.HELD: Tone.WARN,
    State.READY: Tone.OK,
    State.RESERVED: Tone.INFO,
    State.PACKED: Tone.INFO,
    State.SHIPPED: Tone.NEUTRAL,
    State.RETURNED: Tone.WARN,
    State.IN_REPAIR: Tone.WARN,
    State.GONE: Tone.NEUTRAL,
}
GRADE_TONES = dict(zip(SCALE, (Tone.OK, Tone.INFO, Tone.WARN, Tone.BAD, Tone.NEUTRAL), strict=True))


def state_words(state: str) -> str:
    """The state as a pill says it."""
    words = render(state_text(State(state)))
    return words[:1].upper() + words[1:]


def grade_words(grade: str) -> str:
    """One of the scale in words, "" for none."""
    return render(grade_text(grade)) if grade in SCALE else grade


def identifier_words(kind: IdentifierKind) -> str:
    """What kind of number this is, as short as people say it."""
    return {
        IdentifierKind.IMEI: t("bench_page.imei"),
        IdentifierKind.IMEI2: t("bench_page.imei2"),
        IdentifierKind.SERIAL: t("bench_page.serial"),
        IdentifierKind.EID: t("bench_page.eid"),
        IdentifierKind.MAC: t("bench_page.mac"),
    }[kind]


def minutes_words(seconds: int) -> str:
    """A span as 2:47 (minutes and seconds)."""
    return f"{seconds // 60}:{seconds % 60:02d}"
