"""How products, their leaves and their proposals are said in the Catalogue, and the columns of its lists."""

from __future__ import annotations

from bmdesk.domain.categories import Trouble
from bmdesk.domain.proposals import State
from bmdesk.services.selling import proposals
from bmdesk.services.selling.categories import CategoryView
from bmdesk.services.selling.category_filling import Asked
from bmdesk.services.selling.category_view import Placed, Way
from bmdesk.services.selling.proposals import Proposed
from bmdesk.texts import render, t
from bmdesk.ui.models.columns import Column
from bmdesk.ui.palette import Tone
from bmdesk.ui.widgets.fitting import Fit
from bmdesk.ui.words import category_words

FIT = Fit(
    {"product": 200, "code": 120, "category": 90, "leaf": 170, "state": 150},
    gives_way=("category", "code"),
    stretches=("product",),
    grows={"code": 220, "leaf": 260, "state": 210},
)
_TONES = {
    State.ASKED: Tone.INFO,
    State.REVIEW: Tone.INFO,
    State.REFUSED: Tone.BAD,
    State.REJECTED: Tone.BAD,
    State.KNOWN: Tone.OK,
}


def product_columns() -> tuple[Column, ...]:
    """The list of products."""
    return (
        Column(
            t("products.product"), lambda p: p.product.title, hint=lambda p: p.product.title, stretch=True
        ),
        Column(
            t("products.field.model_code"),
            lambda p: p.product.model_code,
            hint=lambda p: p.product.model_code,
            width=120,
        ),
        Column(t("products.field.category"), lambda p: category_words(p.product.category), width=90),
        Column(
            t("catalogue_page.column_leaf"),
            leaf_words,
            tone=lambda p: Tone.NEUTRAL if p.way is Way.SUGGESTED else None,
            hint=lambda p: path_words(p.leaf),
            width=170,
        ),
        Column(
            t("products.state"),
            lambda p: state_words(p.proposal),
            pill=lambda p: state_tone(p.proposal),
            width=150,
        ),
    )


def leaf_words(one: Placed) -> str:
    """The leaf of a product; a suggested one is said to be so."""
    if one.leaf is None:
        return t("catalogue_page.no_leaf") if one.way is Way.NONE else t("catalogue_page.leaf_gone")
    if one.way is Way.SUGGESTED:
        return t("catalogue_page.suggested", leaf=one.leaf.row.name)
    return one.leaf.row.name


def path_words(leaf: CategoryView | None) -> str:
    """The leaf with the names above it; a level called like the one above it is not said twice."""
    if leaf is None:
        return ""
    names: list[str] = []
    for name in leaf.path:
        if not names or names[-1] != name:
            names.append(name)
    return " / ".join(names)


def state_words(one: Proposed) -> str:
    """Where a product stands: what it lacks counts while nothing was sent."""
    if one.state is State.DRAFT and one.lacks:
        return t("catalogue_page.missing", count=len(one.lacks))
    if one.state is State.DRAFT:
        return t("catalogue_page.ready")
    return render(proposals.state_text(one.state))


def state_tone(one: Proposed) -> Tone:
    """The tone of these words."""
    if one.state is State.DRAFT:
        return Tone.WARN if one.lacks else Tone.OK
    return _TONES[one.state]


def asked_columns() -> tuple[Column, ...]:
    """What a leaf asks, and the product's answers."""
    return (
        Column(t("catalogue_page.asked"), asked_words, hint=lambda a: a.attribute.field, stretch=True),
        Column(
            t("catalogue_page.ours"), lambda a: a.answer.ours or "–", hint=lambda a: a.answer.ours, width=130
        ),
        Column(
            t("catalogue_page.answer"),
            answer_words,
            pill=answer_tone,
            hint=lambda a: ", ".join(a.attribute.allowed[:60]),
            width=130,
        ),
    )


def asked_words(one: Asked) -> str:
    """The name of the attribute, with a sign where it must be answered."""
    return f"{one.attribute.name} *" if one.attribute.required else one.attribute.name


def answer_words(one: Asked) -> str:
    """What is sent, or why nothing can be."""
    match one.answer.trouble:
        case Trouble.MISSING:
            return t("catalogue_page.answer_missing")
        case None:
            return one.answer.theirs
        case Trouble.NOT_ALLOWED | Trouble.NOT_A_NUMBER | Trouble.TOO_LONG:
            return t("catalogue_page.answer_illegal")


def answer_tone(one: Asked) -> Tone | None:
    """Troubles stand out; what is fine is ordinary text."""
    if one.answer.trouble is None:
        return None
    return Tone.WARN if one.answer.trouble is Trouble.MISSING else Tone.BAD
