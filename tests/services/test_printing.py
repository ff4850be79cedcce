"""A label whose printer is off waits, is said, and comes out once when the printer is there again."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace

import pytest

from bmdesk.reports import label_printing, label_words, zpl_printer
from bmdesk.reports.label_printing import Station
from bmdesk.reports.zpl_printer import Address
from bmdesk.services import printing
from bmdesk.services.desk import Actor, Desk
from bmdesk.services.orders import order_detail, order_view
from bmdesk.services.printing import NoSuchJob
from bmdesk.texts import render
from tests.desks import IMEIS, Bench
from tests.markets import FIRST, Shop, market, marketplace, shop
from tests.reports.zebra import code128_text, free_port, zebra

__all__ = ["market", "marketplace", "shop"]

ANA = Actor("OWNER", "owner", "bench-1")


def hand_in(desk: Desk, port: int, unit_id: str) -> printing.PrintJob:
    """A unit's label for the printer at this port of loopback; the newest job."""
    station = Station("zpl", Address("127.0.0.1", port))
    label_printing.hand_in(desk, ANA, label_printing.prepare(desk, "unit", [unit_id], station))
    return printing.waiting(desk)[-1]


def test_labels_for_a_printer_that_is_off_wait_and_come_out_once_in_their_order(
    desk: Desk, at_bench: Bench
) -> None:
    units = [at_bench.ready_unit(imei) for imei in IMEIS[:2]]
    port = free_port()
    for unit_id in units:
        hand_in(desk, port, unit_id)
        at_bench.clock.advance(seconds=1)

    off = label_printing.drain(desk)

    assert (off.sent, off.waiting) == (0, 2)
    assert off.problem is not None
    assert "nothing takes labels" in render(off.problem)
    with zebra(port) as printer:
        assert label_printing.drain(desk).sent == 0, "not asked again and again"
        at_bench.clock.advance(seconds=60)
        assert label_printing.drain(desk) == label_printing.Drained(2, 0)
        assert label_printing.drain(desk).sent == 0
    assert [code128_text(one.said("BC")[0]) for one in printer.labels] == list(IMEIS[:2])


@pytest.mark.slow
def test_whoever_cannot_wait_tries_now_and_whoever_changed_their_mind_cancels(
    desk: Desk, at_bench: Bench
) -> None:
    unit_id = at_bench.ready_unit()
    port = free_port()
    kept, dropped = hand_in(desk, port, unit_id), hand_in(desk, port, unit_id)
    label_printing.drain(desk)
    printing.cancel(desk, dropped.id)
    with pytest.raises(NoSuchJob):
        printing.cancel(desk, dropped.id)
    with zebra(port) as printer:
        printing.try_now(desk)
        assert label_printing.drain(desk).sent == 1
    assert len(printer.labels) == 1
    with pytest.raises(NoSuchJob):
        printing.cancel(desk, kept.id)


@pytest.mark.slow
def test_a_job_that_is_being_sent_is_nobody_elses_and_is_sent_again_after_a_crash(
    desk: Desk, at_bench: Bench
) -> None:
    hand_in(desk, free_port(), at_bench.ready_unit())
    claimed = printing.claim(desk)
    assert claimed is not None
    assert printing.claim(desk) is None
    at_bench.clock.advance(seconds=181)
    again = printing.claim(desk)
    assert again is not None
    assert again.job.id == claimed.job.id


def test_what_is_on_its_way_comes_out_once_whoever_hurries_or_fails_meanwhile(
    desk: Desk, at_bench: Bench
) -> None:
    first, second = (at_bench.ready_unit(imei) for imei in IMEIS[:2])
    port = free_port()
    hand_in(desk, port, first)
    under_way = printing.claim(desk)  # the window sends it, to a printer that takes its time
    assert under_way is not None
    hand_in(desk, port, second)
    assert label_printing.drain(desk).sent == 0, "the command line finds the printer busy"
    printing.try_now(desk)
    with zebra(port) as printer:
        assert label_printing.drain(desk).sent == 1
        at_bench.clock.advance(seconds=61)
        assert label_printing.drain(desk).sent == 0
    printing.printed(desk, under_way.job)
    assert [code128_text(one.said("BC")[0]) for one in printer.labels] == [IMEIS[1]]
    assert printing.waiting(desk) == []


