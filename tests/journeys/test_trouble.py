"""A slow disk, a store that another program sits on, a marketplace that never answers: the window lives."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.timings.figures import percentile
from tests.timings.trouble import dead_market, filled, lags

pytestmark = pytest.mark.slow

FROZEN_MS = 1000


def test_no_trouble_of_disk_or_network_freezes_the_window(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BMDESK_CLAIMS", str(tmp_path / "claims"))
    monkeypatch.setenv("BMDESK_BACKMARKET_TOKEN", "timing")
    with dead_market() as there:
        data = filled(tmp_path / "data", there)
        for slow, held in ((2.0, False), (0.0, True), (1.0, True)):
            late = lags(data, 8.0, slow=slow, held=held)
            print(f"slow {slow}, held {held}: p99 {percentile(late, 0.99):.1f} ms, worst {max(late):.0f} ms")
            assert max(late) < FROZEN_MS, f"slow {slow}, held {held}"
