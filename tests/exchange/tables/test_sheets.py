"""A list goes to the hamlet and comes back: what was changed is made so, nothing else, and once."""

from __future__ import annotations

import pytest

from lachan.exchange.tables import carrying, staging, store
from lachan.exchange.tables.workbook import UnreadableFileError
from lachan.people import repair_list

from .conftest import NOW, TODAY, Office, amend, numbers, person, record, send, state, typed

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
HEADS = ("Họ tên", "Ngày sinh", "Giới tính", "Số CCCD", "Kết quả", "Ghi chú")


def test_a_list_that_comes_back_as_it_went_changes_nothing(office: Office) -> None:
    person("Nguyễn Thị An", "1980-05-17")
    person("TRẦN VĂN BÌNH", "1975-01-01", "M", card_id="79075012345")
    sheet = office.stage(office.file())
    assert {row.state for row in office.rows(sheet).values()} == {"same"}
    assert office.sheet(sheet).left == 0


def test_what_the_team_wrote_is_made_so_and_the_person_leaves_the_list(office: Office) -> None:
    an = person("Nguyễn Thị An", "1980-05-17")
    binh = person("TRẦN VĂN BÌNH", "1975-01-01", "M", card_id="79075012345")
    assert (state(an), state(binh)) == ("no_id", "malformed_id")
    sheet = office.stage(
        office.file(
            {
                "Nguyễn Thị An": {"Số định danh": "079180012345", "Kết quả": "Đã sửa"},
                "TRẦN VĂN BÌNH": {"Họ và tên": "Trần Văn Bình", "Ngày sinh": "02/09/1975", "Số định danh": 79075012345},
            }
        )
    )
    assert office.carry_out(sheet) == (2, 0, 0)
    assert numbers(an) == {("citizen_id", "079180012345")}
    assert numbers(binh) == {("citizen_id", "079075012345")}
    assert (record(binh).person.name, str(record(binh).person.birth_date)) == ("Trần Văn Bình", "1975-09-02")
    assert (state(an), state(binh)) == ("not_sent", "not_sent")
    assert office.sheet(sheet).state == "done"


def test_the_same_file_twice_is_a_no_op(office: Office) -> None:
    an = person("Nguyễn Thị An", "1980-05-17")
    content = office.file({"Nguyễn Thị An": {"Họ và tên": "Nguyễn Thị Ân", "Số định danh": "079180012345"}})
    sheet = office.stage(content)
    office.carry_out(sheet)
    assert office.stage(content) == sheet
    assert not office.sheet(sheet).left
    # somebody corrects it again; the old file, saved anew under another name, must not bring the old name back
    amend(an, name="Nguyễn Thị Ấn")
    again = office.stage(content + b"\0")
    assert again != sheet
    assert [row.state for row in office.rows(again).values()] == ["moved"]


def test_a_row_that_was_carried_out_is_known_again_in_another_file(office: Office) -> None:
    an = person("Nguyễn Thị An", "1980-05-17", old_id="024123456")
    first = office.stage(typed(HEADS, ("Nguyễn Thị Ân", "17/05/1980", "Nữ", "024123456", "", "")))
    office.carry_out(first)
    assert record(an).person.name == "Nguyễn Thị Ân"
    amend(an, name="Nguyễn Thị Ấn")
    again = office.stage(typed(HEADS, ("Nguyễn Thị Ân", "17/05/1980", "Nữ", "024123456", "", ""), ()))
    if again == first:
        again = office.stage(typed(("Tổ 3",), HEADS, ("Nguyễn Thị Ân", "17/05/1980", "Nữ", "024123456", "", "")))
    [row] = office.rows(again).values()
    assert (row.state, row.reason) == ("same", "before")


def test_columns_in_another_order_names_decomposed_dates_of_excel(office: Office) -> None:
    from datetime import datetime
    from unicodedata import normalize

    an = person("Nguyễn Thị An", "1980-05-17", old_id="024123456")
    sheet = office.stage(
        typed(
            ("Danh sách tổ 3",),
            ("CCCD/CMND", "Tổ", "Họ và tên người dân", "Ngày, tháng, năm sinh", "Gioi tinh"),
            (24123456, "3", normalize("NFD", "Nguyễn Thị Ấn"), datetime(1980, 5, 18), "nữ"),  # noqa: DTZ001
        )
    )
    assert office.carry_out(sheet).done == 1
    assert (record(an).person.name, str(record(an).person.birth_date)) == ("Nguyễn Thị Ấn", "1980-05-18")
    assert numbers(an) == {("old_id", "024123456")}


def test_found_by_name_and_birth_date_is_only_possible_until_somebody_chooses(office: Office) -> None:
    an = person("Nguyễn Thị An", "1980-05-17")
    sheet = office.stage(typed(HEADS, ("nguyen thi an", "17/05/1980", "Nữ", "079180012345", "", "")))
    [row] = office.rows(sheet).values()
    assert (row.state, row.content.candidates) == ("possible", [an])
    assert office.carry_out(sheet).done == 0
    assert numbers(an) == set()
    store.mark(sheet, "staged", when=("done",))
    assert carrying.choose(sheet, row.number, an)
    assert office.carry_out(sheet).done == 1
    assert ("citizen_id", "079180012345") in numbers(an)


