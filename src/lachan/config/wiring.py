"""Which room hears which fact."""

from __future__ import annotations


def connect() -> None:
    """Subscribe upper rooms to the facts of lower ones, and tell which rows follow a person."""
    from lachan.analytics.debt.projection import note_verified
    from lachan.analytics.handlers import count_doses
    from lachan.immunization.facts import DOSES_COUNTED
    from lachan.kernel import events, measures
    from lachan.people.facts import PERSONS_CHANGED, VERIFICATION_CHANGED
    from lachan.surveillance.cases.movers import follow_persons
    from lachan.surveillance.facts import CASES_CHANGED
    from lachan.tracing.lists import requests

    events.subscribe(DOSES_COUNTED, count_doses)
    events.subscribe(VERIFICATION_CHANGED, note_verified)
    events.subscribe(CASES_CHANGED, requests.ask)
    events.subscribe(PERSONS_CHANGED, follow_persons)
    events.subscribe(PERSONS_CHANGED, requests.ask_about_people)
    measures.tell("lachan_lists_waiting_seconds", requests.waited)
    _open_the_door_of_commands()
    _register_movers()
    _tell_where_people_live()


def _open_the_door_of_commands() -> None:
    """What the rooms above immunization record comes in by the same door."""
    from lachan.forecasting import sentences as of_forecasting
    from lachan.forecasting.verbs import VERBS as OF_FORECASTING
    from lachan.immunization import sentences, verbs
    from lachan.surveillance import sentences as of_surveillance
    from lachan.surveillance.verbs import VERBS as OF_SURVEILLANCE
    from lachan.tracing import sentences as of_tracing
    from lachan.tracing.verbs import VERBS as OF_TRACING

    for table in (OF_SURVEILLANCE, OF_TRACING, OF_FORECASTING):
        verbs.join(table)
    for words in (of_surveillance.SENTENCES, of_tracing.SENTENCES, of_forecasting.SENTENCES):
        sentences.join(words)


def _tell_where_people_live() -> None:
    """Watching who looks at whom stands below the room of people, and asks it where they live."""
    from collections.abc import Iterable, Mapping
    from uuid import UUID

    from lachan.access.operations.watch import residences_from
    from lachan.people.queries import persons

    def residences(ids: Iterable[UUID]) -> Mapping[UUID, int | None]:
        return {person_id: facts.residence_id for person_id, facts in persons(ids).items()}

    residences_from(residences)


def _register_movers() -> None:
    """A room that has a table about people adds its ``MOVERS``; the person's own room comes first."""
    from lachan.access.movers import MOVERS as OF_ACCESS
    from lachan.certificates.corrections.movers import MOVERS as OF_CORRECTIONS
    from lachan.certificates.movers import MOVERS as OF_CERTIFICATES
    from lachan.immunization.movers import MOVERS as OF_IMMUNIZATION
    from lachan.kernel import movers
    from lachan.people.merging.movers import MOVERS as OF_PEOPLE
    from lachan.surveillance.movers import MOVERS as OF_SURVEILLANCE
    from lachan.tracing.movers import MOVERS as OF_TRACING

    movers.register(*OF_PEOPLE, *OF_IMMUNIZATION, *OF_ACCESS)
    movers.register(*OF_SURVEILLANCE, *OF_TRACING)
    movers.register(*OF_CERTIFICATES, *OF_CORRECTIONS)
    movers.stays("tracing_request.person_id", "a question under way; it asks who the case's person is now")
    movers.stays("tracing_caselist.person_id", "worked out anew for the person the case belongs to now")
    movers.stays("people_verification.person_id", "worked out anew for both records: people.verification.notes")
    movers.stays("people_verificationchange.person_id", "what was said of that record, which may come back")
    movers.register(movers.rows_of("kernel", "kernel_worklistitem"))
    movers.register(movers.rows_of("analytics", "analytics_debttouch"))
    movers.register(movers.rows_of("analytics", "analytics_epidemicentry", hangs_on=("fact_id",)))
    movers.register(movers.rows_of("people", "people_repairnote"), movers.rows_of("exchange", "exchange_sheetrow"))
