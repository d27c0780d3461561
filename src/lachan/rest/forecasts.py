"""``/forecasts``: what comes next and how sure it is, past forecasts, Rt, nowcast, alarms; within the key's places."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Query, Router

from lachan.access.actors import Actor
from lachan.access.doors import key_holder
from lachan.forecasting import queries
from lachan.forecasting.facts import (
    LEVELS,
    AlarmFact,
    Band,
    CannotSay,
    NowcastFact,
    Published,
    RtFact,
    RunFact,
    State,
)
from lachan.immunization.sentences import sentence
from lachan.places import queries as places
from lachan.places.facts import AreaFact
from lachan.rest import forecast_answers as answers
from lachan.rest.answers import Words
from lachan.rest.coverage import Area, OfMap
from lachan.rest.figures import FigureDay, place_of
from lachan.rest.openapi import doc
from lachan.rest.pages import answer

router = Router(tags=["forecasts"])

Measure = Annotated[
    Literal["cases", "admissions", "deaths", "beds", "icu", "oxygen"],
    Query(
        description="What is counted, by week of the event; or worked out from that at the end of the week: people in "
        "hospital, of them in intensive care, oxygen in m³ a day."
    ),
]
FromSource = Annotated[answers.Source, Query(alias="source", description="Whose figures: the register's, or a replay.")]
AsOf = Annotated[FigureDay | None, Query(description="As known then: only runs of data up to this day.")]
Page = Annotated[int, Query(ge=1, le=10_000, description="From 1.")]


@router.get(
    "/forecasts", operation_id="forecast", summary="The forecast that stands for a place",
    openapi_extra=doc(answers.ForecastAnswer, 403, 404, 422),
)  # fmt: skip
def forecast(
    request: HttpRequest, area: Area = "", measure: Measure = "cases", as_of: AsOf = None,
    source: FromSource = "register", of: OfMap = None,
) -> HttpResponse:  # fmt: skip
    """Quantiles of the next four whole weeks, with the weeks before as they stood and what the baseline says. Where
    nothing honest can be said `cannot_say` holds the reason, and there are no horizons."""
    actor, place = _place(request, area, of)
    found = queries.latest(actor, place.id, measure, source=source, as_of=as_of)
    said = None if isinstance(found, CannotSay) else found
    body = answers.ForecastAnswer(
        **_head(place, found), measure=measure, levels=list(LEVELS) if said else [],
        history=[answers.WeekValue(ends_on=day, value=value) for day, value in said.history] if said else [],
        horizons=[
            answers.ForecastHorizon(
                horizon=entry.horizon, target_end=entry.target_end, quantiles=list(entry.quantiles),
                baseline=list(entry.baseline),
            )
            for entry in (said.horizons if said else ())
        ],
        notes=list(said.notes) if said else [], weights=said.weights if said else {},
    )  # fmt: skip
    return answer(request, body)


@router.get(
    "/forecasts/past", operation_id="forecasts_past", summary="Past forecasts over what came",
    openapi_extra=doc(answers.PastForecasts, 403, 404, 422),
)  # fmt: skip
def forecasts_past(
    request: HttpRequest, area: Area = "", measure: Measure = "cases", as_of: AsOf = None,
    horizon: Annotated[int, Query(ge=1, le=4, description="Weeks ahead.")] = 2,
    weeks: Annotated[int, Query(ge=1, le=104, description="How many, the latest ones.")] = 20,
    source: FromSource = "register", of: OfMap = None,
) -> HttpResponse:  # fmt: skip
    """For each week the first forecast that was published of it, its scores, and in how many the truth lay inside."""
    actor, place = _place(request, area, of)
    found = queries.past(actor, place.id, measure, horizon=horizon, weeks=weeks, source=source, as_of=as_of)
    ratio = found.against_baseline
    body = answers.PastForecasts(
        area=place.code, measure=measure, horizon=horizon, known=found.known, inside50=found.inside50,
        inside90=found.inside90, against_baseline=round(ratio, 4) if ratio is not None else None,
        weeks=[
            answers.PastWeek(
                run=week.run_id, as_of=week.as_of, target_end=week.band.day, **_quantiles(week.band),
                baseline_q50=week.baseline.q50, truth=week.truth, wis=week.wis, wis_baseline=week.wis_base,
                inside50=week.inside50, inside90=week.inside90,
            )
            for week in found.weeks
        ],
    )  # fmt: skip
    return answer(request, body)


@router.get(
    "/forecasts/rt", operation_id="forecasts_rt", summary="Rt of a province or the nation by day",
    openapi_extra=doc(answers.RtAnswer, 403, 404, 422),
)  # fmt: skip
def forecasts_rt(
    request: HttpRequest, area: Area = "", as_of: AsOf = None, source: FromSource = "register", of: OfMap = None
) -> HttpResponse:
    """The reproduction number with its interval of 90 %; days of which the data do not allow a word are null."""
    actor, place = _place(request, area, of)
    found = queries.rt(actor, place.id, source=source, as_of=as_of)
    days = () if isinstance(found, CannotSay) else found.days
    body = answers.RtAnswer(**_head(place, found), days=[answers.RtOfDay(**day._asdict()) for day in days])
    return answer(request, body)


@router.get(
    "/forecasts/nowcast", operation_id="forecasts_nowcast", summary="What the last days will come to",
    openapi_extra=doc(answers.NowcastAnswer, 403, 404, 422),
)  # fmt: skip
def forecasts_nowcast(
    request: HttpRequest, area: Area = "", measure: Measure = "cases", as_of: AsOf = None,
    source: FromSource = "register", of: OfMap = None,
) -> HttpResponse:  # fmt: skip
    """Days as reported so far and as they will be once late reports are in, with the interval; whether the place
    reports regularly, and whether the delay has changed."""
    actor, place = _place(request, area, of)
    found = queries.nowcast(actor, place.id, measure, source=source, as_of=as_of)
    said = None if isinstance(found, CannotSay) else found
    bands = {band.day: band for band in said.bands} if said else {}
    body = answers.NowcastAnswer(
        **_head(place, found), measure=measure, reporter=said.reporter if said else "",
        shifted=said is not None and said.shifted, since=said.since if said else None,
        days=[
            answers.NowcastDay(day=day, reported=reported, **_quantiles(bands.get(day)))
            for day, reported in (said.reported if said else ())
        ],
    )  # fmt: skip
    return answer(request, body)


@router.get(
    "/forecasts/alarms", operation_id="forecasts_alarms", summary="Alarms of a place and below it",
    openapi_extra=doc(answers.AlarmList, 403, 404, 422),
)  # fmt: skip
def forecasts_alarms(
    request: HttpRequest, area: Area = "",
    state: Annotated[
        Literal["open", "acknowledged", "followed", "closed"] | None, Query(description="Only those; left out: all.")
    ] = None,
    page: Page = 1, source: FromSource = "register", of: OfMap = None,
) -> HttpResponse:  # fmt: skip
    """Those nobody has answered first, then the latest. Answer them by the commands `alarm.acknowledge`,
    `alarm.follow` and `alarm.close`."""
    actor, place = _place(request, area, of)
    found = queries.alarms(actor, place.id, state=State(state) if state else None, page=page, source=source)
    body = answers.AlarmList(
        items=[_alarm(entry) for entry in found.items],
        counts={name.value: count for name, count in found.counts.items()}, page=found.page, pages=found.pages,
    )  # fmt: skip
    return answer(request, body)


@router.get(
    "/forecasts/runs", operation_id="forecasts_runs", summary="Runs, published or not",
    openapi_extra=doc(answers.ForecastRuns, 403, 422),
)  # fmt: skip
def forecasts_runs(request: HttpRequest, page: Page = 1, source: FromSource = "register") -> HttpResponse:
    """Every attempt with its verdict, the latest first; 50 a page."""
    actor = key_holder(request, queries.VERB)
    items = [_run(entry) for entry in queries.runs(actor, source=source, page=page)]
    return answer(request, answers.ForecastRuns(items=items))


@router.get(
    "/forecasts/runs/{run_id}/card", operation_id="forecasts_card", summary="The model card of a run",
    openapi_extra=doc(answers.CardAnswer, 403, 404, 422),
)  # fmt: skip
def forecasts_card(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """What went into a run, what was missing, how such forecasts did before: codes and figures."""
    found = queries.card(key_holder(request, queries.VERB), run_id)
    return answer(request, answers.CardAnswer(run=_run(found.run), card=found.data))


def _place(request: HttpRequest, code: str, of: str | None) -> tuple[Actor, AreaFact]:
    return place_of(request, queries.VERB, code, of, timezone.localdate())


def _head(place: AreaFact, found: Published | RtFact | NowcastFact | CannotSay) -> dict[str, Any]:
    """What every answer of a place begins with: whose it is, of which run, or why there is nothing to say."""
    said = found if isinstance(found, CannotSay) else CannotSay(found.reason if isinstance(found, RtFact) else "")
    return {
        "area": place.code, "run": None if isinstance(found, CannotSay) else _run(found.run),
        "cannot_say": said.reason, "message": _words(said) if said.reason else None,
    }  # fmt: skip


def _quantiles(band: Band | None) -> dict[str, Any]:
    """The five of a fan; all null where nothing is known."""
    return dict(zip(Band._fields[1:], band[1:] if band is not None else (None,) * 5, strict=True))


def _run(run: RunFact) -> answers.ForecastRun:
    said = _words(CannotSay(run.reason, run.params)) if run.reason else None
    return answers.ForecastRun(
        id=run.id, source=run.source, as_of=run.as_of, status=run.status.value, reason=run.reason, message=said,
        made_at=run.made_at, published_at=run.published_at, engine=run.engine, map=run.of_map,
        inputs_sha256=run.inputs, seal=run.seal,
    )  # fmt: skip


def _words(said: CannotSay) -> Words:
    return Words(vi=sentence(said.reason, said.params, "vi"), en=sentence(said.reason, said.params, "en"))


def _alarm(entry: AlarmFact) -> answers.AlarmAnswer:
    return answers.AlarmAnswer(
        id=entry.id, area=_code(entry.area_id), disease=entry.disease, measure=entry.measure,
        opened_on=entry.opened_on, last_on=entry.last_on, methods=list(entry.methods), strength=entry.strength,
        ratio=entry.ratio, observed=entry.observed, beside=[_code(area) for area in entry.beside],
        state=entry.state.value, cluster=entry.cluster, outcome=entry.outcome,
    )  # fmt: skip


def _code(area_id: int) -> str:
    area = places.area(area_id)
    return area.code if area is not None else ""
