"""Where a setting lives: the company's in the store, the machine's in its own file. Both look the same from a field.

Knows how a setting is read, kept and put back to its default; what may stand in it is the setting's own check.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bmdesk.domain.changes import Change
from bmdesk.domain.rights import Right
from bmdesk.services import rights, settings
from bmdesk.services.company import Saved
from bmdesk.services.desk import Desk
from bmdesk.system.machine import Key, MachineSettings
from bmdesk.texts import Failure, Text, render
from bmdesk.ui.words import refusal_words


@dataclass(frozen=True, slots=True)
class Source:
    """`get` runs on the reader thread, `put` and `reset` on the writer thread; they raise a Failure."""

    name: str
    meaning: Text
    default: str
    get: Callable[[Desk], str]
    put: Callable[[Desk, str], Saved]
    reset: Callable[[Desk], Saved]
    choices: tuple[str, ...] = ()


def company_setting(name: str) -> Source:
    """A setting that all stations share."""
    spec = settings.setting(name)

    def put(desk: Desk, value: str) -> Saved:
        settings.put(desk, name, value)
        return Saved(name, frozenset({Change.SETTINGS}))

    return Source(
        name,
        spec.meaning,
        spec.default,
        lambda desk: settings.get(desk, name),
        put,
        lambda desk: put(desk, spec.default),
        spec.choices,
    )


def machine_setting(machine: MachineSettings, key: Key[Any], right: Right | None = None) -> Source:
    """A setting of this computer alone; `right`: what changing it asks for, where that is not anybody's."""

    def put(desk: Desk, value: str) -> Saved:
        if right is not None:
            rights.require(desk, right)
        machine.set(key, key.parse(value))
        return Saved(key.name, frozenset({Change.SETTINGS}))

    def reset(desk: Desk) -> Saved:
        if right is not None:
            rights.require(desk, right)
        machine.reset(key)
        return Saved(key.name, frozenset({Change.SETTINGS}))

    choices = ("true", "false") if key.kind is bool else ()
    return Source(
        key.name,
        key.meaning,
        as_words(key.default()),
        lambda _: as_words(machine.get(key)),
        put,
        reset,
        choices,
    )


def as_words(value: object) -> str:
    """A machine setting's value as a person types it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return ", ".join(str(one) for one in value)
    return str(value)


def why_not(failure: Failure) -> str:
    """What is wrong with the value, in the words that fit under a field."""
    for name in ("reason", "expected"):
        if isinstance(said := failure.params.get(name), Text):
            words = render(said)
            return words[:1].upper() + words[1:]
    return refusal_words(failure)
