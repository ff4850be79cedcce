"""How a run of the engine behaves, and what it counts: given from outside, so that a test can stop it at every step."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from bmdesk.texts import Failure


@dataclass(frozen=True, slots=True)
class KindCount:
    """What was done of one kind of data with one account: what is read is named by its feed, what is sent by its
    effect. The last three count what there is afterwards."""

    account: str
    kind: str
    pulled: int = 0
    done: int = 0
    failed: int = 0
    uncertain: int = 0
    parked: int = 0
    pending: int = 0

    def after(self, earlier: KindCount) -> KindCount:
        """This run and an earlier one."""
        return replace(
            self,
            pulled=self.pulled + earlier.pulled,
            done=self.done + earlier.done,
            failed=self.failed + earlier.failed,
        )

    def left(self, uncertain: int, parked: int, pending: int) -> KindCount:
        """The same, and so many afterwards."""
        return replace(self, uncertain=uncertain, parked=parked, pending=pending)


@dataclass(slots=True)
class Tally:
    problems: list[Failure] = field(default_factory=list)
    kinds: dict[tuple[str, str], KindCount] = field(default_factory=dict)
    """By account and kind."""

    def count(self, account: str, kind: str, *, pulled: int = 0, done: int = 0, failed: int = 0) -> None:
        """So much more of this kind."""
        more = KindCount(account, kind, pulled, done, failed)
        self.kinds[account, kind] = self.of(account, kind).after(more)

    def of(self, account: str, kind: str) -> KindCount:
        return self.kinds.get((account, kind)) or KindCount(account, kind)


@dataclass(frozen=True, slots=True)
class Manner:
    """How a run behaves. `everything`: all feeds are read, whether their time has come or not, nothing waits to gather,
    and an account that rests is tried once. `width`: effects of different lanes that are sent together.
    """

    everything: bool = False
    width: int = 1
    keep_going: Callable[[], bool] = lambda: True
    chance: random.Random = field(default_factory=random.Random)
