from __future__ import annotations

from django.apps import AppConfig


class ExchangeApp(AppConfig):
    name = "lachan.exchange"
    label = "exchange"
