"""What every page promises the browser."""

from __future__ import annotations

from collections.abc import Callable

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse

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
    """Refuses what is typed with a NUL character (400): no keyboard sends one, and PostgreSQL keeps no such text.

    After the check against forgery, which has read the form; what has no such check reads its own body.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Callable[..., object], *_arguments: object) -> None:
        given = [request.GET]
        if not getattr(view, "csrf_exempt", False):
            given.append(request.POST)
        if any("\0" in value for fields in given for _name, values in fields.lists() for value in values):
            raise BadRequest("NUL character")
