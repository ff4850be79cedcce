"""One record a person: what proves it, what is only a doubt, and what a person's answer does."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bmdesk.domain.customers import Person
from bmdesk.services.desk import Actor, Desk
from bmdesk.services.orders import customer_matching, customers
from bmdesk.services.selling import accounts
from bmdesk.store.queries import order_progress, orders
from bmdesk.store.transaction import Tx
from bmdesk.texts import render

OWNER = Actor("OWNER", "owner", "bench-1")
ANA = Person(
    "Ana",
    "Ruiz",
    "",
    "1 Example Street",
    "",
    "AB1 2CD",
    "London",
    "GB",
    "+44 20 0000 0001",
    "ana@example.invalid",
)
NAMELESS_MAIL = replace(ANA, email="")


@pytest.fixture
def account(desk: Desk) -> str:
    return accounts.add(
        desk, environment="preprod", company="Blue", contact="it@blue.example", markets="fr-fr"
    ).id


def order(desk: Desk, account: str, number: int, person: Person, billing: Person | None = None) -> str | None:
    """An order of this person is read; whose it is."""
    order_id = f"{number:026}"
    row = {"id": order_id, "account_id": account, "remote_id": number, "remote_state": 9}
    dated = {
        "created_at": desk.clock.now() - timedelta(days=1),
        "read_at": desk.clock.now(),
        "tracking_number": "",
    }

    def work(tx: Tx) -> str | None:
        if not orders.orders(tx.connection, account, [number]):
            orders.add_orders(tx, [row | dated])
        customer_matching.identify_all(tx, {order_id: (person, billing or person)})
        customer_id: str | None = order_progress.order(tx.connection, order_id)["customer_id"]
        return customer_id

    return desk.write(work)


def test_an_e_mail_names_one_person_however_it_is_written(desk: Desk, account: str) -> None:
    one = order(desk, account, 1, ANA)
    other = order(
        desk, account, 2, replace(ANA, email="ANA@Example.invalid", last_name="Ruiz-Perez", phone="")
    )

    assert one == other
    shown = customers.detail(desk, one or "")
    assert (shown.customer.orders, len(shown.addresses)) == (2, 2)
    assert customers.doubts(desk) == ()


def test_without_an_e_mail_name_postcode_and_telephone_together_prove_it(desk: Desk, account: str) -> None:
    one = order(desk, account, 1, NAMELESS_MAIL)
    assert (
        order(desk, account, 2, replace(NAMELESS_MAIL, phone="0044 20 0000 0001", postcode="ab12cd")) == one
    )
    assert order(desk, account, 3, ANA) == one, "her e-mail is known from now on"
    assert order(desk, account, 4, replace(ANA, phone="", postcode="")) == one


def test_less_than_that_is_asked_and_never_guessed(desk: Desk, account: str) -> None:
    one = order(desk, account, 1, ANA)
    other = order(desk, account, 2, replace(ANA, email="ana@other.invalid"))
    (doubt,) = customers.doubts(desk)
    assert one != other
    assert {doubt.one.id, doubt.other.id} == {one, other}
    assert "postcode" in render(doubt.why)

    done = customers.answer(desk, OWNER, one or "", other or "", same=True)

    assert done.customer_id in (one, other)
    assert customers.detail(desk, other or "").customer.orders == 2
    for number, mail in ((3, "ana@other.invalid"), (4, "ana@example.invalid"), (5, "ana@other.invalid")):
        assert order(desk, account, number, replace(ANA, email=mail, postcode="X")) == done.customer_id
    assert [row.id for row in customers.page(desk).rows] == [done.customer_id]
    assert customers.doubts(desk) == ()


def test_a_doubt_that_was_denied_is_not_asked_again(desk: Desk, account: str) -> None:
    one = order(desk, account, 1, ANA)
    other = order(desk, account, 2, replace(ANA, email="ana@other.invalid"))
    customers.answer(desk, OWNER, other or "", one or "", same=False)
    order(desk, account, 2, replace(ANA, email="ana@other.invalid", city="Leeds"))

    assert customers.doubts(desk) == ()
    assert customers.count(desk) == 2
    with pytest.raises(customers.NoDoubt):
        customers.answer(desk, OWNER, one or "", "0" * 26, same=True)


def test_whom_a_person_made_one_nobody_tells_apart_without_a_word(desk: Desk, account: str) -> None:
    one = order(desk, account, 1, replace(NAMELESS_MAIL, phone="")) or ""
    other = order(desk, account, 2, NAMELESS_MAIL) or ""
    customers.answer(desk, OWNER, one, other, same=True)
    with pytest.raises(customers.NoDoubt):
        customers.answer(desk, OWNER, one, other, same=False)
    assert customers.detail(desk, other).customer.orders == 2


def test_a_doubt_about_someone_who_turned_out_to_be_another_goes_on_about_them(
    desk: Desk, account: str
) -> None:
    first, second, third = (
        order(desk, account, n, replace(ANA, email=f"ana{n}@example.invalid")) or "" for n in (1, 2, 3)
    )
    now = customers.answer(desk, OWNER, second, third, same=True).customer_id

    assert [{d.one.id, d.other.id} for d in customers.doubts(desk)] == [{first, now}]


def test_who_is_billed_bought_and_the_parcel_may_go_elsewhere(desk: Desk, account: str) -> None:
    gift = Person("Bo", "Lind", "", "2 Other Street", "", "75001", "Paris", "FR", "+33 1 00 00 00 02", "")
    one = order(desk, account, 1, gift, ANA)

    shown = customers.detail(desk, one or "")
    assert shown.customer.name == "Ana Ruiz"
    assert set(shown.addresses) == {gift, ANA}
    assert customers.find(desk, "1") == one
    assert customers.find(desk, "ruiz ana") == one
    with pytest.raises(customers.UnknownCustomer):
        customers.find(desk, "nobody")


def test_an_order_that_names_nobody_has_no_customer(desk: Desk, account: str) -> None:
    assert order(desk, account, 1, Person()) is None
    assert customers.count(desk) == 0


def test_the_same_order_read_again_makes_nobody_new(desk: Desk, account: str) -> None:
    one = order(desk, account, 1, NAMELESS_MAIL)
    assert order(desk, account, 1, replace(NAMELESS_MAIL, first_name="Anna")) == one
    assert customers.count(desk) == 1
