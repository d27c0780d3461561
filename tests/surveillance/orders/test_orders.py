"""Orders: numbers without a gap, one standing of a kind and cause, proof that they came."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from lachan.access.rules import Role
from lachan.kernel import journal
from lachan.kernel.database import hot_cursor
from lachan.kernel.outcomes import ACCEPTED, REFUSED, Outcome
from lachan.surveillance.models import Order
from lachan.surveillance.orders import issuing, queries
from lachan.surveillance.orders.basis import basis_on, by_id, catalogue
from lachan.surveillance.orders.issuing import Issued, NewOrder
from lachan.surveillance.orders.queries import Wanted, orders_of
from tests.surveillance.cases.conftest import Counting, Ward


def new(person: UUID, area_id: int | None, **more: Any) -> NewOrder:
    first = date(2022, 3, 10)
    order = NewOrder(person, "quarantine", "covid-19", uuid4(), area_id, "home", "12 Tôn Đức Thắng", first,
                     first + timedelta(days=7))  # fmt: skip
    return order._replace(**more)


def issue(ward: Ward, orders: list[NewOrder]) -> list[Issued]:
    with hot_cursor() as cursor:
        return issuing.issue(cursor, orders, actor=ward.root, now=ward.now)


def ordered(ward: Ward, person: UUID, cause: UUID, **more: Any) -> Outcome:
    body = {"kind": "isolation", "disease": "covid-19", "cause_id": str(cause), "starts_on": "2022-03-10",
            "ends_on": "2022-03-20", "place": "12 Tôn Đức Thắng", **more}  # fmt: skip
    return ward.send("order.issue", person={"id": str(person)}, **body)


def test_numbers_run_on_in_each_commune(ward: Ward) -> None:
    here = ward.people(3)
    first = issue(ward, [new(person, ward.commune) for person in here])
    assert [(one.number, one.year) for one in first] == [(1, 2022), (2, 2022), (3, 2022)]
    mixed = issue(ward, [new(here[0], ward.elsewhere), new(here[1], ward.commune), new(here[2], ward.elsewhere)])
    assert [one.number for one in mixed] == [1, 4, 2]


def test_an_equal_order_again_is_the_one_that_stands_and_another_replaces_it(ward: Ward) -> None:
    person = ward.person()
    order = new(person, ward.commune)
    [first] = issue(ward, [order])
    [again] = issue(ward, [order])
    assert (again.id, again.number, again.reason) == (first.id, first.number, "order_stands")
    [longer] = issue(ward, [order._replace(ends_on=date(2022, 3, 24))])
    assert longer.number == 2
    states = {one.id: (one.state, one.number) for one in orders_of([person])}
    assert states == {first.id: ("replaced", 1), longer.id: ("standing", 2)}
    assert Order.objects.get(id=longer.id).replaces_id == first.id


def test_of_two_orders_of_one_cause_in_one_call_the_last_stands_and_no_number_is_lost(ward: Ward) -> None:
    one, other = ward.people(2)
    order = new(one, ward.commune)
    found = issue(ward, [order, order._replace(ends_on=date(2022, 3, 30)), new(other, ward.commune)])
    assert found[0] == found[1]
    assert sorted({one.number for one in found}) == [1, 2]
    assert Order.objects.get(id=found[0].id).ends_on == date(2022, 3, 30)


def test_without_a_commune_nobody_can_issue_it(ward: Ward) -> None:
    [found] = issue(ward, [new(ward.person(), None)])
    assert (found.id, found.reason) == (None, "order_without_area")


def test_statements_do_not_follow_the_number_of_orders(ward: Ward) -> None:
    def statements(count: int) -> int:
        orders = [new(person, ward.commune) for person in ward.people(count)]
        with hot_cursor() as cursor:
            counted = Counting(cursor)
            issuing.issue(counted, orders, actor=ward.root, now=ward.now)
        return counted.count

    assert statements(1) == statements(120) == 4  # standing, numbers, orders, journal


def test_what_an_order_says_of_a_place_is_sealed(ward: Ward) -> None:
    person = ward.person()
    issue(ward, [new(person, ward.commune)])
    [(place,)] = Order.objects.filter(person_id=person).values_list("place")
    assert "Tôn".encode() not in bytes(place)
    assert orders_of([person])[0].place == "12 Tôn Đức Thắng"


def test_an_officer_issues_it_of_a_case_and_the_proof_is_kept_once(ward: Ward) -> None:
    person = ward.person()
    ward.result(person)
    case = ward.case(person)
    done = ordered(ward, person, case.id, by=ward.officer)
    assert done.status == ACCEPTED
    assert done.params is not None
    assert (done.params["number"], done.params["stands"]) == (1, False)
    bring = {"person": {"id": str(person)}, "order_id": str(done.id), "how": "hand", "note": "mẹ ký nhận"}
    assert ward.send("order.deliver", by=ward.officer, **bring).status == ACCEPTED
    assert ward.send("order.deliver", by=ward.officer, **bring | {"how": "sms"}).reason == "order_delivered_already"
    [order] = orders_of([person])
    assert (order.delivered_how, order.delivery_note, order.delivered_at) == ("hand", "mẹ ký nhận", ward.now)
    verbs = [entry.verb for entry in journal.history(person)]
    assert {"order.issued", "order.delivered"} <= set(verbs)


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"ends_on": "2022-03-09"}, "order_days_reversed"),
        ({"ends_on": "2022-08-01"}, "order_too_long"),
        ({"disease": "plague"}, "disease_unknown"),
        ({"kind": "arrest"}, "malformed"),
    ],
)
def test_an_order_that_cannot_be_is_refused(ward: Ward, more: dict[str, Any], reason: str) -> None:
    refused = ordered(ward, ward.person(), uuid4(), **more)
    assert (refused.status, refused.reason) == (REFUSED, reason)


def test_only_officers_of_the_commune_issue_and_deliver(ward: Ward) -> None:
    person = ward.person()
    stranger = ward.role(Role.COMMUNE_OFFICER, area_id=ward.elsewhere)
    assert ordered(ward, person, uuid4(), by=stranger).reason == "not_allowed_here"
    assert ordered(ward, person, uuid4(), by=ward.role_at_station()).reason == "not_allowed"
    done = ordered(ward, person, uuid4())
    bring = {"person": {"id": str(person)}, "order_id": str(done.id), "how": "hand"}
    assert ward.send("order.deliver", by=stranger, **bring).reason == "not_allowed_here"
    other = ward.person()
    assert ward.send("order.deliver", **bring | {"person": {"id": str(other)}}).reason == "order_unknown"


def test_what_is_taken_back_is_not_brought_and_keeps_its_number(ward: Ward) -> None:
    person, cause = ward.person(), uuid4()
    done = ordered(ward, person, cause)
    body = {"person": {"id": str(person)}, "order_id": str(done.id)}
    assert ward.send("order.withdraw", by=ward.officer, reason="dương tính giả", **body).status == ACCEPTED
    assert ward.send("order.deliver", by=ward.officer, how="hand", **body).reason == "order_stands_no_more"
    again = ordered(ward, person, cause)
    assert again.params is not None
    assert again.params["number"] == 2


def test_lists_by_what_is_still_to_be_done(ward: Ward) -> None:
    people = ward.people(3)
    found = issue(ward, [new(person, ward.commune) for person in people])
    ids = [one.id for one in found]
    assert queries.counts([ward.commune]) == (3, 0)
    with hot_cursor() as cursor:
        issuing.mark_printed(cursor, [(people[0], ids[0]), (people[1], ids[1])], ward.now)
    assert queries.counts([ward.commune]) == (1, 2)
    ward.must("order.deliver", person={"id": str(people[0])}, order_id=str(ids[0]), how="post")

    def listed(state: str) -> set[UUID | None]:
        return {order.id for order in queries.page([ward.commune], Wanted(state))}

    assert (listed("new"), listed("bring"), listed("brought")) == ({ids[2]}, {ids[1]}, {ids[0]})
    assert listed("all") == set(ids)
    assert queries.page([ward.elsewhere]) == []
    newest = queries.page(None, limit=1)[0]
    rest = queries.page(None, before=(newest.recorded_at, newest.id))
    assert {newest.id, *(order.id for order in rest)} == set(ids)


def test_an_order_follows_its_person(ward: Ward) -> None:
    one, other = ward.people(2)
    issue(ward, [new(other, ward.commune)])
    ward.must("person.merge", person={"id": str(one)}, other={"id": str(other)}, reason="cùng một người")
    assert len(orders_of([one])) == 1


def test_every_basis_says_something_of_every_kind() -> None:
    for basis in catalogue():
        assert set(basis.kinds) == {"isolation", "quarantine", "release", "discharge"}
        assert by_id(basis.id) is basis
        assert basis.verified or basis.note
    assert basis_on(date(2000, 1, 1)) is catalogue()[0]
    with pytest.raises(LookupError):
        by_id("none")
