"""Business rules: every rule accepts and refuses something, dates rule, what is missing leaves a matter open."""

from __future__ import annotations

import copy
import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from lachan.certificates import value_sets
from lachan.certificates.certlogic import Decision, LogicError, catalogue, decide
from lachan.certificates.certlogic.validation import check_logic, check_rule, check_rules
from lachan.cli.certificates import app

NAME = {"fn": "Nguyễn", "fnt": "NGUYEN", "gn": "An", "gnt": "AN"}
PCR, RAPID = "LP6464-4", "LP217198-3"
NEGATIVE, POSITIVE = "260415000", "260373001"


def shot(**changes: Any) -> dict[str, Any]:
    entry = {"tg": "840539006", "vp": "J07BX03", "mp": "EU/1/20/1528", "ma": "ORG-100030215", "dn": 2, "sd": 2,
             "dt": "2022-01-10", "co": "VN", "is": "MOH", "ci": "URN:UVCI:01:VN:A#B"}  # fmt: skip
    return {"ver": "1.3.0", "nam": NAME, "dob": "1983-10-10", "v": [entry | changes]}


def swab(*, dob: str = "1983-10-10", **changes: Any) -> dict[str, Any]:
    entry = {"tg": "840539006", "tt": PCR, "sc": "2022-03-20T08:00:00+07:00", "tr": NEGATIVE, "co": "VN",
             "is": "MOH", "ci": "URN:UVCI:01:VN:A#B"}  # fmt: skip
    return {"ver": "1.3.0", "nam": NAME, "dob": dob, "t": [entry | changes]}


def well(**changes: Any) -> dict[str, Any]:
    entry = {"tg": "840539006", "fr": "2022-01-10", "df": "2022-01-21", "du": "2022-07-09", "co": "VN", "is": "MOH",
             "ci": "URN:UVCI:01:VN:A#B"}  # fmt: skip
    return {"ver": "1.3.0", "nam": NAME, "dob": "1983-10-10", "r": [entry | changes]}


