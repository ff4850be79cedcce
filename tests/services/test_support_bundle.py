"""The report for support says what helps and nothing that is a secret or a customer's."""

from __future__ import annotations

import json
import logging
import shutil
import unicodedata
import zipfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest
from sqlalchemy import insert

from bmdesk.services import companies, program_log
from bmdesk.services.odoo import odoo_settings
from bmdesk.services.orders.customers import UnknownCustomer
from bmdesk.services.selling import accounts
from bmdesk.services.session import open_session
from bmdesk.services.support_bundle import untold, write_bundle
from bmdesk.store.tables import customers, orders
from bmdesk.store.transaction import Tx
from bmdesk.system import crashes, machine
from bmdesk.system.clock import FixedClock
from bmdesk.system.logs import masked, start_logging, stop_logging
from bmdesk.system.machine import STATION, MachineSettings
from bmdesk.system.paths import DataDir
from bmdesk.system.secrets import Secrets
from bmdesk.ui.crash import CrashReporter

ID = "01KEXAMPLE0000000000000000"
TOKEN = "correct-horse-battery"  # no machine could tell that it is a secret
KEY = "staple-of-the-other-horse"
PERSON = {
    "first_name": "Philippine", "last_name": "Quetzalli", "street": "Kanarienweg 17", "city": "Vogelsang",
    "phone": "0612345678", "email": "philippine@quetzalli.example", "postcode": "54321", "company": "Federkiel",
}  # fmt: skip
IMEI = "356938035643809"


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    level = logging.getLogger().level
    yield
    stop_logging()
    logging.getLogger().setLevel(level)


@pytest.fixture
def data_dir(data_dir: DataDir, template: Path) -> DataDir:
    """A data folder with a store that is there already: making its tables is not the story."""
    shutil.copyfile(template, data_dir.store)
    return data_dir


def told_of(tx: Tx, account: str) -> None:
    """A customer with an order, as orders bring them."""
    sold = {"id": ID, "account_id": account, "remote_id": 4711, "remote_state": 3, "read_at": tx.now}
    tx.connection.execute(insert(orders.customer_order).values(**sold))
    made = {"company_id": tx.company, "created_at": tx.now, "changed_at": tx.now}
    name = f"{PERSON['first_name']} {PERSON['last_name']}"
    tx.connection.execute(insert(customers.customer).values(id=ID, name=name, **made))
    tx.connection.execute(insert(customers.order_address).values(order_id=ID, kind="shipping", **PERSON))


def test_no_secret_and_no_customer_leaves_with_the_report(data_dir: DataDir, clock: FixedClock) -> None:
    MachineSettings(data_dir.settings).set(STATION, "Bench 7")
    with open_session(data_dir, clock=clock) as session:
        made = accounts.add(session.desk, company="Blue", contact="owner@blue.example", markets="fr-fr")
        session.store.write(session.desk.company, lambda tx: told_of(tx, made.id))
        Secrets(data_dir.root).set(accounts.secret_of(session.desk), TOKEN)
        log = logging.getLogger("bmdesk.test")
        log.warning("somebody logged values: %s with %s, %s", PERSON, TOKEN, IMEI)
        log.error("MONSIEUR QUETZALLI asked twice")
        log.info("sync took 12 ms")
    bug = KeyError(f"{PERSON['first_name']} {PERSON['last_name']}, {TOKEN}")
    assert crashes.keep(data_dir.crashes, bug) is not None

    bundle = write_bundle(data_dir, data_dir.root / "report.zip", clock=clock)

    with zipfile.ZipFile(bundle.file) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist()}
    everything = "\n".join(parts.values()).casefold()
    canaries = [TOKEN, IMEI, "owner@blue.example", str(data_dir.root), *PERSON.values()]
    assert [canary for canary in canaries if canary.casefold() in everything] == []
    assert bundle.complete and set(bundle.parts) == set(parts)
    assert "sync took 12 ms" in parts["log.txt"] and "KeyError" in parts["crash-1.txt"]
    assert json.loads(parts["machine.json"])["station"] == "Bench 7"
    assert json.loads(parts["counts.json"])["customer"] == 1
    assert "order_address" in json.loads(parts["schema.json"])["tables"]
    assert {one["part"] for one in json.loads(parts["doctor.json"])} >= {"store", "disk", "token"}
    assert json.loads(parts["settings.json"])["company.timezone"]


