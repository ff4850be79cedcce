"""What a lot shows beside its values: notes in its chatter, photos, activities. Each is there once."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from html import escape
from typing import ClassVar

from bmdesk.connectors.odoo.records import Records, grouped, pages
from bmdesk.connectors.odoo.units.unit_run import UnitRun
from bmdesk.services.odoo.units.units_there import Note, Photo, UnitThere
from bmdesk.texts import msg

_MODEL = "stock.lot"
_NOTES_A_CALL = 500
_BYTES_A_CALL = 8 * 2**20
"""Of photos before base64: well below what web servers before an Odoo let through."""


class NoteWriter:
    """Notes of bmdesk, each known by a Message-Id of its own: posted twice it would be seen. Raises RemoteFailure.

    They are made as messages, not by message_post: that takes one record a call, and tells followers by mail.
    """

    def __init__(self, records: Records) -> None:
        self._records = records
        self._subtype: int | None = None

    def absent(self, marks: Sequence[str]) -> set[str]:
        """Those of the Message-Ids that no message has."""
        there = {
            row["message_id"]
            for some in pages(marks, _NOTES_A_CALL)
            for row in self._records.rows("mail.message", [("message_id", "in", some)], ["message_id"])
        }
        return {mark for mark in marks if mark not in there}

    def message(self, model: str, record: int, mark: str, at: datetime, body: str) -> dict[str, object]:
        return {
            "model": model,
            "res_id": record,
            "message_id": mark,
            "message_type": "comment",
            "subtype_id": self._note_subtype(),
            "date": f"{at:%Y-%m-%d %H:%M:%S}",
            "body": "<p>" + "<br>".join(escape(line) for line in body.splitlines()) + "</p>",
        }

    def write(self, messages: Sequence[Mapping[str, object]]) -> None:
        for some in pages(messages, _NOTES_A_CALL):
            self._records.create("mail.message", some)

    def _note_subtype(self) -> int:
        """A message of this subtype is for those within the company; 0 where there is none of the name."""
        if self._subtype is None:
            domain = [("name", "=", "Note"), ("res_model", "=", False), ("internal", "=", True)]
            rows = self._records.rows("mail.message.subtype", domain, ["name"])
            self._subtype = int(rows[0]["id"]) if rows else 0
        return self._subtype


class Notes:
    """The notes of units. Raises RemoteFailure."""

    def __init__(self, records: Records) -> None:
        self._writer = NoteWriter(records)

    def make_right(self, run: UnitRun) -> None:
        new = [(unit, note) for unit in run.units() for note in unit.notes if note.number > _last(run, unit)]
        if not new:
            return
        absent = self._writer.absent([_mark(unit, note) for unit, note in new])
        self._writer.write(
            [
                self._writer.message(_MODEL, run.at(unit).lot_id, _mark(unit, note), note.at, note.body)
                for unit, note in new
                if _mark(unit, note) in absent
            ]
        )
        for unit, note in new:
            run.at(unit).changed = run.at(unit).changed or _mark(unit, note) in absent
            run.at(unit).agreed["note"] = max(_last(run, unit), note.number)


class Photos:
    """Photos of units, by the checksum of the file. One that somebody there took away does not come back. Raises
    RemoteFailure."""

    def __init__(self, records: Records) -> None:
        self._records = records

    def make_right(self, run: UnitRun) -> None:
        new = [
            (unit, photo)
            for unit in run.units()
            for photo in unit.photos
            if photo.checksum_sha1 not in _photos(run, unit)
        ]
        if not new:
            return
        lots = sorted({run.at(unit).lot_id for unit, _ in new})
        domain = [("res_model", "=", _MODEL), ("res_id", "in", lots)]
        rows = self._records.rows("ir.attachment", domain, ["res_id", "checksum"])
        there = {(row["res_id"], row["checksum"]) for row in rows}
        absent = []
        for unit, photo in new:
            key = (run.at(unit).lot_id, photo.checksum_sha1)
            if key not in there:
                there.add(key)
                absent.append((unit, photo))
            else:
                _note_photo(run, unit, photo)
        for some in self._in_calls(run, absent):
            # Odoo would shrink large ones, and the checksum be another.
            self._records.create(
                "ir.attachment", [values for _, _, values in some], context={"image_no_postprocess": True}
            )
            for unit, photo, _ in some:
                run.at(unit).changed = True
                _note_photo(run, unit, photo)

    def _in_calls(
        self, run: UnitRun, absent: Sequence[tuple[UnitThere, Photo]]
    ) -> Iterator[list[tuple[UnitThere, Photo, dict[str, object]]]]:
        some: list[tuple[UnitThere, Photo, dict[str, object]]] = []
        size = 0
        for unit, photo in absent:
            content = _content(photo)
            if content is None:
                run.at(unit).notes.append(msg("odoo.unit.photo_unreadable", photo=photo.name))
                continue
            if some and size + len(content) > _BYTES_A_CALL:
                yield some
                some, size = [], 0
            size += len(content)
            values: dict[str, object] = {
                "name": photo.name,
                "res_model": _MODEL,
                "res_id": run.at(unit).lot_id,
                "mimetype": photo.mimetype,
                "datas": base64.b64encode(content).decode("ascii"),
                "company_id": self._records.company,
            }
            some.append((unit, photo, values))
        if some:
            yield some


class Activities:
    """A held unit, and one whose re-test is due, is something to do on its lot, until it is not any more.

    Each is told once: what somebody there marked as done does not come back before the unit is held anew. They are
    known by their summary. Raises RemoteFailure.
    """

    _SUMMARIES: ClassVar = {"held": "bmdesk: held", "retest": "bmdesk: re-test due"}

    def __init__(self, records: Records) -> None:
        self._records = records
        self._user = 0

    def make_right(self, run: UnitRun) -> None:
        wanted = {unit.unit_id: _to_do(unit) for unit in run.units()}
        news = [unit for unit in run.units() if wanted[unit.unit_id] != _told(run, unit)]
        if not news:
            return
        lots = sorted(run.at(unit).lot_id for unit in news)
        domain = [
            ("res_model", "=", _MODEL),
            ("res_id", "in", lots),
            ("summary", "in", list(self._SUMMARIES.values())),
        ]
        rows = self._records.rows("mail.activity", domain, ["res_id", "summary"])
        there = grouped(((row["res_id"], row["summary"]), int(row["id"])) for row in rows)
        for kind, summary in self._SUMMARIES.items():
            begun, over = [], []
            for unit in news:
                lot = run.at(unit).lot_id
                open_ones = there.get((lot, summary), [])
                if kind in wanted[unit.unit_id]:
                    begun += [] if open_ones or kind in _told(run, unit) else [unit]
                elif open_ones:
                    over.append((unit, open_ones))
            self._begin(run, begun, summary)
            self._end(run, over)
        for unit in news:
            run.at(unit).agreed["to_do"] = sorted(wanted[unit.unit_id])

    def _begin(self, run: UnitRun, units: Sequence[UnitThere], summary: str) -> None:
        if units:
            lots = [run.at(unit).lot_id for unit in units]
            named = {"act_type_xmlid": _TO_DO, "summary": summary, "user_id": self._own_user()}
            self._records.call(_MODEL, "activity_schedule", lots, named=named)
        for unit in units:
            run.at(unit).changed = True

    def _end(self, run: UnitRun, pairs: Sequence[tuple[UnitThere, list[int]]]) -> None:
        if pairs:
            ids = [one for _, activities in pairs for one in activities]
            self._records.call("mail.activity", "action_feedback", ids)
        for unit, _ in pairs:
            run.at(unit).changed = True

    def _own_user(self) -> int:
        self._user = self._user or self._records.remote.login()
        return self._user


_TO_DO = "mail.mail_activity_data_todo"


def _mark(unit: UnitThere, note: Note) -> str:
    return f"<unit.{unit.unit_id.lower()}.note.{note.number}@bmdesk>"


def _last(run: UnitRun, unit: UnitThere) -> int:
    base = run.base(unit) or {}
    number = run.at(unit).agreed.get("note", base.get("note", 0))
    return number if isinstance(number, int) else 0


def _photos(run: UnitRun, unit: UnitThere) -> list[str]:
    kept = run.at(unit).agreed.get("photos")
    return [str(one) for one in kept] if isinstance(kept, list) else []


def _note_photo(run: UnitRun, unit: UnitThere, photo: Photo) -> None:
    run.at(unit).agreed["photos"] = [*_photos(run, unit), photo.checksum_sha1]


def _to_do(unit: UnitThere) -> set[str]:
    return {name for name, is_so in (("held", unit.held), ("retest", unit.retest_due)) if is_so}


def _told(run: UnitRun, unit: UnitThere) -> set[str]:
    base = run.base(unit) or {}
    kept = base.get("to_do")
    return {str(one) for one in kept} if isinstance(kept, list) else set()


def _content(photo: Photo) -> bytes | None:
    """The file; None where it is not there, or is not that photo any more."""
    try:
        content = photo.path.read_bytes()
    except OSError:
        return None
    found = hashlib.sha1(content, usedforsecurity=False).hexdigest()
    return content if found == photo.checksum_sha1 else None
