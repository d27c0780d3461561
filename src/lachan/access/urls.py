"""Addresses of sign-in, mounted at ``/accounts/``.

Only what staff need: allauth's own list would also publish sign-up, e-mail and reset pages. A forgotten password is set
anew by an administrator (``lachan user password``).
"""

from __future__ import annotations

from allauth.account import views
from django.urls import path
from django.views.decorators.http import require_http_methods

_forms = require_http_methods(["GET", "HEAD", "POST"])  # allauth's form views would also take PUT for POST

urlpatterns = [
    path("login/", _forms(views.login), name="account_login"),
    path("logout/", _forms(views.logout), name="account_logout"),
    path("password/change/", _forms(views.password_change), name="account_change_password"),
]
