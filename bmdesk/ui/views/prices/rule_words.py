"""A rule of the pricing document as it stands there (a JSON object), in words for a list."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from bmdesk.texts import t
from bmdesk.ui.words import category_words, grade_words

Rule = Mapping[str, Any]


def where_words(rule: Rule) -> str:
    """Where it counts."""
    scope: Mapping[str, Any] = rule.get("scope") or {}
    said: Mapping[str, Callable[[Any], str]] = {
        "sku": str,
        "product": str,
        "category": category_words,
        "market": str,
        "grade": grade_words,
    }
    parts = [make(scope[key]) for key, make in said.items() if scope.get(key)]
    return " · ".join(parts) if parts else t("prices_page.everywhere")


def sets_words(rule: Rule) -> str:
    """What it sets, one part for each value."""
    return " · ".join(
        f"{words} {_value(rule[key])}".strip()
        for key, words in value_words().items()
        if key in rule and key != "automatic"
    )


def automatic_words(rule: Rule) -> str:
    """Whether prices under it go out by themselves; "" where the rule says nothing of it."""
    if "automatic" not in rule:
        return ""
    return t("prices_page.mark_automatic") if rule["automatic"] else t("prices_page.by_preview")


def value_words() -> dict[str, str]:
    """What each value of a rule is called, in the order of the form."""
    return {
        "automatic": t("prices_page.value_automatic"),
        "share": t("prices_page.value_share"),
        "multiplier": t("prices_page.value_multiplier"),
        "rounding": t("prices_page.value_rounding"),
        "daily_percent": t("prices_page.value_daily"),
        "min_ratio": t("prices_page.value_min_ratio"),
        "cost_floor": t("prices_page.value_cost_floor"),
        "margin": t("prices_page.value_margin"),
        "floor": t("prices_page.value_floor"),
        "ceiling": t("prices_page.value_ceiling"),
        "payment_fee": t("prices_page.value_payment_fee"),
        "shipping": t("prices_page.value_shipping"),
        "warranty": t("prices_page.value_warranty"),
        "stale_days": t("prices_page.value_stale_days"),
    }


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return t("settings.on") if value else t("settings.off")
    if not isinstance(value, Mapping):
        return str(value)
    if "step" in value:
        return t("prices_page.rounding_words", step=value["step"], ending=value.get("ending", "0"))
    parts = [f"{value['percent']} %"] if value.get("percent") not in {None, "", "0", 0} else []
    parts += [str(value["amount"])] if value.get("amount") else []
    return " + ".join(parts) or "0"
