"""An officer looks at the chains of an outbreak, unfolds a cluster and follows a case; and its clusters and places."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from playwright.sync_api import expect

from lachan.kernel.ids import new_id
from lachan.places.models import Venue
from lachan.tracing.models import CaseStay
from tests.tracing.outbreak.outbreaks import case, link, midnight
from tests.tracing.work.conftest import Ward

from .conftest import SignIn, shot
from .test_station_day import at

pytestmark = [pytest.mark.journey, pytest.mark.slow]
NAMES = ("Trần Thị Bình", "Nguyễn Văn Dũng", "Lê Văn Hải", "Phạm Thị Kiều", "Hồ Thị Lan", "Vũ Văn Minh", "Đỗ Thị Nga")


def outbreak(ward: Ward) -> list[tuple[UUID, UUID]]:
    """Seven cases of one chain, each infecting two, two pairs beside it, their contacts, and a market they were at."""
    day = (ward.now - timedelta(days=21)).date()
    start = midnight(day.year, day.month, day.day)
    made: list[tuple[UUID, UUID]] = []
    for n, name in enumerate(NAMES, 1):
        person, onset = ward.person(name), start + timedelta(days=5 * (n.bit_length() - 1) + n % 2)
        made.append((person, case(person, ward.here, onset)))
        if n > 1:
            before, before_case = made[n // 2 - 1]
            link(person, before_case, before, onset - timedelta(days=4))
        for _ in range(3):
            link(uuid4(), made[-1][1], person, onset, level=1)
    for n in range(2):
        person, other = ward.person(f"Ngô Thị Cặp {n}"), ward.person(f"Ngô Văn Cặp {n}")
        first = case(person, ward.here, start + timedelta(days=n))
        case(other, ward.here, start + timedelta(days=n + 4), source_case_id=first)
    market = Venue.objects.create(
        code="VCHAINS1", name="Chợ Bến Thành", search_name="cho ben thanh", kind="market", area_id=ward.here,
        closed=False, registered_at=ward.now, changed_at=ward.now,
    )  # fmt: skip
    for person, case_id in made[:3]:
        CaseStay.objects.create(
            id=new_id(), place_id=market.id, case_id=case_id, person_id=person, disease="covid-19", others=40, listed=7,
            t_in=ward.now - timedelta(days=2), t_out=ward.now - timedelta(days=2, hours=-1), area_id=ward.here,
            noted_at=ward.now,
        )  # fmt: skip
    return made


def test_a_cluster_is_unfolded_and_a_case_followed(ward: Ward, sign_in: SignIn) -> None:
    made = outbreak(ward)
    page = sign_in("commune", width=1280, height=900)
    page.goto("/outbreak/chains/")
    expect(page.locator("#pict-chains canvas").first).to_be_visible()
    expect(page.locator("#pict-chains")).to_have_attribute("data-shows", "all")
    expect(page.locator(".pict-groups tbody tr")).to_have_count(3)
    shot(page, "outbreak-chains")

    # by keyboard: the button in the table; the way back has the focus
    button = page.locator(f'[data-unfold="{made[0][1]}"]')
    button.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#pict-chains")).to_have_attribute("data-shows", "cluster")
    expect(page.locator("#pict-back")).to_be_focused()
    expect(page.locator(".pict-table tbody tr")).to_have_count(7)
    shot(page, "outbreak-unfolded")
    page.keyboard.press("Enter")
    expect(page.locator("#pict-chains")).to_have_attribute("data-shows", "all")

    # and on to a case
    button.click()
    page.locator(".pict-table tbody a").first.click()
    expect(page).to_have_url(f"{page.url.split('/cases/')[0]}/cases/{made[0][0]}/{made[0][1]}/")
    expect(page.locator("h1")).to_contain_text(NAMES[0])


def test_cluster_map_and_wall_on_a_telephone_too(ward: Ward, sign_in: SignIn) -> None:
    made = outbreak(ward)
    page = sign_in("commune", width=360, height=740)
    for path in ("chains/", "clusters/", f"clusters/{made[0][1]}/", "map/", "wall/"):
        at(page, f"/outbreak/{path}")
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, path
        shot(page, "outbreak-" + path.split("/")[0] + ("-one" if len(path) > 40 else ""))
    page.goto("/outbreak/map/")
    page.get_by_role("button", name="Đã báo").click()
    expect(page.get_by_text("nhân viên nơi này đã được báo")).to_be_visible()
    assert not CaseStay.objects.filter(warned_at=None).exists()
