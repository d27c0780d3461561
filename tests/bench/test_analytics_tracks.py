"""Where the benchmark's data are not there, the table says so and nothing is made up."""

from __future__ import annotations

from pathlib import Path

from lachan.bench import analytics_tracks, report


def test_tracks_without_data_are_null_with_the_reason_and_no_row_of_the_table(tmp_path: Path):
    said: list[str] = []
    found = analytics_tracks.measure(tmp_path, said.append)
    assert found["tracks_s"] is None
    assert "eu-covid" in found["tracks_why"]
    assert not said
    assert not report.rows({"analytics": found})


def test_the_night_the_day_and_the_report_are_judged_by_what_they_must_reach():
    found = {"national_run_s": 59.0, "day_indicators_s": 61.0, "report_s": 3.0, "national_kb": 120.0}
    verdicts = {row[0]: row[-1] for row in report.rows({"analytics": found})}
    assert verdicts == {
        "night's national run, 63 provinces": "aim",
        "indicators of a day of 1 million facts": "MISSED",
        "situation report, nation, PDF": "must",
        "national page, first load": "aim",
    }
