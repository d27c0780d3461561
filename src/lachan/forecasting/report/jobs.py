"""The report of the evening: made, drawn and sent by the worker."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, time
from functools import partial
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.utils import timezone

from lachan.analytics.maps import map_on
from lachan.forecasting.report import archive, paper, post
from lachan.forecasting.report.archive import Language
from lachan.forecasting.report.gather import gather
from lachan.forecasting.report.words import LETTER, TITLE
from lachan.immunization.messaging import transport
from lachan.kernel.jobs import app
from lachan.kernel.paper import plain
from lachan.places import queries as places
from lachan.places.facts import AreaFact
from lachan.places.rules import COUNTRY_ID

HERE: Final = ZoneInfo("Asia/Ho_Chi_Minh")
AT: Final = time(19)
SLICE: Final = 100  # places asked about and kept together: what is kept stays when the worker is stopped
DRAWN_AT_ONCE: Final = 1  # levels whose PDFs are drawn with the report; those of communes when somebody asks


@app.periodic(cron="*/5 * * * *")
@app.task(name="forecasting.report", queueing_lock="forecasting.report", lock="forecasting.report", pass_context=False)
def evening(timestamp: int, **_: Any) -> None:
    """From 19:00 on, the day's reports that are not there yet; then letters that are due. A worker that was stopped
    goes on where it was."""
    now = timezone.now()
    try:
        if now.astimezone(HERE).time() >= AT:
            make(now.astimezone(HERE).date(), now=now)
    finally:  # what was made goes out, whatever stopped the rest
        post.send_due(_letter, transport(), now)


def make(
    day: date, *, now: datetime, areas: Sequence[AreaFact] | None = None,
    told: Callable[[int, int], None] = lambda done, of: None,
) -> int:  # fmt: skip
    """Reports of a day for these places, or the nation, its provinces and their communes; returns how many were new.

    ``told`` hears how many places are done, and of how many.
    """
    areas = _places(day) if areas is None else areas
    left = set(archive.missing([area.id for area in areas], day))
    wanted = [area for area in areas if area.id in left]
    made = 0
    for at in range(0, len(wanted), SLICE):
        part = wanted[at : at + SLICE]
        made += len(archive.keep(gather(part, day, now=now), now=now))
        _draw([area for area in part if area.level <= DRAWN_AT_ONCE], day, now)
        told(at + len(part), len(wanted))
    return made


def pdf(kept: archive.Kept, language: Language, now: datetime) -> bytes:
    """The PDF of a report, as it was first drawn."""
    return archive.drawn(kept, "pdf", language, partial(paper.draw, seal=kept.seal), now)


def _places(day: date) -> list[AreaFact]:
    nation = places.area(COUNTRY_ID)
    if nation is None:
        return []
    drawn = map_on(day).day
    provinces = places.provinces(drawn)
    # a province beside its communes: its report is made of theirs, and they are asked about once
    return [nation, *(area for one in provinces for area in (one, *places.communes(one.id, drawn)))]


def _draw(areas: Sequence[AreaFact], day: date, now: datetime) -> None:
    languages: tuple[Language, ...] = ("vi", "en")
    for area in areas:
        kept = archive.standing(area.id, day)
        if kept is not None:
            for language in languages:
                pdf(kept, language, now)


def _letter(due: post.Due) -> post.Letter:
    kept = archive.standing(due.area_id, due.day)
    assert kept is not None  # a report is never deleted
    content = kept.content
    title = TITLE.into(due.language).format(place=plain(content.place, 60), day=f"{due.day:%d/%m/%Y}")
    changes = "\n".join(f"- {line.text.into(due.language)}" for line in content.changes)
    text = LETTER.into(due.language).format(title=title, changes=changes)
    return post.Letter(title, text, f"lachan-{due.area_id}-{due.day}.pdf", pdf(kept, due.language, timezone.now()))
