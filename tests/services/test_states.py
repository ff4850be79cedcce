"""Any scans of any units by two people in any order: what must hold, holds after each of them."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from bmdesk.services import company, policy_documents
from bmdesk.services.desk import Actor
from bmdesk.services.grading import bench
from bmdesk.services.grading.bench import Seat
from bmdesk.store.engine import Place
from bmdesk.store.opening import open_store
from bmdesk.store.photos import Photos
from bmdesk.system.clock import FixedClock
from tests.desks import IMEIS, PHONE, TABLET, Bench, run_sql
from tests.wholeness import assert_legal, assert_whole, counts, dump, scanned, states

DEVICES = (*IMEIS[:3], "SERIAL000001")
WORK = (
    f"BMD:MODEL:{PHONE}", f"BMD:MODEL:{TABLET}", "BMD:ALLPASS", "BMD:TEST:BOOT:FAIL", "BMD:TEST:BOOT:PASS",
    "BMD:BATTERY:95", "BMD:BATTERY:70", "BMD:DEFECT:BACK:SCRATCH:2", "BMD:DEFECT:SCREEN:CRACK:3", "BMD:ACC:BOX:YES",
    "BMD:ERASED:BLANCCO", "BMD:LOCK:ALL:OFF", "BMD:LOCK:SIM:ON", "BMD:PART:BATTERY:20", "BMD:LABOUR:5",
    "BMD:GRADE:PREMIUM", "BMD:GRADE:GOOD:worn", "BMD:GRADE:NOT_FOR_SALE:water", "BMD:BIN:MAIN/B-2", "BMD:ALSO",
    "BMD:BATCH:B1", "BMD:NEXT",
)  # fmt: skip
CLEAN = (
    f"BMD:MODEL:{PHONE}",
    "BMD:ALLPASS",
    "BMD:BATTERY:92",
    "BMD:LOCK:ALL:OFF",
    "BMD:ERASED:BLANCCO",
    "BMD:DONE",
)
BOTH = st.sampled_from((0, 1))


class TwoAtTheBench(RuleBasedStateMachine):
    """OWNER and ANNA at two stations of one store."""

    template: Path

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        shutil.copyfile(self.template, self.folder / "store.db")
        self.clock = FixedClock()
        self.stores = [open_store(Place.of_file(self.folder / "store.db"), self.clock.now) for _ in range(2)]
        photos = Photos(self.folder / "photos")
        desks = [company.open_desk(s, photos, self.clock, f"bench-{n}") for n, s in enumerate(self.stores)]
        company.add_operator(desks[0], "ANNA", "Anna", "operator")
        names = ("OWNER", "ANNA")
        self.people = [
            Bench(d, self.clock, Seat("s", script=True, fallback=n))
            for d, n in zip(desks, names, strict=True)
        ]
        self.desk = desks[0]
        self.accepted = 0
        self.kept = counts(self.desk)
        self.judged = True

    def teardown(self) -> None:
        for store in self.stores:
            store.close()
        shutil.rmtree(self.folder)

    def scan(self, who: int, text: str) -> bool:
        before, log, was = dump(self.desk, "scan_log", "seat"), len(scanned(self.desk)), states(self.desk)
        result = self.people[who].scan(text)
        assert len(scanned(self.desk)) == log + 1
        if text != "BMD:UNDO":
            assert_legal(was, states(self.desk))
        if not result.ok:
            assert dump(self.desk, "scan_log", "seat") == before, f"{text} was refused and changed something"
        return result.ok

    @rule(who=BOTH, device=st.sampled_from(DEVICES))
    def take(self, who: int, device: str) -> None:
        self.scan(who, device)

    @rule(who=BOTH, texts=st.lists(st.sampled_from(WORK), min_size=1, max_size=4))
    def work(self, who: int, texts: list[str]) -> None:
        for text in texts:
            self.scan(who, text)

    @rule(who=BOTH)
    def done(self, who: int) -> None:
        self.scan(who, "BMD:DONE")

    @rule(who=BOTH)
    def hold(self, who: int) -> None:
        self.scan(who, "BMD:HOLD:look again")

    @rule(who=BOTH)
    def all_of_a_clean_phone(self, who: int) -> None:
        for text in CLEAN:
            self.scan(who, text)

    @rule(who=BOTH, text=st.sampled_from((*WORK, "BMD:DONE", "BMD:HOLD:x", "BMD:PART:BATTERY", *DEVICES)))
    def do_and_undo(self, who: int, text: str) -> None:
        """Whatever a step was, UNDO right after it restores every row but the history's own."""
        own = ("scan_log", "seat", "history", "step", "location", "sku", "batch", "unit", "identifier")
        before, steps = dump(self.desk, *own), len(dump(self.desk)["step"])
        was, known = states(self.desk), dump(self.desk)["identifier"]
        if self.scan(who, text) and len(dump(self.desk)["step"]) > steps:
            assert self.scan(who, "BMD:UNDO")
            assert {unit: state for unit, state in states(self.desk).items() if unit in was} == was
            if self.judged:
                assert dump(self.desk, *own) == before
            if text in WORK:
                assert dump(self.desk)["identifier"] == known

    @rule(who=BOTH)
    def undo(self, who: int) -> None:
        self.scan(who, "BMD:UNDO")

    @rule()
    def ship_what_is_ready(self) -> None:
        # What the shipping table will do one day: the bench only sees the state.
        run_sql(self.desk.store.database, "UPDATE unit SET state = 'reserved' WHERE state = 'ready'")
        run_sql(
            self.desk.store.database,
            "DELETE FROM blocker WHERE unit_id IN (SELECT id FROM unit WHERE state = 'reserved')",
        )

    @rule()
    def the_parcels_leave(self) -> None:
        run_sql(self.desk.store.database, "UPDATE unit SET state = 'shipped' WHERE state = 'reserved'")

    @rule(days=st.sampled_from((-30, 1, 95)))
    def days_pass(self, days: int) -> None:
        self.clock.advance(days=days)
        self.judged = False

    @rule(level=st.sampled_from(("required", "warning", "off")))
    def the_policy_changes(self, level: str) -> None:
        body = policy_documents.document(self.desk, "gate")
        body["categories"]["phone"]["levels"]["battery_old"] = level
        policy_documents.save_document(self.desk, Actor("OWNER", "owner", "s"), "gate", body)
        self.judged = False

    @precondition(lambda self: not self.judged)
    @rule()
    def reassess(self) -> None:
        was = states(self.desk)
        while bench.reassess(self.desk, limit=2).more:
            pass
        assert_legal(was, states(self.desk))
        assert bench.reassess(self.desk).looked_at == 0

    @invariant()
    def every_chain_is_whole_and_ready_means_no_blocker(self) -> None:
        assert_whole(self.desk, judged=self.judged)

    @invariant()
    def nothing_is_lost(self) -> None:
        now = counts(self.desk)
        assert all(now[name] >= count for name, count in self.kept.items())
        self.kept = now


@pytest.mark.sqlite_only
def test_any_scans_by_two_people_keep_every_promise(template: Path) -> None:
    TwoAtTheBench.template = template
    run_state_machine_as_test(
        TwoAtTheBench, settings=settings(max_examples=3, stateful_step_count=12, deadline=None)
    )


@pytest.mark.slow
@pytest.mark.sqlite_only
def test_many_scans_by_two_people_keep_every_promise(template: Path) -> None:
    TwoAtTheBench.template = template
    run_state_machine_as_test(
        TwoAtTheBench, settings=settings(max_examples=40, stateful_step_count=40, deadline=None)
    )
