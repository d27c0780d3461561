"""The pictures of an outbreak on screen: who sees what of them, what is never shown, what a press does."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.utils import timezone

from lachan.kernel.ids import new_id
from lachan.places.models import Venue
from lachan.surveillance.models import Case
from lachan.tracing.models import CaseStay
from lachan.tracing.outbreak import graph
from tests.tracing.outbreak.outbreaks import case, chain, midnight
from tests.tracing.work.conftest import Ward

from .conftest import SignedIn

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def _forgotten() -> None:
    graph.forget()


@pytest.fixture
def start(ward: Ward) -> datetime:
    """Twenty days ago, at midnight."""
    day = (ward.now - timedelta(days=20)).date()
    return midnight(day.year, day.month, day.day)


def stay(place: int, area: int, at: datetime, person: UUID | None = None) -> None:
    CaseStay.objects.create(
        place_id=place, case_id=new_id(), person_id=person or uuid4(), disease="covid-19", t_in=at,
        t_out=at + timedelta(hours=1), others=12, listed=3, area_id=area, noted_at=at,
    )  # fmt: skip


def venue(area: int, name: str) -> int:
    now = timezone.now()
    made = Venue.objects.create(
        code=f"V{uuid4().hex[:8].upper()}", name=name, search_name=name.lower(), kind="market", area_id=area,
        closed=True, registered_at=now, changed_at=now,
    )  # fmt: skip
    return int(made.id)


def test_clusters_first_and_the_cases_of_one_when_asked(ward: Ward, start: datetime, signed_in: SignedIn) -> None:
    made = chain(ward.here, start)
    away = case(uuid4(), ward.there, start)
    officer = signed_in("commune")
    page = officer.get("/outbreak/chains/")
    assert page.status_code == 200
    assert f'data-unfold="{made[0][1]}"' in page.content.decode()
    told = officer.get(f"/outbreak/chains/{made[2][1]}/").json()
    assert told["parent"] == [-1, 0, 1, 2]
    assert told["page"][0] == f"/cases/{made[0][0]}/{made[0][1]}/"
    assert officer.get(f"/outbreak/chains/{away}/").status_code == 404
    assert officer.get(f"/outbreak/clusters/{away}/").status_code == 404


def test_who_sees_no_cases_sees_figures_without_a_way_to_any(
    ward: Ward, start: datetime, signed_in: SignedIn
) -> None:  # fmt: skip
    made = chain(ward.here, start)
    Case.objects.update(cluster="Tiệc cưới nhà ông Tám")
    stay(venue(ward.here, "Chợ Bí Mật"), ward.here, ward.now - timedelta(days=1))
    nation = signed_in("national")
    for path in ("chains", "clusters", "map", "wall"):
        text = nation.get(f"/outbreak/{path}/").content.decode()
        for secret in ("Chợ Bí Mật", "ông Tám", *(str(one) for pair in made for one in pair)):
            assert secret not in text, path
        for code in Case.objects.values_list("code", flat=True):
            assert code not in text, path
    assert nation.get(f"/outbreak/chains/{made[0][1]}/").status_code == 403
    assert nation.get(f"/outbreak/clusters/{made[0][1]}/").status_code == 403


def test_places_are_named_within_my_areas_and_told_by_hand_once(ward: Ward, signed_in: SignedIn) -> None:
    mine, theirs = venue(ward.here, "Chợ Bến Nghé"), venue(ward.there, "Chợ Dịch Vọng")
    for place, area in ((mine, ward.here), (theirs, ward.there)):
        stay(place, area, ward.now - timedelta(days=1))
    officer = signed_in("commune")
    text = officer.get("/outbreak/map/").content.decode()
    assert "Chợ Bến Nghé" in text
    assert "Chợ Dịch Vọng" not in text
    for place in (mine, theirs):
        officer.post("/outbreak/map/told/", {"place": str(place)})
    told = dict(CaseStay.objects.values_list("place_id", "warned_at"))
    assert told[mine] is not None
    assert told[theirs] is None
    assert officer.post("/outbreak/map/told/", {"place": "x" * 40}).status_code == 302
    assert signed_in("tracer").get("/outbreak/map/").status_code == 200


def test_a_name_is_written_on_every_case_of_the_cluster(ward: Ward, start: datetime, signed_in: SignedIn) -> None:
    people = [ward.person(name) for name in ("Trần Thị Một", "Lê Văn Hai")]
    first = case(people[0], ward.here, start, source_case_id=None)
    second = case(people[1], ward.here, start + timedelta(days=5), source_case_id=first)
    other = case(uuid4(), ward.here, start)
    officer = signed_in("commune")
    answer = officer.post(
        f"/outbreak/clusters/{second}/name/", {"name": "Chợ Bến Nghé", "command_id": str(new_id())}, follow=True
    )
    assert answer.status_code == 200
    named = dict(Case.objects.values_list("id", "cluster"))
    assert (named[first], named[second], named[other]) == ("Chợ Bến Nghé", "Chợ Bến Nghé", "")
    assert "Chợ Bến Nghé" in answer.content.decode()
    assert "Trần Thị Một" not in answer.content.decode()


@pytest.mark.parametrize(
    "asked", ["since=x", "since=2021-13-01", "until=9999-01-01", "area=99999999", "disease=plague"]
)
def test_nonsense_in_the_address_is_the_usual_picture(ward: Ward, signed_in: SignedIn, asked: str) -> None:
    assert signed_in("commune").get(f"/outbreak/chains/?{asked}").status_code == 200
