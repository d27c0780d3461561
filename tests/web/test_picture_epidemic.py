"""The page of the epidemic: what each role sees, then and now, on the map, as files, on the wall, compared."""

from __future__ import annotations

import csv
import io
import re
import time
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from lachan.analytics import maps
from lachan.places import queries as places
from tests.figures import known

from .conftest import SignedIn
from .pages import breaches

pytestmark = pytest.mark.slow
MAP_DAY = date(2021, 10, 16)
Tell = Callable[..., None]


def text_of(answer: Any) -> str:
    assert answer.status_code == 200, answer.status_code
    return str(answer.content.decode())


def area(code: str, level: int, on: date = MAP_DAY) -> int:
    found = places.area_at(code, level, on)
    assert found is not None
    return found.id


@pytest.fixture
def tell(cast: None) -> Tell:
    """Lets changes of figures become known: ``count`` cases of a commune, ill on a day, known some days later."""
    maps.forget()
    today = timezone.localdate()

    def tell(count: int, ago: int, late: int = 0, commune: str = "26740", measure: str = "cases") -> None:
        day = today - timedelta(days=ago)
        known([(day + timedelta(days=late), day, area(commune, 3), measure, count)], timezone.now())

    return tell


def wave(tell: Tell, *, last: int = 20, before: int = 10) -> None:
    """Two weeks of cases that were known the day after: ``before`` a day, then ``last`` a day."""
    for ago in range(2, 16):
        tell(last if ago < 9 else before, ago, late=1)


def figure(page: str, key: str) -> str:
    found = re.search(rf'id="figure-{key}".*?lc-figure-value">([^<]*)<', page, re.DOTALL)
    assert found is not None
    return found[1].strip()


def test_five_figures_what_changed_and_every_part_of_the_minute(signed_in: SignedIn, tell: Tell) -> None:
    wave(tell)
    tell(7, 1, late=1)  # reported today
    tell(4, 3, measure="in_hospital")
    page = text_of(signed_in("national").get("/picture/"))
    assert [figure(page, key) for key in ("doses", "completed", "cases", "in_hospital", "tasks")] == [
        "0", "0", "7", "4", "0",
    ]  # fmt: skip
    assert "140 " in page  # the last seven whole days, beside 70 of the week before
    for part in ("Có gì thay đổi", "Hai tuần tới", "Tiêm chủng so với kế hoạch", "Còn tồn đọng", "Cảnh báo đang mở"):
        assert part in page
    assert page.count('class="pic-tile ') == 36  # 34 provinces, Hoàng Sa, Trường Sa
    assert breaches(page) == []


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_page_is_whole_in_both_languages(signed_in: SignedIn, tell: Tell, language: str) -> None:
    wave(tell)
    client = signed_in("national")
    client.post("/language/", {"language": language})
    page = text_of(client.get("/picture/"))
    english = ("What changed", "The next two weeks", "Vaccination against plan", "What is owed", "Open alarms")
    assert [word for word in english if f">{word}<" in page] == ([] if language == "vi" else list(english))


def test_every_figure_opens_its_definition_and_its_table(signed_in: SignedIn, tell: Tell) -> None:
    wave(tell)
    page = text_of(signed_in("national").get("/picture/"))
    opened = {name for name in re.findall(r'data-dialog-open="([\w-]+)"', page) if name.startswith("about-")}
    assert opened == {f"about-{key}" for key in ("doses", "completed", "cases", "in_hospital", "tasks")}
    assert opened <= set(re.findall(r'<dialog[^>]* id="([\w-]+)"', page))
    tables = set(re.findall(r'class="pic-figure-table[^"]*" href="#([\w-]+)"', page))
    assert tables
    assert tables <= set(re.findall(r' id="([\w-]+)"', page))


def test_a_late_report_is_no_case_of_then_and_one_of_now(signed_in: SignedIn, tell: Tell) -> None:
    today = timezone.localdate()
    then = today - timedelta(days=5)
    tell(10, 8)
    tell(3, 8, late=6)  # ill on the same day, known two days after "then"
    tell(2, 9, measure="in_hospital")
    tell(5, 7, late=4, measure="in_hospital")
    client = signed_in("national")
    known = text_of(client.get(f"/picture/?as_of={then.isoformat()}"))
    assert figure(known, "in_hospital") == "2"
    assert re.search(r'epi-now">hiện nay 7<', known)
    assert "Trang này cho thấy những gì đã biết ngày" in known
    rows = list(csv.reader(io.StringIO(
        client.get(f"/picture/table/days.csv?as_of={then.isoformat()}").content.decode("utf-8-sig"))))  # fmt: skip
    day = next(row for row in rows if row[0] == (today - timedelta(days=8)).isoformat())
    assert rows[0][2:4] == ["Khởi phát", "Khởi phát, theo số liệu hiện nay"]
    assert day[2:4] == ["10", "13"]
    now = text_of(client.get("/picture/"))
    assert figure(now, "in_hospital") == "7"
    assert "Trang này cho thấy" not in now


