"""What a product says to the questions of its leaf, and answering one right there: the answer becomes a fact of the
product itself, under the name that answers the question.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from bmdesk.domain import categories as rules
from bmdesk.domain.categories import ALWAYS, Answer, LeafAttribute
from bmdesk.domain.rights import Right
from bmdesk.services import rights
from bmdesk.services.company import Saved
from bmdesk.services.desk import Actor, Desk
from bmdesk.services.goods import catalog
from bmdesk.services.goods.catalog import UnknownVariant
from bmdesk.services.selling import category_check
from bmdesk.services.selling.categories import OURS, NotAllowed, UnknownAttribute
from bmdesk.store.engine import Connection
from bmdesk.store.queries import categories
from bmdesk.store.queries.categories import ProductOfVariant
from bmdesk.texts import Failure

_COLUMNS = {"weight": "weight_g"}
_LONGEST_NAME = 40


class AnsweredForAll(Failure):
    """A person said one answer for every product of the leaf. Params: `attribute`, `answer`."""

    code = "categories.answered_for_all"


class NoLeaf(Failure):
    """The product belongs to no leaf yet. Params: `model_code`."""

    code = "categories.no_leaf_yet"


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of the leaf with the product's answer. `name`: under which of ours an answer would be kept."""

    answer: Answer
    name: str

    @property
    def attribute(self) -> LeafAttribute:
        return self.answer.attribute


def asked(desk: Desk, account_id: str, code: str) -> tuple[Asked, ...]:
    """Every question of the product's leaf, in its order; none where it has no leaf. Raises UnknownVariant."""
    return desk.read(lambda connection: _asked(connection, desk.company, account_id, code)[1])


def fill(desk: Desk, actor: Actor, account_id: str, code: str, field: str, value: str) -> Saved:
    """This is the product's answer to the attribute `field` of its leaf; empty: it has none.

    Raises UnknownVariant, NoLeaf, UnknownAttribute, NotAllowed, AnsweredForAll, BadVariant.
    """
    rights.require(desk, Right.LINKS, actor)
    product, questions = desk.read(lambda connection: _asked(connection, desk.company, account_id, code))
    if not questions:
        raise NoLeaf(model_code=product.model_code)
    one = next((each for each in questions if each.attribute.field == field), None)
    if one is None:
        known = ", ".join(each.attribute.field for each in questions)
        raise UnknownAttribute(given=field[:40], leaf=product.title, known=known)
    if one.name.startswith(ALWAYS):
        raise AnsweredForAll(attribute=one.attribute.name, answer=one.name[len(ALWAYS) :].strip())
    given = " ".join(value.split())
    if given and rules.fits(one.attribute, given) is not None:
        known = ", ".join(one.attribute.allowed[:40]) or one.attribute.kind.name.lower()
        raise NotAllowed(given=given[:40], attribute=one.attribute.name, known=known)
    form = catalog.form_of(catalog.variant(desk, product.variant_id))
    if one.name in OURS:
        own: dict[str, Any] = {_COLUMNS.get(one.name, one.name): given}
        form = replace(form, **own)
    else:
        others = [(name, said) for name, said in form.attributes if name != one.name]
        form = replace(form, attributes=(*others, *([(one.name, given)] if given else [])))
    return catalog.save_variant(desk, product.variant_id, form)


def _asked(
    connection: Connection, company: str, account_id: str, code: str
) -> tuple[ProductOfVariant, tuple[Asked, ...]]:
    found = categories.named(connection, company, [code])
    if not found:
        raise UnknownVariant(given=code[:40])
    known = category_check.known_of(connection, account_id)
    said = known.answers(found[0])
    if not said:
        return found[0], ()
    names = dict.fromkeys((*OURS, *sorted(categories.attribute_names(connection, company))), "")
    return found[0], tuple(Asked(one, _name(one, names)) for one in said)


def _name(said: Answer, names: dict[str, str]) -> str:
    """Where the answer is kept: what answers it already, else what is called so, else the attribute's own name."""
    found = said.source or rules.source_of(said.attribute, names)
    return found or said.attribute.field.lower()[:_LONGEST_NAME]
