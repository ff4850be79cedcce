"""Texts and failures as columns keep them: code and parameters, so that each reader sees them in the own language."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from bmdesk.domain.money import Money
from bmdesk.store.types import from_micros, to_micros
from bmdesk.texts import Failure, Text


def keep_text(text: Text) -> dict[str, Any]:
    """What a JSON column holds of this text."""
    return {"code": text.code, "params": {name: _plain(value) for name, value in text.params}}


def text_of(kept: Any) -> Text | None:
    """The text that `keep_text` made, or None where nothing was kept."""
    if not isinstance(kept, dict) or "code" not in kept:
        return None
    params = {name: _lively(value) for name, value in kept.get("params", {}).items()}
    return Text(kept["code"], tuple(sorted(params.items())))


def keep_failure(failure: Failure | None) -> dict[str, Any] | None:
    """What a JSON column holds of this failure: its code stands for title, what happened and what to do."""
    if failure is None:
        return None
    return {"code": failure.code, "params": {name: _plain(value) for name, value in failure.params.items()}}


def failure_of(kept: Any) -> Failure | None:
    """A failure with the code and parameters that `keep_failure` kept; for showing, not for raising."""
    text = text_of(kept)
    if text is None:
        return None
    failure = Failure(**dict(text.params))
    failure.code = text.code
    return failure


def _plain(value: object) -> object:
    if isinstance(value, Text):
        return keep_text(value)
    if isinstance(value, tuple | list):
        return [_plain(one) for one in value]
    if isinstance(value, datetime):
        return {"µs": to_micros(value)}
    if isinstance(value, date):
        return {"day": value.isoformat()}
    if isinstance(value, Decimal):
        return {"dec": f"{value:f}"}
    if isinstance(value, Money):
        return {"minor": value.minor, "currency": value.currency}
    return value if isinstance(value, str | int | float) or value is None else str(value)


def _lively(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(_lively(one) for one in value)
    if not isinstance(value, dict):
        return value
    if "µs" in value:
        return from_micros(value["µs"])
    if "day" in value:
        return date.fromisoformat(value["day"])
    if "dec" in value:
        return Decimal(value["dec"])
    if "minor" in value:
        return Money(value["minor"], value["currency"])
    return text_of(value)