def test_what_a_crash_left_is_told_without_the_customer_it_was_about(
    data_dir: DataDir, clock: FixedClock
) -> None:
    crashes.keep(data_dir.crashes, KeyError(f"{PERSON['first_name']} {PERSON['last_name']}, {TOKEN}"))
    with open_session(data_dir, clock=clock) as session:
        made = accounts.add(session.desk, markets="fr-fr")
        session.store.write(session.desk.company, lambda tx: told_of(tx, made.id))
        Secrets(data_dir.root).set(accounts.secret_of(session.desk), TOKEN)
        (report,) = untold(session.desk, data_dir)
    assert "KeyError" in report.error
    assert not any(word in report.text for word in ("Philippine", "Quetzalli", TOKEN))


@pytest.mark.slow
def test_a_store_that_does_not_open_still_gives_a_report(data_dir: DataDir, clock: FixedClock) -> None:
    data_dir.store.write_bytes(b"no database at all" * 1000)
    crashes.keep(data_dir.crashes, KeyError("Philippine Quetzalli"))
    bundle = write_bundle(data_dir, data_dir.root / "report.zip", clock=clock)
    assert not bundle.complete and "settings.json" not in bundle.parts
    with zipfile.ZipFile(bundle.file) as archive:
        found = json.loads(archive.read("doctor.json"))
        crash = archive.read("crash-1.txt").decode()
    assert "KeyError" in crash and "Quetzalli" not in crash
    assert [one["part"] for one in found if not one["ok"]] == ["store"]


@pytest.mark.slow
def test_names_are_found_among_many_customers(data_dir: DataDir, clock: FixedClock, tmp_path: Path) -> None:
    with open_session(data_dir, clock=clock) as session:
        made = {"company_id": session.desk.company, "created_at": clock.now(), "changed_at": clock.now()}
        rows = [{"id": f"01KEX{n:021}", "name": f"Nomen{n} Nescio{n}", **made} for n in range(20_000)]
        session.store.write(
            session.desk.company,
            lambda tx: tx.connection.execute(insert(customers.customer), rows).rowcount,
        )
        logging.getLogger("bmdesk.test").warning("who is Nomen19999 Nescio19999, and who Nomen Nescio?")
    bundle = write_bundle(data_dir, tmp_path / "report.zip", clock=clock)
    with zipfile.ZipFile(bundle.file) as archive:
        log = archive.read("log.txt").decode()
    assert "Nescio19999" not in log and "who Nomen Nescio?" in log


@pytest.mark.slow
@pytest.mark.parametrize(
    "said",
    [
        "proxy http://anna:CANARY@proxy.example:3128 refused",
        "proxy http://anna:se$CANARY@proxy.example:3128 refused",
        "postgresql://bench:CANARY/x@db.example/store is not there",
        "postgresql+psycopg://bench:x@CANARY@db.example/store is not there",
        "connect failed for 'postgresql://db/store?user=bench&password=CANARY'",
        '{"password": "CANARY"}',
        "{'api_key': 'CANARY'}",
        "Authorization: Basic CANARY",
        "PGPASSWORD=CANARY pg_dump",
        "pin=CANARY",
        "OSError: [Errno 2] No such file: '/home/CANARY/data/store.db'",
        r"OSError: [WinError 2] 'C:\\Users\\CANARY\\AppData\\store.db'",
        r"OSError: C:\Users\CANARY\store.db",
        "/Users/CANARY/Library/Application Support/bmdesk",
        "/media/CANARY/STICK/backup",
    ],
)
def test_whoever_wrote_it_how_a_secret_in_a_line_stays_out(said: str) -> None:
    for secret in ("hunter2", "Hx7", "correcthorsebatterystaple"):
        words = masked(said.replace("CANARY", secret))
        assert secret not in words, words


