"""The set-up wizard on a real Odoo 19: what it makes, what it leaves alone, and that it may be run again."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest

from bmdesk import app
from bmdesk.connectors.odoo.endpoint import OdooEndpoint
from bmdesk.connectors.odoo.failures import CompanyNotChosen
from bmdesk.connectors.odoo.setting_up.setup import GradeInProduct, GradesMixedUp
from bmdesk.connectors.odoo.setting_up.setup_steps import Kind as Does
from bmdesk.connectors.odoo.setting_up.setup_steps import ProductNotCounted, ProductUnknown
from bmdesk.connectors.odoo.transport import JsonRpcTransport
from bmdesk.connectors.odoo.units.lot_fields import ALL_FIELDS
from bmdesk.domain.grading import SCALE
from bmdesk.services.desk import Desk
from bmdesk.services.odoo import choices
from bmdesk.services.odoo.choices import Kind, NotThere
from bmdesk.services.odoo.units.units_there import GradeKept
from bmdesk.sync import odoo_setup
from bmdesk.sync.odoo_setup import Administrator, Plan, Said, Wizard
from bmdesk.texts import render
from tests.odoo.databases import BENCH_GROUPS, Account, Database

pytestmark = pytest.mark.odoo

NOTHING = Said({})
PHONE = {"type": "consu", "is_storable": True}


class Remote:
    """Odoo as one user, with nothing of the wizard in between."""

    def __init__(self, database: Database, who: Account) -> None:
        self._endpoint = OdooEndpoint(database.server, database.name, who.login, who.key)
        self._transport = JsonRpcTransport(self._endpoint)

    def __call__(self, model: str, method: str, *args: object, **kwargs: object) -> Any:
        return self._transport.call(model, method, list(args), kwargs)

    def lot_fields(self) -> dict[str, str]:
        """Type by name of whatever is bmdesk's on lots."""
        found = self("stock.lot", "fields_get", [], ["type"])
        return {name: one["type"] for name, one in found.items() if name.startswith("x_bm_")}

    def add_field(self, name: str, ttype: str, values: Mapping[str, str] | None = None) -> None:
        [model] = self("ir.model", "search", [["model", "=", "stock.lot"]])
        selection = [(0, 0, {"value": one, "name": shown}) for one, shown in (values or {}).items()]
        field = {"name": name, "field_description": name, "model_id": model, "ttype": ttype}
        self("ir.model.fields", "create", [{**field, "selection_ids": selection}])

    def close(self) -> None:
        self._transport.close()


@contextmanager
def remote(database: Database, who: Account) -> Iterator[Remote]:
    opened = Remote(database, who)
    try:
        yield opened
    finally:
        opened.close()


@contextmanager
def wizard(
    database: Database, bench: Account, admin: Account | None = None, company: int | None = None
) -> Iterator[Wizard]:
    endpoint = OdooEndpoint(database.server, database.name, bench.login, bench.key, company=company)
    who = Administrator(admin.login, admin.key) if admin is not None else None
    with odoo_setup.opened(endpoint, who) as opened:
        yield opened


def keys(plan: Plan, kind: Does) -> list[str]:
    return [step.key for step in plan.steps if step.kind is kind]


def test_an_administrator_runs_it_and_the_second_time_all_is_there(
    bare_odoo_database: Database, desk: Desk
) -> None:
    admin = bare_odoo_database.admin()
    bench = bare_odoo_database.add_user("bench", *BENCH_GROUPS)
    with wizard(bare_odoo_database, bench, admin) as one:
        first = one.look(desk, NOTHING)
        assert keys(first, Does.FIELD) == [field.name for field in ALL_FIELDS]
        assert "base.group_partner_manager" in keys(first, Does.GROUP)
        assert all(step.may for step in first.steps)
        assert [(c.kind, c.local, c.meant and c.meant.name) for c in first.choices] == [
            (Kind.LOCATION, "MAIN", "WH/Stock"),
            (Kind.JOURNAL, "*", "Bank"),
            (Kind.TAX, "regular", "15%"),
            (Kind.CARRIER, "*", "Standard delivery"),
        ]
        seen: list[tuple[int, int]] = []
        done = one.carry_out(desk, None, first, lambda number, total, _: seen.append((number, total)))
        assert [(d.changed, d.failure) for d in done] == [(True, None)] * len(first.steps)
        assert seen == [(n, len(first.steps)) for n in range(1, len(first.steps) + 1)]

        assert one.look(desk, NOTHING).is_empty
        assert [c.local for c in odoo_setup.undecided(desk, first)] == ["margin"]
        # An answer that was lost: whoever ran it does it again, and nothing is there twice.
        assert not any(d.changed or d.failure for d in one.carry_out(desk, None, first))

    with remote(bare_odoo_database, bench) as there:
        assert there.lot_fields() == {field.name: field.type for field in ALL_FIELDS}
        product = there("product.product", "create", {"name": "Phone", "tracking": "serial", **PHONE})
        values = {"x_bm_grade": "GOOD", "x_bm_battery": 91, "x_bm_warranty_end": "2028-01-31"}
        lot = there(
            "stock.lot", "create", [{"name": "SN1", "product_id": product, "company_id": 1, **values}]
        )
        assert there("stock.lot", "read", lot, list(values))[0] == {"id": lot[0], **values}


