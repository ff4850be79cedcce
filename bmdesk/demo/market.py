"""The evening of the demo: the day's devices go online at a simulated Back Market, one is sold, one is graded again.

All of it by real HTTP against a marketplace on this machine; the same services and the same engine that a seller's own
account uses.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from bmdesk.connectors.backmarket.connector import Manners
from bmdesk.demo import parcels
from bmdesk.demo.story import Told
from bmdesk.domain.effects import EffectState
from bmdesk.domain.listing_reasons import ASPECTS
from bmdesk.services import policies, policy_documents, settings
from bmdesk.services.desk import Actor, Desk
from bmdesk.services.grading import bench
from bmdesk.services.grading.bench import Seat
from bmdesk.services.prices import applying, simulation
from bmdesk.services.selling import accounts, link_list, linking, management
from bmdesk.simulator import Simulator
from bmdesk.store.engine import Connection
from bmdesk.store.queries import catalogue, listings, outbox_lists, unit_lists, units
from bmdesk.store.queries.units import UnitRow
from bmdesk.sync.manner import Manner
from bmdesk.sync.opening import Syncing, Tools
from bmdesk.system.clock import FixedClock
from bmdesk.system.paths import DataDir
from bmdesk.system.secrets import Secrets

MARKETS = ("fr-fr", "de-de", "en-gb")
TOKEN = "demo"
_OWNER = Actor("SAM", "supervisor", "bench-3")
_OWN_NAMES = ("iP12.64GB.Blue.Good", "iP13.128.MID.Vgood", "GalaxyS22-128-Green-Good")
"""How sellers named their listings before: linked by a person, from suggestions."""


_RULES = (
    {"id": "parcel", "shipping": "6.90 EUR", "margin": {"percent": "8"}},
    {"id": "prices", "rounding": {"step": "1", "ending": "0.99"}, "daily_percent": "15"},
    {"id": "uk", "scope": {"market": "en-gb"}, "multiplier": "1.04"},
    {
        "id": "de-excellent",
        "scope": {"market": "de-de", "grade": "EXCELLENT"},
        "share": "0.8",
        "automatic": True,
    },
)
"""What the owner of the story thinks of prices."""


@dataclass(frozen=True, slots=True)
class Evening:
    """What the marketplace saw."""

    listed: int
    listings: int
    markets: int
    orders: int
    effects: int
    requests: int
    too_many_requests: int
    doubled_effects: int
    repriced: int
    morning: parcels.Morning


@contextmanager
def marketplace() -> Iterator[Simulator]:
    """A Back Market on this machine, with what a seller has there before bmdesk comes."""
    with Simulator(task_seconds=0, seed=41) as simulator:
        yield simulator


def play(told: Told, data: DataDir, market: Simulator) -> Evening:
    """Connect, read, link, hand over, list; a customer buys, a phone is graded again; the quantities follow."""
    desk, clock = told.session.desk, told.clock
    _seed(desk, market)
    _connect(desk, data, market)
    with Syncing.begin(desk, _tools(data, clock)) as syncing:
        _sync(syncing)
        _link(desk)
        _hand_over(desk)
        _sync(syncing)
        _compete(market)
        repriced = _price(desk)
        _sync(syncing)
        settings.put(desk, "backmarket.every.backbox", "60")
        _sell_one(market)
        _sync(syncing)
        _grade_again(desk, clock)
        _sync(syncing)
        morning = parcels.play(told, market, syncing)
    return _evening(desk, market, repriced, morning)


def _tools(data: DataDir, clock: FixedClock) -> Tools:
    def rest(seconds: float) -> None:
        time.sleep(seconds)
        clock.advance(seconds=seconds)

    return Tools(Secrets(data.root), Manners(width=4), rest)


def _sync(syncing: Syncing) -> None:
    syncing.run(Manner(everything=True, width=4))


def _connect(desk: Desk, data: DataDir, market: Simulator) -> None:
    Secrets(data.root).set(accounts.token_name(), TOKEN)
    for name, value in (
        ("backmarket.url", market.url),
        ("backmarket.region", "EU"),
        ("backmarket.markets", ",".join(MARKETS)),
        ("backmarket.company", "SecondLifePhones"),
        ("backmarket.contact", "desk@example.invalid"),
        # The whole story must fit into a coffee break.
        ("backmarket.rate", "0.95"),
        ("backmarket.every.backbox", "0"),  # who wins is asked once, when the prices of the story stand
        ("rate.GBP", "0.86"),
    ):
        settings.put(desk, name, value)
    accounts.ensure(desk)


def _seed(desk: Desk, market: Simulator) -> None:
    """Some listings have bmdesk's own SKUs with old quantities, some the seller's earlier names, one is no phone."""

    def known(connection: Connection) -> list[catalogue.VariantRow]:
        return catalogue.search(connection, desk.company, "", limit=50)

    variants = {row.model_code: row for row in desk.read(known)}
    for row in variants.values():
        market.add_product(row.title, product_id=row.backmarket_product_id, category=row.category)
    for number, (code, grade) in enumerate(
        (("IP13-128-MID", "EXCELLENT"), ("IP12-64-BLU", "EXCELLENT"), ("IP11-64-BLK", "GOOD"))
    ):
        new_price = variants[code].new_price_minor or 0
        market.add_listing(
            f"{code}-{grade}",
            grade=grade,
            quantity=number * 2,
            product_id=variants[code].backmarket_product_id,
            prices={"fr-fr": f"{new_price * 72 // 10_000}.00"},
        )
    for sku, code, grade in zip(
        _OWN_NAMES,
        ("IP12-64-BLU", "IP13-128-MID", "GS22-128-GRN"),
        ("GOOD", "VERY_GOOD", "GOOD"),
        strict=True,
    ):
        market.add_listing(
            sku,
            grade=grade,
            quantity=1,
            product_id=variants[code].backmarket_product_id,
            prices={"fr-fr": "419.00"},
        )
    market.add_listing("SWITCH-OLED-WHT", title="Nintendo Switch OLED - White", grade="GOOD", quantity=0)


def _link(desk: Desk) -> None:
    """One of those beyond doubt is confirmed; the rest waits in Linking for whoever looks."""
    account = accounts.the_account(desk)
    sure = link_list.sure(desk, account.id)
    seen = {row.listing.id: row.sure.sku_text for row in sure[:1] if row.sure is not None}
    linking.confirm_all(desk, _OWNER, account.id, seen)


def _hand_over(desk: Desk) -> None:
    account = accounts.the_account(desk)
    shown = management.preview(desk, account.id)
    management.manage(desk, _OWNER, account.id, None, ASPECTS, shown.digest)


def _compete(market: Simulator) -> None:
    """Others sell the same phones in France: some cheaper, some dearer."""
    for number, listing in enumerate(market.listings()):
        price = listing["markets"].get("fr-fr", {}).get("price")
        if price is not None and listing["quantity"] > 0:
            market.rivals(listing, "fr-fr", round(float(price) * (0.9, 0.97, 1.08)[number % 3], 2))


def _price(desk: Desk) -> int:
    """The owner sets rules, looks at what they would change, and writes it; how many prices."""
    body = policies.shipped("pricing")
    policy_documents.save_document(desk, _OWNER, "pricing", {**body, "rules": [*body["rules"], *_RULES]})
    account = accounts.the_account(desk)
    shown = simulation.simulate(desk, account.id)
    return applying.apply(desk, _OWNER, account.id, shown.digest).count


def _sell_one(market: Simulator) -> None:
    for listing in market.listings():
        if listing["quantity"] > 0 and listing["sku"].startswith("IP"):
            market.order(listing, market="fr-fr")
            return


def _grade_again(desk: Desk, clock: FixedClock) -> None:
    """In daylight Ana sees a dent: the phone leaves one listing before it counts for another."""
    ready = desk.read(lambda c: _a_ready_phone(c, desk.company))
    if ready is None:
        return
    seat = Seat("luis")
    code = desk.read(lambda c: units.identifiers(c, ready.id))[0].value
    worse = "FAIR" if ready.grade == "GOOD" else "GOOD"
    for text in (code, f"BMD:GRADE:{worse}:A dent on the frame, seen in daylight", "BMD:DONE"):
        clock.advance(seconds=3)
        bench.scan(desk, seat, text)


def _a_ready_phone(connection: Connection, company: str) -> UnitRow | None:
    ready = unit_lists.page(connection, company, [unit_lists.in_state(company, "ready")], "", 0, 50)
    for row in unit_lists.rows(connection, ready):
        if row.unit.grade in ("EXCELLENT", "GOOD") and (row.unit.model_code or "").startswith("IP1"):
            return row.unit
    return None


def _evening(desk: Desk, market: Simulator, repriced: int, morning: parcels.Morning) -> Evening:
    account = accounts.the_account(desk)

    def work(connection: Connection) -> tuple[int, int, int]:
        managed = [row for row in listings.managed(connection, account.id) if row.manage_stock]
        states = outbox_lists.count_by_state(connection, desk.company)
        return sum(row.quantity for row in managed), len(managed), states.get(EffectState.DONE.value, 0)

    listed, managed, done = desk.read(work)
    made = market.ledger.writes("create")
    return Evening(
        listed=listed,
        listings=managed,
        markets=len(MARKETS),
        orders=market.ledger.count("order"),
        effects=done,
        requests=len(market.ledger.requests),
        too_many_requests=market.ledger.count_requests(status=429),
        doubled_effects=len(made) - len({str(effect["sku"]).lower() for effect in made}),
        repriced=repriced,
        morning=morning,
    )