@pytest.mark.slow
def test_the_address_of_the_store_goes_along_without_its_password(
    data_dir: DataDir, clock: FixedClock, tmp_path: Path
) -> None:
    MachineSettings(data_dir.settings).set(machine.STORE_URL, "postgresql://bench:can/ary@127.0.0.1:1/store")
    MachineSettings(data_dir.settings).set(machine.BACKUP_FOLDER, "/media/canary/stick")
    bundle = write_bundle(data_dir, tmp_path / "report.zip", clock=clock)
    with zipfile.ZipFile(bundle.file) as archive:
        parts = [archive.read(name).decode() for name in archive.namelist()]
    assert not any("can/ary" in part or "canary" in part or "ary@" in part for part in parts)


@pytest.mark.slow
def test_tokens_and_keys_of_every_company_stay_out_of_a_report_and_a_log(
    data_dir: DataDir, clock: FixedClock, tmp_path: Path
) -> None:
    with open_session(data_dir, clock=clock) as session:
        companies.add(session.desk, None, "second", "Second Phones")
    with open_session(data_dir, "second", clock=clock) as session:
        accounts.add(session.desk, company="Blue", contact="owner@blue.example", markets="fr-fr")
        Secrets(data_dir.root).set(accounts.secret_of(session.desk), TOKEN)
        Secrets(data_dir.root).set(odoo_settings.key_of(session.desk), KEY)
    with open_session(data_dir, clock=clock) as session:
        logging.getLogger("bmdesk.test").warning("somebody logged %s and %s", TOKEN, KEY)
        shown = program_log.read(session.desk, data_dir)
        assert not any(TOKEN in line.text or KEY in line.text for line in shown)
    bundle = write_bundle(data_dir, tmp_path / "report.zip", clock=clock)
    with zipfile.ZipFile(bundle.file) as archive:
        said = archive.read("log.txt").decode()
    assert TOKEN not in said and KEY not in said


@pytest.mark.slow
@pytest.mark.parametrize(
    "name", ["Zoë Quetzàlli", "O’Hara-Quetzalli", "李小龍", "李龍", "Li Ng", "de la Quetzalli y Ñandú"]
)
def test_a_name_as_a_program_writes_it_stays_out_too(
    name: str, data_dir: DataDir, clock: FixedClock, tmp_path: Path
) -> None:
    with open_session(data_dir, clock=clock) as session:
        made = {"company_id": session.desk.company, "created_at": clock.now(), "changed_at": clock.now()}
        session.store.write(
            session.desk.company,
            lambda tx: (
                tx.connection.execute(insert(customers.customer).values(id=ID, name=name, **made)).rowcount
            ),
        )
        log = logging.getLogger("bmdesk.test")
        for form in ("NFC", "NFD"):
            log.warning("it was %s", unicodedata.normalize(form, name))
        log.warning("asked for /customers?name=%s", quote(name))
        log.warning("asked for /customers?name=%s", quote_plus(name))
        log.warning("body %s", json.dumps({"name": name}))
        log.warning("row %a", {"name": name})
    bundle = write_bundle(data_dir, tmp_path / "report.zip", clock=clock)
    with zipfile.ZipFile(bundle.file) as archive:
        log_text = archive.read("log.txt").decode()
    spellings = [
        name,
        unicodedata.normalize("NFD", name),
        quote(name),
        quote_plus(name),
        json.dumps(name)[1:-1],
    ]
    assert [one for one in spellings if one in log_text] == []


@pytest.mark.slow
def test_a_bug_in_the_log_of_a_store_that_does_not_open_names_nobody(
    data_dir: DataDir, clock: FixedClock, tmp_path: Path
) -> None:
    start_logging(data_dir.logs)
    try:
        raise ValueError("no such row:\nQuetzalli: Philippine\nQuetzalli")
    except ValueError as bug:
        CrashReporter(folder=data_dir.crashes).report(bug)
    try:
        raise UnknownCustomer(given="Philippine Quetzalli")
    except UnknownCustomer as failure:
        logging.getLogger("bmdesk.ui").error("a write failed while closing: %s", failure)
    logging.getLogger("bmdesk.ui").info("sync took 12 ms")
    data_dir.store.write_bytes(b"no database at all" * 1000)

    bundle = write_bundle(data_dir, tmp_path / "report.zip", clock=clock)

    with zipfile.ZipFile(bundle.file) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist()}
    assert [name for name, words in parts.items() if "Quetzalli" in words] == []
    assert "ValueError" in parts["log.txt"] and "sync took 12 ms" in parts["log.txt"]
