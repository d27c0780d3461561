"""The script of a day: stations, the people who come, and what goes wrong, all drawn from one seed."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

import msgspec

from lachan.immunization.rules.facts import VIETNAM
from lachan.synth.cards import SyntheticPerson

# Shares of what goes wrong, of the people who come. Estimates, high enough that a small rehearsal has some of each.
UNKNOWN_LOT, EXPIRED_LOT, OTHER_PRODUCT, TWICE_TODAY, TOO_YOUNG = 0.006, 0.004, 0.003, 0.006, 0.004
CLOCK_AHEAD, CLOCK_FAR_AHEAD, CHANGED, MALFORMED, NOBODY = 0.02, 0.003, 0.006, 0.003, 0.003
SENT_AGAIN = 0.06  # of calls: the answer did not come through, or the nurse pressed twice
VOIDED, AMENDED = 0.005, 0.005  # of doses, at the end of the day
WALK_IN = 0.15  # of people: not in the database, recognised by nothing
OFFLINE, PAPER = 0.3, 0.1  # of stations: send at night; keep no session, only doses

PRODUCTS = ("astrazeneca", "pfizer")
ADULTS_ONLY = "astrazeneca"
GROWN = date(2003, 1, 1)  # who was born before is 18 in any year this is played
ANSWERED = frozenset({"accepted"})
_encode = msgspec.json.Encoder(order="deterministic").encode


@dataclass
class Station:
    """One station and what it will send, in order."""

    code: str
    kind: str  # live | offline | paper
    product: str
    lots: tuple[str, str]
    session_id: UUID
    token: str = ""
    planned: list[Planned] = field(default_factory=list)


class Planned(NamedTuple):
    """One command to be sent, and the statuses (or reasons) that are the right answers to it."""

    id: UUID
    verb: str
    body: bytes  # the whole command as JSON
    expected: frozenset[str]
    changed: bool = False  # other content under an id sent before


class Window(NamedTuple):
    """The hours of the day played; all in the past, so that no honest clock is in the future."""

    begin: datetime
    end: datetime


def window(now: datetime) -> Window:
    """Today's hours up to now; before six in the morning yesterday's, from seven to five."""
    local = now.astimezone(VIETNAM)
    if local.hour < 6:
        morning = (local - timedelta(days=1)).replace(hour=7, minute=0, second=0, microsecond=0)
        return Window(morning, morning + timedelta(hours=10))
    end = (local - timedelta(minutes=2)).replace(microsecond=0)
    return Window(max(end - timedelta(hours=9), local.replace(hour=5, minute=0, second=0, microsecond=0)), end)


class Script:
    """Writes what every station sends. The same seed, people, stations and hours give the same day.

    ``run`` sets the ids apart: the same day played again is sent under new ids, as by other stations.
    """

    def __init__(self, seed: int, hours: Window, form: dict[str, Any], now: datetime, run: int = 0) -> None:
        self.random = random.Random(seed)
        self.ids = random.Random(f"{seed}/{run}")
        self.hours, self.form, self.now = hours, form, now

    def new_id(self) -> UUID:
        """A UUIDv7 of the played day, from seed and run."""
        at = int(self.hours.begin.timestamp() * 1000) + self.ids.randrange(36_000_000)
        value = at << 80 | 7 << 76 | self.ids.getrandbits(12) << 64 | 2 << 62 | self.ids.getrandbits(62)
        return UUID(int=value)

    def stations(self, codes: Sequence[str]) -> list[Station]:
        """Stations with their kind, product and lots of the day."""
        made = []
        for number, code in enumerate(codes):
            share = (number + 0.5) / len(codes)
            kind = "paper" if share < PAPER else "offline" if share < PAPER + OFFLINE else "live"
            product = PRODUCTS[number % len(PRODUCTS)]
            lots = (f"REH-{product[:2].upper()}-{number % 7:02d}", f"REH-{product[:2].upper()}-{number % 5 + 50:02d}")
            made.append(Station(code, kind, product, lots, self.new_id()))
        return made

    def open(self, station: Station, doses: int) -> None:
        """Vaccine delivered and the session opened; a lot that has run out since, and one of another product."""
        opened = self.hours.begin
        expired = opened - timedelta(days=30)
        other = next(product for product in PRODUCTS if product != station.product)
        deliveries = [
            (station.product, lot, doses * 2, opened, opened + timedelta(days=180)) for lot in station.lots
        ] + [
            (station.product, f"OLD-{station.product[:2].upper()}", 50, expired, expired + timedelta(days=20)),
            (other, f"OTHER-{other[:2].upper()}", 50, opened, opened + timedelta(days=180)),
        ]
        for product, lot, quantity, at, expires in deliveries:
            body = {"facility": station.code, "product": product, "lot": lot, "kind": "receive", "quantity": quantity}
            self.add(station, "stock.move", at, {**body, "expires_on": expires.date().isoformat()})
        if station.kind != "paper":
            body = {"session_id": station.session_id, "facility": station.code, "date": opened.date().isoformat()}
            self.add(station, "session.open", opened, body)

    def visit(self, station: Station, person: SyntheticPerson, walk_in: bool) -> None:
        """One person's way through the station, with whatever goes wrong."""
        at = self.hours.begin + (self.hours.end - self.hours.begin) * self.random.random() * 0.9
        at = at.replace(microsecond=0)
        reference = self.reference(person, walk_in)
        dice = self.random.random
        if dice() < CLOCK_AHEAD:
            at += timedelta(minutes=5)
        if station.kind != "paper":
            self.way_to_the_dose(station, person, reference, at)
        dosed = min(at + timedelta(minutes=4), self.now)
        wrong, expected = self.slip(station, person)
        dose = self.dose(station, {**reference} if "person" not in wrong else {}, dosed, **wrong)
        planned = self.add(station, "dose.record", dosed, dose, expected)
        if dice() < CHANGED and expected == ANSWERED:
            other = {**dose, "site": "right_thigh"}
            station.planned.append(self.command(planned.id, "dose.record", dosed, other, {"content_changed"}, True))
        if dice() < TWICE_TODAY and expected == ANSWERED:
            again = self.dose(station, reference, dosed + timedelta(seconds=30))
            self.add(station, "dose.record", dosed + timedelta(seconds=30), again, {"same_dose_twice"})
        if dice() < CLOCK_FAR_AHEAD:
            late = self.now + timedelta(hours=5)
            self.add(station, "dose.record", late, self.dose(station, reference, late), {"happened_in_future"})
        if dice() < MALFORMED:
            self.add(station, "dose.record", dosed, {**dose, "colour": "blue"}, {"malformed"})
        if station.kind != "paper" and expected == ANSWERED:
            body = {"person": reference["person"], "session_id": station.session_id}
            self.add(station, "release.record", min(dosed + timedelta(minutes=30), self.now), body)

    def way_to_the_dose(
        self, station: Station, person: SyntheticPerson, reference: dict[str, Any], at: datetime
    ) -> None:
        """Arrival and screening."""
        body = {**reference, "session_id": station.session_id}
        self.add(station, "arrival.record", at, body)
        answers = {item["code"]: False for item in self.form["items"] if item["sex"] in (None, person.sex)}
        measures = {"temperature_c": 36.6, "systolic_bp": 118, "diastolic_bp": 76, "pulse": 74}
        screening = {**body, "form": self.form["code"], "answers": answers, "measures": measures, "consent": True}
        self.add(station, "screening.record", at + timedelta(minutes=2), {**screening, "product": station.product})

    def slip(self, station: Station, person: SyntheticPerson) -> tuple[dict[str, Any], frozenset[str]]:
        """What is wrong with this dose, and the reasons that answer it; mostly nothing."""
        if person.recorded_born >= GROWN:
            young = frozenset({"too_young", "age_uncertain"})
            return {}, young if station.product == ADULTS_ONLY else young | ANSWERED
        dice = self.random.random()
        slips: tuple[tuple[float, dict[str, Any], str], ...] = (
            (UNKNOWN_LOT, {"lot": f"NO-{self.random.randrange(1000):03d}"}, "lot_unknown"),
            (EXPIRED_LOT, {"lot": f"OLD-{station.product[:2].upper()}"}, "lot_expired"),
            (OTHER_PRODUCT, {"lot": f"OTHER-{self.other(station)[:2].upper()}"}, "lot_other_product"),
            (NOBODY, {"person": {"id": self.new_id()}}, "person_unknown"),
        )
        for share, wrong, reason in slips:
            if dice < share:
                return wrong, frozenset({reason})
            dice -= share
        return {}, ANSWERED

    @staticmethod
    def other(station: Station) -> str:
        return next(product for product in PRODUCTS if product != station.product)

    def reference(self, person: SyntheticPerson, walk_in: bool) -> dict[str, Any]:
        """How the station names the person: our id, a number, the card scanned or its fields typed."""
        trusted = [number for number in person.recorded_numbers if number[2]]
        dice = self.random.random()
        scan = person.scan()
        if walk_in or (not trusted and dice < 0.2):
            return {"person": {"scan": scan} if scan and dice < 0.1 else {"card": person.card()}}
        if scan and dice < 0.35:
            return {"person": {"scan": scan}}
        if trusted and dice < 0.55:
            system, value, _ = trusted[0]
            return {"person": {"identifier": {"system": system, "value": value}}}
        return {"person": {"id": person.id}}

    def dose(self, station: Station, reference: dict[str, Any], at: datetime, **wrong: Any) -> dict[str, Any]:
        where = {"facility": station.code} if station.kind == "paper" else {"session_id": station.session_id}
        lot = station.lots[self.random.random() < 0.3]
        return {
            **reference, **where, "product": station.product, "lot": lot, "site": "left_arm",
            "route": "intramuscular", **wrong,
        }  # fmt: skip

    def add(
        self,
        station: Station,
        verb: str,
        at: datetime,
        body: dict[str, Any],
        expected: frozenset[str] | set[str] = ANSWERED,
    ) -> Planned:
        planned = self.command(self.new_id(), verb, at, body, expected)
        station.planned.append(planned)
        return planned

    @staticmethod
    def command(
        command_id: UUID, verb: str, at: datetime, body: dict[str, Any], expected: frozenset[str] | set[str],
        changed: bool = False,
    ) -> Planned:  # fmt: skip
        whole = {"id": command_id, "verb": verb, "happened_at": at, "body": body}
        return Planned(command_id, verb, _encode(whole), frozenset(expected), changed)

    def calls(self, station: Station, batch: int) -> Iterator[list[Planned]]:
        """The station's commands in calls of at most ``batch``; some calls are sent a second time, later.

        The same id with other content must come behind the first, so it never shares a call with it.
        """
        again: list[list[Planned]] = []
        held_back: list[Planned] = []
        piece: list[Planned] = []
        for planned in station.planned:
            (held_back if planned.changed else piece).append(planned)
            if len(piece) == batch:
                yield piece
                if self.random.random() < SENT_AGAIN:
                    again.append(piece)
                piece = []
        for rest in (piece, *(held_back[start : start + batch] for start in range(0, len(held_back), batch)), *again):
            if rest:
                yield rest
