"""A shop for tests: a real store, a simulated marketplace over real HTTP, and one clock for both. Nobody waits.

`shop.sync()` is one run of the engine; `shop.advance()` moves both clocks. What the marketplace shows and what was
written to it are asked of the simulator, never of our own store.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from bmdesk.connectors.backmarket.connector import Manners
from bmdesk.connectors.http import Timeouts
from bmdesk.domain.listing_reasons import ASPECTS, Aspect
from bmdesk.domain.unit import GoneReason
from bmdesk.services import company, settings
from bmdesk.services.desk import Actor, Desk
from bmdesk.services.goods import units_actions
from bmdesk.services.selling import accounts, linking, management
from bmdesk.services.syncing import outbox
from bmdesk.simulator import Simulator
from bmdesk.store.engine import Place
from bmdesk.store.opening import open_store
from bmdesk.store.photos import Photos
from bmdesk.store.queries import listing_lists, listings, outbox_lists, sync_log
from bmdesk.store.queries.listing_lists import After
from bmdesk.store.queries.listings import ListingRow, MarketRow
from bmdesk.store.queries.outbox import EffectRow
from bmdesk.store.tables.listings import listing
from bmdesk.store.tables.units import stay
from bmdesk.sync.engine import Engine, Report
from bmdesk.sync.manner import Manner
from bmdesk.sync.opening import Tools, opener
from bmdesk.system.clock import FixedClock
from bmdesk.system.secrets import Secrets
from bmdesk.texts import Text
from tests import retold
from tests.desks import PHONE, Bench
from tests.retold import Story

OWNER = Actor("OWNER", "owner", "bench-1")

FIRST = f"{PHONE}-EXCELLENT"
"""The SKU of a unit that passed everything."""
SECOND = f"{PHONE}-GOOD"
"""The SKU of the same unit graded again (`Shop.regrade`)."""

PATIENT = Timeouts(connect=10.0, read=30.0, total=60.0, settle=90.0)
HASTY = Timeouts(connect=10.0, read=0.25, total=0.5, settle=90.0)
"""For stories in which an answer never comes."""

_tokens = itertools.count(1)


class Fresh(Secrets):
    """A token that no other store of this test run has: stores of one machine may not share one."""

    def __init__(self) -> None:
        super().__init__(Path("/nowhere"), {})
        self.token = f"dG9rZW4t{next(_tokens)}"

    def get(self, name: str) -> str | None:
        return self.token


@pytest.fixture(scope="session")
def marketplace() -> Iterator[Simulator]:
    """One server for all stories of a process; `market` gives it to a test as it is on its first day."""
    with Simulator(clock=FixedClock().now(), limits=False, task_seconds=0) as running:
        yield running


@pytest.fixture
def market(marketplace: Simulator) -> Simulator:
    """An empty marketplace: no limits, tasks done at once, its clock held where the shop's is."""
    marketplace.reset()
    return marketplace


