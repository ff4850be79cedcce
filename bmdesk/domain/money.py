"""Money: integer minor units with their currency. No rates here; no float ever."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from bmdesk.texts import Failure

# ISO 4217 currencies that do not have two decimals; the rest have.
_EXPONENT = {"JPY": 0, "KRW": 0, "HUF": 2, "BHD": 3, "KWD": 3, "TND": 3}


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
        """Reads `12`, `12.5`, `12,50` or `1 234,50`. Raises NotMoney for anything else or for too many decimals."""
        code = currency.strip().upper()
        if len(code) != 3 or not code.isascii() or not code.isalpha():
            raise NotMoney(given=currency[:40])
        text = str(amount).strip().replace("\u00a0", "").replace("\u202f", "").replace(" ", "")
        if "," in text and "." in text:  # the last of the two is the decimal mark
            group, mark = (",", ".") if text.rfind(".") > text.rfind(",") else (".", ",")
            text = text.replace(group, "").replace(mark, ".")
        else:
            text = text.replace(",", ".")
        try:
            value = Decimal(text)
            scaled = value.scaleb(_EXPONENT.get(code, 2))
            if not value.is_finite() or scaled != scaled.to_integral_value() or abs(scaled) > 10**15:
                raise NotMoney(given=str(amount)[:40])
        except InvalidOperation:
            raise NotMoney(given=str(amount)[:40]) from None
        return cls(int(scaled), code)

    @property
    def amount(self) -> Decimal:
        """The amount in the major unit, with the currency's own number of decimals."""
        return Decimal(self.minor).scaleb(-_EXPONENT.get(self.currency, 2))

    def __str__(self) -> str:
        return f"{self.amount:f} {self.currency}"
