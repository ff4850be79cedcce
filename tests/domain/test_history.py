"""The chain of a unit's history: whoever touches a line leaves a trace."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import assume, given
from hypothesis import strategies as st

from bmdesk.domain import history
from bmdesk.domain.history import Break, Entry

_printable = st.characters(exclude_categories=("C", "Z"), include_characters=" ")
_plain = st.one_of(st.integers(-(2**40), 2**40), st.text(_printable, max_size=12))
_params = st.dictionaries(st.sampled_from(("percent", "reason", "zone", "grade")), _plain, max_size=3)
_lives = st.lists(
    st.tuples(st.sampled_from(("history.battery", "history.hold", "history.done")), _params),
    min_size=1,
    max_size=8,
)


def chain(unit: str, life: list[tuple[str, dict[str, str | int]]]) -> list[Entry]:
    """A whole history of this unit."""
    entries: list[Entry] = []
    previous = history.GENESIS
    for seq, (code, params) in enumerate(life, start=1):
        text = history.canonical(unit, seq, 1_700_000_000_000_000 + seq, "ANNA", "bench-1", code, params)
        entries.append(Entry(seq, text, previous, history.link(previous, text)))
        previous = entries[-1].hash
    return entries


def is_whole(unit: str, entries: list[Entry], head: str, count: int) -> bool:
    return history.verify(unit, entries, head, count) == []


@given(_lives)
def test_an_untouched_chain_is_whole(life: list[tuple[str, dict[str, str | int]]]) -> None:
    entries = chain("U1", life)
    assert is_whole("U1", entries, entries[-1].hash, len(entries))


def test_a_unit_without_history_is_whole_and_its_head_is_empty() -> None:
    assert is_whole("U1", [], "", 0)
    assert not is_whole("U1", [], "ab" * 32, 0)
    assert not is_whole("U1", [], "", 1)


@given(_lives, st.data())
def test_any_change_of_any_character_is_found(
    life: list[tuple[str, dict[str, str | int]]], data: st.DataObject
) -> None:
    entries = chain("U1", life)
    at = data.draw(st.integers(0, len(entries) - 1))
    name = data.draw(st.sampled_from(("canonical", "prev_hash", "hash")))
    text = getattr(entries[at], name)
    place = data.draw(st.integers(0, len(text) - 1))
    char = data.draw(st.sampled_from('0123456789abcdef{}":,'))
    assume(text[place] != char)
    touched = replace(entries[at], **{name: text[:place] + char + text[place + 1 :]})
    assert not is_whole("U1", [*entries[:at], touched, *entries[at + 1 :]], entries[-1].hash, len(entries))


@given(_lives, st.data())
def test_a_changed_line_with_its_hash_made_anew_is_found(
    life: list[tuple[str, dict[str, str | int]]], data: st.DataObject
) -> None:
    entries = chain("U1", life)
    at = data.draw(st.integers(0, len(entries) - 1))
    text = history.canonical("U1", at + 1, 1, "EVE", "bench-1", "history.graded", {"grade": "PREMIUM"})
    assume(text != entries[at].canonical)
    forged = replace(entries[at], canonical=text, hash=history.link(entries[at].prev_hash, text))
    assert not is_whole("U1", [*entries[:at], forged, *entries[at + 1 :]], entries[-1].hash, len(entries))


@given(_lives, st.data())
def test_any_cut_is_found_wherever_it_is_made(
    life: list[tuple[str, dict[str, str | int]]], data: st.DataObject
) -> None:
    entries = chain("U1", life)
    left = data.draw(st.integers(0, len(entries) - 1))
    right = data.draw(st.integers(left + 1, len(entries)))
    kept = entries[:left] + entries[right:]
    assert not is_whole("U1", kept, entries[-1].hash, len(entries))
    # Nor does it help to count anew: the head belongs to the last line that was there.
    if right < len(entries):
        assert not is_whole("U1", kept, entries[-1].hash, len(kept))


@given(_lives, st.data())
def test_two_swapped_lines_are_found(
    life: list[tuple[str, dict[str, str | int]]], data: st.DataObject
) -> None:
    entries = chain("U1", life)
    assume(len(entries) > 1)
    one = data.draw(st.integers(0, len(entries) - 2))
    other = data.draw(st.integers(one + 1, len(entries) - 1))
    swapped = list(entries)
    swapped[one], swapped[other] = swapped[other], swapped[one]
    assert not is_whole("U1", swapped, entries[-1].hash, len(entries))
    # Also when the numbers are put right, so that the lines look to be in order.
    renumbered = [replace(entry, seq=n) for n, entry in enumerate(swapped, start=1)]
    assert not is_whole("U1", renumbered, entries[-1].hash, len(entries))


@given(_lives, _lives, st.data())
def test_a_line_or_a_life_of_another_unit_is_found(
    life: list[tuple[str, dict[str, str | int]]],
    other_life: list[tuple[str, dict[str, str | int]]],
    data: st.DataObject,
) -> None:
    mine, others = chain("U1", life), chain("U2", other_life)
    at = data.draw(st.integers(0, min(len(mine), len(others)) - 1))
    assert not is_whole("U1", [*mine[:at], others[at], *mine[at + 1 :]], mine[-1].hash, len(mine))
    # A whole life with its head hashes well; it still tells the story of another unit.
    assert not is_whole("U1", others, others[-1].hash, len(others))


@given(_lives, _lives)
def test_the_head_of_another_life_does_not_fit(
    life: list[tuple[str, dict[str, str | int]]], other_life: list[tuple[str, dict[str, str | int]]]
) -> None:
    mine, others = chain("U1", life), chain("U2", other_life)
    assert Break.HEAD in {b.kind for b in history.verify("U1", mine, others[-1].hash, len(mine))}


@given(_lives)
def test_a_line_added_at_the_end_without_moving_the_head_is_found(
    life: list[tuple[str, dict[str, str | int]]],
) -> None:
    entries = chain("U1", [*life, ("history.done", {"grade": "PREMIUM"})])
    assert not is_whole("U1", entries, entries[-2].hash, len(entries) - 1)


def test_the_break_is_named_with_its_place() -> None:
    entries = chain("U1", [("history.battery", {"percent": n}) for n in (70, 80, 90)])
    lower = entries[1].canonical.replace("80", "99")
    found = history.verify(
        "U1", [entries[0], replace(entries[1], canonical=lower), entries[2]], entries[2].hash, 3
    )
    assert [(b.seq, b.kind) for b in found] == [(2, Break.CHANGED)]
    found = history.verify("U1", [entries[0], entries[2]], entries[2].hash, 3)
    assert [(b.seq, b.kind) for b in found] == [(2, Break.MISSING), (3, Break.UNLINKED)]


@given(_lives)
def test_a_line_says_what_was_written(life: list[tuple[str, dict[str, str | int]]]) -> None:
    for (code, params), entry in zip(life, chain("U1", life), strict=True):
        said = history.what(entry.canonical)
        assert said.code == code
        assert dict(said.params) == params
