"""Addresses of sign-in, mounted at ``/accounts/``.

Only what staff need: allauth's own list would also publish sign-up, e-mail and reset pages. A forgotten password is set
anew by an administrator (``lachan user password``).
"""

from __future__ import annotations

from allauth.account import views
from django.urls import path

urlpatterns = [
    path("login/", views.login, name="account_login"),
    path("logout/", views.logout, name="account_logout"),
    path("password/change/", views.password_change, name="account_change_password"),
]
