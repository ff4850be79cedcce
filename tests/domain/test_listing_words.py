"""What a SKU's words and a title name differently; and what only looks different."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bmdesk.domain.colours import Likeness, colours_in, likeness
from bmdesk.domain.listing_words import differences

PHONE = "iPhone 12 Pro 128GB - Gold - Unlocked"
M1 = "MacBook Air 13-inch (2020) - Apple M1 8-core and 7-core GPU - 8GB RAM - SSD 256GB - QWERTY - English"
INTEL = "MacBook Pro Retina 16-inch (2019) - Core i7 - 16GB SSD 512 QWERTY - English"
M2_PRO = "MacBook Pro 16-inch (2023) - Apple M2 Pro 12-core and 19-core GPU - 16GB RAM - SSD 1000GB - QWERTY"
WATCH = "Apple Watch Series 4 (2018) GPS + Cellular 44 mm - Aluminium Space Gray - Sport band Black"


@pytest.mark.parametrize(
    ("sku", "title"),
    [
        ("iP12Pro.128gb.gold.Vgood", PHONE),
        ("IP12-128-GLD-GOOD", "iPhone 12 128GB - Gold - Unlocked"),
        ("iP12P.128.or.bon", "iPhone 12 Pro 128 Go - Or - Débloqué"),
        ("iP7P.32GB.Black.Good", "iPhone 7 Plus 32GB - Black - Unlocked"),
        ("iP7.SILV.128GB", "iPhone 7 128GB - Silver - Unlocked"),
        ("iP13PM.1TB.Green.Good", "iPhone 13 Pro Max 1000GB - Alpine Green - Unlocked"),
        ("iP13.PM.1024GB.Green", "iPhone 13 Pro Max 1 To - Vert alpin - Débloqué"),
        ("iP13.Pink.128", "iPhone 13 128GB - Pink - Unlocked"),
        ("iPXS.MAX.Silver.256GB.Fair", "iPhone XS Max 256GB - Silver - Unlocked"),
        ("iPSE.SpaceGrey.32GB.Good", "iPhone SE (2016) 32GB - Space Gray - Unlocked"),
        ("iPhone.16.128.Black", "iPhone 16 128GB - Black - Unlocked"),
        ("IP13-128-BLK", "iPhone 13 128GB - Midnight - Unlocked"),
        ("iPhone14P.128GB.Black.Fair", "iPhone 14 Pro 128GB - Space Black - Unlocked"),
        ("iPXR.Coral.128GB.Mint", "iPhone XR 128GB - Coral - Unlocked"),
        ("iP11.PRO.MidnightGreen.512GB", "iPhone 11 Pro 512GB - Midnight Green - Unlocked"),
        ("ip12.128.gold", "iPhone 12 128GB - Dorado - Libre"),
        ("ip12.128.spacegrey", "iPhone 12 128 GB - Space Grau - Ohne Vertrag"),
        ("ip12.128.white", "iPhone 12 128 Go - Lumière stellaire - Débloqué"),
        ("S22.8GB.128GB.Green", "Galaxy S22 128GB - Green - Unlocked"),
        ("gs22.128gb.GRN.Vgood", "Samsung Galaxy S22 128GB - Green - Unlocked"),
        ("S21.5G.128GB", "Galaxy S21 5G 128GB - Gray - Unlocked"),
        ("Pixel.128.Black", "Google Pixel 6 128GB - Black - Unlocked"),
        ("Pixel6.128.Black", "Google Pixel 6 128GB - Black - Unlocked"),
        ("MBA.A2337.7C.8GB.256GB.Silver.Fair", M1),
        ("MBA13.M1.8.256.Grey", M1),
        ("MBA.256gb.Grey.Vgood", M1),
        ("MBA.M1A2337.8GB", M1),
        ("MBP.A2141.i7.5500M.16GB.512GB.Grey", INTEL),
        ("MBP16.2019.i7.16.512.4GB.Grey.Fair", INTEL),
        ("MBP.A2780.12C.19C.M2Pr.16GB.1TB.Grey", M2_PRO),
        (
            "MBP14.2442.32GB.2TB.Grey",
            "MacBook Pro 14-inch (2021) - Apple M1 Max 10-core - 32GB RAM - SSD 2000GB - QWERTY",
        ),
        ("S444mm.Cellular.spacegrey.vgood", WATCH),
        ("Watch.S4.44mm.black", WATCH),
        ("iPad.129.5th.1TB.Grey", 'iPad Pro 12.9" (2021) 5th gen 1000 GB - Wi-Fi - Space Gray'),
        ("iPadPro11.2ndGen.128gb.Grey", 'iPad Pro 11" (2020) 2nd gen 128 GB - Wi-Fi - Space Gray'),
        ("iPadPro11.256gb.wifi.good", 'iPad Pro 11" (2018) 1st gen 256 GB - Wi-Fi - Space Gray'),
        ("iPad9.64.4G.Grey", 'iPad 10.2" (2021) 9th gen 64 GB - Wi-Fi + 4G - Space Gray'),
        ("iPad.64.Grey", 'iPad 10.2" (2021) 9th gen 64 GB - Wi-Fi or Wi-Fi + 4G - Space Gray'),
        ("S21.5G.128.Black", "Galaxy S21 128GB - Black - Unlocked"),
        ("iPad.10.64.Blue", 'iPad 10.9" (2022) 10th gen 64 GB - Wi-Fi - Blue'),
        ("TEST.DELETE.ME3", M1),
        ("", PHONE),
        ("iP12.64GB", ""),
    ],
)
def test_what_is_the_same_device_in_other_words_says_nothing(sku: str, title: str) -> None:
    assert differences(sku, title) == ()


@pytest.mark.parametrize(
    ("sku", "title", "what"),
    [
        ("iP12Pro.256gb.gold", PHONE, "storage"),
        ("iP12Pro.512.gold", PHONE, "storage"),
        ("iP12Pro.128gb.silver", PHONE, "colour"),
        ("iP12.128gb.gold", PHONE, "model"),
        ("iP12ProMax.128gb.gold", PHONE, "model"),
        ("iP11Pro.128gb.gold", PHONE, "model"),
        ("ip12.128.rosegold", "iPhone 12 128GB - Gold - Unlocked", "colour"),
        ("ip12.128.blue", "iPhone 12 128 Go - Vert - Débloqué", "colour"),
        ("ip12.128.red", "iPhone 12 128 GB - Mitternacht - Ohne Vertrag", "colour"),
        ("iP11.128.MidnightGreen", "iPhone 11 128GB - Midnight - Unlocked", "colour"),
        ("iPX.Silver.64GB", "iPhone X 64GB - Space Gray - Unlocked", "colour"),
        ("GS22.128.Green", "Galaxy S21 128GB - Green - Unlocked", "model"),
        ("A52.128.Black", "Galaxy A53 128GB - Black - Unlocked", "model"),
        ("Pixel7.128.Black", "Google Pixel 6 128GB - Black - Unlocked", "model"),
        ("MBA.A2337.16GB.256GB.Silver", M1, "memory"),
        ("MBA13.M1.16.256.Grey", M1, "memory"),
        ("MBA.16GB.Grey", M1, "memory"),
        ("MBA.A2337.8GB.512GB.Silver", M1, "storage"),
        ("MBA.M2.8GB.256GB", M1, "processor"),
        ("MBA.A2337.10C.8GB.256GB", M1, "cores"),
        ("MBP.A2780.M2Max.16GB.1TB", M2_PRO, "processor"),
        ("MBP.i9.16GB.512GB", INTEL, "processor"),
        ("MBP.A2918.16GB.1TB", M2_PRO, "model"),
        ("MBA.A2337.16GB.1TB", M2_PRO, "model"),
        ("MBP13.16GB.512GB.i7", INTEL, "size"),
        ("MBP.2018.16GB.512GB.i7", INTEL, "year"),
        ("S440mm.Cellular.spacegrey", WATCH, "size"),
        ("Watch.S5.44mm", WATCH, "model"),
        ("iPad.8thGen.64.Grey", 'iPad 10.2" (2021) 9th gen 64 GB - Wi-Fi - Space Gray', "model"),
        ("iPad.64.4G.Grey", 'iPad 10.2" (2021) 9th gen 64 GB - Wi-Fi - Space Gray', "network"),
        ("iPad.64.WiFi.Grey", 'iPad 10.2" (2021) 9th gen 64 GB - Wi-Fi + 4G - Space Gray', "network"),
        ("Watch.S4.44mm.GPS", WATCH, "network"),
        ("iPadPro11.128gb", 'iPad Pro 12.9" (2020) 4th gen 128 GB - Wi-Fi - Space Gray', "size"),
        ("iPadAir.64gb", 'iPad mini 8.3" (2021) 64 GB - Wi-Fi - Pink', "model"),
    ],
)
def test_another_device_is_told_by_what_differs(sku: str, title: str, what: str) -> None:
    assert f"lint.part_{what}" in [one.what.code for one in differences(sku, title)]


def test_every_difference_is_named_with_both_sides() -> None:
    found = differences("MBA.A3113.M3.16GB.512GB.Grey", M1)

    assert [(one.what.code, one.sku, one.title) for one in found] == [
        ("lint.part_model", "A3113 (MacBook Air 13-inch M3 (2024))", "MacBook Air 13-inch (2020)"),
        ("lint.part_memory", "16 GB", "8 GB"),
        ("lint.part_storage", "512 GB", "256 GB"),
        ("lint.part_processor", "m3", "m1"),
    ]


def test_a_slip_in_the_sku_is_told_from_another_device() -> None:
    """The model number is the title's own: only the letters before it are wrong."""
    (family,) = differences("MBP13.A2337.256GB.Grey", M1)
    (near,) = differences("iPX.Black.64GB", "iPhone X 64GB - Space Gray - Unlocked")
    (far,) = differences("iPX.Gold.64GB", "iPhone X 64GB - Space Gray - Unlocked")
    assert (family.slight, near.slight, far.slight) == (True, True, False)


