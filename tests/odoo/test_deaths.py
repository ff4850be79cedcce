"""One unit and one order on their way to a real Odoo 19, while the process dies or answers get lost: whichever write it
is, in the end there are one lot, one sale order and one delivery with exactly that serial.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Self

import pytest

from bmdesk.connectors.odoo.transport import READS, JsonRpcTransport
from bmdesk.services import company, settings
from bmdesk.services.desk import Desk
from bmdesk.store.engine import Connection
from bmdesk.store.opening import open_store
from bmdesk.sync.manner import Manner
from tests.desks import Bench
from tests.faults.share import share
from tests.markets import Shop, market, marketplace, shop
from tests.odoo.databases import Database
from tests.odoo.houses import SURELY_OVER, OdooShop, parcel, with_odoo
from tests.odoo.wires import Call, Trouble, Wire
from tests.selling import bought, packed

__all__ = ["market", "marketplace", "shop"]
pytestmark = [pytest.mark.odoo, pytest.mark.sqlite_only]


class Killed(BaseException):
    """The process ends here."""


@dataclass
class Death:
    """Comes before the commits, or the writes at Odoo, with these numbers; the dead do nothing more."""

    at: Collection[int] = ()
    count: int = 0
    dead: bool = False

    def before(self) -> None:
        if not self.dead:
            self.count += 1
            self.dead = self.count in self.at
        if self.dead:
            raise Killed

    @contextmanager
    def waits_for(self, desk: Desk) -> Iterator[None]:
        """Hangs over all that this desk commits and writes at Odoo meanwhile."""
        database, call = desk.store.database, JsonRpcTransport.call
        write = database.write

        def written(work: Callable[[Connection], Any]) -> Any:
            self.before()
            return write(work)

        def called(
            remote: JsonRpcTransport,
            model: str,
            method: str,
            args: Sequence[object] = (),
            kwargs: Mapping[str, object] | None = None,
        ) -> object:
            if method not in READS:
                self.before()
            return call(remote, model, method, args, kwargs)

        database.write = written  # type: ignore[method-assign]
        JsonRpcTransport.call = called  # type: ignore[assignment, method-assign]
        try:
            yield
        finally:
            del database.write
            JsonRpcTransport.call = call  # type: ignore[method-assign]


@dataclass
class Telling:
    """The same story again and again, each time of another unit and another order, in one store and one Odoo."""

    house: OdooShop
    wire: Wire

    def tell(self, death: Death) -> None:
        """Received, sold, packed; and once all has come to its end, it stands there as it must."""
        house = self.house
        [unit] = house.ready()
        self.sync(death)
        number = bought(house)
        self.sync(death)
        packed(house, unit, order=number, parcel=parcel(number))
        house.sync()
        self.sync(death)
        self.arrive(death)
        self.wire.trouble = lambda call: None
        self.assert_right(house.units[unit], number)

    def arrive(self, death: Death) -> None:
        """Run after run, and time in between, until all has come to Odoo."""
        for _ in range(12):
            if not self.house.waiting():
                return
            self.house.advance(SURELY_OVER)
            self.sync(death)
        raise AssertionError([(one.kind, one.state, self.house.problem(one)) for one in self.house.waiting()])

    def sync(self, death: Death) -> None:
        """One run for Odoo; where the process dies in it, the next one goes on with the same store."""
        house = self.house
        house.advance(minutes=1)
        with house.odoo_alone():
            try:
                with death.waits_for(house.desk):
                    house.engine().run_once(Manner())
            except Killed:
                death.dead = False
            else:
                return
        self.reopen()

    def reopen(self) -> None:
        old = self.house.desk
        old.store.close()
        store = open_store(old.store.place, old.clock.now, None)
        desk = company.open_desk(store, old.photos, old.clock, "bench-1")
        self.house.desk, self.house.bench = desk, Bench(desk, self.house.clock)

    def assert_right(self, serial: str, number: int) -> None:
        eyes = self.house.eyes
        [lot] = eyes.rows("stock.lot", [("name", "=", serial)], "company_id")
        assert lot["company_id"][0] == 1
        assert [row["state"] for row in eyes.sales(number)] == ["sale"]
        assert eyes.deliveries(number) == ["done"]
        assert eyes.left(number) == [(serial, "done", 1.0)]
        moved = eyes.rows(
            "stock.move.line",
            [("lot_id", "=", lot["id"]), ("state", "!=", "cancel")],
            "state",
            "location_id",
            "location_dest_id",
        )
        assert [row["state"] for row in moved] == ["done", "done"], "it came once and left once"
        assert serial not in eyes.in_stock()


@pytest.fixture
def telling(own_odoo_database: Database, shop: Shop, odoo_server: str) -> Iterator[Telling]:
    who = own_odoo_database.admin()
    with Wire(odoo_server) as wire:
        made = with_odoo(shop, own_odoo_database, who, url=wire.url)
        made.apart = True
        [first] = made.ready()
        made.offer()
        made.gone(first)
        settings.put(made.desk, "backmarket.orders", "automatic")
        made.sync()
        made.arrive()
        told = Telling(made, wire)
        yield told
        told.house.desk.store.close()


def died_at(telling: Telling, moments: Sequence[int]) -> None:
    for at in moments:
        died_at_all(telling, [at])


def lost_at(telling: Telling, cases: Sequence[tuple[int, Trouble]]) -> None:
    for nth, trouble in cases:
        before = telling.wire.writes
        telling.wire.trouble = lambda call, n=before + nth, t=trouble: t if call.write == n else None  # type: ignore[misc]
        try:
            telling.tell(Death())
        except AssertionError as error:
            raise AssertionError(f"{trouble} at write {nth}: {error}") from error
        assert telling.wire.writes - before >= nth


def counted(telling: Telling) -> tuple[int, int]:
    """Moments to die at, and writes at Odoo, of an undisturbed story."""
    telling.tell(Death())  # what a database does the first time is no part of it
    death, before = Death(), telling.wire.writes
    telling.tell(death)
    return death.count, telling.wire.writes - before


@dataclass
class Losses:
    """Each of these writes loses its answer once, two others of its story come through before the next one does. A
    write is known by what it calls, and by how many such calls its story had before."""

    left: set[tuple[str, int]]
    seen: Counter[str] = field(default_factory=Counter)
    between: int = 0

    def begin(self) -> Self:
        """Another story is told."""
        self.seen.clear()
        return self

    def __call__(self, call: Call) -> Trouble | None:
        if not call.write:
            return None
        write = call.what, self.seen[call.what]
        self.seen[call.what] += 1
        self.between += 1
        if write not in self.left or self.between < 3:
            return None
        self.left.remove(write)
        self.between = 0
        return Trouble.AFTER


def test_deaths_and_lost_answers_leave_one_of_everything(telling: Telling) -> None:
    """Several in each story, so that few stories tell of every write; the slow ones tell of each alone."""
    telling.tell(Death())  # what a database does the first time is no part of it
    death, looking = Death(), Losses(set())
    telling.wire.trouble = looking
    telling.tell(death)
    moments, writes = death.count, looking.seen
    assert moments > 20 and writes.total() > 8
    for first in range(1, moments // 3, 4):
        died_at_all(telling, range(first, moments + 1, moments // 3))
    losses, stories = Losses({(what, nth) for what in writes for nth in range(writes[what])}), 0
    while losses.left:
        stories += 1
        assert stories <= writes.total(), losses.left
        telling.wire.trouble = losses.begin()
        telling.tell(Death())
    print(f"\nlost answers: each of {writes.total()} writes, in {stories} stories: each ended right")


def died_at_all(telling: Telling, moments: Collection[int]) -> None:
    try:
        telling.tell(Death(moments))
    except AssertionError as error:
        raise AssertionError(f"dead before {list(moments)}: {error}") from error


@pytest.mark.slow
def test_wherever_the_process_dies_there_is_one_of_everything(telling: Telling) -> None:
    moments, _ = counted(telling)
    assert moments > 20
    told = share(list(range(1, moments + 1)))
    died_at(telling, told)
    print(f"\ndeaths: {len(told)} of {moments} moments: each ended right")


@pytest.mark.slow
def test_whichever_answer_gets_lost_there_is_one_of_everything(telling: Telling) -> None:
    _, writes = counted(telling)
    assert writes > 8
    told = share([(nth, trouble) for nth in range(1, writes + 1) for trouble in Trouble])
    lost_at(telling, told)
    print(f"\nlost answers: {len(told)} of {writes} writes, {len(Trouble)} ways each: each ended right")
