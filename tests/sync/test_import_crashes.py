"""The process dies before any commit and any call while orders come in: in the end every order is there, once."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from bmdesk.connectors.backmarket.connector import Manners
from bmdesk.services import company
from bmdesk.services.orders import history_import
from bmdesk.services.selling import accounts
from bmdesk.simulator import Simulator
from bmdesk.store.engine import Connection, Place
from bmdesk.store.opening import open_store
from bmdesk.store.photos import Photos
from bmdesk.store.tables import customers as people
from bmdesk.store.tables import orders, parcels
from bmdesk.sync.manner import Manner
from bmdesk.system.clock import FixedClock
from tests.faults.lives import Crash, Death
from tests.faults.share import share
from tests.markets import FIRST, OWNER, PATIENT, Fresh, Shop, make_shop, open_shop

pytestmark = pytest.mark.sqlite_only

OLD = 101


class Tale:
    """Orders of today, one of Backship, and a history: read by a process that dies where it is told to."""

    def __init__(self, template: Path, folder: Path, market: Simulator, width: int) -> None:
        folder.mkdir(parents=True)
        shutil.copyfile(template, folder / "store.db")
        self.clock, self.market, self.folder, self.width = FixedClock(), market, folder, width
        self.token = Fresh()
        market.reset()
        self.shop = self._process()
        make_shop(self.shop.desk, self.clock, market)
        self.shop.desk.store.close()
        self.shop = self._process()
        market.clock = self.clock.now()
        market.add_listing(FIRST, grade="EXCELLENT", quantity=999, prices={"fr-fr": 500})
        begun = self.clock.now() - timedelta(days=100)
        for n in range(OLD):
            number = market.order(FIRST, at=begun + timedelta(hours=n))
            market.set_line_state(market.order_state(number)["lines"][0]["id"], 3)
            market.world.orders[number].modified = begun + timedelta(hours=n)
        for _ in range(2):
            market.order(FIRST)
        market.control(accept={"order": market.order(FIRST, backship=True)})

    def _process(self) -> Shop:
        store = open_store(Place.of_file(self.folder / "store.db"), self.clock.now, None)
        desk = company.open_desk(store, Photos(self.folder / "photos"), self.clock, "bench-1")
        known = accounts.listed(desk)
        account = known[0].row.id if known else ""
        shop = open_shop(desk, self.clock, self.market, account, self.token)
        shop.tools = replace(shop.tools, manners=Manners(self.width, PATIENT, retry_pauses=()))
        return shop

    def tell(self, death: Death) -> int:
        """How many times the process died."""
        deaths = 0
        for step in (self._today, self._ask, self._today):
            while True:
                try:
                    with death.waits_for(self.shop.desk):
                        step()
                    break
                except Crash:
                    deaths += 1
                    death.dead = False
                    self.shop.desk.store.close()
                    self.shop = self._process()
        for _ in range(3):
            self.shop.advance(minutes=20)
            self.shop.sync()
        return deaths

    def _today(self) -> None:
        self.shop.meet()
        self.shop.engine().run_once(Manner(everything=True, width=self.width))

    def _ask(self) -> None:
        since, until = self.clock.now() - timedelta(days=365), self.clock.now() - timedelta(days=50)
        if not history_import.of_account(self.shop.desk, self.shop.account):
            history_import.start(self.shop.desk, OWNER, self.shop.account, since, until)

    def assert_right(self) -> None:
        def counted(connection: Connection) -> dict[str, Any]:
            def rows(table: Any, *where: Any) -> int:
                return int(
                    connection.execute(select(func.count()).select_from(table).where(*where)).scalar_one()
                )

            order = orders.customer_order.c
            return {
                "orders": rows(orders.customer_order),
                "lines": rows(orders.orderline),
                "owned": rows(orders.customer_order, order.customer_id.is_not(None)),
                "addresses": rows(people.order_address) >= rows(orders.customer_order),
                "kept": rows(parcels.document, parcels.document.c.state == "kept"),
                "shipments": rows(parcels.backship),
                "aside": rows(orders.quarantined),
            }

        found = self.shop.desk.read(counted)
        (history,) = history_import.of_account(self.shop.desk, self.shop.account)
        assert (history.state, history.seen, history.new, history.problem) == ("done", OLD, OLD, None)
        whole = OLD + 3
        assert found == {
            "orders": whole,
            "lines": whole,
            "owned": whole,
            "addresses": True,
            "kept": 4,
            "shipments": 1,
            "aside": 0,
        }
        assert self.market.ledger.writes() == []
        for blob in self.shop.desk.photos.folder.rglob("*"):
            assert not blob.is_file() or len(blob.name) == 64


def die_at(template: Path, folder: Path, market: Simulator, moments: Iterable[int], width: int) -> int:
    deaths = 0
    for at in moments:
        tale = Tale(template, folder / str(at), market, width)
        try:
            deaths += tale.tell(Death(at))
            tale.assert_right()
        except AssertionError as error:
            raise AssertionError(f"dead at {at}, width {width}: {error}") from error
        finally:
            tale.shop.desk.store.close()
    return deaths


@pytest.fixture
def moments(template: Path, tmp_path: Path, market: Simulator) -> int:
    """How many moments to die there are when nobody dies."""
    tale, death = Tale(template, tmp_path / "whole", market, 1), Death()
    assert tale.tell(death) == 0
    tale.assert_right()
    tale.shop.desk.store.close()
    return death.count


def test_a_death_at_some_moments_loses_no_order(
    template: Path, tmp_path: Path, market: Simulator, moments: int
) -> None:
    assert moments > 40
    assert die_at(template, tmp_path, market, (moments * 3 // 4,), 1) == 1
    assert die_at(template, tmp_path, market, (moments // 2,), 4) == 1


@pytest.mark.slow
@pytest.mark.parametrize("width", [1, 4])
def test_a_death_at_every_moment_loses_no_order(
    template: Path, tmp_path: Path, market: Simulator, moments: int, width: int
) -> None:
    deaths = die_at(template, tmp_path, market, share(range(moments)), width)
    print(f"\nimport: {deaths} deaths at {moments} moments, width {width}: each ended right")
