"""Results: of a sample known by its tube, of a person whose sample comes with it, of a pool."""

from __future__ import annotations

from lachan.immunization.batch import Batch, Item
from lachan.kernel.commands import Worked
from lachan.kernel.ids import new_id
from lachan.surveillance.laboratory.ledger import Found, Ledger, Pool, PoolFound, Sample, Tube
from lachan.surveillance.laboratory.methods import catalogue
from lachan.surveillance.laboratory.rules import (
    CONCLUSIVE,
    OPENING,
    assay_fault,
    before_sample,
    code_of,
    is_person,
    notes,
)


def record_results(batch: Batch, items: list[Item]) -> list[Worked]:
    """What was found, sample by sample and pool by pool; the cases of everybody concerned follow in the same
    transaction."""
    codes = [code_of(item.body.sample) if item.body.sample else None for item in items]
    ledger = Ledger(batch)
    untubed = [item.body.taken_at for item in items if item.body.taken_at is not None and not item.body.sample]
    ledger.read(items, [code for code in codes if code], untubed_at=untubed)
    done = [_record(ledger, item, code) for item, code in zip(items, codes, strict=True)]
    ledger.write()
    return done


def _record(ledger: Ledger, item: Item, code: str | None) -> Worked:
    body = item.body
    if body.sample and code is None:
        return item.refuse("sample_code_unreadable", sample=body.sample[:40])
    if code is not None and is_person(code):
        return item.refuse("sample_code_is_person")
    tube = ledger.tubes.get(code) if code is not None else None
    pooled = tube is not None and tube.pool_id is not None
    fault = assay_fault(catalogue(), body.disease, body.method, pooled=pooled)
    if fault is None and body.specimen and body.specimen not in catalogue().specimens:
        fault = "specimen_unknown", {"specimen": body.specimen[:40]}
    if fault is not None:
        return item.refuse(fault[0], **fault[1])
    if tube is not None and tube.pool_id is not None:
        return _of_pool(ledger, item, ledger.pools[tube.pool_id])
    sample = _sample(ledger, item, code, tube)
    return sample if isinstance(sample, Worked) else _of_sample(ledger, item, sample)


def _sample(ledger: Ledger, item: Item, code: str | None, tube: Tube | None) -> Sample | Worked:
    """The sample the tube stands for, or the one that comes with the result; why there is none."""
    body = item.body
    if tube is not None and tube.sample_id is not None:
        sample = ledger.samples[tube.sample_id]
        if item.resolved is not None and item.person.id != sample.person_id:
            return item.hold("sample_of_other", sample=code)
        ledger.owner(item, sample.person_id)
        return sample
    if item.resolved is None:
        return item.hold("sample_unknown", field="sample", sample=code)
    if body.taken_at is None:
        return item.refuse("taken_at_missing", field="taken_at")
    if code is None:
        before = ledger.untubed(item.person.id, body.taken_at, body.disease)
        if before is not None:
            return before
    if before_sample(body.taken_at, body.tested_at, item.command.happened_at):
        return _too_early(item, body.taken_at.isoformat())
    disease = catalogue().diseases[body.disease]
    assay = disease.assay(body.method)
    specimen = body.specimen or (assay.specimens[0] if assay else "")
    here = item.facility.id if item.facility is not None else None
    return ledger.add_sample(
        Sample(
            new_id(), item.person.id, body.taken_at, code, None, specimen, [body.disease], body.reason, None, None,
            here, "waiting",
        )
    )  # fmt: skip


def _of_sample(ledger: Ledger, item: Item, sample: Sample) -> Worked:
    body, at = item.body, item.command.happened_at
    if before_sample(sample.taken_at, body.tested_at, at):
        return _too_early(item, sample.taken_at.isoformat())
    # the negative of a pool speaks for a sample until the sample is tested by itself
    same = [
        one for one in ledger.results[sample.id]
        if one.disease == body.disease and one.method == body.method and one.pool_id is None
        and one.outcome in CONCLUSIVE
    ]  # fmt: skip
    if same and body.outcome in CONCLUSIVE:
        if same[-1].outcome == body.outcome:
            return item.accept(same[-1].id, known=True)
        return _differs(item, sample.code or "", same[-1])
    found = Found(
        new_id(), sample.person_id, sample.id, body.disease, body.method, body.device, body.outcome, body.ct,
        sample.taken_at, body.tested_at, at, item.facility.id if item.facility else None, None, "standing",
    )  # fmt: skip
    ledger.add_result(found)
    ledger.settle(sample)
    return item.accept(found.id, **_noted(item))


def _of_pool(ledger: Ledger, item: Item, pool: Pool) -> Worked:
    body, at = item.body, item.command.happened_at
    if item.resolved is not None:
        return item.hold("sample_of_other", sample=pool.code)
    if before_sample(pool.made_at, body.tested_at, at):
        return _too_early(item, pool.made_at.isoformat())
    same = [
        one for one in pool.results
        if one.disease == body.disease and one.status == "standing" and one.outcome != "invalid"
    ]  # fmt: skip
    if same:
        if same[-1].outcome == body.outcome:
            return item.accept(same[-1].id, known=True, members=len(pool.members))
        return _differs(item, pool.code, same[-1])
    found = PoolFound(
        new_id(), pool.id, body.disease, body.method, body.device, body.outcome, body.ct, body.tested_at, at,
        item.facility.id if item.facility else None, "standing",
    )  # fmt: skip
    ledger.add_pool_result(found)
    follow(ledger, pool, found)
    return item.accept(found.id, members=len(pool.members), outcome=found.outcome, **_noted(item))


def follow(ledger: Ledger, pool: Pool, found: PoolFound) -> None:
    """What the result of a pool means for its members: a negative each, a test by itself each, or nothing yet.

    A member whose own result stands already is left as it is.
    """
    state = "opened" if found.outcome in OPENING else "negative" if found.outcome == "negative" else "again"
    ledger.pool_is(pool, state)
    for sample_id, person_id in pool.members:
        sample = ledger.samples[sample_id]
        own = any(one.disease == found.disease and one.pool_id is None for one in ledger.results[sample_id])
        if state == "again" or own:
            continue
        if state == "opened":
            ledger.move(sample, "single")
            continue
        ledger.add_result(
            Found(
                new_id(), person_id, sample_id, found.disease, found.method, found.device, "negative", None,
                sample.taken_at, found.tested_at, found.resulted_at, found.facility_id, pool.id, "standing",
            )
        )  # fmt: skip
        ledger.settle(sample)


def _differs(item: Item, code: str, stored: Found | PoolFound) -> Worked:
    """What another laboratory found is not told to this one."""
    here = item.facility is not None and item.facility.id == stored.facility_id
    return item.hold("result_differs", sample=code, before=stored.outcome if here else "…")


def _too_early(item: Item, taken: str) -> Worked:
    return item.refuse("result_before_sample", sample=item.body.sample[:40], taken=taken)


def _noted(item: Item) -> dict[str, list[str]]:
    body = item.body
    said = notes(catalogue(), body.disease, body.method, body.device, body.ct)
    return {"notes": list(said)} if said else {}
