"""The identifier of a certificate and its check character."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lachan.certificates.codecs import uvci

OPAQUE = st.from_regex(r"[A-Z0-9]{1,20}(/[A-Z0-9]{1,20})?", fullmatch=True)


def test_made_and_checked() -> None:
    made = uvci.make("VN", "79001/FFFE3D31FABD0358")
    assert made.startswith("URN:UVCI:01:VN:79001/FFFE3D31FABD0358#")
    assert uvci.valid(made) is True
    assert uvci.valid(made.rpartition("#")[0]) is None


@given(OPAQUE, st.data())
def test_one_wrong_character_is_always_found(opaque: str, data: st.DataObject) -> None:
    made = uvci.make("VN", opaque)
    place = data.draw(st.integers(0, len(made) - 3))
    other = data.draw(st.sampled_from(sorted(set("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/:") - {made[place]})))
    assert uvci.valid(made[:place] + other + made[place + 1 :]) is False


@given(st.text(max_size=40))
def test_any_text_has_an_answer(text: str) -> None:
    assert uvci.valid(text) in ((True, False) if "#" in text else (None,))


@pytest.mark.parametrize("text", ["#", "#A", "abc#A", "URN:UVCI:01:VN:A#", "URN:UVCI:01:VN:A#AB", "A#B#C", "É#A"])
def test_what_is_no_identifier_is_not_valid(text: str) -> None:
    assert uvci.valid(text) is False


@pytest.mark.parametrize(
    ("country", "opaque"),
    [("vn", "A"), ("VNM", "A"), ("VN", ""), ("VN", "a"), ("VN", "A#B"), ("VN", "/A"), ("VN", "A//B"), ("VN", "A" * 60)],
)
def test_other_forms_are_refused(country: str, opaque: str) -> None:
    with pytest.raises(ValueError, match=r"country|opaque|at most"):
        uvci.make(country, opaque)


def test_countries_that_follow_the_guideline(shared: Path) -> None:
    """AT and SI count the check character over the whole identifier; IS in three of five."""
    verdicts: dict[str, set[bool | None]] = {"AT": set(), "SI": set()}
    for line in (shared / "dcc-testdata" / "cases.jsonl").read_text().splitlines():
        case = json.loads(line)
        for entry in (case.get("JSON") or {}).get("v") or []:
            if case["country"] in verdicts:
                verdicts[case["country"]].add(uvci.valid(entry["ci"]))
    assert verdicts == {"AT": {True}, "SI": {True}}
