"""Files in: every form of time and flag, every malformed row with its line; files out; the command's codes."""

from __future__ import annotations

import csv
import json
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pyarrow as pa
import pyarrow.parquet as parquet
import pytest

from lachan.cli.main import main
from lachan.tracing.engine.files import FileError, read, rule_named
from tests.tracing.engine.worlds import rule

HEADING = "f0,contact,level,rule,first_exposure,last_exposure,minutes,place_or_kind,score"
RULE = msgspec.to_builtins(rule(levels=2))


class Desk:
    """A folder with the three files and a rule, and the command over them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.rule(RULE)
        self.write("visits.csv", "person,place,t_in,t_out,closed")
        self.write("encounters.csv", "person_a,person_b,t_start,t_end,distance_m")
        self.write("cases.csv", "person,anchor_kind,anchor_time,isolated_at", "f,onset,2020-09-14,")

    def rule(self, words: dict[str, object]) -> None:
        (self.folder / "rule.json").write_text(json.dumps(words))

    def write(self, name: str, *lines: str) -> None:
        (self.folder / name).write_text("\n".join(lines) + "\n" if lines else "")

    def run(self, *more: str, visits: str = "visits.csv", rule: str | None = None, out: str = "out.csv") -> int:
        given = {"visits": visits, "encounters": "encounters.csv", "cases": "cases.csv", "out": out}
        words = [word for name, file in given.items() for word in (f"--{name}", str(self.folder / file))]
        return main(["trace", "run", *words, "--rule", rule or str(self.folder / "rule.json"), *more])

    def lines(self) -> list[dict[str, str]]:
        with (self.folder / "out.csv").open(newline="") as file:
            return list(csv.DictReader(file))


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


MOMENTS = [
    ("2020-09-14T10:00:00Z", "2020-09-14T10:20:00Z"),
    ("2020-09-14 17:00:00+07:00", "2020-09-14T17:20:00+0700"),
    ("2020-09-14T10:00:00", "2020-09-14 10:20"),
    ("1600077600", "1600078800"),
    ("1600077600.9", " 1600078800.0 "),
    ("2020-09-14T10:00:00.999Z", "20200914T102000Z"),
]


@pytest.mark.parametrize(("begin", "end"), MOMENTS)
def test_moments_in_any_form(desk: Desk, begin: str, end: str) -> None:
    desk.write("visits.csv", "person,place,t_in,t_out", f"f,p,{begin},{end}", f"a,p,{begin},{end}")
    assert desk.run("--oracle") == 0
    [line] = desk.lines()
    assert line["first_exposure"] == "2020-09-14T10:00:00Z"
    assert line["last_exposure"] == "2020-09-14T10:20:00Z"
    assert (line["f0"], line["contact"], line["level"], line["rule"]) == ("f", "a", "1", "trial")
    assert (float(line["minutes"]), line["place_or_kind"]) == (20.0, "p")
    assert 0 < float(line["score"]) <= 1
    assert (desk.folder / "out.csv").read_text().startswith(HEADING + "\n")


def test_empty_files_are_valid(desk: Desk) -> None:
    for name in ("visits.csv", "encounters.csv", "cases.csv"):
        desk.write(name)
    assert desk.run() == 0
    assert (desk.folder / "out.csv").read_text() == HEADING + "\n"
    assert desk.run("--oracle", out="out.parquet") == 0
    assert parquet.read_table(desk.folder / "out.parquet").num_rows == 0


BAD = [
    ("f,p,2020-09-14T10:00:00Z", "has 3 cells, not 5"),
    ("f,p,2020-09-14T10:00:00Z,2020-09-14T11:00:00Z,1,more", "has 6 cells, not 5"),
    ("f,p,2020-13-14T10:00:00Z,2020-09-14T11:00:00Z,", "t_in is neither ISO 8601 nor UNIX seconds"),
    ("f,p,soon,2020-09-14T11:00:00Z,", "t_in is neither ISO 8601 nor UNIX seconds"),
    ("f,p,999999999999999,999999999999999,", "t_in is neither ISO 8601 nor UNIX seconds"),
    ("f,p,1600077600,,", "t_out is missing"),
    ("f,p,1600077600,1600077599,", "t_out is before t_in"),
    (",p,1600077600,1600077600,", "person is missing"),
    ("f,,1600077600,1600077600,", "place is missing"),
    ("f,p,1600077600,1600077600,perhaps", "closed is neither true nor false"),
    (f"{'f' * 201},p,1600077600,1600077600,", "person is longer than 200 bytes"),
]


@pytest.mark.parametrize(("row", "reason"), BAD)
def test_a_malformed_row_is_named_by_its_line(
    desk: Desk, capsys: pytest.CaptureFixture[str], row: str, reason: str
) -> None:
    good = "{},p,1600077600,1600078800,1"
    desk.write("visits.csv", "person,place,t_in,t_out,closed", good.format("f"), "", row, good.format("a"))
    assert desk.run() == 2
    assert f"visits.csv:4: {reason}" in capsys.readouterr().err
    assert not (desk.folder / "out.csv").exists()
    assert desk.run("--skip-bad") == 0
    assert f"visits.csv:4: {reason}" in capsys.readouterr().err
    assert [line["contact"] for line in desk.lines()] == ["a"]


def test_lines_are_counted_past_refused_ones(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    rows = ["f,p,1,2,1", "short", "f,p,x,2,1", "", "short", "f,p,1,x,1", "a,p,1,2,1"]
    desk.write("visits.csv", "person,place,t_in,t_out,closed", *rows)
    assert desk.run() == 2
    told = [line.split(": ")[0] for line in capsys.readouterr().err.splitlines() if line.startswith("visits.csv:")]
    assert [line for line in told if line != "visits.csv"] == [f"visits.csv:{n}" for n in (3, 4, 6, 7)]


def test_a_quote_too_many_spoils_its_line_only(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    good = '"{}",p,1600077600,1600078800,1'
    rows = [good.format("f"), 'x,"p,1600077600,1600078800,1', good.format("a"), "short", 'x,"p', good.format("b")]
    desk.write("visits.csv", "person,place,t_in,t_out,closed", *rows)
    assert desk.run("--skip-bad") == 0
    told = capsys.readouterr().err
    for line in ("3: has a quote that is not closed", "5: has 1 cells, not 5", "6: has a quote that is not closed"):
        assert f"visits.csv:{line}" in told
    assert [line["contact"] for line in desk.lines()] == ["a", "b"]


def test_rows_beyond_one_block_keep_their_lines(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    filler = f"{'n' * 150},{'p' * 150},1,2,1"
    rows = [filler] * 70_000
    rows[100], rows[60_000], rows[65_000], rows[69_999] = "short", filler.replace(",2,", ",x,"), '"' + filler, "short"
    desk.write("visits.csv", "person,place,t_in,t_out,closed", *rows)
    assert desk.run() == 2
    told = [line.split(":")[1] for line in capsys.readouterr().err.splitlines() if line.startswith("visits.csv:")]
    assert [number for number in told if number.isdigit()] == ["102", "60002", "65002", "70001"]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("f,a,1600077600,1600078800,-1", "distance_m is no distance in metres"),
        ("f,a,1600077600,1600078800,far", "distance_m is no distance in metres"),
        ("f,a,1600077600,1600078800,inf", "distance_m is no distance in metres"),
        ("f,a,1600078800,1600077600,", "t_end is before t_start"),
        ("f,,1600077600,1600078800,1", "person_b is missing"),
    ],
)
def test_malformed_encounters(desk: Desk, capsys: pytest.CaptureFixture[str], row: str, reason: str) -> None:
    desk.write("encounters.csv", "person_a,person_b,t_start,t_end,distance_m", row)
    assert desk.run() == 2
    assert f"encounters.csv:2: {reason}" in capsys.readouterr().err


def test_bytes_that_are_no_text(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    (desk.folder / "visits.csv").write_bytes(b"person,place,t_in,t_out\nf,p,1,2\n\xff\xfe,p,1,2\n")
    assert desk.run() == 2
    assert "visits.csv:3: person is not UTF-8" in capsys.readouterr().err


def test_columns_in_any_order_beside_others(desk: Desk) -> None:
    desk.write(
        "visits.csv",
        "\ufefft_out,note,Place, person ,t_in,closed",
        '1600078800,"x, y",p,"Nguyễn, ""Tư""",1600077600,',
        "1600078800,,p,f,1600077600,",
    )
    assert desk.run("--oracle") == 0
    assert [line["contact"] for line in desk.lines()] == ['Nguyễn, "Tư"']


