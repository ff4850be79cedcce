"""How the rooms of the marketplace say and colour what a listing is: states, prices, aspects, and what to do about a
reason. Words only; which reason counts is decided elsewhere.
"""

from __future__ import annotations

from collections.abc import Sequence

from bmdesk.domain.listing_reasons import ASPECTS, Aspect, MarketState, aspect_text, state_text
from bmdesk.domain.markets import known_market
from bmdesk.domain.money import Money
from bmdesk.services.selling.content_preview import Saying, told
from bmdesk.services.selling.listing_why import ListedRow, MarketView
from bmdesk.services.selling.management_preview import Value
from bmdesk.texts import Text, locale, msg, render, t
from bmdesk.ui.palette import Tone
from bmdesk.ui.words import NOTHING, money

_STATE_TONES = {
    MarketState.ONLINE: Tone.OK,
    MarketState.OFFLINE: Tone.BAD,
    MarketState.PAUSED: Tone.WARN,
    MarketState.UNPUBLISHED: Tone.NEUTRAL,
    MarketState.UNKNOWN: Tone.NEUTRAL,
}
_URGENT = frozenset(
    {
        "listing.missing",
        "listing.refused",
        "listing.short",
        "listing.second_writer",
        "listing.above_maximum",
        "minimum.required",
    }
)
_QUIET = frozenset(
    {
        "listing.not_managed",
        "minimum.warning",
        "listing.nothing_of_ours",
        "listing.stock_not_managed",
        "listing.waiting",
        "listing.in_flight",
    }
)

# Reasons that do not say themselves what clears them.
_TODO = {
    "listing.missing": msg("listings_page.todo.missing"),
    "listing.nothing_of_ours": msg("listings_page.todo.nothing_of_ours"),
    "listing.not_managed": msg("listings_page.todo.not_managed"),
    "listing.stock_not_managed": msg("listings_page.todo.stock_not_managed"),
    "listing.all_paused": msg("listings_page.todo.all_paused"),
    "listing.paused": msg("listings_page.todo.paused"),
    "listing.other_carries": msg("listings_page.todo.other_carries"),
    "listing.none_in_stock": msg("listings_page.todo.none_in_stock"),
    "listing.held": msg("listings_page.todo.held"),
    "listing.held_plain": msg("listings_page.todo.held"),
    "listing.sold": msg("listings_page.todo.sold"),
    "listing.buffer": msg("listings_page.todo.buffer"),
    "listing.leaving": msg("listings_page.todo.leaving"),
    "listing.hold": msg("listings_page.todo.hold"),
    "listing.second_writer": msg("listings_page.todo.second_writer"),
    "listing.account_off": msg("listings_page.todo.account"),
    "listing.account_paused": msg("listings_page.todo.account"),
    "listing.account_blocked": msg("listings_page.todo.account"),
    "listing.account_blocked_why": msg("listings_page.todo.account"),
    "listing.refused": msg("listings_page.todo.refused"),
    "listing.uncertain": msg("listings_page.todo.waits"),
    "listing.in_flight": msg("listings_page.todo.waits"),
    "listing.retry_at": msg("listings_page.todo.retry"),
    "listing.waiting": msg("listings_page.todo.waits"),
    "listing.market_paused": msg("listings_page.todo.market_paused"),
    "listing.never_read": msg("listings_page.todo.never_read"),
    "listing.not_confirmed": msg("listings_page.todo.confirm"),
    "listing.new_price_open": msg("listings_page.todo.confirm"),
    "listing.above_maximum": msg("listings_page.todo.above_maximum"),
    "listing.offline": msg("listings_page.todo.offline"),
    "listing.offline_empty": msg("listings_page.todo.offline_empty"),
    "listing.state_unknown": msg("listings_page.todo.offline"),
}


def todo(reason: Text) -> str:
    """What a person can do about this reason; "" where the reason says so itself."""
    known = _TODO.get(reason.code)
    return render(known) if known is not None else ""


def reason_tone(reason: Text) -> Tone:
    """How much this reason wants a person."""
    if reason.code in _URGENT:
        return Tone.BAD
    return Tone.NEUTRAL if reason.code in _QUIET else Tone.WARN


def state_words(state: MarketState) -> str:
    """Where it stands in a market."""
    return render(state_text(state))


def state_tone(state: MarketState) -> Tone:
    """The tone of that state."""
    return _STATE_TONES[state]


def code_of(market: str) -> str:
    """`FR` for `fr-fr`; a market that nobody knows is shown as it is."""
    known = known_market(market)
    return known.code if known is not None else market


def named(market: str) -> str:
    """`fr-fr, France`."""
    known = known_market(market)
    return f"{market} · {render(known.country)}" if known is not None else market


def saying_words(said: Saying | None, market: str) -> str:
    """What buyers read, in one text."""
    parts = told(said, market) if said is not None and market else ()
    return " · ".join(one if isinstance(one, str) else render(one) for one in parts)


def short_price(view: MarketView) -> str:
    """The price in this market without its currency, which the market tells."""
    shown = view.price or view.wanted
    return locale.number(shown.amount) if shown is not None else NOTHING


def market_line(view: MarketView) -> str:
    """A market in one line: name, price, state."""
    price = money(view.price or view.wanted) or t("listings_page.no_price")
    return f"{view.market}: {price}, {state_words(view.state)}"


def aspects_line(managed: Sequence[Aspect]) -> str:
    """What is managed and what is not, in words."""
    on = [render(aspect_text(aspect)) for aspect in managed]
    off = [render(aspect_text(aspect)) for aspect in ASPECTS if aspect not in managed]
    parts = []
    if on:
        parts.append(t("listings_page.managed_line", aspects=", ".join(on)))
    if off:
        parts.append(t("listings_page.not_managed_line", aspects=", ".join(off)))
    return "\n".join(parts)


def first_reason(row: ListedRow) -> Text | None:
    """Why the listing is not what it could be: as a whole first, then of a market."""
    return row.why[0] if row.why else next((one.why[0] for one in row.markets if one.why), None)


def why_words(row: ListedRow) -> str:
    """The first reason; where there is none, that all is well."""
    reason = first_reason(row)
    if reason is not None:
        return render(reason)
    return t("listings_page.live") if row.online else ""


def every_reason(row: ListedRow) -> str:
    """All reasons, one a line, those of a market with its name."""
    lines = [render(reason) for reason in row.why]
    lines += [f"{one.market}: {render(reason)}" for one in row.markets for reason in one.why]
    return "\n".join(lines[:12])


def value_words(value: Value) -> str:
    """A quantity, a price or a text, as a preview shows it."""
    if value is None:
        return NOTHING
    return money(value) if isinstance(value, Money) else str(value) or NOTHING
