"""Who is the same person: proven, in doubt, or another; never guessed."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from bmdesk.domain.customers import Match, Person, address_key, keys, match

EVE = Person(
    "Ève",
    "Martin",
    street="1 rue A",
    postcode="75 001",
    city="Paris",
    country="FR",
    phone="+33 6 12 34 56 78",
)
MAILED = replace(EVE, email="Eve@Example.com")


def judged(one: Person, other: Person) -> Match:
    return match(keys(one), keys(other))


def test_case_accents_blanks_and_the_country_code_make_no_difference() -> None:
    again = Person("EVE", "MARTIN", postcode="75001", phone="06 12 34 56 78")
    assert judged(EVE, again) is Match.SAME
    assert judged(MAILED, Person(email=" eve@example.COM ")) is Match.SAME


def test_less_than_proof_is_a_doubt_and_another_home_is_another_person() -> None:
    assert judged(EVE, Person("Eve", "Martin", postcode="75001")) is Match.DOUBT
    assert judged(MAILED, replace(EVE, email="other@example.com")) is Match.DOUBT
    assert judged(EVE, Person("Eve", "Martin", postcode="69000", phone="0700000000")) is Match.OTHER
    assert judged(Person(), Person()) is Match.OTHER, "nothing known is nobody"


PEOPLE = st.builds(
    Person,
    st.sampled_from(("Eve", "Ève", "Bob", "")),
    st.sampled_from(("Martin", "")),
    postcode=st.sampled_from(("75001", "75 001", "69000", "")),
    phone=st.sampled_from(("0612345678", "+33 612345678", "")),
    email=st.sampled_from(("a@b.fr", "c@d.fr", "nonsense", "")),
)


@given(PEOPLE, PEOPLE)
def test_the_answer_does_not_depend_on_who_is_asked_first(one: Person, other: Person) -> None:
    assert judged(one, other) is judged(other, one)
    mine, theirs = keys(one), keys(other)
    if judged(one, other) is Match.SAME:
        assert (mine.email and mine.email == theirs.email) or (mine.proof and mine.proof == theirs.proof)


@given(PEOPLE)
def test_a_parcel_for_the_same_door_has_the_same_key(one: Person) -> None:
    louder = replace(one, first_name=one.first_name.upper(), postcode=one.postcode.lower())
    assert address_key(one) == address_key(louder)
