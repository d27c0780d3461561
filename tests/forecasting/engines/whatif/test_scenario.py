"""Scenarios as files: every assumption told with unit and source, every mistake named with its remedy."""

from __future__ import annotations

import copy
import csv
import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lachan.cli.main import main
from lachan.forecasting.engines.whatif import BadScenario, Range, Scenario, scenario_of, simulate
from lachan.forecasting.engines.whatif.assumptions import catalogue, raw
from lachan.forecasting.engines.whatif.contacts import matrices
from lachan.forecasting.engines.whatif.scenario import AGES, SETTINGS, national_people
from lachan.forecasting.engines.whatif.simulate import MEASURES
from lachan.forecasting.engines.whatif.vaccination import Curve, Effect

CASES = [round(20 * 1.06**day) for day in range(28)]
GOOD: dict[str, Any] = {
    "name": "as now",
    "start": "2021-09-02",
    "days": 21,
    "draws": 30,
    "people": {"total": 2_000_000},
    "from": {"cases": CASES},
}


def changed(path: str, value: Any) -> dict[str, Any]:
    given = copy.deepcopy(GOOD)
    at: Any = given
    *way, last = path.split("/")
    for name in way:
        at = at.setdefault(name, {})
    at[last] = value
    return given


def test_every_assumption_has_unit_meaning_in_both_languages_and_source() -> None:
    told = scenario_of(GOOD).assumptions()
    fields = [entry.field for entry in told]
    assert len(fields) == len(set(fields))
    assert set(catalogue()) <= set(fields)
    for entry in told:
        assert entry.en
        assert entry.vi
        assert entry.source
        if entry.source != "structure of the model":
            assert entry.unit
            assert entry.said
    assert {"contacts.pattern", "season", "mixing"} <= set(fields)
    for name in MEASURES:
        assert {"unit", "en", "vi", "total"} <= set(raw()["measures"][name])


def test_what_a_scenario_sets_itself_is_told_as_its_own() -> None:
    given = changed("assumptions", {"reporting.share": [0.3, 0.4]})
    given["variants"] = [{"like": "delta", "r0": 5}]
    told = {entry.field: entry for entry in scenario_of(given).assumptions()}
    assert (told["reporting.share"].said, told["reporting.share"].own) == ("0.3 to 0.4", True)
    assert (told["variants.delta.r0"].said, told["variants.delta.r0"].own) == ("5", True)
    assert not told["variants.delta.severity"].own
    assert "Twohig" in told["variants.delta.severity"].source


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("begin", {}, "scenario.begin: there is no such field; "),
        ("day", 3, "scenario.day: there is no such field; did you mean days?"),
        ("start", "2.9.2021", "start: '2.9.2021' is no day; write YYYY-MM-DD"),
        ("days", 0, "days: 0; a number from 1 to 730 is needed"),
        ("assumptions", {"reporting.shar": 0.2}, "did you mean reporting.share?"),
        ("assumptions", {"reporting.share": 2}, "reporting.share: 2 is outside 0.001 to 1 share of infections"),
        ("assumptions", {"reporting.share": [0.5, 0.2]}, "goes down; write [low, high]"),
        ("assumptions", {"severity.icu": [1, 2]}, "severity.icu: [1, 2] is not by age"),
        ("variants", [{"like": "gamma"}], "'gamma' is unknown; known are delta, omicron, original"),
        ("variants", [{"name": "new", "r0": 3}], "variants[0]: lacks generation_days"),
        ("measures", [{"setting": "church", "reduction": 0.3}], "measures[0].setting: 'church'; write one of home"),
        ("measures", [{"setting": "all"}], "measures[0].reduction: None is not a value"),
        ("from", {"cases": CASES, "infections_per_day": 3}, "from: one of cases, cases_file and infections_per_day"),
        ("from", {"cases": CASES[:10]}, "from.cases: 10 days; 14 to 730"),
        ("from", {"cases": [*CASES, -1]}, "from.cases[28]: -1; a number from 0"),
        ("from", {"cases": [0] * 28}, "all are 0; give infections_per_day"),
        ("from", {"cases_file": "x.csv"}, "files cannot be named here"),
        ("people", {"counts": [1, 2]}, "people.counts: 2 numbers for 10 bands"),
        ("doses", {"coverage": {"1": 0.2, "2": 0.5}}, "dose 2 of those from 0 on was given to"),
        ("doses", {"plan": [{"dose": 4, "per_day": 1}]}, "doses.plan[0].dose: 4; a number from 1 to 3"),
        (
            "doses",
            {"given": [{"day": "2021-09-05", "dose": 1, "age_from": 18, "count": 5}]},
            "is not before the start 2021-09-02; doses to come belong into doses.plan",
        ),
        ("contacts", {"matrix": {"all": [[1]]}, "source": "ours"}, "contacts.matrix.all: 10 rows of 10 numbers"),
    ],
)
def test_mistakes_are_named_with_their_remedy(path: str, value: Any, said: str) -> None:
    with pytest.raises(BadScenario) as caught:
        scenario_of(changed(path, value))
    assert said in str(caught.value)