def test_late_reports_do_not_look_like_a_fall(signed_in: SignedIn, tell: Tell) -> None:
    """Every case is known four days after it fell ill: by onset the last days are empty, by report nothing changes."""
    for ago in range(5, 33):
        tell(20, ago, late=4)
        tell(20, ago, late=4, measure="in_hospital")
        tell(-20, ago - 3, late=1, measure="in_hospital")
    page = text_of(signed_in("national").get("/picture/"))
    said = re.search(r'<ul class="pic-changes">.*?</ul>', page, re.DOTALL)
    assert said is not None
    assert "trending-down" not in said[0]
    assert "pic-silent" not in page


def test_a_province_that_fell_silent_is_said_and_marked(signed_in: SignedIn, tell: Tell) -> None:
    for ago in range(5, 29):
        tell(20, ago)
    page = text_of(signed_in("national").get("/picture/"))
    assert "Số liệu chưa đủ" in page
    assert "pic-silent" in page


def test_before_any_epidemic_the_page_says_so_and_shows_vaccination(signed_in: SignedIn, cast: None) -> None:
    page = text_of(signed_in("national").get("/picture/"))
    assert "Chưa đếm số liệu dịch" in page
    assert "Còn tồn đọng" in page
    assert breaches(page) == []


def test_a_quiet_month_is_told_as_quiet(signed_in: SignedIn, tell: Tell) -> None:
    tell(3, 90)
    page = text_of(signed_in("national").get("/picture/"))
    assert "Bốn tuần qua không ghi nhận ca bệnh nào" in page
    assert "circle-check" in page


@pytest.mark.parametrize("shown", ["incidence", "growth", "coverage"])
@pytest.mark.parametrize("query", ["", "&draw=points", "&map=2021"])
def test_every_map_is_drawn_by_the_server(signed_in: SignedIn, tell: Tell, shown: str, query: str) -> None:
    wave(tell)
    page = text_of(signed_in("national").get(f"/picture/?show={shown}{query}"))
    points = "points" in query
    drawn = 0 if points else 65 if "2021" in query else 36
    assert page.count('class="pic-tile ') == drawn
    assert page.count("<circle class=") == (3_321 if points else 0)
    assert breaches(page) == []


def test_growth_diverges_and_what_is_not_clear_is_not_coloured(signed_in: SignedIn, tell: Tell) -> None:
    wave(tell, last=40)
    for ago in range(2, 16):
        tell(1, ago, late=1, commune="00001")
    page = text_of(signed_in("national").get("/picture/?show=growth&map=2021"))
    by_name = {name: css for css, name in re.findall(r'class="pic-tile ([\w -]+)"><title>([^:<]+)', page)}
    assert by_name["Hồ Chí Minh"] == "pic-g6"
    assert by_name["Hà Nội"] == "pic-g3"
    assert by_name["Cà Mau"] == "pic-none"


@pytest.mark.parametrize("query", ["?as_of=tomorrow", "?as_of=2999-01-01", "?map=1975", "?show=x&draw=y", "?day=x"])
def test_an_address_that_makes_no_sense_shows_now(signed_in: SignedIn, tell: Tell, query: str) -> None:
    wave(tell)
    page = text_of(signed_in("national").get(f"/picture/{query}"))
    assert "Hôm nay" in page


@pytest.mark.parametrize(
    ("username", "code", "level"),
    [("province", "79", 1), ("district", "760", 2), ("commune", "26740", 3), ("head", "26740", 3)],
)
def test_officers_begin_at_their_own_place_and_see_no_other(
    signed_in: SignedIn, tell: Tell, username: str, code: str, level: int
) -> None:
    wave(tell)
    tell(5, 1, late=1)
    client = signed_in(username)
    answer = client.get("/picture/")
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/picture/{area(code, level)}/")
    page = text_of(client.get(answer.headers["Location"]))
    assert figure(page, "cases") == "5"
    assert breaches(page) == []
    elsewhere = area("01", 1)
    assert client.get(f"/picture/{elsewhere}/").status_code == 403
    assert client.get(f"/picture/compare/?in={elsewhere}").status_code == 403
    assert client.get("/picture/table/days.csv").status_code == 403
    assert client.get(f"/picture/table/days.csv?area={area(code, level)}").status_code == 200