# rule and version: what it accepts, what it refuses, each with the clock (UTC)
VECTORS: dict[str, tuple[list[tuple[dict[str, Any], str]], list[tuple[dict[str, Any], str]]]] = {
    "GR-VN-0001 1.0.0": (
        [(swab(), "2022-03-10"), (shot() | {"dob": "2021-01-01"}, "2022-03-10")],  # a child of one year
        [(shot(), "2022-03-10")],
    ),
    "GR-VN-0001 2.0.0": (
        [(swab(), "2022-03-22"), (shot() | {"dob": "2020-03-23"}, "2022-03-22")],
        [(shot(), "2022-03-22"), (shot() | {"dob": "2020-03-22"}, "2022-03-22")],
    ),
    "TR-VN-0001 1.0.0": (
        [(swab(sc="2022-02-01T00:00:00Z"), "2022-02-04")],
        [
            (swab(sc="2022-02-01T00:00:00Z"), "2022-02-05T00:00:01"),
            (swab(sc="2022-02-01T00:00:00Z", tt=RAPID), "2022-02-01T01:00:00"),
            (swab(sc="2022-02-03T00:00:00Z"), "2022-02-02"),  # taken tomorrow
        ],
    ),
    "TR-VN-0001 2.0.0": (
        [(swab(), "2022-03-23T01:00:00"), (swab(tt=RAPID), "2022-03-21T01:00:00")],
        [
            (swab(), "2022-03-24T01:00:01"),
            (swab(tt=RAPID), "2022-03-22T01:00:01"),
            (swab(tt="other"), "2022-03-20T02:00:00"),
        ],
    ),
    "TR-VN-0002 1.0.0": ([(swab(), "2022-03-22")], [(swab(tr=POSITIVE), "2022-03-22")]),
    "GR-VN-0002 1.0.0": ([(shot(dn=1), "2022-05-14T17:00:00")], []),
    "GR-VN-1001 1.0.0": ([(shot(), "2022-03-01"), (well(), "2022-03-01")], [(shot(tg="other"), "2022-03-01")]),
    "VR-VN-1001 1.0.0": (
        [(shot(), "2022-03-01"), (shot(dn=2, sd=1), "2022-03-01")],
        [(shot(dn=1), "2022-03-01"), (shot(dn=1, sd=1), "2022-03-01")],
    ),
    "VR-VN-1002 1.0.0": (
        [(shot(), "2022-01-24"), (shot(dn=3, sd=3), "2022-01-10")],
        [(shot(), "2022-01-23T23:59:59"), (shot(dn=3, sd=3), "2022-01-09")],
    ),
    "TR-VN-1001 1.0.0": ([(swab(), "2022-03-22")], [(swab(tr=POSITIVE), "2022-03-22")]),
    "TR-VN-1002 1.0.0": ([(swab(tt=RAPID), "2022-03-23T01:00:00")], [(swab(tt=RAPID), "2022-03-23T01:00:01")]),
    "RR-VN-1001 1.0.0": ([(well(), "2022-07-10")], [(well(du="2022-12-31"), "2022-07-10T00:00:01")]),
    "RR-VN-1002 1.0.0": ([(well(), "2022-01-21")], [(well(), "2022-01-20"), (well(du="2022-02-01"), "2022-02-03")]),
    "GR-EU-0001 1.0.0": ([(shot(), "2022-03-01")], [(shot() | {"r": well()["r"]}, "2022-03-01")]),
    "GR-EU-0002 1.0.0": ([(swab(), "2022-03-21")], [(swab(tg="other"), "2022-03-21")]),
    "VR-EU-0001 1.0.0": ([(shot(), "2022-03-01")], [(shot(mp="Abdala"), "2022-03-01")]),
    "VR-EU-0002 1.0.0": ([(shot(), "2022-03-01")], [(shot(dn=1), "2022-03-01")]),
    "VR-EU-0003 1.0.0": (
        [(shot(dt="2022-02-01"), "2022-02-15"), (shot(dn=3, sd=2, dt="2022-02-01"), "2022-02-01")],
        [(shot(dt="2022-02-01"), "2022-02-14")],
    ),
    "VR-EU-0004 1.0.0": (
        [(shot(), "2022-10-07"), (shot(dn=3, sd=3), "2023-06-01")],
        [(shot(), "2022-10-07T00:00:01")],
    ),
    "TR-EU-0001 1.0.0": ([(swab(), "2022-03-21")], [(swab(tr=POSITIVE), "2022-03-21")]),
    "TR-EU-0002 1.0.0": (
        [(swab(), "2022-03-23T01:00:00"), (swab(tt=RAPID), "2022-03-21T01:00:00")],
        [(swab(), "2022-03-23T01:00:01"), (swab(tt=RAPID), "2022-03-21T01:00:01")],
    ),
    "RR-EU-0001 1.0.0": (
        [(well(fr="2022-02-01"), "2022-02-12"), (well(), "2022-07-09")],
        [(well(fr="2022-02-01"), "2022-02-11"), (well(du="2022-12-31"), "2022-07-10")],
    ),
    "RR-EU-0002 1.0.0": ([(well(), "2022-02-01")], [(well(du="2022-03-01"), "2022-03-03")]),
}


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def judged(rule: dict[str, Any], payload: Any, clock: str) -> tuple[Decision, str]:
    decision = decide(payload, country=rule["Country"], purpose=rule["Purpose"], clock=at(clock))
    states = {result.identifier: result.state for result in decision.results}
    return decision, states[rule["Identifier"]]


@pytest.mark.parametrize("rule", catalogue.all_rules(), ids=lambda rule: f"{rule['Identifier']} {rule['Version']}")
def test_every_rule_accepts_and_refuses(rule: dict[str, Any]) -> None:
    accepted, refused = VECTORS[f"{rule['Identifier']} {rule['Version']}"]
    assert accepted
    assert refused or rule["Logic"] is True
    for payload, clock in accepted:
        assert rule in catalogue.rules_on(rule["Country"], rule["Purpose"], at(clock)), clock
        assert judged(rule, payload, clock)[1] == "ok", clock
    for payload, clock in refused:
        assert rule in catalogue.rules_on(rule["Country"], rule["Purpose"], at(clock)), clock
        decision, state = judged(rule, payload, clock)
        assert state == "failed", clock
        assert decision.verdict == "refused"


def test_no_vector_is_about_a_rule_that_is_none() -> None:
    assert VECTORS.keys() == {f"{rule['Identifier']} {rule['Version']}" for rule in catalogue.all_rules()}


@pytest.mark.parametrize("rule", catalogue.all_rules(), ids=lambda rule: f"{rule['Identifier']} {rule['Version']}")
def test_every_rule_speaks_both_languages_and_says_where_it_is_from(rule: dict[str, Any]) -> None:
    for member in ("Description", "Advice"):
        assert [text["lang"] for text in rule[member]] == ["vi", "en"]
        assert all(text["desc"].strip() and text["desc"].endswith(".") for text in rule[member])
    assert rule["Legal"]["reference"]
    assert rule["Legal"]["basis"] in ("verified", "recalled", "ours")
    assert (rule["Country"], rule["Purpose"]) in {(known["country"], known["id"]) for known in catalogue.purposes()}


