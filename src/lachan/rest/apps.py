from __future__ import annotations

from django.apps import AppConfig


class RestApp(AppConfig):
    name = "lachan.rest"
    label = "rest"
