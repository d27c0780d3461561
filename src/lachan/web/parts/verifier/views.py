"""The guard's page at a door: checks certificates without a line (:mod:`lachan.web.offline`)."""

from __future__ import annotations

import base64
from typing import Any, Final

from django.utils import timezone

from lachan.certificates.keys import publish
from lachan.web.offline import OfflinePage


def _anchors() -> dict[str, Any]:
    """The keys that sign lists today: the page carries them, so that only whoever serves the page can name others."""
    return {
        "anchors": [
            {"kid": base64.b64encode(row.kid).decode(), "certificate": base64.b64encode(row.certificate).decode()}
            for row in publish.list_keys(timezone.now())
        ]
    }


PAGE: Final = OfflinePage(
    "verifier", "verify", "web/verifier/page.html", "Lá Chắn · Kiểm tra chứng nhận", "Kiểm tra", _anchors
)
