"""Parcels that Back Market organises: their label and number come by themselves, and so does where they are."""

from __future__ import annotations

from sqlalchemy import select

from bmdesk.services.orders import documents
from bmdesk.store.queries import backship, orders, parcels
from bmdesk.store.tables import parcels as tables
from bmdesk.store.transaction import Row
from tests.markets import FIRST, Shop


def sell(shop: Shop, *, accepted: bool = True) -> int:
    shop.market.add_listing(FIRST, grade="EXCELLENT", quantity=9, prices={"fr-fr": 500})
    number = int(shop.market.order(FIRST, backship=True))
    if accepted:
        shop.market.control(accept={"order": number})
    return number


def shipments(shop: Shop, number: int) -> list[Row]:
    query = select(tables.backship).where(tables.backship.c.order_number == number)
    return shop.desk.read(lambda c: [dict(row) for row in c.execute(query).mappings()])


def order_id(shop: Shop, number: int) -> str:
    return str(shop.desk.read(lambda c: orders.orders(c, shop.account, [number]))[number]["id"])


def asked(shop: Shop) -> int:
    return sum("/shipping/" in one["path"] for one in shop.market.ledger.requests)


def test_nobody_is_asked_while_no_order_goes_that_way(shop: Shop) -> None:
    shop.market.add_listing(FIRST, grade="EXCELLENT", quantity=9, prices={"fr-fr": 500})
    shop.market.order(FIRST)
    shop.sync()
    assert asked(shop) == 0


def test_label_and_number_come_once_the_order_is_accepted(shop: Shop) -> None:
    number = sell(shop, accepted=False)
    shop.sync()
    assert asked(shop) == 0, "the label is made when the order is accepted"
    shop.market.control(accept={"order": number})
    shop.advance(minutes=20)
    shop.sync()
    shop.advance(minutes=2)
    shop.tick()

    (one,) = shipments(shop, number)
    told = shop.desk.read(lambda c: backship.label_of_order(c, shop.account, number))
    assert (one["number"], one["delivered_at"]) == (told, None)
    assert one["number"] and one["pickup"]
    papers = {paper.kind: paper for paper in documents.of_order(shop.desk, order_id(shop, number))}
    assert (papers["label"].state, papers["delivery_note"].state) == ("kept", "kept")
    assert documents.content(shop.desk, papers["label"].id).startswith(b"%PDF")


def test_a_parcel_is_followed_until_it_arrives(shop: Shop) -> None:
    number = sell(shop)
    shop.sync()
    (one,) = shipments(shop, number)
    order = order_id(shop, number)
    shop.desk.write(
        lambda tx: parcels.add(
            tx,
            account_id=shop.account,
            order_id=order,
            number=one["number"],
            packed_by="OWNER",
            station="bench-1",
            told_at=tx.now,
        )
    )
    seen = []
    for what in ("pick_up", "deliver"):
        shop.advance(minutes=20)
        shop.market.control(**{what: number})
        shop.advance(minutes=20)
        shop.sync()
        parcel = shop.desk.read(lambda c: parcels.of_order(c, order))
        assert parcel is not None
        seen.append((parcel.state, parcel.handed_at is not None, parcel.delivered_at is not None))
    assert seen == [("handed", True, False), ("delivered", True, True)]

    before = asked(shop)
    shop.advance(hours=1)
    shop.sync()
    assert asked(shop) == before, "what has arrived is not asked after"
