"""What bmdesk relies on is so: a real Odoo 19, asked with nothing of bmdesk in between."""

from __future__ import annotations

import time
from typing import Any

import httpx
import pytest

from tests.odoo.databases import Account, Database

pytestmark = pytest.mark.odoo

PATIENCE = 60.0  # a database that was never asked before is loaded first


def answer(
    server: str, service: str, method: str, *args: object, patience: float = PATIENCE
) -> dict[str, Any]:
    """The whole answer of Odoo's JSON-RPC: its `result` or its `error`."""
    call = {"service": service, "method": method, "args": args}
    response = httpx.post(
        f"{server}/jsonrpc",
        json={"jsonrpc": "2.0", "method": "call", "id": 1, "params": call},
        timeout=patience,
    )
    assert response.status_code == 200  # errors of Odoo's code, too
    answered: dict[str, Any] = response.json()
    return answered


def login(database: Database, name: str, password: str) -> object:
    return answer(database.server, "common", "authenticate", database.name, name, password, {})["result"]


def asked(
    database: Database, who: Account, model: str, method: str, *args: object, patience: float = PATIENCE
) -> dict[str, Any]:
    call = (database.name, who.user_id, who.key, model, method, list(args))
    return answer(database.server, "object", "execute_kw", *call, patience=patience)


def kind(answered: dict[str, Any]) -> str:
    """The one word of an error that stays the same in all versions: the name of what was raised."""
    assert "result" not in answered
    name: str = answered["error"]["data"]["name"]
    return name


def test_it_is_an_odoo_19_and_says_so_without_a_login(odoo_server: str) -> None:
    said = httpx.get(f"{odoo_server}/web/version", timeout=PATIENCE).json()
    assert said["version_info"][:2] == [19, 0]
    version = answer(odoo_server, "common", "version")["result"]
    assert version["server_version_info"] == said["version_info"]


def test_admin_logs_in_by_password_and_by_key_and_nobody_by_another(
    odoo_database: Database, odoo_admin: Account
) -> None:
    assert login(odoo_database, "admin", "admin") == odoo_admin.user_id
    assert login(odoo_database, "admin", odoo_admin.key) == odoo_admin.user_id
    assert login(odoo_database, "admin", "wrong") is False


def test_each_error_has_the_name_by_which_it_is_told_from_others(
    odoo_database: Database, odoo_admin: Account
) -> None:
    nowhere = Database(odoo_database.server, "nowhere")
    assert kind(asked(nowhere, odoo_admin, "res.users", "read", [1])) == "psycopg2.OperationalError"
    dead = Account(odoo_admin.user_id, "admin", "admin", "a key that died")
    assert kind(asked(odoo_database, dead, "res.users", "read", [1])) == "odoo.exceptions.AccessDenied"
    assert (
        kind(asked(odoo_database, odoo_admin, "res.users", "read", [1], ["no_field"]))
        == "builtins.ValueError"
    )
    assert kind(asked(odoo_database, odoo_admin, "res.users", "no_method")) == "builtins.AttributeError"
    assert kind(asked(odoo_database, odoo_admin, "no.model", "read", [1])) == "odoo.exceptions.UserError"
    gone = asked(odoo_database, odoo_admin, "res.partner", "write", [999_999], {"name": "x"})
    assert kind(gone) == "odoo.exceptions.MissingError"
    assert asked(odoo_database, odoo_admin, "res.partner", "read", [999_999], ["name"])["result"] == []


def test_who_works_at_the_bench_makes_lots_and_no_products(
    odoo_database: Database, odoo_admin: Account, odoo_bench: Account
) -> None:
    phone = {"name": "Phone", "type": "consu", "is_storable": True, "tracking": "serial"}
    refused = asked(odoo_database, odoo_bench, "product.template", "create", phone)
    assert kind(refused) == "odoo.exceptions.AccessError"
    template = asked(odoo_database, odoo_admin, "product.template", "create", phone)["result"]
    [product] = asked(
        odoo_database, odoo_bench, "product.product", "search", [("product_tmpl_id", "=", template)]
    )["result"]
    lot = {"name": "356938035643809", "product_id": product, "company_id": 1}
    made = asked(odoo_database, odoo_bench, "stock.lot", "create", [lot])["result"]
    assert len(made) == 1
    assert (
        kind(asked(odoo_database, odoo_bench, "stock.lot", "create", [lot]))
        == "odoo.exceptions.ValidationError"
    )


def test_json_2_asks_by_name_and_answers_with_a_status(odoo_database: Database, odoo_admin: Account) -> None:
    def call(method: str, body: dict[str, Any], key: str = odoo_admin.key) -> httpx.Response:
        return httpx.post(
            f"{odoo_database.server}/json/2/res.users/{method}",
            headers={"Authorization": f"bearer {key}", "X-Odoo-Database": odoo_database.name},
            json=body,
            timeout=PATIENCE,
        )

    read = call("read", {"ids": [odoo_admin.user_id], "fields": ["login"]})
    assert (read.status_code, read.json()) == (200, [{"id": odoo_admin.user_id, "login": "admin"}])
    assert call("read", {"ids": [odoo_admin.user_id]}, key="dead").status_code == 401
    unknown = call("read", {"ids": [odoo_admin.user_id], "fields": ["no_field"]})
    assert (unknown.status_code, unknown.json()["name"]) == (500, "builtins.ValueError")


def test_loading_the_same_lot_twice_makes_one(
    odoo_database: Database, odoo_admin: Account, odoo_bench: Account
) -> None:
    tablet = {"name": "Tablet", "type": "consu", "is_storable": True, "tracking": "serial"}
    product = asked(odoo_database, odoo_admin, "product.product", "create", tablet)["result"]
    fields = ["id", "name", "product_id/.id", "company_id/.id", "ref"]
    row = ["bmdesk.unit_1", "R52N", product, 1, "356938035643809"]
    first, second = (
        asked(odoo_database, odoo_bench, "stock.lot", "load", fields, [row])["result"] for _ in range(2)
    )
    assert first["ids"] == second["ids"] != []


def test_a_call_whose_answer_nobody_waited_for_was_carried_out(
    odoo_database: Database, odoo_admin: Account
) -> None:
    people = [{"name": f"Person {n}", "ref": "unanswered"} for n in range(200)]
    with pytest.raises(httpx.ReadTimeout):
        asked(odoo_database, odoo_admin, "res.partner", "create", people, patience=0.05)
    give_up = time.monotonic() + PATIENCE
    count = 0
    while count == 0 and time.monotonic() < give_up:
        time.sleep(0.1)
        count = asked(odoo_database, odoo_admin, "res.partner", "search_count", [("ref", "=", "unanswered")])[
            "result"
        ]
    assert count == len(people)


def test_a_fresh_database_knows_nothing_of_another(
    odoo_database: Database, own_odoo_database: Database
) -> None:
    def identity(database: Database) -> object:
        admin = database.admin()
        return asked(database, admin, "ir.config_parameter", "get_param", "database.uuid")["result"]

    assert identity(own_odoo_database) not in {None, False, identity(odoo_database)}
