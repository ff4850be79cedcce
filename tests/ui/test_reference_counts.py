"""Some pairs of Python and PySide6 lose references to None and True until the process aborts, much later."""

from __future__ import annotations

import sys

import pytest
from PySide6.QtCore import QObject, Signal

pytestmark = pytest.mark.usefixtures("qapp")

_TIMES = 1_000
_NOISE = 100  # other code moves these counts by a few; the fault moves them by one a call


class _Bell(QObject):
    rung = Signal(bool)


@pytest.mark.parametrize("shared", [None, True], ids=["None", "True"])
def test_void_calls_into_qt_leave_the_shared_objects_alone(shared: object) -> None:
    thing = QObject()
    thing.setObjectName("warm")
    before = sys.getrefcount(shared)

    for _ in range(_TIMES):
        thing.setObjectName("unit")
        thing.blockSignals(True)

    assert abs(sys.getrefcount(shared) - before) < _NOISE


@pytest.mark.parametrize("shared", [None, True], ids=["None", "True"])
def test_emitted_signals_leave_the_shared_objects_alone(shared: object) -> None:
    bell = _Bell()
    heard = [0]

    def hear(_: bool) -> None:
        heard[0] += 1

    bell.rung.connect(hear)
    bell.rung.emit(True)
    before = sys.getrefcount(shared)

    for _ in range(_TIMES):
        bell.rung.emit(True)

    assert heard[0] == _TIMES + 1
    assert abs(sys.getrefcount(shared) - before) < _NOISE
