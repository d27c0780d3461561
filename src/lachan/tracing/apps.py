from __future__ import annotations

from django.apps import AppConfig


class TracingApp(AppConfig):
    name = "lachan.tracing"
    label = "tracing"
