"""Tokens and passwords: in the system keyring if there is one, else the environment, else a private file.

Never in the store, the settings or a log. Secrets of one data folder are not those of another: the demo
cannot see or overwrite the token of the business. Says where a secret went whenever that is not the keyring.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from bmdesk.system.durable import FileNotWritten, replacing, why
from bmdesk.texts import Failure, Text, msg

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

_MAX_LENGTH = 2000  # what the smallest keyring (Windows Credential Manager, 2,560 bytes) surely takes


class SecretRefused(Failure):
    """This name or value cannot be kept. Parameters: name, reason."""

    code = "system.secret_refused"


class Secrets:
    """The secrets of one data folder."""

    def __init__(self, data_root: Path, environ: Mapping[str, str] = os.environ) -> None:
        self._service = f"bmdesk:{data_root.expanduser().absolute()}"
        self._folder = data_root / "secrets"
        self._environ = environ

    def get(self, name: str) -> str | None:
        """The secret with this name (`backmarket.token`), or None.

        Keyring first, then BMDESK_<NAME>, then file.
        """
        name = _canonical(name)
        return self._from_keyring(name) or self._environ.get(variable(name)) or self._from_file(name)

    def set(self, name: str, value: str) -> Text | None:
        """Keep this secret; answers a notice for the person where it could not go to the keyring.

        Raises SecretRefused for a name or value that no keyring takes, FileNotWritten where the disk fails.
        """
        name = _canonical(name)
        _check_value(name, value)
        if self._to_keyring(name, value):
            self._forget_file(name)
            return None
        path = self._to_file(name, value)
        if self._environ.get(variable(name)):
            return msg("system.secret_hidden_by_variable", path=str(path), variable=variable(name))
        return msg("system.secret_in_file", path=str(path))

    def kept_in(self, name: str) -> Text | None:
        """Where `get` finds this secret, in words; None where there is none."""
        name = _canonical(name)
        if self._from_keyring(name):
            return msg("system.secret_is_in_keyring")
        if self._environ.get(variable(name)):
            return msg("system.secret_is_in_variable", variable=variable(name))
        if self._from_file(name):
            return msg("system.secret_is_in_file", path=str(self._folder / name))
        return None

    def delete(self, name: str) -> None:
        """Forget this secret wherever bmdesk keeps it.

        A variable of the environment is not bmdesk's to remove.
        """
        name = _canonical(name)
        keyring = _keyring()
        if keyring is not None:
            from keyring.errors import KeyringError

            try:
                keyring.delete_password(self._service, name)
            except KeyringError:
                pass  # it was not there
        self._forget_file(name)

    def _from_keyring(self, name: str) -> str | None:
        keyring = _keyring()
        if keyring is None:
            return None
        from keyring.errors import KeyringError

        try:
            return keyring.get_password(self._service, name)
        except KeyringError:
            return None  # locked or gone: the other two places are still worth a look

    def _to_keyring(self, name: str, value: str) -> bool:
        keyring = _keyring()
        if keyring is None:
            return False
        from keyring.errors import KeyringError

        try:
            keyring.set_password(self._service, name, value)
            return keyring.get_password(self._service, name) == value
        except KeyringError:
            return False

    def _from_file(self, name: str) -> str | None:
        try:
            return (self._folder / name).read_text("utf-8") or None
        except (OSError, UnicodeDecodeError):
            return None

    def _to_file(self, name: str, value: str) -> Path:
        path = self._folder / name
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._folder.chmod(0o700)
        except OSError as error:
            raise FileNotWritten(path=str(self._folder), reason=why(error)) from error
        with replacing(path) as file:  # born with mode 0600
            file.write(value.encode())
        return path

    def _forget_file(self, name: str) -> None:
        try:
            (self._folder / name).unlink(missing_ok=True)
        except OSError as error:
            raise FileNotWritten(path=str(self._folder / name), reason=why(error)) from error


def variable(name: str) -> str:
    """The environment variable that may hold this secret: `backmarket.token` -> BMDESK_BACKMARKET_TOKEN."""
    return "BMDESK_" + re.sub(r"[^A-Z0-9]", "_", name.upper())


def keyring_present() -> bool:
    """Whether this machine has a keyring that keeps what it is given (for `doctor`)."""
    return _keyring() is not None


def _keyring() -> KeyringBackend | None:
    # Imported here: keyring costs a tenth of a second and most starts need no secret.
    from keyring import get_keyring
    from keyring.backends.chainer import ChainerBackend
    from keyring.backends.fail import Keyring as NoKeyring
    from keyring.backends.null import Keyring as ForgetfulKeyring

    try:
        found = get_keyring()
    except Exception:  # noqa: BLE001 - backends are plug-ins and fail in their own ways; without one we go on
        return None
    if isinstance(found, NoKeyring | ForgetfulKeyring):
        return None
    if isinstance(found, ChainerBackend) and not found.backends:
        return None
    return found


def _canonical(name: str) -> str:
    """The one spelling of a name: BACKMARKET_TOKEN and BMDESK_BACKMARKET_TOKEN are `backmarket.token`.

    So a secret and its variable can never mean different things. Raises SecretRefused.
    """
    found = re.sub(r"[._-]", ".", name.lower()).removeprefix("bmdesk.")
    if not re.fullmatch(r"[a-z][a-z0-9]*(\.[a-z0-9]+){0,15}", found) or len(found) > 100:
        raise SecretRefused(name=name[:60], reason=msg("system.reason.secret_name"))
    return found


def _check_value(name: str, value: str) -> None:
    if not value or len(value) > _MAX_LENGTH or not value.isprintable():
        raise SecretRefused(name=name, reason=msg("system.reason.secret_value", most=_MAX_LENGTH))
