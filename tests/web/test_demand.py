"""Doses wanted, on screen: what to do is read first, the gravest stands above, each reader in their places."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest

from lachan.forecasting.models import DemandPlace, DemandRun
from lachan.kernel.ids import new_id
from lachan.places import queries as places
from lachan.places.facts import AreaFact
from lachan.places.rules import COUNTRY_ID

from .conftest import SignedIn
from .pages import plain, text

pytestmark = [pytest.mark.slow]

AS_OF = date(2021, 10, 10)
ASTRA, PFIZER = 1, 2
SAIGON, HANOI = "79", "01"


def province(code: str) -> AreaFact:
    found = places.area_at(code, 1, AS_OF)
    assert found is not None
    return found


def run(**more: Any) -> UUID:
    made = datetime(2021, 10, 10, 20, 31, tzinfo=UTC)
    facts = {"as_of": AS_OF, "of_map": "2021", "status": "made", "begun_at": made, "made_at": made, "engine": "0.1+ab",
             "found": {"unplaced": 12}}  # fmt: skip
    return DemandRun.objects.create(id=new_id(), **(facts | more)).id


def said(run_id: UUID, area: AreaFact | None, product: int, **more: Any) -> None:
    """A hundred doses a week, ten in doubt; 310 in stock."""
    week = [90.0, 95.0, 100.0, 105.0, 110.0]
    facts: dict[str, Any] = {
        "area_id": area.id if area else COUNTRY_ID, "level": area.level if area else 0, "given": [80] * 11 + [85],
        "wanted": week * 8, "through": [value * number for number in range(1, 9) for value in week],
        "stock": [0, 20, *[0] * 6, 290], "coming": [0, 60, *[0] * 6], "out": [0.0, 0.0, 0.1, 0.7, 1.0, 1.0, 1.0, 1.0],
        "ever": 0.7, "unmet": [0.0] * 8, "expired": 4.0, "opened": 9.0, "target": 440, "ordered": 72, "vial": 6,
        "waiting": 500, "note": "", "places": 1, "likely": 1,
    }  # fmt: skip
    DemandPlace.objects.create(run_id=run_id, product_id=product, **(facts | more))


@pytest.fixture
def drawn(cast: None) -> list[AreaFact]:
    """A run of the story's province with two communes; returns those."""
    run_id = run()
    here = places.communes(province(SAIGON).id, AS_OF)[:2]
    wide: dict[str, Any] = {"out": None, "ever": None, "places": 2, "likely": 1, "target": 300}
    for area in (None, province(SAIGON)):
        said(run_id, area, PFIZER, **wide)
    said(run_id, province(SAIGON), ASTRA, **wide | {"likely": 0, "ordered": 0})
    said(run_id, here[0], PFIZER)
    said(run_id, here[1], PFIZER, ever=0.02, out=[0.0] * 8, ordered=0, likely=0)
    said(run_id, here[1], ASTRA, ever=None, out=None, unmet=None, note="demand_below_zero", likely=0)
    return here


def test_what_to_do_is_read_first(signed_in: SignedIn, drawn: list[AreaFact]) -> None:
    client = signed_in("province")
    page = plain(text(client, f"/demand/{drawn[0].id}/"))
    for words in (
        "Trong 4 tuần tới cần 360–440 liều; trong kho có 310 liều, 60 liều đang về: cần đặt 12 lọ (72 liều).",
        "Khả năng có người phải về không vì hết vắc xin trong 4 tuần tới: 70 %.",
        "Từ tuần đến hết ngày 07/11/2021 trở đi",
        "Khoảng 4 liều sẽ hết hạn mà chưa dùng",
        "12 người ở xã, phường đã chia tách",
    ):
        assert words in page
    client.post("/language/", {"language": "en"})
    page = plain(text(client, f"/demand/{drawn[0].id}/"))
    assert (
        "In the next 4 weeks 360–440 doses are wanted; 310 are in stock, 60 on the way: order 12 vials (72 doses)."
        in page
    )
    assert page.count("Figures of the chart") == 2
    # not enough where it is needed, but enough in all
    whole = plain(text(client, f"/demand/{province(SAIGON).id}/?product=pfizer"))
    assert "Move 12 vials (72 doses)." in whole
    assert "In 1 of 2 communes somebody is more likely than not turned away" in whole


