"""Customers who do not exist: names, addresses and telephones as each country writes them, the same for the same seed.

Some buy again with the same e-mail address; of some there are two with one name at one door; some have moved. The
telephones are of the ranges kept for films, or end in zeros; the e-mail addresses are of example domains.
"""

from __future__ import annotations

import random
import unicodedata
from dataclasses import dataclass, fields, replace

from bmdesk.simulator.countries import COUNTRIES, ELSEWHERE, SPOKEN
from bmdesk.simulator.markets import country_of


@dataclass(frozen=True, slots=True)
class Customer:
    number: int
    first_name: str
    last_name: str
    street: str
    postcode: str
    city: str
    country: str
    phone: str
    email: str
    street2: str = ""
    company: str = ""
    first_name_pronunciation: str | None = None
    last_name_pronunciation: str | None = None


_COMPANIES = ("Studio Nord", "Atelier & Co", "Example Consulting Ltd")
_MAILS = ("mail.example", "post.example", "example.com", "example.org")


class Customers:
    """Everybody who ever bought, by number; who buys next is decided by the seed alone."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(f"customers of {seed}")
        self._known: list[Customer] = []
        self._of_country: dict[str, list[int]] = {}

    def buys(self, market: str) -> Customer:
        """Who places the next order in this market: of six, one is known already; of twelve, one looks like another."""
        country = country_of(market)
        neighbours = self._of_country.get(country, [])
        luck = self._random.random()
        if not neighbours or luck >= 1 / 4:
            return self._new(country)
        one = self._known[self._random.choice(neighbours) - 1]
        if luck < 1 / 6:
            return self._again(one)
        return self._add(replace(one, email=self._mail(one.first_name, one.last_name)))

    def chosen(self, market: str, wanted: object) -> Customer:
        """The customer whom a story wants: a number of somebody known, or fields that replace those of a new one.

        ValueError where there is no such number or field.
        """
        if wanted is None:
            return self.buys(market)
        if isinstance(wanted, dict):
            if unknown := set(wanted) - {field.name for field in fields(Customer)} | {"number"} & set(wanted):
                raise ValueError(f"a customer has no {', '.join(sorted(unknown))}")
            made = self._new(country_of(market))
            self._known[made.number - 1] = replace(made, **wanted)
            return self._known[made.number - 1]
        number = int(str(wanted))
        if not 1 <= number <= len(self._known):
            raise ValueError(f"no customer {number}")
        return self._known[number - 1]

    def _again(self, one: Customer) -> Customer:
        """The same person; of four, one has moved meanwhile, and keeps e-mail and telephone."""
        if self._random.random() >= 1 / 4:
            return one
        home = self._home(one.country)
        return replace(one, street=home[0], postcode=home[1], city=home[2], street2="")

    def _new(self, country: str) -> Customer:
        source = COUNTRIES.get(country, ELSEWHERE)
        first = self._random.choice(source.first.split("|"))
        last = self._random.choice(source.last.split("|"))
        street, postcode, city = self._home(country)
        made = Customer(
            number=0,
            first_name=first,
            last_name=last,
            street=street,
            postcode=postcode,
            city=city,
            country=country,
            phone=self._filled(source.phone),
            email=self._mail(first, last),
            street2=f"Apt {self._random.randint(1, 40)}" if self._random.random() < 0.2 else "",
            company=self._random.choice(_COMPANIES) if self._random.random() < 0.1 else "",
            first_name_pronunciation=SPOKEN.get(first),
            last_name_pronunciation=SPOKEN.get(last),
        )
        return self._add(made)

    def _add(self, one: Customer) -> Customer:
        """Somebody new, with a number of their own."""
        made = replace(one, number=len(self._known) + 1)
        self._known.append(made)
        self._of_country.setdefault(made.country, []).append(made.number)
        return made

    def _home(self, country: str) -> tuple[str, str, str]:
        source = COUNTRIES.get(country, ELSEWHERE)
        street = self._random.choice(source.streets.split("|")).format(self._random.randint(1, 180))
        postcode, _, city = self._random.choice(source.towns.split("|")).partition("=")
        return street, self._filled(postcode), city

    def _mail(self, first: str, last: str) -> str:
        plain = unicodedata.normalize("NFKD", f"{first}.{last}").encode("ascii", "ignore").decode().lower()
        name = "".join(each for each in plain if each.isalnum() or each == ".").strip(".") or "customer"
        return f"{name}{self._random.randint(1, 9999)}@{self._random.choice(_MAILS)}"

    def _filled(self, pattern: str) -> str:
        return "".join(
            str(self._random.randint(0, 9))
            if each == "#"
            else self._random.choice("ABCDEFGHJKLMNPRSTVWXYZ")
            if each == "@"
            else each
            for each in pattern
        )
