"""The country as shipped: counts, mappings, known defects, and the load itself."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from django.db import IntegrityError, connection, transaction

from lachan.places import data, queries
from lachan.places.models import Area, AreaSuccessor, Facility
from lachan.places.operations import load_reference

CHECKOUT = Path(__file__).resolve().parents[2]
NOV_2021, MAR_2025, BEFORE, REFORM, APRIL_2026 = (
    date(2021, 11, 1),
    date(2025, 3, 15),
    date(2025, 6, 30),
    date(2025, 7, 1),
    date(2026, 4, 30),
)
# Communes merged away in 2020 that came back in the lists of 2025.
GHOSTS = ["07693", "07732", "07744", "16387", "16411", "18448", "20176", "20674", "25102", "25174", "25177", "25186"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("places")]


@pytest.mark.parametrize(
    ("day", "counts"),
    [
        (NOV_2021, (63, 705, 10_599)),
        (MAR_2025, (63, 696, 10_047)),
        (REFORM, (34, 0, 3_321)),
        (date(2026, 4, 29), (34, 0, 3_321)),
        (APRIL_2026, (34, 0, 3_321)),
    ],
)
def test_units_on_a_day(day: date, counts: tuple[int, int, int]) -> None:
    assert tuple(len(queries.atlas().on(day, level)) for level in (1, 2, 3)) == counts


def test_the_eleven_changes_of_april_2026() -> None:
    began = list(Area.objects.filter(valid_from=APRIL_2026).order_by("code"))
    assert len(began) == 11
    assert Area.objects.filter(valid_to=APRIL_2026).count() == 11
    assert [area.full_name for area in began if area.level == 1] == ["Thành phố Đồng Nai"]
    assert {area.kind_vi for area in began if area.level == 3} == {"Phường"}


def test_a_code_given_again_names_two_areas() -> None:
    old, new = queries.area_at("00004", 3, BEFORE), queries.area_at("00004", 3, REFORM)
    assert old is not None
    assert new is not None
    assert (old.full_name, new.full_name) == ("Phường Trúc Bạch", "Phường Ba Đình")
    assert queries.address(old.id) == "Phường Trúc Bạch, Quận Ba Đình, Thành phố Hà Nội"
    assert queries.address(new.id) == "Phường Ba Đình, Thành phố Hà Nội"
    (became,) = queries.successors([old.id], REFORM)[old.id]
    assert (became.area_id, became.extent, became.references) == (new.id, "full", ("1656/NQ-UBTVQH15",))


def test_every_ended_area_has_a_successor_on_its_last_day() -> None:
    ended = {area.id: area.valid_to for area in queries.atlas().areas.values() if area.valid_to}
    assert len(ended) == Area.objects.exclude(valid_to=None).count() == 13_077
    for area_id, day in ended.items():
        assert day is not None
        assert queries.successors([area_id], day)[area_id], area_id


def test_every_area_of_any_period_lies_in_one_of_the_34() -> None:
    mapping = queries.province_mapping(REFORM)
    assert len(set(mapping.values())) == 34
    assert set(queries.atlas().areas) - mapping.keys() == {1}


def test_every_commune_of_any_period_lies_in_one_of_the_63() -> None:
    mapping = queries.province_mapping(NOV_2021)
    assert len(set(mapping.values())) == 63
    missing = [queries.atlas().areas[key] for key in set(queries.atlas().areas) - mapping.keys()]
    assert {area.level for area in missing} == {0, 1}
    assert len(missing) == 1 + 23 + 1  # country, the merged provinces, Đồng Nai again as a city


def test_both_maps_agree_on_which_old_provinces_make_a_new_one() -> None:
    old, new = queries.province_mapping(NOV_2021), queries.province_mapping(REFORM)
    for commune in queries.atlas().on(NOV_2021, 3):
        assert new[commune.id] == new[old[commune.id]]
    for commune in queries.atlas().on(REFORM, 3):
        assert new[commune.id] == new[old[commune.id]] == commune.province_id


def test_communes_of_2021_on_the_map_of_2025() -> None:
    mapping = queries.commune_mapping(REFORM)
    communes = queries.atlas().on(NOV_2021, 3)
    found = Counter((mapping[area.id].commune_id is not None, mapping[area.id].review) for area in communes)
    assert found == {(True, False): 9_345, (True, True): 312, (False, True): 942}
    split = [area for area in communes if len(queries.successors([area.id], REFORM)[area.id]) > 1]
    assert len(split) == 463


def test_wards_split_by_the_reform_stay_unassigned_in_their_province() -> None:
    mapping = queries.commune_mapping(REFORM)
    wards = queries.atlas().on(BEFORE, 3)
    split = [area for area in wards if mapping[area.id].commune_id is None]
    assert len(split) == 454
    assert all(mapping[area.id].review for area in split)
    provinces = queries.province_mapping(REFORM)
    for area in split:
        for relative in queries.successors([area.id], REFORM)[area.id]:
            assert provinces[relative.area_id] == mapping[area.id].province_id


def test_the_568_vanished_communes_are_found_again_or_flagged() -> None:
    documented = set(AreaSuccessor.objects.exclude(reference__startswith="list:").values_list("old__code", flat=True))
    vanished = [
        area for area in queries.atlas().on(NOV_2021, 3) if area.code not in documented or area.valid_to == APRIL_2026
    ]
    mapping = queries.commune_mapping(REFORM)
    lost = [area for area in vanished if mapping[area.id].commune_id is None and not _is_split(area.id)]
    assert len(vanished) == 568
    assert len(lost) == 470
    assert all(mapping[area.id].review for area in lost)


def _is_split(area_id: int) -> bool:
    return len(queries.successors([area_id], REFORM)[area_id]) > 1


def test_the_twelve_ghosts_are_kept_and_flagged() -> None:
    mapping = queries.commune_mapping(REFORM)
    ghosts = list(queries.areas_at(GHOSTS, 3, BEFORE).values())
    assert len(ghosts) == 12
    assert all(mapping[area.id].review for area in ghosts)
    assert not queries.areas_at(GHOSTS, 3, NOV_2021).keys() & set(GHOSTS)


def test_island_districts_became_special_zones() -> None:
    for code, zone in (("536", "Đặc khu Lý Sơn"), ("755", "Đặc khu Côn Đảo"), ("498", "Đặc khu Hoàng Sa")):
        district = queries.area_at(code, 2, NOV_2021)
        assert district is not None
        placement = queries.commune_mapping(REFORM)[district.id]
        assert placement.commune_id is not None
        assert not placement.review
        assert queries.address(placement.commune_id).startswith(zone)
        assert queries.commune_mapping(NOV_2021)[placement.commune_id].commune_id == district.id


def test_population_sums_to_the_nation_on_either_map() -> None:
    for day in (NOV_2021, REFORM, APRIL_2026):
        assert sum(province.population or 0 for province in queries.provinces(day)) == 98_500_000
    assert sum(commune.population or 0 for commune in queries.atlas().on(REFORM, 3)) == 98_500_000
    for province in queries.provinces(NOV_2021):
        parts = [queries.atlas().areas[key] for key in queries.areas_under(province.id, NOV_2021, follow=False)]
        districts = sum(area.population or 0 for area in parts if area.level == 2)
        assert districts == province.population


@pytest.mark.slow
def test_every_facility_is_counted_once_on_either_map() -> None:
    table = queries.facility_table()
    assert Counter(row.kind for row in table.values()) == {"station": 10_599, "hospital": 1_015}
    for day in (NOV_2021, REFORM, APRIL_2026):
        counted = Counter(key for province in queries.provinces(day) for key in queries.facilities_in(province.id))
        assert len(counted) == 11_614
        assert set(counted.values()) == {1}


@pytest.mark.slow
@pytest.mark.usefixtures("fresh")
def test_loading_all_of_it_into_empty_tables(capsys: pytest.CaptureFixture[str]) -> None:
    with connection.cursor() as cursor:
        # another room's foreign keys may not stand in the way of an empty start; rolled back with the test
        cursor.execute("DELETE FROM places_facility")
        cursor.execute("DELETE FROM places_areasuccessor")
        cursor.execute("DELETE FROM places_area")
    told: dict[str, int] = {}
    began = time.monotonic()
    loaded = load_reference(progress=told.__setitem__)
    seconds = time.monotonic() - began
    with capsys.disabled():
        print(f"\nreference data into empty tables: {seconds:.2f} s {loaded}")
    assert loaded == (16_433, 13_632, 11_614) == tuple(told.values())
    assert (Area.objects.count(), AreaSuccessor.objects.count(), Facility.objects.count()) == loaded
    assert seconds < 20


@pytest.mark.slow
@pytest.mark.usefixtures("fresh")
def test_loading_again_mends_what_differs_and_leaves_the_rest() -> None:
    untouched = _row_versions("places_area", 2)
    Area.objects.filter(id=3).update(name="wrong")
    AreaSuccessor.objects.filter(old_id=2).update(new_id=3)
    Facility.objects.filter(code="TYT26740").update(name="wrong", closed_on=date(2026, 1, 1))
    load_reference()
    assert Area.objects.get(id=3).name == "Hà Giang"
    assert [link.new.code for link in AreaSuccessor.objects.filter(old_id=2)] == ["01"]
    station = Facility.objects.get(code="TYT26740")
    assert station.name == "Trạm Y tế phường Bến Nghé"
    assert station.closed_on == date(2026, 1, 1)  # closed by this installation, not by the data
    assert _row_versions("places_area", 2) == untouched


def _row_versions(table: str, id_: int) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT ctid::text || xmin::text FROM {table} WHERE id = %s", [id_])
        return str(cursor.fetchone()[0])


@pytest.mark.slow
def test_the_tool_writes_the_same_bytes_again(shared: Path, tmp_path: Path) -> None:
    places = "src/lachan/places/data"
    forms = "src/lachan/immunization/data/screening_forms.json"
    (tmp_path / places).mkdir(parents=True)
    (tmp_path / forms).parent.mkdir(parents=True)
    shutil.copy(CHECKOUT / places / "areas.csv", tmp_path / places)  # the ledger of ids
    shutil.copy(CHECKOUT / forms, tmp_path / forms)
    tool = [sys.executable, "tools/reference/build.py", "--shared", str(shared), "--into", str(tmp_path)]
    subprocess.run(tool, cwd=CHECKOUT, check=True, capture_output=True, timeout=120)
    written = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(written) >= 11
    for path in written:
        assert path.read_bytes() == (CHECKOUT / path.relative_to(tmp_path)).read_bytes(), path.name


def test_ids_are_unique_and_dense_from_the_country() -> None:
    ids = [record.id for record in data.areas()]
    assert ids == list(range(1, len(ids) + 1))


@pytest.mark.parametrize(
    "broken",
    [
        "UPDATE places_area SET code = '04' WHERE id = 3",
        "UPDATE places_area SET valid_to = valid_from WHERE id = 3",
        "UPDATE places_area SET level = 4 WHERE id = 3",
        "UPDATE places_area SET parent_id = 99999 WHERE id = 3",
        "UPDATE places_areasuccessor SET new_id = 99999 WHERE old_id = 3",
        "UPDATE places_areasuccessor SET extent = 'most' WHERE old_id = 3",
        "UPDATE places_facility SET code = 'TYT26740' WHERE code = 'BV01001'",
        "UPDATE places_facility SET kind = 'shop' WHERE code = 'BV01001'",
        "UPDATE places_facility SET area_id = 99999 WHERE code = 'BV01001'",
    ],
)
def test_the_database_refuses_what_can_not_be(broken: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # foreign keys at the statement, not at commit
        with pytest.raises(IntegrityError), transaction.atomic():
            cursor.execute(broken)


@pytest.mark.django_db
def test_a_demonstration_shows_populations_in_proportion(reference: None) -> None:
    try:
        load_reference(people=50_000)
        country = queries.area(1)
        provinces = queries.provinces(date(2021, 11, 1))
        assert country is not None
        assert country.population == 50_000
        assert abs(sum(province.population or 0 for province in provinces) - 50_000) <= len(provinces)
        assert min(area.population for area in queries.atlas().areas.values() if area.population) >= 1
    finally:
        queries.clear_cache()  # the rows go back with the transaction; what the process remembers does not
