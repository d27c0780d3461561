from __future__ import annotations

from django.urls import path

from lachan.web.parts.board import actions, doses, harm, views

_SESSION = "station/<uuid:session_id>/"
_PERSON = f"{_SESSION}people/<uuid:arrived_id>/"

urlpatterns = [
    path("station/", views.station, name="station"),
    path(_SESSION, views.board, name="board"),
    path(f"{_SESSION}live/", views.live, name="board-live"),
    path(f"{_SESSION}wall/", views.wall, name="board-wall"),
    path(f"{_SESSION}wall/live/", views.wall_live, name="board-wall-live"),
    path(f"{_SESSION}scan/", actions.scan, name="board-scan"),
    path(f"{_SESSION}undo/", doses.undo_dose, name="board-undo"),
    path(_PERSON, views.person, name="board-person"),
    path(f"{_PERSON}screening/", views.screening, name="board-screening"),
    path(f"{_PERSON}screening/record/", actions.record_screening, name="board-screening-record"),
    path(f"{_PERSON}screening/preview/", actions.preview_screening, name="board-screening-preview"),
    path(f"{_PERSON}dose/", views.dose, name="board-dose"),
    path(f"{_PERSON}dose/record/", doses.record_dose, name="board-dose-record"),
    path(f"{_PERSON}not-given/", actions.not_given, name="board-not-given"),
    path(f"{_PERSON}reaction/", actions.reaction, name="board-reaction"),
    path(f"{_SESSION}cases/<uuid:case_id>/", harm.case, name="board-case"),
    path(f"{_SESSION}cases/<uuid:case_id>/<slug:step>/", harm.case_step, name="board-case-step"),
    path(f"{_PERSON}release/", actions.release, name="board-release"),
]
