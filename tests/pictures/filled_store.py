"""A filled store: the demo's day and morning, and what pictures need besides."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bmdesk.demo import market
from bmdesk.demo.story import Told, tell
from bmdesk.system import machine as m
from bmdesk.system.machine import MachineSettings
from bmdesk.system.paths import DataDir

UNITS = 24
"""So many devices has the day of the story: enough for a line in every list, and quickly told."""


@contextmanager
def filled(folder: Path, units: int = UNITS) -> Iterator[DataDir]:
    """A data folder after the demo's day and morning; its marketplace answers as long as this lasts. Takes a while."""
    data = DataDir(folder).prepare()
    MachineSettings(data.settings).set(m.STATION, "bench-3")
    with market.marketplace() as running:
        told = tell(data, units, lambda _: None)
        try:
            market.play(told, data, running)
            _hard_words(told)
            _mistakes_made(told)
            _tree(told, data)
        finally:
            told.session.close()
        yield data


def _hard_words(told: Told) -> None:
    """Words from outside are long: they must not push anything out of its place."""
    from bmdesk.services.goods import receiving
    from bmdesk.services.goods.receiving import BatchForm

    long = "Rücknahme Großhandelsgesellschaft Elektronikaltgeräte Nordrhein-Westfalen " * 2
    receiving.open_batch(
        told.session.desk,
        BatchForm("TI-042-NACHLIEFERUNG-AUS-LYON", source="trade_in", supplier=long[:100], note=long),
    )


def _mistakes_made(told: Told) -> None:
    """Mistakes that bmdesk can end, and one that somebody lets stand."""
    from bmdesk.services.desk import Actor
    from bmdesk.services.selling import accounts, listing_lint
    from bmdesk.store.queries import listings
    from bmdesk.store.transaction import Tx

    desk = told.session.desk
    account = accounts.the_account(desk).id
    rows = desk.read(lambda c: listings.managed(c, account))

    def spoil(tx: Tx) -> None:
        for number, row in enumerate(rows[:6]):
            cell = listings.markets(tx.connection, [row.id])[row.id][0]
            price = cell.wanted_minor or cell.price_minor or 0
            spoilt = ({"min_minor": price + 4000}, {"max_minor": price - 4000}, {"comment": ""})[number % 3]
            listings.set_market(tx, row.id, cell.market, **spoilt)

    desk.write(spoil)
    actor, found = Actor("SAM", "supervisor", "bench-3"), listing_lint.look(desk, account).open
    one = found[-1].finding
    listing_lint.ignore(
        desk, actor, account, one.listing_id, one.code, "Asked Back Market to look at it", one.market
    )


def _tree(told: Told, data: DataDir) -> None:
    """The marketplace's categories are read; phones have a leaf, and one phone is known to nobody there."""
    from bmdesk.connectors.backmarket.connector import Manners
    from bmdesk.domain.proposals import Sheet
    from bmdesk.services.desk import Actor
    from bmdesk.services.goods import catalog
    from bmdesk.services.goods.catalog import VariantForm
    from bmdesk.services.selling import accounts, categories, proposals
    from bmdesk.sync import market_reading
    from bmdesk.sync.opening import Tools
    from bmdesk.system.secrets import Secrets

    desk = told.session.desk
    owner = Actor("OWNER", "owner", "bench-3")
    told.clock.advance(minutes=1)  # the morning used up what may be asked in ten seconds
    tools = Tools(Secrets(data.root), Manners(), lambda _: None)
    market_reading.categories(desk, tools, "default", lambda: True)
    account = accounts.the_account(desk, "default").id
    attributes = (("memory", "8 GB"), ("network", "Locked to a provider"))
    form = VariantForm("FP5-256-TRN", "Fairphone", "5", "phone", "256 GB", "Transparent", attributes)
    catalog.save_variant(desk, None, form)
    categories.map_products(desk, owner, account, 2, ["FP5-256-TRN"])
    categories.choose_source(desk, owner, account, 2, "unlocked", "network")
    images = (f"https://shop.example/pictures/fairphone-5/{'front-' * 12}.jpg",)
    proposals.save(desk, owner, account, "FP5-256-TRN", Sheet(images=images))