@pytest.mark.parametrize(
    ("ours", "theirs", "how"),
    [
        ("SpaceGrey", "Gris sidéral", Likeness.SAME),
        ("Midnight", "Black", Likeness.SAME),
        ("Starlight", "White", Likeness.SAME),
        ("Graphite", "Grey", Likeness.SAME),
        ("Or Rose", "Rose Gold", Likeness.SAME),
        ("RoseGold", "Roségold", Likeness.SAME),
        ("Weiß", "blanco", Likeness.SAME),
        ("Natural Titanium", "Titane naturel", Likeness.SAME),
        ("White", "Silver", Likeness.NEAR),
        ("Black", "Space Gray", Likeness.NEAR),
        ("Gold", "Rose Gold", Likeness.OTHER),
        ("Blue", "Green", Likeness.OTHER),
        ("Unlocked", "Green", Likeness.SAME),
    ],
)
def test_colours_agree_across_languages_and_brands(ours: str, theirs: str, how: Likeness) -> None:
    assert likeness(colours_in(ours), colours_in(theirs)) is how
    assert likeness(colours_in(theirs), colours_in(ours)) is how


def test_the_longest_name_counts() -> None:
    assert [one.word for one in colours_in("128GBMidnightGreen, SpaceGREY")] == [
        "Midnight Green",
        "Space GREY",
    ]