def test_who_may_not_is_told_so_and_changes_nothing(bare_odoo_database: Database, desk: Desk) -> None:
    bench = bare_odoo_database.add_user("bench", *BENCH_GROUPS)
    with wizard(bare_odoo_database, bench) as one:
        plan = one.look(desk, NOTHING)
        assert plan.steps and not any(step.may for step in plan.steps)
        done = one.carry_out(desk, None, plan)
    assert {d.failure.code for d in done if d.failure is not None} == {"odoo.setup_needs_admin"}
    assert len(done) == len(plan.steps)
    failure = done[0].failure
    assert failure is not None and "bench may not do this in Odoo: Add the field" in render(failure.happened)
    with remote(bare_odoo_database, bare_odoo_database.admin()) as there:
        assert there.lot_fields() == {}
    # What was chosen is bmdesk's own matter: it is kept.
    assert choices.read(desk).means(Kind.LOCATION, "MAIN") is not None


def test_a_field_of_that_name_that_is_not_ours_is_left_alone(
    bare_odoo_database: Database, desk: Desk
) -> None:
    admin = bare_odoo_database.admin()
    with remote(bare_odoo_database, admin) as there:
        there.add_field("x_bm_battery", "char")
        there.add_field("x_bm_grade", "selection", {"PREMIUM": "Premium", "GOOD": "Mine, renamed"})
        with wizard(bare_odoo_database, admin) as one:
            plan = one.look(desk, NOTHING)
            assert "x_bm_battery" not in keys(plan, Does.FIELD)
            assert [render(remark.happened) for remark in plan.taken] == [
                "On lots, x_bm_battery is a field of type char; bmdesk needs integer. It was left as it is."
            ]
            assert keys(plan, Does.VALUES) == ["x_bm_grade"]
            assert not [d.failure for d in one.carry_out(desk, None, plan) if d.failure]
            again = one.look(desk, NOTHING)
            assert again.is_empty and [remark.params["field"] for remark in again.taken] == ["x_bm_battery"]
        assert there.lot_fields()["x_bm_battery"] == "char"
        grade = there("stock.lot", "fields_get", ["x_bm_grade"], ["selection"])["x_bm_grade"]["selection"]
        assert ["GOOD", "Mine, renamed"] in grade and len(grade) == 5


def test_a_product_in_stock_is_switched_only_where_it_was_named(
    odoo_database: Database, odoo_admin: Account, desk: Desk
) -> None:
    with remote(odoo_database, odoo_admin) as there:
        phone, idle, book = (
            there("product.template", "create", {"name": name, **kind})
            for name, kind in (
                ("Untracked phone", PHONE),
                ("Never sold", PHONE),
                ("A service", {"type": "service"}),
            )
        )
        [variant] = there("product.product", "search", [["product_tmpl_id", "=", phone]])
        quant = {"product_id": variant, "location_id": 5, "inventory_quantity": 3}
        quant_id = there("stock.quant", "create", quant, context={"inventory_mode": True})
        there("stock.quant", "action_apply_inventory", [quant_id])

        def tracking() -> list[str]:
            rows = there("product.template", "read", [phone, idle], ["tracking"])
            return [row["tracking"] for row in rows]

        with wizard(odoo_database, odoo_admin) as one:
            seen = one.look(desk, NOTHING)
            assert [(p.name, p.on_hand) for p in seen.survey.untracked] == [("Untracked phone", 3.0)]
            assert keys(seen, Does.TRACK) == []
            named = one.look(desk, Said({}, track=frozenset({phone, idle})))
            assert keys(named, Does.TRACK) == [str(phone), str(idle)]
            [words] = [render(s.says) for s in named.steps if s.key == str(phone)]
            assert "Odoo has 3 in stock without one" in words
            with pytest.raises(ProductUnknown):
                one.look(desk, Said({}, track=frozenset({999_999})))
            with pytest.raises(ProductNotCounted):
                one.look(desk, Said({}, track=frozenset({book})))
            assert tracking() == ["none", "none"], "nothing happens before a person's word"
            everything = one.look(desk, Said({}, track_all=True))
            assert keys(everything, Does.TRACK) == [str(phone)]
            assert not [d.failure for d in one.carry_out(desk, None, everything) if d.failure]
            assert tracking() == ["serial", "none"]
            assert keys(one.look(desk, Said({}, track=frozenset({phone}))), Does.TRACK) == []


