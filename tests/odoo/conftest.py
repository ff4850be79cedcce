"""What tests on a real Odoo stand on: fresh databases of the server that BMDESK_TEST_ODOO names.

    tests/odoo/peer build && tests/odoo/peer init
    BMDESK_TEST_ODOO=$(tests/odoo/peer start) python -m pytest -n 2 --dist loadfile -m odoo tests/odoo
    tests/odoo/peer stop

Such tests bear the mark `odoo`; without the variable they are left out.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.odoo.databases import BENCH_GROUPS, SERVER, Account, Database, fresh_database
from tests.odoo.shops import PHONE, Shop, shop
from tests.odoo.templates import Templates, templates


@pytest.fixture(scope="session")
def odoo_server() -> str:
    """Where the real Odoo answers, without a slash at the end."""
    if not SERVER:
        pytest.skip("BMDESK_TEST_ODOO names no running Odoo: tests/odoo/peer makes one")
    return SERVER


@pytest.fixture(autouse=True)
def claims(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """The databases of a run share their keys: whatever store spoke for one before is no concern of this test."""
    monkeypatch.setenv("BMDESK_CLAIMS", str(tmp_path_factory.mktemp("claims")))


@pytest.fixture(scope="session")
def odoo_templates(odoo_server: str) -> Iterator[Templates]:
    """What the databases of this run are copied from."""
    with templates() as made:
        yield made


@pytest.fixture(scope="module")
def odoo_database(odoo_templates: Templates) -> Iterator[Database]:
    """One fresh database for all tests of a file, as the tests before left it. Lots have bmdesk's fields."""
    with fresh_database(odoo_templates.ready) as database:
        yield database


@pytest.fixture
def own_odoo_database(odoo_templates: Templates) -> Iterator[Database]:
    """A fresh database of this test alone. Lots have bmdesk's fields."""
    with fresh_database(odoo_templates.ready) as database:
        yield database


@pytest.fixture
def bare_odoo_database(odoo_templates: Templates) -> Iterator[Database]:
    """A fresh database of this test alone, in which bmdesk's set-up never ran."""
    with fresh_database(odoo_templates.bare) as database:
        yield database


@pytest.fixture(scope="module")
def odoo_admin(odoo_database: Database) -> Account:
    """The administrator of the file's database, with an API key."""
    return odoo_database.admin()


@pytest.fixture(scope="module")
def odoo_bench(odoo_database: Database) -> Account:
    """Somebody at the bench, in the file's database: may work with lots and sale orders, and little else."""
    return odoo_database.add_user("bench", *BENCH_GROUPS)


@pytest.fixture(scope="module")
def with_fields(odoo_database: Database, odoo_admin: Account) -> Database:
    """The file's database; its lots have bmdesk's fields, and the phone is there."""
    with shop(odoo_database, odoo_admin, odoo_admin) as there:
        there.new_product(PHONE.name, barcode=PHONE.barcode)
    return odoo_database


@pytest.fixture
def bench(with_fields: Database, odoo_bench: Account, odoo_admin: Account) -> Iterator[Shop]:
    """Who works with lots and transfers and may not make products; the phone is there."""
    with shop(with_fields, odoo_bench, odoo_admin) as there:
        yield there


@pytest.fixture
def office(with_fields: Database, odoo_admin: Account) -> Iterator[Shop]:
    """Who may do everything."""
    with shop(with_fields, odoo_admin, odoo_admin) as there:
        yield there
