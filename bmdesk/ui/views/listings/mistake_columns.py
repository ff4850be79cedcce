"""The columns of the lists of mistakes, and a mistake in full."""

from __future__ import annotations

from bmdesk.domain.listing_findings import Code, Severity, code_text, fix_text, severity_text
from bmdesk.services.selling.listing_lint import Seen
from bmdesk.texts import render, t
from bmdesk.ui.models.columns import Column
from bmdesk.ui.palette import Tone
from bmdesk.ui.views.listings.words import code_of
from bmdesk.ui.widgets.facts import broken
from bmdesk.ui.widgets.fitting import Fit
from bmdesk.ui.words import NOTHING, lately, moment

_LONGEST = 600

FIT = Fit(
    widths={"severity": 92, "code": 178, "sku": 170, "market": 70, "evidence": 280, "fix": 150},
    gives_way=("fix", "severity"),
    grows={"sku": 230, "code": 200, "fix": 190},
    stretches=("evidence",),
)
FIT_IGNORED = Fit(
    widths={"code": 178, "sku": 170, "market": 70, "by": 96, "at": 92, "why": 200, "evidence": 240},
    gives_way=("evidence", "at"),
    grows={"sku": 260, "code": 230},
    stretches=("why", "evidence"),
)

_LINKING = frozenset({Code.SKU_TITLE_MISMATCH, Code.SKU_GRADE_MISMATCH, Code.GRADE_UNITS_MISMATCH})


def severity_tone(severity: Severity) -> Tone:
    """Errors sell at a loss, what is not there, or nothing."""
    return Tone.BAD if severity is Severity.ERROR else Tone.WARN


def fix_words(one: Seen) -> str:
    """What would end it, in a few words."""
    finding = one.finding
    if finding.fix is not None:
        return render(fix_text(finding.fix))
    if finding.code in _LINKING:
        return t("mistakes.look_in_linking")
    return t("mistakes.look_at_it")


def full_words(one: Seen) -> str:
    """All that was found, and who lets it stand."""
    said = [broken(render(one.finding.evidence), _LONGEST)]
    if one.ignored is not None:
        who = one.ignored
        said.append(broken(t("mistakes.stands", who=who.by, at=moment(who.at), why=who.reason), _LONGEST))
    return "\n".join(said)


def columns() -> tuple[Column, ...]:
    """Of what is open. Each reads a Seen."""
    return (
        Column(
            t("lint.column_severity"),
            lambda r: render(severity_text(r.finding.severity)),
            pill=lambda r: severity_tone(r.finding.severity),
        ),
        _code(),
        *_where(),
        _evidence(),
        Column(t("lint.column_fix"), fix_words, hint=fix_words),
    )


def ignored_columns() -> tuple[Column, ...]:
    """Of what somebody lets stand. Each reads a Seen."""
    return (
        _code(),
        *_where(),
        Column(t("mistakes.column_by"), lambda r: r.ignored.by[:40] if r.ignored else NOTHING),
        Column(
            t("mistakes.column_at"),
            lambda r: lately(r.ignored.at) if r.ignored else NOTHING,
            hint=lambda r: moment(r.ignored.at) if r.ignored else "",
        ),
        Column(
            t("mistakes.column_why"),
            lambda r: r.ignored.reason[:200] if r.ignored else "",
            hint=lambda r: r.ignored.reason if r.ignored else "",
            stretch=True,
        ),
        _evidence(),
    )


def _code() -> Column:
    return Column(
        t("lint.column_code"),
        lambda r: render(code_text(r.finding.code)),
        tone=lambda r: Tone.BAD if r.finding.severity is Severity.ERROR else None,
        hint=lambda r: str(r.finding.code.value),
    )


def _where() -> tuple[Column, ...]:
    return (
        Column(
            t("listings_page.column_sku"),
            lambda r: r.finding.sku[:200],
            hint=lambda r: f"{r.finding.sku}\n{r.listing.title}"[:600],
        ),
        Column(
            t("listings_page.column_market"),
            lambda r: code_of(r.finding.market) if r.finding.market else t("mistakes.every_market"),
            hint=lambda r: r.finding.market,
        ),
    )


def _evidence() -> Column:
    return Column(
        t("lint.column_evidence"),
        lambda r: render(r.finding.evidence)[:300],
        hint=lambda r: render(r.finding.evidence)[:1000],
        stretch=True,
    )
