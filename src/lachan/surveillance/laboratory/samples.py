"""Tests asked for, samples taken, samples put together into a pool."""

from __future__ import annotations

from uuid import UUID

import msgspec

from lachan.immunization.batch import Batch, Item
from lachan.kernel import arrays
from lachan.kernel.arrays import columns
from lachan.kernel.commands import Worked
from lachan.kernel.ids import new_id
from lachan.kernel.statements import load
from lachan.places import queries as places
from lachan.surveillance.laboratory.ledger import Ledger, Pool, Sample
from lachan.surveillance.laboratory.methods import Catalogue, catalogue
from lachan.surveillance.laboratory.rules import MOST_IN_POOL, code_of, is_person


def place_orders(batch: Batch, items: list[Item]) -> list[Worked]:
    """Somebody asks for a test of a person; it waits until a sample is taken for it."""
    done, rows = [], []
    for item in items:
        body, at = item.body, item.command.happened_at
        unknown = _unknown_disease(item)
        if unknown is not None:
            done.append(unknown)
            continue
        order, diseases = new_id(), _json(body.diseases)
        facility_id = item.facility.id if item.facility is not None else None
        rows.append((order, item.person.id, at, body.reason, diseases, facility_id, body.note))
        told = _json({"order": order, "reason": body.reason, "diseases": body.diseases})
        batch.record("test.ordered", item.person.id, at, told)
        done.append(item.accept(order))
    if rows:
        first = [batch.actor.id, batch.now]
        arrays.execute(batch.cursor, load("surveillance", "insert_lab_orders"), first + columns(rows))
    return done


def take_samples(batch: Batch, items: list[Item]) -> list[Worked]:
    """A sample of a person, in a tube of its own or in one shared with others."""
    codes = [code_of(item.body.sample or item.body.pool) for item in items]
    ledger = Ledger(batch)
    ledger.read(items, [code for code in codes if code])
    orders = _Orders(batch, items)
    done = [_take(ledger, orders, item, code) for item, code in zip(items, codes, strict=True)]
    ledger.write()
    orders.write()
    return done


def _take(ledger: Ledger, orders: _Orders, item: Item, code: str | None) -> Worked:
    body, known = item.body, catalogue()
    refused = _unfit_code(item, code, body.sample or body.pool) or _unknown_disease(item) or _unfit_specimen(item)
    if refused is not None or code is None:
        return refused or item.refuse("sample_code_unreadable")
    laboratory_id = _laboratory(item)
    if isinstance(laboratory_id, Worked):
        return laboratory_id
    tube = ledger.tubes.get(code)
    specimen = body.specimen or _usual(known, body.diseases)
    sample = Sample(
        body.sample_id or new_id(), item.person.id, item.command.happened_at, code if body.sample else None, None,
        specimen, list(dict.fromkeys(body.diseases)), body.reason, None, item.facility.id if item.facility else None,
        laboratory_id, "waiting",
    )  # fmt: skip
    if body.pool:
        pool = _shared(ledger, item, code, sample)
        if isinstance(pool, Worked):
            return pool
        sample.pool_id, sample.state = pool.id, "pooled"
    elif tube is not None:
        return item.refuse("sample_code_used", field="sample", sample=code)
    order = orders.answered_by(item, sample)
    if order is not None:
        sample.order_id, sample.reason = order[0], sample.reason or order[1]
    ledger.add_sample(sample)
    told = {"sample": sample.id, "diseases": sample.diseases, "facility": sample.facility_id or 0}
    ledger.batch.record("sample.taken", item.person.id, sample.taken_at, _json(told))
    return item.accept(sample.id, sample=code)


def _shared(ledger: Ledger, item: Item, code: str, sample: Sample) -> Pool | Worked:
    """The pool whose tube this swab goes into; the first swab makes it."""
    tube = ledger.tubes.get(code)
    if tube is None:
        return ledger.add_pool(
            Pool(
                new_id(), code, sample.taken_at, sample.specimen, sample.diseases, sample.laboratory_id, "waiting"
            )
        )  # fmt: skip
    if tube.pool_id is None:
        return item.refuse("sample_code_used", field="pool", sample=code)
    pool = ledger.pools[tube.pool_id]
    if pool.state != "waiting" or pool.results:
        return item.refuse("pool_tested", pool=code)
    if len(pool.members) >= MOST_IN_POOL:
        return item.refuse("pool_full", pool=code, most=MOST_IN_POOL)
    if any(person == item.person.id for _, person in pool.members):
        return item.refuse("pool_has_person", pool=code)
    if pool.diseases != sample.diseases:
        return item.refuse("pool_of_other_kind", pool=code)
    return pool


