"""Photos are kept by their content: what is no image, too large or gone is said before any row names it."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from bmdesk.services.grading import bench
from bmdesk.store import photos as kept
from bmdesk.store.photos import NotAPhoto, Photos, PhotoTooLarge, PhotoUnreadable, image_type
from bmdesk.texts import render
from tests.desks import IMEIS, Bench
from tests.photo_files import jpeg, png
from tests.wholeness import dump


def files(folder: Path) -> list[Path]:
    return [p for p in folder.rglob("*") if p.is_file()]


def test_a_photo_is_named_by_its_content(tmp_path: Path) -> None:
    source = jpeg(tmp_path / "front.jpg")
    blob = Photos(tmp_path / "photos").keep(source)
    path = Photos(tmp_path / "photos").path(blob.sha256)
    assert blob.sha256 == hashlib.sha256(source.read_bytes()).hexdigest() == path.name
    assert path.read_bytes() == source.read_bytes()
    assert (blob.media_type, blob.size) == ("image/jpeg", source.stat().st_size)


def test_the_same_content_under_two_names_is_kept_once(tmp_path: Path) -> None:
    photos = Photos(tmp_path / "photos")
    one = photos.keep(jpeg(tmp_path / "a.jpg", b"same"))
    two = photos.keep(jpeg(tmp_path / "b.jpg", b"same"))
    assert one == two
    assert len(files(photos.folder)) == 1


def test_the_kind_is_told_by_content_and_not_by_name(tmp_path: Path) -> None:
    photos = Photos(tmp_path / "photos")
    assert photos.keep(png(tmp_path / "screenshot.jpg")).media_type == "image/png"
    script = tmp_path / "evil.jpg"
    script.write_bytes(b"#!/bin/sh\nrm -rf /")
    with pytest.raises(NotAPhoto) as refused:
        photos.keep(script)
    assert "evil.jpg" in render(refused.value.happened)
    assert len(files(photos.folder)) == 1


@pytest.mark.parametrize(
    "content", [b"", b"\xff", b"RIFF....WAVE", b"....ftypmp42", b"<svg onload='x'>", b"GIF89a"]
)
def test_what_is_no_photo_is_no_photo(content: bytes) -> None:
    assert image_type(content) is None


def test_a_photo_beyond_the_limit_is_refused_without_being_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    huge = tmp_path / "huge.jpg"
    jpeg(huge)
    os.truncate(huge, kept.MAX_BYTES + 1)
    with pytest.raises(PhotoTooLarge):
        Photos(tmp_path / "photos").keep(huge)
    os.truncate(huge, kept.MAX_BYTES)
    assert Photos(tmp_path / "photos").keep(huge).size == kept.MAX_BYTES


def test_a_photo_that_is_not_there_or_no_file_is_said(tmp_path: Path) -> None:
    for source in (tmp_path / "gone.jpg", tmp_path, tmp_path / ("x" * 300)):
        with pytest.raises(PhotoUnreadable):
            Photos(tmp_path / "photos").keep(source)


def test_only_a_hash_leads_into_the_folder(tmp_path: Path) -> None:
    photos = Photos(tmp_path / "photos")
    for name in ("../../etc/passwd", "", "AB" * 32, "ab" * 31, "../" * 21 + "a"):
        with pytest.raises(ValueError, match="not a content hash"):
            photos.path(name)


def test_a_refused_photo_leaves_the_unit_as_it_was(at_bench: Bench, tmp_path: Path) -> None:
    at_bench.good(IMEIS[0])
    before = dump(at_bench.desk, "scan_log", "seat")
    (tmp_path / "notes.txt").write_text("no photo")
    refused = at_bench.scan(f"BMD:PHOTO:{tmp_path / 'notes.txt'}")
    assert (refused.ok, refused.code) == (False, "photo.not_a_photo.happened")
    assert not at_bench.scan(f"BMD:PHOTO:{tmp_path / 'gone.jpg'}").ok
    assert dump(at_bench.desk, "scan_log", "seat") == before


def test_the_same_photo_twice_is_one_photo_of_the_unit(at_bench: Bench, tmp_path: Path) -> None:
    at_bench.good(IMEIS[0], f"BMD:PHOTO:{jpeg(tmp_path / 'a.jpg', b'1')}")
    assert at_bench.good(f"BMD:PHOTO:{jpeg(tmp_path / 'b.jpg', b'1')}").code == "bench.photo_known"
    assert len(dump(at_bench.desk)["photo"]) == 1


def test_a_photo_card_at_a_scanner_is_refused(at_bench: Bench, tmp_path: Path) -> None:
    at_bench.good(IMEIS[0])
    at_bench.seat = bench.Seat("test", fallback="OWNER")
    assert at_bench.scan(f"BMD:PHOTO:{jpeg(tmp_path / 'a.jpg')}").code == "refused.scripts_only.happened"
    assert not (tmp_path / "photos").exists()


def test_a_photo_may_have_a_name_that_is_no_text(at_bench: Bench, tmp_path: Path) -> None:
    # A camera's card in an old encoding; on disk the name is bytes.
    at_bench.good(IMEIS[0])
    name = os.fsdecode(b"K\xfcche\n1.jpg")
    said = bench.attach_photo(at_bench.desk, at_bench.seat, jpeg(tmp_path / name, b"raw"))
    assert said.ok
    assert render(said.message)
    assert len(dump(at_bench.desk)["photo"]) == 1
