"""A city with venues and a laboratory's bench, its worker as a process under the house's own supervisor, and people on
telephones: what the journeys of an epidemic stand on."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from uuid import UUID, uuid4

import psutil
import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone
from playwright.sync_api import Page, expect

from lachan.access.actors import Actor
from lachan.access.models import User
from lachan.access.operations.demo import DEMO_PASSWORD
from lachan.access.operations.grants import NewGrant, grant
from lachan.access.operations.users import NewUser, create_users
from lachan.access.rules import Role
from lachan.immunization.commands import execute
from lachan.kernel.commands import Command
from lachan.kernel.database import hot_cursor
from lachan.kernel.ids import new_id
from lachan.kernel.outcomes import ACCEPTED
from lachan.people.queries import persons
from lachan.people.self_service import sessions
from lachan.places import queries as places
from lachan.places.venues.operations import NewVenue, register_venues
from lachan.surveillance.models import Case
from lachan.tracing import answers
from lachan.tracing.lists import checks
from lachan.tracing.models import Link, Request
from lachan.tracing.visits import operations, partitions
from lachan.tracing.visits.facts import STAY, VisitIn
from lachan.tracing.visits.operations import Sender
from lachan.web.person_door import COOKIE
from tests.journeys.conftest import SignIn, shot
from tests.journeys.test_station_day import SCANNER, at
from tests.waiting import wait_for

ROOT: Final = Actor.system("tests")
HOME, FAR = "26740", "00001"  # phường Bến Nghé in TP Hồ Chí Minh, phường Phúc Xá in Hà Nội
MARKET, BAR, SCHOOL = "Chợ Bến Thành", "Quán bar Lá", "Trường Lê Quý Đôn"
CASE_NAME = "Nguyễn Thị Bệnh"
MAP_DAY: Final = date(2021, 10, 16)  # the map on which the station of the story stands


def say(text: str) -> None:
    """Figures of a journey, for whoever runs it with ``-s``."""
    sys.stdout.write(f"{text}\n")


class Worker:
    """The worker process of the house, kept alive by its supervisor, on the database of the tests."""

    def __init__(self, folder: Path, port: int) -> None:
        self.log = folder / "worker.log"
        plan = {
            "begun": time.monotonic(), "data_dir": str(folder), "embedded": False, "owns_database": False, "banner": [],
            "check": {"host": "127.0.0.1", "port": port, "name": "localhost", "scheme": "http",
                      "first_page": "/accounts/login/", "url": "", "prepared_s": 0.0},
            "children": [{"name": "job worker", "command": [sys.executable, "-m", "lachan.config.worker"],
                          "log": str(self.log)}],
        }  # fmt: skip
        file = folder / "up.json"
        file.write_text(json.dumps(plan), encoding="utf-8")
        url = settings.EMBEDDED.dsn(connection.settings_dict["NAME"]) if settings.EMBEDDED else settings.DATABASE_URL
        environment = os.environ | {
            "DATABASE_URL": url, "LACHAN_DATA_DIR": str(folder), "DJANGO_SETTINGS_MODULE": "lachan.config.settings",
        }  # fmt: skip
        with (folder / "supervisor.log").open("wb") as said:
            self.supervisor = subprocess.Popen(
                [sys.executable, "-m", "lachan.cli.supervisor", str(file)], env=environment, stdout=said, stderr=said
            )

    def pid(self) -> int | None:
        """Of the worker that lives now."""
        found = psutil.Process(self.supervisor.pid).children()
        return next((each.pid for each in found if "lachan.config.worker" in " ".join(each.cmdline())), None)

    def begin(self) -> None:
        """Until the worker looks for what follows, so that a time measured is not that of its start."""
        wait_for(lambda: self.log.exists() and b"Launching a worker" in self.log.read_bytes(), 60)

    def send(self, number: int) -> int:
        """A signal to the worker itself; whose process it was."""
        pid = self.pid()
        assert pid is not None
        os.kill(pid, number)
        return pid

    def stop(self) -> None:
        if (pid := self.pid()) is not None:
            os.kill(pid, signal.SIGCONT)
        self.supervisor.terminate()
        self.supervisor.wait(40)


@dataclass
class City:
    """Everything goes in through the doors of the rooms, at the time of the real clock."""

    market: int
    bar: int
    school: int
    station: str
    site: str
    stranger: SignIn

    def must(self, verb: str, *, before: timedelta = timedelta(), **body: Any) -> UUID:
        now = timezone.now()
        [outcome] = execute([Command(new_id(), verb, now - before, body)], actor=ROOT, now=now)
        assert outcome.status is ACCEPTED, outcome
        assert outcome.id is not None
        return outcome.id

    def person(self, name: str, phone: str = "", *, commune: str = HOME, **more: Any) -> UUID:
        contacts = [{"kind": "phone", "value": phone}] if phone else []
        return self.must(
            "person.register", name=name, sex="F", birth_date="1988-03-02", residence_code=commune, force_new=True,
            contacts=contacts, **more,
        )  # fmt: skip

    def stay(self, person: UUID, place: int, since: datetime, minutes: int = 60) -> None:
        start = int(since.timestamp())
        visit = VisitIn(place, start, STAY, person=person, until=start + 60 * minutes)
        [outcome] = operations.record([visit], actor=Sender(uuid4(), "cửa", None), now=timezone.now())
        assert outcome.status is ACCEPTED, outcome

    def tube(self, person: UUID, code: str, *, hours: float = 1, **more: Any) -> UUID:
        """A sample in a tube with this code, taken some hours ago."""
        body = {"person": {"id": str(person)}, "sample": code, "facility": self.station, **more}
        return self.must("sample.take", before=timedelta(hours=hours), **body)

    def works_where(self, person: UUID, role: Role, **size: int) -> Page:
        """The screen, a telephone unless said otherwise, of somebody with this role where the person lives: the
        demonstration's cast knows the map of 2021 only, and whoever is entered today lives in a commune of today."""
        now, area_id = timezone.now(), persons([person])[person].residence_id
        username = f"{role}-{area_id}".replace("_", "-")
        create_users([NewUser(username, "Phạm Thị Kiều Oanh", DEMO_PASSWORD)], actor=ROOT, now=now)
        user = User.objects.get(username=username)
        [told] = grant([NewGrant(role, user_id=user.id, area_id=area_id)], actor=ROOT, now=now)
        assert told.reason is None, told
        page = self.stranger(**size)
        page.goto("/accounts/login/")
        page.fill("#id_login", username)
        page.fill("#id_password", DEMO_PASSWORD)
        page.press("#id_password", "Enter")
        page.wait_for_url(lambda url: "login" not in url)
        return page

    def case(self, person: UUID) -> Case:
        return Case.objects.get(person_id=person)

    def links(self, case_person: UUID) -> dict[UUID, str]:
        """State of everybody ever listed for this person's case."""
        return dict(Link.objects.filter(case_person_id=case_person).values_list("person_id", "state"))

    def own_phone(self, person: UUID) -> Page:
        """The telephone of somebody signed in to their own record."""
        token = sessions.begin(person, shared=False, device="", now=timezone.now())
        phone = self.stranger()
        phone.context.add_cookies([{"name": COOKIE, "value": token, "url": f"{self.site}/me/"}])
        return phone