def test_the_gravest_stands_above_and_what_cannot_be_said_is_told(signed_in: SignedIn, drawn: list[AreaFact]) -> None:
    page = text(signed_in("province"), f"/demand/{province(SAIGON).id}/")
    table = page[page.index('id="dm-below"') :]
    grave, owed, calm = (
        plain(row) for row in re.findall(r"<tr>(.*?)</tr>", table[table.index("<tbody>") :], re.DOTALL)[:3]
    )
    assert (drawn[0].full_name in grave, "Sẽ thiếu" in grave, "70 %" in grave) == (True, True, True)
    assert ("Chưa nói được" in owed, "Sổ kho đang âm" in owed) == (True, True)
    assert ("Đủ" in calm, "2 %" in calm) == (True, True)
    one = plain(text(signed_in("province"), f"/demand/{province(SAIGON).id}/?product=astrazeneca"))
    assert "không cần đặt thêm" in one
    assert "Sẽ thiếu" not in one


def test_everybody_in_their_places(signed_in: SignedIn, drawn: list[AreaFact]) -> None:
    officer = signed_in("province")
    led = officer.get("/demand/?product=pfizer")
    assert led["Location"] == f"/demand/{province(SAIGON).id}/?product=pfizer"
    for path, status in {
        f"/demand/{COUNTRY_ID}/": 403, f"/demand/{province(HANOI).id}/": 403, "/demand/987654/": 404,
        f"/demand/{province(HANOI).id}/table.csv": 403,
    }.items():  # fmt: skip
        assert officer.get(path).status_code == status, path
    assert signed_in("nurse").get("/demand/").status_code == 403
    assert signed_in("support").get("/demand/").status_code == 403
    nation = plain(text(signed_in("national"), f"/demand/{COUNTRY_ID}/"))
    assert drawn[0].full_name in nation  # of those that run out first
    district = signed_in("district").get("/demand/", follow=True)
    assert district.status_code == 200
    assert 'href="/demand/"' in text(signed_in("national"), "/supply/")


def test_the_file_has_every_line(signed_in: SignedIn, drawn: list[AreaFact]) -> None:
    answer = signed_in("province").get(f"/demand/{province(SAIGON).id}/table.csv")
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert len(lines) == 1 + 2 + 3
    assert any(line.startswith(f"{drawn[0].code},{drawn[0].full_name},Pfizer,Sẽ thiếu,0.7,360,400,440,310,60,72,12,6")
               for line in lines)  # fmt: skip
    assert lines[0].endswith('"Tuần đến 2021-12-05, 95 %"')


def test_before_the_first_run_and_when_nothing_can_be_said(signed_in: SignedIn) -> None:
    client = signed_in("national")
    assert "Chưa được tính" in text(client, f"/demand/{COUNTRY_ID}/")
    run(reason="demand_no_past")
    assert "quá ít người đến hạn" in text(client, f"/demand/{COUNTRY_ID}/")
    run(status="failed", made_at=None, begun_at=datetime(2021, 10, 11, tzinfo=UTC))
    assert "Lần tính gần nhất chưa xong" in text(client, f"/demand/{COUNTRY_ID}/")
    assert client.post("/demand/ask/").status_code == 302


def test_a_fixed_number_of_statements(
    signed_in: SignedIn, drawn: list[AreaFact], django_assert_max_num_queries: object
) -> None:
    client = signed_in("national")
    client.get(f"/demand/{COUNTRY_ID}/")
    with django_assert_max_num_queries(14):  # type: ignore[operator]
        client.get(f"/demand/{COUNTRY_ID}/")
