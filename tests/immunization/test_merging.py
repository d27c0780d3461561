"""Two records become one and come apart: rows, numbers of doses, counters, stock and journal follow."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection

from lachan.access.actors import Actor, GrantFact
from lachan.access.rules import Role
from lachan.analytics import checks
from lachan.analytics.projection import grain_of_journal
from lachan.immunization.checks import merged
from lachan.kernel.outcomes import ACCEPTED, HELD, REFUSED
from lachan.people import queries as people
from lachan.places import queries as places
from tests.immunization.conftest import Station, counters, rows, value
from tests.immunization.test_offline_day import counting

# tables a merge moves whose rows must be the same again, with the column that names the person
TABLES = {
    "people_person": "id", "people_identifier": "person_id", "people_contact": "person_id",
    "people_guardian": "person_id", "immunization_dose": "person_id", "immunization_encounter": "person_id",
    "immunization_screening": "person_id", "immunization_dosecorrection": "person_id",
    "immunization_notgiven": "person_id", "immunization_reaction": "person_id", "access_look": "person_id",
    "kernel_worklistitem": "person_id",
}  # fmt: skip
ANSWERED = {
    "codes": [
        "series_complete_no_booster_rule", "booster_too_early", "interval_too_short", "product_not_valid_yet",
        "lot_missing",
    ],
    "reason": "the papers show it",
}  # fmt: skip
CITIZEN_A, CITIZEN_B = "079080012345", "079080054321"


def officer() -> Actor:
    """The commune officer of the station's commune."""
    area = next(iter(places.areas_at({"26740"}, 3, date(2021, 12, 1)).values()))
    return Actor(uuid4(), "user", "officer", (GrantFact(Role.COMMUNE_OFFICER, None, area.id),))


def snapshot(*persons: UUID) -> dict[str, list[str]]:
    """Every row of these persons, byte for byte, as text."""
    return {
        table: [
            row[0] for row in rows(f"SELECT t::text FROM {table} t WHERE {column} = ANY(%s) ORDER BY 1", list(persons))
        ]
        for table, column in TABLES.items()
    }


def merge(station: Station, stays: UUID, goes: UUID, by: Actor | None = None, **more: Any) -> Any:
    return station.send(
        "person.merge", by=by or officer(), person={"id": str(stays)}, other={"id": str(goes)},
        reason="the same papers", **more,
    )  # fmt: skip


def unmerge(station: Station, merge_id: UUID, by: Actor | None = None, **more: Any) -> Any:
    return station.send(
        "person.unmerge", by=by or officer(), merge_id=str(merge_id), reason="two people after all", **more
    )


def adds_up() -> None:
    """Counters, stock, journal and commands against the doses, and the journal's own story against the counters."""
    bad = [finding for finding in [*checks.check_all(), *merged.check_all()] if not finding.good]
    assert bad == []
    counted = {key: tuple(sums) for key, sums in grain_of_journal().items() if sums[0]}
    stored = rows(
        "SELECT facility_id, day, residence_id, product_id, dose_number, age_band, sex, doses, completed "
        "FROM analytics_coverage WHERE doses <> 0"
    )
    assert {tuple(key): value for key, value in counted.items()} == {tuple(row[:7]): row[7:] for row in stored}


def test_a_merge_numbers_the_doses_of_both_by_date_and_an_unmerge_restores_every_row(station: Station) -> None:
    first = station.person(identifiers=[{"system": "citizen_id", "value": CITIZEN_A}])
    second = station.person("Nguyễn Văn Ân", contacts=[{"kind": "phone", "value": "0901234567"}])
    session = station.session()
    assert station.dose(first, given_on="2021-08-01").status is ACCEPTED
    assert station.dose(first, given_on="2021-12-01").status is ACCEPTED
    assert station.dose(second, "pfizer", given_on="2021-09-15").status is ACCEPTED
    station.must("arrival.record", person={"id": str(second)}, session_id=str(session))
    station.must("not_given.record", person={"id": str(second)}, session_id=str(session), reason="deferred")
    before, counted = snapshot(first, second), counters()

    done = merge(station, first, second)
    assert done.status is ACCEPTED, done
    assert station.active(first) == [(1, "2021-08-01"), (2, "2021-09-15"), (3, "2021-12-01")]
    assert station.doses(second) == []
    assert people.persons([second])[second].id == first
    adds_up()

    assert unmerge(station, done.id).status is ACCEPTED
    assert snapshot(first, second) == before
    assert counters() == counted
    adds_up()


