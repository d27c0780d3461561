"""CertLogic: the specification's own suite, what it says in words, and what a hostile rule may cost."""

from __future__ import annotations

import io
import json
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lachan.certificates.certlogic import LogicError, evaluate
from lachan.cli import jsonl as lines
from lachan.cli.certificates.rules import answer, refuse


def time_of(text: Any, amount: int = 0, unit: str = "day") -> dict[str, Any]:
    return {"plusTime": [text, amount, unit]}


def test_all_developers_cases(shared: Path) -> None:
    value_sets: dict[int, Any] = {}
    live = 0
    for line in (shared / "certlogic-testdata" / "cases.jsonl").read_text().splitlines():
        case = json.loads(line)
        if "valueSets" in case:
            value_sets[case["valueSets"]] = case["value"]
            continue
        if case.get("skip"):
            continue
        if "vs" in case:
            case["data"].setdefault("external", {})["valueSets"] = value_sets[case["vs"]]
        live += 1
        result = answer({"id": case["id"], "logic": case["logic"], "data": case["data"]})
        assert json.dumps(result) == json.dumps({"id": case["id"], "result": case["expected"]}), case["id"]
    assert live == 625


@pytest.mark.parametrize(
    ("text", "amount", "unit", "result"),
    [
        ("2020-02-29", 1, "day", "2020-03-01T00:00:00.000Z"),  # table "Leap days" of the specification
        ("2020-02-29", 1, "month", "2020-03-29T00:00:00.000Z"),
        ("2020-02-29", 1, "year", "2021-03-01T00:00:00.000Z"),
        ("2020-02-29", 4, "year", "2024-02-29T00:00:00.000Z"),
        ("2021-01-31", 1, "month", "2021-03-03T00:00:00.000Z"),  # setUTCMonth runs over
        ("2021-03-31", -1, "month", "2021-03-03T00:00:00.000Z"),
        ("2021-12-15", 1, "month", "2022-01-15T00:00:00.000Z"),
        ("2021-06-23", -180, "day", "2020-12-25T00:00:00.000Z"),
        ("2021-06-23T10:00:00Z", 72, "hour", "2021-06-26T10:00:00.000Z"),
        ("2004", 0, "day", "2004-12-31T00:00:00.000Z"),
        ("2004-02", 0, "day", "2004-02-29T00:00:00.000Z"),
        ("2021-06-23T10:00:00", 0, "year", "2021-06-23T10:00:00.000Z"),
        ("2021-06-23T10:00:00+7", 0, "day", "2021-06-23T03:00:00.000Z"),
        ("2021-06-23T10:00:00+07", 0, "day", "2021-06-23T03:00:00.000Z"),
        ("2021-06-23T10:00:00-530", 0, "day", "2021-06-23T15:30:00.000Z"),
        ("2021-06-23T10:00:00+0530", 0, "day", "2021-06-23T04:30:00.000Z"),
        ("2021-06-23T10:00:00-5:30", 0, "day", "2021-06-23T15:30:00.000Z"),
        ("2021-06-23T10:00:00.1239999-05:30", 0, "day", "2021-06-23T15:30:00.123Z"),
        ("2021-06-23T10:00:00.5Z", 0, "day", "2021-06-23T10:00:00.500Z"),
        ("0001-01-01", -2, "year", "-000001-01-01T00:00:00.000Z"),
        ("9999-12-31", 1, "day", "+010000-01-01T00:00:00.000Z"),
        ("2021-02-30", 0, "day", "2021-03-02T00:00:00.000Z"),
        ("2021-06-31T10:00:00+02:00", 0, "day", "2021-07-01T08:00:00.000Z"),
        ("2021-12-31T24:00:00.000Z", 0, "day", "2022-01-01T00:00:00.000Z"),
    ],
)
def test_date_times(text: str, amount: int, unit: str, result: str) -> None:
    assert evaluate(time_of(text, amount, unit), {}) == result


@pytest.mark.parametrize(
    ("logic", "data", "result"),
    [
        ({"dccDateOfBirth": ["1990"]}, {}, "1990-12-31T00:00:00.000Z"),
        ({"before": [time_of("2021"), time_of("2022-01"), time_of("2022-02-01")]}, {}, True),
        ({"not-after": [time_of("2021-01-01"), time_of("2021-01-01T00:00:00Z")]}, {}, True),
        ({"===": [1, 1.0]}, {}, True),
        ({"===": [True, 1]}, {}, False),
        ({"in": [True, [1]]}, {}, False),
        ({"in": [{"var": "a"}, [0, ""]]}, {"a": False}, False),
        ({"===": [{"var": "a"}, {"var": "b"}]}, {}, True),  # null is null
        ({"===": [time_of("2021-01-01"), time_of("2021-01-01T00:00:00.000Z")]}, {}, True),
        ({"var": "a.-1"}, {"a": [1]}, None),
        ({"var": "a.٠"}, {"a": [1]}, None),  # an Arabic zero is no index
        ({"var": "a.length"}, {"a": "text"}, None),
        ({"var": "1"}, {"1": "one"}, "one"),
        ({"if": [{"var": "a"}, 1, {"unknown": []}]}, {"a": [0]}, 1),  # what is not chosen is not evaluated
        ({"and": [0, {"unknown": []}]}, {}, 0),
        ({"reduce": [[1, 2, 3], {"+": [{"var": "current"}, {"var": "accumulator"}]}, 1.0]}, {}, 7),
        ({"extractFromUVCI": [{"var": ""}, 1]}, "URN:UVCI:01:VN:A#B", "VN"),
    ],
)
def test_by_the_words_of_the_specification(logic: Any, data: Any, result: Any) -> None:
    value = evaluate(logic, data)
    assert (value, type(value)) == (result, type(result))


