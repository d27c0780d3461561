"""A session at the station of the story with people in every state, made through the one door."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from lachan.access.actors import Actor
from lachan.immunization.commands import execute
from lachan.immunization.models import Encounter
from lachan.kernel.commands import Command
from lachan.kernel.ids import new_id
from lachan.kernel.outcomes import ACCEPTED, Outcome
from lachan.places import queries as places

ROOT = Actor.system("tests")
LOT, OLD_LOT, OTHER = "FG3524", "FX0001", "ABX1234"
HTMX = {"HX-Request": "true"}
NAMES = ("Nguyễn Văn An", "Trần Thị Bình", "Lê Hoàng Cường", "Phạm Thu Dung", "Vũ Minh Đức", "Đặng Thị Hạnh")
NO = (
    "anaphylaxis_covid_vaccine", "acute_illness", "anaphylaxis_grade_3_any", "allergy_any", "chronic_disease",
    "bleeding_disorder", "altered_consciousness", "blood_pressure_history", "heart_failure_or_dyspnoea",
)  # fmt: skip


class Day:
    """A session of today with stock; its people by number, beginning at 0."""

    def __init__(self, facility_id: int, *, lots: dict[str, str] | None = None, doses: int = 100) -> None:
        self.now = timezone.now()
        self.today: date = timezone.localdate()
        self.facility = places.facility_table()[facility_id]
        self.session_id = new_id()
        self.people: list[UUID] = []
        for product, lot, days in (("pfizer", LOT, 60), ("pfizer", OLD_LOT, 0), ("astrazeneca", OTHER, 30)):
            self.deliver(product, lot, doses, expires_in=days)
        self.send("session.open", at=self.now - timedelta(hours=3), session_id=str(self.session_id),
                  facility=self.facility.code, date=str(self.today), part="day",
                  lots=lots or {"pfizer": LOT})  # fmt: skip

    def deliver(self, product: str, lot: str, doses: int, *, expires_in: int) -> None:
        """A delivery of ten days ago; ``expires_in`` days from today, negative for a lot that has expired since."""
        self.send("stock.move", at=self.now - timedelta(days=10), facility=self.facility.code, product=product, lot=lot,
                  kind="receive", quantity=doses, expires_on=str(self.today + timedelta(days=expires_in)))  # fmt: skip

    @property
    def path(self) -> str:
        return f"/station/{self.session_id}/"

    def at(self, person: int, what: str = "") -> str:
        return f"{self.path}people/{self.people[person]}/{what}"

    def send(self, verb: str, at: datetime | None = None, **body: Any) -> Outcome:
        [outcome] = self.send_all([(verb, at, body)])
        return outcome

    def send_all(self, commands: Sequence[tuple[str, datetime | None, dict[str, Any]]]) -> list[Outcome]:
        sent = [Command(new_id(), verb, at or self.now, body) for verb, at, body in commands]
        outcomes = execute(sent, actor=ROOT, now=timezone.now())
        assert all(outcome.status is ACCEPTED for outcome in outcomes), [
            o for o in outcomes if o.status is not ACCEPTED
        ]
        return outcomes

    def register(self, count: int) -> None:
        """People with a card: see :func:`card`."""
        first = len(self.people)
        self.send_all([("person.register", None, _person(first + index)) for index in range(count)])
        self.people += [_id(first + index) for index in range(count)]

    def arrive(self, *persons: int, minutes_ago: int = 60) -> None:
        at = self.now - timedelta(minutes=minutes_ago)
        self.send_all([("arrival.record", at, self._who(person)) for person in persons])

    def screen(self, *persons: int, consent: bool = True, yes: Sequence[str] = (), minutes_ago: int = 50) -> None:
        body = {
            "form": "adult-5785", "answers": {code: code in yes for code in NO},
            "measures": {"temperature_c": 36.6}, "consent": consent,
        }  # fmt: skip
        at = self.now - timedelta(minutes=minutes_ago)
        self.send_all([("screening.record", at, self._who(person) | body) for person in persons])

    def inject(self, *persons: int, minutes_ago: float = 5) -> None:
        at = self.now - timedelta(minutes=minutes_ago)
        body = {"product": "pfizer", "lot": LOT}
        self.send_all([("dose.record", at, self._who(person) | body) for person in persons])

    def before(self, person: int, days: int, product: str = "pfizer") -> None:
        """An earlier dose, given elsewhere."""
        who = {"person": {"id": str(self.people[person])}}
        given = {
            "product": product,
            "lot": "X1",
            "source": "elsewhere",
            "given_on": str(self.today - timedelta(days=days)),
        }
        self.send_all([("dose.record", None, who | given)])

    def ready(self, count: int = 1) -> None:
        """People who wait for the needle."""
        first = len(self.people)
        self.register(count)
        self.arrive(*range(first, first + count))
        self.screen(*range(first, first + count))

    def _who(self, person: int) -> dict[str, Any]:
        return {"person": {"id": str(self.people[person])}, "session_id": str(self.session_id)}


def number(person: int) -> str:
    """Citizen id of the person registered under this number: a man born in 1980 + (number mod 20)."""
    return f"0790{(80 + person % 20) % 100:02}{person:06}"


def card(person: int) -> str:
    """The chip card as the scanner reads it."""
    name = NAMES[person % len(NAMES)]
    return f"{number(person)}||{name}|0505{1980 + person % 20}|Nam|12 Lê Lợi, Bến Nghé|01052021"


def _id(person: int) -> UUID:
    return UUID(int=0x7000_8000_0000_0000_0000 + person)


def _person(person: int) -> dict[str, Any]:
    return {
        "person_id": str(_id(person)), "name": NAMES[person % len(NAMES)], "sex": "M",
        "birth_date": f"{1980 + person % 20}-05-05", "residence_code": "26740", "force_new": True,
        "identifiers": [{"system": "citizen_id", "value": number(person)}],
    }  # fmt: skip


def press(client: Client, path: str, **values: Any) -> HttpResponse:
    """A press on the page: a command id of the page's making, answered as a part of it."""
    values.setdefault("command_id", str(new_id()))
    return client.post(path, values, headers=HTMX)


def said(answer: HttpResponse) -> dict[str, Any]:
    """The line at the foot of the page."""
    return json.loads(answer.headers["HX-Trigger-After-Settle"])["lachan:toast"]  # type: ignore[no-any-return]


def visit(day: Day, person: int) -> Encounter:
    return Encounter.objects.get(session_id=day.session_id, person_id=day.people[person])


def column_of(html: str, day: Day, person: int) -> str:
    """The column in which the person's card stands."""
    before = html[: html.index(f'data-person="{day.people[person]}"')]
    return before.rpartition('data-column="')[2].partition('"')[0]


@contextmanager
def statements() -> Iterator[list[str]]:
    """Every statement that goes to the server, Django's and the house's own, without what opens and closes
    transactions."""
    seen: list[str] = []
    execute = psycopg.Cursor.execute

    def counted(self: Any, query: Any, *args: Any, **kwargs: Any) -> Any:
        text = query.decode() if isinstance(query, bytes) else str(query)
        if not text.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
            seen.append(text)
        return execute(self, query, *args, **kwargs)

    psycopg.Cursor.execute = counted  # type: ignore[method-assign, assignment]
    try:
        yield seen
    finally:
        psycopg.Cursor.execute = execute  # type: ignore[method-assign]