def test_the_same_injection_written_twice_is_set_aside_and_comes_back(station: Station) -> None:
    first, second = station.person(), station.person("Nguyễn Văn An", residence_code="26743")
    station.must("dose.record", **station.dose_body(first, given_on="2022-01-05"))
    station.must("dose.record", **station.dose_body(second, given_on="2022-01-05"))
    station.must("dose.record", **station.dose_body(second, given_on="2022-02-20"))
    before, balance = snapshot(first, second), station.balance(station.lots["pfizer"])

    done = merge(station, first, second)
    assert done.params == {"person_id": str(first), "ended": [], "set_aside": 1}
    assert station.active(first) == [(1, "2022-01-05"), (2, "2022-02-20")]
    assert station.balance(station.lots["pfizer"]) == balance + 1
    assert rows("SELECT kind FROM immunization_dosecorrection WHERE person_id = %s", first) == [("duplicate",)]
    adds_up()

    assert unmerge(station, done.id).status is ACCEPTED
    assert snapshot(first, second) == before
    assert station.balance(station.lots["pfizer"]) == balance
    adds_up()


def test_two_products_on_one_day_wait_for_a_person(station: Station) -> None:
    first, second = station.person(), station.person()
    station.must("dose.record", **station.dose_body(first, "pfizer", given_on="2022-01-05"))
    station.must("dose.record", **station.dose_body(second, "moderna", given_on="2022-01-05"))
    done = merge(station, first, second)
    assert (done.status, done.reason) == (HELD, "merge_doses_differ")
    assert len(station.active(second)) == 1


def test_both_were_in_one_session(station: Station) -> None:
    first, second = station.person(), station.person()
    session = station.session()
    for person in (first, second):
        station.must("arrival.record", person={"id": str(person)}, session_id=str(session))
    station.must("dose.record", **station.dose_body(second, session_id=str(session)))
    station.must(
        "reaction.record", person={"id": str(second)}, session_id=str(session), severity="mild", symptoms=["fever"]
    )
    before = snapshot(first, second)

    done = merge(station, first, second)
    assert done.status is ACCEPTED, done
    encounter = station.encounter(first, session)
    assert encounter["dose_id"] is not None
    assert encounter["reaction_severity"] == "mild"
    assert rows("SELECT encounter_id FROM immunization_reaction WHERE person_id = %s", first) == [(encounter["id"],)]
    assert value("SELECT count(*) FROM immunization_encounter WHERE session_id = %s", session) == 1
    station.must("release.record", person={"id": str(second)}, session_id=str(session))  # the old id still answers

    assert unmerge(station, done.id).status is ACCEPTED
    after = snapshot(first, second)
    assert {table for table in before if before[table] != after[table]} == {"immunization_encounter"}
    assert station.encounter(first, session)["released_at"] is not None, "what came after the merge stays"
    assert station.encounter(second, session)["dose_id"] is not None
    adds_up()


def test_trusted_numbers_that_differ_are_for_a_person_only(station: Station) -> None:
    first = station.person(identifiers=[{"system": "citizen_id", "value": CITIZEN_A}])
    second = station.person(identifiers=[{"system": "citizen_id", "value": CITIZEN_B}])
    before = snapshot(first, second)
    done = merge(station, first, second, by=Actor.system("tests"))
    assert (done.status, done.reason) == (REFUSED, "trusted_numbers_differ")
    done = merge(station, first, second)
    assert done.params == {"person_id": str(first), "ended": ["citizen_id"], "set_aside": 0}
    held = [number.value for number in people.identifiers_of([first])[first]]
    assert held == [CITIZEN_A], "one number ends"
    # the number that ended still finds the person, and nobody else can take it
    arrived = station.dose({"identifier": {"system": "citizen_id", "value": CITIZEN_B}}, given_on="2022-03-01")
    assert arrived.status is ACCEPTED
    assert len(station.active(first)) == 1
    assert unmerge(station, done.id).status is ACCEPTED
    after = snapshot(first, second)
    assert before["people_identifier"] == after["people_identifier"]


def test_what_came_after_the_merge_stays_unless_it_is_named(station: Station) -> None:
    first, second = station.person(), station.person()
    station.must("dose.record", **station.dose_body(first, given_on="2021-08-01"))
    station.must("dose.record", **station.dose_body(second, given_on="2021-09-01"))
    done = merge(station, first, second)
    answered = {"codes": ["series_complete_no_booster_rule", "booster_too_early"], "reason": "weak immunity"}
    third = station.must("dose.record", **station.dose_body(first, given_on="2021-11-10", override=answered))
    fourth = station.must("dose.record", **station.dose_body(second, given_on="2022-03-05", override=answered))
    assert [number for number, _ in station.active(first)] == [1, 2, 3, 4]
    assert unmerge(station, done.id, facts=[str(fourth)]).status is ACCEPTED
    assert station.active(first) == [(1, "2021-08-01"), (2, "2021-11-10")]
    assert station.active(second) == [(1, "2021-09-01"), (2, "2022-03-05")]
    assert rows("SELECT dose_number FROM immunization_dose WHERE id = %s", third) == [(2,)]
    adds_up()


