"""Pages that work without a line: the page, the service worker that keeps it, the manifest that makes it an app.

The same for everybody, nothing about anybody. All a page needs is named in its worker with a version: the digest of
what is served. A browser compares the worker's bytes at every start with a line, and fetches a new version beside the
old one.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from functools import lru_cache
from typing import Any, Final, NamedTuple

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified, JsonResponse
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import URLPattern, path, reverse
from django.utils import translation
from django.views.decorators.http import require_safe

from lachan.web import assets

ICONS: Final = (("brand/app-192.png", "192x192", "any"), ("brand/app-512.png", "512x512", "any"),
                ("brand/app-maskable-512.png", "512x512", "maskable"))  # fmt: skip
# A worker has a policy of its own: it fetches from this house, and nothing else.
WORKER_POLICY: Final = "default-src 'none'; connect-src 'self'"


class OfflinePage(NamedTuple):
    """``bundle``: of its scripts and styles; ``route``: name of its address, below which all of it lies; ``context``:
    what its template is drawn with."""

    bundle: str
    route: str
    template: str
    name: str
    short_name: str
    context: Callable[[], dict[str, Any]] = dict

    def urls(self, address: str) -> list[URLPattern]:
        """The page (it speaks both languages itself), its worker and its manifest."""
        views = (("", self._page, ""), ("worker.js", self._worker, "-worker"),
                 ("manifest.webmanifest", self._manifest, "-manifest"))  # fmt: skip
        return [
            path(address + file, login_not_required(require_safe(view)), name=self.route + name)
            for file, view, name in views
        ]

    def _page(self, request: HttpRequest) -> HttpResponse:
        return _answer(request, self._html(), "text/html; charset=utf-8")

    def _worker(self, request: HttpRequest) -> HttpResponse:
        """What to keep, and the script that keeps it."""
        files = [static(file) for file in (*assets.everything(self.bundle), "brand/mark.svg")]
        digest = hashlib.sha256("\n".join([self._html(), _script(), *files]).encode()).hexdigest()[:16]
        facts = json.dumps({"name": self.bundle, "version": digest, "page": reverse(self.route), "files": files})
        response = _answer(request, f"const LACHAN_FILES = {facts};\n{_script()}", "text/javascript; charset=utf-8")
        response["Content-Security-Policy"] = WORKER_POLICY
        return response

    def _manifest(self, request: HttpRequest) -> HttpResponse:
        """W3C Web Application Manifest."""
        home = reverse(self.route)
        icons = [{"src": static("brand/mark.svg"), "sizes": "any", "type": "image/svg+xml"}]
        icons += [
            {"src": static(src), "sizes": sizes, "type": "image/png", "purpose": purpose}
            for src, sizes, purpose in ICONS
        ]
        facts = {
            "id": home, "name": self.name, "short_name": self.short_name, "lang": "vi", "dir": "ltr",
            "start_url": home, "scope": home, "display": "standalone", "background_color": "#f3f1ec",
            "theme_color": "#07494a", "icons": icons,
        }  # fmt: skip
        response = JsonResponse(
            facts, content_type="application/manifest+json", json_dumps_params={"ensure_ascii": False}
        )
        response["Cache-Control"] = "public, max-age=86400"
        return response

    def _html(self) -> str:
        # the same bytes whoever asks, in whatever language: the version is made of them
        with translation.override("vi"):
            frame = {"bundle": self.bundle, "manifest": reverse(f"{self.route}-manifest")}
            return render_to_string(self.template, frame | self.context())


def _answer(request: HttpRequest, text: str, kind: str) -> HttpResponse:
    """Asked about each time, sent only when it changed."""
    body = text.encode()
    tag = f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'
    same = request.headers.get("If-None-Match") == tag
    response = HttpResponseNotModified() if same else HttpResponse(body, content_type=kind)
    response["ETag"] = tag
    response["Cache-Control"] = "no-cache"
    return response


@lru_cache(maxsize=1)
def _script() -> str:
    script = assets.bundle("verifier-worker").script
    assert script is not None
    return (assets.DIST.parent / script).read_text()
