"""A shop whose process may die: its store's file copied for each telling, the process at work, the moments to die at.

Days that are told step by step (tale, order_tale) and lives that chance tells (the machines) stand on this.
"""

from __future__ import annotations

import functools
import itertools
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test

from bmdesk.connectors.backmarket.connector import Manners
from bmdesk.connectors.backmarket.transport import Transport
from bmdesk.connectors.http import Timeouts
from bmdesk.services import company
from bmdesk.services.desk import Desk
from bmdesk.simulator import Simulator
from bmdesk.store.engine import Connection, Place
from bmdesk.store.opening import open_store
from bmdesk.store.photos import Photos
from bmdesk.system.clock import FixedClock
from tests.desks import add_models
from tests.markets import PATIENT, Fresh, Shop, make_shop, open_shop


class Crash(BaseException):
    """The process ends here."""


class Death:
    """Dies before the effects with these numbers; a dead process does nothing more, in none of its threads."""

    def __init__(self, *at: int) -> None:
        self.at, self.count, self.dead = sorted(at), 0, False
        self._lock = threading.Lock()

    def before_effect(self) -> None:
        with self._lock:
            if self.dead:
                raise Crash
            self.count += 1
            if self.at and self.count > self.at[0]:
                self.at.pop(0)
                self.dead = True
                raise Crash

    @contextmanager
    def waits_for(self, desk: Desk) -> Iterator[None]:
        """Hangs over everything that this desk commits and every call that is made meanwhile."""
        database, receive = desk.store.database, Transport._receive
        write = database.write

        def written(work: Callable[[Connection], Any]) -> Any:
            self.before_effect()
            return write(work)

        def received(transport: Transport, *args: Any) -> Any:
            self.before_effect()
            answer = receive(transport, *args)
            if self.dead:
                raise Crash
            return answer

        database.write = written  # type: ignore[method-assign]
        Transport._receive = received  # type: ignore[assignment, method-assign]
        try:
            yield
        finally:
            del database.write
            Transport._receive = receive  # type: ignore[method-assign]


@dataclass(frozen=True)
class Beginning:
    """The store as it is before anything happens, to be copied for each telling."""

    file: Path
    began: Any
    account: str
    units: dict[str, str]


def beginning(folder: Path, market: Simulator, prepare: Callable[[Shop], None], **wanted: str) -> Beginning:
    """A new store with the small catalogue and an account at this marketplace, and what `prepare` does there."""
    folder.mkdir()
    clock = FixedClock()
    market.reset()
    market.clock = clock.now()
    store = open_store(Place.of_file(folder / "store.db"), clock.now, None, "01KTALE0000000000000000000")
    desk = company.open_desk(store, Photos(folder / "photos"), clock, "bench-1")
    add_models(desk)
    shop = make_shop(desk, clock, market, **wanted)
    prepare(shop)
    made = Beginning(folder / "store.db", clock.now(), shop.account, shop.units)
    store.close()
    return made


class Life:
    """One telling. `shop` is the process at work now; the marketplace is as on its first day, and empty."""

    def __init__(
        self,
        begins: Beginning,
        folder: Path,
        market: Simulator,
        width: int = 1,
        timeouts: Timeouts = PATIENT,
    ) -> None:
        market.reset()
        folder.mkdir(parents=True, exist_ok=True)
        self.file = folder / "store.db"
        shutil.copyfile(begins.file, self.file)
        self.clock, self.market, self.begins, self.width = FixedClock(begins.began), market, begins, width
        self.timeouts, self.secrets = timeouts, Fresh()
        market.clock = self.clock.now()
        self.deaths = 0
        self.shop = self._process(dict(begins.units))

    def die(self) -> None:
        """The process is gone; the next one opens the store."""
        self.deaths += 1
        self.shop.desk.store.close()
        self.shop = self._process(self.shop.units)

    def close(self) -> None:
        self.shop.desk.store.close()

    def _process(self, units: dict[str, str]) -> Shop:
        store = open_store(Place.of_file(self.file), self.clock.now, None)
        desk = company.open_desk(store, Photos(self.file.parent / "photos"), self.clock, "bench-1")
        shop = open_shop(desk, self.clock, self.market, self.begins.account, self.secrets)
        shop.tools = replace(shop.tools, manners=Manners(self.width, self.timeouts, retry_pauses=()))
        shop.units = units
        return shop


_folders = itertools.count(1)


def new_folder(parent: Path) -> Path:
    """One that no other life has."""
    return parent / str(next(_folders))


def when(possible: Callable[[Any], object]) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """A step of a life that does nothing where it is not `possible`. Stands below `rule`.

    In place of hypothesis' `precondition`, with which the world decides what is drawn next: the world has threads and
    a network, two lives that begin alike may go on differently, and hypothesis ends there as if a story were broken.
    """

    def decorate(step: Callable[..., None]) -> Callable[..., None]:
        @functools.wraps(step)
        def taken(machine: RuleBasedStateMachine, *args: Any, **drawn: Any) -> None:
            if possible(machine):
                step(machine, *args, **drawn)

        return taken

    return decorate


def live(machine: type[RuleBasedStateMachine], lives: int, steps: int) -> None:
    """So many lives of so many steps, and the simplest one, with which hypothesis always begins."""
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=lives + 1,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            print_blob=True,
            # A story takes seconds: what failed is shown as it was found, not told again a hundred times.
            phases=[Phase.explicit, Phase.reuse, Phase.generate],
            report_multiple_bugs=False,
        ),
    )
