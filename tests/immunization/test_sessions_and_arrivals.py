"""Sessions are opened and closed; people arrive, are screened, are sent home."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from lachan.access.rules import Role
from lachan.kernel.ids import new_id
from lachan.kernel.outcomes import ACCEPTED, HELD, REFUSED

from .conftest import HEALTHY_ADULT, HEALTHY_CHILD, NOW, Station, rows, value

pytestmark = pytest.mark.django_db


def ref(person: UUID) -> dict[str, str]:
    return {"id": str(person)}


def arrive(station: Station, person: UUID, session: UUID, **more: Any) -> Any:
    return station.send("arrival.record", person=ref(person), session_id=str(session), **more)


def screen(station: Station, person: UUID, session: UUID, answers: dict[str, Any], **more: Any) -> Any:
    body = {"answers": answers, "measures": {"temperature_c": 36.6}, "consent": True, **more}
    return station.send("screening.record", person=ref(person), session_id=str(session), **body)


def test_a_session_is_opened_once_and_stays_at_its_facility(station: Station) -> None:
    session = station.session(capacity=300, lots={"pfizer": "PF1001"})
    body = {"session_id": str(session), "date": "2022-03-10"}
    assert station.send("session.open", facility=station.facility.code, **body).status is ACCEPTED
    taken = station.send("session.open", facility=station.other.code, **body)
    assert (taken.status, taken.reason) == (REFUSED, "session_of_other_facility")
    assert rows("SELECT facility_id, capacity, status FROM immunization_session WHERE id = %s", session) == [
        (station.facility.id, 300, "open")
    ]
    assert value("SELECT count(*) FROM kernel_journal WHERE verb = 'session.opened' AND subject = %s", session) == 1


def test_a_session_with_a_product_nobody_knows_is_refused_and_what_happens_in_it_too(station: Station) -> None:
    session, person = new_id(), station.person()
    opening = {"session_id": str(session), "facility": station.facility.code, "date": "2022-03-10"}
    sent = [
        station.command("arrival.record", {"person": ref(person), "session_id": str(session)}),
        station.command("session.open", {**opening, "lots": {"elixir": "X1"}}),
    ]
    assert [outcome.reason for outcome in station.execute(sent)] == ["session_unknown", "product_unknown"]
    sent = [
        station.command("arrival.record", {"person": ref(person), "session_id": str(session)}),
        station.command("session.open", opening),
    ]
    assert [outcome.status for outcome in station.execute(sent)] == [ACCEPTED, ACCEPTED]


def test_only_those_of_the_station_open_its_sessions(station: Station) -> None:
    body = {"session_id": str(new_id()), "facility": station.facility.code, "date": "2022-03-10"}
    assert station.send("session.open", by=station.role(Role.VACCINATOR), **body).reason == "not_allowed"
    elsewhere = {**body, "facility": station.other.code}
    refused = station.send("session.open", by=station.role(Role.HEAD), **elsewhere)
    assert refused.reason == "not_allowed_here"
    assert station.listed("not_allowed_here")[0]["facility_id"] == station.other.id
    assert station.listed("not_allowed")[0]["facility_id"] == station.facility.id
    assert station.send("session.open", by=station.role(Role.HEAD), **body).status is ACCEPTED


def test_a_closed_session_takes_late_offline_facts_and_no_new_ones(station: Station) -> None:
    session, early, late = station.session(), station.person("Bùi Văn Sớm"), station.person("Bùi Văn Muộn")
    closed_at = NOW - timedelta(hours=1)
    assert station.send("session.close", at=closed_at, session_id=str(session)).status is ACCEPTED
    again = station.send("session.close", at=NOW, session_id=str(session))
    assert again.status is ACCEPTED
    assert value("SELECT closed_at FROM immunization_session WHERE id = %s", session) == closed_at
    assert station.send("session.close", session_id=str(new_id())).reason == "session_unknown"

    before = closed_at - timedelta(minutes=30)
    assert arrive(station, early, session, at=before).status is ACCEPTED
    assert station.dose(early, session_id=str(session), at=before).status is ACCEPTED
    refused = arrive(station, late, session)
    assert (refused.status, refused.reason) == (REFUSED, "session_closed")
    held = station.dose(late, session_id=str(session))
    assert (held.status, held.reason) == (HELD, "session_closed")
    # opening it again under the same id changes nothing
    assert station.send(
        "session.open", session_id=str(session), facility=station.facility.code, date="2022-03-10"
    ).status is ACCEPTED  # fmt: skip
    assert arrive(station, late, session).reason == "session_closed"


def test_arriving_twice_is_one_arrival(station: Station) -> None:
    session, person = station.session(), station.person()
    first, second = arrive(station, person, session), arrive(station, person, session)
    assert first.id == second.id == station.encounter(person, session)["id"]
    assert first.params == {"person_id": str(person), "dose_number": 1}
    twice = [station.command("arrival.record", {"person": ref(person), "session_id": str(session)}) for _ in range(2)]
    assert {outcome.id for outcome in station.execute(twice)} == {first.id}
    assert value("SELECT count(*) FROM kernel_journal WHERE verb = 'person.arrived'") == 1


def test_the_dead_do_not_arrive(station: Station) -> None:
    session, person = station.session(), station.person()
    rows("UPDATE people_person SET died_on = '2022-03-09' WHERE id = %s RETURNING id", person)
    refused = arrive(station, person, session)
    assert (refused.status, refused.reason) == (REFUSED, "person_dead")
    assert station.listed("person_dead")[0]["person_id"] == person
    assert station.dose(person).reason == "person_dead"


def test_unknown_people_and_places(station: Station) -> None:
    session, nobody = station.session(), uuid4()
    held = arrive(station, nobody, session)
    assert (held.status, held.reason) == (HELD, "person_unknown")
    person = station.person()
    assert arrive(station, person, new_id()).reason == "session_unknown"
    assert station.dose(person, facility="99999").reason == "facility_unknown"
    assert station.dose(person, facility="").reason == "facility_missing"


@pytest.mark.parametrize(
    ("yes", "outcome"),
    [
        ((), "eligible"),
        (("allergy_any",), "caution"),
        (("acute_illness",), "defer"),
        (("anaphylaxis_covid_vaccine", "allergy_any"), "contraindicated"),
        (("anaphylaxis_grade_3_any",), "defer"),
    ],
)
def test_the_form_gives_the_class(station: Station, yes: tuple[str, ...], outcome: str) -> None:
    session, person = station.session(), station.person()
    done = screen(station, person, session, HEALTHY_ADULT | dict.fromkeys(yes, True))
    assert done.status is ACCEPTED
    assert done.params is not None
    assert done.params["outcome"] == outcome
    assert [finding["item"] for finding in done.params["findings"]] != [] or outcome == "eligible"
    assert station.encounter(person, session)["screening_outcome"] == outcome
    assert value("SELECT form_code FROM immunization_screening WHERE person_id = %s", person) == "adult-5785"


def test_a_hospital_vaccinates_those_a_station_refers(station: Station) -> None:
    session, person = station.session(facility=station.hospital), station.person()
    done = screen(station, person, session, HEALTHY_ADULT | {"anaphylaxis_grade_3_any": True})
    assert done.params is not None
    assert done.params["outcome"] == "caution"


def test_a_child_is_asked_the_childrens_form(station: Station) -> None:
    session, child = station.session(), station.person("Lê Bé Út", birth_date="2012-05-01")
    incomplete = screen(station, child, session, HEALTHY_CHILD)
    assert (incomplete.status, incomplete.reason) == (REFUSED, "screening_incomplete")
    done = screen(station, child, session, HEALTHY_CHILD, measures={"temperature_c": 36.6, "pulse": 90})
    assert done.status is ACCEPTED
    assert value("SELECT form_code FROM immunization_screening WHERE person_id = %s", child) == "child-5002"


def test_a_form_that_decides_nothing_is_refused_with_what_is_missing(station: Station) -> None:
    session, person = station.session(), station.person()
    done = screen(station, person, session, {"allergy_any": False})
    assert (done.status, done.reason) == (REFUSED, "screening_incomplete")
    assert done.params is not None
    assert "acute_illness" in [finding["item"] for finding in done.params["findings"]]
    slip = screen(station, person, session, HEALTHY_ADULT, measures={"temperature_c": 366})
    assert slip.reason == "screening_incomplete"
    assert screen(station, person, session, HEALTHY_ADULT, form="no-such-form").reason == "form_unknown"
    assert screen(station, person, session, {"allergy_any": 3}).reason == "malformed"
    assert value("SELECT count(*) FROM immunization_screening") == 0
    assert value("SELECT count(*) FROM immunization_encounter") == 0  # what is refused leaves nothing behind


def test_the_latest_of_two_screenings_in_one_call_stands(station: Station) -> None:
    session, person = station.session(), station.person()
    both = [
        station.command(
            "screening.record",
            {
                "person": ref(person), "session_id": str(session), "answers": HEALTHY_ADULT | {"acute_illness": ill},
                "measures": {"temperature_c": 37.0}, "consent": not ill,
            },
        )
        for ill in (True, False)
    ]  # fmt: skip
    assert {outcome.status for outcome in station.execute(both)} == {ACCEPTED}
    assert station.encounter(person, session)["screening_outcome"] == "eligible"
    assert value("SELECT count(*) FROM immunization_screening") == 2


def test_no_screening_after_the_dose(station: Station) -> None:
    session, person = station.session(), station.person()
    station.dose(person, session_id=str(session))
    assert screen(station, person, session, HEALTHY_ADULT).reason == "already_vaccinated_in_session"
    late = station.send("not_given.record", person=ref(person), session_id=str(session), reason="left")
    assert late.reason == "already_vaccinated_in_session"


def test_a_desk_that_had_no_line_sends_its_forms_after_the_dose(station: Station) -> None:
    session, person = station.session(), station.person()
    station.dose(person, session_id=str(session), at=NOW)
    before = NOW - timedelta(minutes=10)
    assert screen(station, person, session, HEALTHY_ADULT, at=before).status is ACCEPTED
    assert station.encounter(person, session)["consent_at"] == before
    deferred_first = {"person": ref(person), "session_id": str(session), "reason": "deferred"}
    assert station.send("not_given.record", at=before, **deferred_first).status is ACCEPTED
    assert station.encounter(person, session)["dosed_at"] == NOW


def test_not_given_and_why(station: Station) -> None:
    session, person = station.session(), station.person()
    here: dict[str, Any] = {"person": ref(person), "facility": station.facility.code}
    done = station.send(
        "not_given.record", person=ref(person), session_id=str(session), reason="refused", note="sợ kim"
    )
    assert done.status is ACCEPTED
    assert station.encounter(person, session)["not_given_reason"] == "refused"
    assert station.send("not_given.record", **here, reason="no_vaccine").status is ACCEPTED
    assert station.send("not_given.record", **here, reason="bored").reason == "malformed"
    assert rows("SELECT reason, session_id FROM immunization_notgiven ORDER BY reason") == [
        ("no_vaccine", None), ("refused", session),
    ]  # fmt: skip


@pytest.mark.parametrize("order", [("severe", "mild"), ("mild", "severe"), ("moderate", "severe", "mild")])
@pytest.mark.parametrize("in_one_call", [True, False])
def test_a_reaction_is_never_made_milder(station: Station, order: tuple[str, ...], in_one_call: bool) -> None:
    session, person = station.session(), station.person()
    dose = station.dose(person, session_id=str(session)).id
    sent = [
        station.command("reaction.record", {"person": ref(person), "session_id": str(session), "severity": severity})
        for severity in order
    ]
    for call in [sent] if in_one_call else [[command] for command in sent]:
        assert {outcome.status for outcome in station.execute(call)} == {ACCEPTED}
    assert station.encounter(person, session)["reaction_severity"] == "severe"
    assert rows("SELECT DISTINCT dose_id FROM immunization_reaction") == [(dose,)]


def test_a_reaction_after_somebody_elses_dose_is_refused(station: Station) -> None:
    session, person, other = station.session(), station.person(), station.person("Võ Thị Khác")
    dose = station.dose(other, session_id=str(session)).id
    body = {"person": ref(person), "session_id": str(session), "severity": "mild", "dose_id": str(dose)}
    assert station.send("reaction.record", **body).reason == "dose_unknown"
    assert station.send("reaction.record", **{**body, "person": ref(other)}).status is ACCEPTED


def test_release_is_noted_once_at_its_first_time(station: Station) -> None:
    session, person = station.session(), station.person()
    station.dose(person, session_id=str(session), at=NOW - timedelta(minutes=40))
    first = NOW - timedelta(minutes=5)
    sent = [
        station.command("release.record", {"person": ref(person), "session_id": str(session)}, at)
        for at in (first, NOW)
    ]
    assert {outcome.status for outcome in station.execute(sent)} == {ACCEPTED}
    assert station.send("release.record", person=ref(person), session_id=str(session)).status is ACCEPTED
    assert station.encounter(person, session)["released_at"] == first
    assert value("SELECT count(*) FROM kernel_journal WHERE verb = 'person.released'") == 1


def test_a_fact_without_an_arrival_makes_the_encounter(station: Station) -> None:
    session, person = station.session(), station.person()
    assert screen(station, person, session, HEALTHY_ADULT).status is ACCEPTED
    assert arrive(station, person, session).id == station.encounter(person, session)["id"]


def test_a_session_on_another_day_asks(station: Station) -> None:
    tomorrow, person = station.session(on=date(2022, 3, 11)), station.person()
    held = station.dose(person, session_id=str(tomorrow))
    assert (held.status, held.reason) == (HELD, "session_other_day")
