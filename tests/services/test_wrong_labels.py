"""Labels of shelves and boxes that are scanned where a device is expected: told from a serial number."""

from __future__ import annotations

import pytest

from bmdesk.store.queries import units
from tests.desks import PHONE, Bench


@pytest.mark.parametrize("label", [PHONE, PHONE.lower(), f"{PHONE}-GOOD", f"{PHONE}-excellent-NB"])
def test_the_label_of_a_product_is_no_device(at_bench: Bench, label: str) -> None:
    assert at_bench.scan(label).code == "refused.not_for_the_bench.happened"
    assert at_bench.desk.read(lambda c: units.count_by_state(c, at_bench.desk.company)) == {}


def test_the_label_of_a_bin_is_no_device_though_nothing_lay_in_it_yet(at_bench: Bench) -> None:
    at_bench.ready_unit()
    put = at_bench.good("MAIN/Z-99")
    assert (put.kind.value, put.code) == ("bin", "bench.put_away")


def test_an_ean_of_the_catalogue_is_known_however_many_zeros_stand_before_it(at_bench: Bench) -> None:
    assert at_bench.good("194252707227").code == "bench.next_model"
    assert at_bench.good("0194252707227").code == "bench.next_model"


def test_a_device_whose_serial_looks_like_a_bin_is_still_that_device(at_bench: Bench) -> None:
    unit = at_bench.good("ACME/00-17").unit
    at_bench.good("BMD:HOLD:later", "BMD:BIN:ACME/1")
    again = at_bench.good("ACME/00-17")
    assert (again.kind.value, again.unit) == ("serial", unit)
