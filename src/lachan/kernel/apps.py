from __future__ import annotations

from django.apps import AppConfig


class KernelApp(AppConfig):
    name = "lachan.kernel"
    label = "kernel"
