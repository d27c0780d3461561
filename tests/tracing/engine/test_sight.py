"""The comparison sees: an oracle that reads the rule a little differently answers differently on some small world."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from lachan.tracing.engine import oracle
from lachan.tracing.engine.oracle import Case, Meeting, Piece, Stay
from tests.tracing.engine.worlds import DAY, MIDNIGHT, by_engine, by_oracle, rule

World = tuple[list[Stay], list[Meeting], list[Case]]


def worlds(count: int = 250) -> list[World]:
    dice = random.Random(7)
    lengths = [0, 300, 899, 900, 1800, 50_000]

    def begin() -> int:
        return MIDNIGHT - 1800 + dice.randrange(40) * 300

    made = []
    for _ in range(count):
        how = rule(
            sum=dice.choice(["single", "day", "window"]),
            min_minutes=dice.choice([0, 5, 15, 30]),
            levels=dice.choice([1, 2]),
            latent_days=dice.choice([0, 0.02]),
            days_before=0.01,
            days_after=dice.choice([0.05, 10]),
            closed_only=dice.random() < 0.2,
        )
        stays = [
            Stay(dice.choice("abcde"), dice.choice("pq"), at, at + dice.choice(lengths), dice.random() < 0.7)
            for at in (begin() for _ in range(10))
        ]
        meetings = [
            Meeting(
                dice.choice("abcde"), dice.choice("abcde"), at, at + dice.choice(lengths), dice.choice([None, 1, 2, 3])
            )
            for at in (begin() for _ in range(5))
        ]
        made.append((stays, meetings, [Case(dice.choice("abcde"), MIDNIGHT, dice.choice([None, begin()]), how)]))
    return made


def with_rule(change: Callable[[Any], dict[str, Any]]) -> Callable[[World], World]:
    def changed(world: World) -> World:
        stays, meetings, cases = world
        own = cases[0].rule
        words = {name: getattr(own, name) for name in own.__struct_fields__} | change(own)
        return stays, meetings, [cases[0]._replace(rule=type(own)(**words))]

    return changed


VARIANTS: dict[str, Callable[[World], World]] = {
    "a second more is asked": with_rule(lambda own: {"min_minutes": own.min_minutes + 1 / 60}),
    "minutes of a day add up": with_rule(lambda own: {"sum": "day" if own.sum == "single" else own.sum}),
    "minutes of the window add up": with_rule(lambda own: {"sum": "window"}),
    "isolation cuts nothing": with_rule(lambda own: {"end": None}),
    "a window a second longer": with_rule(lambda own: {"days_after": own.days_after + 1 / DAY}),
    "a window a second earlier": with_rule(lambda own: {"days_before": own.days_before + 1 / DAY}),
    "infectious at once": with_rule(lambda own: {"latent_days": 0}),
    "open air counts": with_rule(lambda own: {"closed_only": False}),
    "near means nearer": with_rule(lambda own: {"max_distance_m": 1.999}),
    "an unknown distance is far": lambda world: (world[0], [m for m in world[1] if m.distance is not None], world[2]),
    "encounters have a direction": lambda world: (
        world[0],
        [m for m in world[1] if m.a == world[2][0].person],
        world[2],
    ),
    "stays end a second later": lambda world: ([s._replace(t_out=s.t_out + 1) for s in world[0]], world[1], world[2]),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", VARIANTS)
def test_another_reading_of_the_rule_is_seen(name: str) -> None:
    change = VARIANTS[name]
    assert any(by_engine(*world) != by_oracle(*change(world)) for world in worlds())


@pytest.mark.slow
def test_another_way_of_joining_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    here = worlds()
    assert all(by_engine(*world) == by_oracle(*world) for world in here)

    def twice(evidence: Sequence[Piece]) -> list[tuple[int, int]]:
        return [(begin, end) for begin, end, _ in evidence]  # nothing joined, the same instant counted again

    monkeypatch.setattr(oracle, "stretches", twice)
    assert any(by_engine(*world) != by_oracle(*world) for world in here)