def test_the_same_person_twice_in_one_file_is_an_error_also_without_a_number(office: Office) -> None:
    person("Nguyễn Thị An", "1980-05-17")
    sheet = office.stage(
        typed(
            HEADS,
            ("Nguyễn Thị An", "17/05/1980", "Nữ", "", "Đã sửa", ""),
            ("NGUYỄN THỊ AN", "17/05/1980", "Nữ", "", "Đã sửa", ""),
            ("Lê Văn Chín", "01/02/1990", "Nam", "079090011111", "", ""),
            ("Lê Văn Chính", "01/02/1991", "Nam", "079090011111", "", ""),
        )
    )
    rows = store.rows_of(sheet, ("error",))
    assert [[fault.code for fault in row.content.faults if fault.code == "twice"] for row in rows] == [["twice"]] * 4
    assert rows[0].content.faults[-1].params == {"other": "Sheet 3"}


def test_errors_name_row_and_column(office: Office) -> None:
    person("Nguyễn Thị An", "1980-05-17")
    sheet = office.stage(
        office.file({"Nguyễn Thị An": {"Ngày sinh": "31/02/1980", "Số định danh": "12345", "Giới tính": "?"}})
    )
    [row] = office.rows(sheet).values()
    assert row.content.line == 4
    assert {(fault.column, fault.code) for fault in row.content.faults} == {
        ("born", "birth_no_day"), ("id", "number_wrong_length"), ("sex", "sex_unreadable"),
    }  # fmt: skip


def test_data_that_moved_meanwhile_is_looked_at_again(office: Office) -> None:
    an = person("Nguyễn Thị An", "1980-05-17")
    sheet = office.stage(office.file({"Nguyễn Thị An": {"Họ và tên": "Nguyễn Thị Ân"}}))
    amend(an, name="Nguyễn Thị Ấn")
    assert office.carry_out(sheet) == (0, 1, 0)
    assert record(an).person.name == "Nguyễn Thị Ấn"
    [row] = office.rows(sheet).values()
    assert row.state == "moved"
    assert carrying.take(sheet, [row.number]) == 1
    assert office.carry_out(sheet).done == 1
    assert record(an).person.name == "Nguyễn Thị Ân"


def test_a_change_of_another_field_meanwhile_is_kept(office: Office) -> None:
    an = person("Nguyễn Thị An", "1980-05-17")
    content = office.file({"Nguyễn Thị An": {"Họ và tên": "Nguyễn Thị Ân"}})
    amend(an, birth_date="1981-05-17")
    sheet = office.stage(content)
    assert office.carry_out(sheet).done == 1
    assert (record(an).person.name, str(record(an).person.birth_date)) == ("Nguyễn Thị Ân", "1981-05-17")


def test_people_of_another_commune_are_not_touched(office: Office) -> None:
    far = person("Lê Thị Xa", "1980-05-17", residence_code="00526", old_id="011222333")
    sheet = office.stage(typed(HEADS, ("Lê Thị Gần", "17/05/1980", "Nữ", "011222333", "", "")))
    [row] = office.rows(sheet).values()
    assert [fault.code for fault in row.content.faults] == ["not_yours"]
    assert row.person_id is None
    assert record(far).person.name == "Lê Thị Xa"


def test_a_forged_key_opens_nobody(office: Office) -> None:
    person("Nguyễn Thị An", "1980-05-17")
    sheet = office.stage(
        office.file({"Nguyễn Thị An": {"Mã dòng (không sửa)": "LC" + "A" * 58, "Họ và tên": "Kẻ Khác"}})
    )
    assert [fault.code for fault in office.rows(sheet)["Kẻ Khác"].content.faults] == ["key_changed"]


def test_a_masked_list_changes_no_number(office: Office) -> None:
    binh = person("Trần Văn Bình", "1975-01-01", "M", card_id="79075012345")
    content = office.file({"Trần Văn Bình": {"Ngày sinh": "02/09/1975"}}, full=False)
    assert b"79075012345" not in content
    office.carry_out(office.stage(content))
    assert numbers(binh) == {("citizen_id", "79075012345")}
    assert str(record(binh).person.birth_date) == "1975-09-02"


def test_a_number_of_somebody_else_is_refused_with_who_it_is_and_the_rest_goes_on(office: Office) -> None:
    holder = person("Lê Thị Hoa", "1990-01-02", citizen_id="079190012345")
    person("Nguyễn Thị An", "1980-05-17")
    ba = person("Phạm Thị Ba", "1970-05-17")
    sheet = office.stage(
        office.file(
            {"Nguyễn Thị An": {"Số định danh": "079190012345"}, "Phạm Thị Ba": {"Số định danh": "079170012345"}}
        )
    )
    assert office.carry_out(sheet) == (1, 1, 0)
    row = office.rows(sheet)["Nguyễn Thị An"]
    assert (row.state, row.reason, row.content.because["candidates"]) == (
        "refused", "identifier_of_other", [str(holder)],
    )  # fmt: skip
    assert ("citizen_id", "079170012345") in numbers(ba)


