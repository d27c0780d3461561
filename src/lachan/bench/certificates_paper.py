"""How quick certificates are on paper: beside weasyprint drawing the same page in the same run."""

from __future__ import annotations

import base64
import itertools
import random
import time
import warnings
from collections.abc import Callable, Iterator
from html import escape
from importlib.util import find_spec

from lachan.certificates.codecs import qr
from lachan.certificates.paper import Printable, PrintedDose, draw
from lachan.certificates.paper.drawing import LEVELS
from lachan.certificates.paper.legible import specimens
from lachan.kernel.paper import FONTS

ROUNDS = 5
SINGLE = 12  # PDFs of one card a round
BATCH = 100  # cards in the PDF of many
_LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"

# The same page as templates/a4.typ, as plain as CSS lets it be: no script, no remote file, one sheet read beforehand.
_STYLE = """
@page { size: A4; margin: 13mm 14mm }
@font-face { font-family: BVP; font-weight: 400; src: url(BeVietnamPro-Regular.ttf) }
@font-face { font-family: BVP; font-weight: 600; src: url(BeVietnamPro-SemiBold.ttf) }
body { font: 9.5pt BVP; color: #1b2426; margin: 0 } .upper { height: 144mm }
h1 { font-size: 18pt; font-weight: 600; color: #0b6e6e; margin: 0 } h2 { font-size: 11pt; color: #0b6e6e; margin: 0 }
small { color: #5a6668; font-size: 7.5pt; display: block } .name { font-size: 18pt; font-weight: 600 }
.code { float: right; width: 80mm; height: 80mm; border: .5pt solid #c9d1d1; padding: 2mm; image-rendering: pixelated }
.state { float: right; text-align: right; font-size: 8.5pt } .clear { clear: both } b { font-weight: 600 }
table { width: 100%; border-collapse: collapse } td, th { text-align: left; padding: 4pt }
td, th { border-bottom: .4pt solid #c9d1d1 }
.advice td { width: 33%; border: 0; vertical-align: top; font-size: 8.5pt } .foot { border-top: .5pt solid #c9d1d1 }
"""
_PAGE = """<!doctype html><html lang="vi"><title>Giấy xác nhận tiêm chủng</title><body><div class="upper">
<div class="state"><b>CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM</b><br>Độc lập – Tự do – Hạnh phúc
<small>SOCIALIST REPUBLIC OF VIET NAM · Independence – Freedom – Happiness</small></div><b>{issuer}</b>
<div class="clear"></div><img class="code" src="{picture}" alt="QR"><h1>Giấy xác nhận tiêm chủng COVID-19</h1>
COVID-19 vaccination certificate<p><small>Họ và tên · Name</small><span class="name">{name}</span></p>
<p><small>Ngày sinh · Date of birth</small><b>{birth}</b></p>
<p><small>Có giá trị đến · Valid until</small><b>{valid}</b></p></div>
<h2>Các mũi đã tiêm <small>Doses received</small></h2><table><tr><th>Mũi · Dose<th>Ngày tiêm · Date<th>Vắc xin · Vaccine
<th>Số lô · Lot<th>Nơi tiêm · Place</tr>{doses}</table><table class="advice"><tr>
<td><h2>Cách kiểm tra</h2>How to check<br><b>{verify}</b><br>Mở địa chỉ này trên điện thoại rồi quét mã QR, không cần
mạng sau lần mở đầu. Chữ in trên giấy không đủ: chỉ chữ ký trong mã mới có giá trị.<small>Open this address on a phone
and scan the code; no network is needed after the first time. Print alone proves nothing: the signature in the code
does.</small><td><h2>Thông tin chưa đúng?</h2>Something wrong?<br><b>{correct}</b><br>Yêu cầu chỉnh sửa tại địa chỉ này
hoặc tại trạm y tế nơi tiêm. Giấy mới thay giấy này.<small>Ask for a correction at this address or at the station that
gave the dose. A new certificate replaces this one.</small><td><h2>Giữ mã cho riêng mình</h2>
Keep the code to yourself<br>Ai quét mã cũng đọc
được những gì in ở đây. Đừng đăng ảnh mã lên mạng.<small>Whoever scans the code reads what is printed here. Do not post
pictures of it.</small></table><p class="foot"><small>Mã giấy · Certificate identifier</small>{identifier}
<small>Cơ quan cấp · Issued by</small>{issuer} <small>Ngày cấp · Issued on</small>{issued}</p></body></html>"""


