"""People who are there twice: found, kept once, settled by a person, and found again only when they are."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest

from lachan.kernel.ids import new_id
from lachan.kernel.outcomes import ACCEPTED, REFUSED
from lachan.people.duplicates import blocks, pairs, slices
from lachan.people.duplicates import scan as scanning
from lachan.people.duplicates.blocks import Row
from lachan.people.models import PairScan, PairSlice, Person, PersonPair
from lachan.synth import people as invented
from lachan.synth.plan import Plan

from .conftest import DESK, NOW, Register

PHONE = "0903123456"
CITIZEN, OTHER = "079180012345", "079180054321"


def scan() -> scanning.Result:
    return scanning.scan(actor_id=DESK.id, now=NOW)


def found() -> set[tuple[UUID, UUID, str]]:
    return {(p.person_id, p.other_id, p.verdict) for p in PersonPair.objects.filter(status="open")}


def pair(a: UUID, b: UUID, verdict: str) -> tuple[UUID, UUID, str]:
    return min(a, b), max(a, b), verdict


# how the second record of Nguyễn Văn An, born 17 May 1980, was written
WRITTEN = {
    "without marks": ("NGUYEN VAN AN", "1980-05-17", {"phone": PHONE}, "match"),
    "family name last": ("Văn An Nguyễn", "1980-05-17", {"phone": PHONE}, "match"),
    "middle name left out": ("Nguyễn An", "1980-05-17", {"phone": PHONE}, "match"),
    "a letter off in the middle": ("Nguyễn Vân An", "1980-05-17", {"phone": PHONE}, "match"),
    "the year alone": ("Nguyễn Văn An", "1980", {"phone": PHONE}, "match"),
    "another year, one digit off": ("Nguyễn Văn An", "1990-05-17", {"phone": PHONE}, "match"),
    "a namesake with the same birth date": ("Nguyễn Văn An", "1980-05-17", {"phone": "0911222333"}, "possible"),
}  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("case", WRITTEN)
def test_a_second_record_is_found_however_it_was_written(register: Register, case: str) -> None:
    name, born, more, verdict = WRITTEN[case]
    first = register("Nguyễn Văn An", "1980-05-17", citizen_id=CITIZEN, phone=PHONE)
    second = register(name, born, force_new=True, **more)
    scan()
    assert found() == {pair(first, second, verdict)}


@pytest.mark.django_db
def test_two_cards_are_two_people_and_twins_are_two(register: Register) -> None:
    register("Nguyễn Văn An", "1980-05-17", citizen_id=CITIZEN, phone=PHONE)
    register("Nguyễn Văn An", "1980-05-17", citizen_id=OTHER, phone=PHONE, force_new=True)
    register("Trần Gia Bảo", "2015-03-04", phone="0903999888")
    register("Trần Gia Khánh", "2015-03-04", phone="0903999888", force_new=True)
    scan()
    assert found() == set()


@pytest.mark.django_db
def test_an_old_number_held_by_two_records_is_compared_across_years(register: Register) -> None:
    first = register("Lê Thị Hoa", "1979-02-03", "F", old_id="024123456")
    second = register("Lê Thị Hoa", "1981-03-02", "F", old_id="024123456", force_new=True)
    scan()
    assert found() == {pair(first, second, "possible")}


@pytest.mark.django_db
def test_what_somebody_settled_stays_settled_and_what_vanished_goes(register: Register) -> None:
    first = register("Nguyễn Văn An", "1980-05-17", phone=PHONE)
    second = register("Nguyễn Văn An", "1980-05-17", phone=PHONE, force_new=True)
    third = register("Võ Thị Sáu", "1983-01-09", "F", phone="0903000111")
    fourth = register("Võ Thị Sáu", "1983-01-09", "F", phone="0903000111", force_new=True)
    scan()
    assert {p[:2] for p in found()} == {pair(first, second, "")[:2], pair(third, fourth, "")[:2]}
    [refused] = pairs.settle([(second, first)], reason=" ", actor_id=DESK.id, now=NOW)
    assert (refused.status, refused.reason) == (REFUSED, "reason_missing")
    [settled, unknown] = pairs.settle(
        [(second, first), (first, third)], reason="Anh em họ cùng tên, đã gặp cả hai", actor_id=DESK.id, now=NOW
    )
    assert settled.status is ACCEPTED
    assert (unknown.status, unknown.reason) == (REFUSED, "pair_unknown")
    Person.objects.filter(id=fourth).update(search_name="vo thi bay", name="Võ Thị Bảy")
    scan()
    assert found() == set()
    assert PersonPair.objects.get().status == "two_people"


@pytest.mark.django_db
def test_a_stopped_scan_goes_on_and_finds_the_same(register: Register, monkeypatch: pytest.MonkeyPatch) -> None:
    first = register("Nguyễn Văn An", "1980-05-17", phone=PHONE)
    second = register("Nguyễn Văn An", "1980-05-17", phone=PHONE, force_new=True)
    register("Võ Thị Sáu", "1933-01-09", "F")
    whole = slices.candidates
    calls = []

    def stopping(cursor: object, name: str) -> tuple[slices.Pairs, int]:
        calls.append(name)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return whole(cursor, name)  # type: ignore[arg-type]

    monkeypatch.setattr(slices, "candidates", stopping)
    with pytest.raises(KeyboardInterrupt):
        scan()
    assert [part.name for part in PairSlice.objects.all()] == calls[:1]
    result = scan()
    assert result.resumed == 1
    assert calls.count(calls[0]) == 1
    assert found() == {pair(first, second, "match")}
    assert PairScan.objects.get().finished_at is not None


@pytest.mark.django_db
def test_pairs_are_read_in_the_areas_of_the_asker_in_pages(register: Register) -> None:
    ids = [register("Nguyễn Văn An", "1980-05-17", phone=PHONE, force_new=bool(n)) for n in range(4)]
    scan()
    home = Person.objects.get(id=ids[0]).residence_id
    assert home is not None
    assert pairs.counts([home]) == {"match": 6}
    assert pairs.counts([home + 1]) == {}
    page = pairs.open_pairs([home], limit=4)
    rest = pairs.open_pairs([home], after=page[-1].after, limit=4)
    assert len({pair[:2] for pair in page + rest}) == 6
    assert pairs.open_pairs([home], verdict="possible") == []


def test_strangers_with_a_common_name_are_not_all_compared() -> None:
    rows = [Row(new_id(), "nguyen van an", None, commune) for commune in range(400) for _ in range(2)]
    assert len(blocks.pairs(rows)) == 400


def test_most_second_records_of_an_invented_population_meet() -> None:
    """Ten thousand invented people, of whom 1.2 % have a second record as stations make them."""
    truth = invented.generate(Plan(), 0)
    records = invented.records(truth)
    epoch = date(1970, 1, 1)
    rows = [
        Row(new_id(), folded, epoch + timedelta(days=born), place)
        for folded, born, place in zip(records.folded, records.born.tolist(), truth.place.tolist(), strict=True)
    ]
    by_year: dict[int, list[int]] = {}
    for place, row in enumerate(rows):
        assert row.birth_date is not None
        by_year.setdefault(row.birth_date.year, []).append(place)
    met = {
        frozenset((places[a], places[b]))
        for places in by_year.values()
        for a, b in blocks.pairs([rows[place] for place in places])
    }
    twins = {frozenset((place, twin)) for place, twin in enumerate(truth.twin_of) if twin >= 0}
    share = len(twins & met) / len(twins)
    assert share >= 0.97, f"{share:.1%} of {len(twins)} second records meet"
    assert len(met) < 3 * len(twins)
