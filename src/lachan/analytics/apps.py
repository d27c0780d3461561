from __future__ import annotations

from django.apps import AppConfig


class AnalyticsApp(AppConfig):
    name = "lachan.analytics"
    label = "analytics"
