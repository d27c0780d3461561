"""Real contacts: engine and brute force agree on them, and the first fifty calls find more than chance would."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from lachan.bench.tracing_recall import encounters_of, measure, read_sensors
from lachan.tracing.engine.oracle import Case, Meeting, Stay
from lachan.tracing.engine.shapes import Rule
from tests.tracing.engine.worlds import DAY, by_engine, by_oracle, rule

SETS = {
    "school": ("highschool2013_days1-3_contacts.csv.gz", "highschool2013_metadata.txt"),
    "work": ("workplace_InVS15_contacts.dat.gz", "workplace_InVS15_metadata.txt"),
}
RULES = [
    rule(sum="single", min_minutes=2, levels=2, latent_days=0.5),
    rule(sum="day", levels=2, latent_days=1),
    rule(sum="window", min_minutes=15, days_after=1, levels=1),
]


@pytest.fixture(scope="session")
def folder(shared: Path) -> Path:
    path = shared / "tracing-data"
    if not path.is_dir():
        pytest.skip("needs the tracing data beside the checkout")
    return path


@pytest.mark.slow
@pytest.mark.parametrize("name", SETS)
@pytest.mark.parametrize("how", RULES, ids=lambda entry: entry.sum)
def test_engine_and_brute_force_agree_on_real_contacts(folder: Path, name: str, how: Rule) -> None:
    contacts, people = SETS[name]
    sensors = read_sensors(folder / contacts, folder / people)
    met = encounters_of(sensors)
    dice = np.random.default_rng(3)
    meetings = [
        Meeting(f"p{a}", f"p{b}", start, end, float(dice.choice([0.5, 1.5, 2.5])) if start % 3 == 0 else None)
        for a, b, start, end in zip(met.a.tolist(), met.b.tolist(), met.start.tolist(), met.end.tolist(), strict=True)
    ]
    # rooms beside the encounters, so that both kinds of evidence are joined
    stays = [
        Stay(
            f"p{person}", f"r{sensors.room[person]}", at - at % DAY + 9 * 3600, at - at % DAY + 9 * 3600 + minutes, True
        )
        for person in range(0, len(sensors.room), 3)
        for at in (int(sensors.at[0]),)
        for minutes in (int(dice.integers(60, 7200)),)
    ]
    begun = int(sensors.at[0])
    cases = [
        Case(f"p{person}", begun + int(dice.integers(0, 2 * DAY)), begun + 2 * DAY if person % 2 else None, how)
        for person in dice.choice(len(sensors.room), 6, replace=False).tolist()
    ]
    ours = by_engine(stays, meetings, cases)
    assert ours == by_oracle(stays, meetings, cases)
    assert sum(map(len, ours)) > 20


@pytest.mark.slow
def test_fifty_calls_find_most_of_those_worth_one(folder: Path) -> None:
    found = measure(folder)
    for name in ("highschool", "workplace"):
        assert found[f"{name}_ranked"] > 2 * found[f"{name}_chance"]
        # no worse than the plainest ranking there is
        assert found[f"{name}_ranked"] >= found[f"{name}_minutes"] - 0.01
    assert found["korea_ranked"] == found["korea_listed"] < 0.5, "places alone are not enough, whoever ranks them"


def test_without_the_data_nothing_is_measured(tmp_path: Path) -> None:
    assert measure(tmp_path) == {"calls": 50.0}
