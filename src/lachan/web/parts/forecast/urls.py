"""Addresses of forecasts, what-if and alarms: one line each."""

from __future__ import annotations

from django.urls import path

from lachan.web.parts.forecast import alarms, card, page, runs, whatif

urlpatterns = [
    path("forecast/", page.home, name="forecast"),
    path("forecast/<int:area_id>/", page.page, name="forecast-area"),
    path("forecast/card/<uuid:run_id>/", card.page, name="forecast-card"),
    path("forecast/runs/", runs.page, name="forecast-runs"),
    path("forecast/runs/make/", runs.make, name="forecast-runs-make"),
    path("forecast/runs/publish/", runs.publish, name="forecast-runs-publish"),
    path("forecast/whatif/", whatif.page, name="forecast-whatif"),
    path("alarms/", alarms.page, name="alarms"),
    path("alarms/act/", alarms.act, name="alarms-act"),
    path("alarms/<uuid:alarm_id>/", alarms.one, name="alarm"),
]
