"""The guard's page, its service worker and its manifest: the same for everybody, nothing about anybody.

The page works without a line from its second start on, so all it needs is named here with a version: the digest of
what is served. A browser compares the worker's bytes at every start with a line, and fetches a new version beside the
old one.
"""

from __future__ import annotations

import base64
import hashlib
import json
from functools import lru_cache
from typing import Any, Final

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified, JsonResponse
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone, translation
from django.views.decorators.http import require_safe

from lachan.certificates.keys import publish
from lachan.web import assets

ICONS: Final = (("brand/app-192.png", "192x192", "any"), ("brand/app-512.png", "512x512", "any"),
                ("brand/app-maskable-512.png", "512x512", "maskable"))  # fmt: skip
# A worker has a policy of its own: it fetches from this house, and nothing else.
WORKER_POLICY: Final = "default-src 'none'; connect-src 'self'"


@login_not_required
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The page; it speaks both languages itself."""
    return _answer(request, _page(), "text/html; charset=utf-8")


@login_not_required
@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker: what to keep, and the script that keeps it."""
    html = _page()
    files = [static(path) for path in _files()]
    digest = hashlib.sha256("\n".join([html, _script(), *files]).encode()).hexdigest()[:16]
    facts = json.dumps({"name": "verifier", "version": digest, "page": reverse("verify"), "files": files})
    response = _answer(request, f"const LACHAN_FILES = {facts};\n{_script()}", "text/javascript; charset=utf-8")
    response["Content-Security-Policy"] = WORKER_POLICY
    return response


@login_not_required
@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    """What makes the page an app on a phone's home screen (W3C Web Application Manifest)."""
    response = JsonResponse(
        {
            "id": reverse("verify"),
            "name": "Lá Chắn · Kiểm tra chứng nhận",
            "short_name": "Kiểm tra",
            "lang": "vi",
            "dir": "ltr",
            "start_url": reverse("verify"),
            "scope": reverse("verify"),
            "display": "standalone",
            "background_color": "#f3f1ec",
            "theme_color": "#07494a",
            "icons": [
                {"src": static("brand/mark.svg"), "sizes": "any", "type": "image/svg+xml"},
                *({"src": static(src), "sizes": sizes, "type": "image/png", "purpose": purpose}
                  for src, sizes, purpose in ICONS),
            ],
        },
        content_type="application/manifest+json",
        json_dumps_params={"ensure_ascii": False},
    )  # fmt: skip
    response["Cache-Control"] = "public, max-age=86400"
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
    # the same bytes whoever asks, in whatever language: the version is made of them
    with translation.override("vi"):
        return render_to_string("web/verifier/page.html", {"anchors": _anchors()})


def _anchors() -> list[dict[str, Any]]:
    """The keys that sign lists today: the page carries them, so that only whoever serves the page can name others."""
    return [
        {"kid": base64.b64encode(row.kid).decode(), "certificate": base64.b64encode(row.certificate).decode()}
        for row in publish.list_keys(timezone.now())
    ]


@lru_cache(maxsize=1)
def _files() -> tuple[str, ...]:
    return (*assets.everything("verifier"), "brand/mark.svg")


@lru_cache(maxsize=1)
def _script() -> str:
    path = assets.bundle("verifier-worker").script
    assert path is not None
    return (assets.DIST.parent / path).read_text()
