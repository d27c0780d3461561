"""Line list, clocks, capacity, files and the list of a case, as the people of the story see them."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import load_workbook

from lachan.access.models import Look
from lachan.kernel.ids import new_id
from lachan.surveillance.models import Case
from lachan.tracing.models import CaseList, Link, Named, Task
from lachan.tracing.outbreak import exports
from lachan.web.parts.outbreak.words import LISTED, OF_CASE, WHY
from tests.tracing.work.conftest import Ward

from .board_days import statements
from .conftest import SignedIn

pytestmark = pytest.mark.slow


@pytest.fixture
def commune(signed_in: SignedIn) -> Client:
    """Leads the work of the ward of 2021."""
    return signed_in("commune")


@pytest.fixture
def province(signed_in: SignedIn) -> Client:
    """Sees the ward on both maps: people registered today live in the one that followed it."""
    return signed_in("province")


def listed(ward: Ward, case: Case, rule: str = "vn-11042-2021-12-29") -> None:
    """An empty list of a case, by a rule."""
    CaseList.objects.create(
        person_id=case.person_id, case_id=case.id, disease="covid-19", rule=rule, anchor_kind="onset",
        anchor_at=ward.now, window_from=ward.now - timedelta(days=2), window_to=ward.now, f1=1, f2=0,
        computed_at=ward.now, case_at=ward.now, list_at=ward.now,
    )  # fmt: skip


def ill(ward: Ward, name: str = "Lê Văn Ca Bệnh", **more: Any) -> tuple[UUID, Case]:
    """A confirmed case of the ward with an empty list of its own."""
    person = ward.person(name)
    ward.send("case.report", person, disease="covid-19", symptomatic="yes", onset_on=str(ward.now.date()))
    case = Case.objects.get(person_id=person)
    listed(ward, case, **more)
    return person, case


def link(ward: Ward, case: Case, contact: UUID, **more: Any) -> None:
    usual: dict[str, Any] = {
        "level": 1, "rule": "vn-11042-2021-12-29", "seconds": 2_400, "kind": "visit", "rank": 1, "score": 1.0,
        "first_exposure": ward.now - timedelta(hours=5), "last_exposure": ward.now - timedelta(hours=4),
    }  # fmt: skip
    Link.objects.create(
        person_id=contact, case_id=case.id, case_person_id=case.person_id, disease="covid-19", listed_at=ward.now,
        changed_at=ward.now, **usual | more,
    )  # fmt: skip


def test_the_list_shows_my_people_and_logs_each_look(ward: Ward, province: Client) -> None:
    mine, far = ward.person("Trần Thị Gần"), ward.person("Hồ Văn Xa", commune="00166")
    ward.watch(mine)
    ward.watch(far, ward.there)
    html = province.get("/outbreak/").content.decode()
    assert "Trần Thị Gần" in html
    assert "Hồ Văn Xa" not in html
    assert set(Look.objects.filter(what=LISTED).values_list("person_id", flat=True)) == {mine}
    found = province.post("/outbreak/", {"q": "tran thi gan"}).content.decode()
    assert "Trần Thị Gần" in found
    assert "Hồ Văn Xa" not in province.post("/outbreak/", {"q": "ho van xa"}).content.decode()


@pytest.mark.parametrize(
    "query",
    ["?state=x", "?level=9", "?area=99999999", "?area=x", "?since=2021-99-99", "?sort=name", "?after=x",
     "?after=2021_x", "?sort=score&after=nan_x", "?overdue=1&sort=until", "?reached=maybe",
     "?since=0001-01-01", "?area=-1"],
)  # fmt: skip
def test_odd_addresses_narrow_nothing(ward: Ward, commune: Client, query: str) -> None:
    ward.watch(ward.person("Trần Thị Gần"))
    assert commune.get(f"/outbreak/{query}").status_code == 200


def test_page_after_page_without_gaps_by_the_links(
    ward: Ward, commune: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lachan.tracing.outbreak.lines.page.__kwdefaults__", {"after": None, "limit": 2})
    for n in range(5):
        ward.watch(ward.person(f"Người số {n}"), score=float(n))
    for sort in ("listed", "score", "until"):
        where, seen = f"/outbreak/?sort={sort}", []
        for _ in range(4):
            html = commune.get(where).content.decode()
            seen += re.findall(r">(Người số \d)</a>", html)
            following = re.search(r'href="(\?[^"]*after=[^"]*)"', html)
            if following is None:
                break
            where = "/outbreak/" + following[1].replace("&amp;", "&")
        assert sorted(seen) == [f"Người số {n}" for n in range(5)], sort


def test_statements_do_not_grow_with_the_list(ward: Ward, commune: Client) -> None:
    def count() -> int:
        commune.get("/outbreak/")
        with statements() as sent:
            assert commune.get("/outbreak/").status_code == 200
        return len(sent)

    ward.watch(ward.person("Người đầu"))
    few = count()
    for n in range(30):
        ward.watch(ward.person(f"Người số {n}"))
    assert count() == few <= 18


def test_those_chosen_are_let_go_and_offered_by_the_verbs_of_the_work(ward: Ward, commune: Client) -> None:
    people = [ward.person(f"Người số {n}") for n in range(3)]
    chosen = [f"{person}:{ward.watch(person).watch_id}" for person in people]
    sent = {"step": "release", "watch": chosen[:2], "reason": "", "command_id": str(new_id())}
    commune.post("/outbreak/step/", sent)
    assert ward.watch_of(people[0]).state == "open", "without a reason nobody is let go"
    commune.post("/outbreak/step/", sent | {"reason": "ba lần âm tính"})
    assert [ward.watch_of(person).state for person in people] == ["released", "released", "open"]
    commune.post(
        "/outbreak/step/", sent | {"step": "handover", "watch": chosen[2:], "place": "1", "reason": "ở nơi khác"}
    )
    assert "chờ trả lời" in commune.get("/tracing/handovers/?show=out").content.decode()
    away = ward.person("Hồ Văn Xa", commune="00166")
    other = f"{away}:{ward.watch(away, ward.there).watch_id}"
    answer = commune.post(
        "/outbreak/step/", sent | {"watch": [other, "x:y", "x"], "reason": "không phải của tôi"}, follow=True
    )
    assert ward.watch_of(away).state == "open"
    assert answer.status_code == 200
    assert commune.post("/outbreak/step/", sent | {"back": "//evil.example/"})["Location"] == "/outbreak/"


def test_the_page_of_a_case_shows_its_contacts_and_who_was_released(ward: Ward, province: Client) -> None:
    person, case = ill(ward)
    near, gone = ward.person("Trần Thị Gần"), ward.person("Vũ Văn Thôi")
    link(ward, case, near)
    link(ward, case, gone, rank=2, state="released", release_reason="onset_changed")
    ward.watch(near)
    html = province.get(f"/cases/{person}/{case.id}/").content.decode()
    assert "Trần Thị Gần" in html
    assert "Công văn 11042/BYT-DP" in html
    assert "Vũ Văn Thôi" not in html
    assert Look.objects.filter(what=OF_CASE, person_id=near).exists()
    whole = province.get(f"/outbreak/cases/{person}/{case.id}/?show=all").content.decode()
    assert "ngày khởi phát đã được sửa" in whole
    assert "Vũ Văn Thôi" in whole


@pytest.mark.parametrize(("rule", "asked"), [("vn-11042-2021-12-29", True), ("vn-1909-2022-04-15", False)])
def test_a_step_no_rule_asks_for_is_said_to_be_so(ward: Ward, province: Client, rule: str, asked: bool) -> None:
    person, case = ill(ward, rule=rule)
    for where in ("/outbreak/cases/", f"/outbreak/cases/{person}/{case.id}/"):
        html = province.get(where).content.decode()
        assert ('<span>Cách ly người tiếp xúc</span><span class="lc-hint">không yêu cầu</span>' in html) is not asked
        assert ('<span>Cách ly người tiếp xúc</span><span class="lc-hint">chưa</span>' in html) is asked


def test_why_this_one_and_why_not_that_one(ward: Ward, province: Client) -> None:
    person, case = ill(ward)
    near, nobody = ward.person("Trần Thị Gần"), ward.person("Đỗ Văn Không Liên Quan")
    Named.objects.create(
        person_id=near, case_person_id=person, disease="covid-19", relation="household",
        first_at=ward.now - timedelta(hours=20), last_at=ward.now - timedelta(hours=18), happened_at=ward.now,
        recorded_at=ward.now, actor_id=new_id(),
    )  # fmt: skip
    base = f"/outbreak/cases/{person}/{case.id}/why/"
    assert "Theo bằng chứng, người này thuộc danh sách" in province.get(f"{base}{near}/").content.decode()
    link(ward, case, near)
    html = province.get(f"{base}{near}/").content.decode()
    assert "Có trong danh sách" in html
    assert "Công văn 1909/BYT-DP" in html, "the rule in force today"
    assert 'class="out-together"' in html
    answer = province.post(base, {"q": "do van khong lien quan"})
    assert answer["Location"] == f"{base}{nobody}/"
    assert "Không có trong danh sách" in province.get(answer["Location"]).content.decode()
    assert set(Look.objects.filter(what=WHY).values_list("person_id", flat=True)) == {person, near, nobody}
    far = ward.person("Hồ Văn Xa", commune="00166")
    assert province.get(f"{base}{far}/").status_code == 404, "a stranger of another province is nobody's to ask about"
    assert province.get(f"{base}{person}/").status_code == 404


def test_another_place_sees_no_list_of_the_case(ward: Ward, signed_in: SignedIn) -> None:
    person, case = ill(ward)
    Case.objects.filter(id=case.id).update(area_id=ward.there)
    client = signed_in("commune")
    for where in (f"/outbreak/cases/{person}/{case.id}/", f"/outbreak/cases/{person}/{case.id}/why/{person}/"):
        assert client.get(where).status_code == 404
    assert "Ca Bệnh" not in client.get("/outbreak/cases/").content.decode()


def test_the_nation_reads_figures_and_no_names(ward: Ward, signed_in: SignedIn) -> None:
    person, case = ill(ward)
    ward.watch(ward.person("Trần Thị Gần"))
    nation = signed_in("national")
    assert nation.get("/outbreak/")["Location"] == "/outbreak/cases/"
    for where in ("/outbreak/cases/", "/outbreak/capacity/"):
        html = nation.get(where).content.decode()
        assert "Ca Bệnh" not in html
        assert "Trần Thị Gần" not in html
    for where in (f"/outbreak/cases/{person}/{case.id}/", "/outbreak/export/?what=contacts", "/outbreak/files/"):
        assert nation.get(where).status_code == 403
    assert nation.post("/outbreak/capacity/set/", {"area": ward.here, "calls": "5"}).status_code == 403


def test_calls_a_day_are_set_from_above(ward: Ward, signed_in: SignedIn) -> None:
    for n in range(3):
        ward.watch(ward.person(f"Người số {n}", phone=f"090300022{n}"), quarantine="none")
    province = signed_in("province")
    province.post("/outbreak/capacity/set/", {"area": ward.here, "calls": "1", "command_id": str(new_id())})
    html = province.get("/outbreak/capacity/").content.decode()
    assert 'value="1"' in html
    assert re.search(r'<strong class="lc-text-stop">2</strong>', html)
    province.post("/outbreak/capacity/set/", {"area": ward.there, "calls": "1"})
    assert not Task.objects.filter(area_id=ward.there).exists()
    assert province.post("/outbreak/capacity/set/", {"area": "x", "calls": "viel"}).status_code == 302


def test_files_name_nobody_without_a_purpose(ward: Ward, province: Client) -> None:
    near = ward.person("Trần Thị Gần")
    ward.watch(near)
    ward.watch(ward.person("Hồ Văn Xa", commune="00166"), ward.there)
    where = "/outbreak/export/?what=contacts&state=open"
    bare = b"".join(province.post(where, {"form": "csv"}).streaming_content).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(bare)))
    assert len(rows) == 1
    assert rows[0]["commune_code"] == "26740"
    assert "Trần" not in bare
    assert str(near) not in bare
    full = province.post(where, {"form": "xlsx", "purpose": "audit"})
    sheet = load_workbook(io.BytesIO(b"".join(full.streaming_content))).active
    assert [cell.value for cell in sheet[2]][-2] == "Trần Thị Gần"
    assert Look.objects.filter(what=exports.EXPORTED, person_id=near, purpose="audit").count() == 1
    assert province.post(where, {"form": "csv", "purpose": "curiosity"}).status_code == 302
    assert province.post(where, {"form": "exe"}).status_code == 302
    ill(ward)
    cases = b"".join(province.post("/outbreak/export/?what=cases", {"form": "csv"}).streaming_content).decode()
    assert cases.count("covid-19") == 1
    assert "Ca Bệnh" not in cases
    assert province.get("/outbreak/export/?what=everything").status_code == 403


CASES = """Họ và tên,Ngày sinh,Giới tính,Số định danh,Mã xã,Bệnh,Phân loại ca,Ngày khởi phát
Ngô Thị Nhập,05/03/1980,Nữ,,26740,COVID-19,Xác định,{day}
Không Ngày,,Nam,,26740,COVID-19,Nghi ngờ,{day}
Phan Văn Lạ,01/02/1990,Nam,,26740,Dịch hạch,Nghi ngờ,{day}
"""


def test_a_list_of_cases_is_looked_at_and_then_recorded_once(ward: Ward, province: Client, commune: Client) -> None:
    day = f"{ward.now.date() - timedelta(days=1):%d/%m/%Y}"

    def sent() -> SimpleUploadedFile:
        return SimpleUploadedFile("cases.csv", CASES.format(day=day).encode())

    where = province.post("/outbreak/files/", {"what": "cases", "file": sent()})["Location"]
    html = province.get(where).content.decode()
    assert not Case.objects.exists(), "staged is not recorded"
    assert "Chưa nêu là ai" in html
    assert "không nằm trong danh mục giám sát" in html
    province.post(where)
    [case] = Case.objects.all()
    assert case.classification == "confirmed"
    province.post(where)
    assert province.post("/outbreak/files/", {"what": "cases", "file": sent()})["Location"] == where
    assert Case.objects.count() == 1
    assert commune.get(where)["Location"] == "/outbreak/files/", "of somebody else"

    contacts = (
        "Họ và tên;Ngày sinh;Mã xã;Mã ca bệnh;Quan hệ;Tiếp xúc cuối;Số phút\n"
        f"Vũ Thị Cùng Nhà;1985;26740;{case.code.lower()};Cùng nhà;{day};90\n"
        f"Vũ Thị Không Ca;1985;26740;79-00-AAAAAA;Khác;{day};\n"
    ).encode()
    listed(ward, case)
    where = province.post(
        "/outbreak/files/", {"what": "contacts", "file": SimpleUploadedFile("contacts.csv", contacts)}
    )["Location"]
    assert "Không có ca bệnh nào trong địa bàn" in province.get(where).content.decode()
    province.post(where)
    [named] = Named.objects.all()
    assert (named.case_person_id, named.relation, named.minutes) == (case.person_id, "household", 90)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04broken", b"\xff\xfe\x00", b"one line without heads\n"])
def test_what_is_no_list_is_said_so(ward: Ward, commune: Client, content: bytes) -> None:
    answer = commune.post("/outbreak/files/", {"what": "cases", "file": SimpleUploadedFile("x.xlsx", content)})
    assert answer.status_code == 422
    assert commune.post("/outbreak/files/", {"what": "everything"}).status_code == 403
