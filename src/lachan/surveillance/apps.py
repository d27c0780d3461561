from __future__ import annotations

from django.apps import AppConfig


class SurveillanceApp(AppConfig):
    name = "lachan.surveillance"
    label = "surveillance"
