"""What people say of a case, and what follows: reports, onset, course, isolation, source, cluster."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import msgspec
from msgspec import UNSET

from lachan.access import scopes
from lachan.access.actors import Actor
from lachan.access.rules import may
from lachan.immunization.batch import Batch, Item
from lachan.immunization.rules.facts import VIETNAM
from lachan.kernel.commands import Worked
from lachan.kernel.outcomes import ACCEPTED, Outcome
from lachan.places import queries as places
from lachan.places.rules import COMMUNE
from lachan.surveillance.cases import rows
from lachan.surveillance.cases.book import CaseBook, answerable
from lachan.surveillance.cases.rows import CaseRow
from lachan.surveillance.rules.definitions import LINKS, again_after, diseases

FAR: Final = timedelta(days=60)  # an onset further from the first evidence is a slip of the pen
_SIGNS: Final = {"yes": True, "no": False, "unknown": None}

Step = Callable[[CaseBook, Item, CaseRow], Worked]


def book_of(batch: Batch, items: list[Item]) -> CaseBook:
    return CaseBook(batch.cursor, {item.person.id for item in items}, actor_id=batch.actor.id, now=batch.now)


def each(batch: Batch, items: list[Item], step: Step, book: CaseBook | None = None) -> list[Worked]:
    """Every item with its case, when there is one within the actor's places; classes follow from what was said."""
    book = book or book_of(batch, items)
    done: list[Worked] = []
    touched: list[CaseRow | None] = []
    for item in items:
        row = book.of_id(item.person.id, item.body.case_id)
        if row is not None and row.joined_into is not None:
            row = book.of_id(item.person.id, row.joined_into) or row  # the same illness under its other name
        if row is None:
            done.append(item.refuse("case_not_theirs", field="case_id"))
        elif not within(batch, item.command.verb, row):
            done.append(item.refuse("not_allowed_here", facility=""))
            row = None
        else:
            done.append(step(book, item, row))
            row = row if done[-1].outcome.status == ACCEPTED else None
        touched.append(row)
    return _settled(book, done, touched)


def _settled(book: CaseBook, done: list[Worked], touched: list[CaseRow | None]) -> list[Worked]:
    """Classes after what was said; who said it learns the case and its class."""
    book.settle({row.pair for row in touched if row is not None})
    book.write()
    return [_told(worked, row) if row is not None else worked for worked, row in zip(done, touched, strict=True)]


def _told(worked: Worked, row: CaseRow) -> Worked:
    status, reason, record, params = worked.outcome
    told = {"case": str(row.joined_into or row.id), "code": row.code, "class": row.classification}
    return worked._replace(outcome=Outcome(status, reason, record, {**(params or {}), **told}))


def within(batch: Batch, verb: str, row: CaseRow) -> bool:
    """Where the person is, for officers; for everybody at a facility what that facility reported or sampled."""
    actor = batch.actor
    if row.facility_id is not None and scopes.facility_in_scope(actor, row.facility_id, verb):
        return True
    return actor.kind == "system" or (row.area_id is not None and answers_for(actor, row.area_id, verb))


def answers_for(actor: Actor, area_id: int, verb: str) -> bool:
    """Whether the actor holds the verb in an area, not merely near a facility of theirs."""
    officer = replace(actor, grants=tuple(grant for grant in actor.grants if grant.area_id is not None))
    return may(officer, verb) and scopes.area_in_scope(officer, area_id, verb)


def report(batch: Batch, items: list[Item]) -> list[Worked]:
    """A suspicion, from a facility or an officer. A second one of the same illness adds what it knows."""
    book = book_of(batch, items)
    done: list[Worked] = []
    touched: list[CaseRow | None] = []
    for item in items:
        refused = _misplaced(batch, item)
        if refused is not None:
            done.append(refused)
            touched.append(None)
            continue
        row = _found(book, item)
        if isinstance(row, Worked):
            done.append(row)
            touched.append(None)
            continue
        _report(book, item, row)
        done.append(item.accept(row.id))
        touched.append(row)
    return _settled(book, done, touched)


