"""The one root of everything that can go wrong for a person: a title, what happened, and what to do.

A bug is no Failure: it stays an ordinary exception and goes to the crash report.
"""

from __future__ import annotations

from bmdesk.texts.message import Text, msg


class Failure(Exception):
    """An error that a person can act on. `code` names the entries `<code>.title`, `<code>.happened`, `<code>.todo`.

    Subclasses set `code` as a class attribute; parameters given to the constructor fill all three templates.
    """

    code = "failure"

    def __init__(self, **params: object) -> None:
        super().__init__(self.code)
        self.params = params

    @property
    def title(self) -> Text:
        return msg(f"{self.code}.title", **self.params)

    @property
    def happened(self) -> Text:
        return msg(f"{self.code}.happened", **self.params)

    @property
    def todo(self) -> Text:
        return msg(f"{self.code}.todo", **self.params)

    def __str__(self) -> str:
        return str(msg(self.code, **self.params))