# ---------------------------------------------------------------- all fashions

MODELS = {
    "iPhone 12": "iP12",
    "iPhone 13 Pro Max": "iP13PM",
    "iPhone XS Max": "iPXS.MAX",
    "iPhone SE (2020)": "iPSE",
}
COLOURS = {"Black": "BLK", "Blue": "blu", "Rose Gold": "RoseGold", "Alpine Green": "Green", "Silver": "SILV"}
SIZES = {64: ("64GB", "64"), 256: ("256gb", "256"), 512: ("512 GB", "512"), 1000: ("1TB", "1024GB")}
GRADES = ("Vgood", "Mint", "GOOD", "Fair-NB", "Stallone", "")
PLANS = ("Unlocked", "Débloqué", "Ohne Vertrag")

phones = st.tuples(
    st.sampled_from(sorted(MODELS)), st.sampled_from(sorted(SIZES)), st.sampled_from(sorted(COLOURS))
)
fashions = st.tuples(st.permutations([0, 1]), st.sampled_from("._- "), st.booleans(), st.sampled_from(GRADES))


def sku_of(phone: tuple[str, int, str], fashion: tuple[list[int], str, bool, str]) -> str:
    order, mark, bare, grade = fashion
    words = [SIZES[phone[1]][bare], COLOURS[phone[2]]]
    return mark.join(word for word in (MODELS[phone[0]], *(words[n] for n in order), grade) if word)


def title_of(phone: tuple[str, int, str], plan: str) -> str:
    return f"{phone[0]} {phone[1]}GB - {phone[2]} - {plan}"


@given(phones, fashions, st.sampled_from(PLANS))
def test_in_whatever_fashion_a_sku_is_written_the_same_phone_is_the_same(
    phone: tuple[str, int, str], fashion: tuple[list[int], str, bool, str], plan: str
) -> None:
    assert differences(sku_of(phone, fashion), title_of(phone, plan)) == ()


@given(phones, phones, fashions, st.sampled_from(PLANS))
def test_and_another_phone_is_another_by_just_what_differs(
    ours: tuple[str, int, str],
    theirs: tuple[str, int, str],
    fashion: tuple[list[int], str, bool, str],
    plan: str,
) -> None:
    found = [one.what.code for one in differences(sku_of(ours, fashion), title_of(theirs, plan))]
    parts = ("lint.part_model", "lint.part_storage", "lint.part_colour")
    assert found == [part for part, a, b in zip(parts, ours, theirs, strict=True) if a != b]