def test_a_dose_amended_or_voided_meanwhile_goes_back_as_it_is_now(station: Station) -> None:
    first, second = station.person(), station.person()
    station.must("dose.record", **station.dose_body(first, given_on="2021-08-01"))
    one = station.must("dose.record", **station.dose_body(second, given_on="2021-09-01"))
    two = station.must("dose.record", **station.dose_body(second, given_on="2021-12-01"))
    done = merge(station, first, second)
    station.must("dose.void", person={"id": str(first)}, dose_id=str(one), reason="never given")
    station.must(
        "dose.amend", person={"id": str(first)}, dose_id=str(two), reason="other arm", changes={"site": "right_arm"}
    )
    assert unmerge(station, done.id).status is ACCEPTED
    assert station.active(first) == [(1, "2021-08-01")]
    assert station.active(second) == [(1, "2021-12-01")]
    assert value("SELECT count(*) FROM immunization_dosecorrection WHERE person_id = %s", second) == 2
    adds_up()


def test_merges_come_apart_from_the_latest_back(station: Station) -> None:
    a, b, c = (station.person() for _ in range(3))
    for day, person in enumerate((a, b, c), 1):
        station.must("dose.record", **station.dose_body(person, given_on=f"2021-0{day + 6}-01"))
    before = snapshot(a, b, c)
    one = merge(station, b, a)
    two = merge(station, c, b)
    assert people.persons([a])[a].id == c
    assert [number for number, _ in station.active(c)] == [1, 2, 3]
    refused = unmerge(station, one.id)
    assert (refused.status, refused.reason) == (REFUSED, "merged_again")
    assert refused.params["merge"] == str(two.id)
    assert unmerge(station, two.id).status is ACCEPTED
    assert unmerge(station, one.id).status is ACCEPTED
    before.pop("kernel_worklistitem")  # the refusal above stands there
    after = snapshot(a, b, c)
    assert {table: after[table] for table in before} == before
    again = unmerge(station, one.id)
    assert (again.status, again.reason) == (REFUSED, "merge_undone")
    adds_up()


def test_a_slice_with_a_merge_in_it_is_done_in_order(station: Station) -> None:
    first, second = station.person(), station.person()
    by = officer()
    sent = [
        station.command("dose.record", station.dose_body(second, given_on="2021-08-01")),
        station.command(
            "person.merge", {"person": {"id": str(first)}, "other": {"id": str(second)}, "reason": "the same papers"}
        ),
        station.command("dose.record", station.dose_body(second, given_on="2021-10-01")),
    ]
    both = Actor(by.id, "user", "both", (*by.grants, GrantFact(Role.HEAD, station.facility.id, None)))
    outcomes = station.execute(sent, both)
    assert [outcome.status for outcome in outcomes] == [ACCEPTED] * 3, outcomes
    assert station.active(first) == [(1, "2021-08-01"), (2, "2021-10-01")]
    adds_up()


def test_who_may_not(station: Station) -> None:
    first, second = station.person(), station.person()
    nurse = station.role(Role.RECEPTIONIST)
    assert merge(station, first, second, by=nurse).reason == "not_allowed"
    far = station.person(residence_code="26905"), station.person(residence_code="26905")
    assert merge(station, *far).reason == "not_your_person"
    assert merge(station, first, first).reason == "same_record"


def test_the_number_of_statements_does_not_depend_on_the_number_of_doses(
    station: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    def statements(doses: int) -> int:
        first, second = station.person(), station.person()
        for person, months in ((first, range(doses)), (second, range(doses))):
            for month in months:
                day = date(2021, 3, 1) + timedelta(days=20 * month + (10 if person == second else 0))
                station.must(
                    "dose.record", person={"id": str(person)}, product="pfizer", source="elsewhere",
                    given_on=day.isoformat(), override=ANSWERED, lot="",
                )  # fmt: skip
        by = officer()
        with counting(monkeypatch) as sent:
            assert merge(station, first, second, by=by).status is ACCEPTED
        return len(sent)

    statements(1)  # what is remembered for a minute is read once
    assert statements(2) == statements(12) <= 50


def test_the_check_finds_a_dose_left_behind(station: Station) -> None:
    first, second = station.person(), station.person()
    assert merge(station, first, second).status is ACCEPTED
    assert all(finding.good for finding in merged.check_all())
    station.must("dose.record", **station.dose_body(first, given_on="2021-08-01"))
    with connection.cursor() as cursor:
        cursor.execute("UPDATE immunization_dose SET person_id = %s", [second])
    assert [finding.good for finding in merged.check_all()] == [False, True]