@dataclass
class Shop:
    """A desk with an account at the marketplace."""

    desk: Desk
    clock: FixedClock
    market: Simulator
    account: str
    tools: Tools
    bench: Bench
    units: dict[str, str] = field(default_factory=dict)
    """Identifier of each unit by its id."""
    story: Story | None = field(default=None, repr=False)
    """What it lived through, where that is remembered."""

    # ---------------------------------------------------------------- time and runs

    def advance(self, by: timedelta | None = None, **parts: float) -> None:
        """Time passes, here and there."""
        self.clock.advance(by, **parts)
        self.meet()

    def meet(self) -> None:
        """The marketplace's clock stands where ours stands (scans move ours)."""
        self.market.clock = self.clock.now()

    def engine(self) -> Engine:
        return Engine(self.desk, opener(self.desk, self.tools))

    def sync(self, **manner: Any) -> Report:
        """One run that reads everything and does not wait for more to gather."""
        self.meet()
        return self.engine().run_once(Manner(**{"everything": True, **manner}))

    def tick(self, **manner: Any) -> Report:
        """One run as the worker makes it: only what is due."""
        return self.sync(everything=False, **manner)

    def hasty(self) -> None:
        """From now on give up quickly."""
        self.tools = replace(self.tools, manners=replace(self.tools.manners, timeouts=HASTY))

    def settle(self, runs: int = 30, minutes: float = 20) -> None:
        """Sync and let time pass until nothing waits any more, at most so often."""
        for _ in range(runs):
            self.sync()
            if not self.open():
                return
            self.advance(minutes=minutes)

    # ---------------------------------------------------------------- the house

    @retold.step
    def put(self, name: str, value: str) -> None:
        """The company has this setting from now on."""
        settings.put(self.desk, name, value)

    @retold.step
    def ready(self, count: int = 1, model: str = PHONE) -> list[str]:
        """So many clean units of one SKU; their ids."""
        made = []
        for _ in range(count):
            identifier = imei(len(self.units) + 1)
            unit = self.bench.ready_unit(identifier, model)
            self.units[unit] = identifier
            made.append(unit)
        return made

    @retold.step
    def spent(self, minor: int | None) -> None:
        """Each unit cost so many cents from now on, under the margin scheme; None: nobody knows what."""
        values = {"cost_minor": minor, "cost_currency": "EUR", "vat_scheme": "margin"}
        mine = update(stay).where(stay.c.unit_id.in_(list(self.units))).values(values)
        self.desk.write(lambda tx: tx.connection.execute(mine))

    def regrade(self, unit: str, grade: str = "GOOD") -> None:
        """The unit is looked at again and graded worse."""
        self.bench.good(self.units[unit], f"BMD:GRADE:{grade}:worn", "BMD:DONE")

    def hold(self, *units: str) -> None:
        units_actions.hold(self.desk, OWNER, units, "customer calls back")

    def release(self, *units: str) -> None:
        units_actions.release(self.desk, OWNER, units)

    def gone(self, *units: str) -> None:
        units_actions.mark_gone(self.desk, OWNER, units, GoneReason.SOLD_ELSEWHERE)

    # ---------------------------------------------------------------- listings here

    def listed(self, sku: str) -> ListingRow:
        """The listing with this SKU, as the store has it."""
        bears = listing.c.sku_key == sku.casefold()
        rows = self.desk.read(lambda c: listing_lists.page(c, self.account, [bears], After(), 2))
        assert len(rows) == 1, f"{len(rows)} listings {sku}"
        return rows[0]

    def cell(self, sku: str, market: str) -> MarketRow:
        row = self.listed(sku)
        found = self.desk.read(lambda c: listings.market(c, row.id, market))
        assert found is not None
        return found

    @retold.step
    def offer(self, sku: str = FIRST, quantity: int = 0, *, manage: bool = True, **facts: Any) -> str:
        """A listing that is there before bmdesk: read, linked by its SKU, handed over with all aspects; its id."""
        grade = sku.removesuffix("-NB").rsplit("-", 1)[-1]
        facts.setdefault("prices", {"fr-fr": 500})
        self.market.add_listing(sku, grade=grade, quantity=quantity, **facts)
        self.sync()
        row = self.listed(sku)
        if row.sku_id is None:
            linking.confirm_text(self.desk, OWNER, row.id, sku)
        if manage:
            self.manage(sku)
        return row.id

    def manage(self, *skus: str, aspects: tuple[Aspect, ...] = ASPECTS) -> None:
        """Hand these listings over, exactly as a preview shows them."""
        chosen = [self.listed(sku).id for sku in skus]
        shown = management.preview(self.desk, self.account, chosen, aspects)
        done = management.manage(self.desk, OWNER, self.account, chosen, aspects, shown.digest)
        assert done.count == len(skus), done.problems

    def manage_all(self) -> None:
        """Everything, and missing listings are made."""
        shown = management.preview(self.desk, self.account)
        management.manage(self.desk, OWNER, self.account, None, ASPECTS, shown.digest)

    def unmanage(self, *skus: str, aspects: tuple[Aspect, ...] = ASPECTS) -> None:
        management.unmanage(self.desk, OWNER, self.account, [self.listed(s).id for s in skus], aspects)

    # ---------------------------------------------------------------- the outbox

    def effects(self, *states: str, kind: str = "") -> list[EffectRow]:
        """Effects in these states (none: all), oldest first."""
        found = self.desk.read(lambda c: outbox_lists.shown(c, self.desk.company, limit=10_000))
        rows = [one.effect for one in reversed(found)]
        return [r for r in rows if (not states or r.state in states) and kind in ("", r.kind)]

    def open(self) -> list[EffectRow]:
        return self.effects("pending", "in_flight", "uncertain")

    def retry(self, effect: EffectRow) -> None:
        """A person says: again, and ours counts."""
        assert outbox.retry(self.desk, OWNER, [effect.id]).done

    def problem(self, effect: EffectRow) -> str:
        """The code of what an effect says happened."""
        return outbox.shown(self.desk, effect.id).title.code

    def log(self) -> list[Text]:
        """What sync wrote down for people, newest first."""
        lines = self.desk.read(lambda c: sync_log.log_lines(c, self.desk.company, limit=1000))
        return [line.text for line in lines]

    def log_codes(self) -> set[str]:
        return {text.code for text in self.log()}

    # ---------------------------------------------------------------- the marketplace

    def remote(self, sku: str = FIRST) -> int:
        """The quantity it shows."""
        return int(self.market.listing(sku)["quantity"])

    def price(self, sku: str = FIRST, market: str = "fr-fr") -> str | None:
        """The price it shows."""
        offers: Mapping[str, Any] = self.market.listing(sku)["markets"]
        return offers[market]["price"] if market in offers else None

    def writes(self, kind: str | None = None, **match: Any) -> list[dict[str, Any]]:
        """What our calls changed there."""
        return self.market.ledger.writes(kind, **match)

    def online(self) -> set[str]:
        """Listings' ids that a complete reading showed online."""
        ids = [
            row.id for row in self.desk.read(lambda c: listing_lists.page(c, self.account, [], After(), 500))
        ]
        return self.desk.read(lambda c: set(listing_lists.online(c, ids)))


