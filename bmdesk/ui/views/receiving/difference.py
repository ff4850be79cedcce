"""The list against the scans as a table for the supplier."""

from __future__ import annotations

from pathlib import Path

from bmdesk.services.goods.receiving import BatchState
from bmdesk.system.tabular import Cell, write_table
from bmdesk.texts import render, t


def write_difference(state: BatchState, file: Path) -> Path:
    """One line a unit: found, missing, unexpected, duplicate. Raises TableFormatUnknown, FileNotWritten."""
    rows: list[list[Cell]] = []
    for words, lines in (
        (t("batches.tab.missing"), state.missing),
        (t("batches.tab.found"), state.found),
        (t("batches.tab.duplicate"), state.duplicate),
    ):
        rows += [
            [
                words,
                line.line,
                line.identifier,
                line.model,
                line.grade,
                line.cost.amount if line.cost else None,
                line.cost.currency if line.cost else "",
                render(line.why) if line.why else "",
            ]
            for line in lines
        ]
    rows += [
        [t("batches.tab.unexpected"), None, unit.identifier, unit.title, "", None, "", ""]
        for unit in state.unexpected
    ]
    headers = (
        t("batches.column.state"),
        t("imports.line"),
        t("batches.column.identifier"),
        t("batches.column.model"),
        t("batches.column.grade"),
        t("batches.column.cost"),
        t("batches.currency"),
        t("batches.column.why"),
    )
    write_table(file, headers, rows)
    return file
