"""Back Market's template here: what its lines would do, what of it may be taken, and what a mangled one is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from bmdesk.domain.money import Money
from bmdesk.services import policy_documents, settings
from bmdesk.services.desk import Desk
from bmdesk.services.files import upload_file
from bmdesk.services.files.upload_file import TemplateMangled, read_upload
from bmdesk.texts import render
from tests.desks import PHONE, Bench
from tests.domain.test_upload_template import LINE, cell, template
from tests.listed import OWNER, account, link_all, read_listing


@pytest.fixture
def listed(at_bench: Bench) -> Desk:
    """One listing of ours, whose price bmdesk does not manage."""
    desk = at_bench.desk
    account(desk)
    settings.put(desk, "backmarket.markets", "fr-fr,de-de")
    body = policy_documents.document(desk, "pricing")
    policy_documents.save_document(
        desk, OWNER, "pricing", {**body, "rules": [{"id": "a", "cost_floor": False}]}
    )
    at_bench.ready_unit()
    sku = f"{PHONE}-EXCELLENT"
    link_all(desk, read_listing(desk, sku, "EXCELLENT", 1, {"fr-fr": 39000}, manage_price=True))
    return desk


def file(tmp_path: Path, content: bytes) -> Path:
    path = tmp_path / "listing-template.csv"
    path.write_bytes(content)
    return path


def test_a_template_says_what_each_line_would_do(listed: Desk, tmp_path: Path) -> None:
    sku = f"{PHONE}-EXCELLENT"
    path = file(
        tmp_path,
        template(
            cell(sku=sku, price="389,90", grade="EXCELLENT"),
            cell(sku="NOBODY"),
            cell(sku="2-Mar"),
            cell(sku="x", price=""),
        ),
    )
    assert upload_file.is_template(path)
    plan = read_upload(listed, account(listed), path, "fr-fr")
    assert [(row.line, row.listing, row.verdict.code) for row in plan.rows] == [
        (4, sku, "template.counted_here"), (5, "", "template.unknown_sku"),
    ]  # fmt: skip
    assert [(error.line, error.column) for error in plan.errors] == [(6, "sku"), (7, "price")]
    (price,) = plan.prices.planned
    assert (price.line, price.old, price.new) == (4, Money(39000, "EUR"), Money(38990, "EUR"))
    assert all(render(row.verdict) for row in plan.rows)


def test_a_mangled_template_is_refused_with_every_line_and_how_to_mend_it(
    listed: Desk, tmp_path: Path
) -> None:
    path = file(tmp_path, template(LINE).replace(b";", b","))
    assert upload_file.is_template(path)
    with pytest.raises(TemplateMangled) as refused:
        read_upload(listed, account(listed), path, "fr-fr")
    said = render(refused.value.happened)
    assert "Line 1: commas" in said and "Line 4" in said
    assert "semicolons" in render(refused.value.todo)
    assert [error.line for error in refused.value.faults] == [1, 2, 3, 4]


def test_prices_in_another_currency_than_the_markets_are_refused(listed: Desk, tmp_path: Path) -> None:
    path = file(tmp_path, template(cell(sku=f"{PHONE}-EXCELLENT", currency="GBP", grade="EXCELLENT")))
    plan = read_upload(listed, account(listed), path, "fr-fr")
    assert plan.prices.planned == ()
    (error,) = plan.prices.errors
    assert "GBP" in render(error.reason)
