from __future__ import annotations

from django.urls import path

from lachan.web.parts.administration import own

urlpatterns = [
    path("accounts/security/", own.security, name="mfa_index"),
    path("accounts/devices/<uuid:device_id>/end/", own.end_device, name="device-end"),
    path("accounts/code/", own.recover, name="account_recover"),
]
