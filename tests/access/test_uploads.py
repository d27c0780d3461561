"""Users, facilities and keys from a file: read with named errors, tried without effect, carried out once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from lachan.access import operations, queries
from lachan.access.actors import Actor, actor_of_key
from lachan.access.models import ApiKey, Grant, Upload, User
from lachan.access.operations import uploads
from lachan.access.rules import Role
from lachan.access.scopes import NATION
from lachan.access.uploads.parse import UnreadableFile, day, read, written
from lachan.kernel import journal
from lachan.places import queries as places
from lachan.places.operations import load_reference

from .conftest import NOW, TODAY, Staff, Story

USERS = """username;name;role;place;to
thu-ha;Nguyễn Thị Thu Hà;vaccinator;TYT26740;
thu-ha;;observer;TYT26740;
minh;Trần Minh;Cán bộ xã;26740;31/12/2021
X;Sai tên;head;TYT26740;
sai-noi;Sai Nơi;head;TYT00;
sai-vai;Sai Vai;giáo sư;TYT26740;
sai-ngay;Sai Ngày;head;TYT26740;31/31/2021
sep;Sếp Lớn;administrator;79;
o-xa;Ở Xa;head;TYT00004;
"""


@pytest.fixture
def admin(staff: Staff, story: Story) -> Actor:
    return staff.actor("linh", Role.ADMINISTRATOR, area=story.province)


def stage(text: str, admin: Actor, kind: str = "users") -> Upload:
    outcome = uploads.stage(kind, text.encode(), actor=admin, now=NOW)
    assert outcome.id, outcome
    return Upload.objects.get(id=outcome.id)


def states(upload: Upload) -> list[tuple[int, str, str, str]]:
    return [(row["number"], row["state"], row["column"], row["reason"]) for row in upload.results]


def test_a_trial_names_row_and_column_and_changes_nothing(admin: Actor) -> None:
    before = (User.objects.count(), Grant.objects.count(), len(list(journal.read("t"))))
    upload = stage(USERS, admin)
    assert states(upload) == [
        (2, "new", "", ""),
        (3, "changed", "", ""),
        (4, "new", "", ""),
        (5, "refused", "username", "username_malformed"),
        (6, "refused", "place", "place_unknown"),
        (7, "refused", "role", "unknown_role"),
        (8, "refused", "to", "date_malformed"),
        (9, "refused", "role", "needs_two"),
        (10, "refused", "place", "out_of_scope"),
    ]
    assert before[:2] == (User.objects.count(), Grant.objects.count())


@pytest.mark.slow
def test_it_is_carried_out_once_and_the_same_file_again_is_nothing(admin: Actor) -> None:
    upload = stage(USERS, admin)
    assert uploads.commit(upload.id, actor=admin, now=NOW).outcome.id == upload.id
    assert uploads.commit(upload.id, actor=admin, now=NOW).outcome.status.value == "duplicate"
    ha = queries.user_by_name("thu-ha")
    assert ha
    assert {grant.role for grant in ha.grants} == {Role.VACCINATOR, Role.OBSERVER}
    minh = queries.user_by_name("minh")
    assert minh
    assert [str(grant.valid_to) for grant in minh.grants] == ["2021-12-31"]
    again = stage("\n".join(USERS.splitlines()[:4]), admin)
    assert {state for _, state, _, _ in states(again)} == {"same"}
    count = Grant.objects.count()
    uploads.commit(again.id, actor=admin, now=NOW)
    assert Grant.objects.count() == count
    codes = dict(uploads.first_codes(upload.id, actor=admin, now=NOW))
    assert {"thu-ha", "minh"} <= codes.keys()
    assert operations.use_code("minh", codes["minh"], "một-hai-ba-bốn-năm", now=NOW).id == minh.id


def test_a_changed_name_and_a_longer_grant_are_differences(admin: Actor) -> None:
    first = stage("username,name,role,place,to\nminh,Trần Minh,commune_officer,26740,2021-12-31\n", admin)
    uploads.commit(first.id, actor=admin, now=NOW)
    second = stage("to,username,name,role,place\n2022-06-30,minh,Trần Quang Minh,commune_officer,26740\n", admin)
    assert states(second) == [(2, "changed", "", "")]
    uploads.commit(second.id, actor=admin, now=NOW)
    minh = queries.user_by_name("minh")
    assert minh
    assert (minh.display_name, [str(grant.valid_to) for grant in minh.grants]) == ("Trần Quang Minh", ["2022-06-30"])


def test_an_officer_without_a_last_day_gets_a_year(admin: Actor) -> None:
    upload = stage("username,name,role,place\nminh,Trần Minh,commune_officer,26740\n", admin)
    uploads.commit(upload.id, actor=admin, now=NOW)
    assert Grant.objects.get(user__username="minh").valid_to == TODAY + timedelta(days=365)


def test_nobody_commits_the_file_of_another_or_of_yesterday(admin: Actor, staff: Staff) -> None:
    upload = stage("username,name\nminh,Trần Minh\n", admin)
    other = staff.actor("khac", Role.ADMINISTRATOR, area=NATION)
    assert uploads.commit(upload.id, actor=other, now=NOW).outcome.reason == "unknown_upload"
    late = NOW + timedelta(days=1, seconds=1)
    assert uploads.commit(upload.id, actor=admin, now=late).outcome.reason == "upload_too_old"
    head = staff.actor("truong", Role.HEAD, facility=126740)
    assert uploads.stage("users", b"username\nx", actor=head, now=NOW).reason == "not_allowed"


def test_facilities_are_opened_renamed_and_closed(admin: Actor) -> None:
    text = (
        "Mã;Tên;Loại;Mã xã;Ngày mở;Ngày đóng\nLD-01;Điểm tiêm lưu động 1;station;26740;16/10/2021;\n"
        "TYT26740;Trạm Y tế Bến Nghé (mới);;;;\nTYT26743;;;;;31/12/2021\nTYT00004;Xa;;;;\nLD-02;Không xã;;;;\n"
    )
    upload = stage(text, admin, "facilities")
    assert [row[1:] for row in states(upload)] == [
        ("new", "", ""),
        ("changed", "", ""),
        ("changed", "", ""),
        ("refused", "place", "out_of_scope"),
        ("refused", "commune", "facility_needs_commune"),
    ]
    assert "LD-01" not in places.facilities_by_code(["LD-01"])
    try:
        uploads.commit(upload.id, actor=admin, now=NOW)
        found = places.facilities_by_code(["LD-01", "TYT26740", "TYT26743"])
        assert found["LD-01"].id >= 10_000_000
        assert found["TYT26740"].name == "Trạm Y tế Bến Nghé (mới)"
        assert str(found["TYT26743"].closed_on) == "2021-12-31"
        assert [row[1] for row in states(stage(text, admin, "facilities"))] == ["same"] * 3 + ["refused"] * 2
        load_reference()
        assert places.facilities_by_code(["TYT26740"])["TYT26740"].name == "Trạm Y tế Bến Nghé (mới)"
    finally:
        places.forget_facilities()  # the rows go with the test


def test_keys_come_with_their_tokens_once(admin: Actor) -> None:
    text = (
        "label,kind,place,days\nMáy trạm 1,device,TYT26740,30\nMáy trạm 2,robot,TYT26740,30\nMáy 3,device,26740,9999\n"
    )
    upload = stage(text, admin, "keys")
    assert [row[1:] for row in states(upload)] == [
        ("new", "", ""),
        ("refused", "kind", "kind_unknown"),
        ("refused", "days", "expiry_out_of_range"),
    ]
    assert not ApiKey.objects.exists()
    [(number, label, token)] = uploads.commit(upload.id, actor=admin, now=NOW).tokens
    assert (number, label) == (2, "Máy trạm 1")
    assert actor_of_key(token, now=NOW) is not None
    assert token not in str(Upload.objects.values_list("results", "rows"))
    assert states(stage(text, admin, "keys"))[0][1] == "same"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "column_missing"),
        (b"username\n", "file_empty"),
        (b"username,shoe size\nx,42\n", "column_unknown"),
        (b"name\nx\n", "column_missing"),
        (b"username,username\nx,y\n", "column_twice"),
        (b"\x89PNG\r\n\x1a\n\x00", "file_not_text"),
        (b"username\n" + b"x" * 301, "cell_too_long"),
        (b"username\n" + b"x\n" * 5_001, "too_many_rows"),
        (b"x" * (4 * 1024 * 1024 + 1), "file_too_large"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(content: bytes, reason: str) -> None:
    with pytest.raises(UnreadableFile) as fault:
        read("users", content)
    assert fault.value.reason == reason


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_what_spreadsheets_write_is_read(encoding: str, delimiter: str) -> None:
    text = (
        delimiter.join(("Tên đăng nhập", "Họ và tên", ""))
        + "\r\n"
        + delimiter.join(("ha", " Thu Hà ", ""))
        + "\r\n\r\n"
    )
    [row] = read("users", text.encode(encoding))
    assert (row.number, dict(row.cells)) == (2, {"username": "ha", "name": "Thu Hà"})


def test_days_are_written_two_ways_and_formulas_are_text() -> None:
    assert day("16/10/2021") == day("2021-10-16") == TODAY
    assert [day(text) for text in ("31/02/2021", "hôm nay", "1/2")] == [None, None, None]
    assert "'=1+1" in written(["a"], [["=1+1"]])


@pytest.mark.slow
def test_five_thousand_rows_are_tried_in_seconds(admin: Actor, django_assert_max_num_queries: Any) -> None:
    rows = "".join(f"nv{number},Nhân viên {number},vaccinator,TYT26740\n" for number in range(5_000))
    with django_assert_max_num_queries(400):
        upload = stage("username,name,role,place\n" + rows, admin)
    assert {state for _, state, _, _ in states(upload)} == {"new"}
