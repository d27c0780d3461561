"""Looks at pages of a running server as people see them, and says what is wrong.

    python frontend/tools/shots.py --user nurse --out shots / /people/
    python frontend/tools/shots.py --visitor /accounts/login/ /no-such-page/
    python frontend/tools/shots.py --person 079188000417 nhung@lachan.example /me/ /me/certificates/

For every path: widths 360 and 1280, Vietnamese and English, light and dark (``--quick``: Vietnamese, light only).
Reports script errors, breaches of the content policy, sideways scrolling and what axe finds; exits 1 when there is any.
"""

from __future__ import annotations

import argparse
import re
import sys
from itertools import product
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

AXE = Path(__file__).resolve().parents[1] / "node_modules" / "axe-core" / "axe.min.js"
CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DEMO_PASSWORD = "lachan-demo-2021"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", nargs="+")
    parser.add_argument("--base", default="http://127.0.0.1:8000")
    parser.add_argument("--user", default="nurse", help="demonstration sign-in")
    parser.add_argument("--visitor", action="store_true", help="without signing in")
    parser.add_argument("--person", nargs=2, metavar=("NUMBER", "CONTACT"), help="signed in to their own record")
    parser.add_argument("--out", type=Path, default=Path("test-results/shots"))
    parser.add_argument("--quick", action="store_true", help="Vietnamese and light only")
    parser.add_argument("--widths", default="360,1280")
    wish = parser.parse_args()
    wish.out.mkdir(parents=True, exist_ok=True)
    widths = [int(width) for width in wish.widths.split(",")]
    found = 0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        if wish.person:
            state = _own_record(browser, wish.base, *wish.person)
        else:
            state = None if wish.visitor else _sign_in(browser, wish.base, wish.user)
        for language, theme in [("vi", "light")] if wish.quick else product(("vi", "en"), ("light", "dark")):
            context = browser.new_context(storage_state=state, color_scheme=theme)
            _speak(context, wish.base, language)
            for width, path in product(widths, wish.paths):
                name = f"{path.strip('/').replace('/', '-') or 'home'}-{width}-{language}-{theme}"
                found += _look(context, wish.base + path, width, wish.out / f"{name}.png", name)
            context.close()
        browser.close()
    sys.stdout.write(f"{found} findings\n" if found else "nothing found\n")
    return 1 if found else 0


def _sign_in(browser: Browser, base: str, user: str) -> Any:
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{base}/accounts/login/")
    page.fill("#id_login", user)
    page.fill("#id_password", DEMO_PASSWORD)
    page.press("#id_password", "Enter")
    page.wait_for_url(lambda url: "login" not in url)
    state = context.storage_state()
    context.close()
    return state


def _own_record(browser: Browser, base: str, number: str, contact: str) -> Any:
    """As somebody of the demonstration, with the code from its letter box."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{base}/me/sign-in/")
    page.fill("#number", number)
    page.fill("#contact", contact)
    page.press("#contact", "Enter")
    page.wait_for_url("**/code/")
    page.wait_for_timeout(1_500)
    post = context.new_page()
    post.goto(f"{base}/demo/mail/")
    page.fill("#code", re.findall(r"\b\d{6}\b", post.inner_text("article >> nth=0"))[0])
    page.check("[name=own_device]")
    page.press("#code", "Enter")
    page.wait_for_url("**/me/")
    state = context.storage_state()
    context.close()
    return state


def _speak(context: BrowserContext, base: str, language: str) -> None:
    """Choose the language as people do: by its button."""
    page = context.new_page()
    page.goto(f"{base}/accounts/login/")
    page.evaluate(f"document.querySelector('button[name=language][value={language}]').click()")
    page.wait_for_load_state("networkidle")
    page.close()


def _look(context: BrowserContext, url: str, width: int, picture: Path, name: str) -> int:
    page = context.new_page()
    page.set_viewport_size({"width": width, "height": 800 if width > 700 else 720})
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(f"script: {error}"))
    page.on("console", lambda said: faults.append(f"console: {said.text}") if said.type == "error" else None)
    page.goto(url)
    page.wait_for_load_state("networkidle")
    page.evaluate("document.fonts.ready")
    page.screenshot(path=picture, full_page=width < 700)
    over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    if over > 0:
        faults.append(f"wider than the screen by {over} px")
    faults += _axe(page)
    page.close()
    # A page that answers 404 on purpose is a console error of the browser, not of the page.
    faults = [fault for fault in faults if "Failed to load resource" not in fault]
    for fault in faults:
        sys.stdout.write(f"{name}: {fault}\n")
    return len(faults)


def _axe(page: Page) -> list[str]:
    # Evaluated by the debugger, which the content policy does not bind.
    page.evaluate(AXE.read_text())
    result = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"axe {item['impact']}: {item['id']}: {item['help']}: {node['target']}"
        for item in result["violations"]
        for node in item["nodes"][:3]
    ]


if __name__ == "__main__":
    sys.exit(main())
