"""Every text that a person reads: a code with parameters, and one catalogue that turns it into words.

Below the window nothing builds sentences. A rule answers `msg("gate.battery_low", percent=76, needed=80)`; whoever
shows it (window, command line, label, PDF) calls `render`. The templates stand in
`bmdesk/texts/<language>/LC_MESSAGES/bmdesk.po`.
"""

from bmdesk.texts.catalogue import UnknownText, render, t
from bmdesk.texts.choice import language, languages, use_language
from bmdesk.texts.errors import Failure
from bmdesk.texts.message import Text, msg

__all__ = ["Failure", "Text", "UnknownText", "language", "languages", "msg", "render", "t", "use_language"]
