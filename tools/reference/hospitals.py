"""Hospitals for the demonstration: the published number per province, laid out with realistic names.

No public list of all facilities exists. Each province gets its general hospital, one hospital or health centre per
district, then specialised hospitals up to the published count. Large hospitals of Hà Nội and Hồ Chí Minh City carry
their well-known names in their districts. Not a register of real facilities.
"""

from pathlib import Path

from areas import COUNTED, Area, Atlas
from files import read_csv

COLUMNS = ("id", "code", "name", "area")
FIRST_ID = 200_000  # ids: 200000 + province * 1000 + number; stations use 100000 + commune code

SPECIALISED = (
    "Bệnh viện Y học cổ truyền",
    "Bệnh viện Sản - Nhi",
    "Bệnh viện Phổi",
    "Bệnh viện Tâm thần",
    "Bệnh viện Mắt",
    "Bệnh viện Phục hồi chức năng",
    "Bệnh viện Ung bướu",
    "Bệnh viện Da liễu",
    "Bệnh viện Nội tiết",
    "Bệnh viện Răng - Hàm - Mặt",
    "Bệnh viện Bệnh nhiệt đới",
    "Bệnh viện Chấn thương - Chỉnh hình",
    "Bệnh viện Tim mạch",
)
NAMED = {
    "01": (
        ("006", "Bệnh viện Bạch Mai"),
        ("002", "Bệnh viện Hữu nghị Việt Đức"),
        ("006", "Bệnh viện Nhi Trung ương"),
        ("001", "Bệnh viện Đa khoa Xanh Pôn"),
        ("007", "Bệnh viện Thanh Nhàn"),
        ("006", "Bệnh viện Đa khoa Đống Đa"),
        ("004", "Bệnh viện Đa khoa Đức Giang"),
        ("268", "Bệnh viện Đa khoa Hà Đông"),
        ("001", "Bệnh viện Phụ sản Hà Nội"),
    ),
    "79": (
        ("774", "Bệnh viện Chợ Rẫy"),
        ("766", "Bệnh viện Thống Nhất"),
        ("771", "Bệnh viện Nhân dân 115"),
        ("765", "Bệnh viện Nhân dân Gia Định"),
        ("774", "Bệnh viện Nguyễn Tri Phương"),
        ("774", "Bệnh viện Nguyễn Trãi"),
        ("771", "Bệnh viện Trưng Vương"),
        ("772", "Bệnh viện Bình Dân"),
        ("774", "Bệnh viện An Bình"),
        ("760", "Bệnh viện Từ Dũ"),
        ("774", "Bệnh viện Hùng Vương"),
        ("771", "Bệnh viện Nhi đồng 1"),
        ("760", "Bệnh viện Nhi đồng 2"),
        ("785", "Bệnh viện Nhi đồng Thành phố"),
        ("774", "Bệnh viện Bệnh Nhiệt đới"),
        ("774", "Bệnh viện Phạm Ngọc Thạch"),
        ("765", "Bệnh viện Ung Bướu"),
        ("774", "Bệnh viện Chấn thương Chỉnh hình"),
        ("770", "Bệnh viện Tai Mũi Họng"),
        ("760", "Bệnh viện Răng Hàm Mặt"),
        ("770", "Bệnh viện Mắt"),
        ("770", "Bệnh viện Da Liễu"),
        ("768", "Bệnh viện Y học cổ truyền"),
        ("774", "Bệnh viện Tâm thần"),
        ("774", "Bệnh viện Truyền máu Huyết học"),
        ("776", "Bệnh viện Phục hồi chức năng"),
        ("760", "Bệnh viện Đa khoa Sài Gòn"),
        ("771", "Viện Tim"),
        ("774", "Bệnh viện Đại học Y Dược"),
        ("783", "Bệnh viện Đa khoa khu vực Củ Chi"),
    ),
}
SEAT = ("municipal_city", "provincial_city", "urban_district", "town", "district")
CENTRE = ("ward", "township", "commune")
UNINHABITED = frozenset({"498"})  # Hoàng Sa


def district_hospital(district: Area) -> str:
    if district.name.isdigit():
        return f"Bệnh viện Quận {district.name}"
    return {
        "district": f"Trung tâm Y tế huyện {district.name}",
        "town": f"Trung tâm Y tế thị xã {district.name}",
        "urban_district": f"Bệnh viện Quận {district.name}",
    }.get(district.kind, f"Bệnh viện Đa khoa thành phố {district.name}")


def centre_of(atlas: Atlas, district: Area) -> Area:
    """The commune a district's hospital stands in; an island district without communes stands for itself."""
    communes = [area for area in atlas.on(COUNTED, 3) if area.parent_code == district.code]
    return min(communes, key=lambda area: (CENTRE.index(area.kind), area.code), default=district)


def of_province(atlas: Atlas, province: Area, count: int) -> list[tuple[str, Area]]:
    districts = [
        area for area in atlas.on(COUNTED, 2) if area.parent_code == province.code and area.code not in UNINHABITED
    ]
    by_code = {area.code: area for area in districts}
    seat = min(districts, key=lambda area: (SEAT.index(area.kind), area.code))
    place = "thành phố" if province.kind == "municipality" else "tỉnh"
    placed = [(name, by_code[code]) for code, name in NAMED.get(province.code, ())]
    placed = placed or [(f"Bệnh viện Đa khoa {place} {province.name}", seat)]
    placed += [(district_hospital(district), district) for district in districts]
    placed += [(f"{name} {place} {province.name}", seat) for name in SPECIALISED]
    if len(placed) < count:
        raise SystemExit(f"{province.name}: {count} hospitals published, only {len(placed)} names")
    return [(name, centre_of(atlas, district)) for name, district in placed[:count]]


def build(shared: Path, atlas: Atlas) -> list[tuple[int, str, str, int]]:
    rows = []
    for row in read_csv(shared / "population/province_population_health_2019.csv"):
        province = atlas.at(1, row["province_code"], COUNTED)
        assert province is not None
        for number, (name, area) in enumerate(of_province(atlas, province, int(row["hospitals"])), start=1):
            rows.append(
                (FIRST_ID + int(province.code) * 1000 + number, f"BV{province.code}{number:03d}", name, area.id)
            )
    return rows
