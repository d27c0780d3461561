"""Draws the icons of the installed page from the mark: ``.venv/bin/python frontend/tools/app_icons.py``."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import sync_playwright

BRAND = Path(__file__).parents[2] / "src" / "lachan" / "web" / "static" / "brand"
# name, px, share of the picture that the mark takes: a maskable icon keeps its middle 80 % only
SIZES = (("app-192.png", 192, 0.8), ("app-512.png", 512, 0.8), ("app-maskable-512.png", 512, 0.6))


def main() -> None:
    mark = (BRAND / "mark.svg").read_text()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        for name, size, share in SIZES:
            page = browser.new_page(viewport={"width": size, "height": size})
            side = round(size * share)
            page.set_content(
                f"<body style='margin:0;display:grid;place-items:center;height:100vh;background:#fffefc'>"
                f"<div style='width:{side}px;height:{side}px'>{mark}</div></body>"
            )
            page.screenshot(path=str(BRAND / name))
        browser.close()


if __name__ == "__main__":
    main()
