"""What a file of rules changes, in words."""

from __future__ import annotations

from bmdesk.services.files.rules_lines import COMMISSION, NOTE, RULE, SHARE, VAT, LineChange
from bmdesk.texts import Text, msg


def line_text(change: LineChange) -> Text:
    """Which line of the rules it is."""
    name = change.name
    return {
        NOTE: msg("rules_file.line_note"),
        SHARE: msg("rules_file.line_share", name=name),
        RULE: msg("rules_file.line_rule", name=name),
        COMMISSION: msg("rules_file.line_commission", name=name),
        VAT: msg("rules_file.line_vat", name=name),
    }[change.kind]


def change_text(change: LineChange) -> Text:
    """One change as a sentence."""
    line = line_text(change)
    match change.what:
        case "added":
            return msg("rules_file.added", line=line, after=change.after)
        case "gone":
            return msg("rules_file.gone", line=line, before=change.before)
        case "moved":
            return msg("rules_file.moved", line=line, before=change.before, after=change.after)
    nothing = msg("rules_file.nothing")
    before, after = change.before or nothing, change.after or nothing
    return msg("rules_file.changed", line=line, column=change.column, before=before, after=after)
