from __future__ import annotations

from django.urls import path

from lachan.web.parts.harm import cases, exports, lists, papers, public, signals

_CASE = "reactions/<uuid:case_id>/"

urlpatterns = [
    path("report/", public.report, name="report-reaction"),
    path("reactions/", lists.reactions, name="reactions"),
    path("reactions/counts/", lists.counts, name="reaction-counts"),
    path("reactions/export/", exports.export, name="reaction-export"),
    path("reactions/form/", papers.blank, name="reaction-blank"),
    path("reactions/summary/", papers.summary, name="reaction-summary"),
    path("reactions/signals/", signals.signals, name="reaction-signals"),
    path("reactions/signals/run/", signals.run, name="reaction-signals-run"),
    path("reactions/signals/<uuid:signal_id>/", signals.signal, name="reaction-signal"),
    path("reactions/people/<uuid:person_id>/", cases.report, name="reaction-new"),
    path("reactions/people/<uuid:person_id>/<uuid:dose_id>/slip/", papers.slip, name="reaction-slip"),
    path(_CASE, cases.case, name="reaction"),
    path(f"{_CASE}paper/", papers.paper, name="reaction-paper"),
    path(f"{_CASE}follow-up/", cases.follow_up, name="reaction-follow-up"),
    path(f"{_CASE}step/", cases.step, name="reaction-step"),
    path(f"{_CASE}halt/", cases.halt, name="reaction-halt"),
    path(f"{_CASE}quarantine/", cases.quarantine, name="reaction-quarantine"),
]
