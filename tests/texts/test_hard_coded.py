"""What a person reads comes from the catalogue: no words stand in the code that shows them.

Reads the source of window, command line, reports and demo. Two nets: literals given to calls that show them, and
literals anywhere that read like a sentence.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import bmdesk
from tests.texts.test_catalogue import listed

PACKAGE = Path(bmdesk.__file__).parent
SHOWING = ("ui", "cli", "reports", "demo", "app.py")

# Calls whose first words are on screen, on paper or in the terminal.
SHOWS = {
    "QAction", "QCheckBox", "QGroupBox", "QLabel", "QMenu", "QPushButton", "QRadioButton", "QToolButton",
    "Card", "Column", "Notice", "PlainLabel", "ShortcutButton",
    "addAction", "addItem", "addMenu", "addTab", "appendPlainText", "drawText", "insertItem", "insertPlainText",
    "setAccessibleDescription", "setAccessibleName", "setHtml", "setItemText", "setLabelText", "setMarkdown",
    "setPlaceholderText", "setPlainText", "setPrefix", "setStatusTip", "setSuffix", "setTabText", "setText",
    "setTitle", "setToolTip", "setWhatsThis", "setWindowTitle", "set_text", "set_words", "show_text", "show_words",
    "say", "complain", "input", "BadParameter", "heading",
}  # fmt: skip
# ... and those whose every word is.
SHOWS_ALL = {
    "showMessage",
    "setHeaderLabels",
    "setHorizontalHeaderLabels",
    "critical",
    "information",
    "question",
    "warning",
}
# What is written there is for programs and programmers.
FOR_NOBODY = {
    "msg",
    "t",
    "Text",
    "render",
    "getLogger",
    "debug",
    "exception",
    "error",
    "info",
    "mark",
    "fromisoformat",
    "_when_typer_says",  # patterns of its English words
}

# What the nets catch and may stand: each was looked at.
FINE = {
    "demo/story.py": {  # what the people of the demo type
        "Rear camera does not focus",
        "Rear camera module",
        "Camera module replaced",
    },
    "ui/views/bench/verdict.py": {"check", "info", "warning"},  # names of pictures
    "ui/views/settings/carriers.py": {"https://track.example/{number}"},
    "ui/views/settings/rates.py": {"GBP"},
}

# Words that are names or notations and the same in every language.
NAMES = re.compile(
    r"(bmdesk|Back Market|Backship|IMEI|SKU|QR|PDF|CSV|ZPL|JSON|BMD:[A-Z]+|Ctrl|Shift|Alt|Esc|Enter|F\d+|DejaVu Sans"
    r"|mm|min|kB|MB|px|pt|ms|UTC|Z|h|n/a)"
)


def test_no_words_for_people_stand_in_the_code() -> None:
    found = [finding for path in _sources() for finding in _findings(path)]

    assert not found, listed(found)


def test_the_nets_catch_what_they_are_for(tmp_path: Path) -> None:
    source = tmp_path / "wrong.py"
    source.write_text(
        '"""A docstring is for programmers."""\n'
        "label.setText('Ready')\n"
        "label.setText(f'{count} units')\n"
        "label.setText('Yes' if good else '-')\n"
        "label.setText(t('units_page.count', count=2))\n"
        "say(words + ' done')\n"
        "hint = 'Please scan the badge first'\n"
        "app = typer.Option(help='Where it goes')\n"
        "_log.warning('the window did not close')\n"
        "label.setObjectName('big')\n"
        "@app.command()\n"
        "def show(): ...\n"
    )

    caught = [int(finding.split(":")[1].split()[0]) for finding in _findings(source)]

    assert sorted(set(caught)) == [2, 3, 4, 6, 7, 8, 11]


def _sources() -> list[Path]:
    return sorted(
        path
        for place in SHOWING
        for path in ([PACKAGE / place] if place.endswith(".py") else (PACKAGE / place).rglob("*.py"))
    )


def _findings(path: Path) -> list[str]:
    tree = ast.parse(path.read_text("utf-8"))
    where = path.relative_to(PACKAGE).as_posix() if path.is_relative_to(PACKAGE) else path.name
    nodes = list(ast.walk(tree))  # once: a walk takes longer than what is asked of each node
    docstrings = {id(one) for one in _docstrings(nodes)}
    found = {(one.lineno, str(one.value)) for node in _spoken(nodes) for one in _literals(node)}
    found = {(line, words) for line, words in found if _is_words(words)}
    found |= {
        (one.lineno, str(one.value))
        for one in _literals(tree)
        if id(one) not in docstrings and _is_sentence(str(one.value))
    }
    calls = [node for node in nodes if isinstance(node, ast.Call)]
    found |= {(call.lineno, "no help") for call in calls if _is_helpless(call)}
    return [f"{where}:{line} {words!r}" for line, words in sorted(found) if words not in FINE.get(where, ())]


def _docstrings(nodes: list[ast.AST]) -> Iterator[ast.Constant]:
    """Strings that stand alone: documentation of a module, class, function or name."""
    for node in nodes:
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            yield node.value


def _spoken(nodes: list[ast.AST]) -> Iterator[ast.expr]:
    """The arguments that calls show to people."""
    for node in nodes:
        if isinstance(node, ast.Call):
            name = _name(node.func)
            if name in SHOWS_ALL and not _is_log(node.func):
                yield from node.args
            elif name in SHOWS:
                yield from node.args[:1]
            yield from (word.value for word in node.keywords if word.arg in {"help", "epilog", "prompt"})


def _literals(start: ast.AST) -> list[ast.Constant]:
    """The strings in this expression that become words; not those in calls that take codes or talk to programmers."""
    found, open_ = [], [start]
    while open_:
        node = open_.pop()
        if isinstance(node, ast.Constant):
            if isinstance(node.value, str):
                found.append(node)
        elif isinstance(node, ast.Dict):
            open_ += node.values
        elif not _is_for_nobody(node):
            open_ += ast.iter_child_nodes(node)
    return found


def _is_for_nobody(node: ast.AST) -> bool:
    if isinstance(node, ast.Call):
        return _name(node.func) in FOR_NOBODY or _is_log(node.func)
    return isinstance(node, ast.Raise | ast.Assert | ast.Compare | ast.Subscript | ast.Set)


def _name(function: ast.expr) -> str:
    return function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")


def _is_helpless(call: ast.Call) -> bool:
    """A command without words for its help: the docstring would be shown."""
    return (
        isinstance(call.func, ast.Attribute)
        and call.func.attr == "command"
        and not any(word.arg in {"help", "hidden"} for word in call.keywords)
    )


def _is_log(function: ast.expr) -> bool:
    owner = getattr(function, "value", None)
    return isinstance(owner, ast.Name) and owner.id in {"_log", "log", "logging", "logger"}


def _is_words(text: str) -> bool:
    """Whether letters are left once names and notations are taken out."""
    return bool(re.search(r"[^\W\d_]{2,}", NAMES.sub("", text)))


def _is_sentence(text: str) -> bool:
    """`Scan the badge`: three words with spaces between them, the first with a capital, no code."""
    return bool(re.match(r"\s*[A-Z][a-z]+,? [a-z]+,? [a-z]+", text)) and not re.search(r"[{};=<>]|::", text)
