"""The screens of the epidemic with three years of every commune behind them, each by whoever uses it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import cycle, islice
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.utils import timezone

from lachan.access.actors import Actor
from lachan.access.operations.demo import create_demo_users
from lachan.analytics.maps import Map
from lachan.bench import wire
from lachan.bench.house import House
from lachan.bench.reads import signed_in, summary
from lachan.bench.relay import CHROMIUM, relay
from lachan.forecasting import queries as forecasts
from lachan.forecasting.report import jobs as reports
from lachan.places import queries as places
from lachan.places.rules import COUNTRY_ID

TIMES: Final = 40
WARM: Final = 6  # before the clock counts: both processes of the web server have met the page
PLACES: Final = 20  # provinces and communes, in turn
THEN: Final = timedelta(days=45)
_ARGUMENTS: Final = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]


def measure(house: House) -> dict[str, Any]:
    """``screens_p95_ms`` of the slowest screen, its name, each one's figures, and ``national_kb``: what a first visit
    of the national page brings over the line, everything it loads with it."""
    create_demo_users(timezone.now())
    cookie = f"{settings.SESSION_COOKIE_NAME}={signed_in('national')}"
    found: dict[str, Any] = {}
    for name, paths in _screens().items():
        messages = [wire.request(house.url, path, cookie=cookie) for path in islice(cycle(paths), WARM + TIMES)]
        answers, _ = wire.run(house.url, messages, 1)
        wrong = next((answer for answer in answers if answer.status != 200), None)
        if wrong is not None:
            raise SystemExit(f"the screen {name!r} ({paths[wrong.job % len(paths)]}) answered {wrong.status}")
        found[name] = summary([answer.seconds * 1000 for answer in answers[WARM:]])
        found[name]["kb"] = max(len(answer.body) for answer in answers) // 1000
    slowest = max(found, key=lambda name: found[name]["p95_ms"])
    return {
        "screens_p95_ms": found[slowest]["p95_ms"], "screens_slowest": slowest, "screens": found,
        **_first_load(house.url, signed_in("national")),
    }  # fmt: skip


def report_to_look_at(now: Any) -> None:
    """The nation's reports of two evenings, kept and drawn as the worker does."""
    nation = places.area(COUNTRY_ID)
    assert nation is not None
    for back in (2, 1):
        reports.make(timezone.localdate(now) - timedelta(days=back), now=now, areas=[nation])


def _screens() -> dict[str, list[str]]:
    """Addresses by screen; of provinces and communes several in turn, so that no page is asked twice in a row."""
    today = timezone.localdate()
    then = _asked(today - THEN)
    on = Map.OF_2025.day
    provinces = [area.id for area in places.provinces(on)][:PLACES]
    every = [area.id for area in places.communes(COUNTRY_ID, on)]
    communes = every[:: max(1, len(every) // PLACES)][:PLACES]
    sides = "&".join(f"area={area}" for area in provinces[:5])
    found = {
        "nation": ["/picture/"],
        "nation as known then": [f"/picture/{then}"],
        "nation, growth": ["/picture/?show=growth"],
        "nation, communes on the map": ["/picture/?draw=points"],
        "nation, communes on the map then": [f"/picture/{then}&draw=points"],
        "province": _each("/picture/{}/", provinces),
        "province as known then": _each("/picture/{}/" + then, provinces),
        "commune": _each("/picture/{}/", communes),
        "commune as known then": _each("/picture/{}/" + then, communes),
        "compare": [f"/picture/compare/?in={COUNTRY_ID}&{sides}"],
        "compare as known then": [f"/picture/compare/{then}&in={COUNTRY_ID}&{sides}"],
        "wall": ["/picture/wall/"],
        "wall, its figures again": ["/picture/wall/live/"],
        "public, nation": ["/public/"],
        "public, province never asked before": _each("/public/?area={}", provinces),
        "forecast, nation": [f"/forecast/{COUNTRY_ID}/"],
        "forecast, nation then": [f"/forecast/{COUNTRY_ID}/{then}"],
        "forecast, province": _each("/forecast/{}/", provinces),
        "forecast, commune": _each("/forecast/{}/", communes),
        "what-if, nation": [f"/forecast/whatif/?area={COUNTRY_ID}"],
        "what-if, province": _each("/forecast/whatif/?area={}", provinces),
        "what-if, commune": _each("/forecast/whatif/?area={}", communes),
        "alarms": ["/alarms/", f"/alarms/?area={provinces[0]}"],
        "situation report": [f"/situation/{COUNTRY_ID}/"],
        "meeting": [f"/situation/{COUNTRY_ID}/meeting/"],
    }
    return found | dict(_of_runs())


def _of_runs() -> Iterator[tuple[str, list[str]]]:
    actor = Actor.system("bench")
    shown = forecasts.standing(actor).shown
    if shown is not None:
        yield "model card", [f"/forecast/card/{shown.id}/"]
    alarms = forecasts.alarms(actor, COUNTRY_ID).items
    if alarms:
        yield "alarm", [f"/alarms/{one.id}/" for one in alarms[:PLACES]]


def _asked(day: date) -> str:
    return f"?as_of={day.isoformat()}"


def _each(path: str, ids: Sequence[int]) -> list[str]:
    return [path.format(one) for one in ids]


def _first_load(url: str, session: str) -> dict[str, Any]:
    """Bytes (1,000 a kB) between a browser that has nothing and the server, until the network is quiet: the page, its
    styles, scripts, fonts and pictures, with their headers, as compressed as they come. None, and why, without one."""
    try:
        from playwright.sync_api import Error, sync_playwright
    except ImportError:
        return {"national_kb": None, "national_kb_why": "not counted: playwright is not installed"}
    if not CHROMIUM.exists():
        return {"national_kb": None, "national_kb_why": f"not counted: {CHROMIUM} is missing"}
    with relay(url) as (through, counted), sync_playwright() as playwright, tempfile.TemporaryDirectory() as profile:
        try:
            context = playwright.chromium.launch_persistent_context(
                Path(profile), executable_path=CHROMIUM, args=_ARGUMENTS, viewport={"width": 1366, "height": 900}
            )
        except Error as error:
            return {"national_kb": None, "national_kb_why": f"not counted: {str(error)[:120]}"}
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": through}])
        page = context.new_page()
        page.goto(f"{through}/picture/")
        page.wait_for_load_state("networkidle")
        there = page.locator(".pic-figures").count()
        context.close()
    if not there:
        raise SystemExit("the national page did not open in the browser")
    return {"national_kb": round(counted[0] / 1000, 1)}
