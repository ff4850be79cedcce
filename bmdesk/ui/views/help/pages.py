"""The pages of help as they are written: Markdown in resources/help, one folder a language.

A heading may name its place, `## Pack {#pack}`; `{{code}}` stands for a text of the catalogue, so that help calls every
button what the window calls it. Links are `help:page#place`, `room:key` or `settings:section`, and nothing else. Knows
no window.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from bmdesk.services import troubles
from bmdesk.system.paths import resources_dir
from bmdesk.texts import language, render, t
from bmdesk.texts.choice import SOURCE

PAGES = ("tour", "operator", "packer", "supervisor", "owner", "keys", "labels", "offline")
"""Every written page, in the order of the list."""

TROUBLES = "troubles"
"""The page that is made of the known troubles and of what is found now."""

_HEADING = re.compile(r"^(#{1,3}) +(.*?)(?: +\{#([a-z-]+)\})?$")
_WORDS = re.compile(r"\{\{([a-z0-9_.]+)\}\}")
_LINK = re.compile(r"\[([^\]]*)\]\(([^)]*)\)")
_MARKUP = re.compile(r"[*`>|#]")
_SPECIAL = re.compile(r"([\\`*_\[\]<>|])")


@dataclass(frozen=True, slots=True)
class Section:
    """One heading and what stands under it. `place` names it, "" where nothing leads to it."""

    heading: str
    place: str
    words: str


@dataclass(frozen=True, slots=True)
class HelpText:
    """One page: what to draw, and its sections in their order; the first is the page's own heading."""

    key: str
    markdown: str
    sections: tuple[Section, ...]

    @property
    def title(self) -> str:
        return self.sections[0].heading

    @property
    def places(self) -> tuple[str, ...]:
        """The named places of this page."""
        return tuple(section.place for section in self.sections if section.place)

    @property
    def links(self) -> tuple[str, ...]:
        """Where its links lead."""
        return tuple(found[1] for found in _LINK.findall(self.markdown))


@dataclass(frozen=True, slots=True)
class Hit:
    """Where the words of a search stand."""

    page: str
    title: str
    number: int
    heading: str

    @property
    def address(self) -> str:
        """The page and the number of the section in it."""
        return f"{self.page}#{self.number}"


def file_of(key: str, spoken: str) -> Path:
    """Where this page lies in this language."""
    return resources_dir() / "help" / spoken / f"{key}.md"


def page(key: str, spoken: str | None = None) -> HelpText:
    """This page in this language, or in the one in use; English stands in for what a language lacks.

    Raises OSError where there is no such page.
    """
    return _read(key, spoken or language())


def parsed(key: str, text: str) -> HelpText:
    """The page that this file is."""
    filled = _WORDS.sub(lambda found: _named(found[1]), text)
    lines: list[str] = []
    sections: list[Section] = []
    under: list[str] = []

    def close() -> None:
        if sections:
            last = sections.pop()
            sections.append(Section(last.heading, last.place, _plain("\n".join(under))))
        under.clear()

    for line in filled.splitlines():
        heading = _HEADING.match(line)
        if heading is None:
            lines.append(line)
            under.append(line)
        else:
            close()
            sections.append(Section(_plain(heading[2]), heading[3] or "", ""))
            lines.append(f"{heading[1]} {heading[2]}")
    close()
    return HelpText(key, "\n".join(lines) + "\n", tuple(sections))


def search(words: str) -> list[Hit]:
    """Every section in which all these words stand, page by page; first the pages that have them in a heading."""
    wanted = folded(words).split()
    if not wanted:
        return []
    found: list[tuple[int, Hit]] = []
    for key, title, sections in [*((one.key, one.title, one.sections) for one in map(page, PAGES)), _told()]:
        for number, section in enumerate(sections):
            heading = folded(section.heading)
            hit = Hit(key, title, number, section.heading)
            if all(word in heading for word in wanted):
                found.append((0 if number == 0 else 1, hit))
            elif all(word in f"{heading}\n{folded(section.words)}" for word in wanted):
                found.append((2, hit))
    best = {hit.page: min(rank for rank, other in found if other.page == hit.page) for _, hit in found}
    return [hit for _, hit in sorted(found, key=lambda one: best[one[1].page])]


def folded(words: str) -> str:
    """As it is compared: without case and accents."""
    apart = unicodedata.normalize("NFD", words.casefold())
    return "".join(one for one in apart if not unicodedata.combining(one))


@cache
def _read(key: str, spoken: str) -> HelpText:
    there = file_of(key, spoken)
    return parsed(key, (there if there.is_file() else file_of(key, SOURCE)).read_text("utf-8"))


def _named(code: str) -> str:
    """What the window calls something, as Markdown; the dots of a button that asks first are no part of its name."""
    return _SPECIAL.sub(r"\\\1", re.sub(r" ?(…|\.\.\.)$", "", t(code)))


def _told() -> tuple[str, str, Sequence[Section]]:
    """The known troubles as they are searched; the first section is the head of their page."""
    said = (
        Section(render(one.title), one.code, f"{render(one.cause)} {render(one.step)}")
        for one in troubles.TROUBLES
    )
    return TROUBLES, t("help.troubles"), [Section(t("help.troubles"), "", ""), *said]


def _plain(markdown: str) -> str:
    """The words alone."""
    words = _LINK.sub(r"\1", markdown)
    return re.sub(r"\\(.)", r"\1", _MARKUP.sub("", words)).strip()
