"""Markets, currencies and the numbers that Back Market gives to grades and states. Facts only."""

from __future__ import annotations

from decimal import Decimal

REGIONS: dict[str, tuple[str, ...]] = {
    "EU": (
        "fr-fr", "fr-be", "es-es", "de-de", "de-at", "it-it", "en-gb", "nl-nl", "pt-pt", "en-ie", "el-gr", "sk-sk",
        "sv-se",
    ),
    "NA": ("en-us",),
    "AP": ("ja-jp", "en-au"),
}  # fmt: skip
"""The markets of each platform as the contract lists them; the first is the platform's primary one."""

SEEN_IN_PRACTICE: dict[str, tuple[str, ...]] = {"EU": ("fi-fi",), "NA": (), "AP": ()}

_CURRENCIES = {"en-gb": "GBP", "sv-se": "SEK", "en-us": "USD", "ja-jp": "JPY", "en-au": "AUD"}

RATES = {
    "EUR": Decimal(1), "GBP": Decimal("0.86"), "SEK": Decimal("11.3"), "USD": Decimal("1.09"), "JPY": Decimal(163),
    "AUD": Decimal("1.65"),
}  # fmt: skip
"""How the simulator prices its own goods; no rate of a real day."""

GRADES = {"PREMIUM": 9, "EXCELLENT": 0, "VERY_GOOD": 1, "GOOD": 2, "FAIR": 3, "STALLONE": 4}
GRADE_OF_STATE = {number: grade for grade, number in GRADES.items()}
CONDITIONS = {"PREMIUM": 9, "EXCELLENT": 10, "VERY_GOOD": 10, "GOOD": 11, "FAIR": 12, "STALLONE": 4}


def markets_of(region: str, *, real: bool) -> tuple[str, ...]:
    """Every market that answers on this platform."""
    return REGIONS[region] + (SEEN_IN_PRACTICE[region] if real else ())


def currency_of(market: str) -> str:
    return _CURRENCIES.get(market, "EUR")


def needs_currency(market: str) -> bool:
    """Where the currency is not the platform's default, a price must name it."""
    return currency_of(market) not in {"EUR", "USD"}


def country_of(market: str) -> str:
    """The market's two-letter country: en-gb is GB."""
    return market.partition("-")[2].upper()


def money(amount: Decimal, currency: str) -> str:
    """As the wire writes it: two decimals, none for yen."""
    return str(amount.quantize(Decimal(1) if currency == "JPY" else Decimal("0.01")))
