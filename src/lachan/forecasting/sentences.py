"""Every reason this room gives, as a sentence: what happened, why, what to do."""

from __future__ import annotations

from typing import Any, Final

from django.utils.translation import gettext_lazy as _

SENTENCES: Final[dict[str, Any]] = {
    # of commands about alarms
    "alarm_unknown": _("There is no such alarm in your places. Load the list again."),
    "alarm_closed": _("This alarm is closed. If it goes on, a new one opens by itself."),
    "alarm_answered": _("Somebody has acknowledged this alarm already. Follow it to a cluster, or close it."),
    "cluster_missing": _("Say which cluster the alarm belongs to: its code, as on the cases."),
    "cluster_unknown": _(
        "No case of this disease in your places belongs to %(cluster)s. Take the name of the cluster, or the code of "
        "one of its cases."
    ),
    # of publishing a blocked run
    "run_unknown": _("There is no such run. Load the list again."),
    "run_not_blocked": _("Only a blocked run can be published by hand; this one was not finished."),
    "release_reason_missing": _("Say why it is published in spite of the block: whoever reads it will see the reason."),
    # why a run was not published
    "no_data": _("Not published: the source knows too little of this day. Wait for three whole weeks of figures."),
    "data_late": _("Not published: the data are %(days)s days late. Ask the places why, then run it again."),
    "places_missing": _(
        "Not published: %(places)s provinces with %(percent)s %% of the cases have stopped reporting. Call them."
    ),
    "delay_shifted": _(
        "Not published: since %(since)s reports take longer or shorter than before, so the last days cannot be read. "
        "Find out what changed; an officer may publish it with a reason."
    ),
    "engine_failed": _("The run did not finish (%(error)s). It is tried again by itself and goes on where it was."),
    # why nothing is said of a place
    "nothing_published": _("No forecast has been published yet."),
    "too_few": _("Too few cases to say anything about this place. Look at the province."),
    "not_reporting": _("This place has not reported since %(since)s, so nothing can be said about it."),
    "not_measured": _("Nothing of this kind is counted for this place, so nothing is forecast."),
    "not_on_map": _("This area is not on the map the forecast was made for. Look at the area that took it over."),
    "worked_out": _(
        "This is worked out, not counted day by day: look at admissions and cases for what is still to come."
    ),
    "effectiveness_none": _("No estimate has been made of this place yet. They are made on Monday mornings."),
    "by_province": _("This is worked out for provinces and the nation only. Look at the province."),
    # why nothing is said of doses wanted
    "demand_no_past": _(
        "Too few people were in line in the last weeks to say how soon they come. Ask again when doses are being given."
    ),
    "demand_no_station": _(
        "No station here has stock, sessions or doses: nobody knows where its people will come, so no chance is told."
    ),
    "demand_below_zero": _(
        "The stock book stands below zero: nobody knows what is there. Count the stock, then the chance can be told."
    ),
}
