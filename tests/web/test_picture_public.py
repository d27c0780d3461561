"""The public page: nobody signs in, nobody is recognised, and whatever stands between may keep a copy."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from lachan.analytics import maps
from lachan.places import queries as places
from lachan.web.parts.picture.epidemic import public

from .pages import breaches
from .test_picture_epidemic import Tell, tell, text_of

__all__ = ["tell"]

pytestmark = pytest.mark.slow


@pytest.fixture
def visitor(cast: None) -> Client:
    public.drawn.cache_clear()
    return Client()


def ago() -> int:
    """Days since the Sunday the public page's week ended on: the last one that whole two days of reports came after."""
    today = timezone.localdate()
    return next(back for back in range(3, 10) if (today - timedelta(days=back)).weekday() == 6)


def test_anybody_reads_it_and_it_names_nobody(visitor: Client, tell: Tell) -> None:
    tell(40, ago() + 2)
    tell(2, ago() + 2, commune="00001")  # of Hà Nội: too few to be shown
    answer = visitor.get("/public/")
    page = text_of(answer)
    assert breaches(page) == []
    assert "ẩn" in page
    rows = dict(re.findall(r'<td class="lc-row-name"[^>]*><a[^>]*>([^<]+)</a></td><td[^>]*>([^<]+)</td>', page))
    assert rows["Hồ Chí Minh"] == "40" or rows["Hồ Chí Minh"] == "ẩn"
    assert rows["Hà Nội"] == "ẩn"
    assert not re.search(r"<form|<script(?![^>]*src=)|/picture/|/people/|\b\d{9,12}\b", page)
    assert "Set-Cookie" not in answer.headers
    assert not answer.cookies


def test_a_copy_may_be_kept_and_is_asked_for_again_by_its_tag(visitor: Client, tell: Tell) -> None:
    tell(40, ago() + 2)
    answer = visitor.get("/public/")
    assert "public" in answer.headers["Cache-Control"]
    assert re.search(r"max-age=\d+", answer.headers["Cache-Control"])
    assert "Cookie" not in answer.headers.get("Vary", "")
    tag = answer.headers["ETag"]
    again = visitor.get("/public/", headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["ETag"] == tag
    english = visitor.get("/public/?lang=en")
    assert english.headers["ETag"] != tag
    assert "The epidemic in Viet Nam" in text_of(english)


def test_the_language_is_the_address_s_not_the_reader_s(visitor: Client, tell: Tell) -> None:
    """A copy kept for one reader must suit the next."""
    tell(40, ago() + 2)
    visitor.post("/language/", {"language": "en"})
    assert "Tình hình dịch cả nước" in text_of(visitor.get("/public/", headers={"Accept-Language": "en"}))


def test_a_page_just_drawn_costs_the_database_nothing(
    visitor: Client, tell: Tell, django_assert_num_queries: object
) -> None:
    tell(40, ago() + 2)
    visitor.get("/public/")
    with django_assert_num_queries(0):
        visitor.get("/public/")


@pytest.mark.parametrize("query", ["?area=999999999", "?area={commune}", "?area={old}"])
def test_there_is_the_nation_and_its_provinces_of_today_and_nothing_else(
    visitor: Client, tell: Tell, query: str
) -> None:
    tell(40, ago() + 2)
    on = maps.map_on(timezone.localdate()).day
    commune = places.communes(places.provinces(on)[0].id, on)[0].id
    old = places.provinces(maps.Map.OF_2021.day)[2].id  # Hà Giang, joined with Tuyên Quang since
    assert visitor.get(f"/public/{query.format(commune=commune, old=old)}").status_code == 404


def test_a_province_by_its_communes(visitor: Client, tell: Tell) -> None:
    tell(40, ago() + 2)
    on = maps.map_on(timezone.localdate()).day
    city = next(area for area in places.provinces(on) if area.name == "Hồ Chí Minh")
    page = text_of(visitor.get(f"/public/?area={city.id}"))
    assert page.count('<td class="lc-row-name"') == len(places.communes(city.id, on))
    assert "Cả nước" in page
    assert "pic-tile " not in page
