"""The national picture: what each role sees of it, on both maps, live, as files, and how quick it is."""

from __future__ import annotations

import csv
import io
import json
import re
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook

from lachan.access.actors import Actor
from lachan.analytics import maps
from lachan.analytics.maps import Map
from lachan.immunization.commands import execute
from lachan.kernel.commands import Command
from lachan.kernel.ids import new_id
from lachan.kernel.outcomes import ACCEPTED
from lachan.places import queries as places
from lachan.web import assets
from lachan.web.parts.picture import tables, tiles, words

from .conftest import SignedIn
from .pages import breaches

pytestmark = pytest.mark.slow
MAP_DAY = date(2021, 10, 16)
Give = Callable[..., None]


def text_of(answer: Any) -> str:
    return str(answer.content.decode())


def area(code: str, level: int, on: date = MAP_DAY) -> int:
    found = places.area_at(code, level, on)
    assert found is not None
    return found.id


@pytest.fixture
def give(cast: None) -> Give:
    """Gives doses at the station of Bến Nghé to new people of a commune."""
    maps.forget()
    root, station = Actor.system("tests"), "TYT26740"
    now = timezone.now()

    def send(verb: str, body: dict[str, Any], at: Any = now) -> Any:
        [outcome] = execute([Command(new_id(), verb, at, body)], actor=root, now=timezone.now())
        assert outcome.status is ACCEPTED, outcome
        return outcome.id

    stock = {"facility": station, "product": "pfizer", "lot": "PF1", "kind": "receive", "quantity": 999}
    send("stock.move", stock | {"expires_on": str(timezone.localdate() + timedelta(days=90))})

    def give(count: int = 1, days_ago: int = 0, commune: str = "26740", sex: str = "F") -> None:
        for _ in range(count):
            body = {"name": "Võ Thị Sáu", "sex": sex, "birth_date": "1990-03-04", "force_new": True}
            person = send("person.register", body | {"residence_code": commune})
            day = timezone.localdate() - timedelta(days=days_ago)
            dose = {"person": {"id": str(person)}, "facility": station, "product": "pfizer", "lot": "PF1"}
            send("dose.record", dose | {"given_on": day.isoformat()})

    return give


def figures(page: str) -> dict[str, str]:
    return dict(re.findall(r'data-live="(\w+)">([^<]*)<', page))


def test_the_nation_in_five_figures(signed_in: SignedIn, give: Give) -> None:
    give(3)
    give(2, days_ago=1)
    page = text_of(signed_in("national").get("/national/"))
    assert figures(page) | {"sessions": ""} == {
        "doses": "3", "first": "5", "completed": "0", "boosters": "0", "sessions": "", "stations": "tại 0 điểm tiêm",
    }  # fmt: skip
    assert 'data-live-difference="doses">+1<' in page
    assert 'data-live-difference="first">+3<' in page
    assert breaches(page) == []


@pytest.mark.parametrize(("language", "title"), [("vi", "Bức tranh toàn quốc"), ("en", "National picture")])
def test_the_page_is_whole_in_both_languages(signed_in: SignedIn, give: Give, language: str, title: str) -> None:
    give()
    give(days_ago=1)
    client = signed_in("national")
    client.post("/language/", {"language": language})
    page = text_of(client.get("/national/"))
    assert f'<h1 class="lc-title">{title}</h1>' in page
    english = ("What changed", "As they come", "Coverage by province", "Fully vaccinated", "How it is counted")
    assert [word for word in english if f">{word}<" in page] == ([] if language == "vi" else list(english))


@pytest.mark.parametrize(("of", "provinces"), [("2021", 63), ("2025", 34)])
def test_a_square_for_every_province_and_for_the_islands(
    signed_in: SignedIn, give: Give, of: str, provinces: int
) -> None:
    give()
    page = text_of(signed_in("national").get(f"/national/?map={of}"))
    squares = re.findall(r'<a href="(/national/\d+/[^"]*)" class="pic-tile( pic-tile-islands)?', page)
    assert len([href for href, islands in squares if not islands]) == provinces
    titles = re.findall(r"<title>((?:Hoàng|Trường) Sa \([^)]*\))</title>", page)
    assert sorted(titles) == ["Hoàng Sa (Đà Nẵng)", "Trường Sa (Khánh Hòa)"]
    assert len({href for href, _ in squares}) == provinces  # the islands lead to their province


@pytest.mark.parametrize(("measure", "shown"), [("first", "0,00"), ("today", "0,0")])
def test_the_map_shows_the_measure_asked_for(signed_in: SignedIn, give: Give, measure: str, shown: str) -> None:
    give()
    page = text_of(signed_in("national").get(f"/national/?map=2021&measure={measure}"))
    assert f"<title>Hồ Chí Minh: {shown}" in page


@pytest.mark.parametrize(
    "query", ["?day=tomorrow", "?day=2999-01-01", "?map=1975", "?measure=x", "?area=x&facility=-1"]
)
def test_an_address_that_makes_no_sense_shows_today(signed_in: SignedIn, give: Give, query: str) -> None:
    give()
    answer = signed_in("national").get(f"/national/{query}")
    assert answer.status_code == 200
    assert figures(text_of(answer))["doses"] == "1"


