"""Requests of the demonstration: one in every state, one of them overdue, with a paper photographed by hand."""

from __future__ import annotations

import io
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import connection
from django.utils import timezone
from PIL import Image, ImageDraw

from lachan.access.actors import Actor, actor_of_user
from lachan.access.queries import user_by_name
from lachan.certificates.corrections import asking, operations, queries
from lachan.certificates.corrections.facts import PERSON, Said
from lachan.certificates.corrections.operations import Wish
from lachan.certificates.corrections.proposals import Wanted
from lachan.demonstration.plan import Country, uuid_for
from lachan.people.self_service.demo import PERSONS

# (kind, what is said, days ago, steps after it)
_STORIES: Final[tuple[tuple[str, str, int, tuple[str, ...]], ...]] = (
    ("birth_date", "Ngày sinh trên giấy xác nhận sai, căn cước của tôi ghi khác.", 0, ()),
    ("dose_wrong", "Ngày tiêm ghi trễ một ngày so với phiếu tiêm.", 1, ("take",)),
    ("name", "Tên đệm của tôi bị thiếu dấu.", 1, ("propose",)),
    ("dose_missing", "Mũi đầu tôi tiêm ở công ty chưa có trong hồ sơ.", 9, ()),
    ("sex", "Giới tính ghi nhầm.", 4, ("refuse",)),
    ("other", "Số điện thoại cũ của tôi còn trong hồ sơ phải không?", 2, ("ask_more",)),
    ("birth_date", "Tôi sinh ngày mùng một, không phải ngày trong hồ sơ.", 3, ("propose", "approve")),
)

OWN: Final = ("sex", "other")  # kinds of the requests somebody can read in their own record


def seed_corrections(land: Country, now: datetime) -> int:
    """Ask and go as far as each story goes; how many requests. Again has no second effect."""
    head, commune = _user("head", now), _user("commune", now)
    people = _people(land.story.id, len(_STORIES))
    own = uuid_for("own record", PERSONS[0].name, PERSONS[0].born)  # whom a visitor can sign in as
    people = [
        (own if _STORIES[index][0] in OWN else person, dose, born) for index, (person, dose, born) in enumerate(people)
    ]
    for index, ((person_id, dose_id, born), story) in enumerate(zip(people, _STORIES, strict=False)):
        kind, text, days, steps = story
        request_id, asked_at = uuid_for("correction", index), now - timedelta(days=days, minutes=20)
        about = dose_id if kind == "dose_wrong" else None
        right: dict[str, str] = {"birth_date": f"{born[:8]}01"} if kind == "birth_date" else {}
        photos = [_paper()] if index == 0 else []
        wish = asking.Asked(request_id, person_id, kind, Said(text, right), about, photos)
        asking.ask([wish], actor=PERSON, now=asked_at)
        for step in steps:
            _take(step, request_id, born, now, head, commune)
    operations.finish(now)
    return len(people)


def _take(step: str, request_id: UUID, born: str, now: datetime, head: Actor, commune: Actor) -> None:
    row = queries.by_id(request_id)
    if row is None or (step == "propose" and row.proposer_id is not None):
        return
    fields = {"name": f"{_name(row.person_id)} Ân"}
    if row.kind == "birth_date":
        fields = {"birth_date": f"{born[:8]}01"}
    words: dict[str, dict[str, Any]] = {
        "take": {},
        "propose": {"words": "Đã xem căn cước", "wanted": Wanted("person.amend", fields)},
        "approve": {},
        "refuse": {"words": "Căn cước ghi đúng như hồ sơ.", "reason": "record_is_right"},
        "ask_more": {"words": "Xin cho biết số điện thoại nào cần bỏ, chỉ ghi ba số cuối."},
    }
    wish = Wish(row.id, step, row.version, **words[step])
    operations.act([wish], actor=commune if step == "approve" else head, now=now)


def _people(facility_id: int, most: int) -> list[tuple[UUID, UUID, str]]:
    """(person, first dose, day of birth) of people vaccinated at the station of the story."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT ON (d.person_id) d.person_id, d.id, p.birth_date::text FROM immunization_dose d"
            " JOIN people_person p ON p.id = d.person_id WHERE d.facility_id = %s AND d.status = 'active'"
            " AND p.birth_precision = 'D' AND p.merged_into IS NULL AND p.died_on IS NULL"
            " AND extract(day FROM p.birth_date) > 1 ORDER BY d.person_id, d.dose_number LIMIT %s",
            [facility_id, most],
        )
        return [(row[0], row[1], str(row[2])) for row in cursor.fetchall()]


def _name(person_id: UUID) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM people_person WHERE id = %s", [person_id])
        return str(cursor.fetchall()[0][0])


def _user(name: str, now: datetime) -> Actor:
    found = user_by_name(name)
    assert found is not None
    return actor_of_user(found.id, name, today=timezone.localdate(now))


def _paper() -> bytes:
    """A sheet with lines, as a photo of a paper: nothing on it is anybody's."""
    sheet = Image.new("RGB", (900, 620), "#f4efe2")
    pen = ImageDraw.Draw(sheet)
    pen.rectangle((40, 40, 860, 580), outline="#0b6e6e", width=6)
    pen.rectangle((80, 150, 280, 420), fill="#d8d0bd")
    for line in range(7):
        pen.line((330, 170 + line * 52, 800 - (line % 3) * 90, 170 + line * 52), fill="#555555", width=8)
    written = io.BytesIO()
    sheet.save(written, "JPEG", quality=80)
    return written.getvalue()
