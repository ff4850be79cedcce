"""What the set-up of an Odoo plans, and what becomes of steps that Odoo refuses or leaves unanswered."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bmdesk.connectors.odoo.endpoint import OdooEndpoint
from bmdesk.connectors.odoo.records import Records
from bmdesk.connectors.odoo.setting_up.modules import ModuleAbsent
from bmdesk.connectors.odoo.setting_up.rights import WORKS
from bmdesk.connectors.odoo.setting_up.setup import Facts, FieldSeen, Product, Survey, survey
from bmdesk.connectors.odoo.setting_up.setup_steps import (
    Kind,
    ProductNotCounted,
    ProductUnknown,
    Step,
    Wishes,
    apply,
    planned,
    taken,
)
from bmdesk.connectors.odoo.transport import JsonRpcTransport
from bmdesk.connectors.odoo.units.lot_fields import ALL_FIELDS
from bmdesk.connectors.odoo.versions import DIALECTS
from bmdesk.texts import msg, render
from tests.odoo.fake import DATABASE, PASSWORD, USER, FakeOdoo, Raised

MAY = frozenset({"ir.model.fields", "res.users", "product.template"})
ALL_THERE = {
    one.name: FieldSeen(one.name, one.type, "", tuple((value, "") for value, _ in one.values))
    for one in ALL_FIELDS
}
PHONE = Product(7, "Phone", "none", is_counted=True, on_hand=3, was_sold=False)
CABLE = Product(8, "Cable", "none", is_counted=True, on_hand=0, was_sold=True)
IDLE = Product(9, "Idle", "none", is_counted=True, on_hand=0, was_sold=False)
SERVICE = Product(10, "Service", "none", is_counted=False, on_hand=0, was_sold=True)


def seen(
    fields: dict[str, FieldSeen] | None = None,
    *products: Product,
    lacking: tuple[str, ...] = (),
    may: frozenset[str] = MAY,
) -> Survey:
    works = tuple(one for one in WORKS if one.says.code in lacking)
    there = ALL_THERE if fields is None else fields
    return Survey(Facts("bench", works), "admin", 1, there, may, products, {}, (), ())


def keys(there: Survey, wishes: Wishes | None = None) -> list[tuple[Kind, str]]:
    steps = planned(there, wishes or Wishes())
    assert all(render(step.says) for step in steps)
    return [(step.kind, step.key) for step in steps]


def test_where_all_is_there_nothing_is_planned() -> None:
    assert keys(seen()) == []


def test_missing_fields_are_made_and_a_foreign_one_is_not() -> None:
    fields = {**ALL_THERE, "x_bm_source": FieldSeen("x_bm_source", "many2one", "")}
    del fields["x_bm_battery"]
    assert keys(seen(fields)) == [(Kind.FIELD, "x_bm_battery")]
    assert [one.params["field"] for one in taken(seen(fields), Wishes())] == ["x_bm_source"]


def test_a_grade_that_is_kept_elsewhere_needs_no_field() -> None:
    fields = {name: one for name, one in ALL_THERE.items() if name != "x_bm_grade"}
    assert keys(seen(fields), Wishes(grade_elsewhere=True)) == []
    assert keys(seen(fields)) == [(Kind.FIELD, "x_bm_grade")]


def test_one_group_is_given_once_for_all_it_is_good_for() -> None:
    there = seen(lacking=("odoo.work.units", "odoo.work.moves", "odoo.work.invoices"))
    assert keys(there) == [
        (Kind.GROUP, "stock.group_stock_user"),
        (Kind.GROUP, "account.group_account_invoice"),
    ]
    assert keys(there, Wishes(give_rights=False)) == []
    for work in WORKS:
        assert len(keys(seen(lacking=(work.says.code,)))) == 1, f"{work.says} has its group"


def test_products_are_switched_by_a_persons_word_alone() -> None:
    there = seen(None, PHONE, CABLE, IDLE, SERVICE)
    assert keys(there) == [] and [one.id for one in there.untracked] == [7, 8]
    assert keys(there, Wishes(track=frozenset({9}))) == [(Kind.TRACK, "9")]
    assert keys(there, Wishes(track_all=True)) == [(Kind.TRACK, "7"), (Kind.TRACK, "8")]
    with pytest.raises(ProductUnknown):
        planned(there, Wishes(track=frozenset({77})))
    with pytest.raises(ProductNotCounted):
        planned(there, Wishes(track=frozenset({10})))


def test_who_lacks_the_right_sees_it_in_the_plan() -> None:
    steps = planned(seen({}, PHONE, may=frozenset({"product.template"})), Wishes(track_all=True))
    assert {step.kind: step.may for step in steps} == {Kind.FIELD: False, Kind.TRACK: True}


def test_an_odoo_without_lots_is_said_to_lack_its_module(fake: FakeOdoo, records: Records) -> None:
    fake.absent.add("stock.lot")
    with pytest.raises(ModuleAbsent) as raised:
        survey(records, DIALECTS[17], Facts(USER))
    assert "stock" in render(raised.value.happened)


# ------------------------------------------------------------------------------ doing it


@pytest.fixture
def fake() -> Iterator[FakeOdoo]:
    with FakeOdoo(version="17.0") as odoo:
        yield odoo


@pytest.fixture
def records(fake: FakeOdoo) -> Iterator[Records]:
    endpoint = OdooEndpoint(fake.url, DATABASE, USER, PASSWORD)
    transport = JsonRpcTransport(endpoint, retry_pauses=())
    yield Records(transport, 1)
    transport.close()


def track(product: int) -> Step:
    return Step(Kind.TRACK, str(product), msg("odoo.setup.track", product="Phone", id=str(product)))


def field(name: str) -> Step:
    return Step(Kind.FIELD, name, msg("odoo.setup.field", field=name, label=""))


def test_a_product_that_odoo_refuses_is_told_and_the_next_one_is_tried(
    fake: FakeOdoo, records: Records
) -> None:
    fake.answers["product.template", "search_read"] = [{"id": 7, "tracking": "none"}]
    fake.answers["product.template", "write"] = Raised("odoo.exceptions.UserError", "It has been moved.")
    done = apply(records, DIALECTS[17], "bench", [track(7), track(8)])
    assert [one.changed for one in done] == [False, False]
    for one in done:
        assert one.failure is not None and "It has been moved." in render(one.failure.happened)


def test_what_is_done_already_is_not_written_again(fake: FakeOdoo, records: Records) -> None:
    fake.answers["product.template", "search_read"] = [{"id": 7, "tracking": "serial"}]
    fake.answers["ir.model.fields", "search_read"] = [{"id": 1, "name": "x_bm_battery", "ttype": "integer"}]
    done = apply(records, DIALECTS[17], "bench", [field("x_bm_battery"), track(7)])
    assert [(one.changed, one.failure) for one in done] == [(False, None), (False, None)]
    assert not [one for one in fake.asked if one.method in {"write", "create"}]


def test_where_odoo_breaks_off_the_rest_is_left_for_the_next_time(fake: FakeOdoo, records: Records) -> None:
    fake.answers["product.template", "search_read"] = [{"id": 7, "tracking": "none"}]
    fake.answers["product.template", "write"] = Raised("psycopg2.OperationalError", "server closed")
    done = apply(records, DIALECTS[17], "bench", [track(7), track(8)])
    assert len(done) == 1 and done[0].failure is not None and not done[0].changed


def made(fake: FakeOdoo) -> list[list[str]]:
    """The names of the fields of each call that was to make some."""
    calls = [one for one in fake.asked if (one.model, one.method) == ("ir.model.fields", "create")]
    return [[row["name"] for row in one.args[0]] for one in calls]


def test_all_fields_are_one_call_and_each_is_told(fake: FakeOdoo, records: Records) -> None:
    names = [one.name for one in ALL_FIELDS]
    fake.answers["ir.model.fields", "search_read"] = [{"id": 1, "name": names[0], "ttype": "selection"}]
    fake.answers["ir.model.fields", "create"] = list(range(2, len(names) + 1))
    told: list[tuple[int, int, str]] = []
    steps = [field(name) for name in names]
    done = apply(records, DIALECTS[17], "bench", steps, lambda *at: told.append((*at[:2], at[2].key)))
    assert made(fake) == [names[1:]]
    assert told == [(number, len(names), name) for number, name in enumerate(names, start=1)]
    assert [(one.step, one.changed, one.failure) for one in done] == [
        (step, step.key != names[0], None) for step in steps
    ]


def test_where_odoo_refuses_the_fields_each_is_tried_by_itself(fake: FakeOdoo, records: Records) -> None:
    fake.answers["ir.model.fields", "search_read"] = [{"id": 1, "name": "x_bm_battery", "ttype": "char"}]
    fake.answers["ir.model.fields", "create"] = Raised("odoo.exceptions.UserError", "No more fields.")
    steps = [field("x_bm_battery"), field("x_bm_hold"), field("x_bm_source")]
    done = apply(records, DIALECTS[17], "bench", steps)
    assert made(fake) == [["x_bm_hold"], ["x_bm_source"]]
    said = [render(one.failure.happened) for one in done if one.failure is not None]
    assert "x_bm_battery is a field of type char" in said[0]
    assert len(said) == 3 and all("No more fields." in words for words in said[1:])


def test_of_fields_whose_answer_was_lost_none_is_said_to_be_there(fake: FakeOdoo, records: Records) -> None:
    fake.answers["ir.model.fields", "search_read"] = []
    fake.answers["ir.model.fields", "create"] = Raised("psycopg2.OperationalError", "server closed")
    done = apply(records, DIALECTS[17], "bench", [field("x_bm_hold"), field("x_bm_source"), track(7)])
    assert made(fake) == [["x_bm_hold", "x_bm_source"]]
    assert [one.step.key for one in done if one.failure is not None and not one.changed] == [
        "x_bm_hold",
        "x_bm_source",
    ]
    assert len(done) == 2


def test_a_user_that_nobody_finds_is_said(records: Records) -> None:
    step = Step(Kind.GROUP, "stock.group_stock_user", msg("odoo.group.inventory"))
    [done] = apply(records, DIALECTS[17], "nobody", [step])
    assert done.failure is not None and "nobody" in render(done.failure.happened)
