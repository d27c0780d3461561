import unicodedata

import pytest

from lachan.people.names import display_form, family, fold_tone_marks, given, middle, search_form


@pytest.mark.parametrize(
    ("written", "searched"),
    [
        ("Nguyễn Thị Phương Thảo", "nguyen thi phuong thao"),
        ("  Trần   Thị HOÀ ", "tran thi hoa"),
        ("Đặng Đình Đức", "dang dinh duc"),
        ("Ðặng", "dang"),  # Eth, as old keyboards typed it
        (unicodedata.normalize("NFD", "Nguyễn Hữu Đạt"), "nguyen huu dat"),
        ("NGUYEN VAN A", "nguyen van a"),
        ("H\u2019Hen\u00a0Niê", "h'hen nie"),
        ("Müller", "muller"),
        ("Lê\u200b Lợi", "le loi"),
        ("", ""),
    ],
)
def test_the_search_form_keeps_letters_and_nothing_else(written: str, searched: str) -> None:
    assert search_form(written) == searched
    assert search_form(search_form(written)) == searched


def test_the_display_form_composes_and_trims() -> None:
    assert display_form(unicodedata.normalize("NFD", "  Lê  Thị  Hòa ")) == "Lê Thị Hòa"


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        ("Hòa", "Hoà"),
        ("thúy", "thuý"),
        ("LÒE", "LOÈ"),
        ("Thủy", "Thuỷ"),
        ("khỏe", "khoẻ"),
        ("HÓA", "HOÁ"),
        ("lụy", "luỵ"),
    ],
)
def test_both_tone_placements_have_one_stored_form(older: str, newer: str) -> None:
    assert fold_tone_marks(older) == fold_tone_marks(newer) == newer


@pytest.mark.parametrize("name", ["Toàn", "Hoàng", "Quý", "Huỳnh", "Mùi", "Nguyễn Của", "Lan"])
def test_a_tone_that_stands_alike_in_both_conventions_stays(name: str) -> None:
    assert fold_tone_marks(name) == name


def test_different_names_stay_different_with_their_marks() -> None:
    assert fold_tone_marks("Hà") != fold_tone_marks("Hạ")


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("Nguyễn Thị Minh Khai", ("Nguyễn", "Thị Minh", "Khai")),
        ("Lê Lợi", ("Lê", "", "Lợi")),
        ("Y", ("Y", "", "")),
        ("  ", ("", "", "")),
    ],
)
def test_parts_of_a_name(name: str, parts: tuple[str, str, str]) -> None:
    assert (family(name), middle(name), given(name)) == parts
