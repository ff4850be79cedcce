"""Who may carry a parcel: the names of the contract's list; and parcel numbers that look like a post's."""

from __future__ import annotations

import random

VAT_TYPES = ("REGULAR", "MARGINAL")
# fmt: off
SHIPPERS = frozenset(
    {
        "Allied Express", "Aramex Australia", "Australia Post", "Australia Post Express", "Austrian Post",
        "BPost", "BRT", "Chronopost", "Chronopost Express", "ColisPrivé", "Colissimo", "Correos",
        "Correos Express", "Couriers Please", "CTT", "Cubyn", "Cubyn Express", "DB Schenker",
        "Deutsche Post", "DHL", "DHL DE", "DHL Express", "DHL  EXPRESS", "DHL NL", "DHL Parcel Spain",
        "DHL SP", "DPD", "DPD Benelux", "DPD DE", "DPD FR", "DPD International", "DPD UK",
        "DPD UK Express", "DTDC Australia", "FedEx", "FedEx - 2Days", "FedEx Express",
        "FedEx International", "FedEx - Overnight", "Geodis",
        "Girard Agediss - Livraison dans la pièce de votre choix sur RDV", "GLS", "GLS - DE", "GLS - FR",
        "GLS International", "GLS - IT", "GLS-SPAIN", "GLS Spain Express", "Hermes - DE", "Hermes - UK",
        "Japan Post", "Livraison au pied du camion", "Livraison dans la pièce de votre choix", "Logoix",
        "MRW", "Murfy transporteur", "NACEX", "ParcelForce Express", "Parcelforce (Worldwide)",
        "Parcelpoint Pty Ltd", "Poste Italiane", "Post NL", "Private Transporter", "Royal Mail",
        "Royal Mail Express", "Sagawa", "Seino", "Sendle", "Seur", "Socolissimo", "Star Track Express",
        "TIPSA", "TIPSA Express", "TNT", "TNT Australia", "TNT Express", "Tourline", "UPS", "UPS 2 days",
        "UPS 2nd Day Air", "UPS Express", "UPS express save", "UPS Ground", "UPS next day",
        "UPS Overnight", "UPS standard", "USPS", "USPS Express", "USPS - First Class",
        "USPS - Priority Mail", "USPS - Priority Mail Express", "VIR", "Yamato", "Zeleris", "Other",
    }
)
# fmt: on


def parcel_number(chance: random.Random, country: str) -> str:
    """A number of UPU S10 with its check digit."""
    letters = chance.choice("CERV") + chance.choice("ABCDEFGHJ")
    digits = [chance.randint(0, 9) for _ in range(8)]
    rest = (
        11 - sum(digit * weight for digit, weight in zip(digits, (8, 6, 4, 2, 3, 5, 9, 7), strict=True)) % 11
    )
    check = {10: 0, 11: 5}.get(rest, rest)
    return f"{letters}{''.join(map(str, digits))}{check}{country}"