def _misplaced(batch: Batch, item: Item) -> Worked | None:
    body = item.body
    if body.disease not in diseases():
        return item.refuse("disease_unknown", field="disease", disease=body.disease[:40])
    if item.facility is None:
        scope = scopes.area_ids(batch.actor, item.command.verb)
        if scope is not None and item.person.residence_id not in scope:
            return item.refuse("not_allowed_here", facility="")
    if body.symptomatic == "no" and (body.onset_on is not None or body.symptoms):
        return item.refuse("onset_without_signs", field="symptomatic")
    return _too_far(item, item.command.happened_at)


def _too_far(item: Item, evidence: datetime) -> Worked | None:
    day = item.body.onset_on
    if day is None:
        return None
    if item.person.birth_date is not None and item.person.birth_precision == "D" and day < item.person.birth_date:
        return item.refuse("onset_before_birth", field="onset_on")
    if abs(day - evidence.astimezone(VIETNAM).date()) > FAR:
        return item.refuse("onset_far", field="onset_on", days=FAR.days)
    return None


def _found(book: CaseBook, item: Item) -> CaseRow | Worked:
    """The case a report is about: named, or the one of this time of illness, or a new one."""
    body, pair, at = item.body, (item.person.id, item.body.disease), item.command.happened_at
    if body.case_id is not None and (named := book.of_id(item.person.id, body.case_id)) is not None:
        return named if named.disease == body.disease else item.refuse("case_other_disease", field="case_id")
    near = [
        row for row in book.cases[pair]
        if row.joined_into is None
        and abs(row.happened_at - at) < again_after(body.disease, min(row.happened_at, at))
    ]  # fmt: skip
    if near:
        return max(near, key=lambda row: row.happened_at)
    if body.case_id is not None and rows.of_ids(book.cursor, [body.case_id]):
        return item.refuse("case_id_taken", field="case_id")
    area_id = answerable(item.person.residence_id, item.facility.id if item.facility is not None else None)
    return book.open(pair, at, case_id=body.case_id, area_id=area_id)


def _report(book: CaseBook, item: Item, row: CaseRow) -> None:
    body, at = item.body, item.command.happened_at
    onset = row.onset_on
    row.suspected_at = min(row.suspected_at or at, at)
    if body.symptomatic != "unknown" or row.symptomatic is None:
        row.symptomatic = True if body.symptoms or body.onset_on else _SIGNS[body.symptomatic]
    row.symptoms = sorted({*row.symptoms, *body.symptoms})
    row.onset_on = row.onset_on or body.onset_on
    row.link = max(row.link, body.link, key=lambda link: LINKS[link])
    row.severity = body.severity or row.severity
    row.hospital = body.hospital or row.hospital
    if row.facility_id is None and item.facility is not None:
        row.facility_id = item.facility.id
    book.say(row, "report", at, _said(body), "onset" if row.onset_on != onset else "")


def onset(batch: Batch, items: list[Item]) -> list[Worked]:
    """The day of the first signs, learnt or corrected: the window in which others may have been infected moves."""

    def step(book: CaseBook, item: Item, row: CaseRow) -> Worked:
        body = item.body
        if body.symptomatic == "no" and (body.onset_on is not None or body.symptoms):
            return item.refuse("onset_without_signs", field="symptomatic")
        refused = _too_far(item, row.sampled_at or row.happened_at)
        if refused is not None:
            return refused
        before = (row.symptomatic, row.onset_on, row.symptoms)
        row.symptomatic = True if body.onset_on is not None or body.symptoms else _SIGNS[body.symptomatic]
        row.onset_on = body.onset_on
        if row.symptomatic is False:
            row.symptoms = []
        elif body.symptoms is not None:
            row.symptoms = sorted(set(body.symptoms))
        if before == (row.symptomatic, row.onset_on, row.symptoms):
            return item.refuse("case_nothing_new")
        moved = before[:2] != (row.symptomatic, row.onset_on)
        book.say(row, "onset", item.command.happened_at, _said(body), "onset" if moved else "")
        return item.accept(row.id)

    return each(batch, items, step)


