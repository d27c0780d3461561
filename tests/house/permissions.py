"""The one table: which roles get through which door. A route that is not here fails the house test.

To add a route: one line in ``DOORS`` under its name, ``METHOD route-name`` (with the namespace). If its address has a
new kind of parameter, one line in ``PARAMETERS`` in ``world.py``. Roles are written out, not derived from the verbs of
``lachan.access.rules``: two tables that must agree find each other's mistakes.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from lachan.access.rules import Role

RECEPTIONIST, SCREENER, VACCINATOR, OBSERVER, HEAD = (
    Role.RECEPTIONIST,
    Role.SCREENER,
    Role.VACCINATOR,
    Role.OBSERVER,
    Role.HEAD,
)
STATION = frozenset({RECEPTIONIST, SCREENER, VACCINATOR, OBSERVER, HEAD})
OFFICERS = frozenset({Role.COMMUNE_OFFICER, Role.DISTRICT_OFFICER, Role.PROVINCE_OFFICER})
NATIONAL = frozenset({Role.NATIONAL_OFFICER})
AUDITOR = frozenset({Role.AUDITOR})
WITHOUT_NAMES = frozenset({Role.SUPPORT, Role.ADMINISTRATOR})
ADMINISTRATOR = frozenset({Role.ADMINISTRATOR})
READERS = STATION | OFFICERS | AUDITOR  # who sees named persons, each in their places
KEYS = frozenset({Role.STATION_DEVICE, Role.PARTNER})
STAFF = frozenset(Role) - KEYS
REPORTING_UP = STATION - {RECEPTIONIST} | {Role.COMMUNE_OFFICER, Role.DISTRICT_OFFICER}  # reactions, to the province


@dataclass(frozen=True)
class Door:
    """Who gets through one method of one route; everyone else is answered as ``visitor`` says or with 403.

    ``visitor``: what somebody unknown gets: the sign-in page, 401 (the API), the page itself (``reason`` says why),
    404, which then everyone gets, or "own": the sign-in of people to their own record, which then all staff get too.
    ``newcomer``: whether someone signed in without any role gets through.
    ``body``: what is sent: a form for pages, JSON for the API.
    """

    roles: frozenset[Role]
    visitor: Literal["sign in", "401", "404", "page", "own"]
    newcomer: bool = False
    reason: str = ""
    body: dict[str, object] | None = None

    def sending(self, **body: object) -> Door:
        return replace(self, body=body)


def page(roles: frozenset[Role]) -> Door:
    """A screen for these roles."""
    return Door(roles, "sign in")


def signed_in() -> Door:
    """A screen for everyone who has signed in, a newcomer without a role too."""
    return Door(STAFF, "sign in", newcomer=True)


def api(roles: frozenset[Role]) -> Door:
    """A route for keys; a session opens nothing there."""
    return Door(roles, "401")


def person() -> Door:
    """A page of a person's own record: nobody of the staff gets through, with whatever role, and no key."""
    return Door(frozenset(), "own")


def nobody() -> Door:
    """An address a library brings along and we do not use: not there for anyone."""
    return Door(frozenset(), "404")


def everyone(reason: str) -> Door:
    """Public. The reason is read by whoever reviews this table."""
    return Door(frozenset(Role), "page", newcomer=True, reason=reason)


