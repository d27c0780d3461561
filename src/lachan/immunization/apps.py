from __future__ import annotations

from django.apps import AppConfig


class ImmunizationApp(AppConfig):
    name = "lachan.immunization"
    label = "immunization"
