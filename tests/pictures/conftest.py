"""What pictures share: a store with a day in it, filled once for all of them, and the look put on once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bmdesk.system.paths import DataDir
from tests.pictures.rooms import filled
from tests.ui.conftest import dressed

__all__ = ["dressed", "full"]


@pytest.fixture(scope="session")
def full(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DataDir]:
    """A day and a morning of work."""
    with filled(tmp_path_factory.mktemp("full")) as data:
        yield data
