"""Syncing: how much of the allowed rate a long pull uses, what a thousand scans cost, how soon phones are live.

The marketplace runs in a process of its own and answers over HTTP, 200 ms late where that is what is measured.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bmdesk.connectors.backmarket.connector import Manners
from bmdesk.domain.identifiers import luhn_holds
from bmdesk.domain.listing_reasons import ASPECTS
from bmdesk.services import settings
from bmdesk.services.desk import Actor
from bmdesk.services.grading import bench
from bmdesk.services.grading.bench import Seat
from bmdesk.services.selling import accounts, management
from bmdesk.services.session import Session, open_session
from bmdesk.sync.manner import Manner
from bmdesk.sync.opening import Syncing, Tools
from bmdesk.sync.worker import Worker
from bmdesk.system.paths import DataDir
from bmdesk.system.secrets import Secrets
from tests.processes import python
from tests.timings.figures import Figure
from tests.timings.scans import WORK, preset
from tests.timings.window import lag

OWNER = Actor("OWNER", "owner", "timing")
LATENCY_MS = 200
PAGE = 50
WINDOW_S = 10
ALLOWED = 200
SKUS = 20
PRODUCT = "00000000-0000-4000-8000-"
SIMULATOR = "import sys; from bmdesk.app import main; sys.exit(main(sys.argv[1:]))"


def measure(folder: Path, quick: bool) -> list[Figure]:
    """Pulls at two shares of the limit, writes for scans, the way of fifty phones."""
    os.environ["BMDESK_CLAIMS"] = str(folder / "claims")
    os.environ["BMDESK_BACKMARKET_TOKEN"] = "timing"
    listings = 2_000 if quick else 20_000
    figures = [figure for share in ("0.75", "0.95") for figure in _pull(folder, listings, share)]
    return [*figures, *_scans(folder, quick), *_phones(folder), *_lag_while_syncing(folder, quick)]


@dataclass(frozen=True)
class Market:
    """A simulator in a process of its own."""

    url: str

    def control(self, **orders: Any) -> None:
        request = urllib.request.Request(f"{self.url}/__control", json.dumps(orders).encode(), method="POST")
        request.add_header("Content-Type", "application/json")
        urllib.request.urlopen(request, timeout=30).close()

    def ledger(self) -> dict[str, Any]:
        with urllib.request.urlopen(f"{self.url}/__ledger", timeout=60) as answer:
            found: dict[str, Any] = json.load(answer)
            return found

    def writes(self, kind: str) -> list[dict[str, Any]]:
        return [e for e in self.ledger()["effects"] if e["kind"] == kind and e["request"] is not None]


@contextlib.contextmanager
def market(*options: str) -> Iterator[Market]:
    """A simulator for the length of a measurement."""
    process = python(SIMULATOR, "simulator", "--port", "0", *options)
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        if not line:
            raise subprocess.SubprocessError("the simulator did not start")
        yield Market(line.split()[-1])
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)
        process.communicate()


@contextlib.contextmanager
def shop(folder: Path, there: Market, markets: str, **more: str) -> Iterator[tuple[Session, Tools]]:
    """A store whose account speaks to this marketplace."""
    with open_session(DataDir(folder)) as session:
        wanted = {
            "url": there.url,
            "contact": "desk@example.invalid",
            "company": "Timing",
            "markets": markets,
        }
        for name, value in {**wanted, **more}.items():
            settings.put(session.desk, f"backmarket.{name}", value)
        accounts.ensure(session.desk)
        yield session, Tools(Secrets(folder), Manners(width=8))


def _pull(folder: Path, listings: int, share: str) -> list[Figure]:
    """One market, one long list: requests a second against what the setting allows."""
    with market("--listings", str(listings), "--latency", str(LATENCY_MS)) as there:
        with shop(folder / f"pull-{share}", there, "fr-fr", rate=share) as (session, tools):
            began = time.monotonic()
            with Syncing.begin(session.desk, tools) as syncing:
                report = syncing.run(Manner(everything=True, width=4))
            spent = time.monotonic() - began
        ledger = there.ledger()
    pages = [r for r in ledger["requests"] if r["path"] == "/ws/listings"]
    allowed = ALLOWED * float(share) / WINDOW_S
    rate = len(pages) / spent
    late = ledger["rate"]["429s"]
    assert report.pulled >= listings, report
    return [
        Figure(f"pull of {listings} listings at {share}: requests a second", rate, "/s", allowed),
        Figure(
            f"pull at {share}: share of the allowed rate", 100 * rate / allowed, "%", None, ">= 95 %",
            rate >= 0.95 * allowed,
        ),
        Figure(f"pull at {share}: answers 429", late, "", None, "0", late == 0),
    ]  # fmt: skip


def _scans(folder: Path, quick: bool) -> list[Figure]:
    """A thousand scans of units of twenty SKUs, sent afterwards, and with the worker beside them."""
    count = 120 if quick else 1_000
    figures = []
    for name, beside in (("afterwards", False), ("meanwhile", True)):
        with market() as there:
            there.control(limits=False, task_seconds=0)
            with shop(folder / f"scans-{name}", there, "fr-fr") as (session, tools):
                codes = models(session, SKUS)
                grade(session, [(code, imei_of(900_000 + n)) for n, code in enumerate(codes)])
                all_managed(session, tools)
                before = len(there.writes("quantity"))
                worker = _worker(session, tools) if beside else None
                units = [(codes[n % SKUS], imei_of(n)) for n in range(count // (len(WORK) + 2))]
                began = time.monotonic()
                grade(session, units)
                spent = time.monotonic() - began
                if worker is not None:
                    time.sleep(7)
                    worker.stop()
                _sync(session, tools)
                writes = len(there.writes("quantity")) - before
        figures.append(
            Figure(
                f"quantity writes for {count} scans of {SKUS} SKUs, sent {name} ({spent:.0f} s of scanning)",
                writes, "writes", None, "about 20", writes <= 1.5 * SKUS,
            )
        )  # fmt: skip
    return figures


def _phones(folder: Path) -> list[Figure]:
    """Fifty phones of ten models without listings: from the last scan until all are live in three markets."""
    with market() as there:
        there.control(task_seconds=0)
        with shop(folder / "phones", there, "fr-fr,de-de,en-gb") as (session, tools):
            settings.put(session.desk, "rate.GBP", "0.86")
            codes = models(session, 10)
            grade(session, [(codes[0], imei_of(900_000))])
            all_managed(session, tools)
            worker = _worker(session, tools)
            grade(session, [(codes[n % 10], imei_of(n)) for n in range(50)])
            began = time.monotonic()
            while _live(there, 51) is False and time.monotonic() - began < 180:
                time.sleep(0.25)
            spent = time.monotonic() - began
            worker.stop()
    return [
        Figure("fifty phones, last scan to live in three markets", spent, "s", None, "< 60 s", spent < 60)
    ]


def _lag_while_syncing(folder: Path, quick: bool) -> list[Figure]:
    """The window pulls ten thousand listings behind the page that a person looks at."""
    data, seconds = folder / "window", 3 if quick else 12
    with market("--listings", "10000") as there:
        there.control(limits=False)
        with shop(data, there, "fr-fr", rate="0.95") as (session, _):
            settings.put(session.desk, "setup.done", "true")
        late = lag(data, seconds)
        pulled = sum(1 for r in there.ledger()["requests"] if r["path"] == "/ws/listings")
    name = f"event loop late while the window pulls listings ({pulled} pages meanwhile), p99"
    return [Figure(name, late, "ms", None, "< 16 ms", late < 16)]


def _live(there: Market, pieces: int) -> bool:
    with urllib.request.urlopen(f"{there.url}/__state", timeout=60) as answer:
        state = json.load(answer)
    listings = state["listings"]
    rows = list(listings.values()) if isinstance(listings, dict) else listings
    online = [
        row
        for row in rows
        if len(row["markets"]) == 3 and all(m.get("publication_state") == 2 for m in row["markets"].values())
    ]
    return bool(sum(row["quantity"] for row in online) >= pieces)


def models(session: Session, count: int) -> list[str]:
    """Phones that differ by colour, each with a price and a product id."""
    from bmdesk.services.goods import catalog
    from bmdesk.system.tabular import write_table

    codes = [f"IP12-64-C{n:02}" for n in range(count)]
    rows = [
        (code, "Apple", "iPhone 12", "phone", "64 GB", f"Colour {n}", f"{PRODUCT}{n:012}", "689.00", "EUR")
        for n, code in enumerate(codes)
    ]  # fmt: skip
    table = session.data.root / "models.csv"
    columns = ("model_code", "brand", "model", "category", "storage", "colour", "backmarket_product_id")
    write_table(table, (*columns, "new_price", "currency"), rows)
    catalog.import_catalog(session.desk, table)
    bench.scan(session.desk, Seat("t", script=True, fallback="OWNER"), "BMD:BATCH:B1")
    preset(session.desk)
    return codes


def grade(session: Session, units: list[tuple[str, str]]) -> None:
    """Bring these (model, IMEI) from the box to ready."""
    seat = Seat("t", script=True, fallback="OWNER")
    for code, imei in units:
        results = [bench.scan(session.desk, seat, text) for text in (imei, f"BMD:MODEL:{code}", *WORK)]
        assert results[-1].code == "bench.ready", [result.message for result in results]


def imei_of(number: int) -> str:
    """The IMEI of a test range with this number."""
    body = f"00101{number:09d}"
    return next(body + str(digit) for digit in range(10) if luhn_holds(body + str(digit)))


def all_managed(session: Session, tools: Tools) -> None:
    """Read, hand everything over, make what is missing."""
    _sync(session, tools)
    account = accounts.the_account(session.desk)
    shown = management.preview(session.desk, account.id)
    management.manage(session.desk, OWNER, account.id, None, ASPECTS, shown.digest)
    _sync(session, tools)


def _sync(session: Session, tools: Tools) -> None:
    with Syncing.begin(session.desk, tools) as syncing:
        syncing.run(Manner(everything=True, width=4))


def _worker(session: Session, tools: Tools) -> Worker:
    worker = Worker(session.desk, tools, lambda _: None, lambda _: None, lambda _: None)
    worker.start()
    return worker
