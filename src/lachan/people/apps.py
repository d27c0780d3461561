from __future__ import annotations

from django.apps import AppConfig


class PeopleApp(AppConfig):
    name = "lachan.people"
    label = "people"
