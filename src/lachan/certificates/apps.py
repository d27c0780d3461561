from __future__ import annotations

from django.apps import AppConfig


class CertificatesApp(AppConfig):
    name = "lachan.certificates"
    label = "certificates"
