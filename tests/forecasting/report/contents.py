"""Contents of reports, made up."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from lachan.forecasting.report.content import (
    AlarmCount,
    AlarmLine,
    Band,
    Content,
    Debt,
    Figure,
    Map,
    OpenNote,
    Outlook,
    PlaceRow,
    Sentence,
    Spot,
    Where,
)
from lachan.kernel.words import Words

DAY = date(2026, 11, 20)


def both(text: str) -> Words:
    return Words(f"{text} (vi)", f"{text} (en)")


def content(area_id: int, day: date = DAY, cases: int = 12, *, notes: tuple[OpenNote, ...] = ()) -> Content:
    weeks = [day - timedelta(weeks=back) for back in range(8, 0, -1)]
    return Content(
        area_id=area_id,
        place="Thành phố Hồ Chí Minh",
        level=1,
        day=day,
        made_at=datetime(day.year, day.month, day.day, 12, tzinfo=UTC),
        disease="covid-19",
        figures=(
            Figure(id="cases", name=both("cases"), value=cases, before=9, good=-1, spark=(1.0, None, 3.0)),
            Figure(id="positivity", name=both("positivity"), value=None, before=None, kind="share", why=both("few")),
        ),
        changes=(Sentence(both("cases rise"), Where("place", area_id)),),
        places=(PlaceRow(area_id=2, name="Quận 1", today=3, week=11, incidence=7.5, growth=1.4),),
        outlook=Outlook(
            measure=both("cases a week"),
            history=tuple((end, 10.0 + at) for at, end in enumerate(weeks)),
            bands=tuple(Band(day + timedelta(weeks=at), 5, 10, 15, 20, 40) for at in (1, 2)),
            said=both("between"),
            inside=17,
            of=20,
        ),
        alarms=(AlarmLine(id="a", place="Quận 1", disease=both("covid"), since=day, state=both("open")),),
        debts=(Debt(both("missing"), 4, Where("debt", area_id)),),
        quality=(both("counted"),),
        notes=notes,
        map=Map("points", (Spot("Quận 1", 106.7, -10.8, 7.5, 140_000), Spot("Quận 3", 106.68, -10.78, None, 90_000))),
        alarm_count=AlarmCount(3, 2),
    )