@pytest.mark.parametrize(
    ("logic", "result"),
    [
        ({"if": [True, 1, 2, {"unknown": []}]}, 1),
        ({"!": [False, None]}, True),
        ({"plusTime": ["2021-01-01", 1, "day", 7]}, "2021-01-02T00:00:00.000Z"),
        ({"dccDateOfBirth": ["1990-05", 7]}, "1990-05-31T00:00:00.000Z"),
        ({"reduce": [[1, 2], {"var": "current"}, 0, None]}, 2),
        ({"extractFromUVCI": ["01:VN:A", 1, 2]}, "VN"),
        ({"if": [{"var": "half"}, "T", "F"]}, "T"),
    ],
)
def test_as_lax_as_what_rules_were_tried_out_with(logic: Any, result: Any) -> None:
    """certlogic-js 1.2.2 gives these values; a country's rules that rest on them are no less its rules."""
    assert evaluate(logic, {"half": 0.5}) == result


@pytest.mark.parametrize(
    ("logic", "data", "word"),
    [
        (None, {}, "OPERATION"),
        ({}, {}, "OPERATION"),
        ({"or": [True, False]}, {}, "OPERATION"),
        ({"if": [True, 1, 2], "!": [True]}, {}, "OPERATION"),
        (1.5, {}, "TYPE"),
        (float("nan"), {}, "TYPE"),
        ({"if": [True, 1]}, {}, "OPERANDS"),
        ({"===": [1, 1, 1]}, {}, "OPERANDS"),
        ({"!": True}, {}, "OPERANDS"),
        ({"!": []}, {}, "OPERANDS"),
        ({"and": [True]}, {}, "OPERANDS"),
        ({"var": 1}, [1, 2], "OPERANDS"),
        ({"var": ["a", 1]}, {}, "OPERANDS"),
        ({"<": [1, 2, 3, 4]}, {}, "OPERANDS"),
        ({"plusTime": ["2021-01-01", 1, "week"]}, {}, "OPERANDS"),
        ({"plusTime": ["2021-01-01", {"+": [1, 1]}, "day"]}, {}, "TYPE"),
        ({"plusTime": [time_of("2021-01-01"), 1, "day"]}, {}, "TYPE"),  # takes a string, not a date-time
        ({"after": ["2021-01-01", "2020-01-01"]}, {}, "TYPE"),
        ({">": ["2", 1]}, {}, "TYPE"),
        ({">": [{"var": "missing"}, 1]}, {}, "TYPE"),
        ({"+": [1, {"var": "half"}]}, {"half": 0.5}, "TYPE"),
        ({"+": [True, 1]}, {}, "TYPE"),
        ({">": [{"var": "half"}, 0]}, {"half": 0.5}, "TYPE"),
        ({"if": [time_of("2021-01-01"), 1, 2]}, {}, "TYPE"),
        ({"in": ["a", "abc"]}, {}, "TYPE"),
        ({"in": ["a", {"var": "missing"}]}, {}, "TYPE"),
        ({"reduce": ["abc", 1, 1]}, {}, "TYPE"),
        ({"extractFromUVCI": [1, 1]}, {}, "TYPE"),
        ({"extractFromUVCI": ["a", "1"]}, {}, "TYPE"),
        ({"dccDateOfBirth": ["2021-01-01T00:00:00Z"]}, {}, "DATE"),
        (time_of("2021-02-32"), {}, "DATE"),
        (time_of("2021-02-00"), {}, "DATE"),
        (time_of("2021-06-01T24:00:01Z"), {}, "DATE"),
        (time_of("2021-13-01"), {}, "DATE"),
        (time_of("2021-00"), {}, "DATE"),
        (time_of("2021-01-01T25:00:00Z"), {}, "DATE"),
        (time_of("2021-01-01 10:00:00Z"), {}, "DATE"),
        (time_of("2021-01-01\n"), {}, "DATE"),
        (time_of("２０２１-01-01"), {}, "DATE"),
        (time_of(""), {}, "DATE"),
        (time_of("2021-01-01", 10**15, "year"), {}, "RANGE"),
        ({"+": [2**53 - 1, 1]}, {}, "RANGE"),
        ({"var": "n"}, {"n": float("inf")}, "RANGE"),
    ],
)
def test_what_is_outside_the_language_has_a_word(logic: Any, data: Any, word: str) -> None:
    with pytest.raises(LogicError) as raised:
        evaluate(logic, data)
    assert raised.value.word == word


