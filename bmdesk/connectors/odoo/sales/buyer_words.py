"""What Odoo says of an order, without who bought: its words are kept with the effect and in logs, and those outlive
what a customer may ask to be erased.
"""

from __future__ import annotations

import re

from bmdesk.services.odoo.sales.orders_there import AddressThere, OrderThere

_LEFT_OUT = "…"
_LEAST = 3
"""Shorter words would be found inside of others."""


def unnamed(order: OrderThere, said: object) -> str:
    """The same without the customer's name, e-mail address, telephone number, and where they live."""
    buyer = order.customer
    personal = {buyer.name, buyer.email, buyer.phone, *_of(buyer.address), *_of(order.shipping)}
    words = sorted((one.strip() for one in personal if len(one.strip()) >= _LEAST), key=len, reverse=True)
    if not words:
        return str(said)
    return re.sub("|".join(re.escape(one) for one in words), _LEFT_OUT, str(said), flags=re.IGNORECASE)


def _of(address: AddressThere) -> tuple[str, ...]:
    return (address.name, address.company, address.street, address.street2, address.phone)
