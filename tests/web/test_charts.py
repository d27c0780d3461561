"""The charts: gaps stay gaps, what is uncertain is drawn, words and table say the same as the drawing."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path
from xml.etree import ElementTree

import pytest
from django.template.loader import render_to_string
from django.utils import translation

from lachan.forecasting.charts import (
    Band,
    Chart,
    Mark,
    Panel,
    Past,
    Point,
    band_of,
    bars,
    fan,
    line,
    lines,
    multiples,
    palette,
    past,
    ranges,
)
from lachan.forecasting.charts.frame import apart, runs, ticks_of
from lachan.forecasting.charts.numbers import between, number
from lachan.forecasting.charts.past import record_of
from lachan.web.templatetags.lachan import num

ROOT = Path(__file__).resolve().parents[2]
SUNDAY = date(2021, 8, 1)
SVG = "{http://www.w3.org/2000/svg}"


def week(n: int) -> date:
    return SUNDAY + timedelta(weeks=n)


def weekly(*values: float | None) -> list[tuple[date, float | None]]:
    return [(week(n), value) for n, value in enumerate(values)]


def band(n: int, middle: float, half: float = 100, wide: float = 300) -> Band:
    return Band(week(n), max(middle - wide, 0), max(middle - half, 0), middle, middle + half, middle + wide)


def example() -> Chart:
    return fan(
        weekly(500, None, 1200, 1500), [band(4, 1550), band(5, 1600)], truth=[(week(4), 1490.0)], unit="ca mỗi tuần",
        today=week(3) + timedelta(2), title="Ca nhiễm", marks=[Mark(week(2), "báo bù 400 ca")],
    )  # fmt: skip


@pytest.fixture(autouse=True)
def _vietnamese() -> object:
    with translation.override("vi"):
        yield


def drawn(chart: Chart) -> list[ElementTree.Element]:
    return [ElementTree.fromstring(text) for text in (chart.svg, chart.small)]


def test_a_gap_is_not_bridged() -> None:
    whole = fan(weekly(1, 2, 3, 4), [], unit="x", today=week(3))
    gap = fan(weekly(1, 2, None, 4, 5), [], unit="x", today=week(4))
    missing = fan([entry for entry in weekly(1, 2, 3, 4, 5) if entry[0] != week(2)], [], unit="x", today=week(4))
    count = [sum(1 for path in drawn(chart)[0].iter(f"{SVG}path") if path.get("stroke-width") == "2")
             for chart in (whole, gap, missing)]  # fmt: skip
    assert count == [1, 2, 2]


def test_both_drawings_are_sound_and_named_by_what_they_show() -> None:
    chart = example()
    for root in drawn(chart):
        assert root.get("role") == "img"
        assert root.get("aria-label", "").startswith("Ca nhiễm. Từ 01/08/2021 đến 22/08/2021: từ 500 đến 1.500")
        assert len(root.get("data-xs", "").split()) == len(chart.rows)
    assert "9 trên 10 khả năng nằm trong 1.300–1.900" in chart.said
    assert "15/08/2021: báo bù 400 ca." in chart.said


def test_the_table_says_what_is_drawn_for_people_and_for_programs() -> None:
    chart = example()
    assert chart.head == ("Đến hết ngày", "Đã ghi nhận", "Trung vị", "50 %", "90 %", "Thực tế", "Ghi chú")
    assert chart.rows[1] == ("08/08/2021", "–", "–", "–", "–", "–", "")
    assert chart.rows[4] == ("29/08/2021", "–", "1.550", "1.450–1.650", "1.250–1.850", "1.490", "")
    assert chart.raw[4] == ("2021-08-29", "", "1550", "1450|1650", "1250|1850", "1490", "")


def test_the_interval_is_drawn_around_every_week_ahead() -> None:
    root = drawn(example())[0]
    grounds = [path.get("d", "") for path in root.iter(f"{SVG}path") if path.get("fill-opacity")]
    assert len(grounds) == 2  # 90 and 50 %
    assert all(ground.count("L") == 5 for ground in grounds)  # the last known point and two weeks, there and back


def test_a_tail_that_explodes_does_not_flatten_the_rest() -> None:
    wild = Band(week(3), 10, 50, 100, 5_000, 1_000_000)
    chart = fan(weekly(80, 90, 100), [wild], unit="x", today=week(2))
    top = [
        text.text for text in drawn(chart)[0].iter(f"{SVG}text") if text.text and text.text.replace(".", "").isdigit()
    ]
    assert max(int(text.replace(".", "")) for text in top if "/" not in text and text != "2021") <= 800
    assert chart.rows[-1][4] == "10–1.000.000"


def test_bars_begin_at_zero_and_negative_ones_hang() -> None:
    root = drawn(bars([(week(0), 100.0), (week(1), -50.0), (week(2), None)], unit="mũi", measure="doses"))[0]
    up, down = list(root.iter(f"{SVG}rect"))
    zero = float(up.get("y", 0)) + float(up.get("height", 0))
    assert float(down.get("y", 0)) == pytest.approx(zero, abs=0.2)
    assert float(up.get("height", 0)) == pytest.approx(2 * float(down.get("height", 0)), abs=0.3)


def test_what_cannot_be_said_is_said_to_be_so() -> None:
    points = [Point(week(0), 1.2, 1.1, 1.3), Point(week(1), None, None, None), Point(week(2), 0.8, 0.6, 0.95)]
    chart = line(points, unit="Rt", at=1.0)
    assert chart.rows[1] == ("08/08/2021", "chưa đủ cơ sở", "–")
    assert chart.said == (
        "Rt ngày 15/08/2021: 0,80 (9 trên 10 khả năng nằm trong 0,60–0,95). Rất có khả năng dưới 1. "
        "Số ngày chưa đủ cơ sở để nói: 1."
    )


def test_no_rt_of_forty_seven_squeezes_the_line() -> None:
    points = [Point(week(0), 1.2, 0.1, 47.0), Point(week(1), 1.1, 1.0, 1.2)]
    texts = [text.text for text in drawn(line(points, unit="Rt", at=1.0))[0].iter(f"{SVG}text")]
    assert "3" in texts
    assert "40" not in texts


def test_misses_are_told_by_shape_in_words_and_in_the_table() -> None:
    points = [
        Past(band(0, 1000), 1010.0),
        Past(band(1, 1000), 1250.0),
        Past(band(2, 1000), 2000.0),
        Past(band(3, 9), None),
    ]
    found = record_of(points)
    assert (found.weeks, found.in_half, found.in_ninety) == (3, 1, 2)
    chart = past(points, unit="ca")
    assert [row[-1] for row in chart.rows] == ["trong khoảng 50 %", "trong khoảng 90 %", "ngoài khoảng", "chưa biết"]
    assert "ở 2/3 tuần" in chart.said
    diamonds = [path for path in drawn(chart)[0].iter(f"{SVG}path") if path.get("fill") == palette.LIGHT["stop"]]
    assert len(diamonds) == 1


def test_more_lines_than_can_be_told_apart_are_refused() -> None:
    with pytest.raises(ValueError, match="cannot be told apart"):
        lines({str(n): weekly(1, 2) for n in range(6)}, unit="x")


def test_names_are_texts_never_markup() -> None:
    evil = '<script>alert("x")</script>'
    for chart in (
        multiples([Panel(evil, weekly(1, 2))], unit=evil, title=evil),
        lines({evil: weekly(1, 2)}, unit=evil, title=evil),
        fan(weekly(1, 2), [], unit=evil, today=week(1), title=evil, marks=[Mark(week(0), evil)]),
    ):
        assert "<script" not in chart.svg + chart.small
        assert "<script" not in render_to_string("web/charts/chart.html", {"chart": chart, "key": "x", "title": True})


def test_without_data_the_chart_says_so() -> None:
    for chart in (
        fan([], [], unit="x", today=SUNDAY), bars([], unit="x"), line([], unit="x"), past([], unit="x"),
        lines({"a": weekly(None)}, unit="x"), multiples([Panel("a", weekly(None))], unit="x"),
    ):  # fmt: skip
        assert chart.empty
        assert "Chưa có số liệu." in render_to_string(
            "web/charts/chart.html", {"chart": chart, "key": "x", "title": True}
        )


def test_one_point_alone_is_drawn() -> None:
    chart = fan(weekly(5), [], unit="x", today=week(0))
    assert [c.get("r") for c in drawn(chart)[0].iter(f"{SVG}circle")] == ["2.5"]


@pytest.mark.parametrize(("value", "places"), [(1234567.5, 1), (0.0, 0), (-1234.5, 1), (12, None), (0.25, 2)])
@pytest.mark.parametrize("language", ["vi", "en"])
def test_numbers_are_written_as_the_pages_write_them(value: float, places: int | None, language: str) -> None:
    with translation.override(language):
        assert number(value, places) == num(value, places)


def test_intervals_have_the_decimals_their_size_needs() -> None:
    assert [between(1200, 1900), between(0.612, 0.957), between(3, 9.5), between(3, 9)] == [
        "1.200–1.900", "0,61–0,96", "3,0–9,5", "3–9",
    ]  # fmt: skip


@pytest.mark.parametrize(("low", "high"), [(0, 1), (0, 7), (0, 1900), (-40, 130), (0, 0), (0, 1e7), (0, 0.03)])
def test_ticks_are_round_and_hold_everything(low: float, high: float) -> None:
    ticks = ticks_of(low, high)
    assert ticks[0] <= low
    assert ticks[-1] >= high
    assert 2 <= len(ticks) <= 7


def test_bands_come_from_published_quantiles() -> None:
    levels = [0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99]
    assert band_of(SUNDAY, range(7), levels) == Band(SUNDAY, 1, 2, 3, 4, 5)
    with pytest.raises(KeyError):
        band_of(SUNDAY, {0.5: 1.0})


def test_colours_on_paper_are_the_light_ones_of_the_pages() -> None:
    tokens = (ROOT / "frontend/styles/_tokens.scss").read_text()
    assert {
        name: value
        for name, value in re.findall(r"--lc-([\w-]+): light-dark\((#\w{6}),", tokens)
        if name in palette.LIGHT
    } == palette.LIGHT
    styled = (ROOT / "frontend/islands/charts/charts.scss").read_text()
    listed = re.search(r"\$tokens: ([^;]+);", styled)
    assert listed is not None
    assert set(re.split(r",\s+", listed[1])) == set(palette.LIGHT)


def test_the_drawing_stands_in_a_pdf() -> None:
    """The report puts it on paper: no style sheet, no script, our own fonts."""
    import typst

    svg = str(example().svg).replace('"', '\\"')
    made = typst.compile(f'#image(bytes("{svg}"), format: "svg", width: 16cm)'.encode(), format="pdf")
    assert bytes(made).startswith(b"%PDF")


def test_two_courses_are_ranges_named_at_their_ends() -> None:
    chart = ranges(
        {"Như hiện nay": [band(n, 900) for n in range(4)], "Giảm tiếp xúc": [band(n, 400) for n in range(4)]}, unit="ca"
    )
    root = drawn(chart)[0]
    assert sum(1 for path in root.iter(f"{SVG}path") if path.get("fill-opacity")) == 4
    named = [text.text for text in root.iter(f"{SVG}text") if text.get("font-weight")]
    assert named == ["Như hiện nay", "Giảm tiếp xúc"]
    assert chart.rows[0] == ("01/08/2021", "900", "600–1.200", "400", "100–700")
    with pytest.raises(ValueError, match="at most 3"):
        ranges({str(n): [band(0, 1)] for n in range(4)}, unit="x")


def test_a_shorter_last_step_does_not_break_a_line() -> None:
    points = [(SUNDAY + timedelta(days=at), 1.0) for at in (0, 3, 6, 9, 11)]
    assert len(runs(points)) == 1
    assert len(runs([*points[:2], *points[3:]])) == 2


def test_a_difference_is_drawn_below_zero() -> None:
    points = [Point(week(n), -20.0 * n, -40.0 * n, 0.0) for n in range(3)]
    root = drawn(line(points, unit="ca", at=0.0))[0]
    assert "-80" in [text.text for text in root.iter(f"{SVG}text")]


def test_labels_at_the_foot_neither_cover_each_other_nor_the_days() -> None:
    at = apart({"a": 100.0, "b": 99.0, "c": 40.0}, 100.0)
    assert (at["c"], at["b"], at["a"]) == (40.0, 87.0, 100.0)
