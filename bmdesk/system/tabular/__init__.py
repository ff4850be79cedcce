"""Tables that people make in spreadsheets: read without trusting them, written without surprising them.

Knows rows, columns and files; what a column means is the business of whoever reads it. A table is either read
as it is or refused with its line and the reason: nothing is guessed, shifted or dropped in silence.
"""

from bmdesk.system.tabular.failures import (
    ColumnsMissing,
    TableFormatUnknown,
    TableTooLarge,
    TableUnreadable,
)
from bmdesk.system.tabular.reading import Row, read_table
from bmdesk.system.tabular.writing import Cell, write_table

__all__ = [
    "Cell",
    "ColumnsMissing",
    "Row",
    "TableFormatUnknown",
    "TableTooLarge",
    "TableUnreadable",
    "read_table",
    "write_table",
]
