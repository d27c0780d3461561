"""What every page promises the browser."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse, QueryDict

if TYPE_CHECKING:
    from django.http.request import _ImmutableQueryDict

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
    """Adds the policy to every page; a view that needs another sets the header itself."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        page = response.headers.get("Content-Type", "").startswith("text/html")
        if page:
            response.headers.setdefault("Content-Security-Policy", POLICY)
            response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        if page or "Content-Disposition" in response.headers:
            # Pages and files name people: no shared cache, and no copy shown by "back" after signing out.
            response.headers.setdefault("Cache-Control", "no-store")
        return response


class NoNul:
    """Takes NUL characters out of what is typed: no keyboard sends one, and PostgreSQL keeps no such text.

    After the check against forgery, which has read the form; what has no such check reads its own body.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Callable[..., object], *_arguments: object) -> None:
        request.GET = _typed(request.GET)
        if not getattr(view, "csrf_exempt", False):
            request.POST = _typed(request.POST)


def _typed(fields: _ImmutableQueryDict) -> _ImmutableQueryDict:
    if not any("\0" in value for _name, values in fields.lists() for value in values):
        return fields
    return QueryDict(fields.urlencode().replace("%00", ""))  # a percent sign that was typed is %25 there
