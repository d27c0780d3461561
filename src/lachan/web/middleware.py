"""What every page promises the browser, and what a partial page does when the person is signed out."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url

# No inline script and no inline style anywhere. WebAssembly is the camera reader's; data: images are Tabler's arrows;
# blob: is the camera's picture and the files people download from charts.
POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self' 'wasm-unsafe-eval'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "font-src 'self'",
        "connect-src 'self'",
        "media-src 'self' blob:",
        "manifest-src 'self'",
        "worker-src 'self'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    ]
)
PERMISSIONS = "camera=(self), geolocation=(), microphone=(), payment=(), usb=()"


class ContentSecurityPolicy:
    """Adds the policy to every page; a view that needs another sets the header itself.

    A partial request (htmx) of a person whose session ended would be answered with the sign-in page, put into the middle of
    the screen they are on. It is answered 401 instead; the shell says what happened and keeps what was typed.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.sign_in = resolve_url(settings.LOGIN_URL)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.headers.get("HX-Request") == "true" and self._sends_to_sign_in(response):
            response = HttpResponse(status=401)
        if response.headers.get("Content-Type", "").startswith("text/html") or response.status_code == 401:
            response.headers.setdefault("Content-Security-Policy", POLICY)
            response.headers.setdefault("Permissions-Policy", PERMISSIONS)
            # Pages name people: no shared cache, and no copy shown by "back" after signing out.
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    def _sends_to_sign_in(self, response: HttpResponse) -> bool:
        return response.status_code == 302 and response.headers.get("Location", "").startswith(self.sign_in)
