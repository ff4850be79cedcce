"""The mistakes in listings that cost a seller money: each with its listing, its evidence and what would end it.

Pure: callers bring what was read at the marketplace and counted here. A rule speaks only of what is known: a market
that was never read, a listing that sells nothing of ours, a cost that nobody wrote down give no finding.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from bmdesk.domain.grading import NOT_FOR_SALE, grade_text
from bmdesk.domain.linking import Offered, contradiction, our_grade, sku_parts, squashed
from bmdesk.domain.listing_findings import Code, Finding, Fix, InMarket, Listed, OurSku, Severity
from bmdesk.domain.listing_reasons import OFFLINE, above
from bmdesk.domain.listing_twins import duplicates, strays
from bmdesk.domain.listing_words import Difference, differences
from bmdesk.texts import Text, msg


def check(
    listings: Sequence[Listed],
    own_grades: Mapping[str, str] | None = None,
) -> list[Finding]:
    """Every mistake in these listings of one account, what costs most first, then by SKU.

    `own_grades`: what the seller's own grade names mean.
    """
    spelt = {squashed(name): grade for name, grade in (own_grades or {}).items()}
    found: list[Finding] = []
    for one in listings:
        found += _prices(one)
        found += _words(one, spelt)
        found += _stock(one)
    found += duplicates(listings)
    told = {one.listing_id for one in found if one.code is Code.SKU_TITLE_MISMATCH}
    found += strays([one for one in listings if one.id not in told])
    order = list(Severity)
    return sorted(
        found, key=lambda f: (order.index(f.severity), f.sku.casefold(), f.listing_id, f.code, f.market)
    )


# ---------------------------------------------------------------- prices


def _prices(listed: Listed) -> Iterator[Finding]:
    may_sell = our_grade(listed.grade) != NOT_FOR_SALE and not listed.paused
    for one in listed.markets:
        price = next((price for price in one.prices if above(price, one.most)), None)
        if price is not None and one.most is not None:
            evidence = one.said(price, msg("lint.price_above_max", price=price, most=one.most))
            yield listed.finding(Code.PRICE_ABOVE_MAX, Severity.ERROR, evidence, Fix.SET_PRICE, one.market)
        price = next((price for price in one.prices if above(one.least, price)), None)
        if price is not None and one.least is not None:
            evidence = one.said(price, msg("lint.min_above_price", least=one.least, price=price))
            yield listed.finding(Code.MIN_ABOVE_PRICE, Severity.ERROR, evidence, Fix.LOWER_MIN, one.market)
        if (loss := _below_floor(one)) is not None:
            yield listed.finding(Code.BELOW_COST, Severity.ERROR, loss, Fix.SET_PRICE, one.market)
        if may_sell and one.chosen and not one.paused and (missing := _no_price(one)) is not None:
            yield listed.finding(
                Code.NO_PRICE_IN_MARKET, Severity.WARNING, missing, Fix.SET_PRICE, one.market
            )
        if not one.has_comment and not one.paused and may_sell:
            fix = Fix.SET_COMMENT if one.has_template else None
            evidence = msg("lint.no_comment")
            yield listed.finding(Code.MISSING_COMMENT, Severity.WARNING, evidence, fix, one.market)


def _no_price(one: InMarket) -> Text | None:
    price = one.shown
    if price is None:
        return msg("lint.no_price", currency=one.currency)
    if price.currency != one.currency:
        return msg("lint.other_currency", price=price, currency=one.currency)
    return None


def _below_floor(one: InMarket) -> Text | None:
    floor = one.floor
    price = next((price for price in one.prices if above(floor, price)), None)
    if price is None or floor is None:
        return None
    if one.left is None:
        return one.said(price, msg("lint.below_floor", price=price, floor=floor))
    return one.said(price, msg("lint.below_cost", price=price, floor=floor, left=one.left))


# ---------------------------------------------------------------- words


def _words(listed: Listed, spelt: Mapping[str, str]) -> Iterator[Finding]:
    own = differences(listed.sku, listed.title)
    if own:
        evidence = msg("lint.sku_title", title=listed.title, parts=_parts(own))
        yield listed.finding(Code.SKU_TITLE_MISMATCH, _weight(own), evidence)
    elif listed.ours is not None and (ours := differences(listed.ours.words, listed.title)):
        evidence = msg("lint.our_sku_title", sku=listed.ours.text, title=listed.title, parts=_parts(ours))
        yield listed.finding(Code.SKU_TITLE_MISMATCH, _weight(ours), evidence)
    theirs, named = our_grade(listed.grade), _spelt_grade(listed.sku, spelt)
    if theirs and named and named != theirs:
        evidence = msg("lint.sku_grade", sku=grade_text(named), listing=grade_text(theirs))
        yield listed.finding(Code.SKU_GRADE_MISMATCH, Severity.ERROR, evidence)


def _parts(found: Iterable[Difference]) -> tuple[Text, ...]:
    return tuple(msg("lint.part", what=one.what, sku=one.sku, title=one.title) for one in found)


def _weight(found: Iterable[Difference]) -> Severity:
    return Severity.WARNING if all(one.slight for one in found) else Severity.ERROR


def _spelt_grade(sku: str, own: Mapping[str, str]) -> str:
    """The grade that a SKU names: the last word where it is one of the seller's own names, else a common one."""
    parts = sku_parts(sku)
    last = parts.code.replace("_", ".").replace("-", ".").replace(" ", ".").rpartition(".")[2]
    return parts.grade or (own.get(squashed(last), "") if last != parts.code else "")


