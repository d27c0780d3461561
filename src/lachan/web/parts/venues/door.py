"""The page of a device at a door: itself, its service worker, its manifest, and the pairing.

The page is the same for everybody and works without a line; what makes it a certain door is its pairing, kept in the
device.
"""

from __future__ import annotations

import hashlib
import json
from functools import lru_cache
from typing import Final

import msgspec
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified, JsonResponse
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone, translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from lachan.tracing.visits import devices
from lachan.web import assets
from lachan.web.parts.venues import throttle

ICONS: Final = (("brand/app-192.png", "192x192", "any"), ("brand/app-512.png", "512x512", "any"))
WORKER_POLICY: Final = "default-src 'none'; connect-src 'self'"
MOST_BYTES: Final = 200


class _Asked(msgspec.Struct):
    pairing: str


@login_not_required
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The page; it speaks both languages itself."""
    return _answer(request, _page(), "text/html; charset=utf-8")


@login_not_required
@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker: what to keep, and the script that keeps it."""
    html, files = _page(), [static(path) for path in _files()]
    digest = hashlib.sha256("\n".join([html, _script(), *files]).encode()).hexdigest()[:16]
    facts = json.dumps({"name": "door", "version": digest, "page": reverse("door"), "files": files})
    response = _answer(request, f"const LACHAN_FILES = {facts};\n{_script()}", "text/javascript; charset=utf-8")
    response["Content-Security-Policy"] = WORKER_POLICY
    return response


@login_not_required
@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    """What makes the page an app on the home screen."""
    response = JsonResponse(
        {
            "id": reverse("door"), "name": "Lá Chắn · Quét mã ở cửa", "short_name": "Cửa", "lang": "vi", "dir": "ltr",
            "start_url": reverse("door"), "scope": reverse("door"), "display": "standalone",
            "background_color": "#f3f1ec", "theme_color": "#07494a",
            "icons": [
                {"src": static(src), "sizes": sizes, "type": "image/png", "purpose": purpose}
                for src, sizes, purpose in ICONS
            ],
        },
        content_type="application/manifest+json",
        json_dumps_params={"ensure_ascii": False},
    )  # fmt: skip
    response["Cache-Control"] = "public, max-age=86400"
    return response


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


def _answer(request: HttpRequest, text: str, kind: str) -> HttpResponse:
    """Asked about each time, sent only when it changed."""
    body = text.encode()
    tag = f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'
    same = request.headers.get("If-None-Match") == tag
    response = HttpResponseNotModified() if same else HttpResponse(body, content_type=kind)
    response["ETag"] = tag
    response["Cache-Control"] = "no-cache"
    return response


def _page() -> str:
    with translation.override("vi"):
        return render_to_string("web/venues/device.html")


@lru_cache(maxsize=1)
def _files() -> tuple[str, ...]:
    return (*assets.everything("door"), "brand/mark.svg")


@lru_cache(maxsize=1)
def _script() -> str:
    path = assets.bundle("verifier-worker").script
    assert path is not None
    return (assets.DIST.parent / path).read_text()
