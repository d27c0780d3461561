"""Which cards follow from which facts."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from hypothesis import given
from hypothesis import strategies as st

from lachan.certificates.rules import plan as planning
from lachan.certificates.rules.entries import DoseFact, Holder, ProductCodes, hcert_content, series_of
from lachan.certificates.rules.plan import Plan, Standing, Wanted, plan
from lachan.certificates.rules.policy import policy_on, valid_until

NOW = datetime(2021, 12, 25, 3, tzinfo=UTC)
POLICY = policy_on(NOW.date())
CODES = {
    1: ProductCodes("EU/1/20/1528", "ORG-100030215", "1119349007", "208", 2),
    2: ProductCodes("EU/1/20/1525", "ORG-100001417", "29061000087103", "212", 1),
    3: ProductCodes("", "", "", "", 2),
}
BOTH = ("hcert", "domestic")


def holder(**changes: Any) -> Holder:
    return Holder(UUID(int=1), "Nguyễn Văn An", "1980-05-01", "M", None)._replace(**changes)


def dose(number: int, **changes: Any) -> DoseFact:
    day = date(2021, 6, 1) + timedelta(days=60 * number)
    made = DoseFact(uuid4(), 1, "FG3524", number, number == 2, day, 7, "VN", "here", True)
    return made._replace(**changes)


def decide(who: Holder | None, doses: list[DoseFact], standing: list[Standing], **more: Any) -> Plan:
    names = {"fn": who.name, "fnt": "NGUYEN"} if who is not None else {}
    known: dict[str, Any] = {"policy": POLICY, "codes": CODES, "now": NOW, "kinds": BOTH} | more
    return plan(who, doses, standing, names, **known)


def stored(wanted: Wanted, at: datetime = NOW) -> Standing:
    until = valid_until(at, 12)
    return Standing(
        uuid4(),
        wanted.kind,
        wanted.dose_id,
        wanted.content_hash,
        "current",
        until,
        b"k" * 8,
        f"URN:UVCI:01:VN:{uuid4().hex}",
    )


def kinds(done: Plan) -> list[str]:
    return sorted(wanted.kind for wanted in done.issue)


def test_a_first_signed_dose_gives_a_card_for_borders_and_the_completing_one_a_card_for_doors() -> None:
    first, second = dose(1), dose(2)
    assert kinds(decide(holder(), [first], [])) == ["hcert"]
    assert kinds(decide(holder(), [first, second], [])) == ["domestic", "hcert"]


def test_what_the_head_has_not_signed_opens_a_door_at_home_but_no_border() -> None:
    unsigned = [dose(1, signed=False), dose(2, signed=False)]
    assert kinds(decide(holder(), unsigned, [])) == ["domestic"]


def test_a_newer_dose_supersedes_and_revokes_nothing() -> None:
    first, second = dose(1), dose(2)
    card = stored(decide(holder(), [first], []).issue[0])
    done = decide(holder(), [first, second], [card])
    assert [(end.card.id, end.reason, end.revoked) for end in done.ended] == [(card.id, planning.SUPERSEDED, False)]
    [new] = [wanted for wanted in done.issue if wanted.kind == "hcert"]
    assert new.replaces == card.id
    assert new.content["v"][0]["dn"] == 2


def test_a_corrected_name_revokes_every_card_that_carries_the_old_one() -> None:
    doses = [dose(1), dose(2)]
    cards = [stored(wanted) for wanted in decide(holder(), doses[:1], []).issue]
    cards += [stored(wanted) for wanted in decide(holder(), doses, []).issue]
    done = decide(holder(name="Nguyễn Văn Ân"), doses, cards)
    assert {end.card.id for end in done.ended if end.revoked} == {card.id for card in cards}
    assert {end.reason for end in done.ended} == {planning.DETAILS_CHANGED}
    assert kinds(done) == ["domestic", "hcert"]


def test_a_voided_dose_revokes_its_card_and_the_one_before_is_shown_again() -> None:
    doses = [dose(1), dose(2)]
    one = stored(decide(holder(), doses[:1], []).issue[0])._replace(state="superseded")
    two, door = (stored(wanted) for wanted in decide(holder(), doses, []).issue)
    done = decide(holder(), doses[:1], [one, two, door])
    assert {(end.card.id, end.reason) for end in done.ended} == {
        (two.id, planning.DOSE_CHANGED), (door.id, planning.DOSE_CHANGED),
    }  # fmt: skip
    assert done.restore == [one.id]
    assert done.issue == []


def test_an_amended_lot_which_the_card_does_not_say_changes_nothing() -> None:
    doses = [dose(1)]
    cards = [stored(wanted) for wanted in decide(holder(), doses, []).issue]
    done = decide(holder(), [doses[0]._replace(id=uuid4(), lot_number="FK0112")], cards)
    assert done == Plan([], [], [])


def test_nobody_shows_the_card_of_the_dead_and_nobody_that_of_a_record_that_is_gone() -> None:
    doses = [dose(1)]
    cards = [stored(wanted) for wanted in decide(holder(), doses, []).issue]
    for who in (holder(died_on=date(2021, 12, 1)), None):
        done = decide(who, doses, cards)
        assert [end.revoked for end in done.ended] == [True]
        assert done.issue == []


def test_a_card_near_its_end_is_followed_by_a_new_one_and_stays_true() -> None:
    doses = [dose(1)]
    card = stored(decide(holder(), doses, []).issue[0], NOW - timedelta(days=360))
    done = decide(holder(), doses, [card])
    assert [(end.reason, end.revoked) for end in done.ended] == [(planning.RENEWED, False)]
    assert [wanted.replaces for wanted in done.issue] == [card.id]


def test_cards_of_a_distrusted_key_are_revoked_and_signed_again() -> None:
    doses = [dose(1)]
    card = stored(decide(holder(), doses, []).issue[0])
    done = decide(holder(), doses, [card], distrusted={card.key_id})
    assert [(end.reason, end.revoked) for end in done.ended] == [(planning.KEY_DISTRUSTED, True)]
    assert kinds(done) == ["hcert"]


def test_a_dose_given_elsewhere_counts_for_the_number_but_is_not_vouched_for() -> None:
    abroad = dose(1, source="abroad", country="FR", facility_id=None, signed=True)
    assert kinds(decide(holder(), [abroad], [])) == []
    done = decide(holder(), [abroad, dose(2)], [])
    [card] = [wanted for wanted in done.issue if wanted.kind == "hcert"]
    assert (card.content["v"][0]["dn"], card.content["v"][0]["sd"]) == (2, 2)


def test_a_shc_once_asked_for_is_kept_up() -> None:
    doses = [dose(1)]
    asked = [wanted for wanted in decide(holder(), doses, [], kinds=("shc",)).issue if wanted.kind == "shc"]
    card = stored(asked[0])
    done = decide(holder(name="Nguyễn Văn Ân"), doses, [card])
    assert "shc" in kinds(done)


def test_doses_in_series_as_borders_read_them() -> None:
    first, second, third = dose(1), dose(2), dose(3, completes=False)
    assert [series_of(one, [first, second, third], CODES) for one in (first, second, third)] == [2, 2, 3]
    single = dose(1, product_id=2, completes=True)
    booster = dose(2, completes=False)
    assert [series_of(one, [single, booster], CODES) for one in (single, booster)] == [1, 1]  # 1/1, then 2/1
    assert hcert_content(dose(1, product_id=3), [], {}, "1980", CODES, "1.3.0") is None


@given(st.lists(st.sampled_from(["dose", "name", "void", "sign", "merge away"]), max_size=12))
def test_after_any_history_the_live_cards_say_only_what_is_true(steps: list[str]) -> None:
    """Issue and end as the plan says after every step: what is not revoked is true, one card a kind is current."""
    who, doses = holder(), [dose(1, signed=False)]
    cards: list[Standing] = []
    for place, step in enumerate(steps):
        if step == "dose" and len(doses) < 4:
            doses = [*doses, dose(len(doses) + 1, signed=False)]
        elif step == "name":
            who = holder(name=f"Nguyễn Văn {place}")
        elif step == "void" and doses:
            doses = [one._replace(number=n) for n, one in enumerate(doses[:-1], 1)]
        elif step == "sign":
            doses = [one._replace(signed=True) for one in doses]
        current = None if step == "merge away" else who
        cards = _carried_out(decide(current, doses if current else [], cards), cards)
        again = decide(current, doses if current else [], cards)
        assert again == Plan([], [], [])  # nothing is left to do
        shown = [card.kind for card in cards if card.state == "current"]
        assert len(shown) == len(set(shown))


def _carried_out(done: Plan, cards: list[Standing]) -> list[Standing]:
    revoked = {end.card.id for end in done.ended if end.revoked}
    superseded = {end.card.id for end in done.ended if not end.revoked}
    kept = [
        card._replace(
            state="superseded" if card.id in superseded else "current" if card.id in done.restore else card.state
        )
        for card in cards
        if card.id not in revoked
    ]
    return kept + [stored(wanted) for wanted in done.issue]