def test_a_seller_who_keeps_the_grade_maps_it_instead(bare_odoo_database: Database, desk: Desk) -> None:
    admin = bare_odoo_database.admin()
    with remote(bare_odoo_database, admin) as there:
        there.add_field("x_studio_grade", "selection", {"a": "Excellent", "b": "Good", "z": "Scrap"})
        letters = [{"name": "abc", "string": "State", "type": "selection", "selection": [["g", "Good"]]}]
        there("product.product", "create", {"name": "Tablet", "lot_properties_definition": letters, **PHONE})
        with wizard(bare_odoo_database, admin) as one:
            offered = [place.kept for place in one.look(desk, NOTHING).offers[Kind.GRADE]]
            assert offered == ["x_studio_grade", "property:State"]
            with pytest.raises(NotThere, match="choice_not_there"):
                one.look(desk, Said({}, grade="x_studio_colour"))
            said = Said({Kind.GRADE_VALUE: ["FAIR=z"]}, grade="x_studio_grade")
            plan = one.look(desk, said)
            assert "x_bm_grade" not in keys(plan, Does.FIELD)
            one.carry_out(desk, None, plan)
            rows = choices.read(desk).rows
            assert rows[Kind.GRADE]["grade"].name == "x_studio_grade"
            kept = {local: row.name for local, row in rows[Kind.GRADE_VALUE].items()}
            assert kept == {"EXCELLENT": "a", "GOOD": "b", "FAIR": "z"}
            assert (Kind.GRADE_VALUE, "PREMIUM") in [
                (u.kind, u.local) for u in odoo_setup.undecided(desk, plan)
            ]
            assert one.look(desk, said).is_empty and one.look(desk, NOTHING).is_empty

            assert desk.read(lambda c: choices.grade_kept(c, desk.company)) == GradeKept(
                "x_studio_grade", values=kept
            )

            elsewhere = one.look(desk, Said({}, grade="property:State"))
            one.carry_out(desk, None, elsewhere)
            assert desk.read(lambda c: choices.grade_kept(c, desk.company)) == GradeKept(
                "State", is_property=True, values={"GOOD": "Good"}
            )
            back = one.look(desk, Said({}, grade=odoo_setup.OWN_FIELD))
            assert keys(back, Does.FIELD) == ["x_bm_grade"]
            one.carry_out(desk, None, back)
            assert choices.read(desk).rows[Kind.GRADE] == {}
            assert desk.read(lambda c: choices.grade_kept(c, desk.company)) is None
            assert one.look(desk, NOTHING).is_empty


def test_a_place_for_any_text_holds_the_sellers_words_or_back_markets(
    bare_odoo_database: Database, desk: Desk
) -> None:
    admin = bare_odoo_database.admin()
    with remote(bare_odoo_database, admin) as there, wizard(bare_odoo_database, admin) as one:
        there.add_field("x_own_first", "char")
        there.add_field("x_own_second", "char")

        def kept() -> GradeKept | None:
            return desk.read(lambda c: choices.grade_kept(c, desk.company))

        said = Said({Kind.GRADE_VALUE: ["GOOD=B+"]}, grade="x_own_first")
        plan = one.look(desk, said)
        one.carry_out(desk, None, plan)
        codes = {name: name for name in SCALE}
        assert kept() == GradeKept("x_own_first", values={**codes, "GOOD": "B+"})
        assert Kind.GRADE_VALUE not in {left.kind for left in odoo_setup.undecided(desk, plan)}
        assert one.look(desk, said).is_empty and one.look(desk, NOTHING).is_empty
        # In another place they are said anew, also those that are called the same.
        one.carry_out(desk, None, one.look(desk, Said({}, grade="x_own_second")))
        assert kept() == GradeKept("x_own_second", values=codes)