def test_meetings_are_as_many_from_both_sides_and_as_many_as_assumed() -> None:
    people = national_people(AGES)
    made = matrices(people, AGES, {setting: np.array([1.0, 3.0]) for setting in SETTINGS})
    for setting, matrix in made.items():
        meetings = people[None, :, None] * matrix
        assert np.allclose(meetings, meetings.transpose(0, 2, 1), rtol=1e-6), setting
        assert np.allclose(matrix[1], 3 * matrix[0])
    assert np.allclose(made["home"][0].sum(axis=1), 1.0, rtol=1e-3)
    assert np.allclose(made["work"][0][4:7].sum(axis=1), 1.0, rtol=1e-3)  # 30 to 59
    assert made["school"][0][2].argmax() == 2  # 12 to 17 meet their like
    assert made["school"][0][5:].sum() == 0


def test_ages_of_the_nation_are_kept_whatever_the_bands() -> None:
    assert national_people((0, 20)).sum() == pytest.approx(national_people(AGES).sum())
    assert national_people(AGES).sum() == pytest.approx(97_338_583, rel=1e-3)
    assert national_people((0, 5))[0] == 4_164_842 + 3_727_629


def test_a_plan_goes_to_the_oldest_first_and_never_beyond_its_share() -> None:
    given = changed(
        "doses",
        {
            "coverage": {"1": [0, 0, 0, 0.2, 0.2, 0.2, 0.2, 0.5, 0.5, 0.5]},
            "plan": [{"dose": 1, "per_day": 20_000, "up_to": 0.9}, {"dose": 2, "per_day": 5_000, "after_days": 10}],
        },
    )
    scenario = scenario_of(given)
    assert scenario.doses is not None
    counts, people = scenario.doses.counts, scenario.people
    before = (scenario.start - scenario.doses.first).days
    assert counts[0, 9, before] > 0
    assert counts[0, 3, before] == 0  # the young wait
    sums = counts.sum(axis=2)
    assert (sums[0] <= 0.9 * people + 1e-6).all()
    assert (sums[1] <= sums[0] + 1e-6).all()
    assert counts[0, :, before].sum() == pytest.approx(20_000)
    assert counts[1].sum() == pytest.approx(5_000 * 21)


def test_protection_rises_wanes_and_follows_the_latest_dose() -> None:
    counts = np.zeros((3, 1, 400))
    counts[0, 0, 0] = 100.0
    counts[1, 0, 200] = 60.0  # those with the first dose longest; here all had it on one day
    curve = Curve(counts, 0)
    best = {name: np.array([[0.4, 0.8, 0.9]]) for name in ("infection", "severe", "death")}
    effect = Effect(best, {name: np.array([0.1]) for name in best}, np.array([14.0]))

    def on(day: int) -> np.ndarray:
        return effect.on(curve.ages_of_doses(day))["infection"][0, 0]

    assert on(1)[1] < 0.2  # just given
    assert on(17)[1] == pytest.approx(0.4, abs=0.02)
    assert on(150)[1] < 0.4 * 0.9**4
    assert on(201)[2] > 0.4  # the first dose protects until the second works
    assert on(217)[2] == pytest.approx(0.8, abs=0.02)
    assert curve.before(300).ravel().tolist() == [0.0, 40.0, 60.0, 0.0]


