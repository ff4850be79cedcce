"""Comments as templates with facts, warranty by market and category, ways to ship, and the least a listing needs."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bmdesk.domain.content import LONGEST_COMMENT
from bmdesk.domain.content_template import FACTS, BadTemplate, Template, literal
from bmdesk.domain.document import BadPolicy
from bmdesk.domain.gate import Level
from bmdesk.domain.listing_documents import read_content, read_listing_minimum, read_listing_shipping
from bmdesk.domain.listing_minimum import REQUIREMENTS, CategoryMinimum, MinimumPolicy, SkuFacts, missing
from bmdesk.domain.listing_shipping import SHIPPERS, Way, same
from bmdesk.system.paths import resources_dir
from bmdesk.texts import render

POLICIES = resources_dir() / "policies"
FOR_SALE = ("PREMIUM", "EXCELLENT", "GOOD", "FAIR")


def content(**members: Any) -> dict[str, Any]:
    return {"version": 1, "warranty_months": 12, "comments": {"*": {"GOOD": "fine"}}, **members}


def refused(reader: Any, body: object) -> tuple[str, str]:
    """Where it is wrong, and what is said."""
    with pytest.raises(BadPolicy) as caught:
        reader(body)
    return str(caught.value.params["place"]), render(caught.value.params["expected"])  # type: ignore[arg-type]


def test_every_grade_has_words_in_nine_languages_and_english_everywhere_else() -> None:
    policy = read_content(json.loads((POLICIES / "content.json").read_text("utf-8")))
    own = ("fr-fr", "de-at", "es-es", "it-it", "nl-nl", "pt-pt", "sv-se", "fi-fi")
    assert policy.months("en-gb", "phone") == 12
    for grade in FOR_SALE:
        found = {market: policy.template(grade, market) for market in (*own, "en-gb", "sk-sk", "tomorrow")}
        said = {market: one[0].render({}).text for market, one in found.items() if one is not None}
        assert len({said[market] for market in (*own, "en-gb")}) == 9
        assert said["sk-sk"] == said["tomorrow"] == said["en-gb"]
        assert all(0 < len(words) <= LONGEST_COMMENT for words in said.values())
    assert policy.template("NOT_FOR_SALE", "fr-fr") is None


def test_a_markets_own_words_go_before_those_of_its_language() -> None:
    comments = {"*": {"GOOD": "fine"}, "fr": {"GOOD": "bien"}, "fr-be": {"GOOD": "septante"}}
    policy = read_content(content(comments=comments))
    found = [policy.template("GOOD", market) for market in ("fr-be", "fr-fr", "en-ie")]
    assert [one and (one[0].render({}).text, one[1]) for one in found] == [
        ("septante", "fr-be"),
        ("bien", "fr"),
        ("fine", "*"),
    ]


def test_a_part_in_brackets_stands_only_where_its_facts_hold() -> None:
    template = Template.parse("Tested. [Battery at least {battery} %. ][{?new_battery}New battery. ]Erased.")
    assert template.render({"battery": "88"}).text == "Tested. Battery at least 88 %. Erased."
    bare = template.render({})
    assert (bare.text, bare.lacking, bare.left_out) == ("Tested. Erased.", (), ("battery", "new_battery"))
    assert template.render({"new_battery": "new battery"}).text == "Tested. New battery. Erased."


def test_a_fact_outside_of_brackets_must_hold() -> None:
    assert Template.parse("Battery {battery} %").render({}).lacking == ("battery",)


@pytest.mark.parametrize(
    "text", ["{batery}", "{", "a } b", "[open", "close]", "[a [b]]", "{}", "{?}", "{a{b}}"]
)
def test_a_template_that_cannot_be_read_is_refused_at_its_place(text: str) -> None:
    place, said = refused(read_content, content(comments={"*": {"GOOD": text}}))
    assert place == "comments.*.GOOD" and said


def test_an_unknown_fact_is_told_with_those_there_are() -> None:
    _, said = refused(read_content, content(comments={"*": {"GOOD": "Battery {batery} %"}}))
    assert "batery" in said and all(fact in said for fact in FACTS)


def test_words_that_cannot_fit_are_refused_with_their_number() -> None:
    read_content(content(comments={"*": {"GOOD": "x" * 500}}))
    place, said = refused(read_content, content(comments={"*": {"GOOD": "x" * 501 + "{battery}"}}))
    assert place == "comments.*.GOOD" and "501" in said and "500" in said


@given(st.text(max_size=60))
def test_any_words_can_be_said_by_writing_signs_twice(text: str) -> None:
    said = Template.parse(literal(text)).render({}).text
    assert "".join(said.split()) == "".join(text.split())


@given(st.text(alphabet="ab {}[]?battery", max_size=40))
def test_no_template_however_broken_is_a_crash(text: str) -> None:
    try:
        template = Template.parse(text)
    except BadTemplate:
        return
    assert set(template.facts) <= set(FACTS)


def test_the_markets_warranty_goes_before_its_languages_and_the_categorys_before_all_others() -> None:
    warranty = {"*": {"laptop": 18}, "de": {"*": 24, "phone": 36}, "de-at": {"*": 30}}
    policy = read_content(content(warranty=warranty))
    asked = [
        ("de-at", "phone"),
        ("de-de", "phone"),
        ("de-de", "audio"),
        ("fr-fr", "laptop"),
        ("fr-fr", "phone"),
    ]
    assert [policy.months(*one) for one in asked] == [30, 36, 24, 18, 12]


@pytest.mark.parametrize(
    ("member", "value", "place"),
    [
        ("warranty_months", 11, "warranty_months"),
        ("warranty", {"de": {"*": 6}}, "warranty.de.*"),
        ("warranty", {"Germany": {"*": 24}}, "warranty.Germany"),
        ("warranty", {"de": {"Phones!": 24}}, "warranty.de.Phones!"),
        ("automatic", "yes", "automatic"),
        ("words", {"german": {}}, "words.german"),
    ],
)
def test_a_mistake_in_the_texts_is_named_by_its_place(member: str, value: object, place: str) -> None:
    assert refused(read_content, content(**{member: value}))[0] == place


def test_less_than_a_year_of_warranty_is_refused_with_the_contracts_reason() -> None:
    _, said = refused(read_content, content(warranty_months=11))
    assert "11" in said and "12" in said and "Back Market" in said


# ---------------------------------------------------------------- ways to ship


def shipping(*ways: dict[str, Any], market: str = "fr-fr") -> dict[str, Any]:
    return {"version": 1, "markets": {market: list(ways)}}


UPS = {"shipper": "UPS", "price": "9.90", "delay_hours": 48}


def test_ways_to_ship_are_read_in_the_markets_currency() -> None:
    read = read_listing_shipping(shipping(UPS, {**UPS, "shipper": "DHL Express", "price": "0"}))
    assert read.of("fr-fr") == (Way("UPS", 990, 48), Way("DHL Express", 0, 48))
    assert read.of("de-de") == ()
    yen = read_listing_shipping(shipping({**UPS, "shipper": "Yamato", "price": "900"}, market="ja-jp"))
    assert yen.of("ja-jp")[0].words("JPY") == "Yamato 900 JPY 48 h"


@pytest.mark.parametrize(
    ("body", "place"),
    [
        (shipping({**UPS, "shipper": "Pigeon"}), "markets.fr-fr[0].shipper"),
        (shipping({**UPS, "price": "-1"}), "markets.fr-fr[0].price"),
        (shipping({**UPS, "price": "9.999"}), "markets.fr-fr[0].price"),
        (shipping({**UPS, "price": "9.50"}, market="ja-jp"), "markets.ja-jp[0].price"),
        (shipping({**UPS, "delay_hours": 0}), "markets.fr-fr[0].delay_hours"),
        (shipping(UPS, UPS), "markets.fr-fr"),
        (shipping(*({**UPS, "shipper": one} for one in SHIPPERS[:4])), "markets.fr-fr"),
        (shipping(UPS, market="fr"), "markets.fr"),
        (shipping({**UPS, "fee": 1}), "markets.fr-fr[0].fee"),
    ],
)
def test_a_way_that_the_marketplace_would_refuse_is_refused_here(body: object, place: str) -> None:
    assert refused(read_listing_shipping, body)[0] == place


def test_the_order_of_ways_is_the_marketplaces_business() -> None:
    one, two = Way("UPS", 990, 48), Way("DHL", 0, 24)
    assert same((one, two), (two, one)) and not same((one,), (one, two))


# ---------------------------------------------------------------- the least a listing needs


COMPLETE = SkuFacts("phone", "IP13", "uuid", "0194253404262", "Apple iPhone 13", True, {"fr-fr": 60}, 2, 3, 0)
ALL = MinimumPolicy(categories={"*": CategoryMinimum(dict.fromkeys(REQUIREMENTS, Level.REQUIRED), 5, 20, 2)})


def without(**facts: Any) -> SkuFacts:
    values = {name: getattr(COMPLETE, name) for name in SkuFacts.__slots__}
    return SkuFacts(**{**values, **facts})


def test_what_is_complete_lacks_nothing() -> None:
    assert missing(COMPLETE, ALL) == ()


@pytest.mark.parametrize(
    ("facts", "codes"),
    [
        ({"product_id": "", "ean": ""}, ["product", "ean"]),
        ({"ean": ""}, ["ean"]),
        ({"title": "IP"}, ["title"]),
        ({"has_new_price": False}, ["new_price"]),
        ({"comments": {"fr-fr": 60, "de-de": 19}}, ["comment"]),
        ({"photos": 1}, ["photos"]),
        ({"photos": 0, "units": 0}, []),
        ({"untested": 1}, ["test_record"]),
    ],
)
def test_each_thing_that_is_missing_is_named_with_what_clears_it(
    facts: dict[str, Any], codes: list[str]
) -> None:
    found = missing(without(**facts), ALL)
    assert [one.code for one in found] == codes
    for one in found:
        assert one.is_required and render(one.happened) and "IP13" in render(one.todo)


def test_a_category_has_its_own_levels_and_required_things_are_told_first() -> None:
    body = {
        "version": 3,
        "categories": {
            "*": {"levels": {"ean": "off"}},
            "phone": {"levels": {"ean": "warning", "photos": "required"}, "photos_fewest": 4},
        },
    }
    policy = read_listing_minimum(body)
    found = missing(without(ean=""), policy)
    assert [(one.code, one.level) for one in found] == [("photos", Level.REQUIRED), ("ean", Level.WARNING)]
    assert missing(without(ean="", category="audio"), policy) == ()


@pytest.mark.parametrize(
    ("categories", "place"),
    [
        ({"phone": {"levels": {}}}, "categories.*"),
        ({"*": {"levels": {"colour": "required"}}}, "categories.*.levels.colour"),
        ({"*": {"levels": {"ean": "maybe"}}}, "categories.*.levels.ean"),
        ({"*": {"levels": {}, "comment_shortest": 501}}, "categories.*.comment_shortest"),
        ({"*": {"levels": {}}, "Phones!": {"levels": {}}}, "categories.Phones!"),
    ],
)
def test_a_mistake_in_the_minimum_is_named_by_its_place(categories: object, place: str) -> None:
    assert refused(read_listing_minimum, {"version": 1, "categories": categories})[0] == place
