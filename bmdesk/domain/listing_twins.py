"""Mistakes that show only beside another listing of the same product. Pure; domain.listing_lint asks for them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from bmdesk.domain.colours import Colour, Likeness, likeness
from bmdesk.domain.grading import grade_text
from bmdesk.domain.linking import our_grade
from bmdesk.domain.listing_findings import Code, Finding, Fix, Listed, Severity
from bmdesk.domain.listing_words import sku_colours, title_colours
from bmdesk.texts import msg

_MOST_NAMED = 5
"""Twins that are named; the rest are counted."""


def duplicates(listings: Sequence[Listed]) -> Iterator[Finding]:
    """Several listings of one product, grade and battery: they undercut each other, and the stock lies in two places.

    EXCELLENT and VERY_GOOD are one grade to customers.
    """
    groups: dict[tuple[str, str, bool], list[Listed]] = {}
    for one in listings:
        grade = our_grade(one.grade)
        if one.product_id and grade:
            groups.setdefault((one.product_id.casefold(), grade, one.new_battery), []).append(one)
    for (_, grade, _), group in groups.items():
        if len(group) > 1:
            yield from _twins(group, grade)


def _twins(group: Sequence[Listed], grade: str) -> Iterator[Finding]:
    kept = min(group, key=_first_kept)
    selling = sum(one.is_online and one.quantity > 0 for one in group) > 1
    for one in group:
        # One more than are named: it may be the listing itself.
        named = [other for other in group[: _MOST_NAMED + 1] if other is not one][:_MOST_NAMED]
        others = [msg("lint.twin", sku=other.sku, grade=other.grade) for other in named]
        if len(group) - 1 > len(named):
            others.append(msg("lint.more_twins", count=len(group) - 1 - len(named)))
        # One goes on selling: which, is only proposed here.
        fix = Fix.TAKE_OFFLINE if one is not kept and (one.is_online or one.quantity) else None
        yield one.finding(
            Code.DUPLICATE_PRODUCT_GRADE,
            Severity.ERROR if selling else Severity.WARNING,
            msg("lint.duplicate", grade=grade_text(grade), others=tuple(others)),
            fix,
        )


def _first_kept(one: Listed) -> tuple[bool, bool, int, int, str]:
    return not one.carries, not one.is_online, -one.quantity, one.number or 0, one.id


def strays(listings: Sequence[Listed]) -> Iterator[Finding]:
    """A SKU of another colour than most SKUs of the same product, where the title (of a laptop) names none."""
    groups: dict[str, list[tuple[Listed, tuple[Colour, ...]]]] = {}
    for one in listings:
        if one.product_id and not title_colours(one.title) and (colours := sku_colours(one.sku)):
            groups.setdefault(one.product_id.casefold(), []).append((one, colours))
    for group in groups.values():
        named = Counter(colours for _, colours in group)
        for one, mine in group:
            others = [theirs for theirs in named if likeness(mine, theirs) is Likeness.OTHER]
            # Of two that contradict each other nobody knows which is wrong: then both are named.
            if not others or 2 * sum(named[theirs] for theirs in others) < len(group):
                continue
            most = max(others, key=lambda theirs: named[theirs])
            words = [", ".join(each.word for each in colours) for colours in (mine, most)]
            evidence = msg("lint.other_colour", sku=words[0], others=words[1], title=one.title)
            yield one.finding(Code.SKU_TITLE_MISMATCH, Severity.WARNING, evidence)
