"""Where a visitor comes from, for counting their tries."""

from __future__ import annotations

from allauth.account.adapter import get_adapter
from django.http import HttpRequest

from lachan.kernel.addresses import counted_as


def address_of(request: HttpRequest) -> str:
    """Under what the tries of this visitor's address are counted; proxies are believed as far as the settings say."""
    return counted_as(str(get_adapter().get_client_ip(request)))
