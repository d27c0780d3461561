"""The situation report of the nation: gathered from every room and set on paper."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any, Final

from django.utils import timezone

from lachan.forecasting.report import paper
from lachan.forecasting.report.content import Content
from lachan.forecasting.report.gather import gather
from lachan.places import queries as places
from lachan.places.rules import COUNTRY_ID

TIMES: Final = 5


def measure() -> dict[str, Any]:
    """``report_s``: the slowest of five reports after the first, from gathering to the bytes of the PDF in Vietnamese;
    ``report_first_s``: the first of a process, which reads fonts and maps."""
    nation = places.area(COUNTRY_ID)
    assert nation is not None
    day = timezone.localdate() - timedelta(days=1)
    gathered, set_in = [], []
    for _ in range(TIMES + 1):
        started = time.perf_counter()
        [content] = gather([nation], day, now=timezone.now())
        between = time.perf_counter()
        size = _drawn(content)
        gathered.append(between - started)
        set_in.append(time.perf_counter() - between)
    whole = [one + other for one, other in zip(gathered, set_in, strict=True)]
    return {
        "report_s": round(max(whole[1:]), 3), "report_first_s": round(whole[0], 3),
        "report_gather_s": round(max(gathered[1:]), 3), "report_paper_s": round(max(set_in[1:]), 3),
        "report_kb": size // 1000,
    }  # fmt: skip


def _drawn(content: Content) -> int:
    return len(paper.draw(content, "vi"))
