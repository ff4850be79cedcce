"""What changed of a product in Odoo is followed by what both sides had; what both changed is shown and left alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bmdesk.services import settings
from bmdesk.services.desk import Desk
from bmdesk.services.odoo import left_aside, odoo_account
from bmdesk.services.odoo.taken import Came, Taker
from bmdesk.services.odoo.takeover.found_there import ProductFound
from bmdesk.services.odoo.units import products_changed
from bmdesk.services.odoo.units.diverged import Both
from bmdesk.services.odoo.units.products_in import take_product
from bmdesk.services.odoo.units.units_there import PRODUCT
from bmdesk.store.kept import failure_of
from bmdesk.store.queries import catalogue, odoo, orders
from bmdesk.store.queries.catalogue import VariantRow
from bmdesk.texts import render
from tests.markets import OWNER

EAN, OTHER_EAN, THIRD_EAN = "4006381333931", "5901234123457", "9780201379624"
FOUND = ProductFound(71, "Apple iPhone 11 64GB", "A2111", EAN, "Phones")


class AtOdoo:
    """What readings of the company's Odoo see."""

    def __init__(self, desk: Desk) -> None:
        settings.put(desk, "odoo.url", "https://odoo.example.com")
        account = desk.read(lambda c: odoo_account.of(c, desk.company))
        assert account is not None
        self.desk, self.account = desk, account.id

    def sees(self, found: ProductFound) -> Came:
        taker = Taker(self.desk, self.account)
        return self.desk.write(lambda tx: products_changed.take(tx, taker, found))

    def here(self, found: ProductFound = FOUND) -> VariantRow:
        """The variant that this product is."""

        def work(connection):  # type: ignore[no-untyped-def]
            record = odoo.by_remote(connection, self.account, PRODUCT, [found.id])[found.id]
            return catalogue.variant(connection, record.local_id)

        row = self.desk.read(work)
        assert isinstance(row, VariantRow)
        return row

    def changed_here(self, **values: str) -> None:
        """Somebody changed it in Products: a draft no more."""
        row = self.here()
        code = values.pop("model_code", row.model_code)
        self.desk.write(lambda tx: catalogue.save_variant(tx, row.id, model_code=code, **values, draft=False))

    def asked(self) -> list[str]:
        rows = self.desk.read(lambda c: orders.quarantined(c, [self.account]))
        problems = [failure_of(row["reason"]) for row in rows if row["kind"] == PRODUCT]
        return [render(one.happened) for one in problems if one is not None]


@pytest.fixture
def there(desk: Desk) -> AtOdoo:
    made = AtOdoo(desk)
    assert made.sees(FOUND) is Came.TAKEN
    return made


def test_a_new_product_becomes_a_draft_once(there: AtOdoo) -> None:
    row = there.here()
    assert (row.model_code, row.ean, row.brand, row.draft) == ("A2111", EAN, "Apple", True)
    assert there.sees(FOUND) is Came.NOTHING


def test_what_only_odoo_changed_is_taken_over(there: AtOdoo) -> None:
    there.changed_here()
    assert there.sees(replace(FOUND, code="A2221", barcode=OTHER_EAN)) is Came.TAKEN
    assert (there.here().model_code, there.here().ean) == ("A2221", OTHER_EAN)
    assert there.sees(replace(FOUND, code="A2221", barcode=OTHER_EAN)) is Came.NOTHING


def test_a_barcode_that_was_taken_away_there_is_free_for_another(there: AtOdoo) -> None:
    there.changed_here()
    assert there.sees(replace(FOUND, barcode="")) is Came.TAKEN
    assert there.here().ean == ""
    other = ProductFound(72, "Apple iPhone 12 64GB", "A2403", EAN, "Phones")
    assert there.sees(other) is Came.TAKEN
    there.changed_here(ean=THIRD_EAN)
    assert there.sees(replace(FOUND, barcode="")) is Came.NOTHING
    assert there.here().ean == THIRD_EAN, "what is here now never was there"


def test_a_name_makes_the_words_of_a_draft_and_of_no_other(there: AtOdoo) -> None:
    renamed = replace(FOUND, name="Apple iPhone 11 128GB")
    assert there.sees(renamed) is Came.TAKEN
    assert there.here().storage == "128 GB"
    there.changed_here()
    assert there.sees(replace(FOUND, name="Used telephone")) is Came.NOTHING
    assert there.here().model == "iPhone 11"


def test_what_both_changed_is_shown_with_both_and_stays(there: AtOdoo) -> None:
    there.changed_here(model_code="MINE", ean=THIRD_EAN)
    theirs = replace(FOUND, code="THEIRS", barcode=OTHER_EAN)
    assert there.sees(theirs) is Came.SHOWN
    assert there.sees(theirs) is Came.NOTHING, "it is told once"
    assert (there.here().model_code, there.here().ean) == ("MINE", THIRD_EAN)
    (said,) = there.asked()
    assert THIRD_EAN in said and OTHER_EAN in said
    assert there.desk.read(lambda c: products_changed.to_see(c, there.account)) == [71]

    there.changed_here(model_code="THEIRS", ean=OTHER_EAN)
    assert there.sees(theirs) is Came.NOTHING
    assert there.asked() == []
    assert there.sees(replace(theirs, code="LATER")) is Came.TAKEN


