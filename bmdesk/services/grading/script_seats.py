"""A seat of its own for each script that runs: two scripts at one seat would each work on the other's unit.

Who holds a seat is a lock of the operating system in the data folder, so it falls with the process, however it ends.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager

from bmdesk.services.grading.refusals import Refusal
from bmdesk.store.alone import Hold
from bmdesk.system.paths import DataDir

FIRST = "script"
_MOST = 64
_LONGEST = 40  # of the column


class SeatTaken(Refusal):
    """Another script works at this seat. Params: `seat`."""

    code = "refused.seat_taken"


class BadSeat(Refusal):
    """No name for a seat. Params: `seat`."""

    code = "refused.bad_seat"


@contextmanager
def script_seat(data: DataDir, station: str, wanted: str | None = None) -> Iterator[str]:
    """The seat of this name, or the first one that no script holds: `script`, `script-2` and so on. Held until the end.

    Raises BadSeat, SeatTaken.
    """
    if wanted is not None and not (wanted.strip() and wanted.isprintable() and len(wanted) <= _LONGEST):
        raise BadSeat(seat=wanted[:_LONGEST])
    numbered = [FIRST, *(f"{FIRST}-{n}" for n in range(2, _MOST + 1))]
    for name in numbered if wanted is None else [wanted]:
        place = hashlib.sha256(f"{station}\n{name}".encode()).hexdigest()[:16]
        hold = Hold.take(data.root / "seats" / place)
        if hold is not None:
            try:
                yield name
            finally:
                hold.close()
            return
    raise SeatTaken(seat=wanted or FIRST)
