"""A person corrected, found to be somebody known, or not after all. What joins or parts records goes one by one."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import msgspec

from lachan.access import scopes
from lachan.immunization.batch import Batch, Item
from lachan.immunization.bodies.persons import MergeIn, UnmergeIn
from lachan.immunization.operations.joined_doses import same_day
from lachan.immunization.operations.messages import NewMessage, queue_messages
from lachan.immunization.operations.restate import ACTIVE, Restating, WholeDose, whole_doses
from lachan.immunization.queries.person import seen_at
from lachan.immunization.rules.bands import age_band
from lachan.kernel.commands import Worked
from lachan.people.facts import PersonChangesIn, PersonFacts
from lachan.people.intake import Fault, parse_birth
from lachan.people.merging.operations import merge_in, unmerge_in
from lachan.people.merging.queries import MergeProblem, differing_trusted, in_the_way, merges_of_in
from lachan.people.operations import amend_in
from lachan.people.operations.amend import Amended, HeldByOther


def merge_persons(batch: Batch, items: list[Item]) -> list[Worked]:
    """``other`` becomes part of ``person``: rows, numbers, counters and journal in one transaction."""
    return [_merge(batch, item) for item in items]


def unmerge_persons(batch: Batch, items: list[Item]) -> list[Worked]:
    """Two records again: what was each one's own, and the later facts that are named."""
    return [_unmerge(batch, item) for item in items]


def amend_persons(batch: Batch, items: list[Item]) -> list[Worked]:
    """Correct records; doses that count under another sex, age or commune are counted there."""
    return _amend(batch, items)


def _merge(batch: Batch, item: Item) -> Worked:
    body: MergeIn = item.body
    assert item.other is not None
    assert item.other.person is not None
    survivor, going = item.person, item.other.person
    if survivor.id == going.id:
        return item.refuse("same_record", field="other")
    if not _may_change(batch, item.command.verb, [survivor, going]):
        return item.refuse("not_your_person")
    differing = differing_trusted(batch.cursor, survivor.id, going.id)
    if differing and batch.actor.kind != "user":  # law: never automatically
        return item.refuse("trusted_numbers_differ", systems=differing)
    doses = whole_doses(batch.cursor, [survivor.id, going.id])
    pairs = same_day([d for d in doses if d.person_id == going.id], [d for d in doses if d.person_id == survivor.id])
    for dose, twin in pairs:
        if dose.product_id != twin.product_id:
            return item.hold(
                "merge_doses_differ", given_on=dose.given_on.isoformat(), product=_name(batch, twin),
                other_product=_name(batch, dose), candidates=[str(going.id)],
            )  # fmt: skip
    merge_id = merge_in(
        batch.cursor, survivor, going, reason=body.reason.strip(), evidence=body.evidence, actor_id=batch.actor.id,
        now=batch.now,
    )  # fmt: skip
    return item.accept(merge_id, person_id=str(survivor.id), ended=differing, set_aside=len(pairs))


def _unmerge(batch: Batch, item: Item) -> Worked:
    body: UnmergeIn = item.body
    merge = item.merge
    assert merge is not None
    if not merge.stands:
        return item.refuse("merge_undone", field="merge_id")
    later = in_the_way(merge, merges_of_in(batch.cursor, [merge.survivor_id]))
    if later is not None:
        return item.refuse("merged_again", merge=str(later.id), merged_on=later.merged_at.date().isoformat())
    # whoever could make it can undo it, though the record that went lives where the other one does by now
    if not _may_change(batch, item.command.verb, [item.person], (merge.survivor_area_id, merge.going_area_id)):
        return item.refuse("not_your_person")
    try:
        went = unmerge_in(
            batch.cursor, merge, set(body.facts), reason=body.reason.strip(), actor_id=batch.actor.id, now=batch.now
        )
    except MergeProblem as problem:  # somebody was quicker, between the look-up and the lock
        return item.refuse(problem.reason, **problem.params)
    return item.accept(merge.id, person_id=str(merge.going_id), survivor_id=str(merge.survivor_id), went=len(went))


