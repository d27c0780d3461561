"""Words of the pictures of an outbreak by their codes."""

from __future__ import annotations

from typing import Any, Final

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from lachan.tracing.outbreak.clusters import Group

REASONS: Final[dict[str, Any]] = {
    "too_few_cases": _("There are too few cases to say."),
    "too_few_links": _("There are too few links between cases to say."),
    "too_few_pairs": _("There are too few pairs of cases to say."),
}
FLAGS: Final[dict[str, Any]] = {
    "r_and_k_lower_bound_most_sources_unknown": _("Most sources are unknown: the true figure is higher."),
    "many_recent_cases": _("Many cases are recent: those they infected are not all known yet."),
    "serial_interval_from_tree": _("Too few links are established: intervals are taken from the most likely ones."),
    "onsets_estimated": _("Where the day of onset is missing it is estimated from the sample."),
}


def trend(one: Group) -> tuple[str, Any]:
    """How a cluster goes, by cases of the last seven days and of the seven before: (state, word)."""
    if not one.recent and not one.before:
        return "done", _("quiet for two weeks")
    if not one.recent:
        return "done", _("no new case for a week")
    if one.growth >= 1.5:
        return "stop", _("growing")
    return ("question", _("goes on")) if one.growth > 0.67 else ("waiting", _("slowing down"))


def texts() -> dict[str, Any]:
    """What the script of the picture says."""
    return {
        "stage": _now("{name}: generation {g}, {n} cases, {f1} F1"),
        "case": _now("{code} · {area}\n{day}\nF1 {f1} · F2 {f2}"),
        "from": _now("most likely from {code}, {share} %"),
        "source_unknown": _now("source unknown"),
        "unfolded": _now("{name}: {n} cases"),
        "failed": _now("This cluster could not be loaded. Check the line and try again."),
        "code": _now("Case"), "day": _now("Began"), "place": _now("Place"), "source": _now("Most likely from"),
        "contacts": _now("Contacts"),
        "first_rows": _now("The first {n} of {all}; all of them are on the page of the cluster."),
    }  # fmt: skip


def map_texts() -> dict[str, Any]:
    """What the script of the map says."""
    return {
        "point": _now("{name}\n{places} places, {cases} cases\n{others} people exposed, {listed} listed"),
    }
