"""Reactions of the demonstration: some forty cases on their way, one that is late, and a station that stands out."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

from lachan.access.actors import Actor
from lachan.demonstration.plan import Country, uuid_for
from lachan.immunization.operations.signals import find_signals
from lachan.immunization.operations.watch import watch
from lachan.kernel.commands import Command

SPREAD, OWN, STANDING_OUT = 24, 7, 9  # cases all over the country, at the story's station, at the one that stands out
_RECENT_DAYS = 80
_MILD = (("pain", "fever"), ("headache", "fatigue"), ("fever", "nausea"), ("rash",), ("dizziness",))
_GRAVE = (
    (("anaphylaxis", "breathless"), "life_threatening", "Adrenaline tiêm bắp, chuyển bệnh viện"),
    (("myocarditis", "palpitations"), "hospitalisation", "Nhập viện, theo dõi tim mạch"),
    (("seizure",), "hospitalisation", "Cắt cơn, nhập viện theo dõi"),
    (("thrombosis", "headache"), "hospitalisation", "Chụp cắt lớp, chống đông"),
)


class Given(NamedTuple):
    """A dose of the campaign after which something happened."""

    person: UUID
    dose: UUID
    facility: int
    at: datetime


def reactions(land: Country, now: datetime) -> tuple[list[list[Command]], Actor]:
    """Waves of commands, reports before what follows them; the same on every machine."""
    rng = random.Random(2021)
    doses = list(_recent(now))
    rng.shuffle(doses)
    own = [dose for dose in doses if dose.facility == land.story.id]
    others = [dose for dose in doses if dose.facility != land.story.id]
    sizes = Counter(dose.facility for dose in others)
    chosen = min((facility for facility, count in sizes.items() if count >= STANDING_OUT * 3), default=0)
    crowd = [dose for dose in others if dose.facility == chosen][:STANDING_OUT]
    taken = {dose.dose for dose in crowd}
    picked = [*own[:OWN], *crowd, *[dose for dose in others if dose.dose not in taken][:SPREAD]]
    waves: list[list[Command]] = [[], [], [], []]
    for index, dose in enumerate(picked):
        for wave, command in enumerate(_story(dose, index, rng, now)):
            waves[wave].append(command)
    return waves, Actor.system("demonstration")


def seed_reactions(land: Country, now: datetime, run: Any) -> int:
    """Send them, let the clock look at them once, search for what stands out; how many cases."""
    waves, actor = reactions(land, now)
    for wave in waves:
        run(wave)
    watch(actor, now)
    find_signals(now, actor.id)
    return len(waves[0])


def _recent(now: datetime) -> Iterator[Given]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT person_id, id, facility_id, happened_at FROM immunization_dose WHERE status = 'active'"
            " AND lot_id IS NOT NULL AND happened_at BETWEEN %s AND %s ORDER BY person_id, id LIMIT 20000",
            [now - timedelta(days=_RECENT_DAYS), now - timedelta(days=2)],
        )
        yield from (Given(*row) for row in cursor.fetchall())


def _story(dose: Given, index: int, rng: random.Random, now: datetime) -> Iterator[Command]:
    """The report, then as far as the case has come. The first is serious and late; every fourth is serious."""
    late, serious = index == 0, index % 4 == 0
    known = now - timedelta(hours=31) if late else dose.at + timedelta(hours=rng.randrange(2, 40))
    case_id = uuid_for("reaction", dose.dose)
    about = {"person": {"id": str(dose.person)}, "case_id": str(case_id)}
    body: dict[str, Any] = {**about, "dose_id": str(dose.dose), "source": rng.choice(("staff", "person", "family"))}
    if serious:
        symptoms, criterion, treatment = _GRAVE[index // 4 % len(_GRAVE)]
        body |= {"severity": "severe", "seriousness": [criterion], "symptoms": symptoms, "treatment": treatment}
        body |= {"source": "hospital", "hospital": "Bệnh viện quận", "outcome": "recovering"}
    else:
        body |= {"severity": rng.choice(("mild", "mild", "moderate")), "symptoms": rng.choice(_MILD)}
        body["outcome"] = rng.choice(("recovered", "recovering"))
    body["onset_at"] = (known - timedelta(hours=1)).isoformat()
    yield _command("reaction.report", dose, known, body)
    if late or not serious:
        return
    yield _command("reaction.notify", dose, min(known + timedelta(hours=rng.randrange(1, 20)), now), about)
    if index % 8 == 0:
        yield _command("reaction.acknowledge", dose, min(known + timedelta(hours=22), now), about)
        conclusion = {"conclusion": "Bảo quản và tiêm đúng quy trình", "cold_chain": "yes", "others_affected": 0}
        yield _command("reaction.investigate", dose, min(known + timedelta(hours=30), now), about | conclusion)


def _command(verb: str, dose: Given, at: datetime, body: dict[str, Any]) -> Command:
    return Command(uuid_for(verb, dose.dose), verb, at, body)
