"""What holds for every pair, not only for the ones we thought of."""

import datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lachan.people.identifiers import one_slip_apart
from lachan.people.matching import decide, decide_many, from_dict

NAMES = [
    "Nguyễn Văn An",
    "Nguyễn Văn Anh",
    "Nguyen Van An",
    "An Văn Nguyễn",
    "Trần Thị Hòa",
    "Trần Thị Hoà",
    "N. V. An",
]
DATES = ["1988-07-20", "1988", "1988-01-01", "1988-07-21", "1971-03-02", "2014-07-20", "x", None]
IDS = ["079088605352", "079088605325", "079088115352", "001088999999", "79088605352", "025123456", "rác", None]
PHONES = ["0944216980", "+84944216980", "0371586510", None]
COMMUNES = ["Xã Tân Phú Trung", "xa tan phu trung", "Xã Vĩnh Thái", None]

vietnamese = st.fixed_dictionaries(
    {
        "full_name": st.sampled_from(NAMES) | st.text(min_size=1, max_size=20).filter(lambda t: bool(t.strip())),
        "sex": st.sampled_from(["M", "F", None]),
        "dob": st.sampled_from(DATES) | st.dates(datetime.date(1920, 1, 1), datetime.date(2024, 1, 1)).map(str),
        "citizen_id": st.sampled_from(IDS),
        "old_id": st.sampled_from(["025123456", "371987654", None]),
        "phone": st.sampled_from(PHONES),
        "mother_name": st.sampled_from(["Lê Thị Mai", "Lê Mai", "Võ Thị Lan", None]),
        "commune": st.sampled_from(COMMUNES),
        "district": st.sampled_from(["Huyện Củ Chi", None]),
        "province": st.sampled_from(["Thành phố Hồ Chí Minh", "Tỉnh Quảng Trị", None]),
        "recorded": st.sampled_from(["2021-10-28", "2025-10-28", None]),
    }
)
name_parts = st.fixed_dictionaries(
    {
        "given_name": st.sampled_from(["Louise", "Luise", "Lou", "Mason", None]),
        "middle_name": st.sampled_from(["Violenta", "V", "Louise", None]),
        "family_name": st.sampled_from(["Mason", "Mason-Yuma", "Louise", "Smith"]),
        "dob": st.sampled_from(["2008-01-14", "2008-01-15", "2008-01-01", None]),
        "sex": st.sampled_from(["F", "M", None]),
        "ssn": st.sampled_from(["198332912", "198332913", "725811778", None]),
        "medicaid": st.sampled_from(["725811778", "300819221", None]),
        "street": st.sampled_from(["267 Dubuque Pl", "267 Dubuque P", "1 Elm St", None]),
        "zip": st.sampled_from(["49548", "48001", None]),
        "guardian_given_name": st.sampled_from(["Eyota", "Alvis", None]),
        "suffix": st.sampled_from(["Jr", "Sr", None]),
        "birth_order": st.sampled_from(["1", "2", None]),
        "multiple_birth": st.sampled_from(["Y", None]),
    }
)
record = (vietnamese | name_parts).filter(lambda data: any(c.isalnum() for c in str(data.get("full_name") or "a")))


def _usable(data: dict[str, Any]) -> bool:
    try:
        from_dict(data)
    except ValueError:
        return False
    return True


@pytest.mark.slow
@given(record.filter(_usable), record.filter(_usable))
@settings(max_examples=500, deadline=None)
def test_the_order_of_the_two_does_not_matter(a: dict[str, Any], b: dict[str, Any]) -> None:
    left, right = from_dict(a), from_dict(b)
    assert decide(left, right) == decide(right, left)
    assert decide_many([(left, right)]) == [decide(left, right)]


@pytest.mark.slow
@given(vietnamese.filter(_usable), vietnamese.filter(_usable))
@settings(max_examples=1000, deadline=None)
def test_two_different_citizen_ids_are_never_merged(a: dict[str, Any], b: dict[str, Any]) -> None:
    left, right = from_dict(a), from_dict(b)
    x, y = left.citizen_id, right.citizen_id
    if x and y and x != y and not one_slip_apart(x, y):
        assert decide(left, right).decision != "match"


@pytest.mark.slow
@given(vietnamese.filter(_usable), vietnamese.filter(_usable))
@settings(max_examples=1000, deadline=None)
def test_without_a_number_name_and_date_alone_are_never_enough(a: dict[str, Any], b: dict[str, Any]) -> None:
    """Nor is a phone: strangers' facts are taken away until only names, dates, sex and one phone are left."""
    bare = dict.fromkeys(("citizen_id", "old_id", "mother_name", "commune", "district", "phone"))
    assert decide(from_dict({**a, **bare}), from_dict({**b, **bare})).decision != "match"
    shared = {**bare, "phone": "0944216980", "full_name": "Trần Thị Hòa"}
    other = {**bare, "phone": "0944216980", "full_name": "Đỗ Văn Bình"}
    assert decide(from_dict({**a, **shared}), from_dict({**b, **other})).decision == "no"


@pytest.mark.slow
@given(name_parts.filter(_usable), name_parts.filter(_usable))
@settings(max_examples=1000, deadline=None)
def test_two_social_security_numbers_are_never_merged(a: dict[str, Any], b: dict[str, Any]) -> None:
    x, y = a["ssn"], b["ssn"]
    if x and y and x != y and not one_slip_apart(x, y):
        assert decide(from_dict(a), from_dict(b)).decision != "match"


@pytest.mark.slow
@given(vietnamese.filter(_usable), vietnamese.filter(_usable))
@settings(max_examples=500, deadline=None)
def test_the_score_lies_in_the_band_of_its_decision(a: dict[str, Any], b: dict[str, Any]) -> None:
    found = decide(from_dict(a), from_dict(b))
    low, high = {"match": (0.9, 1.0), "possible": (0.4, 0.9), "no": (0.0, 0.4)}[found.decision]
    assert low <= found.score <= high