def test_what_came_of_asking_is_noted_once(office: Office) -> None:
    an = person("Nguyễn Thị An", "1980-05-17")
    sheet = office.stage(office.file({"Nguyễn Thị An": {"Kết quả": "Không gặp", "Ghi chú": "đi làm xa, Tết về"}}))
    office.carry_out(sheet)
    note = repair_list.notes_of([an])[an]
    assert (note.kind, note.text) == ("not_reached", "đi làm xa, Tết về")
    assert state(an) == "no_id"


def test_a_number_ends_when_the_team_says_it_is_not_theirs(office: Office) -> None:
    binh = person("Trần Văn Bình", "1975-01-01", "M", card_id="79075012345")
    office.carry_out(office.stage(office.file({"Trần Văn Bình": {"Số định danh": "xóa"}})))
    assert numbers(binh) == set()
    assert state(binh) == "no_id"


def test_a_sheet_is_taken_back_where_nobody_changed_the_record_since(office: Office) -> None:
    an, ba = person("Nguyễn Thị An", "1980-05-17"), person("Phạm Thị Ba", "1970-05-17")
    sheet = office.stage(
        office.file(
            {
                "Nguyễn Thị An": {"Họ và tên": "Nguyễn Thị Ân", "Số định danh": "079180012345"},
                "Phạm Thị Ba": {"Họ và tên": "Phạm Thị Bá"},
            }
        )
    )
    office.carry_out(sheet)
    amend(ba, name="Phạm Thị Bà")
    assert carrying.undo(sheet, "nhầm tổ", actor=office.actor, now=NOW).done == 1
    assert (record(an).person.name, numbers(an)) == ("Nguyễn Thị An", set())
    assert record(ba).person.name == "Phạm Thị Bà"
    assert carrying.undo(sheet, "nhầm tổ", actor=office.actor, now=NOW).done == 0


def test_safe_proposals_of_a_group_become_a_sheet_of_their_own(office: Office) -> None:
    binh = person("TRẦN VĂN BÌNH", "1975-03-02", "M", card_id="79075012345")
    person("Nguyễn Thị An", "1980-05-17")
    chosen = [(line.person.id, line.print, line.safe) for line, _ in office.lines() if line.safe]
    sheet = staging.stage_proposals(chosen, actor=office.actor, area_id=office.area_id, now=NOW)
    assert office.sheet(sheet).counts == {"change": 1}
    office.carry_out(sheet)
    assert record(binh).person.name == "Trần Văn Bình"
    assert numbers(binh) == {("citizen_id", "079075012345")}
    assert state(binh) == "not_sent"


def test_a_merged_record_is_mended_as_the_one_it_became(office: Office) -> None:
    an, twin = person("Nguyễn Thị An", "1980-05-17"), person("Trần Thị Năm", "1960-05-17", citizen_id="079160011111")
    content = office.file({"Nguyễn Thị An": {"Họ và tên": "Nguyễn Thị Ân"}})
    send("person.merge", {"person": {"id": str(twin)}, "other": {"id": str(an)}, "reason": "một người"})
    sheet = office.stage(content)
    [row] = [row for row in office.rows(sheet).values() if row.content.changes]
    assert (row.person_id, row.state) == (twin, "moved")


def test_what_rows_said_goes_after_thirty_days(office: Office) -> None:
    from datetime import timedelta

    person("Nguyễn Thị An", "1980-05-17")
    content = office.file({"Nguyễn Thị An": {"Họ và tên": "Nguyễn Thị Ân"}})
    sheet = office.stage(content)
    assert store.empty_old(NOW + timedelta(days=29)) == 0
    assert store.empty_old(NOW + timedelta(days=31)) == 1
    assert office.rows(sheet) == {}
    assert office.sheet(sheet).state == "emptied"
    assert office.stage(content) == sheet
    assert office.sheet(sheet).left == 1


def test_a_file_of_something_else(office: Office) -> None:
    for content, code in (
        (typed(("Lô", "Hạn"), ("FG3524", "30/09/2021")), "file_no_heads"),
        (typed(HEADS), "file_empty"),
    ):
        with pytest.raises(UnreadableFileError) as refused:
            staging.stage(content, actor=office.actor, area_id=office.area_id, now=NOW, today=TODAY)
        assert refused.value.code == code


def test_the_check_of_the_house_recounts_sheets(office: Office) -> None:
    from datetime import timedelta

    from django.db import connection

    from lachan.exchange.checks import check_all

    person("Nguyễn Thị An", "1980-05-17")
    office.carry_out(office.stage(office.file({"Nguyễn Thị An": {"Họ và tên": "Nguyễn Thị Ân"}})))
    assert [finding.good for finding in check_all(NOW)] == [True, True]
    assert [finding.good for finding in check_all(NOW + timedelta(days=33))] == [True, False]
    with connection.cursor() as cursor:
        cursor.execute("UPDATE exchange_sheetrow SET number = number + 1")  # a row whose command nobody ever sent
    assert [finding.good for finding in check_all(NOW)] == [False, True]
