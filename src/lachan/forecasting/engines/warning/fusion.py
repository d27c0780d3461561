"""Many methods, one list: which alarms are the same one, and how strong it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lachan.forecasting.engines.warning.alarms import Alarms
from lachan.forecasting.engines.warning.scan import Cluster

GAP_DAYS = 7
FAMILIES = {
    "ears_c1": "ears",
    "ears_c2": "ears",
    "ears_c3": "ears",
    "cusum": "cusum",
    "farrington": "farrington",
    "scan": "scan",
}
"""C1, C2 and C3 look at the same week: together they are one voice. An unknown method is a family of its own."""


@dataclass(frozen=True)
class Raised:
    """One alarm of the list.

    place: row of the arrays. first, last: first and last day any method alarmed. methods: in order of their first day.
    strength: how many independent families agree (1 to 4). ratio: largest count over what was expected on such a day.
    cluster: index of the scan's cluster the place belongs to; places of one cluster are followed up together.
    """

    place: int
    disease: str
    first: np.datetime64
    last: np.datetime64
    methods: tuple[str, ...]
    strength: int
    ratio: float
    cluster: int | None


@dataclass(frozen=True)
class _Voice:
    day: np.datetime64
    method: str
    ratio: float


def fuse(
    found: Sequence[Alarms],
    disease: str,
    *,
    counts: Sequence[np.ndarray] | None = None,
    clusters: Sequence[Cluster] = (),
    gap: int = GAP_DAYS,
) -> tuple[Raised, ...]:
    """One alarm for each run of alarms of a place, whatever the method, with at most `gap` days of silence in it.

    `found`: alarms of the same places, each with its own days (a week's alarm stands on its last day). `counts`: the
    counts [A, D] each of them judged, for the ratio; without them it is NaN. Strongest first, then the latest, then
    by place: the order of the list does not depend on the order of the methods.
    """
    places = {alarms.alarm.shape[0] for alarms in found}
    if len(places) > 1:
        raise ValueError(f"alarms over {sorted(places)} places: the same places in the same order are wanted")
    voices: dict[int, list[_Voice]] = {}
    for at, alarms in enumerate(found):
        for place, day in np.argwhere(alarms.alarm):
            ratio = float("nan")
            if counts is not None and alarms.expected[place, day] > 0:
                ratio = float(counts[at][place, day] / alarms.expected[place, day])
            voices.setdefault(int(place), []).append(_Voice(alarms.days[day], alarms.method, ratio))
    member = {place: at for at, cluster in reversed(list(enumerate(clusters))) for place in cluster.places}
    raised = [one for place, heard in voices.items() for one in _runs(place, disease, heard, gap, member)]
    return tuple(sorted(raised, key=lambda one: (-one.strength, -one.last.astype(np.int64), one.place)))


def _runs(place: int, disease: str, heard: list[_Voice], gap: int, member: dict[int, int]) -> list[Raised]:
    heard = sorted(heard, key=lambda voice: (voice.day, voice.method))
    runs: list[list[_Voice]] = []
    for voice in heard:
        if runs and voice.day - runs[-1][-1].day <= np.timedelta64(gap, "D"):
            runs[-1].append(voice)
        else:
            runs.append([voice])
    return [_one(place, disease, run, member) for run in runs]


def _one(place: int, disease: str, run: list[_Voice], member: dict[int, int]) -> Raised:
    methods = tuple(dict.fromkeys(voice.method for voice in run))
    ratios = [voice.ratio for voice in run if not np.isnan(voice.ratio)]
    return Raised(
        place=place,
        disease=disease,
        first=run[0].day,
        last=run[-1].day,
        methods=methods,
        strength=len({FAMILIES.get(method, method) for method in methods}),
        ratio=max(ratios, default=float("nan")),
        cluster=member.get(place) if "scan" in methods else None,
    )
