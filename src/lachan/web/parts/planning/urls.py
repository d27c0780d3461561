from __future__ import annotations

from django.urls import path

from lachan.web.parts.planning import report, session, tally, week

urlpatterns = [
    path("planning/", week.overview, name="planning"),
    path("planning/<slug:facility_code>/", week.week, name="planning-week"),
    path("planning/<slug:facility_code>/confirm/", week.confirm, name="planning-confirm"),
    path("planning/sessions/<uuid:session_id>/", session.planned, name="planned-session"),
    path("planning/sessions/<uuid:session_id>/change/", session.change, name="planned-change"),
    path("planning/sessions/<uuid:session_id>/staff/", session.staff, name="planned-staff"),
    path("planning/sessions/<uuid:session_id>/cancel/", session.cancel, name="planned-cancel"),
    path("sessions/<uuid:session_id>/tally/", tally.tally, name="session-tally"),
    path("sessions/<uuid:session_id>/tally/late/", tally.late, name="tally-late"),
    path("sessions/<uuid:session_id>/tally/explain/", tally.explain, name="debt-explain"),
    path("sessions/<uuid:session_id>/tally/answer/", tally.answer, name="debt-answer"),
    path("reports/", report.report, name="report"),
    path("reports/<slug:form>/", report.download, name="report-file"),
]
