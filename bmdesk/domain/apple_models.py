"""What Apple's model numbers stand for: `A2337` is a MacBook Air of 13 inches with an M1, of 2020.

Data from the identification pages that Apple publishes for its notebooks. A number that is not here tells nothing.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AppleModel:
    """A notebook. `inches` in whole ones; `chips` empty for Intel."""

    name: str
    inches: int
    years: frozenset[int]
    chips: frozenset[str]

    def __str__(self) -> str:
        years = sorted(self.years)
        span = str(years[0]) if len(years) == 1 else f"{years[0]}-{years[-1]}"
        chips = f" {'/'.join(sorted(self.chips)).upper()}" if self.chips else ""
        return f"{self.name} {self.inches}-inch{chips} ({span})"


_TABLE = """
A1465 Air 11 2012-2015
A1466 Air 13 2012-2017
A1932 Air 13 2018-2019
A2179 Air 13 2020
A2337 Air 13 2020 m1
A2681 Air 13 2022 m2
A2941 Air 15 2023 m2
A3113 Air 13 2024 m3
A3114 Air 15 2024 m3
A3240 Air 13 2025 m4
A3241 Air 15 2025 m4
A1278 Pro 13 2008-2012
A1286 Pro 15 2008-2012
A1425 Pro 13 2012-2013
A1398 Pro 15 2012-2015
A1502 Pro 13 2013-2015
A1708 Pro 13 2016-2017
A1706 Pro 13 2016-2017
A1707 Pro 15 2016-2017
A1989 Pro 13 2018-2019
A1990 Pro 15 2018-2019
A2159 Pro 13 2019
A2141 Pro 16 2019
A2289 Pro 13 2020
A2251 Pro 13 2020
A2338 Pro 13 2020-2022 m1,m2
A2442 Pro 14 2021 m1
A2485 Pro 16 2021 m1
A2779 Pro 14 2023 m2
A2780 Pro 16 2023 m2
A2918 Pro 14 2023 m3
A2992 Pro 14 2023 m3
A2991 Pro 16 2023 m3
A3112 Pro 14 2024 m4
A3401 Pro 14 2024 m4
A3185 Pro 14 2024 m4
A3403 Pro 16 2024 m4
A3186 Pro 16 2024 m4
"""


def _models() -> dict[str, AppleModel]:
    found = {}
    for line in _TABLE.split("\n"):
        if not line:
            continue
        number, name, inches, years, chips = [*line.split(), ""][:5]
        first, _, last = years.partition("-")
        span = frozenset(range(int(first), int(last or first) + 1))
        found[number] = AppleModel(
            f"MacBook {name}", int(inches), span, frozenset(c for c in chips.split(",") if c)
        )
    return found


APPLE_MODELS = _models()
"""By model number, in capitals."""
