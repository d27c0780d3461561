"""CertLogic and our rules decide the same in the browser and on the server."""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from lachan.certificates import value_sets
from lachan.certificates.certlogic import catalogue
from lachan.certificates.certlogic.faults import LogicError
from lachan.certificates.certlogic.interpreter import evaluate
from lachan.certificates.certlogic.rules import decide
from tests.certificates.hcert import makers
from tests.certificates.verifier.judge import asked, moment


@pytest.mark.slow
def test_of_every_developers_expression(shared: Path) -> None:
    lines, sets = [], {}
    with (shared / "certlogic-testdata/cases.jsonl").open(encoding="utf-8") as cases:
        for case in map(json.loads, cases):
            if "valueSets" in case:
                sets[case["valueSets"]] = case["value"]
                continue
            if "vs" in case:
                case["data"]["external"]["valueSets"] = sets[case["vs"]]
            lines.append({"id": case["id"], "logic": case["logic"], "data": case["data"]})
    assert len(lines) > 600
    for line, answer in zip(lines, asked(lines), strict=True):
        assert answer == {"id": line["id"], **_server(line)}, line["logic"]


def _server(line: dict[str, Any]) -> dict[str, Any]:
    try:
        return {"result": evaluate(line["logic"], line["data"])}
    except LogicError:
        return {"error": True}


EDGES: tuple[Any, ...] = (
    None,
    1.5,
    {},
    {"var": 1},
    {"var": "a", "if": []},
    {"if": [True, 1]},
    {"and": [True]},
    {"+": [1, 2, 3]},
    {"+": [9007199254740991, 1]},
    {"in": [1, 2]},
    {"!": [{"plusTime": ["2021-01-31", 1, "month"]}]},
    {"no": []},
    {"plusTime": ["2021-01-31", 1, "month"]},
    {"plusTime": ["2020-02-29", 1, "year"]},
    {"plusTime": ["2021", 0, "day"]},
    {"plusTime": ["2021-02-30", 0, "day"]},
    {"plusTime": ["2021-13-01", 0, "day"]},
    {"plusTime": ["0021-01-01", 0, "day"]},
    {"plusTime": ["2021-01-01T10:00:00+7", 0, "hour"]},
    {"plusTime": ["2021-01-01T10:00:00.123456-0730", 0, "hour"]},
    {"plusTime": ["2021-01-01T24:00:00Z", 0, "hour"]},
    {"plusTime": ["2021-01-01", 1.5, "day"]},
    {"plusTime": ["2021-01-01", 10**15, "day"]},
    {"dccDateOfBirth": ["2021-01-01T00:00:00Z"]},
    {"dccDateOfBirth": ["1999-02"]},
    {"extractFromUVCI": ["URN:UVCI:01:VN:A#B", 2]},
    {"extractFromUVCI": [1, 2]},
    {"===": [1, True]},
    {"===": [1, 1.0]},
    {"reduce": [[1, 2], {"+": [{"var": "accumulator"}, {"var": "current"}]}, 0]},
    {"reduce": [1, 2, 3]},
    ["a", {"var": ""}],
)


@pytest.mark.slow
def test_at_the_edges_of_the_language() -> None:
    lines = [{"id": str(logic), "logic": logic, "data": {"a": [0]}} for logic in EDGES]
    assert asked(lines) == [{"id": line["id"], **_server(line)} for line in lines]


@pytest.mark.slow
def test_of_every_purpose_on_many_days() -> None:
    dated = {"type": "lachan.rules", "issued_at": "2021-07-01T00:00:00Z", "expires_at": "2030-01-01T00:00:00Z"}
    sets = {"type": "lachan.value-sets", "value_sets": value_sets.published()}
    book = {"rules": {**catalogue.book(), **dated}, "values": sets}
    chance = random.Random(31)
    lines: list[dict[str, Any]] = [{"id": "book", "book": book}]
    for number in range(600):
        purpose = chance.choice(catalogue.purposes())
        clock = datetime(2021, 7, 1, tzinfo=UTC) + timedelta(hours=chance.randrange(24 * 900))
        lines.append(
            {
                "id": str(number), "purpose": f"{purpose['country']}:{purpose['id']}",
                "payload": _payload(chance, clock), "clock": moment(clock),
            }
        )  # fmt: skip
    answers = asked(lines)[1:]
    seen = set()
    for line, answer in zip(lines[1:], answers, strict=True):
        country, purpose = line["purpose"].split(":")
        clock = datetime.fromisoformat(line["clock"])
        ours = decide(line["payload"], country=country, purpose=purpose, clock=clock)
        seen.add(ours.verdict)
        assert answer["verdict"] == ours.verdict, line
        assert answer["results"] == [[result.identifier, result.state] for result in ours.results], line
        assert (answer["words"], answer["advice"]) == (
            ours.words,
            {lang: said for lang, said in ours.advice.items() if said},
        )
    assert seen == {"accepted", "refused", "open"}


def _payload(chance: random.Random, clock: datetime) -> dict[str, Any]:
    """A certificate of about that time; now and then something is missing."""
    day = (clock - timedelta(days=chance.choice([0, 1, 5, 13, 14, 20, 100, 181, 269, 271, 400]))).date().isoformat()
    vaccination = {
        **makers.PAYLOAD["v"][0],
        "dt": day,
        "dn": chance.choice([1, 1, 2, 3]),
        "sd": chance.choice([1, 2, 2]),
    }
    vaccination["mp"] = chance.choice(["EU/1/20/1528", "EU/1/20/1525", "Sputnik-V", "unheard-of"])
    taken = clock - timedelta(hours=chance.choice([1, 23, 25, 47, 71, 73, 100]))
    test = {
        "tg": "840539006", "tt": chance.choice(["LP6464-4", "LP217198-3", "other"]), "sc": moment(taken),
        "tr": chance.choice(["260415000", "260415000", "260373001"]),
        "tc": "HCDC", "co": "VN", "is": "Bộ Y tế", "ci": "A",
    }  # fmt: skip
    recovery = {**makers.RECOVERY, "fr": day, "df": day, "du": (clock + timedelta(days=30)).date().isoformat()}
    kind, entry = chance.choice([("v", vaccination), ("t", test), ("r", recovery)])
    if chance.random() < 0.15:
        del entry[chance.choice(sorted(entry))]
    payload = {
        "ver": "1.3.0",
        "nam": makers.PAYLOAD["nam"],
        "dob": chance.choice(["1983-10-10", "1983", "2021-06", ""]),
    }
    return {**payload, kind: [entry]}
