"""Health and metrics for the engineers who run it at night."""

from __future__ import annotations

from django.urls import path

from lachan.kernel import health

urlpatterns = [
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("metrics", health.metrics, name="metrics"),
]
