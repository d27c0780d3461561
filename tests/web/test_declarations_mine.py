"""Declaring in one's own record: the diary of a watch, notices of exposure, a child."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from lachan.people.self_service import sessions
from lachan.surveillance.models import Declaration
from lachan.tracing.models import Link, Watch
from lachan.web.person_door import COOKIE
from tests.immunization.conftest import Station

from .test_declarations import NO, kept, station

__all__ = ["station"]


def me(station: Station, **more: Any) -> tuple[Client, UUID]:
    person = station.person("Nguyễn Thị Hồng Nhung", "1988-03-14", sex="F", **more)
    client = Client()
    client.cookies[COOKIE] = sessions.begin(person, shared=False, device="", now=timezone.now())
    return client, person


def watch(person: UUID, area_id: int | None, **more: Any) -> Watch:
    now, day = timezone.now(), timezone.localdate()
    return Watch.objects.create(
        person_id=person, disease="covid-19", level=1, area_id=area_id, rule="vn-11042-2021-12-29",
        last_exposure=now - timedelta(days=4), since=day - timedelta(days=3), until=day + timedelta(days=10),
        quarantine="home", test_days=[day.isoformat()], listed_at=now, changed_at=now, **more,
    )  # fmt: skip


@pytest.mark.slow
def test_a_diary_of_a_watch_in_one_press_a_day(station: Station) -> None:
    client, person = me(station)
    watch(person, station.facility.area_id)
    html = client.get(reverse("me-diary")).content.decode()
    assert station.facility.name in html
    assert html.count("decl-day-missed") == 3
    assert html.count("decl-day-later") == 10
    assert client.post(reverse("me-diary"), {"all_no": "1"}).status_code == 302
    row = kept()
    assert (row.kind, row.risk, row.person_id, row.source) == ("daily", 0, person, "self")
    assert "decl-day-fine" in client.get(reverse("me-diary")).content.decode()
    worse = {"symptom": ["cough"], "temperature": "38,2", "spo2": "97"}
    assert client.post(reverse("me-diary"), worse).status_code == 302
    latest = Declaration.objects.order_by("made_at").last()
    assert latest is not None
    assert (latest.risk, latest.state, latest.temperature, latest.spo2) == (2, "open", 38.2, 97)
    assert client.post(reverse("me-diary"), {"no_symptoms": "1", "temperature": "50"}).status_code == 422


def test_a_second_press_writes_one_day(station: Station) -> None:
    client, _person = me(station)
    html = client.get(reverse("me-diary")).content.decode()
    form = {name: re.search(rf'name="{name}" value="([^"]+)"', html)[1] for name in ("command_id", "happened_at")}
    for _ in range(2):
        assert client.post(reverse("me-diary"), {**form, "all_no": "1"}).status_code == 302
    assert Declaration.objects.count() == 1


def test_the_notice_says_day_and_kind_and_never_who_or_where(station: Station) -> None:
    client, person = me(station)
    case = station.person("Trần Quốc Bảo", "1975-11-02")
    now = timezone.now()
    watch(person, station.facility.area_id)
    Link.objects.create(
        person_id=person, case_id=case, case_person_id=case, disease="covid-19", level=1, rule="x",
        first_exposure=now - timedelta(days=5), last_exposure=now - timedelta(days=4), seconds=1800, kind="household",
        place_id=7, score=1, rank=1, listed_at=now, changed_at=now,
        evidence=[{"kind": "household", "place": "Quán cà phê Hoa"}],
    )  # fmt: skip
    html = client.get(reverse("me-exposure")).content.decode()
    for told in ("Trần Quốc Bảo", str(case), "household", "Hoa", "gia đình"):
        assert told not in html
    for day in (now - timedelta(days=5), now - timedelta(days=4)):
        assert timezone.localtime(day).strftime("%d/%m/%Y") in html
    assert station.facility.name in html
    assert "me-next" in client.get(reverse("me")).content.decode()


def test_a_notice_that_was_withdrawn_says_when_and_that_nothing_is_to_be_done(station: Station) -> None:
    client, person = me(station)
    now = timezone.now()
    row = watch(person, station.facility.area_id, state="released", release_reason="result_withdrawn")
    day = timezone.localtime(row.changed_at).strftime("%d/%m/%Y")
    for language, withdrawn, nothing in (
        ("vi", f"Thông báo phơi nhiễm đã được rút lại ngày {day}", "Bạn không cần làm gì thêm"),
        ("en", f"The exposure notice was withdrawn on {day}", "You need do nothing more"),
    ):
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        for page in ("me-exposure", "me"):
            html = client.get(reverse(page)).content.decode()
            assert withdrawn in html
            assert nothing in html
            assert "result_withdrawn" not in html
    type(row).objects.filter(id=row.id).update(until=timezone.localdate(now) - timedelta(days=1))
    assert "rút lại" not in client.get(reverse("me-exposure")).content.decode()


def test_a_parent_declares_for_a_child_and_for_nobody_elses(station: Station) -> None:
    client, person = me(station)
    child = station.person(
        "Nguyễn Minh Khôi", "2015-09-05",
        guardians=[{"person_id": str(person), "name": "Nguyễn Thị Hồng Nhung", "relation": "mẹ"}],
    )  # fmt: skip
    stranger = station.person("Lê Minh Anh", "2015-01-01")
    client.post(reverse("me-show"), {"person": str(child)})
    form = {"kind": "domestic", "no_symptoms": "1", **NO, "person": str(stranger)}
    assert client.post(reverse("me-declare"), form).status_code == 200
    row = kept()
    assert (row.person_id, row.source) == (child, "member")
