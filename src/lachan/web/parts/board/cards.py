"""The board as it is drawn: five columns of cards, made from the visits of a session."""

from __future__ import annotations

import hashlib
from collections import Counter
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from django.utils.translation import get_language

from lachan.access.rules import Role
from lachan.immunization.queries import board as reads
from lachan.immunization.queries import catalogue
from lachan.immunization.queries.board import StockLine, Visit
from lachan.immunization.queries.stock import OpenVial
from lachan.immunization.rules.bands import age_on
from lachan.immunization.rules.encounter import EncounterState
from lachan.immunization.rules.facts import Decision
from lachan.kernel.ids import new_id
from lachan.kernel.text import fold
from lachan.people.facts import PersonFacts
from lachan.web.parts.board import words
from lachan.web.parts.board.desk import Desk

LOW_STOCK = 10  # doses: less than two vials of the commonest kind
MOST_DONE = 60  # cards in the last column; the report has them all

_COLUMN = {
    EncounterState.WAITING: "waiting",
    EncounterState.SCREENING: "screening",
    EncounterState.READY: "vaccination",
    EncounterState.OBSERVATION: "observation",
    EncounterState.OVERDUE: "observation",
    EncounterState.REACTION: "observation",
}
# What Enter does in a column, and the right it takes.
_GO = {
    "waiting": ("screen", "screening.record"),
    "screening": ("screen", "screening.record"),
    "vaccination": ("dose", "dose.record"),
    "observation": ("release", "release.record"),
}
_OWN_COLUMN = {
    Role.RECEPTIONIST: "waiting",
    Role.SCREENER: "screening",
    Role.VACCINATOR: "vaccination",
    Role.OBSERVER: "observation",
}


class Choice(msgspec.Struct, frozen=True):
    """A product and lot of today for one person. ``decision`` None: only the dose dialog can tell."""

    product: str
    product_id: int
    name: str
    lot: str
    line: StockLine | None
    decision: Decision | None

    @property
    def clean(self) -> bool:
        return self.decision is not None and self.decision.accepted


class Card(msgspec.Struct):
    """One person on the board."""

    visit: Visit
    person_id: UUID
    name: str
    search: str
    state: str
    kind: str
    word: Any
    column: str
    number: int | None
    age: int | None
    birth_year: int | None
    go: str = ""
    clean: bool = False
    choice: Choice | None = None
    interval: int | None = None
    until: int | None = None
    outcome: str = ""
    command_id: UUID | None = None
    vial: OpenVial | None = None


class Column(msgspec.Struct):
    """A column of the board. ``more`` cards are left out of the last one."""

    key: str
    title: Any
    number: int
    cards: list[Card]
    count: int
    more: int = 0


class Board(msgspec.Struct):
    """Everything the template draws."""

    columns: list[Column]
    doses: int
    not_given: int
    waiting: int
    lots: list[dict[str, Any]]
    own: str


def fingerprint(desk: Desk) -> str:
    """Changes exactly when the board does: what is drawn, for whom and in which language. Time runs in the browser."""
    drawn = msgspec.json.encode(
        [
            desk.session, desk.stock, desk.vials, desk.visits, sorted(desk.rights), get_language(), own_column(desk),
            desk.today,
        ]
    )  # fmt: skip
    return hashlib.blake2b(drawn, digest_size=12).hexdigest()


def own_column(desk: Desk) -> str:
    """The column of the one role a person holds here; none for a nurse who does everything."""
    here = {grant.role for grant in desk.actor.grants if grant.facility_id == desk.session.facility_id}
    return _OWN_COLUMN.get(next(iter(here)), "") if len(here) == 1 else ""


def board_of(desk: Desk) -> Board:
    """Draw the people of a desk; their names must have been read."""
    offered = reads.product_choices(desk.session, desk.stock)
    cards = [
        _card(desk, visit, desk.people[visit.person_id], offered)
        for visit in desk.visits
        if visit.person_id in desk.people
    ]
    by_column: dict[str, list[Card]] = {key: [] for key in words.COLUMNS}
    for card in cards:
        by_column[card.column].append(card)
    # Whoever needs help first, then whoever's time is over the longest: the order never changes as the clock runs.
    by_column["observation"].sort(key=lambda card: (card.state != "reaction", card.until or 0))
    by_column["done"].sort(key=lambda card: _left_at(card.visit), reverse=True)
    columns = [
        Column(key, title, number, by_column[key], len(by_column[key]))
        for number, (key, title) in enumerate(words.COLUMNS.items(), 1)
    ]
    done = columns[-1]
    done.more = max(0, done.count - MOST_DONE)
    done.cards = done.cards[:MOST_DONE]
    doses = sum(visit.dosed_at is not None for visit in desk.visits)
    waiting = sum(len(by_column[key]) for key in ("waiting", "screening", "vaccination"))
    # with one product everybody who waits will need it; with several only those whose choice is made are sure
    needed = Counter(card.choice.lot for card in by_column["vaccination"] if card.choice is not None)
    if len(offered) == 1:
        needed[offered[0][2]] = waiting
    return Board(columns, doses, _not_vaccinated(cards), waiting, _lots(desk, offered, needed), own_column(desk))


