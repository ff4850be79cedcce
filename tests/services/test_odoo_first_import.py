"""What is found at Odoo becomes variants and units here; what is in doubt changes nothing and says why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from bmdesk.domain.gate import Level
from bmdesk.domain.identifiers import identify
from bmdesk.domain.unit import State
from bmdesk.services import settings
from bmdesk.services.desk import Desk
from bmdesk.services.goods import receiving
from bmdesk.services.goods.receiving import BatchForm
from bmdesk.services.grading.arrivals import first_seen
from bmdesk.services.odoo import choices, odoo_account
from bmdesk.services.odoo.choices import Candidate, Choice, Kind
from bmdesk.services.odoo.takeover import import_runs
from bmdesk.services.odoo.takeover.first_import import Arrival, house_of, take_piece, takes_evidence
from bmdesk.services.odoo.takeover.found_there import (
    LotValues,
    Outcome,
    PieceFound,
    ProductFound,
    Taken,
)
from bmdesk.services.odoo.takeover.import_runs import Wishes
from bmdesk.services.odoo.units import products_in, units_in
from bmdesk.services.odoo.units.units_there import LOT, PRODUCT
from bmdesk.store.kept import keep_text
from bmdesk.store.queries import catalogue, odoo, odoo_import, units
from bmdesk.store.queries.catalogue import VariantRow
from bmdesk.store.queries.odoo_import import LineRow, TallyRow
from bmdesk.store.transaction import Tx
from bmdesk.texts import Text, msg
from tests.desks import IMEIS, PHONE, TABLET, Bench

EAN = "0194252707227"  # of PHONE
STOCK, SHELF, ELSEWHERE = 8, 12, 20

ONE = ProductFound(41, "Sony Xperia 5", "XP5", "", "Phones")
PIECE = PieceFound(900, 77, IMEIS[0], 41, "Sony Xperia 5", (1, STOCK), "Stock")


@pytest.fixture
def connected(desk: Desk) -> Desk:
    """A desk whose company has an Odoo."""
    settings.put(desk, "odoo.url", "https://odoo.example.com")
    return desk


def account(desk: Desk) -> str:
    row = desk.read(lambda c: odoo_account.of(c, desk.company))
    assert row is not None
    return row.id


def product(desk: Desk, found: ProductFound = ONE, *, make: bool = True) -> Outcome | str:
    """What became of it; the code of the reason where it was left out."""
    return said(desk.write(lambda tx: products_in.take_product(tx, account(desk), found, make=make)))


def variant_of(desk: Desk, remote_id: int) -> VariantRow:
    row = desk.read(lambda c: odoo.by_remote(c, account(desk), PRODUCT, [remote_id]))[remote_id]
    return desk.read(lambda c: catalogue.variant(c, row.local_id))


def pieces(desk: Desk, *found: PieceFound, source: str = "") -> list[Outcome | str]:
    def work(tx: Tx) -> Sequence[Taken]:
        policies = desk.policies(tx.connection)
        house = house_of(tx, policies, STOCK)
        arrival = Arrival(account(desk), "ANNA", "bench-1", "Odoo 2026-11-22", source, house)
        return [take_piece(tx, policies, arrival, one) for one in found]

    return [said(one) for one in desk.write(work)]


def said(one: Taken) -> Outcome | str:
    return one.code if isinstance(one, Text) else one


def unit(desk: Desk, serial: str) -> units.UnitRow:
    unit_id = desk.read(lambda c: units.by_identifier(c, desk.company, serial))
    assert unit_id is not None
    return desk.read(lambda c: units.unit(c, unit_id))


# -------------------------------------------------------------------- products


def test_a_barcode_says_which_variant_it_is_before_the_code_does(connected: Desk) -> None:
    assert product(connected, replace(ONE, barcode=EAN, code="UNHEARD-OF")) is Outcome.KNOWN
    assert variant_of(connected, 41).model_code == PHONE
    assert product(connected, replace(ONE, barcode=EAN, code="UNHEARD-OF")) is Outcome.KNOWN


def test_without_a_barcode_the_code_does_whatever_its_case(connected: Desk) -> None:
    assert product(connected, replace(ONE, code=TABLET.lower(), barcode="no barcode")) is Outcome.KNOWN
    assert variant_of(connected, 41).model_code == TABLET


def test_what_nobody_knows_becomes_a_draft_with_what_its_attributes_say(connected: Desk) -> None:
    found = replace(
        ONE,
        name="Apple iPad Air",
        category="All / Goods",
        attributes=(("Storage", "64 GB"), ("Colour", "Blue"), ("Keyboard", "QWERTZ")),
    )
    assert product(connected, found) is Outcome.NEW
    row = variant_of(connected, 41)
    assert (row.model_code, row.brand, row.category, row.draft) == ("XP5", "Apple", "tablet", True)
    assert (row.storage, row.colour, row.attributes) == ("64 GB", "Blue", {"keyboard": "QWERTZ"})


def test_a_draft_without_a_code_gets_one_of_its_own(connected: Desk) -> None:
    bare = replace(ONE, code="", name="Unheard-of thing")
    assert [product(connected, replace(bare, id=one)) for one in (1, 2)] == [Outcome.NEW, Outcome.NEW]
    codes = [variant_of(connected, one).model_code for one in (1, 2)]
    assert codes == ["DRAFT-UNHEARD-OF-THING", "DRAFT-UNHEARD-OF-THING-2"]


def test_doubts_are_told_and_nothing_is_guessed(connected: Desk) -> None:
    before = connected.read(lambda c: catalogue.count(c, connected.company, ""))
    assert product(connected, replace(ONE, namesakes=2, code=TABLET)) == "odoo_import.code_shared"
    assert product(connected, replace(ONE, barcode=EAN, code=TABLET)) == "odoo_import.barcode_of_another"
    assert product(connected, make=False) == "odoo_import.product_not_here"
    assert product(connected, replace(ONE, code="X" * 65)) == "catalog.bad_variant.happened"
    assert product(connected, replace(ONE, barcode=EAN)) is Outcome.KNOWN
    assert product(connected, replace(ONE, id=42, barcode=EAN)) == "odoo_import.product_taken"
    assert connected.read(lambda c: catalogue.count(c, connected.company, "")) == before


# -------------------------------------------------------------------- stock


def test_a_serial_waits_for_the_bench_in_a_batch_of_its_own(connected: Desk) -> None:
    product(connected)
    piece = replace(PIECE, cost=Decimal("199.5"), currency="EUR", said=LotValues(IMEIS[1]))
    assert pieces(connected, piece) == [Outcome.NEW]
    row = unit(connected, IMEIS[1])
    assert row.id == unit(connected, IMEIS[0]).id
    assert (row.state, row.model_code, row.location, row.grade) == (State.RECEIVED, "XP5", "MAIN/-", "")
    stay = connected.read(lambda c: units.stay(c, row.id, 1))
    assert stay is not None and (stay["cost_minor"], stay["earlier_evidence"]) == (19950, "")
    (batch,) = receiving.list_batches(connected)
    assert (batch.code, batch.arrived, batch.incomplete) == ("Odoo 2026-11-22", 1, True)
    assert pieces(connected, piece) == [Outcome.KNOWN]
    assert connected.read(lambda c: units.stay(c, row.id, 2)) is None


def test_a_grade_there_is_earlier_evidence_and_the_gate_has_the_last_word(connected: Desk) -> None:
    product(connected)
    graded = LotValues("", ("no grade of ours", "GOOD"), 84, date(2026, 1, 2), {"x_bm_grade": "GOOD"})
    assert pieces(connected, replace(PIECE, said=graded)) == [Outcome.NEW]
    row = unit(connected, IMEIS[0])
    assert (row.grade, row.battery_percent, row.sku) == ("GOOD", 84, "XP5-GOOD")
    assert row.state in (State.HELD, State.READY)
    stay = connected.read(lambda c: units.stay(c, row.id, 1))
    assert stay is not None and stay["earlier_evidence"] == "Odoo, 2026-01-02"
    record = connected.read(lambda c: odoo.records(c, account(connected), LOT, [row.id]))[row.id]
    assert (record.remote_id, record.base) == (77, {"values": {"x_bm_grade": "GOOD"}, "place": STOCK})


def test_where_it_lies_follows_what_was_chosen(connected: Desk) -> None:
    product(connected)
    shelf = replace(PIECE, path=(1, STOCK, SHELF), place="B-07")
    odd = replace(PIECE, id=901, lot_id=78, serial="SN0002X", path=(1, STOCK, SHELF), place="by the door!")
    far = replace(PIECE, id=902, lot_id=79, serial="SN0003X", path=(1, ELSEWHERE), place="Stock")
    assert pieces(connected, shelf, odd, far) == [Outcome.NEW, Outcome.NEW, "odoo_import.place_unknown"]
    assert unit(connected, IMEIS[0]).location == "MAIN/B-07"
    assert unit(connected, "SN0002X").location == "MAIN/-"
    choices.keep(connected, None, [Choice(Kind.LOCATION, "SHOP", Candidate(ELSEWHERE, "Shop"))])
    assert pieces(connected, far) == [Outcome.NEW]
    assert unit(connected, "SN0003X").location == "SHOP/-"


@pytest.mark.parametrize(
    ("odd", "reason"),
    [
        (replace(PIECE, serial="356938035643808"), "identifier.not_an_imei.happened"),
        (replace(PIECE, serial="N/A"), "identifier.not_a_serial.happened"),
        (replace(PIECE, quantity=2.0), "odoo_import.not_one"),
        (replace(PIECE, places=("A", "B"), quantity=1.0), "odoo_import.not_one"),
        (replace(PIECE, not_ours=True), "odoo_import.not_ours"),
        (replace(PIECE, reserved=True), "odoo_import.promised"),
        (replace(PIECE, product_id=42), "odoo_import.product_unknown"),
    ],
)
def test_what_cannot_be_taken_is_told_and_makes_no_unit(
    connected: Desk, odd: PieceFound, reason: str
) -> None:
    product(connected)
    assert pieces(connected, odd) == [reason]
    assert connected.read(lambda c: units.count_by_state(c, connected.company)) == {}
    assert receiving.list_batches(connected) == ()


def test_a_unit_that_is_here_is_left_as_it_is(connected: Desk, at_bench: Bench) -> None:
    product(connected, replace(ONE, barcode=EAN))
    at_bench.ready_unit(IMEIS[0])
    before = unit(connected, IMEIS[0])
    assert pieces(connected, PIECE) == [Outcome.KNOWN]
    assert unit(connected, IMEIS[0]) == before
    twin = replace(PIECE, lot_id=78)
    assert pieces(connected, twin) == ["odoo_import.other_lot"]
    product(connected, replace(ONE, id=42, code=TABLET))
    assert pieces(connected, replace(twin, product_id=42)) == ["odoo_import.other_model"]


def test_a_unit_that_is_here_is_followed_where_nothing_is_sent(connected: Desk, at_bench: Bench) -> None:
    product(connected, replace(ONE, barcode=EAN))
    at_bench.ready_unit(IMEIS[0])
    pieces(connected, PIECE)
    assert connected.read(lambda c: units_in.lots_to_see(c, account(connected))) == []
    settings.put(connected, "odoo.units.direction", "in")
    at_bench.ready_unit(IMEIS[1])
    pieces(connected, replace(PIECE, id=901, lot_id=78, serial=IMEIS[1]))
    assert connected.read(lambda c: units_in.lots_to_see(c, account(connected))) == [78]


def test_a_promised_unit_has_come(connected: Desk) -> None:
    product(connected)
    connected.write(lambda tx: _promise(tx, IMEIS[0]))
    assert pieces(connected, PIECE) == [Outcome.NEW]
    assert unit(connected, IMEIS[0]).state == State.RECEIVED


def test_a_closed_batch_takes_nothing_more(connected: Desk) -> None:
    product(connected)
    pieces(connected, PIECE)
    (batch,) = receiving.list_batches(connected)
    receiving.close_batch(connected, batch.id)
    pieces(connected, replace(PIECE, lot_id=78, serial="SN0002X"), source="purchase")
    # Both in one moment of the story's clock: their order says nothing.
    oldest, newest = sorted(receiving.list_batches(connected), key=lambda one: one.code)
    assert (newest.code, newest.source, newest.arrived) == ("Odoo 2026-11-22 2", "purchase", 1)
    assert oldest.arrived == 1


def _promise(tx: Tx, serial: str) -> None:
    first_seen(tx, identify(serial), "ANNA", "bench-1")


# -------------------------------------------------------------------- what a person says


def test_one_import_at_a_time_and_it_can_be_paused_gone_on_with_and_given_up(connected: Desk) -> None:
    one = import_runs.start(connected, None, Wishes(("stock",), None, "purchase")).id
    with pytest.raises(import_runs.UnderWay):
        import_runs.start(connected, None, Wishes())
    import_runs.pause(connected, None, one)
    with pytest.raises(import_runs.NotUnderWay):
        import_runs.pause(connected, None, one)
    assert import_runs.standing(connected, one).state == "paused"
    import_runs.resume(connected, None, one)
    import_runs.cancel(connected, None, one)
    found = import_runs.standing(connected, one)
    assert (found.state, found.what, found.has_ended) == ("cancelled", ("stock",), True)
    with pytest.raises(import_runs.NotUnderWay):
        import_runs.resume(connected, None, one)
    assert import_runs.left_out(connected, one) == ()
    assert import_runs.start(connected, None, Wishes()).id != one


def test_what_became_of_each_kind_is_counted_for_itself(connected: Desk) -> None:
    one = import_runs.start(connected, None, Wishes()).id

    def work(tx: Tx) -> None:
        odoo_import.set_tally(tx, one, "stock", TallyRow(new=1))
        odoo_import.set_tally(tx, one, "stock", TallyRow(new=3, doubts=1))
        odoo_import.set_tally(tx, one, "orders", TallyRow(known=2, alone=4))
        odoo_import.set_tally(tx, one, "customers", TallyRow(doubts=1))
        odoo_import.leave_out(tx, one, [LineRow("stock", 7, "SN1", keep_text(msg("odoo_import.not_ours")))])

    connected.write(work)
    found = import_runs.standing(connected, one)
    assert [(part.kind, part.new, part.alone) for part in found.parts] == [
        ("stock", 3, 0),
        ("orders", 0, 4),
        ("customers", 0, 0),
    ]
    assert found.left_out == 2
    assert [line.remote_id for line in import_runs.left_out(connected, one)] == [7]


def test_what_nobody_tested_is_asked_about_only_where_the_gate_would_let_it_pass(connected: Desk) -> None:
    policies = connected.read(connected.policies)
    assert takes_evidence(policies)
    strict = {
        name: replace(one, levels={**one.levels, "earlier_evidence": Level.REQUIRED})
        for name, one in policies.gate.categories.items()
    }
    assert not takes_evidence(replace(policies, gate=replace(policies.gate, categories=strict)))


def test_what_cannot_begin_says_so(desk: Desk) -> None:
    with pytest.raises(import_runs.NoAccount):
        import_runs.start(desk, None, Wishes())
    settings.put(desk, "odoo.url", "https://odoo.example.com")
    for what in ((), ("stock", "invoices")):
        with pytest.raises(import_runs.BadWhat):
            import_runs.start(desk, None, Wishes(what))
    with pytest.raises(import_runs.BadSource):
        import_runs.start(desk, None, Wishes(source="the moon"))
    assert import_runs.listed(desk) == ()


def test_the_batch_of_a_card_is_as_before(desk: Desk) -> None:
    receiving.open_batch(desk, BatchForm("B 1", "purchase"))
    assert receiving.batch_named(desk, "B  1").source == "purchase"
