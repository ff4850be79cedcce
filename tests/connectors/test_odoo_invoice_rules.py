"""What bmdesk tells an Odoo's window of invoices before it uses it."""

from __future__ import annotations

import pytest

from bmdesk.connectors.odoo.versions import DIALECTS


@pytest.mark.parametrize("major", DIALECTS)
def test_the_window_that_makes_a_pdf_is_told_to_send_nothing(major: int) -> None:
    """It would mail the invoice to the customer otherwise. Of 17 and 18 as their sources have it."""
    dialect = DIALECTS[major]
    values = dialect.sends_nothing(5)
    if major == 17:
        assert dialect.send_window == "account.move.send"
        assert values == {"move_ids": [(6, 0, [5])], "checkbox_send_mail": False, "checkbox_download": False}
    else:
        assert dialect.send_window == "account.move.send.wizard"
        assert values == {"move_id": 5, "sending_methods": [], "extra_edis": []}