def test_a_file_that_is_no_such_file(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    desk.write("visits.csv", "person,where,t_in,t_out", "f,p,1,2")
    assert desk.run() == 2
    assert "visits.csv has no column place" in capsys.readouterr().err
    assert desk.run(visits="absent.csv") == 2
    (desk.folder / "bad.parquet").write_bytes(b"PAR1 and nothing of it")
    assert desk.run(visits="bad.parquet") == 2
    assert "bad.parquet cannot be read" in capsys.readouterr().err
    desk.write("visits.csv")
    assert desk.run(out="out.txt") == 2
    assert desk.run(out="cases.csv") == 2
    assert desk.run(rule="vn-nowhere") == 2
    assert "lachan trace rules lists them" in capsys.readouterr().err


@pytest.mark.parametrize(
    "change",
    [
        {"sum": "week"},
        {"min_minutes": -1},
        {"days": 3},
        {"levels": 3},
        {"end": "x"},
        {"max_distance_m": -2},
        {"id": ""},
        {"days_before": "two"},
    ],
)
def test_a_rule_that_is_none(desk: Desk, change: dict[str, object]) -> None:
    desk.rule(RULE | change)
    assert desk.run() == 2


def test_parquet_in_and_out_is_as_csv(desk: Desk) -> None:
    rows = [("f", 7, 1600077600, 1600078800), ("a", 7, 1600077600, 1600078800), ("b", 7, 1600077600, 1600078500)]
    for zone in (None, "UTC", "Asia/Ho_Chi_Minh"):
        moments = [
            pa.array([datetime.fromtimestamp(row[i], UTC) for row in rows], pa.timestamp("us", "UTC")) for i in (2, 3)
        ]
        columns = [moment.cast(pa.timestamp("us", zone)) for moment in moments]
        table = pa.table(
            {
                "person": pa.array([row[0] for row in rows]).dictionary_encode(),
                "place": [7, 7, 7],
                "t_in": columns[0],
                "t_out": columns[1],
                "closed": [True, None, False],
            }
        )
        parquet.write_table(table, desk.folder / "visits.parquet")
        assert desk.run("--oracle", visits="visits.parquet", out="out.parquet") == 0
        written = parquet.read_table(desk.folder / "out.parquet").to_pylist()
        assert [(line["contact"], line["minutes"], line["place_or_kind"]) for line in written] == [
            ("a", 20.0, "7"),
            ("b", 15.0, "7"),
        ]
        assert written[0]["first_exposure"] == "2020-09-14T10:00:00Z"
        assert ",".join(written[0]) == HEADING


def test_a_bad_row_of_parquet(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    table = pa.table({"person": ["f", None], "place": ["p", "p"], "t_in": [1.0, float("nan")], "t_out": [2, 2]})
    parquet.write_table(table, desk.folder / "visits.parquet")
    assert desk.run(visits="visits.parquet") == 2
    assert "visits.parquet:2: person is missing" in capsys.readouterr().err


def test_anchors_of_a_legal_rule(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    """Under 3638 a sample looks back fourteen days and onset three; an anchor it does not know is a bad row."""
    stay = "{},p,2020-09-06T10:00:00Z,2020-09-06T11:00:00Z,true"
    desk.write("visits.csv", "person,place,t_in,t_out,closed", *(stay.format(name) for name in "fga"))
    desk.write("cases.csv", "person,anchor_kind,anchor_time", "f,onset,2020-09-14", "g,Sample,2020-09-14")
    assert desk.run("--oracle", rule="vn-3638-2021-07-30") == 0
    assert [(line["f0"], line["contact"]) for line in desk.lines()] == [("g", "a"), ("g", "f")]
    desk.write("cases.csv", "person,anchor_kind,anchor_time", "f,guess,2020-09-14")
    assert desk.run(rule="vn-3638-2021-07-30") == 2
    assert "cases.csv:2: anchor_kind is none this rule has a window for" in capsys.readouterr().err
    assert desk.run() == 0, "a parametric rule has one window for all anchors"


def test_nothing_known_of_walls_is_said(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    desk.rule(RULE | {"closed_only": True})
    desk.write("visits.csv", "person,place,t_in,t_out", "f,p,1600077600,1600078800", "a,p,1600077600,1600078800")
    assert desk.run() == 0
    assert "no column closed" in capsys.readouterr().err
    assert desk.lines() == []


def test_no_bound_on_distance(tmp_path: Path) -> None:
    (tmp_path / "rule.json").write_text(json.dumps(RULE | {"max_distance_m": None}))
    rule = rule_named(str(tmp_path / "rule.json"))
    (tmp_path / "v.csv").write_text("")
    with pytest.raises(FileError, match="no file"):
        read(tmp_path / "v.csv", tmp_path / "none.csv", tmp_path / "v.csv", rule, say=lambda _: None)


def test_a_file_of_nothing_but_an_open_quote(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    (desk.folder / "visits.csv").write_text('person,place,t_in,t_out\n"a,p,1,2')
    assert desk.run() == 2
    assert "visits.csv:2: has a quote that is not closed" in capsys.readouterr().err
    assert desk.run("--skip-bad") == 0


def test_lines_of_one_written_score_go_by_name(desk: Desk) -> None:
    met = [f"f,{who},1600077600,{1600227600 + longer}" for longer, who in enumerate("cba")]
    desk.write("encounters.csv", "person_a,person_b,t_start,t_end", *met)
    assert desk.run() == 0
    assert len({line["score"] for line in desk.lines()}) == 1  # a second more changes a decimal nobody sees
    assert [line["contact"] for line in desk.lines()] == ["a", "b", "c"]
