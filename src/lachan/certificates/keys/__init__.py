"""Keys: who signs what now, whose signatures are believed, and what is published about both.

signer("hcert", now=now)   the key that signs now (cached; a rotation is seen within half a minute)
trusted(now)               keys by key id, ours and those of others
ensure(now)                the demonstration's keys, made when they are missing
publish.trust_list(now)    what verifiers download; publish.sign_list signs it
"""

from __future__ import annotations

from django.conf import settings

from lachan.certificates.keys.facts import KeyFact, Purpose, Trusted
from lachan.certificates.keys.making import ensure
from lachan.certificates.keys.ring import forget, signer
from lachan.certificates.keys.trust import certificates, trusted, uses

__all__ = [
    "KeyFact",
    "Purpose",
    "Trusted",
    "certificates",
    "country",
    "ensure",
    "forget",
    "issuer_name",
    "signer",
    "trusted",
    "uses",
]


def issuer_name() -> str:
    """Who issues, as it stands on cards (setting ``issuer_name``); empty outside the demonstration until it is set."""
    return str(settings.CONF.issuer_name)


def country() -> str:
    """Whose cards these are, ISO 3166-1 alpha-2 (setting ``country``)."""
    return str(settings.CONF.country)
