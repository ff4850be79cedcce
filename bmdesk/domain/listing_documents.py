"""The documents about listings, read from the JSON that a person edits: comments and warranty, ways to ship, minimum.

Every mistake is named by its place (domain.document). What a document means: domain.content, domain.listing_shipping,
domain.listing_minimum.
"""

from __future__ import annotations

import re

from bmdesk.domain.content import (
    EVERY_OTHER,
    LONGEST_COMMENT,
    LONGEST_WARRANTY,
    SHORTEST_WARRANTY,
    ContentPolicy,
)
from bmdesk.domain.content_template import FACTS, BadTemplate, Template
from bmdesk.domain.document import CATEGORY, Object, Value
from bmdesk.domain.gate import Level
from bmdesk.domain.grading import NOT_FOR_SALE, SCALE
from bmdesk.domain.listing_minimum import REQUIREMENTS, CategoryMinimum, MinimumPolicy
from bmdesk.domain.listing_shipping import LONGEST_DELAY, MOST_WAYS, SHIPPERS, ShippingPolicy, Way
from bmdesk.domain.markets import known_market
from bmdesk.domain.money import Money, NotMoney
from bmdesk.texts import msg

_FOR_SALE = tuple(grade for grade in SCALE if grade != NOT_FOR_SALE)
_MARKET = re.compile(r"[a-z]{2}(-[a-z]{2})?")
_LONGEST_TEMPLATE = 2000
_VERSIONS = 1_000_000


def read_content(obj: object) -> ContentPolicy:
    """Warranty, and comments by market or language; "*" must be there. Raises BadPolicy."""
    top = Object("content", "", obj)
    policy = ContentPolicy(
        version=top.at("version").whole(1, _VERSIONS),
        warranty_months=_months(top.at("warranty_months")),
        comments=top.at("comments").mapping(
            lambda value: value.mapping(_comment, keys=_FOR_SALE), needs_rest=True
        ),
        warranty=top.at("warranty", {}).mapping(_warranty),
        words=top.at("words", {}).mapping(_words),
        automatic=top.at("automatic", False).flag(),
    )
    for member in ("comments", "warranty"):
        for market in getattr(policy, member):
            if market != EVERY_OTHER and not _MARKET.fullmatch(market):
                top.at(member).object().at(market).fail(msg("policy.expected_market"))
    for language in policy.words:
        if not re.fullmatch(r"[a-z]{2}", language):
            top.at("words").object().at(language).fail(msg("policy.expected_language"))
    top.close()
    return policy


def read_listing_shipping(obj: object) -> ShippingPolicy:
    """At most three ways to ship for each market. Raises BadPolicy."""
    top = Object("listing_shipping", "", obj)
    markets = top.at("markets").object()
    read = {}
    for name in markets.members:
        if name == "note":
            continue
        known = known_market(name)
        if known is None or known.locale != name:
            markets.at(name).fail(msg("policy.expected_one_market"))
        ways = markets.at(name).items()
        if len(ways) > MOST_WAYS:
            markets.at(name).fail(msg("policy.expected_ways", most=MOST_WAYS))
        read[name] = tuple(_way(one.object(), known.currency) for one in ways)
        shippers = [way.shipper for way in read[name]]
        for at, shipper in enumerate(shippers):
            if shipper in shippers[:at]:
                markets.at(name).fail(msg("policy.expected_once", given=shipper))
    policy = ShippingPolicy(version=top.at("version").whole(1, _VERSIONS), markets=read)
    top.close()
    return policy


def read_listing_minimum(obj: object) -> MinimumPolicy:
    """What a listing needs, by category; "*" must be there. Raises BadPolicy."""
    top = Object("listing_minimum", "", obj)
    policy = MinimumPolicy(
        version=top.at("version").whole(1, _VERSIONS),
        categories=top.at("categories").mapping(_minimum, needs_rest=True),
    )
    for name in policy.categories:
        if name != EVERY_OTHER:
            Value("listing_minimum", f"categories.{name}", name).pattern(
                CATEGORY, msg("policy.expected_category")
            )
    top.close()
    return policy


def _comment(value: Value) -> Template:
    words = value.text(1, _LONGEST_TEMPLATE)
    if not words.replace("\n", " ").isprintable():
        value.fail(msg("policy.expected_words"))
    try:
        template = Template.parse(words.strip())
    except BadTemplate as bad:
        if bad.unknown:
            value.fail(msg("policy.expected_fact", given=bad.given, allowed=", ".join(FACTS)))
        value.fail(msg("policy.expected_brackets", given=bad.given))
    if template.length > LONGEST_COMMENT:
        value.fail(msg("policy.expected_comment", length=template.length, most=LONGEST_COMMENT))
    return template


def _months(value: Value) -> int:
    given = value.value
    if isinstance(given, int) and not isinstance(given, bool) and given < SHORTEST_WARRANTY:
        value.fail(msg("policy.expected_warranty", months=given, least=SHORTEST_WARRANTY))
    return value.whole(SHORTEST_WARRANTY, LONGEST_WARRANTY)


def _warranty(value: Value) -> dict[str, int]:
    inside = value.object()
    for name in inside.members:
        if name not in (EVERY_OTHER, "note") and not CATEGORY.fullmatch(name):
            inside.at(name).fail(msg("policy.expected_category"))
    return dict(value.mapping(_months))


def _words(value: Value) -> dict[str, str]:
    return {name.casefold(): word for name, word in value.mapping(lambda one: one.text(1, 60)).items()}


def _way(o: Object, currency: str) -> Way:
    price = o.at("price")
    try:
        minor = Money.parse(price.text(1, 12), currency).minor
    except NotMoney:
        price.fail(msg("policy.expected_amount", currency=currency))
    if minor < 0:
        price.fail(msg("policy.expected_amount", currency=currency))
    shipper = o.at("shipper")
    if shipper.value not in SHIPPERS:
        shipper.fail(msg("policy.expected_shipper", given=str(shipper.value)[:40]))
    way = Way(str(shipper.value), minor, o.at("delay_hours").whole(1, LONGEST_DELAY))
    o.close()
    return way


def _minimum(value: Value) -> CategoryMinimum:
    o = value.object()
    read = CategoryMinimum(
        levels=o.at("levels").mapping(
            lambda level: Level(level.choice([one.value for one in Level])), keys=REQUIREMENTS
        ),
        title_shortest=o.at("title_shortest", 1).whole(1, 500),
        comment_shortest=o.at("comment_shortest", 1).whole(1, LONGEST_COMMENT),
        photos_fewest=o.at("photos_fewest", 1).whole(1, 50),
    )
    o.close()
    return read
