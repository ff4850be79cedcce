"""The rules as files: what is written comes back as it was, what is different is shown, and nothing else is taken."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bmdesk.domain.document import BadPolicy
from bmdesk.domain.prices.reading import read_pricing
from bmdesk.services import policy_documents
from bmdesk.services.desk import Actor, Desk
from bmdesk.services.files import rules_lines
from bmdesk.services.files.cells import UnknownColumns
from bmdesk.services.files.rules_file import NAME, NotCarried, export_rules, read_rules, take_rules
from bmdesk.services.files.rules_words import change_text
from bmdesk.services.selling.management import PreviewChanged
from bmdesk.system.tabular import ColumnsMissing, TableUnreadable, read_table
from bmdesk.texts import render

OWNER = Actor("OWNER", "owner", "test")
RULES: dict[str, Any] = {
    "note": "Ours since spring",
    "shares": {"*": {"PREMIUM": "0.87", "GOOD": "0.690"}, "laptop": {"GOOD": "0.5"}},
    "rules": [
        {"id": "de", "scope": {"market": "de-de"}, "multiplier": "1.03", "rounding": {"step": "1", "ending": "0.99"}},
        {
            "id": "costs", "margin": {"percent": "8", "amount": "5.00 EUR"}, "payment_fee": {"percent": "1"},
            "shipping": "6.90 EUR", "warranty": {"percent": "2"}, "stale_days": 3,
            "note": "with, comma; and \"quotes\"",
        },
        {"id": "hers", "scope": {"sku": "=1+1", "grade": "GOOD"}, "floor": "9.00 EUR", "ceiling": "900 EUR"},
        {"id": "auto", "scope": {"product": "Apple iPhone 13"}, "automatic": True, "cost_floor": False, "margin": {}},
    ],
    "commissions": [{"category": "phone", "market": "*", "from": "2026-01-01", "percent": "10"}, {"percent": 12}],
    "vat": [{"scheme": "margin", "market": "fr-fr", "percent": "20"}],
}  # fmt: skip


def have(desk: Desk, body: Mapping[str, Any] = RULES) -> int:
    return policy_documents.save_document(desk, OWNER, NAME, dict(body))


@pytest.mark.parametrize("kind", ["csv", "xlsx", "json"])
def test_what_is_exported_changes_nothing_when_it_comes_back(desk: Desk, tmp_path: Path, kind: str) -> None:
    have(desk)
    path = tmp_path / f"rules.{kind}"
    export_rules(desk, path)
    plan = read_rules(desk, path)
    assert (plan.changes, len(plan.errors)) == ((), 0)
    assert take_rules(desk, OWNER, plan).version is None
    before, after = (read_pricing(body) for body in (policy_documents.document(desk, NAME), plan.document))
    assert before == after


def test_a_table_has_one_rule_a_line_and_no_formula(desk: Desk, tmp_path: Path) -> None:
    have(desk)
    path = tmp_path / "rules.csv"
    export_rules(desk, path)
    assert "'=1+1" in path.read_text("utf-8-sig")
    kinds = [row.cells["kind"] for row in read_table(path)]
    assert kinds == ["note", *["share"] * 3, *["rule"] * 4, *["commission"] * 2, "vat"]


def test_a_changed_table_is_shown_and_becomes_the_next_version(desk: Desk, tmp_path: Path) -> None:
    version = have(desk)
    path = tmp_path / "rules.csv"
    export_rules(desk, path)
    words = path.read_text("utf-8-sig").replace("1.03", "1.05")
    lines = [line for line in words.splitlines() if not line.startswith("rule,auto")]
    path.write_text(
        "\n".join([*lines, "rule,new" + "," * 5 + ",,0.7" + "," * (len(rules_lines.COLUMNS) - 9)]), "utf-8"
    )
    plan = read_rules(desk, path)
    assert [(one.what, one.name, one.column) for one in plan.changes] == [
        ("changed", "de", "multiplier"), ("added", "new", ""), ("gone", "auto", ""),
    ]  # fmt: skip
    said = [render(change_text(change)) for change in plan.changes]
    assert said[0] == "Changed: rule de, multiplier: 1.03 → 1.05"
    assert policy_documents.document(desk, NAME)["version"] == version
    assert take_rules(desk, OWNER, plan).version == version + 1
    now = policy_documents.document(desk, NAME)
    assert [rule["id"] for rule in now["rules"]] == ["de", "costs", "hers", "new"]
    assert now["note"] == RULES["note"]


def test_another_order_of_rules_is_a_change(desk: Desk, tmp_path: Path) -> None:
    have(desk)
    turned = {**RULES, "version": 1, "rules": list(reversed(RULES["rules"]))}
    path = tmp_path / "rules.json"
    path.write_text(json.dumps(turned), "utf-8")
    assert {one.what for one in read_rules(desk, path).changes} == {"moved"}


def test_a_preview_of_other_rules_counts_no_more(desk: Desk, tmp_path: Path) -> None:
    have(desk)
    path = tmp_path / "rules.json"
    path.write_text(json.dumps({**RULES, "version": 1, "vat": []}), "utf-8")
    plan = read_rules(desk, path)
    have(desk)
    with pytest.raises(PreviewChanged):
        take_rules(desk, OWNER, plan)


HEADING = ",".join(rules_lines.COLUMNS)


def line(**cells: str) -> str:
    return ",".join(cells.get(column.replace("from", "since"), "") for column in rules_lines.COLUMNS)


@pytest.mark.parametrize(
    "bad",
    [
        line(kind="ruel", id="a", share="0.5"), line(kind="share", category="phone", grade="GOOD"),
        line(kind="share", category="phone", grade="FINE", share="0.5"), line(kind="rule", id="a"),
        line(kind="rule", id="a", share="5"), line(kind="rule", id="a", floor="5"),
        line(kind="rule", id="A B", share="0.5"),
        line(kind="rule", id="a", automatic="maybe"), line(kind="rule", id="a", stale_days="a week"),
        line(kind="rule", id="a", scheme="margin", share="0.5"), line(kind="commission", market="de-de"),
        line(kind="commission", percent="10", since="01.01.2026"), line(kind="vat", scheme="other", percent="20"),
        line(kind="rule", id="a", floor="1.000,00 EUR"), line(kind="rule", id="a", rounding_step='"1,000"'),
    ],
)  # fmt: skip
def test_a_line_that_says_nothing_sensible_is_named_and_nothing_is_taken(
    desk: Desk, tmp_path: Path, bad: str
) -> None:
    have(desk)
    path = tmp_path / "rules.csv"
    path.write_text(
        "\n".join((HEADING, line(kind="share", category="*", grade="GOOD", share="0.6"), bad)), "utf-8"
    )
    plan = read_rules(desk, path)
    assert [error.line for error in plan.errors] == [3]
    assert all(render(error.text) for error in plan.errors)
    with pytest.raises(PreviewChanged):
        take_rules(desk, OWNER, plan)


def test_unknown_and_missing_columns_are_refused_by_name(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "rules.csv"
    path.write_text("kind,id,shares\nrule,a,0.5\n", "utf-8")
    with pytest.raises(UnknownColumns) as refused:
        read_rules(desk, path)
    assert refused.value.params["columns"] == ["shares"]
    path.write_text("id,share\na,0.5\n", "utf-8")
    with pytest.raises(ColumnsMissing):
        read_rules(desk, path)
    path.write_text("kind,id,share\n", "utf-8")
    with pytest.raises(TableUnreadable):
        read_rules(desk, path)


def test_a_wrong_document_is_refused_by_its_place(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "rules.json"
    path.write_text(json.dumps({**RULES, "rules": [{"id": "a", "shaer": "0.5"}]}), "utf-8")
    with pytest.raises(BadPolicy):
        read_rules(desk, path)


def test_decimal_commas_of_a_spreadsheet_are_read(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "rules.csv"
    path.write_text(
        "kind;id;category;grade;share;daily_percent\nshare;;*;GOOD;0,69;\nrule;day;;;;2,5\n", "utf-8"
    )
    plan = read_rules(desk, path)
    assert plan.document["shares"]["*"] == {"GOOD": "0.69"}
    assert plan.document["rules"] == [{"id": "day", "daily_percent": "2.5"}]


def test_what_a_table_cannot_carry_is_left_to_json(desk: Desk, tmp_path: Path) -> None:
    have(desk, {**RULES, "rules": [{"id": "a", "scope": {"sku": "1E+5"}, "share": "0.5"}]})
    with pytest.raises(NotCarried):
        export_rules(desk, tmp_path / "rules.csv")
    assert not (tmp_path / "rules.csv").exists()
    export_rules(desk, tmp_path / "rules.json")
    assert read_rules(desk, tmp_path / "rules.json").changes == ()


percents = st.decimals("0", "60", places=2).map(str)
money = st.builds(lambda n, c: f"{n}.{n % 100:02d} {c}", st.integers(0, 999), st.sampled_from(["EUR", "GBP"]))
words = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=12).filter(
    lambda w: w.strip()
)
charges = st.fixed_dictionaries({}, optional={"percent": percents, "amount": money})
rules = st.fixed_dictionaries(
    {},
    optional={
        "share": st.decimals("0.05", "1", places=3).map(str),
        "multiplier": st.decimals("0.2", "5", places=2).map(str),
        "floor": money, "cost_floor": st.booleans(), "automatic": st.booleans(), "margin": charges,
        "warranty": charges,
        "payment_fee": charges, "shipping": money, "stale_days": st.integers(0, 365), "note": words,
        "rounding": st.fixed_dictionaries(
            {"step": st.sampled_from(["1", "5", "0.5"])}, optional={"ending": st.just("0.49")}
        ),
        "scope": st.fixed_dictionaries(
            {},
            optional={
                "sku": words, "product": words, "market": st.sampled_from(["de-de", "fr-fr"]),
                "grade": st.sampled_from(["GOOD", "FAIR"]), "category": st.sampled_from(["phone", "audio"]),
            },
        ),
    },
).filter(lambda rule: set(rule) - {"note", "scope"})  # fmt: skip
rows = st.fixed_dictionaries(
    {"percent": percents},
    optional={"market": st.sampled_from(["*", "de-de"]), "from": st.dates().map(str), "note": words},
)
documents = st.builds(
    lambda made, commissions, vat: {
        **RULES, "version": 1, "rules": [{"id": f"r{at}", **rule} for at, rule in enumerate(made)],
        "commissions": commissions, "vat": vat,
    },
    st.lists(rules, max_size=5), st.lists(rows, max_size=3), st.lists(rows, max_size=3),
)  # fmt: skip


@given(body=documents, kind=st.sampled_from(["csv", "xlsx"]))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_table_says_what_the_document_says_or_is_not_written(
    desk: Desk, body: dict[str, Any], kind: str
) -> None:
    have(desk, body)
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"rules.{kind}"
        try:
            export_rules(desk, path)
        except NotCarried:
            assert not path.exists()
            return
        plan = read_rules(desk, path)
    assert (plan.changes, len(plan.errors)) == ((), 0)
    assert read_pricing(plan.document) == read_pricing(policy_documents.document(desk, NAME))
