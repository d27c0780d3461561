"""A laboratory's file: read within limits, faults row by row, nothing recorded before somebody looked or twice."""

from __future__ import annotations

import io
from datetime import datetime, timedelta, timezone
from uuid import UUID, uuid4

import pytest
from openpyxl import Workbook

from lachan.access.actors import Actor, GrantFact
from lachan.access.rules import Role
from lachan.exchange.models import ResultFile
from lachan.exchange.results import reading, staging
from lachan.exchange.tables.workbook import UnreadableFileError
from lachan.immunization.commands import execute
from lachan.kernel.commands import Command
from lachan.kernel.ids import new_id
from lachan.places import queries as places
from lachan.places.facts import FacilityRow
from lachan.surveillance.models import Result

VIETNAM = timezone(timedelta(hours=7))
NOW = datetime(2021, 10, 16, 15, 0, tzinfo=VIETNAM)


def rows_of(text: str) -> list[reading.Read]:
    return reading.read(text.encode(), facility="BV1", now=NOW)


def test_headings_and_words_as_laboratories_write_them() -> None:
    [row] = rows_of(
        "PHIẾU TRẢ KẾT QUẢ;;;;\n"
        "SID;Kết quả xét nghiệm;Giá trị Ct;Kỹ thuật;Ngày trả kết quả\n"
        "hn 0001;DƯƠNG TÍNH;21,5;Realtime PCR;16/10/2021 09:30\n"
    )
    assert row.faults == []
    assert row.body == {
        "facility": "BV1", "disease": "covid-19", "method": "pcr", "outcome": "positive", "ct": 21.5,
        "sample": "HN0001",
    }  # fmt: skip
    assert row.happened_at == "2021-10-16T09:30:00+07:00"


def test_a_person_by_card_data_without_a_tube() -> None:
    [row] = rows_of(
        "Họ và tên,Ngày sinh,Giới tính,CCCD,Ngày lấy mẫu,Bệnh,Phương pháp,Kết quả\n"
        "Lê Thị Hoa,03/02/1988,Nữ,079188000017,15/10/2021,Sởi,Kháng thể IgM,Âm tính\n"
    )
    assert row.faults == []
    assert row.body["person"] == {
        "card": {"name": "Lê Thị Hoa", "birth_date": "1988-02-03", "sex": "F", "citizen_id": "079188000017"}
    }
    assert (row.body["disease"], row.body["method"]) == ("measles", "igm")
    assert row.body["taken_at"] == "2021-10-15T12:00:00+07:00"


@pytest.mark.parametrize(
    ("cells", "fault"),
    [
        ("HN-0001,mất mẫu,", ("outcome", "outcome_unreadable")),
        (",âm tính,", ("sample", "nobody_named")),
        ("x,âm tính,", ("sample", "sample_code_unreadable")),
        ("=1+1,âm tính,", ("sample", "formula")),
        ("HN-0001,âm tính,cao", ("ct", "ct_unreadable")),
    ],
)
def test_what_is_wrong_with_a_row(cells: str, fault: tuple[str, str]) -> None:
    [row] = rows_of(f"Mã mẫu,Kết quả,Ct\n{cells}\n")
    assert fault in row.faults


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"a,b\n1,2\n", "file_no_heads"),
        ("Mã mẫu,Kết quả\n".encode(), "file_empty"),
        (b"\xff\xfe\x00", "file_not_excel"),
        (b"PK not a book", "file_not_excel"),
        ("Mã mẫu,Kết quả\n".encode() + b"A-0001,am tinh\n" * 5_050, "file_too_many_rows"),
        (b"x" * 5_000_001, "file_too_large"),
    ],
)
def test_a_file_that_cannot_be_worked_with(content: bytes, code: str) -> None:
    with pytest.raises(UnreadableFileError) as raised:
        reading.read(content, facility="BV1", now=NOW)
    assert raised.value.code == code


@pytest.fixture
def laboratory(db: None, reference: None, story_station: int) -> FacilityRow:
    return places.facility_table()[story_station]


def lab_actor(facility: FacilityRow) -> Actor:
    return Actor(uuid4(), "user", "tests", (GrantFact(Role.LABORATORY, facility.id, None),))


def excel(rows: list[list[object]]) -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def sample(facility: FacilityRow, code: str) -> UUID:
    person = {"name": "Trần Văn Ba", "sex": "M", "birth_date": "1990", "residence_code": "26740", "force_new": True}
    root = Actor.system("tests")
    [made] = execute([Command(new_id(), "person.register", NOW, person)], actor=root, now=NOW)
    body = {"person": {"id": str(made.id)}, "sample": code, "facility": facility.code}
    execute([Command(new_id(), "sample.take", NOW - timedelta(hours=3), body)], actor=root, now=NOW)
    assert made.id is not None
    return made.id


def test_a_file_is_looked_at_then_recorded_once(laboratory: FacilityRow) -> None:
    actor = lab_actor(laboratory)
    sample(laboratory, "HN-0001")
    content = excel(
        [["Mã mẫu", "Kết quả", "Ct"], ["HN-0001", "Dương tính", 21.5], ["HN-0002", "Âm tính"], ["HN-0003", "?"]]
    )
    staged = staging.stage(content, actor=actor, facility=laboratory, now=NOW)
    assert staging.stage(content, actor=actor, facility=laboratory, now=NOW) == staged
    assert Result.objects.count() == 0, "nothing is recorded by reading"
    found = staging.file(staged)
    assert found is not None
    assert (found.state, found.total, found.faults) == ("staged", 3, 1)

    for _ in range(2):  # pressed twice, or gone on with after a stop
        done = staging.record(staged, actor=actor, now=NOW)
        assert done is not None
        assert done.recorded == 1
        assert [fate and (fate.status, fate.reason) for fate in done.fates] == [
            ("accepted", None), ("held", "sample_unknown"), None,
        ]  # fmt: skip
        assert Result.objects.get().ct == 21.5

    # mended and sent again as another file: what is recorded is recognised
    again = excel([["Mã mẫu", "Kết quả", "Ct"], ["HN-0001", "Dương tính", 21.5], ["HN-0003", "Âm tính"]])
    other = staging.record(staging.stage(again, actor=actor, facility=laboratory, now=NOW), actor=actor, now=NOW)
    assert other is not None
    assert other.recorded == 1
    assert Result.objects.count() == 1


def test_what_a_file_said_is_sealed_and_goes(laboratory: FacilityRow) -> None:
    content = "Họ và tên,Ngày sinh,Kết quả\nNguyễn Thị Bí Mật,1990,âm tính\n".encode()
    staged = staging.stage(content, actor=lab_actor(laboratory), facility=laboratory, now=NOW)
    assert "Bí Mật".encode() not in bytes(ResultFile.objects.get(id=staged).sealed)
    assert staging.SHELF.empty_old(NOW + timedelta(days=31)) == 1
    found = staging.file(staged)
    assert found is not None
    assert (found.state, found.rows) == ("emptied", [])
