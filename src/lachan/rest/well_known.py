"""``/.well-known/…``: where the specification of SMART Health Cards has keys and lists of an issuer."""

from __future__ import annotations

import threading
import time
from datetime import datetime
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_safe

from lachan.certificates.keys import forms, publish, trust
from lachan.certificates.queries import revocations
from lachan.kernel.errors import Problem
from lachan.rest.problems import problem_response
from lachan.rest.published import Document, Published, json_document, send

_CACHE: Final = "public, max-age=60, stale-while-revalidate=600"
_SECONDS: Final = 15.0
_NOT_FOUND: Final = Problem("not_found", "Not found", "This key never revoked a card, or is not ours.", status=404)


def _jwks(now: datetime) -> dict[str, Any]:
    """Our keys, each with the count of its list: a verifier that has an older one fetches it."""
    found = revocations.latest()
    counters = found.counters if found else {}
    counts = {kid: counters[key_id.hex()] for kid, key_id in _own(now).items() if key_id.hex() in counters}
    listed = publish.jwks(now)["keys"]
    return {"keys": [{**key, **({"crlVersion": counts[key["kid"]]} if key["kid"] in counts else {})} for key in listed]}


def _lists(now: datetime) -> dict[str, Document]:
    """By key id (thumbprint), the list of each key that ever revoked a card."""
    found = revocations.latest()
    counters = found.counters if found else {}
    return {
        kid: json_document(
            {"kid": kid, "method": "rid", "ctr": counters[key_id.hex()], "rids": revocations.rids_of(key_id)}
        )
        for kid, key_id in _own(now).items()
        if key_id.hex() in counters
    }


def _own(now: datetime) -> dict[str, bytes]:
    """Our keys of SMART Health Cards: thumbprint to key id."""
    own = [entry for entry in trust.believed(now) if entry.purpose == "shc" and entry.source == trust.OWN]
    return {str(forms.jwk(entry.public_key)["kid"]): entry.kid for entry in own}


class _Lists:
    """All lists, read again when they are some seconds old; a key that has none costs nothing."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: dict[str, Document] = {}
        self._until = float("-inf")

    def of(self, kid: str) -> Document | None:
        if time.monotonic() >= self._until:
            with self._lock:
                if time.monotonic() >= self._until:  # whoever waited for another's reading does not read again
                    self._kept = _lists(timezone.now())
                    self._until = time.monotonic() + _SECONDS
        return self._kept.get(kid)

    def forget(self) -> None:
        self._until = float("-inf")


_keys = Published(_jwks, seconds=_SECONDS, cache=_CACHE, signable=False)
lists = _Lists()


@require_safe
def jwks(request: HttpRequest) -> HttpResponse:
    """The keys that sign our SMART Health Cards."""
    return _keys.answer(request)


@require_safe
def crl(request: HttpRequest, kid: str) -> HttpResponse:
    """Which cards of one key are revoked."""
    found = lists.of(kid)
    return send(request, found, _CACHE, vary="Accept-Encoding") if found else problem_response(_NOT_FOUND)


urlpatterns = [
    path("jwks.json", jwks, name="well-known-jwks"),
    path("crl/<str:kid>.json", crl, name="well-known-crl"),
]
