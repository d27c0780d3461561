"""Orders on paper: laid out, in one PDF, and never more than data."""

from __future__ import annotations

import re
import zlib
from datetime import date

import pytest

from lachan.surveillance.orders.paper import DISEASE, PrintedOrder, _sheet, draw
from lachan.surveillance.rules.definitions import diseases

ORDER = PrintedOrder(
    12, "Phường Bến Nghé", "Bến Nghé", date(2022, 3, 10), "quarantine", "vn-101-2010", "covid-19",
    "Nguyễn Thị Thùy Dương", "17/05/1980", "0790••••1234", "Phường Bến Nghé, Quận 1", "home", "12/5 Tôn Đức Thắng",
    date(2022, 3, 10), date(2022, 3, 17),
)  # fmt: skip


def pages(pdf: bytes) -> int:
    """Pages by the count in the page tree."""
    streams = b"".join(
        zlib.decompress(found.group(1)) for found in re.finditer(rb"stream\r?\n(.+?)\r?\nendstream", pdf, re.S)
        if found.group(1)[:1] == b"x"
    )  # fmt: skip
    return max(int(count) for count in re.findall(rb"/Count (\d+)", pdf + streams))


@pytest.mark.parametrize("kind", ["isolation", "quarantine", "release", "discharge"])
@pytest.mark.slow
def test_each_order_is_a_page_and_one_more_in_english_where_wished(kind: str) -> None:
    orders = [ORDER._replace(kind=kind, order_number=number) for number in range(3)]
    assert pages(draw(orders)) == 3
    assert pages(draw(orders, language="both")) == 6


@pytest.mark.slow
def test_the_longest_name_and_address_stay_on_one_page_and_markup_is_text() -> None:
    long = ORDER._replace(person="Ế" * 120, residence="ỹ " * 200, place='#panic("x") $ \\ " ' * 30, ends_on=None)
    assert pages(draw([long])) == 1


def test_the_head_is_as_the_decree_writes_it() -> None:
    sheet = _sheet(ORDER, "vi")
    assert sheet["number"] == "12/QĐ-UBND"
    assert sheet["committee"] == "PHƯỜNG BẾN NGHÉ"
    assert sheet["signed"] == "Bến Nghé, ngày 10 tháng 3 năm 2022"
    assert ["Thời gian", "từ ngày 10/03/2022 đến hết ngày 17/03/2022"] in sheet["facts"]
    assert _sheet(ORDER._replace(signed_on=date(2022, 1, 5)), "vi")["signed"].endswith("ngày 05 tháng 01 năm 2022")
    assert _sheet(ORDER._replace(kind="discharge"), "en")["number"] == "12/GXN-UBND"
    assert set(DISEASE) == set(diseases())


def test_a_pdf_has_a_limit() -> None:
    with pytest.raises(ValueError, match="250"):
        draw([ORDER] * 251)
    with pytest.raises(ValueError, match="125"):
        draw([ORDER] * 126, language="both")
