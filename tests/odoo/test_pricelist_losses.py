"""Pricelists in Odoo 17, 18 and 19 (not real ones): whatever answer is lost, each is there once, and no wrong price."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from decimal import Decimal

import pytest

from bmdesk.connectors.failures import AnswerLost
from bmdesk.connectors.odoo.endpoint import OdooEndpoint
from bmdesk.connectors.odoo.prices.pricelists import PricelistsAtOdoo
from bmdesk.connectors.odoo.records import Records
from bmdesk.connectors.odoo.transport import JsonRpcTransport, OdooTransport
from bmdesk.domain.effects import PricelistOf
from bmdesk.domain.money import Money
from bmdesk.services.odoo.prices.pricelists_there import (
    LineThere,
    PricelistDoubt,
    PricelistKnown,
    PricelistResult,
    PricelistRight,
    PricelistThere,
)
from tests.odoo.fake import DATABASE, PASSWORD, USER
from tests.odoo.fake_prices import EUR, LINES, LISTS, FakePrices
from tests.odoo.shops import Watched

ACCOUNT = "01JACCOUNT"


def a_list(
    grade: str, *lines: tuple[int, str], market: str = "fr-fr", currency: str = "EUR"
) -> PricelistThere:
    """`lines`: products there and their prices."""
    of = PricelistOf(ACCOUNT, market, grade)
    there = tuple(LineThere(f"01JV{product}", product, Decimal(price)) for product, price in lines)
    return PricelistThere(of, grade, currency, there)


@dataclass
class Desk:
    """What is remembered between runs, as the store would."""

    remote: OdooTransport
    known: dict[str, PricelistKnown] = field(default_factory=dict)

    def tell(
        self, *wanted: PricelistThere, through: OdooTransport | None = None, again: bool = False
    ) -> dict[str, PricelistResult]:
        keys = frozenset(one.of.key for one in wanted if again)
        there = PricelistsAtOdoo(Records(through or self.remote, 1))
        results = there.make_right(wanted, self.known, keys)
        for one in wanted:
            result = results[one.of.key]
            if isinstance(result, PricelistRight) and result.list_id:
                minor = {of.variant_id: Money.parse(of.price, one.currency).minor for of in one.lines}
                self.known[one.of.key] = PricelistKnown(result.list_id, minor)
        return results

    def right(self, *wanted: PricelistThere) -> list[PricelistRight]:
        results = self.tell(*wanted)
        assert all(isinstance(one, PricelistRight) for one in results.values()), results
        return [one for one in results.values() if isinstance(one, PricelistRight)]

    def doubt(self, wanted: PricelistThere) -> str:
        result = self.tell(wanted)[wanted.of.key]
        assert isinstance(result, PricelistDoubt), result
        return result.failure.code


@contextmanager
def desk_at(odoo: FakePrices) -> Iterator[Desk]:
    with closing(JsonRpcTransport(OdooEndpoint(odoo.url, DATABASE, USER, PASSWORD, company=1))) as remote:
        yield Desk(remote)


@pytest.mark.parametrize("version", ["17.0", "18.0", "19.0"])
def test_whichever_answer_is_lost_each_price_is_there_once(version: str) -> None:
    """A story of prices that come, change and go; each of its writes loses its answer once."""
    first = a_list("EXCELLENT", (11, "500.00"), (12, "450.00")), a_list("GOOD", (11, "420.00"))
    then = a_list("EXCELLENT", (11, "489.99")), a_list("GOOD")
    last = a_list("EXCELLENT", (11, "489.99"), (13, "99.00")), a_list("GOOD", (11, "430.00"))
    lost = 0
    while True:
        with FakePrices(version) as odoo, desk_at(odoo) as desk:
            watched = Watched(desk.remote, loses=lost)
            for wanted in (first, then, last):
                try:
                    told = desk.tell(*wanted, through=watched)
                except AnswerLost:
                    told = desk.tell(*wanted, again=True)
                assert [one.notes for one in told.values() if isinstance(one, PricelistRight)] == [(), ()]
            assert len(odoo.records[LISTS]) == 3 and len(odoo.records[LINES]) == 3
            assert odoo.lines(odoo.named("EXCELLENT")) == {11: 489.99, 13: 99.0}
            assert odoo.lines(odoo.named("GOOD")) == {11: 430.0}
            assert all(one["active"] for one in odoo.records[LISTS].values())
            assert odoo.records[LISTS][1]["name"] == "Default"
            assert [one.changed for one in desk.right(*last)] == [0, 0], "nothing is left to write"
        if lost > watched.writes:
            break
        lost += 1
    assert lost > 6


def test_what_is_on_its_way_when_the_next_price_comes_is_no_change_of_somebody_else() -> None:
    with FakePrices() as odoo, desk_at(odoo) as desk:
        desk.right(a_list("GOOD", (11, "420.00")))
        with pytest.raises(AnswerLost):
            desk.tell(a_list("GOOD", (11, "410.00")), through=Watched(desk.remote, loses=1))
        told = desk.tell(a_list("GOOD", (11, "400.00")), again=True)
        assert [one.notes for one in told.values() if isinstance(one, PricelistRight)] == [()]
        odoo.records[LINES][11]["fixed_price"] = 1.0
        [again] = desk.right(a_list("GOOD", (11, "400.00")))
        assert [text.code for text in again.notes] == ["odoo.pricelist.lines_changed_back"]
        assert odoo.lines(odoo.named("GOOD")) == {11: 400.0}


def test_a_product_that_is_gone_there_stops_no_other_price_and_leaves_no_wrong_one() -> None:
    with FakePrices() as odoo, desk_at(odoo) as desk:
        desk.right(a_list("GOOD", (11, "420.00"), (12, "300.00")))
        odoo.products.remove(12)
        wanted = a_list("GOOD", (11, "410.00"), (12, "290.00"))
        assert desk.doubt(wanted) == "odoo.pricelist.lines_refused"
        assert odoo.lines(odoo.named("GOOD")) == {11: 410.0}
        odoo.products.add(12)
        desk.right(wanted)
        assert odoo.lines(odoo.named("GOOD")) == {11: 410.0, 12: 290.0}


def test_prices_that_odoo_rounds_are_taken_out_and_said() -> None:
    with FakePrices("17.0", digits=0) as odoo, desk_at(odoo) as desk:
        assert desk.doubt(a_list("GOOD", (11, "419.99"), (12, "300.00"))) == "odoo.pricelist.rounded"
        assert odoo.lines(odoo.named("GOOD")) == {12: 300.0}
        yen = a_list("FAIR", (11, "42000"), market="ja-jp", currency="JPY")
        assert desk.doubt(yen) == "odoo.pricelist.currency"
        odoo.currencies["JPY"] = 3
        desk.right(yen)
        assert odoo.lines(odoo.named("FAIR")) == {11: 42000.0}


def test_a_currency_that_was_changed_is_changed_back_and_the_name_stays() -> None:
    with FakePrices() as odoo, desk_at(odoo) as desk:
        desk.right(a_list("GOOD", (11, "420.00")))
        mine = odoo.records[LISTS][odoo.named("GOOD")]
        mine |= {"currency_id": 2, "name": "Ours", "sequence": 1}
        [told] = desk.right(a_list("GOOD", (11, "420.00")))
        assert (mine["currency_id"], mine["name"], mine["sequence"]) == (EUR, "Ours", 1)
        assert [text.code for text in told.notes] == ["odoo.pricelist.changed_back"]


def test_ours_stand_behind_all_others() -> None:
    with FakePrices() as odoo, desk_at(odoo) as desk:
        odoo.records[LISTS][1]["sequence"] = 5000
        desk.right(a_list("GOOD", (11, "420.00")))
        assert odoo.records[LISTS][odoo.named("GOOD")]["sequence"] == "5001"


def test_many_prices_are_few_calls() -> None:
    with FakePrices() as odoo, desk_at(odoo) as desk:
        odoo.products |= set(range(1000, 1400))
        lists = [
            replace(a_list("GOOD", *((product, "100.00") for product in range(1000, 1400))), name=market)
            for market in ("fr-fr", "de-de", "es-es", "it-it", "fr-be")
        ]
        lists = [replace(one, of=replace(one.of, market=one.name)) for one in lists]
        watched = Watched(desk.remote)
        desk.tell(*lists, through=watched)
        assert len(odoo.records[LINES]) == 2000 and len(watched.calls) <= 20
        watched.calls.clear()
        desk.tell(*lists, through=watched)
        assert len(watched.calls) <= 6, watched.calls
