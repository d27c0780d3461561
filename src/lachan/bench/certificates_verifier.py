"""The guard's page in a real browser: from a picture to the verdict, and what its first visit costs.

Bytes are counted by a relay, so that nothing the browser fetches by itself (its service worker, the lists) is left out.
"""

from __future__ import annotations

import tempfile
import time
from datetime import timedelta
from typing import Any, Final

from django.utils import timezone

from lachan.bench import wire
from lachan.bench.house import House
from lachan.bench.relay import CHROMIUM, relay
from lachan.certificates import keys
from lachan.certificates.codecs import hcert, qr

CODES: Final = 60
WARM: Final = 3  # before the clock counts: the first pictures of a day
PATIENCE_MS: Final = 60_000
_ARGUMENTS: Final = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
_READY: Final = "#offline.v-ready"
_FRESH: Final = "#lists.v-age-fresh"


def measure(house: House) -> dict[str, Any]:
    """``verifier_ms`` (p95, ``verifier_p50_ms``) from the picture handed over to the verdict painted, over different
    cards, and ``verifier_kb`` (1,000 bytes) that the first visit brings over the line, lists included, until the page
    works without one. None for both, and ``verifier_why``, where there is no browser."""
    try:
        from playwright.sync_api import Error, sync_playwright
    except ImportError:
        return _without("playwright is not installed")
    if not CHROMIUM.exists():
        return _without(f"{CHROMIUM} is missing: apt-get install chromium")
    pictures = _pictures()
    with relay(house.url) as (url, counted), sync_playwright() as playwright, tempfile.TemporaryDirectory() as profile:
        try:
            context = playwright.chromium.launch_persistent_context(
                profile, executable_path=CHROMIUM, args=_ARGUMENTS, viewport={"width": 360, "height": 740}
            )
        except Error as error:
            return _without(f"the browser does not start: {str(error)[:120]}")
        page = context.new_page()
        page.goto(f"{url}/verify/")
        page.wait_for_selector(_READY, state="attached", timeout=PATIENCE_MS)
        page.wait_for_selector(_FRESH, timeout=PATIENCE_MS)
        page.wait_for_load_state("networkidle")
        sent = counted[0]
        context.set_offline(True)
        taken = [_verdict_ms(page, picture) for picture in pictures][WARM:]
        context.close()
    return {
        "verifier_ms": round(wire.percentile(taken, 0.95), 1),
        "verifier_p50_ms": round(wire.percentile(taken, 0.5), 1),
        "verifier_kb": round(sent / 1000, 1),
        "verifier_codes": len(taken),
    }


def _without(why: str) -> dict[str, Any]:
    return {"verifier_ms": None, "verifier_kb": None, "verifier_why": why}


def _pictures() -> list[bytes]:
    """A picture of each of many good cards."""
    now = timezone.now()
    signer = keys.signer("hcert", now=now)
    orders = [
        hcert.Order(_payload(number, now), "VN", now - timedelta(days=1), now + timedelta(days=300))
        for number in range(CODES + WARM)
    ]
    cards = hcert.issue_many(orders, signer=signer)
    return [qr.png(card) for card in cards if isinstance(card, str)]


def _payload(number: int, now: Any) -> dict[str, Any]:
    entry = {
        "tg": "840539006", "vp": "1119349007", "mp": "EU/1/20/1528", "ma": "ORG-100030215", "dn": 2, "sd": 2,
        "dt": f"{now - timedelta(days=30):%Y-%m-%d}", "co": "VN", "is": "Bộ Y tế",
        "ci": f"URN:UVCI:01:VN:{number:032X}",
    }  # fmt: skip
    name = {"fn": "Nguyễn", "fnt": "NGUYEN", "gn": f"Thị Số {number}", "gnt": "THI<SO"}
    return {"ver": "1.3.0", "nam": name, "dob": "1983-10-10", "v": [entry]}


def _verdict_ms(page: Any, picture: bytes) -> float:
    page.evaluate("performance.clearMeasures('lachan-verdict')")
    page.set_input_files("#file", {"name": "card.png", "mimeType": "image/png", "buffer": picture})
    page.wait_for_selector(".v-sheet.v-valid", timeout=PATIENCE_MS)
    deadline = time.monotonic() + 10
    while not (found := page.evaluate("performance.getEntriesByName('lachan-verdict').map((each) => each.duration)")):
        if time.monotonic() > deadline:
            raise SystemExit("the page did not say how long its verdict took")
    page.keyboard.press("Enter")
    page.wait_for_selector(".v-sheet", state="detached")
    return float(found[0])
