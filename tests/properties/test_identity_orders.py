"""Any order of registering, giving, correcting, merging and coming apart gives figures equal to a recount."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lachan.immunization import checks as room
from lachan.kernel.ids import new_id
from lachan.kernel.outcomes import ACCEPTED
from lachan.people import queries as people
from tests.immunization.conftest import Station, make_station, rows, stock_up
from tests.immunization.test_merging import adds_up, merge, snapshot, unmerge

pytestmark = pytest.mark.slow

FIRST = date(2021, 9, 1)
PEOPLE = 4
ANSWERED = {
    "codes": [
        "series_complete_no_booster_rule", "booster_too_early", "interval_too_short", "product_not_mixable",
        "dose_number_mismatch", "too_young", "age_uncertain",
    ],
    "reason": "the papers show it",
}  # fmt: skip

places_of = st.sampled_from(["26740", "26743", "26905"])
who = st.integers(0, PEOPLE - 1)
orders = st.lists(
    st.one_of(
        st.tuples(st.just("give"), who, st.integers(0, 9), st.sampled_from(["pfizer", "astrazeneca"])),
        st.tuples(st.just("void"), st.integers(0, 20)),
        st.tuples(st.just("move"), st.integers(0, 20), st.integers(0, 9)),
        st.tuples(st.just("merge"), who, who),
        st.tuples(st.just("unmerge"), st.integers(0, 20), st.booleans()),
        st.tuples(st.just("amend"), who, st.sampled_from(["1950", "1985-02-03", "2008-04-01"]), places_of),
        st.tuples(st.just("there and back"), who, who),
        st.tuples(st.just("register"), who),
        st.tuples(st.just("arrive"), who),
        st.tuples(st.just("transfer"), st.sampled_from(["pfizer", "astrazeneca"]), st.integers(1, 40), st.booleans()),
    ),
    min_size=3,
    max_size=14,
)


class Day:
    """One order of events, carried out through the one door."""

    def __init__(self, station: Station) -> None:
        self.station = station
        self.people = [
            station.person("Nguyễn Văn An", birth_date="1980-05-17"),
            station.person("Nguyễn Thị Bình", birth_date="1951", sex="F"),
            station.person("Nguyễn Văn Cường", birth_date="2004-02-01", residence_code="26743"),
            station.person("Nguyễn Thị Dung", birth_date="1990-11", sex="F", residence_code=""),
        ]
        self.session = station.session()
        self.merges: list[UUID] = []
        self.doses: list[tuple[UUID, UUID]] = []
        for number, day in ((0, 0), (1, 0), (0, 3), (1, 2), (2, 5)):  # two of one day, the rest between each other
            self.give(number, day, "pfizer")
        assert len(self.doses) == 5

    def person(self, number: int) -> UUID:
        return self.people[number % len(self.people)]

    def give(self, number: int, day: int, product: str) -> None:
        on = (FIRST + timedelta(days=14 * day)).isoformat()
        done = self.station.dose(self.person(number), product, given_on=on, override=ANSWERED)
        if done.id is not None:
            self.doses.append((self.person(number), done.id))

    def void(self, number: int) -> None:
        if self.doses:
            person, dose = self.doses[number % len(self.doses)]
            self.station.send("dose.void", person={"id": str(person)}, dose_id=str(dose), reason="never given")

    def move(self, number: int, day: int) -> None:
        if self.doses:
            person, dose = self.doses[number % len(self.doses)]
            on = (FIRST + timedelta(days=14 * day + 3)).isoformat()
            done = self.station.send(
                "dose.amend", person={"id": str(person)}, dose_id=str(dose), reason="another day",
                changes={"given_on": on}, override=ANSWERED,
            )  # fmt: skip
            if done.id is not None and done.status is ACCEPTED:
                self.doses.append((person, done.id))

    def merge(self, stays: int, goes: int) -> UUID | None:
        done = merge(self.station, self.person(stays), self.person(goes))
        if done.status is not ACCEPTED:
            return None
        self.merges.append(done.id)
        return done.id

    def unmerge(self, number: int, latest: bool) -> None:
        if self.merges:
            unmerge(self.station, self.merges[-1] if latest else self.merges[number % len(self.merges)])

    def amend(self, number: int, born: str, residence: str) -> None:
        self.station.send(
            "person.amend", person={"id": str(self.person(number))}, reason="as on the papers",
            changes={"birth_date": born, "sex": "F" if number % 2 else "M", "residence_code": residence},
        )  # fmt: skip

    def there_and_back(self, stays: int, goes: int) -> None:
        """Nothing happens in between: every row of everybody is as it was, byte for byte."""
        before = self.rows()
        merged = self.merge(stays, goes)
        if merged is not None:
            assert unmerge(self.station, merged).status is ACCEPTED
            self.merges.remove(merged)
            assert self.rows() == before

    def register(self, number: int) -> None:
        self.people.append(self.station.person(f"Trần Thị {chr(65 + number)}", sex="F"))

    def arrive(self, number: int) -> None:
        self.station.send("arrival.record", person={"id": str(self.person(number))}, session_id=str(self.session))

    def transfer(self, product: str, doses: int, arrives: bool) -> None:
        """Goods leave for another station; they arrive there, or come back."""
        here, there, transfer = self.station.facility.code, "TYT26743", str(new_id())
        lines = [{"product": product, "lot": self.station.lots[product], "quantity": doses}]
        self.station.must("transfer.send", transfer_id=transfer, facility=here, to=there, lines=lines, anyway="đã xem")
        if arrives:
            self.station.must("transfer.receive", transfer_id=transfer, facility=there)
        else:
            self.station.must("transfer.cancel", transfer_id=transfer, facility=here, reason="never left")

    def rows(self) -> dict[str, list[str]]:
        found = snapshot(*self.people)
        del found["kernel_worklistitem"]  # what was refused stands there
        return found


def numbers_fit() -> None:
    """Of a person's active doses no two have one number or one day, and numbers follow the dates."""
    history: dict[UUID, list[tuple[date, int]]] = {}
    for person, day, number in rows(
        "SELECT person_id, given_on, dose_number FROM immunization_dose WHERE status = 'active' ORDER BY given_on"
    ):
        history.setdefault(person, []).append((day, number))
    for doses in history.values():
        days, numbers = zip(*doses, strict=True)
        assert len(set(days)) == len(days), doses
        assert sorted(set(numbers)) == list(numbers), doses
        assert numbers[0] >= 1
    assert not people.became_part(_cursor(), set(history)), "no dose stands with a record that became part of another"


def _cursor() -> Any:
    import psycopg

    return psycopg.Cursor(connection.connection)


@pytest.fixture
def house(db: None, reference: None) -> Station:
    return stock_up(make_station())


def test_any_order_gives_figures_equal_to_a_recount(house: Station) -> None:
    @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
    @given(orders)
    def happens(order: list[tuple[Any, ...]]) -> None:
        point = transaction.savepoint()
        try:
            day = Day(house)
            for what, *how in order:
                getattr(day, what.replace(" ", "_"))(*how)
            adds_up()
            assert [finding for finding in room.check_all() if not finding.good] == []
            numbers_fit()
            for merged in reversed(day.merges):
                unmerge(house, merged)
            adds_up()
            numbers_fit()
        finally:
            transaction.savepoint_rollback(point)

    happens()
