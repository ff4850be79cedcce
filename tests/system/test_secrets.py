"""A secret is kept on every machine, and never in silence where it is less safe than the keyring."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends import fail, null
from keyring.errors import KeyringLocked, PasswordDeleteError

from bmdesk.system.durable import FileNotWritten
from bmdesk.system.secrets import SecretRefused, Secrets, keyring_present, variable
from bmdesk.texts import render


class Keyring(KeyringBackend):
    """A keyring in memory, which can be locked."""

    priority = 1

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.kept: dict[tuple[str, str], str] = {}
        self.locked = False

    def get_password(self, service: str, username: str) -> str | None:
        self._look()
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self._look()
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        self._look()
        if self.kept.pop((service, username), None) is None:
            raise PasswordDeleteError("not there")

    def _look(self) -> None:
        if self.locked:
            raise KeyringLocked("locked")


def use_none() -> None:
    keyring.set_keyring(fail.Keyring())  # type: ignore[no-untyped-call]


@pytest.fixture(autouse=True)
def _put_back() -> Iterator[None]:
    yield
    use_none()


@pytest.fixture
def ring() -> Keyring:
    ring = Keyring()
    keyring.set_keyring(ring)
    return ring


@pytest.fixture
def no_ring() -> None:
    use_none()


def test_a_keyring_keeps_the_secret_and_the_disk_does_not(tmp_path: Path, ring: Keyring) -> None:
    secrets = Secrets(tmp_path, {})

    assert secrets.set("backmarket.token", "abc") is None
    assert secrets.get("backmarket.token") == "abc"
    assert list(tmp_path.iterdir()) == []
    assert keyring_present()


@pytest.mark.usefixtures("no_ring")
def test_without_a_keyring_a_private_file_keeps_it_and_says_so(tmp_path: Path) -> None:
    notice = Secrets(tmp_path, {}).set("backmarket.token", "abc")

    file = tmp_path / "secrets" / "backmarket.token"
    assert notice is not None
    assert str(file) in render(notice)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert Secrets(tmp_path, {}).get("backmarket.token") == "abc"
    assert not keyring_present()


@pytest.mark.usefixtures("no_ring")
def test_a_variable_stands_in_for_the_keyring_and_its_precedence_is_said(tmp_path: Path) -> None:
    secrets = Secrets(tmp_path, {"BMDESK_BACKMARKET_TOKEN": "from outside"})

    notice = secrets.set("backmarket.token", "kept")

    assert secrets.get("backmarket.token") == "from outside"
    assert notice is not None
    assert "BMDESK_BACKMARKET_TOKEN" in render(notice)


def test_the_variable_of_an_account_carries_its_name() -> None:
    assert variable("backmarket.eu-2.token") == "BMDESK_BACKMARKET_EU_2_TOKEN"


def test_a_locked_keyring_is_no_reason_to_lose_the_secret(tmp_path: Path, ring: Keyring) -> None:
    ring.locked = True
    secrets = Secrets(tmp_path, {})

    assert secrets.set("odoo.password", "abc") is not None
    assert secrets.get("odoo.password") == "abc"


def test_a_keyring_that_forgets_counts_as_none(tmp_path: Path) -> None:
    keyring.set_keyring(null.Keyring())  # type: ignore[no-untyped-call]
    secrets = Secrets(tmp_path, {})

    assert secrets.set("odoo.password", "abc") is not None
    assert secrets.get("odoo.password") == "abc"


def test_once_a_keyring_is_there_the_file_goes(tmp_path: Path) -> None:
    use_none()
    Secrets(tmp_path, {}).set("odoo.password", "old")
    keyring.set_keyring(Keyring())

    Secrets(tmp_path, {}).set("odoo.password", "new")

    assert list((tmp_path / "secrets").iterdir()) == []
    assert Secrets(tmp_path, {}).get("odoo.password") == "new"


def test_the_demo_does_not_see_the_token_of_the_business(tmp_path: Path, ring: Keyring) -> None:
    Secrets(tmp_path / "business", {}).set("backmarket.token", "real")

    assert Secrets(tmp_path / "demo", {}).get("backmarket.token") is None


def test_a_deleted_secret_is_gone_from_both_places(tmp_path: Path, ring: Keyring) -> None:
    secrets = Secrets(tmp_path, {})
    ring.locked = True
    secrets.set("odoo.password", "in the file")
    ring.locked = False
    ring.set_password(f"bmdesk:{tmp_path}", "odoo.password", "in the ring")

    secrets.delete("odoo.password")
    secrets.delete("odoo.password")

    assert secrets.get("odoo.password") is None


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "a/b", ".hidden", "a..b", "a" * 101, "a.b\n"])
def test_no_name_leads_out_of_the_folder(tmp_path: Path, name: str) -> None:
    with pytest.raises(SecretRefused):
        Secrets(tmp_path, {}).set(name, "abc")
    with pytest.raises(SecretRefused):
        Secrets(tmp_path, {}).get(name)


@pytest.mark.parametrize("value", ["", "two\nlines", "x" * 2001, "nul\0"])
def test_values_that_no_keyring_takes_are_refused_without_being_repeated(tmp_path: Path, value: str) -> None:
    with pytest.raises(SecretRefused) as raised:
        Secrets(tmp_path, {}).set("odoo.password", value)

    assert value == "" or value not in render(raised.value.happened)


@pytest.mark.usefixtures("no_ring")
def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "secrets").write_text("in the way")

    with pytest.raises(FileNotWritten):
        Secrets(tmp_path, {}).set("odoo.password", "abc")


def test_secrets_are_not_imported_with_their_keyring() -> None:
    import subprocess
    import sys

    code = "import sys, bmdesk.system.secrets; sys.exit('keyring' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], env=os.environ, check=False).returncode == 0


@pytest.mark.parametrize("spelt", ["BACKMARKET_TOKEN", "BMDESK_BACKMARKET_TOKEN", "backmarket_token"])
def test_a_name_spelt_as_its_variable_is_the_same_secret(tmp_path: Path, spelt: str) -> None:
    Secrets(tmp_path, {}).set(spelt, "abc")
    assert Secrets(tmp_path, {}).get("backmarket.token") == "abc"
    Secrets(tmp_path, {}).set("backmarket.token", "newer")
    assert Secrets(tmp_path, {}).get(spelt) == "newer"
