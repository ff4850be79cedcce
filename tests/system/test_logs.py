"""What goes into the log, and above all what does not."""

from __future__ import annotations

import logging
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bmdesk.system.durable import FileNotWritten
from bmdesk.system.logs import masked, start_logging, stop_logging


@pytest.fixture(autouse=True)
def _closed_after() -> Iterator[None]:
    level = logging.getLogger().level
    yield
    stop_logging()
    logging.getLogger().setLevel(level)


@pytest.mark.parametrize(
    ("said", "hidden"),
    [
        ("mail from marie.curie+bm@example.fr", "curie"),
        ("IMEI 356938035643809 scanned", "35693803564"),
        ("Authorization: Basic c2VsbGVyOnBhc3N3b3Jk", "c2VsbGVy"),
        ("{'token': 'abcdefgh12345'}", "abcdefgh1"),
        ("password=hunter2 user=x", "hunter2"),
        ("api_key: 0123456789abcdef0123456789abcdef01234567", "0123456789abcdef"),
        ("answer 5f4dcc3b5aa765d61d8327deb882cf99", "5f4dcc3b5aa7"),
        ("store postgresql://bench:geheim@db/bmdesk", "geheim"),
        ("called +33 6 12 34 56 78 back", "12 34 56"),
        ("cookie AbCdEfGhIjKlMnOpQrStUvWx1234", "AbCdEfGh"),
    ],
)
def test_secrets_and_customer_data_are_masked(said: str, hidden: str) -> None:
    assert hidden in said
    assert hidden not in masked(said)


def test_a_device_number_keeps_its_last_four_digits() -> None:
    assert masked("IMEI 356938035643809 scanned") == "IMEI …3809 scanned"


@pytest.mark.parametrize(
    "said",
    [
        "unit 01HZX3V9Q4T8R6K2M5N7P0ABCD is held",
        "opened /srv/bmdesk/store.db in 12.5 ms",
        "EAN 4006381333931 is unknown",
        "2026-01-15 09:00:00.123456 migrated to 0003_stays_and_batches",
    ],
)
def test_what_helps_to_find_a_fault_stays(said: str) -> None:
    assert masked(said) == said


def test_the_log_is_private_and_its_tracebacks_are_masked(tmp_path: Path) -> None:
    path = start_logging(tmp_path / "logs")
    try:
        raise ValueError("token=abcdefghijklmnop1234")
    except ValueError:
        logging.getLogger("bmdesk.test").exception("sending for %s", "marie@example.fr")
    stop_logging()

    words = path.read_text("utf-8")
    assert "ERROR bmdesk.test: sending for <e-mail>" in words
    assert "ValueError: token=…1234" in words
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_starting_twice_writes_each_line_once(tmp_path: Path) -> None:
    start_logging(tmp_path)
    path = start_logging(tmp_path)

    logging.getLogger("bmdesk.test").warning("only once")
    stop_logging()

    assert path.read_text().count("only once") == 1


def test_the_log_turns_over_and_stays_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bmdesk.system.logs._BYTES_PER_FILE", 10_000)
    start_logging(tmp_path)

    for n in range(2_000):
        logging.getLogger("bmdesk.test").warning("line %d of a long day at the bench", n)
    stop_logging()

    files = list(tmp_path.iterdir())
    assert len(files) == 6
    assert sum(file.stat().st_size for file in files) <= 6 * 10_000


def test_a_log_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "bmdesk.log").mkdir()

    with pytest.raises(FileNotWritten):
        start_logging(tmp_path)


@given(st.text(max_size=300))
def test_masking_never_fails_and_is_final(text: str) -> None:
    once = masked(text)

    assert masked(once) == once
