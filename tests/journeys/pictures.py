"""Pictures of codes as guards meet them: photographed twice, before a camera, none at all."""

from __future__ import annotations

import io

from PIL import Image, ImageFilter

from lachan.certificates.codecs import qr


def photographed(text: str) -> bytes:
    """A screenshot of a screenshot: shrunk, blurred, askew, twice through JPEG, with a phone's frame around it."""
    code = Image.open(io.BytesIO(qr.png(text))).convert("L")
    code = code.resize((620, 620))
    for side, quality, angle in ((1080, 45, 0.0), (1000, 35, 2.5)):
        phone = Image.new("L", (side, side * 2), 90)
        phone.paste(
            code if angle == 0 else code.resize((side * 3 // 4, side * 3 // 4 * code.height // code.width)), (60, 300)
        )
        phone = phone.rotate(angle, expand=True, fillcolor=90).filter(ImageFilter.GaussianBlur(0.8))
        kept = io.BytesIO()
        phone.save(kept, "JPEG", quality=quality)
        code = Image.open(kept)
    return kept.getvalue()


def film(text: str) -> bytes:
    """A few seconds of a code held before a camera."""
    code = Image.open(io.BytesIO(qr.png(text))).convert("L").resize((420, 420))
    scene = Image.new("RGB", (640, 480), (120, 110, 100))
    scene.paste(code, (110, 30))
    kept = io.BytesIO()
    scene.save(kept, "JPEG", quality=80)
    return kept.getvalue() * 4


def white() -> bytes:
    """A wall without a code."""
    kept = io.BytesIO()
    Image.new("L", (300, 300), 255).save(kept, "PNG")
    return kept.getvalue()