def test_the_way_down_and_up_again(signed_in: SignedIn, tell: Tell) -> None:
    wave(tell)
    client = signed_in("national")
    city, ben_nghe = area("79", 1), area("26740", 3)
    assert f'href="/picture/{city}/?map=2021"' in text_of(client.get("/picture/?map=2021"))
    assert f'href="/picture/{ben_nghe}/?map=2021"' in text_of(client.get(f"/picture/{city}/"))
    page = text_of(client.get(f"/picture/{ben_nghe}/"))
    way = re.search(r'<nav class="lc-path".*?</nav>', page, re.DOTALL)
    assert way is not None
    assert re.findall(r">([^<>]+)</a>", way[0]) == ["Việt Nam", "Thành phố Hồ Chí Minh", "Quận 1"]


@pytest.mark.parametrize("path", ["/picture/999999999/", "/picture/table/none.csv", "/picture/table/days.pdf"])
def test_what_is_not_there_is_not_found(signed_in: SignedIn, cast: None, path: str) -> None:
    assert signed_in("national").get(path).status_code == 404


def test_two_to_five_places_stand_on_one_scale(signed_in: SignedIn, tell: Tell) -> None:
    wave(tell)
    client = signed_in("national")
    ids = [found.id for found in places.provinces(maps.Map.OF_2025.day)][:6]
    two = text_of(client.get(f"/picture/compare/?area={ids[0]}&area={ids[1]}"))
    assert two.count('<tr><td class="lc-row-name"') == 2
    assert 'data-chart="compare"' in two
    six = text_of(client.get("/picture/compare/?" + "&".join(f"area={key}" for key in ids)))
    assert six.count('<tr><td class="lc-row-name"') == 5
    assert "Quá 5 đường" in six
    one = text_of(client.get(f"/picture/compare/?area={ids[0]}&area=7&area=x"))
    assert "Hãy chọn thêm một địa phương" in one
    assert breaches(six) == []


def test_the_wall_has_nothing_to_press_and_says_when_it_is_old(signed_in: SignedIn, tell: Tell) -> None:
    wave(tell)
    client = signed_in("national")
    live = text_of(client.get("/picture/wall/live/"))
    assert not re.search(r"<(a|button|input|select)\b", live)
    assert "what came later" not in live
    assert "Số liệu đến" not in live
    with connection.cursor() as cursor:
        cursor.execute("UPDATE analytics_epidemicstate SET as_of = as_of - interval '7 hours'")
    old = text_of(client.get("/picture/wall/"))
    assert "Số liệu đến" in old
    assert "wall-old" in old
    assert "Số liệu này chưa mới" in text_of(client.get("/picture/"))


@pytest.mark.parametrize("path", ["/picture/", "/picture/?map=2021", "/picture/?draw=points", "/picture/{city}/",
                                  "/picture/{commune}/",
                                  "/picture/wall/live/", "/picture/compare/?area={city}&area={other}"])  # fmt: skip
def test_every_screen_answers_within_a_quarter_of_a_second(signed_in: SignedIn, tell: Tell, path: str) -> None:
    wave(tell)
    client: Client = signed_in("national")
    on = maps.Map.OF_2025.day
    where = path.format(city=area("79", 1, on), other=area("01", 1, on), commune=area("26740", 3))
    client.get(where)  # areas and templates are read once a process
    times = []
    for _ in range(20):
        begun = time.process_time()
        assert client.get(where).status_code == 200
        times.append(time.process_time() - begun)
    assert sorted(times)[18] < 0.25, sorted(times)[-3:]


@pytest.mark.parametrize("query", ["", "?draw=points"])
def test_the_national_page_is_small(signed_in: SignedIn, tell: Tell, query: str) -> None:
    wave(tell)
    answer = signed_in("national").get(f"/picture/{query}", headers={"Accept-Encoding": "gzip"})
    assert answer.headers["Content-Encoding"] == "gzip"
    assert len(answer.content) < 120_000


def test_who_it_is_stands_as_bars_in_words_and_in_a_file(signed_in: SignedIn, tell: Tell) -> None:
    wave(tell)
    national = signed_in("national")
    page = text_of(national.get("/picture/"))
    assert "Theo tuổi, giới tính và tình trạng tiêm" in page
    assert page.count('class="epi-who-name"') == 16
    assert breaches(page) == []
    lines = national.get("/picture/table/who.csv").content.decode("utf-8-sig").splitlines()
    assert lines[0].startswith("Tuổi,Tất cả,Nữ,Nam,")
    assert sum(int(line.split(",")[1]) for line in lines[1:]) > 0
    assert "Bốn tuần này không có ai." in text_of(national.get("/picture/?who=deaths"))
