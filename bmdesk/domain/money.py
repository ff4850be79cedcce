"""Money: integer minor units with their currency. No rates here; no float ever."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from bmdesk.texts import Failure

# ISO 4217 currencies that do not have two decimals; the rest have.
_EXPONENT = {
    "JPY": 0,
    "KRW": 0,
    "ISK": 0,
    "CLP": 0,
    "VND": 0,
    "BHD": 3,
    "JOD": 3,
    "KWD": 3,
    "OMR": 3,
    "TND": 3,
}


class NotMoney(Failure):
    """An amount that cannot be read. Params: `given`."""

    code = "money.unreadable"


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in the minor unit of its ISO 4217 currency (cents, pence, yen)."""

    minor: int
    currency: str

    @classmethod
    def parse(cls, amount: str | Decimal | int, currency: str) -> Money:
        """Reads `12`, `12.5`, `12,50`, `1 234,50` or `1,234.50`.

        Raises NotMoney for anything else, for more decimals than the currency has, and for absurd amounts.
        """
        code = currency.strip().upper()
        if len(code) != 3 or not code.isascii() or not code.isalpha():
            raise NotMoney(given=currency[:40])
        text = str(amount).strip().replace("\u00a0", "").replace("\u202f", "").replace(" ", "")
        if "," in text and "." in text:  # the last of the two is the decimal mark
            group, mark = (",", ".") if text.rfind(".") > text.rfind(",") else (".", ",")
            text = text.replace(group, "").replace(mark, ".")
        else:
            text = text.replace(",", ".")
        # Plain digits only: Decimal itself would also read "1e9", "Infinity", "1_0" and foreign digits.
        if not re.fullmatch(r"[+-]?[0-9]{1,13}(\.[0-9]{1,6})?", text):
            raise NotMoney(given=str(amount)[:40])
        scaled = Decimal(text).scaleb(_EXPONENT.get(code, 2))
        if scaled != scaled.to_integral_value():
            raise NotMoney(given=str(amount)[:40])
        return cls(int(scaled), code)

    @property
    def amount(self) -> Decimal:
        """The amount in the major unit, with the currency's own number of decimals."""
        return Decimal(self.minor).scaleb(-_EXPONENT.get(self.currency, 2))

    def __str__(self) -> str:
        return f"{self.amount:f} {self.currency}"