def test_the_rules_of_the_day() -> None:
    def versions(day: date) -> list[tuple[str, str]]:
        return sorted((rule["Identifier"], rule["Version"]) for rule in catalogue.rules_on("VN", "entry", day))

    assert versions(date(2021, 12, 31)) == []
    assert ("TR-VN-0001", "1.0.0") in versions(date(2022, 3, 14))
    assert ("TR-VN-0001", "2.0.0") in versions(date(2022, 3, 15))
    assert versions(date(2022, 5, 15)) == [("GR-VN-0002", "1.0.0")]
    midnight = datetime(2022, 5, 14, 17, 0, tzinfo=UTC)  # in Viet Nam
    assert len(catalogue.rules_on("VN", "entry", midnight)) == 1
    assert len(catalogue.rules_on("VN", "entry", midnight - timedelta(seconds=1))) == 3


def test_a_refusal_says_which_rule_and_what_to_do() -> None:
    decision = decide(shot(), country="EU", purpose="entry", clock=at("2022-12-01"))
    assert decision.verdict == "refused"
    assert decision.words["en"] == "The primary series counts for 270 days; a booster has no limit."
    assert decision.advice == {"vi": "Tiêm mũi nhắc lại.", "en": "Have a booster."}
    assert [result.identifier for result in decision.results if result.state == "failed"] == ["VR-EU-0004"]
    fine = decide(shot(), country="EU", purpose="entry", clock=at("2022-03-01"))
    assert (fine.verdict, fine.advice["vi"]) == ("accepted", "")


@pytest.mark.parametrize(
    ("payload", "country", "purpose"),
    [
        (shot(dt=None), "EU", "entry"),
        (shot(dt="yesterday"), "EU", "entry"),
        (shot(dn="2"), "EU", "entry"),
        (shot(mp=""), "EU", "entry"),
        (swab(sc=None), "VN", "door"),
        (swab(tr=None), "VN", "door"),
        (well(fr=None), "VN", "door"),
        (shot() | {"dob": ""}, "VN", "entry"),
        (shot(), "JP", "entry"),
        (shot(), "VN", "concert"),
        ({"v": []}, "EU", "entry"),
        ({}, "EU", "entry"),
        (None, "EU", "entry"),
        ([], "VN", "door"),
        (shot(x=[[0] * 1000] * 1000), "EU", "entry"),
    ],
)
def test_what_cannot_be_decided_is_open(payload: Any, country: str, purpose: str) -> None:
    decision = decide(payload, country=country, purpose=purpose, clock=at("2022-03-21"))
    assert decision.verdict == "open"
    assert all(decision.words[language] and decision.advice[language] for language in ("vi", "en"))


def test_the_hours_on_the_way_are_for_the_officer_to_judge() -> None:
    """The test is to be fresh at departure, the check is at arrival: for a day after its hours nobody but the boarding
    pass can say."""
    for clock, verdict in (("2022-03-23T01:00:00", "accepted"), ("2022-03-23T01:00:01", "open"),
                           ("2022-03-24T01:00:00", "open"), ("2022-03-24T01:00:01", "refused")):  # fmt: skip
        decision = decide(swab(), country="VN", purpose="entry", clock=at(clock))
        assert decision.verdict == verdict
        if verdict == "open":
            assert "boarding pass" in decision.words["en"]


def test_what_fails_outweighs_what_is_open() -> None:
    assert (
        decide(shot(dt=None, mp="Abdala"), country="EU", purpose="entry", clock=at("2022-03-21")).verdict == "refused"
    )


def test_value_sets_can_be_newer_than_ours() -> None:
    newer = {"valueSets": {**value_sets.codes(), "disease-agent-targeted": []}}
    assert decide(shot(), country="VN", purpose="door", clock=at("2022-03-21"), external=newer).verdict == "refused"


def test_value_sets(shared: Path) -> None:
    for path in (shared / "dcc-testdata" / "valuesets").glob("*.json"):
        given_set = json.loads(path.read_text())
        ours = value_sets.published()[given_set["valueSetId"]]
        assert ours["valueSetDate"] == given_set["valueSetDate"]
        assert {code: entry["display"] for code, entry in ours["valueSetValues"].items()} == {
            code: entry["display"] for code, entry in given_set["valueSetValues"].items()
        }


