"""Finding a person: by a number or card from anywhere in the country, by name within the actor's areas.

A number that somebody presents opens the door nationwide and is logged; a name never does, and neither does a phone
number, which whole families share. Three ways to search a name, each carried by one index:

* a day or month of birth is known: everyone born then (``person_birth``), the name only filters;
* some areas: everyone who lives there (``person_residence``), words of the name in any order where the areas are few,
  the name from its beginning where they are many (a province);
* the whole nation: the name from its beginning (``person_name``).
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final, Literal, NamedTuple
from uuid import UUID

from lachan.access import scopes
from lachan.access.actors import Actor
from lachan.access.operations import SERVED, log_looks
from lachan.kernel.database import hot_cursor
from lachan.kernel.errors import Forbidden
from lachan.kernel.sealing import blind
from lachan.kernel.statements import load
from lachan.people import identifiers
from lachan.people.cards import Card, parse_card
from lachan.people.facts import PersonFacts
from lachan.people.intake import Intake
from lachan.people.matching import UnusableRecordError, from_dict
from lachan.people.matching.door import MOST_CANDIDATES, rank
from lachan.people.names import given, search_form
from lachan.people.operations.register import FIRST_MAP
from lachan.people.queries import persons_in
from lachan.people.records import records_of
from lachan.places import queries as places
from lachan.places.facts import AreaFact

MOST: Final = 50  # rows a page
FEW_AREAS: Final = 120  # a district with all its communes on both maps; beyond, a name is searched from its beginning
_HIGHEST = "\U0010ffff"
_EXACT_SYSTEMS: Final = ("citizen_id", "health_insurance", "passport", "provisional", "old_id")
_DATE_AT_END = re.compile(r"^(?P<name>.*?)[\s,]*(?P<date>(?:\d{1,2}[/.-]){0,2}(?:18|19|20)\d\d)\s*$")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A person as described. ``born``: YYYY[-MM[-DD]] or empty. ``area_id``: lives there, on either map."""

    name: str = ""
    born: str = ""
    area_id: int | None = None


class Asked(NamedTuple):
    """What a typed or scanned text asks for.

    ``numbers``: (system, value) under which to look; ``card``: what a scanned card says; ``guess``: a number that was
    probably meant (a lost zero), for a person to confirm.
    """

    kind: Literal["card", "number", "name", "phone", "unreadable", "empty"]
    numbers: tuple[tuple[str, str], ...] = ()
    card: Card | None = None
    wanted: Wanted = Wanted()
    reason: str = ""
    guess: str = ""


class Cursor(NamedTuple):
    """Where a page ended. It holds a name, so it travels in a body, never in an address."""

    rank: int
    name: str
    born: date
    id: UUID


class Page(NamedTuple):
    """People found, best first. ``narrow``: the areas are many, so only names that begin as typed were looked for."""

    persons: list[PersonFacts]
    after: Cursor | None
    narrow: bool = False


class Near(NamedTuple):
    """A known person who may be the one described; ``marks`` are the fields in which the two differ."""

    person: PersonFacts
    decision: Literal["match", "possible"]
    reasons: tuple[str, ...]
    marks: tuple[str, ...]


def read(text: str) -> Asked:
    """What a text from scanner, camera or keyboard asks for; a name may end with a year or date of birth."""
    text = text.strip()
    kind = identifiers.detect(text)
    if kind == "empty":
        return Asked("empty")
    card = parse_card(text)
    if isinstance(card, Card):
        numbers = _numbers(card)
        if kind == "phone":
            # ten digits may also be a health-insurance number; the phone itself finds nobody
            other = identifiers.check("health_insurance", text)
            return Asked("phone", (("health_insurance", other.normal),) if other.ok else ())
        return Asked("card" if card.full_name else "number", numbers, card)
    if kind == "card":
        return Asked("unreadable", reason=card.reason, guess=card.guess)
    if not any(letter.isalpha() for letter in text) and not _DATE_AT_END.match(text):
        return Asked("unreadable", reason=card.reason, guess=card.guess)
    return Asked("name", wanted=described(text))