def measure() -> dict[str, float]:
    """``pdf_ratio``: PDFs of one A4 page each, every code fresh, against weasyprint drawing the same page with the
    picture of the code ready; ``pdf_batch_ratio``: a hundred pages in one PDF, per page, against the same. Without
    weasyprint (a development dependency) the ratios are left out. Rates are pages, codes per second of one core."""
    fresh = _cards()
    draw([next(fresh)], form="a4")  # fonts are read once in a process
    their_page = _weasyprint() if find_spec("weasyprint") else None
    best: dict[str, float] = {}
    for _ in range(ROUNDS):
        for name, seconds in _round(list(itertools.islice(fresh, BATCH)), their_page):
            best[name] = min(best.get(name, seconds), seconds)
    found = {
        "pdf_per_s": 1 / best["single"],
        "pdf_batch_per_s": 1 / best["batch"],
        "pdf_pocket_batch_per_s": 1 / best["pocket"],
        "qr_per_s": 1 / best["qr"],
        "qr_svg_per_s": 1 / best["svg"],
    }
    if their_page is None:
        return found
    ratios = {"pdf_ratio": best["theirs"] / best["single"], "pdf_batch_ratio": best["theirs"] / best["batch"]}
    return ratios | found | {"weasyprint_per_s": 1 / best["theirs"]}


def _round(cards: list[Printable], their_page: Callable[[Printable], bytes] | None) -> Iterator[tuple[str, float]]:
    """Seconds a piece; theirs before and after ours, so that what else the machine does falls on both."""
    codes = [card.codes[0] for card in cards]
    if their_page is not None:
        yield "theirs", _seconds(lambda: their_page(cards[0]), 1)
    yield "single", _seconds(lambda: [draw([card], form="a4") for card in cards[:SINGLE]], SINGLE)
    if their_page is not None:
        yield "theirs", _seconds(lambda: their_page(cards[1]), 1)
    yield "batch", _seconds(lambda: draw(cards, form="a4"), BATCH)
    yield "pocket", _seconds(lambda: draw(cards, form="pocket"), BATCH)
    yield "qr", _seconds(lambda: qr.matrices(codes, LEVELS["a4"]), BATCH)
    yield "svg", _seconds(lambda: [qr.svg(code) for code in codes], BATCH)


def _seconds(work: Callable[[], object], pieces: int) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) / pieces


def _cards() -> Iterator[Printable]:
    """Cards without end, no two with the same code or name."""
    chance = random.Random(1)
    card = specimens()[0]
    second = PrintedDose("1/2", "Comirnaty", "FF2382", card.doses[0].given_on, "Trạm Y tế phường Đa Kao")
    for number in itertools.count():
        code = "HC1:" + "".join(chance.choices(_LETTERS, k=572))
        yield card._replace(name=f"Nguyễn Thị Bảo Duy {number}", codes=[code], doses=[second, card.doses[0]])


def _weasyprint() -> Callable[[Printable], bytes]:
    """One page by weasyprint, its style and fonts read beforehand."""
    from weasyprint import CSS, HTML
    from weasyprint.text.fonts import FontConfiguration

    fonts = FontConfiguration()
    style = CSS(string=_STYLE, font_config=fonts, base_url=f"{FONTS.as_uri()}/")

    def page(card: Printable) -> bytes:
        html = _html(card, qr.png(card.codes[0], LEVELS["a4"], scale=1))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            made = HTML(string=html).write_pdf(stylesheets=[style], font_config=fonts)
        assert isinstance(made, bytes)
        return made

    return page


def _html(card: Printable, picture: bytes) -> str:
    doses = "".join(
        f"<tr><td><b>{dose.number}</b><td>{dose.given_on:%d/%m/%Y}<td>{escape(dose.product)}<td>{escape(dose.lot)}"
        f"<td>{escape(dose.place)}</tr>"
        for dose in card.doses
    )
    return _PAGE.format(
        issuer=escape(card.issuer),
        name=escape(card.name),
        birth=card.birth,
        valid=card.valid_until,
        issued=card.issued_at,
        identifier=card.identifier,
        verify=card.verify_at,
        correct=card.correct_at,
        doses=doses,
        picture=f"data:image/png;base64,{base64.b64encode(picture).decode()}",
    )