@pytest.mark.slow
def test_the_label_of_an_order_says_what_to_pick_for_and_not_for_whom(shop: Shop) -> None:
    shop.ready()
    shop.offer()
    number = shop.market.order(FIRST)
    shop.sync()
    order = order_detail.detail(shop.desk, order_view.find(shop.desk, str(number)))
    assert order.shipping is not None
    words = label_words.order_label(shop.desk, str(number)).words
    assert (words["scan"], words["pieces"]) == (str(number), "1 piece")
    assert not any(order.row.customer in word for word in words.values())


@pytest.mark.slow
def test_another_stations_labels_are_not_ours_to_print(desk: Desk, at_bench: Bench) -> None:
    hand_in(desk, free_port(), at_bench.ready_unit())
    assert printing.waiting(replace(desk, station="elsewhere")) == []


@pytest.mark.slow
def test_a_printer_that_took_all_and_keeps_the_line_open_prints_once(
    desk: Desk, at_bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(zpl_printer, "SEND_S", 0.2)
    monkeypatch.setattr(zpl_printer, "CLOSE_S", 0.2)
    with silent() as (port, got):
        hand_in(desk, port, at_bench.ready_unit())
        for _ in range(3):
            label_printing.drain(desk)
            at_bench.clock.advance(seconds=61)
    assert len(got) == 1, "a whole night of the same label"
    (job,) = printing.waiting(desk)
    assert job.problem is not None and "nobody knows" in render(job.problem)
    with zebra(port) as printer:
        assert label_printing.drain(desk).sent == 0, "a person looks first"
        printing.try_now(desk)
        assert label_printing.drain(desk) == label_printing.Drained(1, 0)
    assert len(printer.labels) == 1


@pytest.mark.slow
def test_what_stands_behind_a_label_of_which_nobody_knows_comes_out(
    desk: Desk, at_bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(zpl_printer, "SEND_S", 0.2)
    monkeypatch.setattr(zpl_printer, "CLOSE_S", 0.2)
    first, second = (at_bench.ready_unit(imei) for imei in IMEIS[:2])
    with silent() as (port, _):
        unclear = hand_in(desk, port, first)
        label_printing.drain(desk)
    at_bench.clock.advance(seconds=1)
    hand_in(desk, port, second)
    with zebra(port) as printer:
        at_bench.clock.advance(seconds=60)
        assert label_printing.drain(desk).sent == 1
        assert len(printer.labels) == 1
        printing.cancel(desk, unclear.id)
    assert printing.waiting(desk) == []


@pytest.mark.slow
@pytest.mark.parametrize("host", ["zebra..local", "x" * 70 + ".local", "192.0.2.999"])
def test_a_printer_whose_name_is_none_is_said_and_ends_nothing(host: str) -> None:
    with pytest.raises(zpl_printer.PrinterOffline) as off:
        zpl_printer.send(Address.parse(f"{host}:9100"), "^XA^XZ")
    assert render(off.value.happened)


@pytest.mark.slow
def test_a_printer_that_talks_for_ever_is_left_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zpl_printer, "CLOSE_S", 0.5)
    with silent(every_s=0.1) as (port, _):
        began = time.monotonic()
        with pytest.raises(zpl_printer.PrinterOffline):
            zpl_printer.send(Address("127.0.0.1", port), "^XA^XZ")
        assert time.monotonic() - began < 2


@pytest.mark.slow
def test_many_labels_at_once_go_in_parts_and_the_rest_can_be_cancelled(desk: Desk, at_bench: Bench) -> None:
    at_bench.ready_unit()
    with zebra() as printer:
        station = Station("zpl", Address("127.0.0.1", printer.port))
        job = label_printing.prepare(desk, "bin", ["MAIN/-"] * 105, station)
        label_printing.hand_in(desk, ANA, job)
        assert printing.standing(desk).count == 105
        turns = iter([*[True] * 6, False])
        assert label_printing.drain(desk, lambda: next(turns)) == label_printing.Drained(6, 75)
        for waits in printing.waiting(desk)[1:]:
            printing.cancel(desk, waits.id)
        assert label_printing.drain(desk) == label_printing.Drained(1, 0)
    assert len(printer.labels) == 35


@pytest.mark.slow
def test_a_printer_without_paper_is_asked_about_and_not_fed_the_same_again(
    desk: Desk, at_bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(zpl_printer, "SEND_S", 0.2)
    monkeypatch.setattr(zpl_printer, "CLOSE_S", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as listener:  # nobody ever reads there
        address = Address("127.0.0.1", int(listener.getsockname()[1]))
        with pytest.raises(zpl_printer.PrinterOffline) as off:
            zpl_printer.send(address, "^XA^XZ" * 5_000_000)
    assert off.value.unclear


@pytest.mark.slow
def test_a_slow_printer_that_reads_on_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zpl_printer, "SEND_S", 0.5)
    size, got = 3_000_000, []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)

        def read() -> None:
            line, _ = listener.accept()
            with line:
                while part := line.recv(65536):
                    got.append(len(part))
                    time.sleep(0.03)

        reader = threading.Thread(target=read, daemon=True)
        reader.start()
        began = time.monotonic()
        zpl_printer.send(Address("127.0.0.1", int(listener.getsockname()[1])), "x" * size)
        reader.join(10)
        assert time.monotonic() - began > 0.5
    assert sum(got) == size


@pytest.mark.slow
def test_a_thousand_labels_asked_for_by_mistake_are_cancelled_all_of_them(
    desk: Desk, at_bench: Bench
) -> None:
    at_bench.ready_unit()
    address = f"127.0.0.1:{free_port()}"
    job = label_printing.Prepared("bin", "MAIN/-", 1100, address, "^XA^XZ\n" * 1100)
    label_printing.hand_in(desk, ANA, job)
    assert len(printing.waiting(desk)) == printing.MOST_SHOWN
    printing.cancel_all(desk)
    assert printing.standing(desk).count == 0
    with zebra(int(address.rpartition(":")[2])) as printer:
        printing.try_now(desk)
        label_printing.drain(desk)
    assert printer.labels == []


@pytest.mark.slow
def test_of_a_thousand_labels_all_are_counted_and_each_comes_out_once(desk: Desk, at_bench: Bench) -> None:
    at_bench.ready_unit()
    port = free_port()
    body = label_printing.prepare(desk, "bin", ["MAIN/-"], Station("zpl", Address("127.0.0.1", port))).body
    for number in range(1000):
        job = label_printing.Prepared("bin", f"MAIN/{number}", 1, f"127.0.0.1:{port}", body)
        label_printing.hand_in(desk, ANA, job)
    assert label_printing.drain(desk).waiting == 1000
    at_bench.clock.advance(seconds=60)
    with zebra(port) as printer:
        assert label_printing.drain(desk) == label_printing.Drained(1000, 0)
    assert len(printer.jobs) == 1000


@contextmanager
def silent(every_s: float = 0) -> Iterator[tuple[int, list[bytes]]]:
    """A printer that reads and never closes the line; with `every_s` it talks all the time."""
    got: list[bytes] = []
    lines: list[socket.socket] = []
    ended = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def read(line: socket.socket) -> None:
            parts = b""
            while part := line.recv(65536):
                parts += part
            got.append(parts)
            while every_s and not ended.wait(every_s):
                with suppress(OSError):
                    line.send(b"ready\n")

        def serve() -> None:
            while True:
                try:
                    line, _ = listener.accept()
                except OSError:
                    return
                lines.append(line)
                threading.Thread(target=read, args=(line,), daemon=True).start()

        threading.Thread(target=serve, daemon=True).start()
        try:
            yield int(listener.getsockname()[1]), got
        finally:
            ended.set()
            listener.shutdown(socket.SHUT_RDWR)
            for line in lines:
                line.close()