def described(text: str) -> Wanted:
    """``"Nguyễn Văn An 17/05/1980"`` as name and birth date; a text without a date is all name."""
    found = _DATE_AT_END.match(text.strip())
    if found is None:
        return Wanted(text.strip())
    parts = [int(part) for part in re.split(r"[/.-]", found["date"])]
    born = f"{parts[-1]:04}" + "".join(f"-{part:02}" for part in reversed(parts[:-1]))
    if days_of(born) is None:
        return Wanted(text.strip())
    return Wanted(found["name"].strip(), born)


def days_of(born: str) -> tuple[date, date] | None:
    """First and last day of ``YYYY[-MM[-DD]]``; None when it is no date."""
    try:
        parts = [int(part) for part in born.split("-")]
        year, month, day = (*parts, 0, 0)[:3]
        if month == 0:
            return date(year, 1, 1), date(year, 12, 31)
        if day == 0:
            return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])
        return date(year, month, day), date(year, month, day)
    except (ValueError, TypeError):
        return None


def areas_named(text: str, *, today: date, levels: Sequence[int] = (3,), limit: int = 12) -> list[AreaFact]:
    """Areas by name on today's map and on the one of 2021, which papers still show; today's first, each once."""
    found = {area.id: area for on in (today, FIRST_MAP) for area in places.search(text, on, levels=levels, limit=limit)}
    return list(found.values())[: 2 * limit]


def by_number(actor: Actor, numbers: Sequence[tuple[str, str]], *, now: datetime) -> list[PersonFacts]:
    """Who holds one of these numbers, from anywhere in the country: what was presented at the door, so it is logged.

    Who may not serve at a door (an auditor, a province officer) finds only people of their areas. Two to four queries.
    """
    if not numbers:
        return []
    with hot_cursor() as cursor:
        cursor.execute(load("people", "holders_of_numbers"), [[blind(system, value) for system, value in numbers]])
        ids = [row[0] for row in cursor.fetchall()]
        found = {person.id: person for person in persons_in(cursor, ids).values()} if ids else {}
        persons = sorted(found.values(), key=lambda person: person.id)
        if not scopes.may_serve(actor):
            persons = [p for p in persons if scopes.may_open_person(actor, residence_id=p.residence_id, seen_at=())]
        log_looks(actor, [person.id for person in persons], SERVED, "search", now)
    return persons


def by_name(actor: Actor, wanted: Wanted, *, limit: int = 20, after: Cursor | None = None) -> Page:
    """People of the actor's areas who fit the description; one query. Nothing to go by finds nobody."""
    words = search_form(wanted.name).split()[:8]
    born = days_of(wanted.born) if wanted.born else None
    if not words and (born is None or wanted.area_id is None):
        return Page([], None)
    areas = _areas(actor, wanted.area_id)
    statement, narrow = _way(areas, born)
    if narrow and not words:
        return Page([], None, narrow)
    limit = min(limit, MOST)
    with hot_cursor() as cursor:
        cursor.execute(load("people", statement), _parameters(words, born, areas, narrow, limit + 1, after))
        rows = cursor.fetchall()
    found = [PersonFacts(*row[:9]) for row in rows[:limit]]
    rest = None
    if len(rows) > limit:
        last = rows[limit - 1]
        rest = Cursor(last[9], last[10], last[3] or date.max, last[0])
    return Page(found, rest, narrow)


def near(actor: Actor, described: Intake, *, now: datetime) -> list[Near]:
    """Known people who may be the one standing here, the likeliest first: what someone compares side by side.

    Nationwide, because a person registered twice is registered twice in two provinces; therefore only for those who
    serve at a door, only with a name and a full birth date or year, and logged. Five queries.
    """
    if not scopes.may_serve(actor):
        raise Forbidden("Only who receives people may compare them with everyone in the country.")
    born, given_name = described.born, given(described.search_name)
    days = {born} if described.precision == "D" and given_name else set()
    if days and born.day <= 12:
        days.add(date(born.year, born.day, born.month))  # day and month exchanged
    with hot_cursor() as cursor:
        cursor.execute(
            load("people", "near_persons"),
            {
                "whole": described.search_name,
                "years_from": described.born_range[0] - timedelta(days=366),
                "years_to": described.born_range[1] + timedelta(days=366),
                "days": sorted(days),
                "given": f"% {_plain(given_name)}",
                "most": MOST_CANDIDATES,
            },
        )
        candidates = [PersonFacts(*row) for row in cursor.fetchall()]
        found = compare(candidates, described)
        log_looks(actor, [item.person.id for item in found], SERVED, "possible match", now)
    return found


