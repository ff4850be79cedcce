"""What differs between Odoo 17, 18 and 19: one table, and no other place asks for a version.

Whatever all three understand is not here: that is simply used.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from bmdesk.connectors.failures import plain
from bmdesk.connectors.odoo.failures import VersionUnsupported


@dataclass(frozen=True, slots=True)
class ServerVersion:
    """What a server says it is. `text`: as people know it; `major` is 0 where it cannot be told. `interim`: one of
    Odoo's own versions between two releases (saas~18.2), which is a little of either."""

    text: str
    major: int
    interim: bool
    enterprise: bool

    @classmethod
    def read(cls, told: Mapping[str, object]) -> ServerVersion:
        """From the answer of the version service; tolerant."""
        text = plain(told.get("server_version", ""), 60)
        info = told.get("server_version_info")
        edition = info[-1] if isinstance(info, list) and info else ""
        found = re.match(r"(saas[~-])?(\d{1,4})(?:\.(\d{1,4}))?", text)
        return cls(
            text,
            major=int(found[2]) if found else 0,
            interim=bool(found and (found[1] or int(found[3] or 0))),
            enterprise=edition == "e" or "+e" in text,
        )


@dataclass(frozen=True, slots=True)
class Dialect:
    """How one version wants to be spoken to."""

    major: int
    storable: Mapping[str, object]
    """Values that make a product one whose stock is counted. Without them Odoo takes `tracking` and counts nothing."""
    service: Mapping[str, object]
    """Values that make a product one of which nothing is delivered, and which is invoiced all the same."""
    tax_field: str
    """The taxes of a line of a sales order."""
    tax_map: str
    """The model that says which tax a fiscal position makes of which; "" where the taxes themselves say it."""
    empty_position_takes_taxes: bool
    """A fiscal position that names no tax leaves none; else it leaves them all."""
    groups_field: str
    """The groups of a user."""
    names_moves: bool
    """A stock move must be sent with a name."""
    return_method: str
    """Of the return wizard."""
    return_quantity: int
    """What the return wizard proposes for each line."""
    cancel_context: Mapping[str, object]
    """With it a sales order is cancelled at once; without it a wizard may answer instead."""
    validates_twice: bool
    """Validating a picking that is done is answered True; else by a UserError."""
    posts_lists: bool
    """message_post answers with a list of one id; else with the id."""
    partner_mobile: bool
    """A partner has `mobile` and `title`; a product `uom_po_id`."""
    account_companies: str
    """The company, or the companies, of an account."""
    account_is_live: tuple[str, str, object]
    """The term of a search for accounts that are in use."""
    payment_memo: str
    """The field of a payment for its reference."""
    payment_done: str
    """The state of a payment that was made."""
    key_expiry: str
    """The field of an API key that says until when it is good; "" where none ever expires."""
    sms_switch: str
    """The company's switch for text messages at delivery, which would answer with a wizard."""
    send_window: str
    """The model of the window that makes an invoice's PDF and sends it."""
    asks_access: str
    """The method that says whether the user may read, write, create or delete records of a model."""

    def access_call(self, operation: str) -> tuple[str, list[object], dict[str, object]]:
        """Method, arguments and named arguments that ask for a right on a model.

        `operation`: read, write, create, unlink.
        """
        if self.asks_access == "check_access_rights":
            return self.asks_access, [operation], {"raise_exception": False}
        return self.asks_access, [[], operation], {}

    def sends_nothing(self, invoice: int) -> dict[str, object]:
        """Values of that window with which it makes the PDF of this invoice, and sends it nowhere."""
        if self.send_window == "account.move.send":
            return {"move_ids": [(6, 0, [invoice])], "checkbox_send_mail": False, "checkbox_download": False}
        return {"move_id": invoice, "sending_methods": [], "extra_edis": []}

    def posted(self, answer: object) -> int:
        """The id of the message that message_post made; 0 where the answer does not say it."""
        found = answer[0] if self.posts_lists and isinstance(answer, list) and answer else answer
        return int(found) if isinstance(found, int) else 0


_DIRECT_CANCEL: Mapping[str, object] = MappingProxyType({})
_NO_WARNING: Mapping[str, object] = MappingProxyType({"disable_cancel_warning": True})

DIALECTS = {
    dialect.major: dialect
    for dialect in (
        Dialect(
            major=17,
            storable=MappingProxyType({"detailed_type": "product"}),
            service=MappingProxyType({"detailed_type": "service", "invoice_policy": "order"}),
            tax_field="tax_id",
            tax_map="account.fiscal.position.tax",
            empty_position_takes_taxes=False,
            groups_field="groups_id",
            names_moves=True,
            return_method="create_returns",
            return_quantity=1,
            cancel_context=_NO_WARNING,
            validates_twice=False,
            posts_lists=False,
            partner_mobile=True,
            account_companies="company_id",
            account_is_live=("deprecated", "=", False),
            payment_memo="ref",
            payment_done="posted",
            key_expiry="",
            sms_switch="stock_move_sms_validation",
            send_window="account.move.send",
            asks_access="check_access_rights",
        ),
        Dialect(
            major=18,
            storable=MappingProxyType({"type": "consu", "is_storable": True}),
            service=MappingProxyType({"type": "service", "invoice_policy": "order"}),
            tax_field="tax_id",
            tax_map="account.fiscal.position.tax",
            empty_position_takes_taxes=False,
            groups_field="groups_id",
            names_moves=True,
            return_method="action_create_returns",
            return_quantity=0,
            cancel_context=_NO_WARNING,
            validates_twice=True,
            posts_lists=False,
            partner_mobile=True,
            account_companies="company_ids",
            account_is_live=("deprecated", "=", False),
            payment_memo="memo",
            payment_done="paid",
            key_expiry="expiration_date",
            sms_switch="stock_move_sms_validation",
            send_window="account.move.send.wizard",
            asks_access="has_access",
        ),
        Dialect(
            major=19,
            storable=MappingProxyType({"type": "consu", "is_storable": True}),
            service=MappingProxyType({"type": "service", "invoice_policy": "order"}),
            tax_field="tax_ids",
            tax_map="",
            empty_position_takes_taxes=True,
            groups_field="group_ids",
            names_moves=False,
            return_method="action_create_returns",
            return_quantity=0,
            cancel_context=_DIRECT_CANCEL,
            validates_twice=True,
            posts_lists=True,
            partner_mobile=False,
            account_companies="company_ids",
            account_is_live=("active", "=", True),
            payment_memo="memo",
            payment_done="paid",
            key_expiry="expiration_date",
            sms_switch="stock_text_confirmation",
            send_window="account.move.send.wizard",
            asks_access="has_access",
        ),
    )
}


def dialect_of(version: ServerVersion, host: str = "") -> Dialect:
    """How to speak to this server. Raises VersionUnsupported."""
    dialect = DIALECTS.get(version.major)
    if dialect is None or version.interim:
        known = ", ".join(str(major) for major in sorted(DIALECTS))
        raise VersionUnsupported(remote="Odoo", host=host, found=version.text, known=known)
    return dialect