def pool_samples(batch: Batch, items: list[Item]) -> list[Worked]:
    """Samples in tubes of their own are tested as one: the pool's code stands for all of them from now on."""
    ledger = Ledger(batch)
    ledger.read(items, [code for item in items for written in (item.body.pool, *item.body.samples)
                        if (code := code_of(written))])  # fmt: skip
    done = [_pool(ledger, item) for item in items]
    ledger.write()
    return done


def _pool(ledger: Ledger, item: Item) -> Worked:
    body, code = item.body, code_of(item.body.pool)
    refused = _unfit_code(item, code, body.pool)
    if refused is not None or code is None:
        return refused or item.refuse("sample_code_unreadable")
    if code in ledger.tubes:
        return item.refuse("sample_code_used", field="pool", sample=code)
    members: list[Sample] = []
    for written in body.samples:
        member = _member(ledger, item, written, members)
        if isinstance(member, Worked):
            return member
        members.append(member)
    pool = ledger.add_pool(
        Pool(
            body.pool_id or new_id(), code, item.command.happened_at, members[0].specimen, members[0].diseases,
            item.facility.id if item.facility else None, "waiting",
        )
    )  # fmt: skip
    for sample in members:
        ledger.put_in(pool, sample)
        sample.pool_id = pool.id
        ledger.move(sample, "pooled")
    return item.accept(pool.id, members=len(members))


def _member(ledger: Ledger, item: Item, written: str, before: list[Sample]) -> Sample | Worked:
    """A sample that may go into the pool, or why it may not."""
    code = code_of(written)
    tube = ledger.tubes.get(code) if code else None
    if tube is None or tube.sample_id is None:
        return item.refuse("sample_unknown", field="samples", sample=_shown(written))
    sample = ledger.samples[tube.sample_id]
    if sample.state == "pooled":
        return item.refuse("sample_pooled", sample=code)
    if sample.state != "waiting" or ledger.results[sample.id]:
        return item.refuse("sample_tested", sample=code)
    if sample in before:
        return item.refuse("sample_twice", sample=code)
    if before and (sample.diseases != before[0].diseases or sample.specimen != before[0].specimen):
        return item.refuse("pool_of_other_kind", pool=code)
    if item.command.happened_at < sample.taken_at:
        return item.refuse("result_before_sample", sample=code, taken=sample.taken_at.isoformat())
    return sample


class _Orders:
    """Open orders of the people of a slice; each is answered by one sample."""

    def __init__(self, batch: Batch, items: list[Item]) -> None:
        self.batch = batch
        self.answered: list[tuple[UUID, UUID, UUID]] = []
        self.open: dict[UUID, list[tuple[UUID, set[str], str]]] = {}
        arrays.execute(batch.cursor, load("surveillance", "lab_orders_of"), [sorted({i.person.id for i in items})])
        for order, person, diseases, reason in batch.cursor.fetchall():
            asked = set(msgspec.json.decode(diseases) if isinstance(diseases, str) else diseases)
            self.open.setdefault(person, []).append((order, asked, reason))

    def answered_by(self, item: Item, sample: Sample) -> tuple[UUID, str] | None:
        """(id, reason) of the order named, else of the oldest for one of the diseases."""
        waiting = self.open.get(sample.person_id, [])
        for entry in waiting:
            order, asked, reason = entry
            if order == item.body.order_id or (item.body.order_id is None and asked.intersection(sample.diseases)):
                waiting.remove(entry)
                self.answered.append((sample.person_id, order, sample.id))
                return order, reason
        return None

    def write(self) -> None:
        if self.answered:
            arrays.execute(self.batch.cursor, load("surveillance", "lab_orders_sampled"), columns(self.answered))


def _unfit_code(item: Item, code: str | None, written: str) -> Worked | None:
    if code is None:
        return item.refuse("sample_code_unreadable", sample=_shown(written))
    return item.refuse("sample_code_is_person") if is_person(code) else None


def _unknown_disease(item: Item) -> Worked | None:
    unknown = next((one for one in item.body.diseases if one not in catalogue().diseases), None)
    return item.refuse("disease_unknown", disease=unknown[:40]) if unknown is not None else None


def _unfit_specimen(item: Item) -> Worked | None:
    said = item.body.specimen
    return item.refuse("specimen_unknown", specimen=said[:40]) if said and said not in catalogue().specimens else None


def _laboratory(item: Item) -> int | Worked | None:
    """Where the sample goes: the laboratory named, else the facility itself."""
    if not item.body.laboratory:
        return item.facility.id if item.facility is not None else None
    found = places.facilities_by_code([item.body.laboratory]).get(item.body.laboratory)
    if found is None:
        return item.refuse("facility_unknown", field="laboratory", facility=item.body.laboratory[:40])
    return found.id


def _usual(known: Catalogue, diseases: tuple[str, ...]) -> str:
    return known.diseases[diseases[0]].specimens()[0]


def _shown(written: str) -> str:
    """What was read as a code; never a person's number."""
    bare = "".join(written.split())[:40]
    return "…" if is_person(bare) else bare


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()