def compare(candidates: Sequence[PersonFacts], described: Intake) -> list[Near]:
    """Candidates that are or may be the person described, likeliest first; two queries."""
    records = records_of(candidates)
    asked: dict[str, str] = {"full_name": described.name, "sex": described.sex, "dob": described.dob}
    asked |= {number.system: number.value for number in described.numbers}
    asked |= dict(described.phones)
    if described.residence_code:
        asked["commune_code"] = described.residence_code
    try:
        ranked = rank([from_dict(records[person.id]) for person in candidates], from_dict(asked))
    except UnusableRecordError:
        return []
    found = []
    for item in ranked:
        person, decision = candidates[item.index], item.decision
        if decision.decision != "no":
            marks = differences(records[person.id], asked)
            found.append(Near(person, decision.decision, decision.reasons, marks))
    return found[:10]


def differences(one: dict[str, str], other: dict[str, str]) -> tuple[str, ...]:
    """Fields in which two records say different things, for the eye: name, birth, sex, residence, identifier."""
    marks = []
    if search_form(one["full_name"]) != search_form(other["full_name"]):
        marks.append("name")
    if one.get("dob", "") != other.get("dob", ""):
        marks.append("birth")
    sexes = {one.get("sex", "U"), other.get("sex", "U")}
    if len(sexes - {"U"}) > 1:
        marks.append("sex")
    if other.get("commune_code") and one.get("commune_code") != other["commune_code"]:
        marks.append("residence")
    systems = [system for system in _EXACT_SYSTEMS if system != "provisional" and system in one and system in other]
    if any(one[system] != other[system] for system in systems):
        marks.append("identifier")
    return tuple(marks)


def _numbers(card: Card) -> tuple[tuple[str, str], ...]:
    values = {
        "citizen_id": card.citizen_id,
        "health_insurance": card.insurance_number,
        "passport": card.passport,
        "provisional": card.provisional,
        "old_id": card.old_id,
    }
    # who is known by the citizen number is that person; the old number is for those who are not
    return tuple((system, values[system]) for system in _EXACT_SYSTEMS if values[system])


def _areas(actor: Actor, area_id: int | None) -> list[int] | None:
    """Areas to look in: the actor's, narrowed to the one asked for; None for the whole nation."""
    scope = scopes.area_ids(actor, "person.search")
    if area_id is None:
        return None if scope is None else sorted(scope)
    inside = places.areas_under(area_id)
    return sorted(inside if scope is None else inside & scope)


def _way(areas: list[int] | None, born: tuple[date, date] | None) -> tuple[str, bool]:
    """(statement, whether the name must begin as typed)."""
    if born is not None and born[1] - born[0] < timedelta(days=31):
        return "search_by_birth", False
    if areas is None:
        return "search_by_name", True
    return "search_by_residence", len(areas) > FEW_AREAS


def _parameters(
    words: list[str],
    born: tuple[date, date] | None,
    areas: list[int] | None,
    narrow: bool,
    most: int,
    after: Cursor | None,
) -> dict[str, Any]:
    whole = " ".join(words)
    from_name = whole if narrow else ""
    days: list[date] = []
    if born is not None:
        days = [born[0] + timedelta(days=day) for day in range((born[1] - born[0]).days + 1)]
        # a record that knows only month or year stands on the first day of it
        days += [born[0].replace(day=1), born[0].replace(month=1, day=1)]
    return {
        "whole": whole,
        "ending": f"% {_plain(whole)}",
        "words": [f"% {_plain(word)} %" for word in words],
        "starts": [f"% {_plain(word)}%" for word in words],
        "areas": areas,
        "from_name": max(from_name, after.name) if after is not None and after.rank == 0 and narrow else from_name,
        "to_name": from_name + _HIGHEST,
        "days": sorted(set(days)),
        "born_from": born[0] if born else None,
        "born_to": born[1] if born else None,
        "after_rank": after.rank if after else -1,
        "after_name": after.name if after else "",
        "after_born": after.born if after else date.min,
        "after_id": after.id if after else UUID(int=0),
        "most": most,
    }


def _plain(word: str) -> str:
    """A word for LIKE, its wildcards taken as letters."""
    return word.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
