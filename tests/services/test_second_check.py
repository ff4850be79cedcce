"""A second person's check: what each of the two said is kept, and nobody checks themselves."""

from __future__ import annotations

from sqlalchemy import select

from bmdesk.services import policy_documents
from bmdesk.services.desk import Actor
from bmdesk.services.grading import judgement
from bmdesk.store.queries import units
from bmdesk.store.tables.inspections import second_check
from bmdesk.store.transaction import Row
from tests.desks import IMEIS, PHONE, Bench
from tests.wholeness import assert_whole, dump, states

CLEAN = (f"BMD:MODEL:{PHONE}", "BMD:ALLPASS", "BMD:BATTERY:95", "BMD:LOCK:ALL:OFF", "BMD:ERASED:BLANCCO")
PREMIUM = (*CLEAN, "BMD:GRADE:PREMIUM", "BMD:ALLPASS")


def check_of(at_bench: Bench) -> Row:
    rows = at_bench.desk.read(lambda c: [dict(r) for r in c.execute(select(second_check)).mappings()])
    assert len(rows) == 1
    return rows[0]


def blockers(at_bench: Bench, unit: str) -> list[str]:
    return [b.code for b in at_bench.desk.read(lambda c: judgement.stored_blockers(c, unit))]


def shares(at_bench: Bench, **body: object) -> None:
    changed = {**policy_documents.shipped("second_check"), **body}
    policy_documents.save_document(at_bench.desk, Actor("OWNER", "owner", "bench-1"), "second_check", changed)


def test_premium_waits_for_a_second_person_always(at_bench: Bench) -> None:
    done = at_bench.good(IMEIS[0], *PREMIUM, "BMD:DONE")
    assert done.code == "bench.held"
    assert blockers(at_bench, done.unit or "") == ["second_check"]
    assert (check_of(at_bench)["first_operator"], check_of(at_bench)["agreed"]) == ("OWNER", None)


def test_a_second_person_who_agrees_makes_the_unit_ready(at_bench: Bench, anna: Bench) -> None:
    at_bench.good(IMEIS[0], *PREMIUM, "BMD:DONE")
    assert anna.good(IMEIS[0], "BMD:DONE").code == "bench.ready"
    check = check_of(at_bench)
    assert (check["second_operator"], check["second_grade"], check["agreed"]) == ("ANNA", "PREMIUM", True)
    assert_whole(at_bench.desk)


def test_a_second_person_who_disagrees_has_the_last_word_and_both_are_kept(
    at_bench: Bench, anna: Bench
) -> None:
    at_bench.good(IMEIS[0], *PREMIUM, "BMD:DONE")
    done = anna.good(IMEIS[0], "BMD:GRADE:GOOD:hairlines on the frame", "BMD:DONE")
    row = at_bench.desk.read(lambda c: units.unit(c, done.unit or ""))
    assert (row.state, row.grade, row.sku) == ("ready", "GOOD", f"{PHONE}-GOOD")
    check = check_of(at_bench)
    assert (check["first_grade"], check["second_grade"], check["agreed"]) == ("PREMIUM", "GOOD", False)
    assert_whole(at_bench.desk)


def test_a_defect_that_the_second_person_finds_is_a_disagreement(at_bench: Bench, anna: Bench) -> None:
    at_bench.good(IMEIS[0], *PREMIUM, "BMD:DONE")
    anna.good(IMEIS[0], "BMD:DEFECT:BACK:SCRATCH:2", "BMD:DONE")
    check = check_of(at_bench)
    assert (check["first_grade"], check["second_grade"], check["agreed"]) == ("PREMIUM", "GOOD", False)
    assert list(states(at_bench.desk).values()) == ["ready"]


def test_the_first_person_cannot_check_their_own_grade(at_bench: Bench) -> None:
    at_bench.good(IMEIS[0], *PREMIUM, "BMD:DONE", IMEIS[0])
    before = dump(at_bench.desk, "scan_log", "seat")
    assert at_bench.scan("BMD:GRADE:PREMIUM").code == "refused.second_person_needed.happened"
    assert dump(at_bench.desk, "scan_log", "seat") == before
    at_bench.good("BMD:DONE")  # laid aside again, as it was
    assert check_of(at_bench)["agreed"] is None
    assert list(states(at_bench.desk).values()) == ["held"]


def test_a_first_person_who_thinks_again_needs_no_check_for_a_grade_nobody_claims(at_bench: Bench) -> None:
    at_bench.good(IMEIS[0], *PREMIUM, "BMD:DONE", IMEIS[0], "BMD:DEFECT:BACK:SCRATCH:2")
    assert at_bench.good("BMD:DONE").code == "bench.ready"
    assert dump(at_bench.desk)["second_check"] == []


def test_a_check_that_was_answered_is_asked_again_when_the_grade_changes_back(
    at_bench: Bench, anna: Bench
) -> None:
    at_bench.good(IMEIS[0], *PREMIUM, "BMD:DONE")
    anna.good(IMEIS[0], "BMD:GRADE:GOOD:dull", "BMD:DONE")
    again = at_bench.good(IMEIS[0], "BMD:GRADE:PREMIUM:polished", "BMD:DONE")
    assert blockers(at_bench, again.unit or "") == ["second_check"]
    check = check_of(at_bench)
    assert check["agreed"] is None
    (earlier,) = check["detail"]["earlier"]
    assert (earlier["second_operator"], earlier["agreed"]) == ("ANNA", False)


def test_a_share_of_nothing_asks_nobody_and_a_share_of_all_asks_for_every_grade(at_bench: Bench) -> None:
    shares(at_bench, grades={"*": 0})
    assert at_bench.good(IMEIS[0], *PREMIUM, "BMD:DONE").code == "bench.ready"
    shares(at_bench, grades={"*": 100})
    assert at_bench.good(IMEIS[1], *CLEAN, "BMD:DONE").code == "bench.held"


def test_an_operator_who_is_watched_closer_is_checked_more(at_bench: Bench, anna: Bench) -> None:
    shares(at_bench, grades={"*": 0}, operators={"ANNA": {"*": 100}})
    assert at_bench.good(IMEIS[0], *CLEAN, "BMD:DONE").code == "bench.ready"
    assert anna.good(IMEIS[1], *CLEAN, "BMD:DONE").code == "bench.held"
    assert at_bench.good(IMEIS[1], "BMD:DONE").code == "bench.ready"


def test_undo_of_an_answer_asks_again(at_bench: Bench, anna: Bench) -> None:
    at_bench.good(IMEIS[0], *PREMIUM, "BMD:DONE")
    anna.good(IMEIS[0], "BMD:DONE", "BMD:UNDO")
    assert check_of(at_bench)["agreed"] is None
    assert anna.good(IMEIS[0], "BMD:DONE").code == "bench.ready"
    assert_whole(at_bench.desk)
