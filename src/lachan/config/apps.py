"""The roof: connects rooms that must not know each other."""

from __future__ import annotations

from django.apps import AppConfig


class ConfigApp(AppConfig):
    name = "lachan.config"
    label = "config"

    def ready(self) -> None:
        from lachan.config import wiring

        wiring.connect()
