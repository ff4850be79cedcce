"""What a write touched, so that a view redraws only for its own reasons."""

from __future__ import annotations

from enum import StrEnum


class Change(StrEnum):
    """One kind of thing that a view may show."""

    UNITS = "units"
    BATCHES = "batches"
    CATALOGUE = "catalogue"
    OPERATORS = "operators"
    SETTINGS = "settings"
    SEAT = "seat"
    PHOTOS = "photos"
    REPAIRS = "repairs"
    LISTINGS = "listings"
    SYNC = "sync"
    ACCOUNTS = "accounts"
    ORDERS = "orders"
    PACKING = "packing"
    CUSTOMERS = "customers"
    PRINTING = "printing"
