"""The label of a unit, read from the store: what stands on it, and printing it at this station."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from bmdesk.reports.labels import LabelSize, UnitLabel, print_labels, write_label_pdf
from bmdesk.services import settings
from bmdesk.services.desk import Desk
from bmdesk.store.engine import Connection
from bmdesk.store.queries import batches, people, units


def label_of(desk: Desk, unit_id: str) -> UnitLabel:
    """The words of this unit's label."""

    def work(connection: Connection) -> UnitLabel:
        row = units.unit(connection, unit_id)
        names = units.identifiers(connection, unit_id)
        return UnitLabel(
            identifier=names[0].value if names else "",
            sku=row.sku or row.model_code or "",
            title=row.title,
            grade=row.own_grade or row.grade,
            battery=row.battery_percent,
            batch=batches.batch(connection, row.batch_id)["code"] if row.batch_id else "",
            unit_id=row.id,
            company=people.company(connection, desk.company).name,
        )

    return desk.read(work)


def save_labels(desk: Desk, unit_ids: Sequence[str], path: Path, size: LabelSize | None = None) -> None:
    """A PDF with one page a unit; without a size, in that of the settings."""
    write_label_pdf([label_of(desk, unit_id) for unit_id in unit_ids], path, size or label_size(desk))


def send_labels(desk: Desk, unit_ids: Sequence[str], printer: str, size: LabelSize | None = None) -> None:
    """Print the labels on this system printer, "" for the default one. Raises PrinterUnavailable."""
    print_labels([label_of(desk, unit_id) for unit_id in unit_ids], printer, size or label_size(desk))


def label_size(desk: Desk) -> LabelSize:
    """The size that the settings name."""
    return LabelSize.parse(settings.get(desk, "label.size"))
