"""bmdesk: the grading bench and stock workstation of a refurbished-electronics seller."""

__version__ = "0.1.0"
