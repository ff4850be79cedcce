"""A robot may write --json on any command, at any place, and reads one document."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Bmdesk
from tests.desks import IMEIS


@pytest.mark.parametrize(
    "call",
    [
        "--json units list", "units --json list", "units list --json", "doctor --json", "config get look --json",
        "config set look dark --json", "operators add ANN Ann --role packer --json", "units export e.csv --json",
        "cards --out c.pdf --category audio --json", f"labels print {IMEIS[0]} --out l.pdf --json", "db upgrade --json",
        "policies show gate --json", "batches add L1 --source lease --json", "--json batches list",
        "policies reset gate --json", f"--json units show {IMEIS[0]}",
    ],
)  # fmt: skip
def test_every_answer_can_be_one_document(stocked: Bmdesk, call: str) -> None:
    said = stocked(*call.split())
    if call.startswith("doctor"):
        assert said.code in (0, 1)  # the machine of this test run may be unwell
    else:
        assert (said.code, said.err) == (0, "")
    if said.out or not call.startswith("config set"):
        assert said.json is not None


def test_a_command_that_is_wrong_anyway_is_wrong_usage(stocked: Bmdesk) -> None:
    for call in ("units lst --json", "--json nope", "units show --json", "units list --jsn"):
        said = stocked(*call.split())
        assert (said.code, said.out) == (2, "")


def test_the_words_of_one_call_do_not_reach_the_next(stocked: Bmdesk) -> None:
    assert "said" in stocked("units", "export", "e.csv", "--json").json
    assert stocked("units", "export", "e.csv").out.startswith("Wrote")
    assert stocked("units", "export", "e.txt", "--json").code == 1
    assert stocked("units", "export", "e.csv").out.startswith("Wrote")