def test_before_the_first_dose_the_page_says_so_and_keeps_looking(signed_in: SignedIn, cast: None) -> None:
    page = text_of(signed_in("national").get("/national/"))
    assert "Chưa có mũi tiêm nào được ghi nhận" in page
    assert "pic-tile" not in page
    assert json.loads(_script(page, "pic-data"))["live"].startswith("/national/live.json?")


def _script(page: str, name: str) -> str:
    found = re.search(rf'<script id="{name}" type="application/json">(.*?)</script>', page)
    assert found is not None
    return found[1]


def test_a_day_without_doses_leads_to_the_last_that_had_some(signed_in: SignedIn, give: Give) -> None:
    give(days_ago=3)
    page = text_of(signed_in("national").get("/national/"))
    latest = timezone.localdate() - timedelta(days=3)
    assert "Ngày này chưa có mũi tiêm nào" in page
    assert f'href="/national/?day={latest.isoformat()}"' in page
    then = text_of(signed_in("national").get(f"/national/?day={latest.isoformat()}"))
    assert figures(then)["doses"] == "1"
    assert json.loads(_script(then, "pic-data"))["live"] == ""  # a past day does not move


@pytest.mark.parametrize(
    ("username", "code", "level"),
    [("province", "79", 1), ("district", "760", 2), ("commune", "26740", 3), ("head", "26740", 3)],
)
def test_officers_begin_at_their_own_area(
    signed_in: SignedIn, give: Give, username: str, code: str, level: int
) -> None:
    give()
    client = signed_in(username)
    answer = client.get("/national/")
    assert answer.status_code == 302
    assert answer.headers["Location"] == f"/national/{area(code, level)}/"
    page = text_of(client.get(answer.headers["Location"]))
    assert figures(page)["doses"] == "1"
    assert breaches(page) == []
    assert client.get(f"/national/{area('01', 1)}/").status_code == 403
    assert client.get("/national/live.json").status_code == 403
    assert client.get(f"/national/live.json?area={area(code, level)}").status_code == 200
    assert client.get("/national/table/provinces.csv").status_code == 403


def test_the_way_down_from_the_nation_to_a_station_and_up_again(signed_in: SignedIn, give: Give) -> None:
    give()
    client = signed_in("national")
    city, ben_nghe = area("79", 1), area("26740", 3)
    station = next(row.id for row in places.facilities(places.facilities_in(ben_nghe)) if row.code == "TYT26740")
    assert f'href="/national/{city}/?map=2021"' in text_of(client.get("/national/?map=2021"))
    assert f'href="/national/{ben_nghe}/?map=2021"' in text_of(client.get(f"/national/{city}/"))
    assert f'href="/national/facility/{station}/?map=2021"' in text_of(client.get(f"/national/{ben_nghe}/"))
    page = text_of(client.get(f"/national/facility/{station}/"))
    assert "Trạm Y tế phường Bến Nghé" in page
    assert figures(page)["doses"] == "1"
    way = re.search(r'<nav class="lc-path".*?</nav>', page, re.DOTALL)
    assert way is not None
    assert re.findall(r">([^<>]+)</a>", way[0]) == ["Việt Nam", "Thành phố Hồ Chí Minh", "Quận 1", "Phường Bến Nghé"]


@pytest.mark.parametrize("path", ["/national/999999999/", "/national/facility/999999999/", "/national/table/none.csv",
                                  "/national/table/days.pdf", "/national/table/facilities.csv"])  # fmt: skip
def test_what_is_not_there_is_not_found(signed_in: SignedIn, give: Give, path: str) -> None:
    assert signed_in("national").get(path).status_code == 404


def test_the_live_answer_is_small_and_silent_while_nothing_changes(signed_in: SignedIn, give: Give) -> None:
    give(2)
    client = signed_in("national")
    answer = client.get("/national/live.json?map=2021")
    body = answer.json()
    assert (body["doses"], body["first"], body["provinces"]) == (2, 2, {str(area("79", 1)): 2})
    tag = {"If-None-Match": answer.headers["ETag"]}
    again = client.get("/national/live.json?map=2021", headers=tag)
    assert (again.status_code, again.content) == (304, b"")
    give()
    assert client.get("/national/live.json?map=2021", headers=tag).json()["doses"] == 3


@pytest.mark.parametrize("of", list(Map))
def test_communes_as_points_draw_the_country(signed_in: SignedIn, give: Give, of: Map) -> None:
    give(2)
    answer = signed_in("national").get(f"/national/communes.json?map={of}", headers={"Accept-Encoding": "gzip"})
    assert answer.headers["Content-Encoding"] == "gzip"
    assert len(answer.content) < 200_000
    body = signed_in("national").get(f"/national/communes.json?map={of}").json()
    assert len(body["id"]) == 3_321  # whatever the map: those of 2021 have no coordinates
    assert 7 < min(body["lat"]) < max(body["lat"]) < 24
    assert 102 < min(body["lon"]) < max(body["lon"]) < 116
    assert sum(body["first"]) == 2


