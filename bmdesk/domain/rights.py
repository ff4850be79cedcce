"""Who may do what: the rights of the four roles, and which of them ask for a PIN first.

Pure: it knows roles and rights by name, no people. What a right guards is said where it is asked for, in the services.
Working at the bench, receiving, picking and packing need no right: a badge is enough.
"""

from __future__ import annotations

from enum import StrEnum

from bmdesk.texts import Text, msg

ROLES = ("operator", "packer", "supervisor", "owner")


class Right(StrEnum):
    """Something that not everybody with a badge may do."""

    FIGURES = "figures"  # see revenue and what others do
    GONE = "gone"  # say that a unit has left the house without a parcel
    COST = "cost"  # correct what was paid for a unit
    LINKS = "links"  # say which listing sells which SKU
    MANAGEMENT = "management"  # hand listings over or back, pause them
    HAND_OVER_ALL = "hand_over_all"  # hand over every listing of an account at once
    CANCEL = "cancel"  # cancel or refund what a customer bought
    OVERRIDE = "override"  # let leave what the rules stop, where their word is enough
    ORDER_HANDLING = "order_handling"  # read orders only, handle them by hand, or by themselves
    QUEUE = "queue"  # set aside or cancel what waits to be sent
    PRICES = "prices"  # rules of prices, exchange rates
    SETTINGS = "settings"  # settings and policies of the company
    ACCOUNTS = "accounts"  # accounts at marketplaces
    ENVIRONMENT = "environment"  # sandbox or the real marketplace, and of which region
    TOKEN = "token"
    OPERATORS = "operators"  # people and their badges
    ROLES = "roles"  # what a person may do
    PERSONAL_DATA = "personal_data"  # export or erase what is known of a customer
    RESTORE = "restore"  # replace the store by a backup
    COMPANIES = "companies"  # add or rename companies


_SUPERVISOR = frozenset(
    {
        Right.FIGURES,
        Right.GONE,
        Right.LINKS,
        Right.MANAGEMENT,
        Right.HAND_OVER_ALL,
        Right.CANCEL,
        Right.OVERRIDE,
        Right.ORDER_HANDLING,
        Right.QUEUE,
        Right.PRICES,
        Right.SETTINGS,
    }
)
RIGHTS: dict[str, frozenset[Right]] = {
    "operator": frozenset(),
    "packer": frozenset(),
    "supervisor": _SUPERVISOR,
    "owner": frozenset(Right),
}

ASKS_PIN = frozenset(
    {
        Right.HAND_OVER_ALL,
        Right.ENVIRONMENT,
        Right.TOKEN,
        Right.ROLES,
        Right.PERSONAL_DATA,
        Right.RESTORE,
    }
)
"""What cannot be taken back, or opens the house to somebody else: a found badge must not be enough for it."""


def may(role: str, right: Right) -> bool:
    """Whether this role has the right; a role that nobody knows has none."""
    return right in RIGHTS.get(role, frozenset())


def who_may(right: Right) -> Text:
    """The roles that have it, in words."""
    return msg("right.needs_supervisor") if may("supervisor", right) else msg("right.needs_owner")


def right_text(right: Right) -> Text:
    """What the right is about, as the beginning of a sentence."""
    return Text(f"right.{right}")


def role_text(role: str) -> Text:
    """A role in words; nobody's is said so."""
    return Text(f"role.{role}") if role in ROLES else msg("role.none")
