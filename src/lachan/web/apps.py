"""The screens."""

from __future__ import annotations

from django.apps import AppConfig


class WebApp(AppConfig):
    name = "lachan.web"
    label = "web"
