import pytest

from lachan.people.matching import Record, from_dict
from lachan.people.matching.door import MOST_CANDIDATES, TooManyCandidatesError, rank, rank_many

ADDRESS = {"commune": "Xã Tân Phú Trung", "district": "Huyện Củ Chi", "province": "Thành phố Hồ Chí Minh"}


def _person(name: str, dob: str = "1988-07-20", sex: str = "F", **more: str) -> Record:
    return from_dict({"full_name": name, "dob": dob, "sex": sex, **more})


ASKED = _person("Nguyễn Thị Hằng", citizen_id="079188605352", phone="0944216980", **ADDRESS)


def test_an_equal_number_decides_and_stands_first() -> None:
    neighbour = _person("Nguyễn Thị Hằng", phone="0371586510", **ADDRESS)
    herself = _person("NGUYEN THI HANG", citizen_id="079188605352")
    stranger = _person("Lê Văn Bình", "1960-01-02", "M")
    ranked = rank([stranger, neighbour, herself], ASKED)
    assert [(r.index, r.decision.decision) for r in ranked] == [(2, "match"), (1, "possible"), (0, "no")]


def test_without_a_number_a_person_decides_even_where_all_agrees() -> None:
    (only,) = rank([_person("Nguyễn Thị Hằng", phone="0944216980", **ADDRESS)], ASKED)
    assert (only.decision.decision, only.decision.reasons[0]) == ("possible", "three_of_four")


@pytest.mark.parametrize(
    ("candidate", "decision"),
    [
        (_person("Nguyễn Thị Hằng"), "possible"),  # name, sex, date
        (_person("Trần Thu Cúc", **ADDRESS), "possible"),  # sex, date, commune
        (_person("Nguyễn Thị Hằng", "1971-01-02", phone="0944216980"), "possible"),  # name, sex, contact
        (_person("Nguyễn Thị Hằng", "1971-01-02"), "no"),  # name, sex
        (_person("Trần Thu Cúc", "1971-01-02", phone="0944216980"), "no"),  # sex, contact
    ],
)
def test_three_of_four(candidate: Record, decision: str) -> None:
    assert rank([candidate], ASKED)[0].decision.decision == decision


def test_another_number_is_another_person_though_three_of_four_agree() -> None:
    namesake = _person("Nguyễn Thị Hằng", citizen_id="079188999999", phone="0944216980", **ADDRESS)
    assert rank([namesake], ASKED)[0].decision.decision == "no"


def test_one_number_on_two_records_is_for_a_person_to_merge() -> None:
    twice = [_person("Nguyễn Thị Hằng", citizen_id="079188605352") for _ in range(2)]
    ranked = rank(twice, ASKED)
    assert [r.decision.decision for r in ranked] == ["possible", "possible"]
    assert ranked[0].decision.reasons[0] == "one_id_on_two_records"


def test_a_batch_is_answered_in_order() -> None:
    stranger = _person("Lê Văn Bình", "1960-01-02", "M")
    assert [len(answer) for answer in rank_many([([stranger], ASKED), ([], ASKED)])] == [1, 0]


def test_a_search_too_wide_is_refused() -> None:
    with pytest.raises(TooManyCandidatesError):
        rank([ASKED] * (MOST_CANDIDATES + 1), ASKED)
