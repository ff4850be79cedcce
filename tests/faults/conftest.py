"""The shop and its marketplace for every story of this folder."""

from __future__ import annotations

from tests.markets import market, marketplace, shop

__all__ = ["market", "marketplace", "shop"]
