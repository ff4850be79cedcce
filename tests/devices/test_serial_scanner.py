"""A scanner on a real pair of pseudo-terminals: what goes in at one end comes out as scans."""

from __future__ import annotations

import os
import queue
import sys
import time
import tty
from collections.abc import Iterator
from pathlib import Path

import pytest

from bmdesk.devices.serial_scanner import ScanLines, ScannerUnplugged, ScanTooLong, SerialScanner
from bmdesk.texts import Failure, render

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are POSIX")


class Cable:
    """A scanner plugged into a port with a stable name; it can be pulled and plugged again."""

    def __init__(self, folder: Path) -> None:
        self.port = folder / "ttyScanner"
        self._ends: tuple[int, int] | None = None

    def plug(self) -> None:
        self._ends = os.openpty()
        tty.setraw(self._ends[1])
        self.port.symlink_to(os.ttyname(self._ends[1]))

    def send(self, what: bytes) -> None:
        assert self._ends is not None
        os.write(self._ends[0], what)

    def pull(self) -> None:
        if self._ends is not None:
            self.port.unlink()
            for end in self._ends:
                os.close(end)
            self._ends = None


class Desk:
    """Where scans and problems arrive."""

    def __init__(self) -> None:
        self.scans: queue.Queue[tuple[str, str]] = queue.Queue()
        self.problems: queue.Queue[Failure | None] = queue.Queue()

    def scan(self) -> tuple[str, str]:
        return self.scans.get(timeout=10)

    def problem(self) -> Failure | None:
        return self.problems.get(timeout=10)


@pytest.fixture
def cable(tmp_path: Path) -> Iterator[Cable]:
    cable = Cable(tmp_path)
    yield cable
    cable.pull()


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def scanner(cable: Cable, desk: Desk) -> Iterator[SerialScanner]:
    scanner = SerialScanner(
        str(cable.port),
        lambda seat, text: desk.scans.put((seat, text)),
        seat="left",
        said=desk.problems.put,
        retry_seconds=0.05,
    )
    yield scanner
    scanner.stop()


def test_scans_arrive_in_order_with_the_seat_of_their_scanner(
    cable: Cable, desk: Desk, scanner: SerialScanner
) -> None:
    cable.plug()
    scanner.start()
    assert desk.problem() is None
    cable.send(b"356938035643809\r\nBMD:ALLPASS\rF17XKABCD123\n")
    assert [desk.scan() for _ in range(3)] == [
        ("left", "356938035643809"),
        ("left", "BMD:ALLPASS"),
        ("left", "F17XKABCD123"),
    ]


def test_a_scanner_without_a_suffix_ends_its_scan_by_silence(
    cable: Cable, desk: Desk, scanner: SerialScanner
) -> None:
    cable.plug()
    scanner.start()
    desk.problem()
    cable.send(b"35693803")
    cable.send(b"5643809")
    assert desk.scan() == ("left", "356938035643809")
    cable.send(b"NEXT-ONE")
    assert desk.scan() == ("left", "NEXT-ONE")


def test_a_pulled_cable_is_said_once_and_scanning_goes_on_when_it_is_back(
    cable: Cable, desk: Desk, scanner: SerialScanner
) -> None:
    scanner.start()
    away = desk.problem()
    assert isinstance(away, ScannerUnplugged)
    assert "ttyScanner" in render(away.happened)
    assert "left" in render(away.title)
    time.sleep(0.2)
    assert desk.problems.empty(), "each try would say it again"
    for scan in ("FIRST123", "SECOND123"):
        cable.plug()
        assert desk.problem() is None
        cable.send(scan.encode() + b"\r")
        assert desk.scan() == ("left", scan)
        cable.pull()
        assert isinstance(desk.problem(), ScannerUnplugged)


def test_a_port_that_babbles_is_said_and_fills_no_memory(
    cable: Cable, desk: Desk, scanner: SerialScanner
) -> None:
    cable.plug()
    scanner.start()
    desk.problem()
    for _ in range(20):
        cable.send(b"x" * 100)
    assert isinstance(desk.problem(), ScanTooLong)
    cable.send(b"\rGOOD123\r")
    assert desk.scan() == ("left", "GOOD123")


def test_nothing_comes_after_stop(cable: Cable, desk: Desk, scanner: SerialScanner) -> None:
    cable.plug()
    scanner.start()
    desk.problem()
    scanner.stop()
    cable.send(b"TOOLATE1\r")
    time.sleep(0.1)
    assert desk.scans.empty()


def test_bytes_are_cut_into_scans_wherever_the_chunks_fall() -> None:
    stream = b"\r\nABC123\r\n\r\nDEF456\0GHI789\n"
    for size in range(1, len(stream)):
        lines, scans = ScanLines(), []
        for at in range(0, len(stream), size):
            scans += lines.take(stream[at : at + size], now=0.0)
        assert scans == ["ABC123", "DEF456", "GHI789"]


def test_bytes_that_are_no_text_become_a_scan_that_says_so_and_no_error() -> None:
    assert ScanLines().take(b"\xff\xfeABC\r", now=0.0) == ["\ufffd\ufffdABC"]


def test_a_scan_at_the_limit_is_whole_and_one_longer_is_dropped_whole() -> None:
    lines = ScanLines(limit=10)
    assert lines.take(b"1234567890\r", now=0.0) == ["1234567890"]
    assert not lines.overflowed()
    assert lines.take(b"12345678901\rOK\r", now=0.0) == ["OK"]
    assert lines.overflowed()
    assert not lines.overflowed()