def choices_for(desk: Desk, person: PersonFacts, visit: Visit, offered: Any = None) -> list[Choice]:
    """Today's products for a person, the best first: what the rules accept, then what they had before."""
    offered = reads.product_choices(desk.session, desk.stock) if offered is None else offered
    before = max(visit.doses, default=None)
    found = []
    for key, product_id, number, line in offered:
        decision = None
        if line is not None:
            decision = reads.check_at_desk(
                person, visit.doses, line, product_id, number, desk.session, desk.now, desk.today, desk.now
            )
        found.append(Choice(key, product_id, catalogue().name(product_id), number, line, decision))
    return sorted(
        found, key=lambda choice: (not choice.clean, before is None or choice.product_id != before.product_id)
    )


def age_of(desk: Desk, person: PersonFacts) -> int | None:
    """Whole years today; the most they may be where the birth date is not exact."""
    born = person.birth_date
    return age_on(born, person.birth_precision, desk.today).most if born is not None else None


def _card(desk: Desk, visit: Visit, person: PersonFacts, offered: Any) -> Card:
    state = visit.state(desk.now)
    # Overdue is told by the browser's clock, so that a board needs no refresh for time to pass.
    shown = EncounterState.OBSERVATION if state is EncounterState.OVERDUE else state
    kind, word = words.STATES[shown]
    column = _COLUMN.get(state, "done")
    born = person.birth_date
    card = Card(
        visit, person.id, person.name, fold(person.name), shown.value, kind, word, column, visit.expected,
        age_of(desk, person), born.year if born is not None else None, outcome=visit.screening_outcome or "",
    )  # fmt: skip
    go, right = _GO.get(column, ("", ""))
    if right in desk.rights:
        card.go = go
        card.command_id = new_id()
    if column == "vaccination":
        _ready(desk, card, visit, person, offered)
    if column == "observation" and visit.observe_until is not None:
        card.until = int(visit.observe_until.timestamp() * 1000)
    return card


def _ready(desk: Desk, card: Card, visit: Visit, person: PersonFacts, offered: Any) -> None:
    """What the vaccinator needs to see; Enter records when the rules have nothing to ask."""
    choices = choices_for(desk, person, visit, offered)
    card.choice = choices[0] if choices else None
    card.clean = card.choice is not None and card.choice.clean
    if card.choice is not None and card.choice.decision is not None:
        card.number = card.choice.decision.dose_number
    if card.choice is not None and card.choice.line is not None:
        card.vial = _vial(desk, card.choice.line.lot_id)
    if visit.doses:
        card.interval = (desk.today - max(dose.given_on for dose in visit.doses)).days


def _vial(desk: Desk, lot_id: int) -> OpenVial | None:
    """The vial the next dose of a lot comes from: the oldest open one in time, else the one whose time is over."""
    open_now = [one for one in desk.vials if one.vial.lot_id == lot_id and one.vial.closed_at is None]
    in_time = [one for one in open_now if desk.now <= one.vial.limit_at]
    return next(iter(in_time or open_now), None)


def _left_at(visit: Visit) -> datetime:
    return visit.released_at or visit.not_given_at or visit.screened_at or visit.arrived_at


def _not_vaccinated(cards: list[Card]) -> int:
    return sum(card.column == "done" and card.visit.dosed_at is None for card in cards)


def _lots(desk: Desk, offered: Any, needed: Counter[str]) -> list[dict[str, Any]]:
    """Lots of today with what is left; low when under two vials or under the people who wait for it."""
    found = []
    for _key, product_id, number, line in offered:
        balance = line.balance if line is not None else None
        kind = ""
        if balance is not None and balance <= 0:
            kind = "stop"
        elif balance is not None and balance < max(LOW_STOCK, needed[number]):
            kind = "question"
        if line is not None and not line.usable(desk.today):
            kind = "stop"
        found.append(
            {
                "name": catalogue().name(product_id), "number": number, "balance": balance, "kind": kind, "line": line,
                "vial": _vial(desk, line.lot_id) if line is not None else None, "command_id": new_id(),
            }
        )  # fmt: skip
    return found