def test_points_of_a_province_of_2021_are_the_communes_that_lie_in_it(signed_in: SignedIn, give: Give) -> None:
    give(2)
    body = signed_in("province").get(f"/national/communes.json?area={area('79', 1)}").json()
    assert 90 < len(body["id"]) < 110  # of the 168 of the new city
    assert sum(body["first"]) == 2


@pytest.mark.parametrize("name", [name for name in tables.NAMES if name != "facilities"])
def test_every_table_comes_as_csv_and_as_excel(signed_in: SignedIn, give: Give, name: str) -> None:
    give(2)
    client = signed_in("national")
    answer = client.get(f"/national/table/{name}.csv?map=2021")
    assert answer.headers["Content-Disposition"].startswith(f'attachment; filename="lachan-{name}-00-')
    assert answer.content.startswith(b"\xef\xbb\xbf")
    lines = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    book = load_workbook(io.BytesIO(client.get(f"/national/table/{name}.xlsx?map=2021").content))
    sheet = [list(row) for row in book.worksheets[0].iter_rows(values_only=True)]
    assert [str(cell) for cell in sheet[0]] == lines[0]
    assert len(sheet) == len(lines) > 1
    assert book.worksheets[1].title == "Thông tin"


def test_the_table_of_provinces_says_what_the_page_says(signed_in: SignedIn, give: Give) -> None:
    give(3)
    answer = signed_in("national").get("/national/table/provinces.csv?map=2021")
    rows = {line[1]: line for line in csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))}
    assert rows["79"] == ["Hồ Chí Minh", "79", "9227458", "3", "0.0", "0", "0.0", "0", "3"]
    assert len(rows) == 64


def test_facilities_of_a_province_as_a_file(signed_in: SignedIn, give: Give) -> None:
    give(3)
    give(days_ago=1)
    answer = signed_in("province").get(f"/national/table/facilities.csv?area={area('79', 1)}")
    lines = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert lines[1:] == [["Trạm Y tế phường Bến Nghé", "TYT26740", "3", "1", "4"]]


def test_support_reads_but_takes_nothing_along(signed_in: SignedIn, give: Give) -> None:
    give()
    client = signed_in("support")
    page = text_of(client.get("/national/"))
    assert "/national/table/" not in page
    assert client.get("/national/table/provinces.csv").status_code == 403


def test_every_figure_opens_its_definition(signed_in: SignedIn, give: Give) -> None:
    give()
    page = text_of(signed_in("national").get("/national/"))
    opened = set(re.findall(r'data-dialog-open="([\w-]+)"', page))
    assert {name for name in opened if name.startswith("about-")} == {
        f"about-{key}" for key in ("doses", "first", "completed", "boosters", "sessions")
    }
    assert opened <= set(re.findall(r'<dialog[^>]* id="([\w-]+)"', page))


CASES = json.loads((Path(__file__).parents[2] / "frontend/islands/picture/classes.json").read_text())["cases"]


@pytest.mark.parametrize("case", CASES)
def test_classes_begin_where_the_browser_begins_them(case: dict[str, list[float]]) -> None:
    starts = tiles.breaks(case["values"])
    assert starts == pytest.approx(case["starts"])
    for value in case["values"] if starts else ():
        assert 0 <= tiles.bucket(value, starts) < tiles.CLASSES


def test_percents_have_as_many_decimals_as_can_be_used() -> None:
    from django.utils.translation import override

    with override("vi"):
        found = [words.percent(value).replace(words.NARROW, " ") for value in (0, 0.0123, 0.19, 7.5, 61.26, 100, None)]
    assert found == ["0 %", "0,012 %", "0,19 %", "7,50 %", "61,3 %", "100,0 %", "–"]


def test_the_first_view_is_light_and_the_charts_come_later() -> None:
    bundle = assets.bundle("picture")
    first = {path for path in (bundle.script, *bundle.styles, *bundle.preloads) if path}
    assert sum((assets.DIST.parent / path).stat().st_size for path in first) < 60_000
    manifest = json.loads((assets.DIST / "manifest.json").read_text())
    assert any(entry.get("isDynamicEntry") and "scatter" in key for key, entry in manifest.items())


@pytest.mark.parametrize("path", ["/national/", "/national/?map=2021", "/national/live.json", "/national/{city}/",
                                  "/national/{commune}/", "/national/communes.json"])  # fmt: skip
def test_every_screen_answers_within_a_quarter_of_a_second(signed_in: SignedIn, give: Give, path: str) -> None:
    give(2)
    client: Client = signed_in("national")
    where = path.format(city=area("79", 1, Map.OF_2025.day), commune=area("26740", 3))
    client.get(where)  # areas and templates are read once a process
    times = []
    for _ in range(20):
        begun = time.process_time()
        assert client.get(where).status_code == 200
        times.append(time.process_time() - begun)
    # processor time: what a neighbour on this machine does is not the page's fault; `lachan bench` measures the clock
    # 19 of 20: one may meet the collector on its walk through everything this process of tests holds
    assert sorted(times)[18] < 0.25, sorted(times)[-3:]
