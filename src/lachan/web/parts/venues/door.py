"""The page of a device at a door, and the pairing that makes it a certain door, kept in the device."""

from __future__ import annotations

from typing import Final

import msgspec
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from lachan.tracing.visits import devices
from lachan.web.offline import OfflinePage
from lachan.web.parts.venues import throttle

PAGE: Final = OfflinePage("door", "door", "web/venues/device.html", "Lá Chắn · Quét mã ở cửa", "Cửa")
MOST_BYTES: Final = 200


class _Asked(msgspec.Struct):
    pairing: str


# No session and no cookie is asked about here, so there is nothing a foreign page could borrow; JSON only, which a
# foreign form cannot send.
@csrf_exempt
@login_not_required
@require_POST
def pair(request: HttpRequest) -> HttpResponse:
    """The credential for a pairing code: 200 with it, 422 for a wrong or used code, 429 after too many tries."""
    if request.content_type != "application/json" or len(request.body) > MOST_BYTES:
        return JsonResponse({"code": "malformed"}, status=422)
    try:
        asked = msgspec.json.decode(request.body, type=_Asked)
    except msgspec.DecodeError:
        return JsonResponse({"code": "malformed"}, status=422)
    now = timezone.now()
    wait = throttle.pairings(request, now)
    if wait is not None:
        return JsonResponse({"code": "too_many"}, status=429, headers={"Retry-After": str(int(wait.total_seconds()))})
    paired = devices.pair(asked.pairing, now=now)
    if paired is None:
        return JsonResponse({"code": "pairing_wrong"}, status=422)
    response = JsonResponse({"token": paired.token, "label": paired.label})
    response["Cache-Control"] = "no-store"
    return response
