"""A price explained: each step in words, with its numbers and the rule that said so."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from bmdesk.domain.grading import grade_text
from bmdesk.domain.money import Money
from bmdesk.domain.prices.conversion import nearest
from bmdesk.domain.prices.cost import Left
from bmdesk.domain.prices.facts import Decision, Kind, Step
from bmdesk.domain.prices.rules import DEFAULT, Rule, Scope
from bmdesk.domain.prices.tables import Row
from bmdesk.domain.prices.terms import plain
from bmdesk.texts import Text, msg


def explanation(decision: Decision) -> tuple[Text, ...]:
    """Every step in order, and why there is no price where there is none."""
    said = tuple(step_text(step) for step in decision.steps)
    return said if decision.reason is None else (*said, decision.reason)


def rule_text(rule: Rule) -> Text:
    """Which rule, and where it counts."""
    if rule.id == DEFAULT.id:
        return msg("prices.rule_default")
    return msg("prices.rule", rule=rule.id, scope=scope_text(rule.scope))


def scope_text(scope: Scope) -> Text:
    """Where a rule counts."""
    parts = []
    if scope.sku:
        parts.append(msg("prices.scope_sku", sku=scope.sku))
    if scope.product:
        parts.append(msg("prices.scope_product", product=scope.product))
    if scope.category:
        parts.append(msg("prices.scope_category", category=scope.category))
    if scope.market:
        parts.append(msg("prices.scope_market", market=scope.market))
    if scope.grade:
        parts.append(msg("prices.scope_grade", grade=grade_text(scope.grade)))
    return msg("prices.scope", parts=tuple(parts)) if parts else msg("prices.scope_all")


def step_text(step: Step) -> Text:
    """One step."""
    match step.kind:
        case Kind.SHARE:
            return _share(step)
        case Kind.MULTIPLIER:
            factor = plain(_decimal(step.ratio))
            return msg("prices.step_multiplier", factor=factor, change=_change(step), rule=_rule(step))
        case Kind.CONVERSION:
            return _conversion(step)
        case Kind.COMPETITOR:
            taken, stays = _money(step, step.bound), _money(step, step.after)
            if step.overruled:
                return msg("prices.step_competitor_refused", taken=taken, stays=stays)
            return msg("prices.step_competitor", taken=taken, change=_change(step))
        case Kind.COST:
            return _cost(step)
        case Kind.FLOOR:
            floor = _money(step, step.bound)
            return msg("prices.step_floor", floor=floor, change=_change(step), rule=_rule(step))
        case Kind.CEILING:
            ceiling = _money(step, step.bound)
            return msg("prices.step_ceiling", ceiling=ceiling, change=_change(step), rule=_rule(step))
        case Kind.MAXIMUM:
            return msg("prices.step_maximum", maximum=_money(step, step.bound), change=_change(step))
        case Kind.DAILY:
            return _daily(step)
        case Kind.ROUNDING:
            return _rounding(step)
        case Kind.MINIMUM:
            ratio, minimum = plain(_decimal(step.ratio)), _money(step, step.after)
            if step.overruled:
                return msg("prices.step_minimum_floor", ratio=ratio, minimum=minimum, rule=_rule(step))
            return msg("prices.step_minimum", ratio=ratio, minimum=minimum, rule=_rule(step))


def left_text(left: Left) -> Text:
    """Where a price goes, each part in whole coins."""

    def part(amount: Fraction) -> Money:
        return Money(nearest(1, *amount.as_integer_ratio()), left.currency)

    return msg(
        "prices.left",
        price=part(left.price),
        margin=left.margin,
        spent=part(left.spent),
        unit=left.unit.name,
        shipping=part(left.shipping),
        commission=part(left.commission),
        fee=part(left.payment_fee),
        warranty=part(left.warranty),
        vat=part(left.vat),
    )


def _share(step: Step) -> Text:
    assert step.new_price is not None
    new = step.new_price
    said = (
        msg("prices.said", source=new.source)
        if new.on is None
        else msg("prices.said_on", source=new.source, on=new.on)
    )
    return msg(
        "prices.step_share",
        percent=plain(_decimal(step.ratio) * 100),
        new_price=new.money,
        said=said,
        share=_money(step, step.after),
        rule=_rule(step),
    )


def _conversion(step: Step) -> Text:
    assert step.conversion is not None
    made = step.conversion
    before, after = Money(step.before, made.source), Money(step.after, made.target)
    change = msg("prices.becomes", before=before, after=after)
    if made.on is None:
        return msg(
            "prices.step_conversion_undated",
            rate=made.rate,
            source=made.source,
            target=made.target,
            change=change,
        )
    return msg(
        "prices.step_conversion",
        rate=made.rate,
        source=made.source,
        target=made.target,
        on=made.on,
        change=change,
    )


def _cost(step: Step) -> Text:
    assert step.sale is not None
    assert step.unit is not None
    assert step.conversion is not None
    assert step.bound is not None
    left = step.sale.left(step.bound, step.unit, step.conversion)
    rows = step.sale.rows
    counted = msg(
        "prices.counted_by",
        commission=_percent(rows[""]),
        vat=_percent(rows[step.unit.scheme]),
        rules=tuple(rule.id for rule in step.sale.rules),
    )
    return msg(
        "prices.step_cost",
        floor=_money(step, step.bound),
        left=left_text(left),
        counted=counted,
        change=_change(step),
        rule=_rule(step),
    )


def _percent(row: Row) -> Text:
    percent = plain(row.percent)
    if row.since is None:
        return msg("prices.percent", percent=percent)
    return msg("prices.percent_since", percent=percent, on=row.since)


def _daily(step: Step) -> Text:
    said = msg(
        "prices.daily_range",
        percent=plain(_decimal(step.ratio) * 100),
        first=_money(step, step.bound),
        low=_money(step, step.low),
        high=_money(step, step.high),
    )
    if step.overruled:
        return msg("prices.step_daily_overruled", range=said, change=_change(step), rule=_rule(step))
    return msg("prices.step_daily", range=said, change=_change(step), rule=_rule(step))


def _rounding(step: Step) -> Text:
    assert step.grid is not None
    each, ending = (_money(step, minor) for minor in step.grid)
    if step.overruled:
        stays, low = _money(step, step.after), _money(step, step.low)
        high = msg("prices.any") if step.high is None else _money(step, step.high)
        return msg(
            "prices.step_rounding_none",
            step=each,
            ending=ending,
            low=low,
            high=high,
            stays=stays,
            rule=_rule(step),
        )
    return msg("prices.step_rounding", step=each, ending=ending, change=_change(step), rule=_rule(step))


def _change(step: Step) -> Text:
    after = _money(step, step.after)
    if step.before == step.after:
        return msg("prices.stays", after=after)
    return msg("prices.becomes", before=_money(step, step.before), after=after)


def _rule(step: Step) -> Text:
    assert step.rule is not None
    return rule_text(step.rule)


def _money(step: Step, minor: int | None) -> Money:
    assert minor is not None
    return Money(minor, step.currency)


def _decimal(ratio: tuple[int, int] | None) -> Decimal:
    # Exact: every ratio of a rule was written as a decimal number.
    assert ratio is not None
    return Decimal(ratio[0]) / Decimal(ratio[1])


def outside_text(price: Money, currency: str, floor: Money | None, top: Money | None) -> Text | None:
    """Why this price may not stand in a market with this currency and these bounds, or None."""
    if price.currency != currency:
        return msg("prices.outside_currency", price=price, currency=currency)
    if floor is not None and price.minor < floor.minor:
        return msg("prices.outside_floor", price=price, floor=floor)
    if top is not None and price.minor > top.minor:
        return msg("prices.outside_top", price=price, top=top)
    return None
