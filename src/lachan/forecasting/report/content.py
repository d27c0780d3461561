"""What a situation report says: figures, changes, places, forecast, alarms, debts, the state of the data. Pure.

The content is the report. It is sealed when it is made; pages and PDFs are drawn from it and from nothing else, so that
a morning later nothing in it has changed.
"""

from __future__ import annotations

from datetime import date, datetime
from hashlib import sha256
from typing import Final, Literal

import msgspec

from lachan.kernel.words import Words

FORM: Final = 2  # of the content; a later form is read beside the older ones
Kind = Literal["count", "rate", "share", "ratio", "days"]


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """One figure with yesterday's beside it. ``spark``: the last 28 days, None where nothing was known.

    ``good``: whether a rise is good (+1), bad (-1) or neither (0); it chooses the shape of the arrow, never a colour
    alone. ``value`` is None where the figure cannot be said; ``why`` then says why.
    """

    id: str
    name: Words
    value: float | None
    before: float | None
    kind: Kind = "count"
    good: int = 0
    spark: tuple[float | None, ...] = ()
    why: Words | None = None


class Where(msgspec.Struct, frozen=True):
    """A page that shows more, by what it is: the house's addresses may change, a report may not."""

    page: Literal["place", "tasks", "debt"]
    area_id: int


class Sentence(msgspec.Struct, frozen=True):
    """One thing that changed, and the page that shows it."""

    text: Words
    where: Where | None = None


class Spot(msgspec.Struct, frozen=True):
    """A place of the map: ``x`` to the east and ``y`` to the south, in squares of the tile map or in degrees.
    ``value``: per 100,000 in seven days, None where it cannot be said; ``people`` live there."""

    name: str
    x: float
    y: float
    value: float | None
    people: int


class Map(msgspec.Struct, frozen=True):
    """What lies in a place, drawn: a square a province, or a point a commune."""

    kind: Literal["tiles", "points"]
    spots: tuple[Spot, ...]


class PlaceRow(msgspec.Struct, frozen=True, kw_only=True):
    """A place below: new cases of the day and of seven days, per 100,000, growth (1.2 is a fifth more), Rt."""

    area_id: int
    name: str
    today: int
    week: int
    incidence: float | None = None
    growth: float | None = None
    rt: float | None = None


class Band(msgspec.Struct, frozen=True):
    """The forecast of one week: central intervals of half and of nine tenths."""

    end: date
    q05: float
    q25: float
    q50: float
    q75: float
    q95: float


class Outlook(msgspec.Struct, frozen=True, kw_only=True):
    """The forecast shown. ``blocked``: why there is none; ``inside``/``of``: how often the truth lay in nine tenths."""

    measure: Words
    history: tuple[tuple[date, float | None], ...] = ()
    bands: tuple[Band, ...] = ()
    said: Words | None = None
    blocked: Words | None = None
    inside: int | None = None
    of: int | None = None


class AlarmLine(msgspec.Struct, frozen=True, kw_only=True):
    """An alarm that stands: where, of what, since when, how strong, and what was done about it.

    ``observed``: cases of its last seven days; ``strength``: families of methods that agree. ``reason``: what somebody
    wrote about it, in reports of form 1 only: a sealed report must not keep what may name a person.
    """

    id: str
    place: str
    disease: Words
    since: date
    state: Words
    observed: float | None = None
    strength: int | None = None
    reason: str = ""


class AlarmCount(msgspec.Struct, frozen=True):
    """Alarms that stand in a place: all of them, and those nobody has taken up. The lines are the first of them."""

    standing: int
    open: int


class Debt(msgspec.Struct, frozen=True):
    """Something the system owes: doses not entered, identities not matched, tasks overdue."""

    name: Words
    value: int
    where: Where | None = None


class OpenNote(msgspec.Struct, frozen=True, kw_only=True):
    """A question or decision of an earlier meeting that is not settled."""

    id: str
    kind: Literal["question", "decision"]
    text: str
    who: str
    due: date | None
    since: date


class Content(msgspec.Struct, frozen=True, kw_only=True):
    """A whole report of one place and day. No person is in it."""

    form: int = FORM
    area_id: int
    place: str
    level: int
    day: date
    made_at: datetime
    disease: str
    figures: tuple[Figure, ...]
    changes: tuple[Sentence, ...]
    places: tuple[PlaceRow, ...]
    outlook: Outlook
    alarms: tuple[AlarmLine, ...]
    debts: tuple[Debt, ...]
    quality: tuple[Words, ...]
    notes: tuple[OpenNote, ...]
    map: Map | None = None
    alarm_count: AlarmCount | None = None


class Said(msgspec.Struct, frozen=True):
    """A figure of a kept report, no more of it read than what it said."""

    id: str
    value: float | None


class _Said(msgspec.Struct, frozen=True):
    figures: tuple[Said, ...]


def to_bytes(content: Content) -> bytes:
    """The one way to write a content: fields in their order, no spaces, counts as the floats they are read back as. The
    seal is over these bytes."""
    return msgspec.json.encode(from_bytes(msgspec.json.encode(content)))


def from_bytes(kept: bytes) -> Content:
    """Read a content that was kept."""
    return msgspec.json.decode(kept, type=Content)


def said_in(kept: bytes) -> dict[str, float | None]:
    """What a kept report said, by figure."""
    return {figure.id: figure.value for figure in msgspec.json.decode(kept, type=_Said).figures}


def seal(area_id: int, day: date, kept: bytes, before: str) -> str:
    """Hex digest (SHA-256) over place, day, the content and the seal of the place's report before it: a chain, so that
    none can be taken out or put in later."""
    head = f"{area_id}|{day.isoformat()}|{before}|".encode()
    return sha256(head + kept).hexdigest()


class Change(msgspec.Struct, frozen=True):
    """A figure of today beside yesterday's report of it."""

    figure: Figure
    then: float | None  # what yesterday's report said of its own day
    now_said: float | None  # what is said today of that day: late reports come in


def against(today: Content, yesterday: Content | None) -> tuple[Change, ...]:
    """Each figure of today with what yesterday's report said, and what today's says of yesterday."""
    said = {figure.id: figure.value for figure in yesterday.figures} if yesterday else {}
    return tuple(Change(figure, said.get(figure.id), figure.before) for figure in today.figures)
