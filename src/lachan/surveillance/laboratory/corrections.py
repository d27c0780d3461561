"""Results that were wrong: another takes their place, or none. What was written stays."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import UNSET

from lachan.access import scopes
from lachan.immunization.batch import Batch, Item
from lachan.kernel.commands import Worked
from lachan.kernel.ids import new_id
from lachan.places import queries as places
from lachan.surveillance.laboratory.ledger import Found, Ledger, Pool, PoolFound
from lachan.surveillance.laboratory.methods import catalogue
from lachan.surveillance.laboratory.results import follow
from lachan.surveillance.laboratory.rules import assay_fault, code_of


def correct_results(batch: Batch, items: list[Item]) -> list[Worked]:
    """A new result takes the place of each; of a pool, what follows for its members is decided anew."""
    return _each(batch, items, _correct, _correct_pool)


def withdraw_results(batch: Batch, items: list[Item]) -> list[Worked]:
    """There were no such results; the samples wait to be tested again."""
    return _each(batch, items, _withdraw, _withdraw_pool)


def _each(batch: Batch, items: list[Item], of_sample: Any, of_pool: Any) -> list[Worked]:
    codes = [code_of(item.body.sample) if item.body.sample else None for item in items]
    ledger = Ledger(batch)
    ledger.read(items, [code for code in codes if code], result_ids=[item.body.result_id for item in items])
    done = []
    for item, code in zip(items, codes, strict=True):
        tube = ledger.tubes.get(code) if code else None
        if item.body.sample and tube is None:
            done.append(item.refuse("sample_unknown", field="sample", sample=item.body.sample[:40]))
        elif tube is not None and tube.pool_id is not None:
            pool = ledger.pools[tube.pool_id]
            stored = next((one for one in pool.results if one.id == item.body.result_id), None)
            done.append(_unfit(batch, item, stored) or of_pool(ledger, item, pool, stored))
        else:
            if tube is not None and tube.person_id is not None:
                ledger.owner(item, tube.person_id)
            found = ledger.by_id.get(item.body.result_id)
            mine = found if found is not None and found.person_id == item.person.id else None
            done.append(_unfit(batch, item, mine) or of_sample(ledger, item, mine))
    ledger.write()
    return done


def _unfit(batch: Batch, item: Item, stored: Found | PoolFound | None) -> Worked | None:
    """Why this result is not the sender's to change."""
    if stored is None:
        return item.refuse("result_unknown", field="result_id")
    item.facility = places.facility(stored.facility_id) if stored.facility_id is not None else None
    if not scopes.may_at(batch.actor, item.command.verb, stored.facility_id):
        return item.refuse("not_allowed_here", facility=item.facility.name if item.facility else "")
    if stored.status != "standing":
        return item.refuse("result_corrected_before", field="result_id")
    if isinstance(stored, Found) and stored.pool_id is not None:
        return item.refuse("result_of_pool", field="result_id")
    return None


def _correct(ledger: Ledger, item: Item, stored: Found) -> Worked:
    changed = _changed(item, stored, pooled=False)
    if isinstance(changed, Worked):
        return changed
    new = msgspec.structs.replace(stored, id=new_id(), status="standing", **changed)
    if new.tested_at is not None and new.tested_at < new.taken_at:
        return item.refuse("result_before_sample", sample=item.body.sample[:40], taken=new.taken_at.isoformat())
    ledger.end_result(stored, "corrected", item.command.happened_at, item.body.reason, new.id)
    ledger.add_result(new, corrects=stored.id)
    ledger.settle(ledger.samples[stored.sample_id])
    return item.accept(new.id, before=stored.outcome, outcome=new.outcome)


def _withdraw(ledger: Ledger, item: Item, stored: Found) -> Worked:
    ledger.end_result(stored, "withdrawn", item.command.happened_at, item.body.reason)
    sample = ledger.samples[stored.sample_id]
    ledger.settle(sample)
    if not ledger.results[sample.id]:
        ledger.move(sample, "again")
    return item.accept(stored.id, before=stored.outcome)


def _correct_pool(ledger: Ledger, item: Item, pool: Pool, stored: PoolFound) -> Worked:
    changed = _changed(item, stored, pooled=True)
    if isinstance(changed, Worked):
        return changed
    new = msgspec.structs.replace(stored, id=new_id(), status="standing", **changed)
    _end_pool(ledger, item, pool, stored, "corrected")
    ledger.add_pool_result(new, corrects=stored.id)
    follow(ledger, pool, new)
    return item.accept(new.id, before=stored.outcome, outcome=new.outcome, members=len(pool.members))


def _withdraw_pool(ledger: Ledger, item: Item, pool: Pool, stored: PoolFound) -> Worked:
    _end_pool(ledger, item, pool, stored, "withdrawn")
    ledger.pool_is(pool, "again")
    return item.accept(stored.id, before=stored.outcome, members=len(pool.members))


def _end_pool(ledger: Ledger, item: Item, pool: Pool, stored: PoolFound, kind: str) -> None:
    """The pool's result stands no longer, and neither do the negatives that rested on it; the members are in the pool
    again as before, except those that were tested by themselves."""
    ledger.end_pool_result(stored, kind, item.body.reason)
    for sample_id, _ in pool.members:
        sample = ledger.samples[sample_id]
        for found in list(ledger.results[sample_id]):
            if found.pool_id == pool.id and found.disease == stored.disease:
                ledger.end_result(found, kind, item.command.happened_at, item.body.reason)
        if not any(found.pool_id is None for found in ledger.results[sample_id]):
            ledger.move(sample, "pooled")


def _changed(item: Item, stored: Found | PoolFound, *, pooled: bool) -> dict[str, Any] | Worked:
    """The fields that differ, by name; refused when nothing does, or when it could not be a result."""
    sent = item.body.changes
    named = ("outcome", "method", "device", "tested_at")
    said = {name: value for name in named if (value := getattr(sent, name)) is not None}
    if sent.ct is not UNSET:
        said["ct"] = sent.ct
    changed = {name: value for name, value in said.items() if value != getattr(stored, name)}
    if not changed:
        return item.refuse("result_same")
    fault = assay_fault(catalogue(), stored.disease, changed.get("method", stored.method), pooled=pooled)
    return item.refuse(fault[0], **fault[1]) if fault is not None else changed