# ---------------------------------------------------------------- stock


def _stock(listed: Listed) -> Iterator[Finding]:
    if listed.ours is None:
        # Whose units it sells nobody has said; but a listing that shows nothing cannot be online.
        if listed.is_online and listed.quantity == 0:
            evidence = msg("lint.online_empty")
            yield listed.finding(Code.ONLINE_WITHOUT_STOCK, Severity.WARNING, evidence, Fix.TAKE_OFFLINE)
        return
    yield from _grade_of_units(listed, listed.ours)
    if listed.is_online or listed.quantity > 0:
        yield from _without_stock(listed, listed.ours)
    yield from _offline(listed, listed.ours)


def _grade_of_units(listed: Listed, ours: OurSku) -> Iterator[Finding]:
    """What the listing promises against the units that would leave."""
    offered = Offered(listed.sku, listed.title, listed.grade, listed.new_battery, listed.product_id)
    against = contradiction(offered, ours.grade, new_battery=ours.new_battery)
    severity = Severity.ERROR if ours.there or listed.quantity else Severity.WARNING
    if against is not None:
        evidence = msg("lint.grade_linked", sku=ours.text, reason=against, count=ours.there)
        yield listed.finding(Code.GRADE_UNITS_MISMATCH, severity, evidence)
    elif listed.quantity > 0 and ours.there == 0 and ours.other_grades:
        others = tuple(
            msg("lint.units_of_grade", count=number, grade=grade_text(grade))
            for grade, number in sorted(ours.other_grades.items())
        )
        evidence = msg(
            "lint.grade_units", quantity=listed.quantity, grade=grade_text(ours.grade), others=others
        )
        yield listed.finding(Code.GRADE_UNITS_MISMATCH, Severity.ERROR, evidence, _lower(listed))


def _without_stock(listed: Listed, ours: OurSku) -> Iterator[Finding]:
    if ours.there - ours.sold > 0:
        return
    if ours.held:
        evidence = msg("lint.online_held", quantity=listed.quantity, sku=ours.text, held=ours.held)
    else:
        evidence = msg("lint.online_without", quantity=listed.quantity, sku=ours.text)
    severity = Severity.ERROR if listed.quantity else Severity.WARNING
    yield listed.finding(Code.ONLINE_WITHOUT_STOCK, severity, evidence, _lower(listed))


def _lower(listed: Listed) -> Fix:
    return Fix.PUSH_QUANTITY if listed.manages_stock else Fix.TAKE_OFFLINE


def _offline(listed: Listed, ours: OurSku) -> Iterator[Finding]:
    """Stock that nobody can buy. What a person paused is no mistake, nor what another listing of the SKU sells."""
    if listed.paused or not listed.carries or ours.quantity == 0:
        return
    meant = [one for one in listed.markets if one.chosen and not one.paused]
    off = [one for one in meant if one.state == OFFLINE]
    # Where the price is missing or too high, that finding says why it is offline there.
    unsaid = [one for one in off if _no_price(one) is None and not above(one.shown, one.most)]
    if off and not listed.is_online:
        if listed.quantity == 0:
            evidence = msg("lint.offline_empty", count=ours.quantity, sku=ours.text)
            yield listed.finding(Code.STOCK_BUT_OFFLINE, Severity.WARNING, evidence, Fix.PUSH_QUANTITY)
        elif unsaid:
            evidence = msg("lint.offline_whole", count=ours.quantity, sku=ours.text)
            yield listed.finding(Code.STOCK_BUT_OFFLINE, Severity.WARNING, evidence)
        return
    for one in unsaid:
        evidence = msg("lint.offline_here", count=ours.quantity, sku=ours.text)
        yield listed.finding(Code.STOCK_BUT_OFFLINE, Severity.WARNING, evidence, None, one.market)
