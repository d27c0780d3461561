from __future__ import annotations

from django.apps import AppConfig


class ForecastingApp(AppConfig):
    name = "lachan.forecasting"
    label = "forecasting"
