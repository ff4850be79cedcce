"""How much of a long sweep is told: all of it, or a part of it where time is short.

BMDESK_SWEEP_SHARE=3 tells every third case. By hand, and before a release, all are told.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TypeVar

Case = TypeVar("Case")

EVERY = max(1, int(os.environ.get("BMDESK_SWEEP_SHARE") or "1"))


def share(cases: Sequence[Case]) -> Sequence[Case]:
    """The cases that this run tells, spread over all of them; always the same ones."""
    return cases[EVERY // 2 :: EVERY]
