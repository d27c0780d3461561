"""The compiled schemas say what the JSON schemas say, version by version; and the table is what the tool writes."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lachan.certificates.codecs.hcert import facts, schema

CHECKOUT = Path(__file__).resolve().parents[3]
NAME = {"fn": "Nguyễn", "fnt": "NGUYEN", "gn": "Bảo Duy", "gnt": "BAO<DUY"}
ENTRIES: dict[str, dict[str, Any]] = {
    "v": {
        "tg": "840539006",
        "vp": "J07BX03",
        "mp": "EU/1/20/1528",
        "ma": "ORG-100030215",
        "dn": 1,
        "sd": 2,
        "dt": "2021-06-18",
        "co": "VN",
        "is": "Ministry of Health",
        "ci": "URN:UVCI:01:VN:A1#B",
    },
    "t": {
        "tg": "840539006",
        "tt": "LP6464-4",
        "nm": "a test",
        "ma": "1232",
        "sc": "2021-06-18T10:00:00Z",
        "dr": "2021-06-18T11:00:00Z",
        "tr": "260415000",
        "tc": "a centre",
        "co": "VN",
        "is": "Ministry of Health",
        "ci": "URN:UVCI:01:VN:A1#B",
    },
    "r": {
        "tg": "840539006",
        "fr": "2021-06-01",
        "df": "2021-06-12",
        "du": "2021-11-01",
        "co": "VN",
        "is": "Ministry of Health",
        "ci": "URN:UVCI:01:VN:A1#B",
    },
}
odd = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 12),
    st.sampled_from([1.0, 1.5, -0.0, 1e300, 10**30, [], {}, [{}], "", "A", "a", "A<B", "A<B\n", "ÁB", "AZ" * 20]),
    st.sampled_from(["1" * 50, "1" * 51, "ê" * 80, "ê" * 81, "1990-02-03", "1990-02", "1990", "1890-01-01"]),
    st.sampled_from(
        ["1990-02-03T00:00:00", "1990-02-03\n", "١٩٩٠-02-03", "19٩٠-02", "1.3.0\n", "1x3y0", "1.\n.0", "VN"]
    ),
    st.text(max_size=90),
)


@st.composite
def payloads(draw: st.DrawFn, version: str) -> dict[str, Any]:
    """A good certificate with a few things changed: members gone, of other kinds, at limits; groups doubled or odd."""
    kinds = draw(st.lists(st.sampled_from(schema.KINDS), min_size=0, max_size=2, unique=True)) or ["v"]
    payload: dict[str, Any] = {"ver": version, "nam": dict(NAME), "dob": "1983-10-10"}
    for kind in kinds:
        payload[kind] = [dict(ENTRIES[kind]) for _ in range(draw(st.sampled_from([1, 1, 1, 1, 2, 0])))]
    places = [payload, payload["nam"], *(entry for kind in kinds for entry in payload[kind])]
    for _ in range(draw(st.integers(0, 3))):
        place = draw(st.sampled_from(places))
        name = draw(st.sampled_from([*sorted(place), "other"]))
        if name == "ver":
            continue
        if draw(st.booleans()):
            place.pop(name, None)
        else:
            place[name] = draw(odd)
    return payload


@pytest.fixture(scope="module")
def validators(shared: Path) -> dict[str, Any]:
    """The JSON schemas, as a general validator reads them."""
    found = {}
    for path in (shared / "dcc-testdata/schemas").glob("*.json"):
        found[path.stem.partition("-")[2]] = jsonschema_rs.validator_for(json.loads(path.read_text(encoding="utf-8")))
    assert tuple(sorted(found)) == facts.VERSIONS
    return found


@pytest.mark.slow
@pytest.mark.parametrize("version", facts.VERSIONS)
def test_says_what_the_json_schema_says(validators: dict[str, Any], version: str) -> None:
    """For anything near a certificate; the one rule on top is counted apart."""

    @settings(max_examples=250, deadline=None, suppress_health_check=list(HealthCheck))
    @given(payloads(version))
    def holds(payload: dict[str, Any]) -> None:
        ours = schema.problems(payload)
        assert (not [one for one in ours if one != schema.Problem("", "one_entry")]) == validators[version].is_valid(
            payload
        ), (payload, ours)

    holds()


@pytest.mark.parametrize(("kind", "member"), [(kind, member) for kind, entry in ENTRIES.items() for member in entry])
def test_every_member_is_looked_at(kind: str, member: str) -> None:
    """A member of another kind is found, in the oldest and the newest version (but "dr", which the newest forgot)."""
    for version in (facts.VERSIONS[0], facts.VERSIONS[-1]):
        payload = {"ver": version, "nam": NAME, "dob": "1983-10-10", kind: [{**ENTRIES[kind], member: []}]}
        problems = [problem.member for problem in schema.problems(payload)]
        assert problems == ([] if member == "dr" and version == "1.3.3" else [f"{kind}.0.{member}"])


@pytest.mark.parametrize(
    ("said", "judged"),
    [
        ("1.3.0", "1.3.0"),
        ("1.0.4", "1.0.1"),
        ("1.2.9", "1.2.1"),
        ("1.10.0", "1.3.3"),
        ("2.0.0", "1.3.3"),
        ("0.9.0", "1.0.0"),
        ("1x3x0", "1.3.3"),
        (None, "1.3.3"),
        (130, "1.3.3"),
        ("9" * 5000, "1.3.3"),
    ],
)
def test_a_version_without_a_schema_goes_by_the_nearest_older(said: Any, judged: str) -> None:
    assert schema.nearest(said) == judged


@pytest.mark.parametrize("version", facts.VERSIONS)
def test_exactly_one_entry_in_every_version(version: str) -> None:
    payload = {"ver": version, "nam": NAME, "dob": "1983-10-10"}
    assert schema.valid({**payload, "v": [ENTRIES["v"]]})
    assert not schema.valid(payload)
    assert not schema.valid({**payload, "v": [ENTRIES["v"]] * 2})
    assert not schema.valid({**payload, "v": [ENTRIES["v"]], "t": [ENTRIES["t"]]})


@pytest.mark.slow
def test_the_table_is_what_the_tool_writes(shared: Path, tmp_path: Path) -> None:
    tool, written = CHECKOUT / "tools/reference/certificates.py", tmp_path / "facts.py"
    subprocess.run([sys.executable, tool, "--shared", shared, "--out", written], check=True, capture_output=True)
    assert written.read_bytes() == (CHECKOUT / "src/lachan/certificates/codecs/hcert/facts.py").read_bytes()
