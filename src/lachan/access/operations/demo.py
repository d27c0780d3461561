"""Sign-ins of the demonstration: one user for each role, at the places of the story everyone can follow.

The station is that of phường Bến Nghé, Quận 1, Thành phố Hồ Chí Minh, as the map was in October 2021.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Final, NamedTuple
from uuid import UUID

from django.conf import settings

from lachan.access.actors import Actor
from lachan.access.models import User
from lachan.access.operations.grants import NewGrant, grant
from lachan.access.operations.users import NewUser, create_users
from lachan.access.rules import STATION_ROLES, Role
from lachan.access.scopes import NATION
from lachan.kernel.errors import Forbidden, Problem
from lachan.places import queries as places

DEMO_PASSWORD: Final = "lachan-demo-2021"
DEMO_DAY: Final = date(2021, 10, 16)
COMMUNE, DISTRICT, PROVINCE = "26740", "760", "79"  # Bến Nghé, Quận 1, TP Hồ Chí Minh


class DemoUser(NamedTuple):
    username: str
    display_name: str
    roles: tuple[Role, ...]
    place: str  # name of the facility or area


# (user name, name, roles, level of the area or None for the station)
_CAST: Final[tuple[tuple[str, str, tuple[Role, ...], int | None], ...]] = (
    # a commune station has a handful of staff: this nurse does everything a nurse may
    ("nurse", "Nguyễn Thị Thu Hà", tuple(sorted(STATION_ROLES - {Role.HEAD})), None),
    ("receptionist", "Lê Thị Kim Ngân", (Role.RECEPTIONIST,), None),
    ("screener", "Trần Quốc Bảo", (Role.SCREENER,), None),
    ("vaccinator", "Phạm Ngọc Ánh", (Role.VACCINATOR,), None),
    ("observer", "Võ Minh Khôi", (Role.OBSERVER,), None),
    ("head", "Đặng Thị Hồng Loan", (Role.HEAD,), None),
    ("laboratory", "Lý Minh Châu", (Role.LABORATORY,), None),
    ("tracer", "Trương Thị Yến Nhi", (Role.TRACER,), 3),
    ("commune", "Huỳnh Văn Phúc", (Role.COMMUNE_OFFICER,), 3),
    ("district", "Bùi Thanh Tùng", (Role.DISTRICT_OFFICER,), 2),
    ("province", "Đỗ Thị Mai Phương", (Role.PROVINCE_OFFICER,), 1),
    ("national", "Hoàng Đức Thịnh", (Role.NATIONAL_OFFICER,), 0),
    ("auditor", "Ngô Thị Bích Vân", (Role.AUDITOR,), 0),
    ("support", "Dương Gia Huy", (Role.SUPPORT,), 0),
    ("admin", "Phan Thị Diệu Linh", (Role.ADMINISTRATOR,), 0),
)


def create_demo_users(now: datetime) -> list[DemoUser]:
    """Open the demonstration's accounts, all with :data:`DEMO_PASSWORD`; again has no second effect.

    Raises :class:`Forbidden` outside the demonstration: the password is public.
    """
    if not settings.LACHAN_DEMO:
        raise Forbidden("Demonstration sign-ins exist in the demonstration only.")
    actor = Actor.system("demonstration")
    wanted = [NewUser(username, name, DEMO_PASSWORD) for username, name, _, _ in _CAST]
    for outcome in create_users(wanted, actor=actor, now=now):
        if outcome.reason not in (None, "username_taken"):
            raise Problem("demonstration", "Demonstration not made", f"{outcome.reason}: {outcome.params}")
    ids = dict(User.objects.filter(username__in=[item.username for item in wanted]).values_list("username", "id"))
    station, areas = _story_places()
    grants: list[NewGrant] = []
    cast: list[DemoUser] = []
    for username, name, roles, level in _CAST:
        place = station if level is None else areas[level]
        grants += [_grant(ids[username], role, level, place[0]) for role in roles]
        cast.append(DemoUser(username, name, roles, place[1]))
    for outcome in grant(grants, actor=actor, now=now):
        if outcome.reason is not None:
            raise Problem("demonstration", "Demonstration not made", f"{outcome.reason}: {outcome.params}")
    return cast


def usernames() -> list[str]:
    """The demonstration's sign-ins, in the order of the story."""
    return [username for username, *_ in _CAST]


def _grant(user_id: UUID, role: Role, level: int | None, place_id: int) -> NewGrant:
    return NewGrant(
        role,
        user_id=user_id,
        facility_id=place_id if level is None else None,
        area_id=None if level is None else place_id,
    )


def _story_places() -> tuple[tuple[int, str], dict[int, tuple[int, str]]]:
    """((station id, name), level -> (area id, name)); Problem when the reference data are not loaded."""
    areas: dict[int, tuple[int, str]] = {}
    for code, level in ((COMMUNE, 3), (DISTRICT, 2), (PROVINCE, 1)):
        area = places.area_at(code, level, DEMO_DAY)
        if area is None:
            raise Problem(
                "no_reference", "Reference data missing", f"area {code} is unknown; load the reference data first"
            )
        areas[level] = (area.id, area.full_name)
    nation = places.areas([NATION])
    areas[0] = (NATION, nation[0].full_name if nation else "")
    facilities = places.facilities(sorted(places.facilities_in(areas[3][0])))
    stations = [row for row in facilities if row.kind == "station" and row.area_id == areas[3][0]]
    if not stations:
        raise Problem("no_reference", "Reference data missing", f"commune {COMMUNE} has no station")
    return (stations[0].id, stations[0].name), areas
