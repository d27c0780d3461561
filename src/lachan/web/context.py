"""What every page knows about the person in front of it: theme, language, place and role, and where they can go."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import Resolver404, resolve
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language, gettext_lazy

from lachan.access.actors import Actor, GrantFact, actor_of
from lachan.access.rules import STATION_ROLES, Role, may
from lachan.web import words

THEME_COOKIE = "lachan_theme"


@dataclass(frozen=True)
class Place:
    """One of the screens of the house: ``verbs`` are those of which the person needs any one to be led there."""

    path: str
    icon: str
    label: Any
    promise: Any
    verbs: tuple[str, ...]


# In the order of a day: the work first, the figures last. Labels fit one line on a phone's lower bar.
PLACES = (
    Place(
        "/station/",
        "vaccine",
        gettext_lazy("Station"),
        gettext_lazy("Receive, screen, vaccinate and observe the people of today's session"),
        ("arrival.record", "screening.record", "dose.record", "release.record"),
    ),
    Place(
        "/people/",
        "users",
        gettext_lazy("People"),
        gettext_lazy("Find a person by card, number or name; see their doses; register someone new"),
        ("person.search",),
    ),
    Place(
        "/laboratory/",
        "flask",
        gettext_lazy("Laboratory"),
        gettext_lazy("Scan tubes, record results, make pools, correct what was wrong"),
        ("laboratory.work",),
    ),
    Place(
        "/laboratory/samples/",
        "test-pipe",
        gettext_lazy("Samples"),
        gettext_lazy("Scan a person and a tube: the sample is taken"),
        ("sample.take",),
    ),
    Place(
        "/worklist/",
        "inbox",
        gettext_lazy("Worklist"),
        gettext_lazy("Deal with what was held or refused, so that nothing is lost"),
        ("worklist.read",),
    ),
    Place(
        "/reactions/",
        "heartbeat",
        gettext_lazy("Side effects"),
        gettext_lazy("Report reactions after vaccination; follow serious ones until they are closed"),
        ("harm.read",),
    ),
    Place(
        "/declarations/",
        "clipboard-heart",
        gettext_lazy("Declarations"),
        gettext_lazy("Health declarations of today: whom to call, enter one for a person at the desk"),
        ("declaration.read",),
    ),
    Place(
        "/cases/",
        "virus",
        gettext_lazy("Cases"),
        gettext_lazy("Who is ill: class, onset, isolation and course, one page a case"),
        ("case.read",),
    ),
    Place(
        "/orders/",
        "file-text",
        gettext_lazy("Orders"),
        gettext_lazy("Orders that isolate and release: print the new ones, note how they were delivered"),
        ("order.read",),
    ),
    Place(
        "/tracing/",
        "phone-call",
        gettext_lazy("Tracing"),
        gettext_lazy("Call the people who were near a case, follow them until the last day, hand them over"),
        ("contact.read",),
    ),
    Place(
        "/outbreak/",
        "activity-heartbeat",
        gettext_lazy("Outbreak control"),
        gettext_lazy(
            "Who is under watch and how far the work is, case by case and commune by commune; why somebody is listed"
        ),
        ("outbreak.read",),
    ),
    Place(
        "/venues/",
        "map-pin",
        gettext_lazy("Venues"),
        gettext_lazy("Register places, print the poster for the door, pair a device that scans cards"),
        ("venue.read",),
    ),
    Place(
        "/repair/",
        "user-edit",
        gettext_lazy("Repair"),
        gettext_lazy("Mend records that the population register did not find right"),
        ("repair.read",),
    ),
    Place(
        "/corrections/",
        "pencil-check",
        gettext_lazy("Corrections"),
        gettext_lazy("What people say is wrong in their record: compare, propose, approve, answer in time"),
        ("correction.handle",),
    ),
    Place(
        "/sessions/",
        "calendar-event",
        gettext_lazy("Sessions"),
        gettext_lazy("Plan, open and close vaccination sessions, choose the lots of the day"),
        ("session.open", "session.close"),
    ),
    Place(
        "/signing/",
        "signature",
        gettext_lazy("Signing"),
        gettext_lazy("Sign the doses of a day, so that the people get their certificates"),
        ("day.sign",),
    ),
    Place(
        "/cards/day/",
        "certificate",
        gettext_lazy("Certificates"),
        gettext_lazy("Print the certificates of a station's day as one PDF"),
        ("card.print",),
    ),
    Place(
        "/stock/",
        "packages",
        gettext_lazy("Stock"),
        gettext_lazy("Receive, send and count vaccine; open vials; what is missing and who explains it"),
        ("stock.read",),
    ),
    Place(
        "/debt/",
        "scale",
        gettext_lazy("Data debt"),
        gettext_lazy("Doses on paper that are not recorded, identities not confirmed: how many, how old, whose"),
        ("debt.read",),
    ),
    Place(
        "/register/",
        "id",
        gettext_lazy("Register check"),
        gettext_lazy("Who is confirmed by the population register and who is not; whether it answers"),
        ("register.read",),
    ),
    Place(
        "/supply/",
        "truck-delivery",
        gettext_lazy("Supply"),
        gettext_lazy("Lots set apart and recalled, plans of the round, fridges and their temperatures"),
        ("supply.read",),
    ),
    Place(
        "/picture/",
        "activity",
        gettext_lazy("Epidemic"),
        gettext_lazy("The epidemic in a minute: what changed, where, the two weeks ahead, vaccination, debts, alarms"),
        ("epidemic.read",),
    ),
    Place(
        "/national/",
        "map-2",
        gettext_lazy("Figures"),
        gettext_lazy("Doses as they are given, coverage by province and commune, tables to download"),
        ("coverage.read",),
    ),
    Place(
        "/situation/",
        "report",
        gettext_lazy("Situation report"),
        gettext_lazy("The report of 19:00, the archive, what the meeting asked and decided"),
        ("report.read",),
    ),
    Place(
        "/forecast/",
        "chart-line",
        gettext_lazy("Forecast"),
        gettext_lazy("What comes next with its ranges, how good past forecasts were, what if"),
        ("forecast.read",),
    ),
    Place(
        "/effectiveness/",
        "shield-half",
        gettext_lazy("Vaccine effect"),
        gettext_lazy(
            "How much of the risk vaccination takes away, by months since the dose, and what speaks against it"
        ),
        ("epidemic.read",),
    ),
    Place(
        "/alarms/",
        "bell",
        gettext_lazy("Alarms"),
        gettext_lazy("Places where more was counted than the past explains: look, acknowledge, follow to the cluster"),
        ("forecast.read",),
    ),
    Place(
        "/trust/",
        "key",
        gettext_lazy("Signing keys"),
        gettext_lazy("Keys that sign our cards and how long they last; whose signatures are believed"),
        ("trust.read",),
    ),
    Place(
        "/administration/",
        "settings",
        gettext_lazy("Admin"),
        gettext_lazy("Users and their roles, facilities, keys; who looked at whom, and what looks unusual"),
        ("user.read", "user.manage"),
    ),
)


@dataclass(frozen=True)
class NavItem:
    path: str
    icon: str
    label: str
    promise: str
    here: bool


class Shell:
    """Read by ``web/base.html``; nothing is asked of the database until a page uses it."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    @property
    def demo(self) -> bool:
        return bool(settings.LACHAN_DEMO)

    @property
    def second_factor(self) -> bool:
        return bool(settings.LACHAN_SECOND_FACTOR)

    @property
    def manages(self) -> bool:
        return self.actor is not None and may(self.actor, "user.manage")

    @property
    def watches(self) -> bool:
        return self.actor is not None and may(self.actor, "watch.read")

    @property
    def theme(self) -> str:
        """``light``, ``dark`` or "" for as the system says."""
        chosen = self.request.COOKIES.get(THEME_COOKIE, "")
        return chosen if chosen in ("light", "dark") else ""

    @property
    def language(self) -> str:
        return get_language() or settings.LANGUAGE_CODE

    @property
    def languages(self) -> list[tuple[str, str]]:
        return list(settings.LANGUAGES)

    @cached_property
    def actor(self) -> Actor | None:
        return actor_of(self.request)

    @cached_property
    def grants(self) -> tuple[GrantFact, ...]:
        """Those at a station first, the head's before the others: that is where and as whom the person stands."""
        grants = self.actor.grants if self.actor else ()
        return tuple(sorted(grants, key=lambda grant: (grant.role not in STATION_ROLES, grant.role != Role.HEAD)))

    @property
    def grant(self) -> GrantFact | None:
        """The grant named in the bar."""
        return self.grants[0] if self.grants else None

    @property
    def role(self) -> str:
        here = [grant for grant in self.grants if self.grant and grant.facility_id == self.grant.facility_id]
        return words.role_of(here)

    @cached_property
    def place(self) -> str:
        return words.place_of(self.grant) if self.grant else ""

    @property
    def can_scan(self) -> bool:
        return self.actor is not None and may(self.actor, "person.search") and _exists("/people/")

    @cached_property
    def nav(self) -> list[NavItem]:
        """Where this person can go, in the order of a day."""
        actor = self.actor
        if actor is None:
            return []
        return [
            NavItem(place.path, place.icon, str(place.label), str(place.promise), self._here(place.path))
            for place in PLACES
            if any(may(actor, verb) for verb in place.verbs) and _exists(place.path)
        ]

    def _here(self, path: str) -> bool:
        """Whether the page belongs to this place, and to none that lies inside it (samples within the laboratory)."""
        own = max((place.path for place in PLACES if self.request.path.startswith(place.path)), key=len, default="")
        return path == own

    @property
    def demo_people(self) -> list[words.DemoPerson]:
        """Who a visitor of the demonstration can try to be; nobody outside of it."""
        return words.demo_people() if self.demo else []

    @property
    def texts(self) -> dict[str, str]:
        """What the shell's own script says, in the language of the page."""
        return words.shell_texts()


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context processor: ``shell`` in every template."""
    return {"shell": SimpleLazyObject(lambda: Shell(request))}


@lru_cache(maxsize=32)
def _exists(path: str) -> bool:
    try:
        resolve(path)
    except Resolver404:
        return False
    return True
