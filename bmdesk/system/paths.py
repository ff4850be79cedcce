"""Where things lie: the resources that come with bmdesk, and the folder of one store with what belongs to it.

Opens no file of them; store, settings, photos and logs each have their own module.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from bmdesk.system.durable import why
from bmdesk.texts import Failure, msg

_PACKAGE = Path(__file__).resolve().parent.parent


class DataFolderUnusable(Failure):
    """bmdesk cannot keep its data in this folder. Parameters: path, reason."""

    code = "system.data_folder_unusable"


def resources_dir() -> Path:
    """The folder with checklists, icons, fonts and sounds.

    It is inside the package once installed or bundled, beside the package in a checkout.
    """
    packed = _PACKAGE / "resources"  # a wheel, and PyInstaller's folder, which keeps the same shape
    return packed if packed.is_dir() else _PACKAGE.parent / "resources"


@dataclass(frozen=True, slots=True)
class DataDir:
    """One store's folder and the places in it.

    Two folders share nothing: the demo cannot touch the business.
    """

    root: Path

    @classmethod
    def choose(cls, given: Path | None = None, environ: Mapping[str, str] = os.environ) -> DataDir:
        """The folder given, else the one BMDESK_DATA names, else this person's own. Touches no disk."""
        named = given or (Path(environ["BMDESK_DATA"]) if environ.get("BMDESK_DATA") else None)
        root = named or platformdirs.user_data_path("bmdesk", appauthor=False)
        return cls(root.expanduser().absolute())

    @property
    def store(self) -> Path:
        return self.root / "store.db"

    @property
    def settings(self) -> Path:
        return self.root / "settings.json"

    @property
    def photos(self) -> Path:
        return self.root / "photos"

    @property
    def logs(self) -> Path:
        return self.root / "logs"

    @property
    def backups(self) -> Path:
        return self.root / "backups"

    @property
    def crashes(self) -> Path:
        """Reports of bugs (system.crashes); made when there is one."""
        return self.root / "crash"

    def prepare(self) -> DataDir:
        """Make what is missing, readable by this person alone, and prove that it can be written.

        Folders that exist keep their mode. Raises DataFolderUnusable.
        """
        for folder in (self.root, self.photos, self.logs, self.backups):
            try:
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
                with tempfile.TemporaryFile(dir=folder):
                    pass  # a read-only mount and a full disk both let mkdir(exist_ok) pass
            except OSError as error:
                reason = msg("system.reason.not_a_folder") if folder.is_file() else why(error)
                raise DataFolderUnusable(path=str(folder), reason=reason) from error
        return self