@pytest.fixture
def city(
    site: str, forgetful: None, stranger: SignIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[City]:
    """A market, a bar and a school of Bến Nghé, and its station, where the technician of the demonstration works."""
    monkeypatch.setattr(answers, "folder", lambda: tmp_path / "segments")  # where the worker's own lie
    answers.close()
    home = places.area_at(HOME, 3, MAP_DAY)
    assert home is not None
    kinds = ((MARKET, "market"), (BAR, "bar"), (SCHOOL, "school"))
    new = [NewVenue(name, kind, home.id, uuid4()) for name, kind in kinds]
    with hot_cursor() as cursor:
        made = register_venues(cursor, new, actor_id=ROOT.id, now=timezone.now())
        partitions.ensure_around(cursor, timezone.now().date(), back=22)
    station = next(row for row in places.facilities(places.facilities_in(home.id)) if row.kind == "station")
    yield City(*[outcome.params["id"] for outcome in made if outcome.params], station.code, site, stranger)
    assert not Request.objects.exists(), "asked for and never worked out"
    wrong = [finding for finding in checks.check_all() if not finding.good]
    assert not wrong, wrong
    answers.close()


@pytest.fixture
def worker(city: City, tmp_path: Path) -> Iterator[Worker]:
    """Running when the journey begins, stopped before its rows are looked over and emptied."""
    made = Worker(tmp_path, int(city.site.rsplit(":", 1)[1]))
    try:
        made.begin()
        yield made
    finally:
        made.stop()


def record_positive(sign_in: SignIn, code: str, name: str = CASE_NAME, ct: str = "") -> Page:
    """The technician scans the tube and keys in what was found; with a Ct where the method asks for one."""
    bench = at(sign_in("laboratory"), "/laboratory/")
    bench.evaluate(SCANNER, code)
    expect(bench.locator(".lab-tube")).to_contain_text(name)
    bench.keyboard.press("p")
    if ct:
        expect(bench.get_by_label("Ct")).to_be_focused()
        bench.keyboard.type(ct)
    else:
        expect(bench.get_by_role("radio", name="Dương tính")).to_be_checked()
    shot(bench, f"bench-{code}", whole=False)
    bench.keyboard.press("Enter")
    expect(bench.get_by_text(f"{code}: Dương tính.")).to_be_visible()
    return bench


def open_case(sign_in: SignIn, name: str = CASE_NAME) -> Page:
    """The case's page, found in the list of cases by an officer of the province."""
    page = at(sign_in("province"), "/cases/")
    page.get_by_role("link", name=name).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    return page
