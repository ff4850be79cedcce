"""One simulator for all stories of a file: a server takes longer to start than a story to tell."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bmdesk.simulator import Simulator
from tests.connectors.hosts import TOKEN


@pytest.fixture(scope="module")
def _marketplace() -> Iterator[Simulator]:
    with Simulator(token=TOKEN, task_seconds=0) as running:
        yield running


@pytest.fixture
def market(_marketplace: Simulator) -> Simulator:
    """A marketplace as it is on its first day."""
    _marketplace.reset()
    return _marketplace
