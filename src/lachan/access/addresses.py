"""Where a visitor comes from, for counting their tries."""

from __future__ import annotations

from typing import Final

from allauth.account.adapter import get_adapter
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from lachan.kernel.addresses import counted_as

NONE: Final = "none"  # through a socket of the machine, or with nonsense in a proxy's header


def address_of(request: HttpRequest) -> str:
    """Under what the tries of this visitor's address are counted; proxies are believed as far as the settings say.
    Visitors without an address are counted together: none of them is refused for it, nor tries without end."""
    try:
        return counted_as(str(get_adapter().get_client_ip(request)))
    except PermissionDenied:
        return NONE
