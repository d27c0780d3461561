from __future__ import annotations

from django.apps import AppConfig


class AccessApp(AppConfig):
    name = "lachan.access"
    label = "access"
