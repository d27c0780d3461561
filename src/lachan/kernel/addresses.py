"""Network addresses as tries are counted by."""

from __future__ import annotations

import ipaddress
from typing import Final

SUBSCRIBER: Final = 64  # bits: what one IPv6 subscriber is given at least (RFC 6177), and changes within at will


def counted_as(address: str) -> str:
    """Under what the tries of an address are counted: an IPv4 address, the /64 of an IPv6 one, the IPv4 address that an
    IPv6 one stands for; what is none as it is."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv4Address):
        return str(found)
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(ipaddress.IPv6Network((int(found), SUBSCRIBER), strict=False))