@pytest.mark.slow
def test_the_command_writes_ranges_and_differences_beside_their_assumptions(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first, days = date(2021, 8, 5), len(CASES)
    (tmp_path / "cases.csv").write_text(
        "day,cases\n" + "".join(f"{first + timedelta(days=at)},{CASES[at]}\n" for at in range(days))
    )
    base = {**changed("from", {"cases_file": "cases.csv"}), "name": "base"}
    (tmp_path / "base.json").write_text(json.dumps(base))
    closed = {"setting": "school", "reduction": [0.8, 1.0], "since": "2021-09-02", "name": "schools closed"}
    (tmp_path / "closed.json").write_text(json.dumps({**base, "name": "closed", "measures": [closed]}))
    out = tmp_path / "out"
    words = ["forecast", "whatif", "--scenario", str(tmp_path / "base.json"), "--output", str(out), "--json"]
    assert main([*words, "--compare", str(tmp_path / "closed.json")]) == 0
    summary = json.loads(capsys.readouterr().out)
    assert summary == json.loads((out / "summary.json").read_text())
    [difference] = summary["differences"]
    assert difference["paired"] is True
    assert difference["less"]["infections"] == 1.0
    with (out / "ranges.csv").open(encoding="utf-8") as handle:
        rows = list(csv.DictReader(handle))
    assert len(rows) == 2 * len(MEASURES) * 21
    for row in rows:
        five = [float(row[name]) for name in ("q05", "q25", "q50", "q75", "q95")]
        assert five == sorted(five)
    assumptions = (out / "assumptions.csv").read_text(encoding="utf-8")
    assert "schools closed" in assumptions
    first_bytes = {path.name: path.read_bytes() for path in out.iterdir()}
    assert main([*words, "--compare", str(tmp_path / "closed.json")]) == 0
    assert first_bytes == {path.name: path.read_bytes() for path in out.iterdir()}


@pytest.mark.slow
def test_the_command_names_file_and_field(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "wrong.json"
    words = ["forecast", "whatif", "--scenario", str(path), "--output", str(tmp_path / "out")]
    assert main(words) == 2
    assert "wrong.json: cannot be read" in capsys.readouterr().err
    path.write_text("{")
    assert main(words) == 2
    assert "wrong.json: not JSON, line 1" in capsys.readouterr().err
    path.write_text(json.dumps(changed("days", 9999)))
    assert main(words) == 2
    assert "wrong.json: days: 9999; a number from 1 to 730 is needed" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_scenarios_of_different_days_are_not_compared(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name, days in (("one", 10), ("two", 11)):
        (tmp_path / f"{name}.json").write_text(json.dumps({**GOOD, "name": name, "days": days}))
    words = ["forecast", "whatif", "--scenario", str(tmp_path / "one.json"), "--output", str(tmp_path / "out")]
    assert main([*words, "--compare", str(tmp_path / "two.json")]) == 2
    assert "days: 11 of 'two' and 10 of 'one'; write the same" in " ".join(capsys.readouterr().err.split())


def test_a_scenario_without_words_is_the_nation_of_today() -> None:
    scenario = Scenario("plain", date(2021, 9, 2))
    assert scenario.bands()[0] == "0-4"
    assert scenario.range("reporting.share") == Range(0.2, 0.5)


ODD: list[Any] = [None, True, -1, 1e300, float("nan"), "x", "", [], [[]], [None], {}, {"x": 1}, [1, 2, 3], "2021-01-01"]
FULL: dict[str, Any] = {
    **GOOD,
    "assumptions": {"reporting.share": [0.2, 0.4], "severity.icu": {"30": 0.1, "80": 0.5}, "hospital.icu_beds": None},
    "variants": [{"like": "delta", "share": 0.9}, {"like": "omicron", "share": 0.1, "imports_from": "2021-09-05"}],
    "measures": [{"setting": "work", "reduction": [0.2, 0.4], "since": "2021-09-03", "until": "2021-09-10"}],
    "doses": {
        "given": [{"day": "2021-08-01", "dose": 1, "age_from": 18, "count": 100}],
        "plan": [{"dose": 1, "per_day": 10, "ages": [18, 30], "order": "even"}],
    },
    "people": {"ages": [0, 18, 30], "counts": [1000, 2000, 3000], "total": 60_000},
    "contacts": {"matrix": {"all": [[1, 2, 3], [2, 3, 4], [1, 1, 1]]}, "source": "a study"},
    "from": {"cases": CASES, "rt": [0.8, 1.2]},
}


def _nodes(given: Any, way: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = given.items() if isinstance(given, dict) else enumerate(given[:2]) if isinstance(given, list) else ()
    return [way, *(node for key, value in inner for node in _nodes(value, (*way, key)))]


@pytest.mark.slow
def test_whatever_a_file_holds_it_is_read_or_refused_by_its_field() -> None:
    assert scenario_of(FULL).bands() == ("0-17", "18-29", "30+")
    refused = 0
    for way in _nodes(FULL):
        for odd in ODD:
            given: Any = copy.deepcopy(FULL)
            if way:
                at = given
                for key in way[:-1]:
                    at = at[key]
                at[way[-1]] = odd
            else:
                given = odd
            try:
                scenario_of(given)
            except BadScenario:
                refused += 1
    assert refused > 300


@pytest.mark.slow
def test_a_scenario_may_begin_with_importations_alone() -> None:
    omicron = {"like": "omicron", "imported_per_day": [20, 30]}
    given = {**GOOD, "from": {"infections_per_day": 0, "rt": 1.5}, "variants": [omicron], "days": 40}
    made = simulate(scenario_of(given), seed=1)
    assert made.measures["infections"][2, 0] == pytest.approx(25, abs=3)
    assert made.measures["infections"][2, -1] > 50
    assert np.isfinite(made.draws["infections"]).all()