def test_what_cannot_keep_a_grade_is_refused_in_words(bare_odoo_database: Database, desk: Desk) -> None:
    admin = bare_odoo_database.admin()
    with remote(bare_odoo_database, admin) as there, wizard(bare_odoo_database, admin) as one:
        there.add_field("x_own_mixed", "selection", {"a": "B", "b": "C"})
        values = [(0, 0, {"name": name}) for name in ("Good", "Fair")]
        there("product.attribute", "create", {"name": "Condition", "value_ids": values})
        for given in ("attribute:Condition", "condition"):
            with pytest.raises(GradeInProduct) as raised:
                one.look(desk, Said({}, grade=given))
            assert "Condition is an attribute of products" in render(raised.value.happened)
        with pytest.raises(GradesMixedUp) as mixed:
            one.look(desk, Said({}, grade="x_own_mixed"))
        assert "In the field x_own_mixed, b is one grade" in render(mixed.value.happened)
        assert choices.read(desk).rows[Kind.GRADE] == {}


def test_of_two_companies_one_must_be_chosen_and_only_its_things_are_offered(
    bare_odoo_database: Database, desk: Desk
) -> None:
    admin = bare_odoo_database.admin()
    with remote(bare_odoo_database, admin) as there:
        second = there("res.company", "create", {"name": "Second"})
        mine = [(4, second)]
        there("res.users", "write", [admin.user_id], {"company_ids": mine})
        house = {"name": "Second", "code": "SEC", "company_id": second}
        there("stock.warehouse", "create", house, context={"allowed_company_ids": [second]})
        bench = bare_odoo_database.add_user("bench", *BENCH_GROUPS)
        there("res.users", "write", [bench.user_id], {"company_ids": mine})

    with pytest.raises(CompanyNotChosen) as raised, wizard(bare_odoo_database, bench, admin):
        pass
    assert "Second" in render(raised.value.happened)
    offered = {}
    for company in (1, second):
        with wizard(bare_odoo_database, bench, admin, company) as one:
            plan = one.look(desk, NOTHING)
            offered[company] = {
                kind: {candidate.id for candidate in plan.offers[kind]}
                for kind in (Kind.LOCATION, Kind.JOURNAL, Kind.TAX)
            }
            assert plan.company == ("My Company" if company == 1 else "Second")
    for kind, ids in offered[1].items():
        assert ids and not ids & offered[second][kind]
    assert len(offered[second][Kind.LOCATION]) == 1


def test_the_command_line_shows_asks_does_and_says_what_is_left(
    bare_odoo_database: Database,
    tmp_path: Any,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("BMDESK_DATA", str(tmp_path / "data"))
    bench = bare_odoo_database.add_user("bench", *BENCH_GROUPS)

    def run(*words: str, stdin: str = "") -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode())))
        capfd.readouterr()
        code = app.main(words)
        return code, *capfd.readouterr()

    for name, value in (
        ("url", bare_odoo_database.server),
        ("database", bare_odoo_database.name),
        ("user", "bench"),
    ):
        assert run("config", "set", f"odoo.{name}", value)[0] == 0
    assert run("secret", "set", "odoo.key", stdin=bench.key)[0] == 0

    assert run("odoo", "setup")[0] == 1, "nothing is done without a yes"
    code, out, _ = run("odoo", "setup", "--dry-run")
    assert code == 0 and "(needs an administrator) Add the field x_bm_grade" in out
    assert "Nothing was changed." in out
    admin = ("odoo", "setup", "--yes", "--admin-user", "admin", "--admin-stdin")
    code, out, err = run(*admin, "--tax", "margin=0% Exports", "--no-rights", stdin="admin")
    assert (code, "11 changes made in Odoo; choices kept: 5." in out) == (0, True), err
    assert "11/11 Add the field x_bm_warranty_customer" in err and "Undecided" not in out
    code, out, err = run("odoo", "setup", "--yes", "--no-rights")
    assert (code, err) == (0, "") and "All is there: nothing will be changed." in out
    code, out, _ = run("odoo", "setup", "--json", "--dry-run", "--no-rights")
    assert code == 0 and '"steps": []' in out and '"undecided": []' in out
