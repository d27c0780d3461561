import pytest

from lachan.people.matching.communes import Place, packaged, same_commune, unit_key


def _place(commune: str, district: str, province: str, recorded: str = "2021-10-01", code: str = "") -> Place | None:
    return packaged().place(commune, code, district, province, recorded)


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        (("Xã Sơn Lương", "Huyện Văn Chấn", "Tỉnh Yên Bái"), ("xa son luong", "H. Văn Chấn", "Yên Bái"), True),
        (("TT. Kiến Đức", "H. Đắk R'Lấp", "Đắk Nông"), ("Thị trấn Kiến Đức", "Huyện Đắk R'Lấp", "Tỉnh Đắk Nông"), True),
        (("Xã Diễn Phúc", "Huyện Diễn Châu", "Nghệ An"), ("Xã Diễn Phúc", "", "Nghệ An"), True),
        (("Phường 1", "Quận 3", "TP. Hồ Chí Minh"), ("Phường 1", "Quận 4", "TPHCM"), False),
        (("Xã Phú Sơn", "Tx. Hương Thủy", "Thừa Thiên Huế"), ("Xã Phú Sơn", "Thị xã Hương Thuỷ", "TP. Huế"), True),
        (("Xã Bình Thạnh", "Thành phố Hồng Ngự", "Đồng Tháp"), ("", "", "Đồng Tháp"), None),
    ],
)  # fmt: skip
def test_one_commune_in_many_spellings(a: tuple[str, str, str], b: tuple[str, str, str], same: bool | None) -> None:
    first, second = _place(*a), _place(*b)
    assert same_commune(first, second) is same_commune(second, first) is same


@pytest.mark.parametrize(
    ("older", "today", "same"),
    [
        (("Xã Húc", "Huyện Hướng Hóa", "Tỉnh Quảng Trị"), ("Xã Khe Sanh", "Quảng Trị"), True),
        (("Xã Phú Thọ", "Huyện Tam Nông", "Tỉnh Đồng Tháp"), ("Xã Phú Thọ", "Đồng Tháp"), True),
        (("Xã Xuân Giang", "Huyện Xuân Trường", "Tỉnh Nam Định"), ("Xã Xuân Giang", "Ninh Bình"), True),
        (("Xã Húc", "Huyện Hướng Hóa", "Tỉnh Quảng Trị"), ("Xã Phú Thọ", "Đồng Tháp"), False),
    ],
)
def test_a_commune_and_its_successor_of_2025(older: tuple[str, str, str], today: tuple[str, str], same: bool) -> None:
    before, after = _place(*older), _place(today[0], "", today[1], "2025-10-01")
    assert same_commune(before, after) is same_commune(after, before) is same


def test_one_code_before_and_after_the_merger_is_two_places() -> None:
    truc_bach = _place("Phường Trúc Bạch", "Quận Ba Đình", "Hà Nội", "2021-10-01", "00004")
    phuc_xa = _place("Phường Phúc Xá", "Quận Ba Đình", "Hà Nội", "2021-10-01", "00001")
    ba_dinh = _place("Phường Ba Đình", "", "Hà Nội", "2025-10-01", "00004")
    assert same_commune(truc_bach, ba_dinh) is True
    assert same_commune(phuc_xa, ba_dinh) is False


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("TT. Kiến Đức", ("t", "kien duc")),
        ("Quận 1", ("q", "1")),
        ("Đông Phước", ("", "dong phuoc")),
        ("Xã", ("", "xa")),
    ],
)
def test_the_kind_of_a_unit_is_told_from_its_name(written: str, key: tuple[str, str]) -> None:
    assert unit_key(written) == key
