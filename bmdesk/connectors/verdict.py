"""What a connection test answers: the same for every remote system, so that window and command line show one thing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bmdesk.texts import Failure, Text


class ClockOff(Failure):
    """This computer's clock and the remote's differ. Params: `minutes`, `host`."""

    code = "trial.clock"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a person should know or mend. `blocks`: the account cannot work before it is mended."""

    code: str
    title: Text
    happened: Text
    todo: Text
    blocks: bool

    @classmethod
    def of(cls, failure: Failure, *, blocks: bool = True) -> Finding:
        return cls(failure.code, failure.title, failure.happened, failure.todo, blocks)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the trial found. `details` are facts for a table: host, region, environment, market, listings ...

    Title and words are those of the gravest finding where there are several; `findings` are all of them, gravest first.
    """

    ok: bool
    code: str
    title: Text
    happened: Text
    todo: Text
    details: Mapping[str, str | int]
    findings: tuple[Finding, ...] = ()
