"""How a run of the engine behaves, and what it counts: given from outside, so that a test can stop it at every step."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field

from bmdesk.texts import Failure


@dataclass(slots=True)
class Tally:
    pulled: int = 0
    done: int = 0
    failed: int = 0
    problems: list[Failure] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Manner:
    """How a run behaves. `everything`: all feeds are read, whether their time has come or not, nothing waits to gather,
    and an account that rests is tried once. `width`: effects of different lanes that are sent together.
    """

    everything: bool = False
    width: int = 1
    keep_going: Callable[[], bool] = lambda: True
    chance: random.Random = field(default_factory=random.Random)