def test_what_only_we_changed_stays(there: AtOdoo) -> None:
    there.changed_here(ean=OTHER_EAN, model_code="MINE")
    assert there.sees(replace(FOUND, name="Anything")) is Came.NOTHING
    assert (there.here().model_code, there.here().ean) == ("MINE", OTHER_EAN)


def test_a_barcode_or_a_code_of_another_product_is_asked_about(there: AtOdoo) -> None:
    other = ProductFound(72, "Apple iPhone 12 64GB", "A2403", OTHER_EAN, "Phones")
    there.sees(other)
    assert there.sees(replace(FOUND, barcode=OTHER_EAN)) is Came.SHOWN
    assert "A2403" in there.asked()[0]
    assert there.sees(replace(FOUND, code="A2403")) is Came.SHOWN
    assert "iPhone 12" in there.asked()[0]
    assert there.here().ean == EAN and there.here().model_code == "A2111"
    there.desk.write(lambda tx: products_changed.gone(tx, there.account, [71]))
    assert there.asked() == []


def test_what_was_never_agreed_is_agreed_as_it_stands_and_only_an_empty_barcode_is_filled_in(
    there: AtOdoo,
) -> None:
    there.changed_here(ean="")
    row = there.here()
    there.desk.write(lambda tx: odoo.agree(tx, there.account, PRODUCT, row.id, 71, None))
    assert there.sees(replace(FOUND, code="ANOTHER", barcode=OTHER_EAN)) is Came.TAKEN
    assert (there.here().model_code, there.here().ean) == ("A2111", OTHER_EAN)
    assert there.sees(replace(FOUND, code="LATER", barcode=OTHER_EAN)) is Came.SHOWN, "it was another before"


def test_a_first_import_agrees_on_what_it_found(there: AtOdoo) -> None:
    new = ProductFound(73, "Apple iPhone 13 64GB", "A2633", OTHER_EAN, "Phones")
    there.desk.write(lambda tx: take_product(tx, there.account, new, make=True))
    assert there.sees(replace(new, barcode=THIRD_EAN)) is Came.TAKEN
    assert there.here(new).ean == THIRD_EAN


# ---------------------------------------------------------------- a person decides


def both_changed(there: AtOdoo) -> ProductFound:
    there.changed_here(ean=THIRD_EAN, model_code="IP11-64")
    theirs = replace(FOUND, barcode=OTHER_EAN, code="A2221")
    assert there.sees(theirs) is Came.SHOWN
    return theirs


def test_a_person_says_that_odoos_counts(there: AtOdoo) -> None:
    theirs = both_changed(there)
    (one,) = left_aside.listed(there.desk)
    assert one.fields == (Both("barcode", THIRD_EAN, OTHER_EAN), Both("code", "IP11-64", "A2221"))
    assert left_aside.decide(there.desk, OWNER, [one], theirs=True).done == 1
    assert (there.here().ean, there.here().model_code) == (OTHER_EAN, "A2221")
    assert left_aside.listed(there.desk) == ()
    assert there.sees(theirs) is Came.NOTHING


def test_a_person_leaves_each_side_its_own_until_it_changes_there(there: AtOdoo) -> None:
    theirs = both_changed(there)
    (one,) = left_aside.listed(there.desk)
    assert left_aside.decide(there.desk, OWNER, [one], theirs=False).done == 1
    assert (there.here().ean, there.here().model_code) == (THIRD_EAN, "IP11-64")
    assert there.sees(theirs) is Came.NOTHING and left_aside.listed(there.desk) == ()
    assert there.sees(replace(theirs, barcode=EAN)) is Came.SHOWN


def test_what_changed_since_a_person_saw_it_is_not_decided(there: AtOdoo) -> None:
    both_changed(there)
    (seen,) = left_aside.listed(there.desk)
    there.sees(replace(FOUND, barcode=OTHER_EAN, code="A2222"))
    told = left_aside.decide(there.desk, OWNER, [seen], theirs=True)
    assert (told.done, [one.code for one in told.refused]) == (0, ["odoo.aside.changed_since"])
    assert there.here().model_code == "IP11-64"


def test_what_another_model_has_is_not_taken_over_whoever_says_so(there: AtOdoo) -> None:
    there.sees(ProductFound(72, "Apple iPhone 12 64GB", "A2403", OTHER_EAN, "Phones"))
    both_changed(there)
    (one,) = left_aside.listed(there.desk)
    told = left_aside.decide(there.desk, OWNER, [one], theirs=True)
    assert [no.code for no in told.refused] == ["odoo.aside.impossible"]
    assert "A2403" in render(told.refused[0].happened)
    assert (there.here().ean, there.here().model_code) == (THIRD_EAN, "IP11-64"), "all or none"
    assert left_aside.decide(there.desk, OWNER, [one], theirs=False).done == 1


def test_of_what_only_must_be_put_right_nothing_is_chosen(there: AtOdoo) -> None:
    there.sees(ProductFound(73, "Twin", "TWIN", "", "Phones", namesakes=2))
    (one,) = left_aside.listed(there.desk)
    assert one.fields == ()
    told = left_aside.decide(there.desk, OWNER, [one], theirs=False)
    assert [no.code for no in told.refused] == ["odoo.aside.nothing_to_choose"]
    with pytest.raises(left_aside.NotAside):
        left_aside.find(there.desk, "product:99")