# ``ANY`` stands for every method, for views that only read, whatever the method.
DOORS: dict[str, Door] = {
    # signing in and out
    "GET account_login": everyone("nobody could sign in otherwise"),
    "POST account_login": everyone("nobody could sign in otherwise; throttled").sending(login="x", password="y"),
    "GET account_logout": everyone("asks a visitor nothing and sends them to sign in"),
    "POST account_logout": everyone("signing out twice does no harm"),
    "GET account_change_password": signed_in(),
    "POST account_change_password": signed_in(),
    # second factors, devices, the way back in: everyone's own
    "GET account_recover": everyone("whoever lost a password has no session; the code is the key; throttled"),
    "POST account_recover": everyone("as above").sending(username="x", code="y", password="z", again="z"),
    "GET account_reauthenticate": signed_in(),
    "POST account_reauthenticate": signed_in().sending(password="x"),
    "GET mfa_authenticate": everyone("the second step of signing in; without the first it leads back to it"),
    "POST mfa_authenticate": everyone("as above; throttled").sending(code="000000"),
    "GET mfa_login_webauthn": everyone("signing in with a passkey; throttled"),
    "POST mfa_login_webauthn": everyone("as above").sending(credential="{}"),
    "GET mfa_index": signed_in(),
    "POST device-end": signed_in(),
    "GET mfa_activate_totp": signed_in(),
    "POST mfa_activate_totp": signed_in().sending(code="000000"),
    "GET mfa_reauthenticate": signed_in(),
    "POST mfa_reauthenticate": signed_in().sending(code="000000"),
    "GET mfa_reauthenticate_webauthn": signed_in(),
    "POST mfa_reauthenticate_webauthn": signed_in().sending(credential="{}"),
    "GET mfa_generate_recovery_codes": signed_in(),
    "POST mfa_generate_recovery_codes": signed_in(),
    "GET mfa_add_webauthn": signed_in(),
    "POST mfa_add_webauthn": signed_in().sending(credential="{}"),
    "GET mfa_deactivate_totp": signed_in(),
    "POST mfa_deactivate_totp": signed_in(),
    "GET mfa_view_recovery_codes": signed_in(),
    "GET mfa_remove_webauthn": signed_in(),
    "POST mfa_remove_webauthn": signed_in(),
    # administration: administrators act, auditors and support look on; who looked is the auditor's
    "GET administration": page(WITHOUT_NAMES | AUDITOR),
    "GET admin-users": page(WITHOUT_NAMES | AUDITOR),
    "GET admin-user": page(WITHOUT_NAMES | AUDITOR),
    "GET admin-user-new": page(ADMINISTRATOR),
    "POST admin-user-new": page(ADMINISTRATOR),
    "POST admin-user-change": page(ADMINISTRATOR),
    "POST admin-user-act": page(ADMINISTRATOR).sending(action="sign-out"),
    "POST admin-user-ask": page(ADMINISTRATOR).sending(kind="password", reason="x"),
    "POST admin-decide": page(ADMINISTRATOR),
    "POST admin-give": page(ADMINISTRATOR),
    "POST admin-grant": page(ADMINISTRATOR),
    "GET admin-facilities": page(ADMINISTRATOR),
    "GET admin-facility-new": page(ADMINISTRATOR),
    "POST admin-facility-new": page(ADMINISTRATOR),
    "GET admin-facility": page(ADMINISTRATOR),
    "POST admin-facility": page(ADMINISTRATOR).sending(action="rename", name="x"),
    "GET admin-keys": page(ADMINISTRATOR),
    "POST admin-keys": page(ADMINISTRATOR),
    "POST admin-key-revoke": page(ADMINISTRATOR),
    "GET admin-file": page(ADMINISTRATOR),
    "POST admin-file": page(ADMINISTRATOR),
    "GET admin-file-template": page(ADMINISTRATOR),
    "GET admin-upload": page(ADMINISTRATOR),
    "POST admin-upload-commit": page(ADMINISTRATOR),
    "POST admin-upload-codes": page(ADMINISTRATOR),
    "GET admin-upload-errors": page(ADMINISTRATOR),
    "GET admin-looks": page(AUDITOR),
    "POST admin-looks": page(AUDITOR),
    "GET admin-alerts": page(AUDITOR),
    "POST admin-alert": page(AUDITOR),
    "POST admin-keep": page(AUDITOR).sending(action="now"),
    # the shell and home by role
    "GET home": signed_in(),
    "POST language": everyone("the sign-in page speaks two languages").sending(language="en"),
    # people: found, registered, opened
    "GET people": page(READERS),
    "POST people": page(READERS).sending(q="an"),
    "GET communes": page(READERS),
    "GET person-new": page(STATION - {OBSERVER} | {Role.COMMUNE_OFFICER}),
    "POST person-new": page(STATION - {OBSERVER} | {Role.COMMUNE_OFFICER}),
    "POST person-matches": page(STATION - {OBSERVER} | {Role.COMMUNE_OFFICER}),
    "GET person": page(READERS),
    "POST person-numbers": page(READERS).sending(purpose="correct the record"),
    "GET person-slip": page(STATION - {OBSERVER} | {Role.COMMUNE_OFFICER}),
    "POST person-same": page(STATION - {OBSERVER} | {Role.COMMUNE_OFFICER}),
    "POST person-arrive": page(STATION - {OBSERVER}),
    "GET dose-elsewhere": page(frozenset({VACCINATOR, HEAD})),
    "POST dose-elsewhere": page(frozenset({VACCINATOR, HEAD})),
    "GET dose-amend": page(frozenset({VACCINATOR, HEAD, Role.COMMUNE_OFFICER})),
    "POST dose-amend": page(frozenset({VACCINATOR, HEAD, Role.COMMUNE_OFFICER})),
    "GET dose-void": page(frozenset({VACCINATOR, HEAD}) | OFFICERS),
    "POST dose-void": page(frozenset({VACCINATOR, HEAD}) | OFFICERS),
    # the worklist
    "GET worklist": page(READERS),
    "GET worklist-item": page(READERS),
    "POST worklist-resolve": page(OFFICERS | {HEAD}),
    "POST worklist-several": page(OFFICERS | {HEAD}),
    # records the register did not find right: one by one, and by sheets in the commune
    "GET repair": page(OFFICERS | {HEAD}),
    "POST repair": page(OFFICERS | {HEAD}).sending(name="an"),
    "POST repair-purpose": page(OFFICERS | {HEAD}),
    "GET repair-reasons": page(OFFICERS | {HEAD}),
    "GET repair-person": page(OFFICERS | {HEAD}),
    "POST repair-fix": page(OFFICERS | {HEAD}),
    "POST repair-note": page(OFFICERS | {HEAD}).sending(kind="asked"),
    "POST repair-bulk": page(frozenset({Role.COMMUNE_OFFICER, HEAD})),
    "GET repair-sheets": page(frozenset({Role.COMMUNE_OFFICER, HEAD})),
    "POST repair-sheets": page(frozenset({Role.COMMUNE_OFFICER, HEAD})),
    "POST repair-export": page(frozenset({Role.COMMUNE_OFFICER, HEAD})),
    "GET repair-sheet": page(frozenset({Role.COMMUNE_OFFICER, HEAD})),
    "POST repair-sheet-rows": page(frozenset({Role.COMMUNE_OFFICER, HEAD})),
    "POST repair-sheet-confirm": page(frozenset({Role.COMMUNE_OFFICER, HEAD})),
    "POST repair-sheet-undo": page(frozenset({Role.COMMUNE_OFFICER, HEAD})),
    "GET repair-sheet-errors": page(frozenset({Role.COMMUNE_OFFICER, HEAD})),
    # who and what may be there twice
    "GET duplicates": page(OFFICERS | {HEAD} | AUDITOR),
    "POST duplicates-settle": page(OFFICERS | {HEAD}).sending(
        person="00000000-0000-7000-8000-000000000001", other="00000000-0000-7000-8000-000000000002"
    ),
    "GET duplicates-doses": page(OFFICERS | {HEAD} | AUDITOR),
    "POST duplicates-doses-settle": page(OFFICERS | {HEAD}),
    # one person or two
    "POST people-compare": page(OFFICERS | {HEAD}).sending(
        person="00000000-0000-7000-8000-000000000001", other="00000000-0000-7000-8000-000000000002"
    ),
    "GET people-pair": page(OFFICERS | {HEAD}),
    "POST people-merge": page(OFFICERS | {HEAD}),
    "POST people-apart": page(OFFICERS | {HEAD}),
    "GET people-merges": page(OFFICERS | {HEAD}),
    "GET people-merged": page(OFFICERS | {HEAD}),
    "POST people-unmerge": page(OFFICERS | {HEAD}),
    # the session board: whoever works at the station, those above it and the auditor look; each records their own part
    "GET station": page(READERS),
    "GET board": page(READERS),
    "GET board-live": page(READERS),
    "GET board-wall": page(READERS),
    "GET board-wall-live": page(READERS),
    "GET board-person": page(READERS),
    "POST board-scan": page(STATION),
    "GET board-screening": page(frozenset({SCREENER, HEAD})),
    "POST board-screening-record": page(frozenset({SCREENER, HEAD})),
    "POST board-screening-preview": page(frozenset({SCREENER, HEAD})),
    "GET board-dose": page(frozenset({VACCINATOR, HEAD})),
    "POST board-dose-record": page(frozenset({VACCINATOR, HEAD})),
    "POST board-undo": page(frozenset({VACCINATOR, HEAD}) | OFFICERS),
    "POST board-not-given": page(frozenset({SCREENER, VACCINATOR, HEAD})),
    "POST board-reaction": page(frozenset({VACCINATOR, OBSERVER, HEAD})),
    "POST board-release": page(frozenset({VACCINATOR, OBSERVER, HEAD})),
    # reactions: the nation sees cases without the person; the auditor looks and does nothing
    "GET report-reaction": everyone("people report with the code of their slip; throttled, shows nothing of anyone"),
    "POST report-reaction": everyone("people report with the code of their slip; throttled").sending(code="x"),
    "GET reactions": page(READERS | NATIONAL),
    "GET reaction-counts": page(READERS | NATIONAL),
    "GET reaction-export": page(OFFICERS | NATIONAL | AUDITOR),
    "GET reaction-blank": page(READERS | NATIONAL),
    "GET reaction-summary": page(READERS | NATIONAL),
    "GET reaction-signals": page(READERS | NATIONAL),
    "POST reaction-signals-run": page(OFFICERS | NATIONAL | AUDITOR),
    "GET reaction-signal": page(READERS | NATIONAL),
    "GET reaction": page(READERS | NATIONAL),
    "GET reaction-paper": page(READERS),
    "GET reaction-new": page(STATION | OFFICERS),
    "POST reaction-new": page(STATION | OFFICERS),
    "POST reaction-slip": page(STATION | OFFICERS),
    "POST reaction-follow-up": page(STATION | OFFICERS),
    "POST reaction-step": page(REPORTING_UP).sending(step="notify"),
    "POST reaction-halt": page(STATION - {RECEPTIONIST} | OFFICERS),
    "POST reaction-quarantine": page(OFFICERS | NATIONAL | {HEAD}),
    "GET board-case": page(READERS),
    "POST board-case-step": page(REPORTING_UP),
    # sessions
    # the stock book: whoever may read it looks, those who keep it write; elsewhere a 404 comes after the right
    "GET signing": page(frozenset({HEAD})),
    "GET signing-list": page(frozenset({HEAD})),
    "POST signing-sign": page(frozenset({HEAD})),
    "GET signing-progress": page(frozenset({HEAD})),
    "GET stock": page(READERS),
    "GET stock-book": page(READERS),
    "POST stock-explain": page(frozenset({VACCINATOR, HEAD})),
    "GET stock-receive": page(frozenset({VACCINATOR, HEAD})),
    "POST stock-receive": page(frozenset({VACCINATOR, HEAD})),
    "POST stock-scan": page(frozenset({VACCINATOR, HEAD})),
    "GET stock-out": page(frozenset({VACCINATOR, HEAD})),
    "POST stock-out": page(frozenset({VACCINATOR, HEAD})),
    "GET stock-count": page(frozenset({VACCINATOR, HEAD})),
    "POST stock-count": page(frozenset({VACCINATOR, HEAD})),
    "GET stock-transfers": page(frozenset({VACCINATOR, HEAD})),
    "POST stock-transfers": page(frozenset({VACCINATOR, HEAD})),
    "GET stock-transfer": page(READERS),
    "POST stock-transfer": page(frozenset({VACCINATOR, HEAD})),
    "POST stock-transfer-cancel": page(frozenset({VACCINATOR, HEAD})),
    "POST stock-vial-open": page(frozenset({VACCINATOR, HEAD})),
    "POST stock-vial-discard": page(frozenset({VACCINATOR, HEAD})),
    "GET sessions": page(READERS),
    "GET session-report": page(READERS),
    "GET session-open": page(frozenset({HEAD, Role.COMMUNE_OFFICER})),
    "POST session-open": page(frozenset({HEAD, Role.COMMUNE_OFFICER})),
    "POST session-close": page(frozenset({HEAD, Role.COMMUNE_OFFICER})),
    "POST session-delivery": page(frozenset({VACCINATOR, HEAD})),
    # planning, the paper's count and the reports; the head plans and counts, somebody above accepts what is explained
    "GET planning": page(READERS),
    "GET planning-week": page(READERS),
    "POST planning-confirm": page(frozenset({HEAD, Role.COMMUNE_OFFICER})),
    "GET planned-session": page(READERS),
    "POST planned-change": page(frozenset({HEAD, Role.COMMUNE_OFFICER})),
    "POST planned-staff": page(frozenset({HEAD, Role.COMMUNE_OFFICER})),
    "POST planned-cancel": page(frozenset({HEAD, Role.COMMUNE_OFFICER})),
    "GET session-tally": page(READERS),
    "POST session-tally": page(frozenset({HEAD})),
    "POST tally-late": page(frozenset({VACCINATOR, HEAD})),
    "POST debt-explain": page(frozenset({HEAD})),
    "POST debt-answer": page(frozenset({Role.COMMUNE_OFFICER, Role.DISTRICT_OFFICER})),
    "GET report": page(READERS),
    "GET report-file": page(READERS),
    # the debt meter: figures only; the area knocked at is a province, so a district's officer is not let in
    "GET debt": page(OFFICERS | NATIONAL | AUDITOR | WITHOUT_NAMES | {HEAD}),
    "GET debt-area": page(NATIONAL | AUDITOR | WITHOUT_NAMES | {Role.PROVINCE_OFFICER}),
    "GET debt-csv": page(NATIONAL | AUDITOR | WITHOUT_NAMES | {Role.PROVINCE_OFFICER}),
    "GET debt-facility": page(OFFICERS | NATIONAL | AUDITOR | WITHOUT_NAMES | {HEAD}),
    # supply: heads, officers, the nation and the auditor look; who decides what is in the verbs
    "GET supply": page(OFFICERS | NATIONAL | AUDITOR | {HEAD}),
    "POST supply-find": page(OFFICERS | NATIONAL | AUDITOR | {HEAD}).sending(lot="FG"),
    "GET supply-lot": page(OFFICERS | NATIONAL | AUDITOR | {HEAD}),
    "POST supply-lot-mark": page(OFFICERS | NATIONAL | {HEAD}).sending(verb="lot.quarantine", place="a1"),
    "GET supply-lot-csv": page(OFFICERS | NATIONAL | AUDITOR | {HEAD}),
    "GET supply-people": page(OFFICERS | {HEAD}),
    "POST supply-reached": page(OFFICERS | {HEAD}).sending(outcome="reached", how="phone"),
    "GET supply-plans": page(NATIONAL | {Role.PROVINCE_OFFICER, Role.DISTRICT_OFFICER}),
    "POST supply-plans": page(NATIONAL | {Role.PROVINCE_OFFICER, Role.DISTRICT_OFFICER}),
    "GET supply-plan": page(OFFICERS | NATIONAL | AUDITOR | {HEAD}),
    "POST supply-plan-give": page(NATIONAL | {Role.PROVINCE_OFFICER, Role.DISTRICT_OFFICER}),
    "POST supply-plan-ask": page(OFFICERS | {HEAD}).sending(doses="5", place="f1"),
    "POST supply-plan-paste": page(NATIONAL | {Role.PROVINCE_OFFICER, Role.DISTRICT_OFFICER}),
    "GET supply-plan-file": page(OFFICERS | NATIONAL | AUDITOR | {HEAD}),
    "GET supply-cold": page(OFFICERS | NATIONAL | AUDITOR | {HEAD}),
    "POST supply-device": page(frozenset({HEAD, Role.COMMUNE_OFFICER})),
    "POST supply-log": page(frozenset({HEAD, VACCINATOR})),
    "POST supply-entry": page(frozenset({HEAD, VACCINATOR})),
    "GET supply-excursion": page(OFFICERS | NATIONAL | AUDITOR | {HEAD}),
    "POST supply-excursion-decide": page(OFFICERS | {HEAD}),
    "POST supply-excursion-lots": page(OFFICERS | NATIONAL | {HEAD}),
    "GET register": page(NATIONAL | AUDITOR | WITHOUT_NAMES | {Role.PROVINCE_OFFICER}),
    # figures: who reads any is led to their own area; the nation and TP Hồ Chí Minh are not a district's to read
    "GET national": page(OFFICERS | NATIONAL | AUDITOR | WITHOUT_NAMES | {HEAD}),
    "GET national_area": page(NATIONAL | AUDITOR | WITHOUT_NAMES | {Role.PROVINCE_OFFICER}),
    "GET national_facility": page(OFFICERS | NATIONAL | AUDITOR | WITHOUT_NAMES | {HEAD}),
    "GET national_live": page(NATIONAL | AUDITOR | WITHOUT_NAMES),
    "GET national_communes": page(NATIONAL | AUDITOR | WITHOUT_NAMES),
    "GET national_table": page(NATIONAL | AUDITOR),
    # engineers at night
    "ANY healthz": everyone("load balancers carry no key; says only that the process answers"),
    "ANY readyz": everyone("load balancers carry no key; says only whether the database is ready"),
    "ANY metrics": everyone("scrapers carry no key; answers only this machine and private networks; counts, no names"),
    # a person's own record: its own door, which no role opens
    **dict.fromkeys(("GET verify", "GET verify-worker", "GET verify-manifest"), everyone("a guard's page; names nobody")),
    "GET me-sign-in": everyone("people sign in here; says the same to everybody; throttled"),
    "POST me-sign-in": everyone("as above").sending(number="079180099887", contact="0903998877"),
    "GET me-code": everyone("the second step; without the first it leads back to it"),
    "POST me-code": everyone("as above; five tries a code, throttled").sending(code="000000"),
    "POST me-sign-out": everyone("signing out twice does no harm"),
    "GET me": person(),
    "POST me-show": person().sending(person="mine"),
    "GET me-certificates": person(),
    "GET me-looks": person(),
    "GET me-account": person(),
    "POST me-prefer": person(),
    "GET demo-mail": everyone("letters to invented people; there in the demonstration only"),
    # the API
    "POST api-1:commands": api(KEYS),
    "GET api-1:command": api(KEYS),
    "POST api-1:find_persons": api(KEYS),
    "GET api-1:get_person": api(KEYS),
    "GET api-1:get_doses": api(KEYS),
    "GET api-1:list_areas": api(KEYS),
    "GET api-1:list_facilities": api(KEYS),
    "GET api-1:get_facility": api(KEYS),
    "GET api-1:list_sessions": api(KEYS),
    "GET api-1:list_stock": api(frozenset({Role.STATION_DEVICE})),
    "GET api-1:list_vials": api(frozenset({Role.STATION_DEVICE})),
    "GET api-1:get_session": api(KEYS),
    "GET api-1:list_products": api(KEYS),
    "GET api-1:list_screening_forms": api(KEYS),
    "GET api-1:coverage_areas": api(KEYS),
    "GET api-1:coverage_facilities": api(KEYS),
    "GET api-1:coverage_products": api(KEYS),
    "GET api-1:coverage_ages": api(KEYS),
    "GET api-1:debt": api(KEYS),
    "GET api-1:report": api(KEYS),
    "GET api-1:list_reactions": api(KEYS),
    "ANY api-1:api-root": nobody(),
    "ANY api-1:openapi-json": everyone("the file a partner's programmer reads before there is a key; names no one"),
}

# Open to whoever comes: the whole list, so that a change to it is seen by whoever reviews.
WITHOUT_SIGNING_IN = frozenset(
    {
        "GET account_login",
        "POST account_login",
        "GET account_logout",
        "POST account_logout",
        "GET account_recover",
        "POST account_recover",
        "GET mfa_authenticate",
        "POST mfa_authenticate",
        "GET mfa_login_webauthn",
        "POST mfa_login_webauthn",
        "POST language",
        "GET report-reaction",
        "POST report-reaction",
        "GET me-sign-in",
        "POST me-sign-in",
        "GET me-code",
        "POST me-code",
        "POST me-sign-out",
        "GET demo-mail",
        "ANY healthz",
        "ANY readyz",
        "ANY metrics",
        "ANY api-1:openapi-json",
    }
)
