"""Who may do what: one table from verb to roles, and the pure decisions made on it.

No ORM, no clock. *Where* a role holds (facility, area) is in :mod:`lachan.access.scopes`; both must say yes.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum
from typing import Protocol


class Role(StrEnum):
    """A role is held through a grant, at a facility or in an area, from a date to a date."""

    RECEPTIONIST = "receptionist"
    SCREENER = "screener"
    VACCINATOR = "vaccinator"
    OBSERVER = "observer"
    HEAD = "head"
    LABORATORY = "laboratory"
    TRACER = "tracer"
    COMMUNE_OFFICER = "commune_officer"
    DISTRICT_OFFICER = "district_officer"
    PROVINCE_OFFICER = "province_officer"
    NATIONAL_OFFICER = "national_officer"
    AUDITOR = "auditor"
    SUPPORT = "support"
    ADMINISTRATOR = "administrator"
    STATION_DEVICE = "station_device"
    PARTNER = "partner"


KEY_ROLES = frozenset({Role.STATION_DEVICE, Role.PARTNER})
STAFF_ROLES = frozenset(Role) - KEY_ROLES
STATION_ROLES = frozenset({Role.RECEPTIONIST, Role.SCREENER, Role.VACCINATOR, Role.OBSERVER, Role.HEAD})
FACILITY_ROLES = STATION_ROLES | {Role.LABORATORY}  # held at one facility
OFFICER_ROLES = frozenset({Role.COMMUNE_OFFICER, Role.DISTRICT_OFFICER, Role.PROVINCE_OFFICER})

# The level of area an officer is of; auditors, support and administrators may be granted on any area.
OFFICER_LEVEL = {
    Role.NATIONAL_OFFICER: 0,
    Role.PROVINCE_OFFICER: 1,
    Role.DISTRICT_OFFICER: 2,
    Role.COMMUNE_OFFICER: 3,
}

# These run the system or read its figures; no verb that shows a named person may list them (a test holds it).
WITHOUT_PERSONAL_DATA = frozenset({Role.SUPPORT, Role.ADMINISTRATOR, Role.NATIONAL_OFFICER})

# Who can look at, or act on, more than one commune proves who they are with more than a password.
SECOND_FACTOR_ROLES = frozenset(
    {
        Role.DISTRICT_OFFICER,
        Role.PROVINCE_OFFICER,
        Role.NATIONAL_OFFICER,
        Role.AUDITOR,
        Role.SUPPORT,
        Role.ADMINISTRATOR,
    }
)

_READERS = STATION_ROLES | OFFICER_ROLES | {Role.AUDITOR}
_COUNTING = OFFICER_ROLES | {Role.HEAD, Role.NATIONAL_OFFICER, Role.AUDITOR, Role.SUPPORT, Role.ADMINISTRATOR}
_GIVING = frozenset({Role.VACCINATOR, Role.HEAD}) | KEY_ROLES
_TREATING = OFFICER_ROLES | {Role.HEAD} | KEY_ROLES
_CALLING = frozenset({Role.TRACER, Role.COMMUNE_OFFICER})
_KEEPING = frozenset({Role.VACCINATOR, Role.HEAD, Role.STATION_DEVICE})  # the stock book

PERMISSIONS: Mapping[str, frozenset[Role]] = {
    # persons
    "person.register": STATION_ROLES - {Role.OBSERVER} | KEY_ROLES | {Role.COMMUNE_OFFICER},
    "person.amend": STATION_ROLES - {Role.OBSERVER} | OFFICER_ROLES,
    "person.merge": OFFICER_ROLES | {Role.HEAD},
    "person.unmerge": OFFICER_ROLES | {Role.HEAD},
    # whose document is presented, from anywhere
    "person.serve": STATION_ROLES | KEY_ROLES | {Role.COMMUNE_OFFICER, Role.LABORATORY},
    "person.search": _READERS,  # by name, within scope only
    "person.read": _READERS | KEY_ROLES,
    "person.read_identifier": STATION_ROLES | OFFICER_ROLES | {Role.AUDITOR},  # unmasked, with a stated purpose
    "look.read": _READERS,
    # the vaccination day
    "arrival.record": frozenset({Role.RECEPTIONIST, Role.SCREENER, Role.VACCINATOR, Role.HEAD}) | KEY_ROLES,
    "screening.record": frozenset({Role.SCREENER, Role.HEAD}) | KEY_ROLES,
    "dose.record": _GIVING,
    "dose.amend": _GIVING | {Role.COMMUNE_OFFICER},
    "dose.void": _GIVING | OFFICER_ROLES,  # of two stations that entered one dose, the office above both decides
    "dose.override": frozenset({Role.HEAD}),
    # an epidemic: what laboratories find, who calls the people who were near a case
    "laboratory.work": frozenset({Role.LABORATORY}),
    "order.place": STATION_ROLES | {Role.COMMUNE_OFFICER, Role.DISTRICT_OFFICER, Role.LABORATORY} | KEY_ROLES,
    "sample.take": STATION_ROLES | {Role.COMMUNE_OFFICER, Role.LABORATORY} | KEY_ROLES,
    "sample.pool": frozenset({Role.LABORATORY}) | KEY_ROLES,
    "result.record": frozenset({Role.LABORATORY}) | KEY_ROLES,
    "result.correct": frozenset({Role.LABORATORY}) | KEY_ROLES,
    "result.withdraw": frozenset({Role.LABORATORY}) | KEY_ROLES,
    # a case: reported by whoever sees it, known by name to officers only; a hospital says how its own go
    "case.read": OFFICER_ROLES | {Role.AUDITOR},
    "case.interview": OFFICER_ROLES | {Role.TRACER},  # who asks a case whom they met, in their own communes
    "case.report": STATION_ROLES - {Role.RECEPTIONIST} | {Role.LABORATORY} | OFFICER_ROLES | KEY_ROLES,
    "case.onset": _TREATING,
    "case.course": _TREATING,
    "case.isolate": _TREATING,
    "case.end": _TREATING,
    "case.source": OFFICER_ROLES,
    "case.cluster": OFFICER_ROLES,
    "case.move": OFFICER_ROLES,
    "case.classify": OFFICER_ROLES,
    "case.discard": OFFICER_ROLES,
    "order.read": OFFICER_ROLES | {Role.AUDITOR},
    "order.issue": frozenset({Role.COMMUNE_OFFICER, Role.DISTRICT_OFFICER}),
    "order.deliver": frozenset({Role.COMMUNE_OFFICER, Role.DISTRICT_OFFICER}),
    "order.withdraw": frozenset({Role.COMMUNE_OFFICER, Role.DISTRICT_OFFICER}),
    "contact.read": OFFICER_ROLES | {Role.TRACER, Role.AUDITOR, Role.PARTNER},
    "contact.call": _CALLING,
    "contact.follow_up": _CALLING,
    "contact.quarantine": _CALLING,
    "contact.undo": _CALLING,
    "contact.add": OFFICER_ROLES | {Role.TRACER},
    "group.record": OFFICER_ROLES | {Role.TRACER, Role.HEAD} | KEY_ROLES,  # manifests come from partners too
    "group.join": OFFICER_ROLES | {Role.TRACER, Role.HEAD} | KEY_ROLES,
    "group.part": OFFICER_ROLES | {Role.TRACER, Role.HEAD} | KEY_ROLES,
    "encounter.permit": OFFICER_ROLES | {Role.TRACER},  # the code by which a case hands over what a phone heard
    "encounter.ids": frozenset({Role.PARTNER}),  # the app's own server asks for its people's temporary ids
    "contact.handover": OFFICER_ROLES | {Role.TRACER},
    "contact.accept": OFFICER_ROLES | {Role.TRACER},
    "contact.return": OFFICER_ROLES | {Role.TRACER},
    "contact.release": OFFICER_ROLES,
    "contact.order": frozenset({Role.COMMUNE_OFFICER, Role.DISTRICT_OFFICER}),
    "contact.assign": OFFICER_ROLES,
    "contact.capacity": OFFICER_ROLES,
    # what people say of their health: entered at the desk, followed by whoever answers for the commune
    "declaration.make": frozenset({Role.RECEPTIONIST, Role.SCREENER, Role.HEAD, Role.TRACER, Role.COMMUNE_OFFICER})
    | KEY_ROLES,
    "declaration.read": frozenset({Role.RECEPTIONIST, Role.SCREENER, Role.HEAD, Role.TRACER, Role.AUDITOR})
    | OFFICER_ROLES,
    "declaration.settle": frozenset({Role.HEAD, Role.TRACER}) | OFFICER_ROLES,
    "declaration.read_area": frozenset({Role.TRACER, Role.AUDITOR}) | OFFICER_ROLES,  # of a whole area, not of one desk
    # venues and who was there; a door's own device writes visits by a credential of its own
    "venue.read": OFFICER_ROLES | {Role.HEAD, Role.TRACER, Role.AUDITOR},
    "venue.register": OFFICER_ROLES | {Role.HEAD},
    "venue.change": OFFICER_ROLES | {Role.HEAD},
    "venue.close": OFFICER_ROLES | {Role.HEAD},
    "visit.record": frozenset({Role.HEAD, Role.TRACER, Role.COMMUNE_OFFICER}) | KEY_ROLES,
    # certificates: who serves the person shows and prints them; a station prints its day
    "card.read": _READERS,
    "card.print": STATION_ROLES | OFFICER_ROLES,
    "day.sign": frozenset({Role.HEAD}),  # answers for the doses of a day: certificates rest on it
    "not_given.record": frozenset({Role.SCREENER, Role.VACCINATOR, Role.HEAD}) | KEY_ROLES,
    "reaction.record": frozenset({Role.VACCINATOR, Role.OBSERVER, Role.HEAD}) | KEY_ROLES,
    # a reaction that became a case; who reports it learns nothing about the person
    "reaction.read": _READERS,
    "reaction.report": STATION_ROLES | OFFICER_ROLES | KEY_ROLES,
    "reaction.follow_up": STATION_ROLES | OFFICER_ROLES | KEY_ROLES,
    "reaction.notify": STATION_ROLES - {Role.RECEPTIONIST} | {Role.COMMUNE_OFFICER, Role.DISTRICT_OFFICER} | KEY_ROLES,
    "reaction.acknowledge": frozenset({Role.PROVINCE_OFFICER}),
    "reaction.remind": frozenset({Role.DISTRICT_OFFICER, Role.PROVINCE_OFFICER}),
    "reaction.escalate": frozenset({Role.PROVINCE_OFFICER}),
    "reaction.investigate": frozenset({Role.DISTRICT_OFFICER, Role.PROVINCE_OFFICER}),
    "reaction.classify": frozenset({Role.PROVINCE_OFFICER}),
    "reaction.close": frozenset({Role.DISTRICT_OFFICER, Role.PROVINCE_OFFICER}),
    "harm.read": _READERS | {Role.NATIONAL_OFFICER} | KEY_ROLES,  # cases without the person
    "harm.download": OFFICER_ROLES | {Role.NATIONAL_OFFICER, Role.AUDITOR},
    "release.record": frozenset({Role.VACCINATOR, Role.OBSERVER, Role.HEAD}) | KEY_ROLES,
    "session.read": _READERS | KEY_ROLES,
    "session.open": frozenset({Role.HEAD, Role.COMMUNE_OFFICER, Role.STATION_DEVICE}),
    "session.close": frozenset({Role.HEAD, Role.COMMUNE_OFFICER, Role.STATION_DEVICE}),
    "session.halt": STATION_ROLES - {Role.RECEPTIONIST} | OFFICER_ROLES,  # whoever sees the harm stops it
    "session.plan": frozenset({Role.HEAD, Role.COMMUNE_OFFICER}),
    "session.replan": frozenset({Role.HEAD, Role.COMMUNE_OFFICER}),
    "session.staff": frozenset({Role.HEAD, Role.COMMUNE_OFFICER}),
    "session.cancel": frozenset({Role.HEAD, Role.COMMUNE_OFFICER}),
    # the paper's count, and what is missing against it: the station explains, somebody above accepts
    "tally.enter": frozenset({Role.HEAD, Role.STATION_DEVICE}),
    "tally.correct": frozenset({Role.HEAD, Role.STATION_DEVICE}),
    "debt.explain": frozenset({Role.HEAD}),
    "debt.accept": frozenset({Role.COMMUNE_OFFICER, Role.DISTRICT_OFFICER}),
    "stock.read": STATION_ROLES | OFFICER_ROLES | {Role.AUDITOR, Role.STATION_DEVICE},
    "stock.move": _KEEPING,
    "stock.count": _KEEPING,
    "stock.explain": _KEEPING,
    "transfer.send": _KEEPING,
    "transfer.receive": _KEEPING,
    "transfer.cancel": _KEEPING,
    "vial.open": _KEEPING,
    "vial.discard": _KEEPING,
    "gtin.teach": frozenset({Role.HEAD}),
    # lots set apart, plans and temperatures; the nation recalls, and names nobody
    "supply.read": OFFICER_ROLES | {Role.HEAD, Role.NATIONAL_OFFICER, Role.AUDITOR},
    "lot.quarantine": OFFICER_ROLES | {Role.HEAD, Role.NATIONAL_OFFICER},
    "lot.release": OFFICER_ROLES | {Role.HEAD, Role.NATIONAL_OFFICER},
    "lot.recall": frozenset({Role.NATIONAL_OFFICER}),
    "message.reach": OFFICER_ROLES | {Role.HEAD},
    "allocation.plan": frozenset({Role.NATIONAL_OFFICER, Role.PROVINCE_OFFICER, Role.DISTRICT_OFFICER}),
    "allocation.give": frozenset({Role.NATIONAL_OFFICER, Role.PROVINCE_OFFICER, Role.DISTRICT_OFFICER}),
    "allocation.ask": OFFICER_ROLES | {Role.HEAD},
    "cold.device": frozenset({Role.HEAD, Role.COMMUNE_OFFICER}),
    "excursion.record": frozenset({Role.HEAD, Role.VACCINATOR}),
    "excursion.decide": OFFICER_ROLES | {Role.HEAD},
    # what someone works through
    "worklist.read": _READERS,
    "worklist.resolve": OFFICER_ROLES | {Role.HEAD},
    # records the population register did not find right: one by one, and by sheets as hamlet teams work
    "repair.read": OFFICER_ROLES | {Role.HEAD},
    "repair.sheet": frozenset({Role.COMMUNE_OFFICER, Role.HEAD}),
    "register.read": frozenset(
        {Role.PROVINCE_OFFICER, Role.NATIONAL_OFFICER, Role.AUDITOR, Role.SUPPORT, Role.ADMINISTRATOR}
    ),
    "duplicate.read": OFFICER_ROLES | {Role.HEAD, Role.AUDITOR},
    "duplicate.settle": OFFICER_ROLES | {Role.HEAD},
    # what a person says is wrong: entered at the desk, handled where the fact is kept, approved by a second one
    "correction.ask": STATION_ROLES | OFFICER_ROLES,
    "correction.handle": OFFICER_ROLES | {Role.HEAD},
    "correction.approve": OFFICER_ROLES | {Role.HEAD},
    "certificate.verify": KEY_ROLES,  # a partner has certificates checked; nothing is kept
    # figures without names
    "coverage.read": _COUNTING | KEY_ROLES,
    "debt.read": _COUNTING | KEY_ROLES,
    # the epidemic in figures, what is forecast, alarms, the report of 19:00: no person in any of them
    "epidemic.read": _COUNTING | KEY_ROLES,
    "forecast.read": _COUNTING | KEY_ROLES,
    "forecast.run": frozenset({Role.PROVINCE_OFFICER, Role.NATIONAL_OFFICER, Role.ADMINISTRATOR}),
    "alarm.acknowledge": OFFICER_ROLES | {Role.NATIONAL_OFFICER},
    "alarm.follow": OFFICER_ROLES | {Role.NATIONAL_OFFICER},
    "alarm.close": OFFICER_ROLES | {Role.NATIONAL_OFFICER},
    "report.read": _COUNTING,
    "report.decide": OFFICER_ROLES | {Role.NATIONAL_OFFICER},
    "coverage.download": _COUNTING - {Role.SUPPORT, Role.ADMINISTRATOR},
    "outbreak.read": OFFICER_ROLES | {Role.NATIONAL_OFFICER, Role.AUDITOR},  # how an outbreak goes, place by place
    "trust.read": frozenset({Role.NATIONAL_OFFICER, Role.ADMINISTRATOR, Role.AUDITOR}),  # signing keys
    # the house itself
    "journal.read": frozenset({Role.AUDITOR}),
    "user.read": frozenset({Role.ADMINISTRATOR, Role.AUDITOR, Role.SUPPORT}),
    "user.manage": frozenset({Role.ADMINISTRATOR}),
    "key.manage": frozenset({Role.ADMINISTRATOR}),
    "facility.manage": frozenset({Role.ADMINISTRATOR}),
    "watch.read": frozenset({Role.AUDITOR}),  # who looked at whom, and what looks unusual
    "watch.keep": frozenset({Role.AUDITOR}),  # the auditor's own tools: limits, known names, answers to alerts
}


class _HoldsRole(Protocol):
    @property
    def role(self) -> Role: ...


class _Acting(Protocol):
    @property
    def kind(self) -> str: ...

    @property
    def grants(self) -> tuple[_HoldsRole, ...]: ...


def allowed(verb: str) -> frozenset[Role]:
    """The roles that may do ``verb``; an unknown verb is a mistake of ours, so it raises instead of denying quietly."""
    try:
        return PERMISSIONS[verb]
    except KeyError:
        raise LookupError(f"no verb {verb!r} in lachan.access.rules.PERMISSIONS") from None


def may(actor: _Acting, verb: str) -> bool:
    """Whether the actor holds, anywhere, a role that may do ``verb``. The system itself may do everything."""
    roles = allowed(verb)
    return actor.kind == "system" or any(grant.role in roles for grant in actor.grants)


def in_force(valid_from: date, valid_to: date | None, on: date) -> bool:
    """A grant holds on both its first and its last day."""
    return valid_from <= on and (valid_to is None or on <= valid_to)


# Roles that see more than one station are given for a time, so that what nobody renews ends by itself.
_LAST_A_YEAR = OFFICER_ROLES | {Role.NATIONAL_OFFICER, Role.AUDITOR, Role.SUPPORT, Role.ADMINISTRATOR}


def default_last_day(role: str, valid_from: date) -> date | None:
    """The last day of a grant given without one: a year for officers, auditors, support and administrators; None, which
    is open, for the staff of a station."""
    return valid_from + timedelta(days=365) if role in _LAST_A_YEAR else None


def grant_fault(
    role: str, *, for_key: bool, facility: bool, area_level: int | None, valid_from: date, valid_to: date | None
) -> str | None:
    """Why a grant cannot be made, as a reason code; None when it can. ``area_level``: 0 country to 3 commune, None: no
    area.

    Codes: ``unknown_role``, ``role_is_for_people``, ``role_is_for_keys``, ``role_needs_place`` (neither or both of
    facility and area), ``role_needs_facility`` (a nurse works at a station), ``role_needs_area``, ``wrong_level`` (a
    province officer of a commune), ``dates_reversed``.
    """
    if role not in Role._value2member_map_:
        return "unknown_role"
    if for_key != (role in KEY_ROLES):
        return "role_is_for_people" if for_key else "role_is_for_keys"
    if facility == (area_level is not None):
        return "role_needs_place"
    # a device or partner may serve many facilities (a mobile team, a hospital group); a nurse is at one
    if role in FACILITY_ROLES and not facility:
        return "role_needs_facility"
    if facility and role not in FACILITY_ROLES | KEY_ROLES:
        return "role_needs_area"
    if Role(role) in OFFICER_LEVEL and OFFICER_LEVEL[Role(role)] != area_level:
        return "wrong_level"
    if valid_to is not None and valid_to < valid_from:
        return "dates_reversed"
    return None