def imei(number: int) -> str:
    """An IMEI of this number, with its check digit."""
    body = f"35693803{number:06}"
    doubled = (int(d) * (1 + n % 2) for n, d in enumerate(body))
    return body + str(-sum(d // 10 + d % 10 for d in doubled) % 10)


def make_shop(desk: Desk, clock: FixedClock, market: Simulator, **wanted: str) -> Shop:
    """An account for this marketplace on this desk."""
    values = {
        "url": market.url,
        "environment": "preprod",
        "company": "Blue Phones",
        "contact": "it@blue.example",
    }
    account = accounts.add(desk, **{**values, "markets": "fr-fr", "rate": "0.95", **wanted}).id
    return open_shop(desk, clock, market, account)


def open_shop(
    desk: Desk,
    clock: FixedClock,
    market: Simulator,
    account: str,
    secrets: Secrets | None = None,
    width: int = 1,
) -> Shop:
    """A shop on a store that has its account already."""
    tools = Tools(secrets or Fresh(), Manners(width, PATIENT, retry_pauses=()), rest=lambda _: None)
    shop = Shop(desk, clock, market, account, tools, Bench(desk, clock))
    shop.tools = replace(tools, rest=lambda seconds: shop.advance(seconds=seconds))
    return shop


def reopened(shop: Shop, file: Path) -> Shop:
    """The next process on the same store file, at the same marketplace, with the same token."""
    store = open_store(Place.of_file(file), shop.clock.now, None)
    desk = company.open_desk(store, Photos(file.parent / "photos"), shop.clock, "bench-1")
    again = open_shop(desk, shop.clock, shop.market, shop.account, shop.tools.secrets)
    again.tools = replace(again.tools, manners=shop.tools.manners)
    again.units = dict(shop.units)
    return again


@pytest.fixture
def shop(desk: Desk, clock: FixedClock, market: Simulator, tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """A shop in France."""
    made = make_shop(desk, clock, market)
    retold.begin(made, tmp_path_factory.getbasetemp() / "stories")
    return made
