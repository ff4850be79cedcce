"""What files of rates, rules and prices would do, as the import dialog shows it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import partial
from typing import Any

from bmdesk.services.desk import Actor, Desk
from bmdesk.services.files import prices_file, rates_file, rules_file
from bmdesk.services.files.prices_file import PricesPlan
from bmdesk.services.files.rates_file import PlannedRate, RatesPlan, RatesTaken
from bmdesk.services.files.rules_file import RulesPlan, RulesTaken
from bmdesk.services.files.rules_words import change_text, line_text
from bmdesk.services.lines import Progress
from bmdesk.services.prices.applying import Applied
from bmdesk.services.prices.simulation import Simulation, Totals
from bmdesk.texts import locale, msg, render, t
from bmdesk.ui.models.columns import Column
from bmdesk.ui.palette import Tone
from bmdesk.ui.widgets.import_dialog import More, Preview, Sheet, error_sheet
from bmdesk.ui.words import money


def rates_preview(plan: RatesPlan, actor: Actor) -> Preview:
    """Rates from a file; those that move far are taken only where a person ticks them."""
    sheets = [error_sheet(plan.errors)] if plan.errors else []
    if plan.far:
        sheets.append(Sheet(t("rates_file.tab_far", count=len(plan.far)), _rate_columns(), plan.far))
    if plan.near:
        sheets.append(Sheet(t("rates_file.tab_near", count=len(plan.near)), _rate_columns(), plan.near))
    said = [t("rates_file.said", count=len(plan.planned), same=plan.unchanged, base=plan.base)]
    if plan.left_out:
        said.append(t("rates_file.older", count=plan.left_out))
    if plan.errors:
        said.append(t("imports.errors_stay_out", count=len(plan.errors)))

    def take(desk: Desk, *, far: bool) -> RatesTaken:
        return rates_file.take_rates(desk, actor, plan, far=far)

    more = None
    if plan.far:
        words = t("rates_file.far_too", count=len(plan.far), percent=rates_file.FAR)
        more = More(words, [partial(take, far=True)])
    return Preview(
        title=t("rates_file.title", file=plan.file[:80]),
        summary=" ".join(said),
        sheets=tuple(sheets),
        yes=t("rates_file.yes"),
        pages=[partial(take, far=False)] if plan.near else [],
        done=lambda reports: t("rates_file.done", count=sum(one.added for one in reports)),
        more=more,
    )


def rules_preview(plan: RulesPlan, actor: Actor, would: Simulation | None) -> Preview:
    """Rules from a file: their difference, and what they `would` do to the prices of the account shown."""
    sheets = [error_sheet(plan.errors)] if plan.errors else []
    if plan.changes:
        sheets.append(Sheet(t("rules_file.tab", count=len(plan.changes)), _change_columns(), plan.changes))
    said = [_rules_said(plan)]
    if would is not None:
        moved = [row for row in would.rows if row.changes]
        if moved:
            sheets.append(Sheet(t("rules_file.tab_prices", count=len(moved)), _moved_columns(), moved))
        said += _would(would.totals)

    def take(desk: Desk) -> RulesTaken:
        return rules_file.take_rules(desk, actor, plan)

    def done(reports: Sequence[Any]) -> str:
        version = reports[-1].version if reports else None
        return t("rules_file.same") if version is None else t("rules_file.done", version=version)

    return Preview(
        title=t("rules_file.title", file=plan.file[:80]),
        summary=" ".join(said),
        sheets=tuple(sheets),
        yes=t("rules_file.yes"),
        pages=[take] if plan.changes else [],
        done=done,
    )


def prices_preview(plan: PricesPlan, actor: Actor, account_id: str) -> Preview:
    """A price list: what changes from what to what, and which lines are refused."""
    sheets = []
    if plan.planned:
        title = t("prices_file.tab", count=len(plan.planned))
        sheets.append(Sheet(title, _price_columns(), plan.planned))
    if plan.errors:
        sheets.append(error_sheet(plan.errors))
    said = t("prices_file.said", count=len(plan.planned), same=plan.unchanged)
    if plan.errors:
        said += " " + t("imports.errors_stay_out", count=len(plan.errors))

    def take(desk: Desk, progress: Progress) -> Applied:
        return prices_file.take_prices(desk, actor, account_id, plan, progress)

    def done(reports: Sequence[Any]) -> str:
        words = [t("prices_file.done", count=sum(one.count for one in reports))]
        words += [f"{sku}: {render(reason)}" for one in reports for sku, reason in one.problems[:5]]
        words += [render(note) for one in reports for note in one.notes]
        return " ".join(words)

    return Preview(
        title=t("prices_file.title", file=plan.file[:80]),
        summary=said,
        sheets=tuple(sheets),
        yes=t("prices_file.yes", count=len(plan.planned)),
        pages=(),
        done=done,
        whole=take if plan.planned else None,
    )


def rate_words(rate: Decimal | None) -> str:
    """A rate without the zeros that say nothing."""
    if rate is None:
        return ""
    words = f"{rate:f}"
    return locale.number(Decimal(words.rstrip("0").rstrip(".") if "." in words else words))


def _rate_columns() -> tuple[Column, ...]:
    return (
        Column(t("imports.line"), lambda one: str(one.line), number=True, width=64),
        Column(t("settings.rates.currency"), lambda one: one.currency, width=100),
        Column(t("rates_file.day"), lambda one: locale.day(one.on), width=120),
        Column(t("rates_file.before"), lambda one: rate_words(one.old) or "–", number=True, width=120),
        Column(t("settings.rates.rate"), lambda one: rate_words(one.rate), number=True, width=120),
        Column(
            t("rates_file.column_moves"),
            _moves,
            pill=lambda one: Tone.WARN if one.is_far else Tone.NEUTRAL,
            width=130,
        ),
        Column("", lambda one: "" if one.counts else t("rates_file.kept_only"), stretch=True),
    )


def _moves(one: PlannedRate) -> str:
    if one.moves is None:
        return t("rates_file.first")
    return render(
        msg("rates_file.moves", percent=f"{'+' if one.moves > 0 else ''}{locale.number(one.moves)}")
    )


def _change_columns() -> tuple[Column, ...]:
    words: dict[str, Callable[[], str]] = {
        "added": lambda: t("rules_file.what_added"),
        "gone": lambda: t("rules_file.what_gone"),
        "moved": lambda: t("rules_file.what_moved"),
        "changed": lambda: t("rules_file.what_changed"),
    }
    tones = {"added": Tone.OK, "gone": Tone.BAD}
    return (
        Column(
            t("rules_file.what"),
            lambda one: words[one.what](),
            pill=lambda one: tones.get(one.what, Tone.NEUTRAL),
            width=120,
        ),
        Column(t("rules_file.line"), lambda one: render(line_text(one)), width=210),
        Column(t("rules_file.column"), lambda one: one.column, width=130),
        Column(t("products.import.before"), lambda one: one.before or "–", width=150),
        Column(
            t("products.import.after"),
            lambda one: one.after or "–",
            hint=lambda one: render(change_text(one)),
            stretch=True,
        ),
    )


def _moved_columns() -> tuple[Column, ...]:
    return (
        Column(t("prices_file.listing"), lambda row: row.sku, hint=lambda row: row.title, stretch=True),
        Column(t("prices_file.market"), lambda row: row.market, width=80),
        Column(t("products.import.before"), lambda row: money(row.present) or "–", number=True, width=120),
        Column(t("products.import.after"), lambda row: money(row.new), number=True, width=120),
        Column(t("prices_file.margin"), lambda row: money(row.margin_new) or "?", number=True, width=120),
    )


def _price_columns() -> tuple[Column, ...]:
    return (
        Column(t("imports.line"), lambda one: str(one.line), number=True, width=56),
        Column(t("prices_file.listing"), lambda one: one.sku, hint=lambda one: one.title, stretch=True),
        Column(t("prices_file.market"), lambda one: one.market, width=72),
        Column(t("products.import.before"), lambda one: money(one.old) or "–", number=True, width=100),
        Column(t("products.import.after"), lambda one: money(one.new), number=True, width=100),
        Column(t("prices_file.minimum"), lambda one: money(one.minimum), number=True, width=100),
        Column(t("prices_file.floor"), lambda one: money(one.floor) or "–", number=True, width=100),
        Column(t("prices_file.margin"), lambda one: money(one.margin) or "?", number=True, width=100),
    )


def _would(totals: Totals) -> list[str]:
    """What the rules would do to the prices, and to what is left over where there is stock."""
    said = [
        t(
            "rules_file.would",
            changes=totals.changes,
            raised=totals.raised,
            lowered=totals.lowered,
            none=totals.no_price,
        )
    ]
    if totals.margin_now.minor or totals.margin_new.minor:
        now, new = money(totals.margin_now), money(totals.margin_new)
        said.append(t("rules_file.would_leave", now=now, new=new))
    return said


def _rules_said(plan: RulesPlan) -> str:
    if plan.errors:
        return t("rules_file.errors")
    if not plan.changes:
        return t("rules_file.same")
    return t("rules_file.summary", added=plan.added, changed=plan.changed, gone=plan.gone)
