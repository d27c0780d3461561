"""The paper's count against the records."""

from __future__ import annotations

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from lachan.immunization.rules.debt import Counted, settle

A, B = UUID(int=1), UUID(int=2)
PFIZER, MODERNA = 1, 2


def test_a_session_is_held_against_its_own_doses() -> None:
    found = settle([Counted(A, {PFIZER: 5}), Counted(B, {PFIZER: 5})], {(A, PFIZER): 7, (B, PFIZER): 2}, {})
    assert [(line.missing, line.surplus) for line in found] == [(0, 2), (3, 0)], "one session's surplus fills no other"


def test_doses_of_no_session_fill_the_earliest_gap() -> None:
    found = settle([Counted(A, {PFIZER: 3}), Counted(B, {PFIZER: 3})], {(None, PFIZER): 4}, {})
    assert [(line.recorded, line.missing) for line in found] == [(3, 0), (1, 2)]


def test_an_explanation_answers_for_what_is_missing_and_no_more() -> None:
    [line] = settle([Counted(A, {PFIZER: 3})], {(A, PFIZER): 2}, {(A, PFIZER): 3})
    assert (line.explained, line.missing) == (1, 0)


def test_another_product_is_another_matter() -> None:
    found = settle([Counted(A, {PFIZER: 1})], {(A, MODERNA): 1, (None, MODERNA): 9}, {})
    assert {line.product_id: (line.missing, line.surplus) for line in found} == {PFIZER: (1, 0), MODERNA: (0, 1)}


counts = st.dictionaries(st.sampled_from([PFIZER, MODERNA]), st.integers(0, 9))
keys = st.tuples(st.sampled_from([A, B, None]), st.sampled_from([PFIZER, MODERNA]))


@given(
    paper=st.tuples(counts, counts),
    recorded=st.dictionaries(keys, st.integers(0, 9)),
    explained=st.dictionaries(
        st.tuples(st.sampled_from([A, B]), st.sampled_from([PFIZER, MODERNA])), st.integers(0, 9)
    ),
)
def test_every_line_adds_up(
    paper: tuple[dict[int, int], dict[int, int]],
    recorded: dict[tuple[UUID | None, int], int],
    explained: dict[tuple[UUID, int], int],
) -> None:
    found = settle([Counted(A, paper[0]), Counted(B, paper[1])], recorded, explained)
    for line in found:
        assert line.given + line.surplus == line.recorded + line.explained + line.missing
        assert min(line[2:]) >= 0
        assert line.explained <= explained.get((line.session_id, line.product_id), 0)
    for product in (PFIZER, MODERNA):
        used = sum(
            line.recorded - recorded.get((line.session_id, product), 0) for line in found if line.product_id == product
        )
        assert 0 <= used <= recorded.get((None, product), 0), "a dose fills one gap only"