def _amend(batch: Batch, items: list[Item]) -> list[Worked]:
    """Corrections of different persons: what can be read and counted for all of them is, in one statement."""
    done: dict[int, Worked] = {}
    doses: dict[UUID, list[WholeDose]] = {item.person.id: [] for item in items}
    for dose in whole_doses(batch.cursor, list(doses)):
        if dose.status == ACTIVE:
            doses[dose.person_id].append(dose)
    wanted = []
    for index, item in enumerate(items):
        changes = item.body.changes
        against = _against_doses(changes, doses[item.person.id])
        if not _may_amend(batch, item):
            done[index] = item.refuse("not_your_person")
        elif against is not None:
            done[index] = item.refuse(against.reason, **against.params)
        else:
            wanted.append(index)
    asked = [(items[index].person, items[index].body.changes) for index in wanted]
    answers = amend_in(batch.cursor, asked, actor_id=batch.actor.id, now=batch.now, today=batch.today) if asked else []
    reached: list[NewMessage] = []
    writing = Restating(batch.cursor, batch.actor.id, batch.now)
    for index, answer in zip(wanted, answers, strict=True):
        item = items[index]
        if isinstance(answer, Fault):
            done[index] = item.refuse(answer.reason, **answer.params)
        elif isinstance(answer, HeldByOther):
            candidates = [str(answer.holder.id)]
            done[index] = item.hold("identifier_of_other", field="changes.add_identifiers", candidates=candidates)
        else:
            _recount(writing, answer, item.body.changes, doses[item.person.id])
            if {"added phone", "added email"} & set(answer.fields):
                reached.append(NewMessage(item.person.id, item.command.id, "contact_added", {}))
            done[index] = item.accept(item.person.id, fields=answer.fields)
    writing.write()
    # to the contact that was there before: whoever did not ask for it learns of it
    queue_messages(batch.cursor, reached, now=batch.now)
    return [done[index] for index in range(len(items))]


def _may_amend(batch: Batch, item: Item) -> bool:
    """Whoever presents a document is served, its number or a contact entered; else it takes who knows the person."""
    changes = item.body.changes
    adding_only = changes == PersonChangesIn(add_identifiers=changes.add_identifiers, add_contacts=changes.add_contacts)
    return (adding_only and scopes.may_serve(batch.actor)) or _may_change(batch, item.command.verb, [item.person])


def _recount(writing: Restating, done: Amended, changes: PersonChangesIn, doses: list[WholeDose]) -> None:
    """Doses under the sex, age and commune the person has now; a move leaves those before it where they were."""
    before, after = done.before, done.after
    moved = before.residence_id != after.residence_id
    for dose in doses:
        new: dict[str, object] = {}
        if before.sex != after.sex:
            new["sex"] = after.sex
        if before.birth_date != after.birth_date:
            new["age_band"] = age_band(after.birth_date, dose.given_on)
        if moved and (changes.residence_since is None or dose.given_on >= changes.residence_since):
            new["residence_id"] = after.residence_id
        if new:
            writing.change(dose, **new)


def _against_doses(changes: PersonChangesIn, doses: list[WholeDose]) -> Fault | None:
    """A birth after a dose, or a death before one: one of the two is wrong, and the dose is corrected first."""
    if not doses:
        return None
    first, last = doses[0].given_on, doses[-1].given_on
    birth = parse_birth(changes.birth_date) if changes.birth_date is not None else None
    if birth is not None and birth[0] is not None and birth[0] > first:
        return Fault("born_after_dose", {"field": "changes.birth_date", "given_on": first.isoformat()})
    died = changes.died_on
    if died is not msgspec.UNSET and died is not None and isinstance(died, date) and died < last:
        return Fault("died_before_dose", {"field": "changes.died_on", "given_on": last.isoformat()})
    return None


def _may_change(batch: Batch, verb: str, persons: list[PersonFacts], areas: tuple[int | None, ...] = ()) -> bool:
    """One of them lives (or lived, in ``areas``) where the actor may do this, or was received at a facility of the
    actor's."""
    actor = batch.actor
    lived = {*areas, *(person.residence_id for person in persons)} - {None}
    if actor.kind == "system" or any(scopes.area_in_scope(actor, area or 0, verb) for area in lived):
        return True
    facilities = scopes.facility_ids(actor, verb)
    return facilities is None or not facilities.isdisjoint(seen_at(batch.cursor, [person.id for person in persons]))


def _name(batch: Batch, dose: WholeDose) -> str:
    return batch.catalogue.name(dose.product_id)
