"""Who a customer is: the same person across orders and markets, as far as the data proves it.

Pure. An e-mail address names one person; without one, name, postcode and telephone together do. Anything less is a
doubt, and a person is asked: two customers are never made one by guessing.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Person:
    """What an order says of its customer; any text may be empty. `country` two letters, upper case."""

    first_name: str = ""
    last_name: str = ""
    company: str = ""
    street: str = ""
    street2: str = ""
    postcode: str = ""
    city: str = ""
    country: str = ""
    phone: str = ""
    email: str = ""

    @property
    def name(self) -> str:
        """The name as it is written on a parcel."""
        return f"{self.first_name} {self.last_name}".strip() or self.company

    @property
    def is_empty(self) -> bool:
        """Whether nothing names anybody."""
        return not (self.name or self.email or self.phone)


@dataclass(frozen=True, slots=True)
class Keys:
    """Under these a person is looked for; each empty where the data says nothing."""

    email: str
    name: str
    postcode: str
    phone: str

    @property
    def proof(self) -> str:
        """Name, postcode and telephone as one key; empty unless all three are known."""
        return (
            f"{self.name}|{self.postcode}|{self.phone}" if self.name and self.postcode and self.phone else ""
        )


class Match(StrEnum):
    """What the data says of two records."""

    SAME = "same"
    DOUBT = "doubt"
    OTHER = "other"


def keys(person: Person) -> Keys:
    """The keys of a person: case, accents, blanks and the country code of a telephone make no difference."""
    email = person.email.strip().casefold()
    return Keys(
        email=email if _EMAIL.fullmatch(email) else "",
        name=_plain(person.name),
        postcode=_NO_POSTCODE.sub("", person.postcode.upper()),
        # National and international ways to write a number share their last nine digits.
        phone=digits[-9:] if len(digits := _NO_DIGIT.sub("", person.phone)) >= 7 else "",
    )


def same_name(one: Person, other: Person) -> bool:
    """Whether both are called alike; case and accents make no difference."""
    return one.name == other.name or _plain(one.name) == _plain(other.name)


def match(one: Keys, other: Keys) -> Match:
    """Whether these are one person. Different e-mails with one name at one postcode are a doubt, and so are one name at
    one postcode without a telephone to prove it.
    """
    if one.email and one.email == other.email:
        return Match.SAME
    apart = bool(one.email and other.email)
    if one.proof and one.proof == other.proof:
        return Match.DOUBT if apart else Match.SAME
    same_home = bool(one.name and one.postcode) and (one.name, one.postcode) == (other.name, other.postcode)
    same_phone = bool(one.name and one.phone) and (one.name, one.phone) == (other.name, other.phone)
    return Match.DOUBT if same_home or same_phone else Match.OTHER


def address_key(person: Person) -> str:
    """Under this two parcels go to one address: whose name, and where."""
    parts: Sequence[str] = (person.name, person.street, person.postcode, person.city, person.country)
    return "|".join(_plain(part) for part in parts)


def same_door(one: Person, other: Person) -> bool:
    """Whether a label for the one also finds the other: case, accents and punctuation make no difference."""
    mine, theirs = (
        (p.name, p.company, p.street, p.street2, p.postcode, p.city, p.country) for p in (one, other)
    )
    return [_plain(part) for part in mine] == [_plain(part) for part in theirs]


def _plain(text: str) -> str:
    folded = text.casefold()
    if not folded.isascii():
        folded = "".join(c for c in unicodedata.normalize("NFKD", folded) if not unicodedata.combining(c))
    return " ".join(_NO_WORD.sub(" ", folded).split())


_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_NO_POSTCODE = re.compile(r"[^A-Z0-9]")
_NO_DIGIT = re.compile(r"\D")
_NO_WORD = re.compile(r"[^\w]+")
