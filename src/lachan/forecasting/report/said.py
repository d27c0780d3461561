"""What the report says in sentences, in both languages: changes, the forecast read aloud, the state of the data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.utils.translation import override

from lachan.analytics.epidemic import changed
from lachan.forecasting import doubts, told
from lachan.forecasting.charts.numbers import between
from lachan.forecasting.charts.numbers import day as day_text
from lachan.forecasting.facts import State
from lachan.forecasting.many import Late
from lachan.forecasting.report.content import Band, Sentence, Where
from lachan.forecasting.sentences import SENTENCES
from lachan.kernel.words import Words
from lachan.places.facts import AreaFact

HERE: Final = ZoneInfo("Asia/Ho_Chi_Minh")
CASES: Final = Words("Ca mắc mới mỗi tuần", "New cases a week")
FEW: Final = Words("Chưa thể nói: số liệu quá ít.", "Cannot be said: too few data.")
STATES: Final = {
    State.OPEN: Words("Chưa ai nhận", "Nobody has taken it up"),
    State.ACKNOWLEDGED: Words("Đã nhận", "Acknowledged"),
    State.FOLLOWED: Words("Đang theo ổ dịch", "Followed to a cluster"),
    State.CLOSED: Words("Đã đóng", "Closed"),
}
_DISEASES: Final = {
    "covid-19": Words("COVID-19", "COVID-19"),
    "measles": Words("sởi", "measles"),
    "dengue": Words("sốt xuất huyết Dengue", "dengue"),
}


def disease(code: str) -> Words:
    """A disease as people call it; its code where the house has no word for it."""
    return _DISEASES.get(code, Words(code, code))


def changes(
    day: date, area: AreaFact, own: Sequence[changed.Line], below: Sequence[changed.Line], late: int
) -> list[Sentence]:
    """At most three things that changed, with the page that shows each."""
    more = [changed.Change("overdue", day, count=late, weight=min(late, 500) / 250)] if late else []
    return [Sentence(_both(one), _where(one, area)) for one in changed.changes(day, own, below, more)]


def _both(one: changed.Change) -> Words:
    with override("vi"):
        vietnamese = told.text(one)
    with override("en"):
        return Words(vietnamese, told.text(one))


def _where(one: changed.Change, area: AreaFact) -> Where:
    return Where("tasks" if one.kind == "overdue" else "place", one.area_id or area.id)


def reading(bands: Sequence[Band]) -> Words | None:
    """The second week ahead read aloud: half of the time between these, nine times of ten between those."""
    if not bands:
        return None
    band = bands[min(1, len(bands) - 1)]
    parts = {}
    for language in ("vi", "en"):
        with override(language):
            half, most = between(band.q25, band.q75), between(band.q05, band.q95)
            parts[language] = (day_text(band.end), half, most)
    return Words(
        "Tuần kết thúc ngày {}: một nửa khả năng số ca nằm trong khoảng {}; chín phần mười khả năng trong khoảng {}."
        .format(*parts["vi"]),
        "In the week to {}: an even chance of {} cases, nine chances in ten of {}."
        .format(*parts["en"]),
    )  # fmt: skip


def reason(code: str, params: Mapping[str, Any]) -> Words:
    """Why there is no forecast, in both languages."""
    with override("vi"):
        vietnamese = str(SENTENCES[code]) % params
    with override("en"):
        return Words(vietnamese, str(SENTENCES[code]) % params)


def counted(until: datetime | None) -> Words:
    """Until when facts are in the figures."""
    if until is None:
        return Words("Số liệu dịch chưa được đếm lần nào.", "The figures of the epidemic have never been counted.")
    at = f"{until.astimezone(HERE):%H:%M %d/%m/%Y}"
    return Words(f"Số liệu gồm mọi ghi nhận đến {at}.", f"The figures hold everything recorded until {at}.")


def late(fact: Late) -> list[Words]:
    """What is late: how this place reports, and whether its delay has changed."""
    lines = []
    if fact.reporter != "regular":
        lines.append(_REPORTERS[fact.reporter])
    if fact.shifted and fact.since is not None:
        since = day_text(fact.since)
        lines.append(
            Words(
                f"Từ {since} ca bệnh được báo chậm hoặc nhanh hơn trước: số liệu những ngày cuối còn có thể đổi nhiều.",
                f"Since {since} cases come in with another delay than before: the last days may still change much.",
            )
        )
    return lines


def doubted(card: Mapping[str, Any], area: AreaFact) -> list[Words]:
    """What is wrong with the data behind the forecast, as its page says it."""
    with override("vi"):
        vietnamese = doubts.sentences(card, area)
    with override("en"):
        return [Words(*pair) for pair in zip(vietnamese, doubts.sentences(card, area), strict=True)]


_REPORTERS: Final = {
    "weekly": Words("Địa bàn này chỉ báo cáo mỗi tuần một lần.", "This place reports once a week only."),
    "broken": Words("Địa bàn này báo cáo không đều.", "This place reports irregularly."),
    "silent": Words("Địa bàn này đã ngừng báo cáo.", "This place has stopped reporting."),
}
