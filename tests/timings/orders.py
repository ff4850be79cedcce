"""Orders: how much of the allowed rate a long history uses and what it costs in memory, and what a parcel takes."""

from __future__ import annotations

import os
import time
from datetime import datetime, timedelta
from pathlib import Path

from bmdesk.services import settings
from bmdesk.services.grading.seating import Seat
from bmdesk.services.orders import history_import, order_view
from bmdesk.services.orders.order_view import OrderFilter, Tab
from bmdesk.services.selling import accounts
from bmdesk.services.session import Session
from bmdesk.services.shipping import packing
from bmdesk.sync.manner import Manner
from bmdesk.sync.opening import Syncing, Tools
from tests.timings import market
from tests.timings.figures import Figure, percentile
from tests.timings.million import rss
from tests.timings.scans import raw_commits

PACKER = Seat("pack", script=True, fallback="OWNER")
SHARES = ("0.75", "0.95")


def measure(folder: Path, quick: bool) -> list[Figure]:
    """Ten thousand orders of history; fifty orders from the sale to the parcel."""
    os.environ["BMDESK_CLAIMS"] = str(folder / "claims")
    os.environ["BMDESK_BACKMARKET_TOKEN"] = "timing"
    count = 1_000 if quick else 10_000
    figures = [figure for share in SHARES for figure in _history(folder, count, share)]
    return [*figures, *_parcels(folder, 10 if quick else 50)]


def _history(folder: Path, orders: int, share: str) -> list[Figure]:
    used: list[float] = []

    def goes_on() -> bool:
        used.append(rss())
        return True

    with market.market(
        "--listings", "50", "--orders", str(orders), "--latency", str(market.LATENCY_MS)
    ) as there:
        with market.shop(folder / f"history-{share}", there, "fr-fr", rate=share) as (session, tools):
            settings.put(session.desk, "backmarket.import_orders", "false")
            account = accounts.the_account(session.desk).id
            now = session.desk.clock.now()
            history_import.start(session.desk, market.OWNER, account, now - timedelta(days=4000), now)
            before, worked = len(there.ledger()["requests"]), time.process_time()
            with Syncing.begin(session.desk, tools) as syncing:
                while history_import.of_account(session.desk, account)[0].state == "running":
                    syncing.run(Manner(width=4, keep_going=goes_on))
            worked = time.process_time() - worked
        ledger = there.ledger()
    pages = [r for r in ledger["requests"][before:] if r["path"] == "/ws/orders"]
    allowed = market.ALLOWED * float(share) / market.WINDOW_S
    # From the first page asked for to the last: before it a process starts and the account is opened.
    begun, ended = (datetime.fromisoformat(pages[place]["at"]) for place in (0, -1))
    rate, late = (len(pages) - 1) / (ended - begun).total_seconds(), ledger["rate"]["429s"]
    # The first pages fill caches, and are no growth.
    early, end = used[len(used) // 5], used[-1]
    shown = f"{orders} orders of history at {share}"
    return [
        Figure(f"{shown}: requests a second", rate, "/s", allowed),
        Figure(
            f"{shown}: share of the allowed rate from the first page on", 100 * rate / allowed, "%", None, ">= 95 %",
            rate >= 0.95 * allowed,
        ),
        Figure(f"{shown}: answers 429", late, "", None, "0", late == 0),
        Figure(f"{shown}: work of this process a page", 1000 * worked / len(pages), "ms", 1000 / allowed),
        Figure(f"{shown}: memory at the end, beside a fifth of it", end, "MB", early, "flat", end - early < 20),
    ]  # fmt: skip


def _parcels(folder: Path, count: int) -> list[Figure]:
    """Phones, buyers, and a packer with a scanner: what each scan takes until it is on disk."""
    with market.market() as there:
        there.control(limits=False, task_seconds=0)
        with market.shop(folder / "parcels", there, "fr-fr") as (session, tools):
            codes = market.models(session, 10)
            market.grade(session, [(codes[n % 10], market.imei_of(n)) for n in range(count + 10)])
            market.all_managed(session, tools)
            settings.put(session.desk, "backmarket.orders", "automatic")
            there.control(buy=count)
            sold = time.monotonic()
            _sync(session, tools, 3)
            waiting = order_view.page(session.desk, OrderFilter(tab=Tab.TO_PICK), limit=500).rows
            began, took = time.monotonic(), []
            for number, row in enumerate(waiting):
                units = [u for line in order_view.detail(session.desk, row.id).lines for u in line.units]
                for code in (*(u.identifier for u in units), f"JJD0099{number:012d}", "BMD:CONFIRM"):
                    scanned = time.perf_counter()
                    packing.scan(session.desk, PACKER, code)
                    took.append(1000 * (time.perf_counter() - scanned))
            spent = time.monotonic() - began
            _sync(session, tools, 2)
            told = time.monotonic() - sold
            shipped = order_view.count(session.desk, OrderFilter(tab=Tab.SHIPPED))
    scans = len(took) / max(1, len(waiting))
    bare = raw_commits(folder / "raw.db", len(took))
    return [
        Figure("scans an ordinary order", scans, "scans", None, "3 (more for several pieces)", scans < 3.5),
        Figure(f"{len(waiting)} orders packed, bmdesk's own time", spent, "s"),
        Figure(f"{len(waiting)} orders read, accepted, packed and told, in all", told, "s"),
        Figure("scan at packing to durable, p50", percentile(took, 0.5), "ms", percentile(bare, 0.5)),
        Figure("scan at packing to durable, p99", percentile(took, 0.99), "ms", percentile(bare, 0.99)),
        Figure("orders shipped of those", shipped, "", len(waiting), "all", shipped == len(waiting)),
    ]


def _sync(session: Session, tools: Tools, times: int) -> None:
    with Syncing.begin(session.desk, tools) as syncing:
        for _ in range(times):
            syncing.run(Manner(everything=True, width=4))