def course(batch: Batch, items: list[Item]) -> list[Worked]:
    """How grave it is, where the person lies, how it ended. A death is not taken back without a reason."""

    def step(book: CaseBook, item: Item, row: CaseRow) -> Worked:
        body = item.body
        said = _said(body)
        if not said:
            return item.refuse("case_nothing_new")
        if row.outcome == "died" and body.outcome not in (None, "died") and len(body.reason.strip()) < 3:
            return item.refuse("death_taken_back", field="reason")
        if body.outcome and body.outcome_on is None and row.outcome_on is None:
            return item.refuse("outcome_without_day", field="outcome_on")
        if body.outcome_on is not None and row.onset_on is not None and body.outcome_on < row.onset_on:
            return item.refuse("outcome_before_onset", field="outcome_on")
        for name in ("severity", "hospital", "outcome", "outcome_on", "link"):
            value = getattr(body, name)
            if value is not None:
                setattr(row, name, value)
        if body.outcome == "":
            row.outcome_on = None
        ends = body.outcome == "died" and row.ended_at is None
        returns = body.outcome not in (None, "died") and row.end_rule == "died"
        if ends:
            row.ended_at, row.end_rule = item.command.happened_at, "died"
        elif returns:
            row.ended_at, row.end_rule = None, ""
        book.say(
            row,
            "course",
            item.command.happened_at,
            said,
            "ended" if ends else "amended" if body.link or returns else "",
        )
        return item.accept(row.id)

    return each(batch, items, step)


def isolate(batch: Batch, items: list[Item]) -> list[Worked]:
    """Since when the person is apart from others: nobody is infected after it."""

    def step(book: CaseBook, item: Item, row: CaseRow) -> Worked:
        body = item.body
        if (row.isolated_at, row.isolation_kind, row.isolation_place) == (body.isolated_at, body.kind, body.place):
            return item.refuse("case_nothing_new")
        moved = row.isolated_at != body.isolated_at
        row.isolated_at, row.isolation_kind, row.isolation_place = body.isolated_at, body.kind, body.place
        book.say(row, "isolate", item.command.happened_at, _said(body), "isolated" if moved else "")
        return item.accept(row.id)

    return each(batch, items, step)


def source(batch: Batch, items: list[Item]) -> list[Worked]:
    """From whom, since when, or from which country."""
    book = book_of(batch, items)
    wanted = {item.body.source_case_id for item in items if isinstance(item.body.source_case_id, UUID)}
    known = {row.id: row for row in rows.of_ids(batch.cursor, wanted)} if wanted else {}

    def step(book: CaseBook, item: Item, row: CaseRow) -> Worked:
        body, named = item.body, item.body.source_case_id
        if isinstance(named, UUID):
            found = known.get(named)
            if found is None or found.disease != row.disease:
                return item.refuse("source_unknown", field="source_case_id")
            if found.person_id == row.person_id:
                return item.refuse("source_self", field="source_case_id")
            row.source_case_id, row.link = named, "contact"
        elif named is None:
            row.source_case_id = None
        before = row.infected_from
        if body.infected_from is not UNSET:
            row.infected_from = body.infected_from
        if body.imported_from is not None:
            row.imported_from = body.imported_from
        book.say(
            row, "source", item.command.happened_at, _said(body), "onset" if before != row.infected_from else "amended"
        )
        return item.accept(row.id)

    return each(batch, items, step, book)


def cluster(batch: Batch, items: list[Item]) -> list[Worked]:
    """The cluster the case belongs to."""

    def step(book: CaseBook, item: Item, row: CaseRow) -> Worked:
        row.cluster = item.body.cluster.strip()
        book.say(row, "cluster", item.command.happened_at, _said(item.body), "amended")
        return item.accept(row.id)

    return each(batch, items, step)


def move(batch: Batch, items: list[Item]) -> list[Worked]:
    """The case goes to the commune where the person is now; responsibility moves, the whole story stays with it."""

    def step(book: CaseBook, item: Item, row: CaseRow) -> Worked:
        area = places.area_at(item.body.commune, COMMUNE, item.body.commune_on or batch.today)
        if area is None:
            return item.refuse("commune_not_known", field="commune", commune=item.body.commune)
        if area.id == row.area_id:
            return item.refuse("case_nothing_new")
        row.area_id = area.id
        book.say(row, "move", item.command.happened_at, {**_said(item.body), "place": area.full_name}, "amended")
        return item.accept(row.id)

    return each(batch, items, step)


def _said(body: Any) -> dict[str, Any]:
    """What was said, as plain values; what was left out is not there."""
    found = {name: getattr(body, name) for name in body.__struct_fields__ if name not in ("person", "case_id")}
    return {name: msgspec.to_builtins(value) for name, value in found.items() if value not in (None, "", UNSET)}
