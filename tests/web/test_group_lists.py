"""The page of lists with groups: an empty list fetched, filled in, looked at, recorded."""

from __future__ import annotations

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import load_workbook

from lachan.tracing.models import Group, Membership

from .conftest import SignedIn

pytestmark = pytest.mark.slow


@pytest.fixture
def commune(signed_in: SignedIn) -> Client:
    return signed_in("commune")


def filled(content: bytes, *rows: list[object]) -> SimpleUploadedFile:
    book = load_workbook(io.BytesIO(content))
    for row in rows:
        book.active.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return SimpleUploadedFile("groups.xlsx", stream.getvalue())


def test_an_empty_list_is_filled_in_looked_at_and_recorded(commune: Client) -> None:
    page = commune.get("/outbreak/files/").content.decode()
    assert "Nhóm: hộ gia đình, lớp học, nơi làm việc, phương tiện" in page
    assert 'href="/outbreak/files/groups.xlsx"' in page
    empty = commune.get("/outbreak/files/groups.xlsx")
    assert 'filename="lachan-groups.xlsx"' in empty["Content-Disposition"]
    sent = filled(
        empty.content,
        ["Lớp học", "Lớp 3A", None, "01/09/2021", None, None, "Ngô Thị Nhập", "05/03/2012", "Nữ"],
        ["Phương tiện", "51B-123.45", None, None, None, "A5", "Phan Văn Lạ", "1990", "Nam"],
    )
    where = commune.post("/outbreak/files/", {"what": "groups", "file": sent})["Location"]
    html = commune.get(where).content.decode()
    assert "Danh sách nhóm" in html
    assert "Từ lúc: Phương tiện phải có lúc đi và lúc đến, ít nhất là ngày." in html
    assert "Hàng ghế: Ghi hàng ghế đếm từ đầu xe, từ 1 đến 500; 12A là hàng 12." in html
    assert not Group.objects.exists(), "staged is not recorded"
    commune.post(where)
    assert list(Group.objects.values_list("kind", "label")) == [("class", "Lớp 3A")]
    assert Membership.objects.count() == 1


def test_a_doubt_about_a_recorded_row_is_told_to_its_sender(commune: Client) -> None:
    empty = commune.get("/outbreak/files/groups.xlsx").content
    child = [None, "01/09/2021", None, None, "Ngô Thị Nhập", "05/03/2012", "Nữ"]
    told = []
    for kind, label, home in (("Lớp học", "Lớp 3A", None), ("Hộ gia đình", "Nhà 12", "00001")):
        where = commune.post(
            "/outbreak/files/", {"what": "groups", "file": filled(empty, [kind, label, *child, None, None, home])}
        )["Location"]
        commune.post(where)
        told.append("Đã lập hồ sơ tạm" in commune.get(where).content.decode())
    assert Membership.objects.count() == 2
    assert told == [False, True], "of another commune, perhaps the child of the first list"


def test_who_may_not_bring_lists_gets_no_empty_one(signed_in: SignedIn, commune: Client) -> None:
    assert signed_in("auditor").get("/outbreak/files/groups.xlsx").status_code == 403
    assert commune.get("/outbreak/files/everything.xlsx").status_code == 404