def nested(depth: int, bottom: Any, name: str = "!") -> Any:
    for _ in range(depth):
        bottom = {name: [bottom]}
    return bottom


LONG = list(range(3000))
HOSTILE = {
    "deep": (nested(400, True), {}, "DEPTH"),
    "deep data": ({"var": ""}, nested(300, True, "a"), "DEPTH"),
    "wide": ([True] * 6000, {}, "SIZE"),
    "wide data": (True, {"a": [[0] * 1000] * 1000}, "SIZE"),
    "reduce in reduce": (
        {"reduce": [LONG, {"reduce": [LONG, {"+": [1, 1]}, 0]}, 0]},
        {},
        "SIZE",
    ),
    "reduce in reduce over data": (
        {"reduce": [{"var": "a"}, {"reduce": [{"var": "current"}, {"+": [1, 1]}, 0]}, 0]},
        {"a": [LONG] * 30},
        "STEPS",
    ),
    "doubling": (
        {"reduce": [LONG[:40], [{"var": "accumulator"}, {"var": "accumulator"}], 0]},
        {},
        "SIZE",
    ),
    "doubling, kept flat": (
        {"reduce": [LONG[:20], {"if": [True, [{"var": "accumulator"}] * 3, 0]}, 0]},
        {},
        "SIZE",
    ),
    "searching a long list many times": (
        {"reduce": [{"var": "a"}, {"in": ["x", {"var": "accumulator"}]}, 0]},
        {"a": [LONG] * 30},
        "TYPE",
    ),
    "a huge sum": (
        {"reduce": [LONG, {"+": [{"var": "accumulator"}, {"var": "accumulator"}]}, 1]},
        {},
        "RANGE",
    ),
    "a long date": (time_of("2021-01-01T00:00:00." + "1" * 200_000 + "x"), {}, "DATE"),
    "many fragments": ({"extractFromUVCI": ["/" * 200_000, "x"]}, {}, "TYPE"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_rule_costs_little(name: str) -> None:
    logic, data, word = HOSTILE[name]
    began = time.process_time()
    with pytest.raises(LogicError) as raised:
        evaluate(logic, data)
    assert raised.value.word == word
    assert time.process_time() - began < 0.5


SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from(["2021-01-01", "2021", "day", "a", "a.0", "", "URN:UVCI:01:VN:A"])
)
NAMES = st.sampled_from(
    [
        *("if", "and", "!", "===", "in", "+", ">", "<", ">=", "<=", "after", "before", "not-after", "not-before"),
        *("plusTime", "dccDateOfBirth", "reduce", "extractFromUVCI", "var", "or"),
    ]
)
LOGIC = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner | st.lists(inner, max_size=4), max_size=2),
    max_leaves=20,
)


@pytest.mark.slow
@settings(max_examples=500)
@given(LOGIC, LOGIC)
def test_any_expression_gives_a_json_value_or_a_word(logic: Any, data: Any) -> None:
    said = answer({"id": 1, "logic": logic, "data": data})
    json.dumps(said, allow_nan=False)
    words = {"OPERATION", "OPERANDS", "TYPE", "DATE", "RANGE", "SIZE", "STEPS", "DEPTH"}
    assert "result" in said or said["error"].partition(":")[0] in words


def test_the_line_that_is_no_rule_is_answered() -> None:
    assert answer({"id": 7})["error"].startswith("OPERATION:")
    assert answer({"id": 7, "logic": {"var": "a"}}) == {"id": 7, "result": None}


def test_what_json_cannot_say_is_no_line(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    """Every answer is JSON, also for readers stricter than Python's."""
    asked = b'{"id": NaN, "logic": 1}\n{"id": 1e999, "logic": 1}\n{"id": -Infinity}\n{"id": 4.5, "logic": 2}\n'
    lines.run(answer, refuse, source=io.BytesIO(asked))
    written = capfdbinary.readouterr().out.splitlines()
    refused = {"id": None, "error": "the line is not JSON"}
    assert [json.loads(line) for line in written] == [refused, refused, refused, {"id": 4.5, "result": 2}]


def test_a_line_that_breaks_the_work_stops_no_other_line(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    def work(asked: dict[str, Any]) -> dict[str, Any]:
        return {"id": asked["id"], "result": [1.0, 2.0][asked["id"]] * 10**400 if asked["id"] else asked["none"].x}

    lines.run(work, refuse, source=io.BytesIO(b'{"id": 1}\n{"id": 5}\n{"id": 0, "none": 1}\n{"id": 6}\n'))
    said = [json.loads(line) for line in capfdbinary.readouterr().out.splitlines()]
    assert [line["id"] for line in said] == [1, 5, 0, 6]
    assert all(set(line) == {"id", "error"} for line in said)


def test_half_a_surrogate_pair_stops_no_other_line(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    lines.run(answer, refuse, source=io.BytesIO(b'{"id": "\\ud800", "logic": 1}\n{"id": 2, "logic": 2}\n'))
    written = capfdbinary.readouterr().out.splitlines()
    assert [json.loads(line) for line in written] == [{"id": "\ud800", "result": 1}, {"id": 2, "result": 2}]
