"""One table of what differs, for all three versions; and no other version is spoken to by guessing."""

from __future__ import annotations

from typing import Any

import pytest

from bmdesk.connectors.odoo.failures import VersionUnsupported
from bmdesk.connectors.odoo.versions import DIALECTS, Dialect, ServerVersion, dialect_of
from bmdesk.texts import render


def version(text: str, *info: object) -> ServerVersion:
    return ServerVersion.read({"server_version": text, "server_version_info": list(info)})


def dialect(major: int) -> Dialect:
    return dialect_of(version(f"{major}.0", major, 0, 0, "final", 0, ""))


# The verified differences once more, side by side, as they were found on running servers.
TABLE: dict[str, tuple[object, object, object]] = {
    "storable": (
        {"detailed_type": "product"},
        {"type": "consu", "is_storable": True},
        {"type": "consu", "is_storable": True},
    ),
    "service": (
        {"detailed_type": "service", "invoice_policy": "order"},
        {"type": "service", "invoice_policy": "order"},
        {"type": "service", "invoice_policy": "order"},
    ),
    "tax_field": ("tax_id", "tax_id", "tax_ids"),
    "groups_field": ("groups_id", "groups_id", "group_ids"),
    "names_moves": (True, True, False),
    "return_method": ("create_returns", "action_create_returns", "action_create_returns"),
    "return_quantity": (1, 0, 0),
    "cancel_context": ({"disable_cancel_warning": True}, {"disable_cancel_warning": True}, {}),
    "validates_twice": (False, True, True),
    "posts_lists": (False, False, True),
    "partner_mobile": (True, True, False),
    "account_companies": ("company_id", "company_ids", "company_ids"),
    "account_is_live": (("deprecated", "=", False), ("deprecated", "=", False), ("active", "=", True)),
    "payment_memo": ("ref", "memo", "memo"),
    "payment_done": ("posted", "paid", "paid"),
    "key_expiry": ("", "expiration_date", "expiration_date"),
    "sms_switch": ("stock_move_sms_validation", "stock_move_sms_validation", "stock_text_confirmation"),
    "send_window": ("account.move.send", "account.move.send.wizard", "account.move.send.wizard"),
    "tax_map": ("account.fiscal.position.tax", "account.fiscal.position.tax", ""),
    "empty_position_takes_taxes": (False, False, True),
    "asks_access": ("check_access_rights", "has_access", "has_access"),
}


@pytest.mark.parametrize(("column", "major"), [(0, 17), (1, 18), (2, 19)])
def test_each_version_is_spoken_to_in_its_own_way(column: int, major: int) -> None:
    spoken = dialect(major)

    assert {name: getattr(spoken, name) for name in TABLE} == {
        name: row[column] for name, row in TABLE.items()
    }
    assert set(Dialect.__dataclass_fields__) == {"major", *TABLE}, "a new difference is proven here too"
    assert spoken.major == major


def test_there_are_three_and_nobody_can_change_them() -> None:
    assert sorted(DIALECTS) == [17, 18, 19]
    with pytest.raises(TypeError):
        dialect(17).storable["type"] = "consu"  # type: ignore[index]


@pytest.mark.parametrize(
    ("major", "call"),
    [
        (17, ("check_access_rights", ["write"], {"raise_exception": False})),
        (18, ("has_access", [[], "write"], {})),
        (19, ("has_access", [[], "write"], {})),
    ],
)
def test_rights_are_asked_for_without_a_record(major: int, call: tuple[object, ...]) -> None:
    assert dialect(major).access_call("write") == call


@pytest.mark.parametrize(
    ("major", "answer", "expected"),
    [(17, 41, 41), (18, 41, 41), (19, [41], 41), (19, 41, 41), (19, [], 0), (18, None, 0), (18, False, 0)],
)
def test_the_posted_message_is_found_in_either_shape(major: int, answer: object, expected: int) -> None:
    assert dialect(major).posted(answer) == expected


@pytest.mark.parametrize(
    ("told", "major", "interim", "enterprise"),
    [
        (("17.0", 17, 0, 0, "final", 0, ""), 17, False, False),
        (("18.0+e", 18, 0, 0, "final", 0, "e"), 18, False, True),
        (("19.0-20251001", 19, 0, 0, "final", 0, ""), 19, False, False),
        (("saas~18.2+e", "saas~18", 2, 0, "final", 0, "e"), 18, True, True),
        (("saas~18", "saas~18", 0, 0, "final", 0, ""), 18, True, False),
        (("saas-17.4", "saas-17", 4), 17, True, False),
        (("master",), 0, False, False),
        (("",), 0, False, False),
    ],
)
def test_a_server_says_what_it_is(told: tuple[Any, ...], major: int, interim: bool, enterprise: bool) -> None:
    found = version(*told)

    assert (found.major, found.interim, found.enterprise) == (major, interim, enterprise)


@pytest.mark.parametrize("text", ["16.0", "20.0", "saas~18.2+e", "saas~19.1", "19.1", "8.0", "master", ""])
def test_other_versions_are_refused_and_told_which_work(text: str) -> None:
    with pytest.raises(VersionUnsupported) as raised:
        dialect_of(version(text), "odoo.example")

    assert "17, 18, 19" in render(raised.value.happened)
    assert text in render(raised.value.happened)
