"""Pictures dropped into a folder are handed over once, whole, and only from that folder."""

from __future__ import annotations

import os
import queue
from pathlib import Path

import pytest

from bmdesk.devices import photo_folder
from bmdesk.devices.photo_folder import (
    DroppedPhoto,
    FolderNotReadable,
    PhotoFolder,
    PhotoNotTaken,
    PhotoTooLarge,
)
from bmdesk.texts import Failure, render

JPEG = b"\xff\xd8\xff\xe0" + b"picture" * 50


class Bench:
    def __init__(self, tmp_path: Path) -> None:
        self.folder = tmp_path / "camera"
        self.folder.mkdir()
        self.memory = tmp_path / "taken.json"
        self.photos: list[DroppedPhoto] = []
        self.said: list[Failure] = []

    def watch(self, *, move_taken: bool = False, take_existing: bool = False) -> PhotoFolder:
        return PhotoFolder(
            self.folder,
            self.memory,
            self.photos.append,
            self.said.append,
            move_taken=move_taken,
            take_existing=take_existing,
            seconds=0.01,
        )

    def drop(self, name: str, content: bytes = JPEG) -> Path:
        path = self.folder / name
        path.write_bytes(content)
        return path

    def names(self) -> list[str]:
        return [photo.name for photo in self.photos]


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def test_a_picture_is_delivered_once_when_it_has_stopped_growing(bench: Bench) -> None:
    watch = bench.watch()
    watch.look()
    path = bench.drop("a.jpg")
    assert watch.look() == 0, "it may still grow"
    with path.open("ab") as more:
        more.write(b"the rest")
    assert watch.look() == 0
    assert watch.look() == 1
    assert watch.look() == 0
    assert bench.photos == [DroppedPhoto("a.jpg", JPEG + b"the rest")]


def test_a_restart_delivers_nothing_twice_and_what_came_meanwhile(bench: Bench) -> None:
    first = bench.watch()
    first.look()
    bench.drop("a.jpg")
    first.look()
    first.look()
    bench.drop("b.jpg")
    second = bench.watch()
    second.look()
    second.look()
    assert bench.names() == ["a.jpg", "b.jpg"]


def test_pictures_of_last_year_are_not_pinned_to_todays_first_phone(bench: Bench) -> None:
    bench.drop("holiday.jpg")
    watch = bench.watch()
    for _ in range(3):
        watch.look()
    assert bench.photos == []
    other = Bench.__new__(Bench)
    other.__dict__.update(bench.__dict__, memory=bench.memory.with_name("other.json"))
    eager = other.watch(take_existing=True)
    eager.look()
    eager.look()
    assert bench.names() == ["holiday.jpg"]


def test_a_new_picture_under_an_old_name_is_a_new_picture(bench: Bench) -> None:
    watch = bench.watch()
    watch.look()
    for content in (JPEG, JPEG + b"2"):
        bench.drop("IMG_0001.JPG", content)
        watch.look()
        watch.look()
    assert [photo.content for photo in bench.photos] == [JPEG, JPEG + b"2"]


def test_links_and_folders_lead_nowhere(bench: Bench, tmp_path: Path) -> None:
    secret = tmp_path / "secret.jpg"
    secret.write_bytes(JPEG)
    watch = bench.watch()
    watch.look()
    (bench.folder / "link.jpg").symlink_to(secret)
    (bench.folder / "inner").mkdir()
    (bench.folder / "inner" / "deep.jpg").write_bytes(JPEG)
    os.mkfifo(bench.folder / "pipe.jpg")
    for _ in range(3):
        watch.look()
    assert bench.photos == []


def test_what_is_no_picture_is_left_alone(bench: Bench) -> None:
    watch = bench.watch()
    watch.look()
    bench.drop("notes.jpg", b"this is text")
    bench.drop(".hidden.jpg")
    bench.drop("empty.jpg", b"")
    for _ in range(3):
        watch.look()
    assert bench.photos == []
    assert bench.said == []


def test_a_picture_over_the_limit_is_said_once_and_stays(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(photo_folder, "LARGEST", 2 * 1024 * 1024)
    watch = bench.watch()
    watch.look()
    path = bench.drop("huge.jpg", JPEG + bytes(2 * 1024 * 1024))
    for _ in range(4):
        watch.look()
    assert bench.photos == []
    (said,) = bench.said
    assert isinstance(said, PhotoTooLarge)
    assert "huge.jpg has 3 MB; the limit is 2 MB" in render(said.happened)
    assert path.exists()


def test_taken_pictures_move_away_only_if_asked_and_overwrite_nothing(bench: Bench) -> None:
    watch = bench.watch(move_taken=True)
    watch.look()
    for content in (JPEG, JPEG + b"2"):
        bench.drop("a.jpg", content)
        watch.look()
        watch.look()
    assert sorted(path.name for path in (bench.folder / "taken").iterdir()) == ["a-1.jpg", "a.jpg"]
    assert not (bench.folder / "a.jpg").exists()


def test_a_link_named_taken_moves_nothing_out_of_the_folder(bench: Bench, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (bench.folder / "taken").symlink_to(elsewhere)
    watch = bench.watch(move_taken=True)
    watch.look()
    bench.drop("a.jpg")
    for _ in range(3):
        watch.look()
    assert bench.names() == ["a.jpg"]
    assert list(elsewhere.iterdir()) == []
    assert [type(said) for said in bench.said] == [PhotoNotTaken]


def test_a_refused_picture_is_said_and_tried_again_after_a_restart(bench: Bench) -> None:
    def refuse(photo: DroppedPhoto) -> None:
        raise PhotoNotTaken(file=photo.name, reason="no unit in hand")

    refusing = PhotoFolder(bench.folder, bench.memory, refuse, bench.said.append)
    refusing.look()
    bench.drop("a.jpg")
    for _ in range(4):
        refusing.look()
    assert len(bench.said) == 1
    watch = bench.watch()
    watch.look()
    watch.look()
    assert bench.names() == ["a.jpg"]


def test_a_folder_that_is_away_is_said_once_and_nothing_is_forgotten(bench: Bench) -> None:
    watch = bench.watch()
    watch.look()
    bench.drop("a.jpg")
    watch.look()
    watch.look()
    away = bench.folder.rename(bench.folder.with_name("unplugged"))
    watch.look()
    watch.look()
    assert [type(said) for said in bench.said] == [FolderNotReadable]
    assert str(bench.folder) in render(bench.said[0].happened)
    away.rename(bench.folder)
    for _ in range(3):
        watch.look()
    assert bench.names() == ["a.jpg"]


def test_a_damaged_memory_delivers_nothing_old(bench: Bench) -> None:
    bench.drop("a.jpg")
    for content in (b"\x00\xff", b"{}", b'{"folder": 3, "taken": []}', b"[1]"):
        bench.memory.write_bytes(content)
        watch = bench.watch()
        for _ in range(3):
            watch.look()
    assert bench.photos == []


def test_the_thread_delivers_by_itself_and_stops(bench: Bench) -> None:
    arrived: queue.Queue[DroppedPhoto] = queue.Queue()
    watch = PhotoFolder(bench.folder, bench.memory, arrived.put, bench.said.append, seconds=0.01)
    watch.look()
    watch.start()
    bench.drop("a.jpg")
    assert arrived.get(timeout=10).name == "a.jpg"
    watch.stop()
    assert bench.said == []
