"""What stands on the labels of units, bins, orders, badges and cards, read from the store; and by which template."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from bmdesk.domain.cards import PutAway, card_text
from bmdesk.domain.label_template import Label, LabelSize, Template
from bmdesk.reports.label_plan import standard
from bmdesk.reports.labels import write_label_pdf
from bmdesk.reports.standard_cards import PrintedCard
from bmdesk.services import label_templates, settings
from bmdesk.services.desk import Desk
from bmdesk.services.goods.units import show_unit
from bmdesk.services.orders import order_detail, order_view
from bmdesk.store.engine import Connection
from bmdesk.store.queries import batches, people, units
from bmdesk.texts import Failure, Text, msg, render, t


class NothingOfThatName(Failure):
    """A label was asked for of something that is not there. Params: `kind` (a Text), `given`."""

    code = "label.nothing_of_that_name"


def label_of(desk: Desk, unit_id: str) -> Label:
    """The words of this unit's label."""

    def work(connection: Connection) -> Label:
        row = units.unit(connection, unit_id)
        names = units.identifiers(connection, unit_id)
        batch = batches.batch(connection, row.batch_id)["code"] if row.batch_id else ""
        company = people.company(connection, desk.company).name
        percent = row.battery_percent
        return Label(
            "unit",
            {
                # A unit without any identifier carries its own number.
                "scan": names[0].value if names else row.id,
                "title": row.title,
                "grade": row.own_grade or row.grade,
                "battery": t("label.battery", percent=percent) if percent is not None else "",
                "sku": row.sku or row.model_code or "",
                "batch": batch,
                "company": company,
                "origin": " \u00b7 ".join(part for part in (batch, company) if part),
                "unit_id": row.id,
            },
        )

    return desk.read(work)


def bin_label(desk: Desk, place: str) -> Label:
    """The label of a place, `WAREHOUSE/BIN`. Raises NothingOfThatName."""
    warehouse, _, bin_ = place.upper().strip().partition("/")

    def work(connection: Connection) -> Label:
        if people.find_location(connection, desk.company, warehouse, bin_) is None:
            raise NothingOfThatName(kind=msg("label.kind.bin"), given=place[:60])
        company = people.company(connection, desk.company).name
        scan = card_text(PutAway(warehouse, bin_))
        return Label("bin", {"scan": scan, "warehouse": warehouse, "bin": bin_, "company": company})

    return desk.read(work)


def badge_label(desk: Desk, code: str) -> Label:
    """The badge of an operator. Raises NothingOfThatName."""

    def work(connection: Connection) -> Label:
        person = people.operator_by_code(connection, desk.company, code.upper().strip())
        if person is None:
            raise NothingOfThatName(kind=msg("label.kind.badge"), given=code[:60])
        return Label(
            "badge",
            {
                "scan": f"BMD:OP:{person.code}",
                "name": person.name,
                "code": person.code,
                "role": render(msg(f"role.{person.role}")),
                "company": people.company(connection, desk.company).name,
            },
        )

    return desk.read(work)


def order_label(desk: Desk, number: str) -> Label:
    """The label of an order by its number: what goes with it from the shelf to the packing place, no customer's name.

    Raises what order_view.find raises.
    """
    order = order_detail.detail(desk, order_view.find(desk, number))
    row = order.row
    policies = desk.read(desk.policies)
    day = desk.today(policies, row.ship_by) if row.ship_by else None
    return Label(
        "order",
        {
            "scan": str(row.number),
            "market": row.market,
            "pieces": t("label.pieces", count=row.pieces),
            "ship_by": t("label.ship_by", day=day) if day else "",
            "carrier": order.shipper,
            "company": settings.get(desk, "company.name"),
        },
    )


def card_label(desk: Desk, card: str) -> Label:
    """One command card by its text, `BMD:DONE`. Raises NothingOfThatName."""
    from bmdesk.reports.company_cards import company_cards

    found = next((one for one in company_cards(desk) if one.text == card.upper().strip()), None)
    if found is None:
        raise NothingOfThatName(kind=msg("label.kind.card"), given=card[:60])
    return label_of_card(found)


def label_of_card(card: PrintedCard) -> Label:
    """The words of a card's label."""
    words = [render(one) if isinstance(one, Text) else one for one in (card.title, card.group)]
    return Label("card", {"scan": card.text, "title": words[0], "group": words[1]})


READERS: Mapping[str, Callable[[Desk, str], Label]] = {
    "unit": label_of,
    "bin": bin_label,
    "order": order_label,
    "badge": badge_label,
    "card": card_label,
}


def known_as(desk: Desk, kind: str, given: Sequence[str]) -> list[str]:
    """What `labels_of` takes for what people write: units by id or identifier become ids. Raises UnknownUnit."""
    return [show_unit(desk, one).id for one in given] if kind == "unit" else list(given)


def labels_of(desk: Desk, kind: str, names: Sequence[str]) -> list[Label]:
    """The labels of these things, in their order. Of units the names are ids. Raises NothingOfThatName."""
    return [READERS[kind](desk, name) for name in names]


def template_of(desk: Desk, kind: str) -> Template:
    """The company's own template of this kind, else the one that comes with bmdesk."""
    return label_templates.own(desk, kind) or standard(kind)


def label_size(desk: Desk, template: Template) -> LabelSize:
    """How large labels of this template are: of units as the settings say, of others as the template says."""
    return LabelSize.parse(settings.get(desk, "label.size")) if template.kind == "unit" else template.size


def save_labels(
    desk: Desk, kind: str, names: Sequence[str], path: Path, size: LabelSize | None = None
) -> None:
    """A PDF with one page a label. Raises NothingOfThatName, NoLabels, NothingToScan, FileNotWritten."""
    template = template_of(desk, kind)
    write_label_pdf(labels_of(desk, kind, names), path, template, size or label_size(desk, template))
