"""What the window's tests share: a bridge that is always closed, and the look put on once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication

from bmdesk.ui.bridge import Bridge
from bmdesk.ui.theme import Scheme, Theme


@pytest.fixture
def bridge(qapp: QApplication) -> Iterator[Bridge]:
    """A running bridge; it must have stopped cleanly at the end."""
    made = Bridge()
    yield made
    assert made.close(10)


@pytest.fixture
def dressed(qapp: QApplication) -> QApplication:
    """The application in its light look."""
    Theme.apply(qapp, Scheme.LIGHT)
    return qapp