RULE = catalogue.all_rules()[0]
BROKEN: list[tuple[dict[str, Any], str]] = [
    ({"Identifier": "XR-VN-0001"}, "Identifier"),
    ({"Version": "1.0"}, "Version"),
    ({"Country": "vn"}, "Country"),
    ({"Type": "Rejection"}, "Type"),
    ({"CertificateType": "Domestic"}, "CertificateType"),
    ({"Engine": "JAVASCRIPT"}, "Engine"),
    ({"ValidFrom": "2022-01-01"}, "no zone"),
    ({"ValidFrom": None}, "ValidFrom"),
    ({"ValidTo": "2021-01-01T00:00:00Z"}, "after"),
    ({"Description": []}, "Description"),
    ({"Description": [{"lang": "en", "desc": "x" * 3000}]}, "Description"),
    ({"AffectedFields": "v.0.dt"}, "AffectedFields"),
    ({"Logic": None}, "literal"),
    ({"Logic": 1.5}, "literal"),
    ({"Logic": {"or": [True, True]}}, "or"),
    ({"Logic": {"if": [True, True, {"nope": [1]}]}}, "nope"),
    ({"Logic": {"if": [True]}}, "if"),
    ({"Logic": {"var": ["a"]}}, "var"),
    ({"Logic": {"plusTime": [{"var": "a"}, {"+": [1, 1]}, "day"]}}, "plusTime"),
    ({"Logic": {"plusTime": [{"var": "a"}, 1, "week"]}}, "unit"),
    ({"Logic": {"extractFromUVCI": [{"var": "a"}, "1"]}}, "extractFromUVCI"),
    ({"Logic": {"!": [{"a": 1, "b": 2}]}}, "one member"),
]


@pytest.mark.parametrize(("change", "said"), BROKEN)
def test_rules_of_another_form_are_named(change: dict[str, Any], said: str) -> None:
    check_rule(RULE)
    with pytest.raises(LogicError, match=said):
        check_rule(RULE | change)
    with pytest.raises(LogicError, match="rule 2: "):
        check_rules([RULE, RULE | change])


def test_too_much_is_named() -> None:
    deep: Any = True
    for _ in range(100):
        deep = {"!": [deep]}
    for rules, word in (
        ([RULE | {"Logic": deep}], "DEPTH"),
        ([RULE | {"Logic": [1] * 9000}], "SIZE"),
        ([RULE] * 2000, "SIZE"),
    ):
        with pytest.raises(LogicError) as raised:
            check_rules(rules)
        assert raised.value.word == word
    for rules in (None, "rules", {"rules": []}, [None]):
        with pytest.raises(LogicError, match="RULE"):
            check_rules(rules)


def test_rules_of_other_countries_have_the_right_form(shared: Path) -> None:
    """Every expression of the developers' rule sets is in the language."""
    seen = 0
    for line in (shared / "certlogic-testdata" / "cases.jsonl").read_text().splitlines():
        case = json.loads(line)
        if case.get("set", "spec") != "spec":
            check_logic(case["logic"])
            seen += 1
    assert seen == 407


@pytest.mark.slow
def test_a_file_of_rules_is_checked_from_the_command_line(tmp_path: Path) -> None:
    path = tmp_path / "rules.json"
    for content, code, said in (
        (json.dumps(catalogue.all_rules()), 0, "right form"),
        (json.dumps([RULE | {"Engine": "x"}]), 1, "rule 1: Engine"),
        ("[", 1, "not JSON"),
    ):
        path.write_text(content)
        run = CliRunner().invoke(app, ["rules", "--check", str(path)])
        assert run.exit_code == code, run.output
        assert said in run.output


VALUES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12) | st.just("2022-02-01")


@pytest.mark.slow
@settings(max_examples=300, deadline=None)
@given(
    st.dictionaries(st.sampled_from(["dn", "sd", "dt", "mp", "tg", "sc", "tt", "tr", "fr", "df", "du"]), VALUES),
    st.data(),
)
def test_any_entry_gets_a_decision(changes: dict[str, Any], data: st.DataObject) -> None:
    payload = copy.deepcopy(data.draw(st.sampled_from([shot(), swab(), well()])))
    for member in "vtr":
        for entry in payload.get(member, []):
            entry.update(changes)
    for known in catalogue.purposes():
        decision = decide(payload, country=known["country"], purpose=known["id"], clock=at("2022-03-21"))
        assert decision.verdict in ("accepted", "refused", "open")
