"""How a listing can be shipped in a market: up to three ways, each with its price and the hours it takes.

Pure. The names of the shippers are the marketplace's contract; another one it refuses.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bmdesk.domain.money import Money

MOST_WAYS = 3
LONGEST_DELAY = 24 * 30
"""Hours."""


@dataclass(frozen=True, slots=True, order=True)
class Way:
    """One way to ship. `price` in minor units of the market's currency, 0 for free; `hours` until it arrives."""

    shipper: str
    price: int
    hours: int

    def kept(self) -> dict[str, Any]:
        """As the store keeps it."""
        return {"shipper": self.shipper, "price": self.price, "hours": self.hours}

    @classmethod
    def of_kept(cls, row: Mapping[str, Any]) -> Way:
        return cls(str(row["shipper"]), int(row["price"]), int(row["hours"]))

    def words(self, currency: str) -> str:
        """`DHL Express 9.90 EUR 48 h`."""
        return f"{self.shipper} {Money(self.price, currency)} {self.hours} h"


Ways = tuple[Way, ...]


@dataclass(frozen=True, slots=True)
class ShippingPolicy:
    """By market (`fr-fr`): prices are in its currency. A market that is not there keeps what stands there."""

    version: int = 1
    markets: Mapping[str, Ways] = field(default_factory=dict)

    def of(self, market: str) -> Ways:
        """Empty: nothing is said of this market, and nothing written."""
        return self.markets.get(market, ())


def same(one: Ways, other: Ways) -> bool:
    """Whether these are the same ways, in whatever order the marketplace tells them."""
    return sorted(one) == sorted(other)


SHIPPERS: tuple[str, ...] = (
    "Allied Express",
    "Aramex Australia",
    "Australia Post",
    "Australia Post Express",
    "Austrian Post",
    "BPost",
    "BRT",
    "Chronopost",
    "Chronopost Express",
    "ColisPrivé",
    "Colissimo",
    "Correos",
    "Correos Express",
    "Couriers Please",
    "CTT",
    "Cubyn",
    "Cubyn Express",
    "DB Schenker",
    "Deutsche Post",
    "DHL",
    "DHL DE",
    "DHL Express",
    "DHL  EXPRESS",
    "DHL NL",
    "DHL Parcel Spain",
    "DHL SP",
    "DPD",
    "DPD Benelux",
    "DPD DE",
    "DPD FR",
    "DPD International",
    "DPD UK",
    "DPD UK Express",
    "DTDC Australia",
    "FedEx",
    "FedEx - 2Days",
    "FedEx Express",
    "FedEx International",
    "FedEx - Overnight",
    "Geodis",
    "Girard Agediss - Livraison dans la pièce de votre choix sur RDV",
    "GLS",
    "GLS - DE",
    "GLS - FR",
    "GLS International",
    "GLS - IT",
    "GLS-SPAIN",
    "GLS Spain Express",
    "Hermes - DE",
    "Hermes - UK",
    "Japan Post",
    "Livraison au pied du camion",
    "Livraison dans la pièce de votre choix",
    "Logoix",
    "MRW",
    "Murfy transporteur",
    "NACEX",
    "ParcelForce Express",
    "Parcelforce (Worldwide)",
    "Parcelpoint Pty Ltd",
    "Poste Italiane",
    "Post NL",
    "Private Transporter",
    "Royal Mail",
    "Royal Mail Express",
    "Sagawa",
    "Seino",
    "Sendle",
    "Seur",
    "Socolissimo",
    "Star Track Express",
    "TIPSA",
    "TIPSA Express",
    "TNT",
    "TNT Australia",
    "TNT Express",
    "Tourline",
    "UPS",
    "UPS 2 days",
    "UPS 2nd Day Air",
    "UPS Express",
    "UPS express save",
    "UPS Ground",
    "UPS next day",
    "UPS Overnight",
    "UPS standard",
    "USPS",
    "USPS Express",
    "USPS - First Class",
    "USPS - Priority Mail",
    "USPS - Priority Mail Express",
    "VIR",
    "Yamato",
    "Zeleris",
    "Other",
)
"""As the contract names them, double spaces and all."""
