"""``lachan trace chains``: files in, files out, every malformed row with its line."""

from __future__ import annotations

import csv
import json
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
import pytest
from typer.testing import CliRunner

from lachan.cli.trace import app
from tests.tracing.chains import trees

CASES = """person,anchor_kind,anchor_time,isolated_at
An,onset,2021-07-01,
Bình,onset,2021-07-05T08:00:00Z,2021-07-06
Chi,sample,2021-07-12,
"""
CONTACTS = """f0,contact,level,rule,first_exposure,last_exposure,minutes,place_or_kind,score
An,Bình,1,r,2021-07-01T09:00:00Z,2021-07-01T11:00:00Z,120,chợ,1.5
Bình,Chi,1,r,1625400000,1625410000,90,chợ,1.5
An,Chi,2,r,1625400000,1625410000,500,chợ,1.5
An,Dũng,1,r,1625400000,1625410000,90,chợ,1.5
"""


def run(tmp_path: Path, cases: str, contacts: str, *more: str, out: str = "out.csv"):
    (tmp_path / "cases.csv").write_text(cases, encoding="utf-8")
    (tmp_path / "contacts.csv").write_text(contacts, encoding="utf-8")
    words = ["chains", "--cases", str(tmp_path / "cases.csv"), "--contacts", str(tmp_path / "contacts.csv")]
    found = CliRunner().invoke(app, [*words, "--out", str(tmp_path / out), *more])
    return found, tmp_path / out


def rows(path: Path):
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.mark.slow
def test_candidates_of_every_case(tmp_path: Path):
    found, out = run(tmp_path, CASES, CONTACTS)
    assert found.exit_code == 0, found.stderr
    of = {}
    for row in rows(out):
        of.setdefault(row["infectee"], {})[row["infector"]] = row
    assert set(of) == {"An", "Bình", "Chi"}
    for candidates in of.values():
        assert sum(float(row["weight"]) for row in candidates.values()) == pytest.approx(1, abs=1e-5)
        assert "" in candidates
    assert of["Bình"]["An"]["most_likely"] == "true"
    assert float(of["Bình"]["An"]["interval_days"]) == pytest.approx(4.333)
    assert of["Bình"]["An"]["minutes"].startswith("120")
    assert of["Bình"]["An"]["place_or_kind"] == "chợ"
    assert "An" not in of["Chi"]  # a second-degree line is no meeting
    assert of["Chi"]["Bình"]["interval_days"] == ""  # of an onset and a sample the difference is no interval


@pytest.mark.slow
def test_the_same_seed_gives_the_same_bytes_and_parquet_the_same_rows(tmp_path: Path):
    _, out = run(tmp_path, CASES, CONTACTS)
    first = out.read_bytes()
    run(tmp_path, CASES, CONTACTS)
    assert out.read_bytes() == first
    _, parquet = run(tmp_path, CASES, CONTACTS, out="out.parquet")
    table = pa.parquet.read_table(parquet)
    assert table.column("weight").to_pylist() == [float(row["weight"]) for row in rows(out)]
    for name, text in (("cases", CASES), ("contacts", CONTACTS)):
        pa.parquet.write_table(pa.csv.read_csv(pa.BufferReader(text.encode())), tmp_path / f"{name}.parquet")
    words = ["chains", "--cases", str(tmp_path / "cases.parquet"), "--contacts", str(tmp_path / "contacts.parquet")]
    assert CliRunner().invoke(app, [*words, "--out", str(tmp_path / "again.csv")]).exit_code == 0
    assert (tmp_path / "again.csv").read_bytes() == first


@pytest.mark.slow
def test_estimates_as_json_in_the_file_and_on_standard_output(tmp_path: Path):
    cases = "person,anchor_kind,anchor_time,infected_by\n" + "".join(
        f"p{n},onset,2021-07-{n + 1:02d},{'p' + str(n // 2) if n else 'someone abroad'}\n" for n in range(20)
    )
    found, out = run(tmp_path, cases, "", "--json", out="out.json")
    assert found.exit_code == 0, found.stderr
    told = json.loads(out.read_text())
    assert json.loads(found.stdout) == told
    assert told["cases"] == 20
    assert told["known_links"] == 19
    assert told["offspring"]["r"]["value"] == pytest.approx(0.95)
    assert told["serial_interval"]["pairs"] == 19
    assert told["R"]["low"] < 0.95 < told["R"]["high"]
    assert "R 0.95" in found.stderr
    _, table = run(tmp_path, cases, "")
    assert rows(table)[0] == {
        "infectee": "p0", "infector": "someone abroad", "weight": "1.0", "interval_days": "", "established": "true",
        "most_likely": "true", "minutes": "", "place_or_kind": "",
    }  # fmt: skip


@pytest.mark.slow
def test_empty_files_are_valid(tmp_path: Path):
    found, out = run(tmp_path, "", "")
    assert found.exit_code == 0, found.stderr
    assert rows(out) == []
    assert "cannot say" in found.stderr
    found, _ = run(tmp_path, "person,anchor_kind,anchor_time\n", "f0,contact\n")
    assert found.exit_code == 0


@pytest.mark.slow
def test_malformed_rows_are_told_with_their_lines_and_left_out_only_on_demand(tmp_path: Path):
    cases = CASES + "Em,onset,yesterday,\n,onset,2021-07-01,\nGiang,rumour,2021-07-01,\nHà,onset,,\nI,onset\n"
    found, out = run(tmp_path, cases, CONTACTS + "An,Bình,1,r,2021-07-01,2021-07-01,many,chợ,1\n")
    assert found.exit_code == 2
    assert not out.exists()
    for line in ("cases.csv:5:", "cases.csv:6:", "cases.csv:7:", "cases.csv:8:", "cases.csv:9:", "contacts.csv:6:"):
        assert line in found.stderr
    found, out = run(tmp_path, cases, CONTACTS, "--skip-bad")
    assert found.exit_code == 0
    assert {row["infectee"] for row in rows(out)} == {"An", "Bình", "Chi"}


def test_a_file_that_cannot_be_used_is_one_sentence(tmp_path: Path):
    found, _ = run(tmp_path, "name,day\nA,2021-07-01\n", "")
    assert found.exit_code == 2
    assert "cases.csv has no column person" in found.stderr
    found, _ = run(tmp_path, CASES, CONTACTS, out="out.xlsx")
    assert found.exit_code == 2
    found, _ = run(tmp_path, CASES, CONTACTS, out="cases.csv")
    assert found.exit_code == 2
    assert (tmp_path / "cases.csv").read_text(encoding="utf-8") == CASES


def test_from_to_is_believed_only_where_nothing_else_is_known(tmp_path: Path):
    _, out = run(tmp_path, CASES, "from,to\nAn,Bình\n")
    assert {row["infector"]: row["established"] for row in rows(out) if row["infectee"] == "Bình"} == {"An": "true"}
    _, out = run(tmp_path, CASES, "from,to,minutes\nAn,Bình,30\n")
    assert {row["established"] for row in rows(out) if row["infectee"] == "Bình"} == {"false"}


@pytest.mark.slow
def test_5000_cases_and_20000_contacts_take_a_second(tmp_path: Path):
    """Two cores that others use too: told, and held to five times that."""
    grown = trees.grow(1, r=1.3, k=0.5, firsts=50, most=5_000, days=5_000)
    met = trees.contacts_of(grown, 1, others=3)
    size, seconds = len(grown.infector), 86_400
    pa.csv.write_csv(
        pa.table({
            "person": [f"p{n}" for n in range(size)], "anchor_kind": ["onset"] * size,
            "anchor_time": (grown.cases.onset * seconds).astype(np.int64),
        }),
        tmp_path / "cases.csv",
    )  # fmt: skip
    pa.csv.write_csv(
        pa.table({
            "f0": [f"p{n}" for n in met.left], "contact": [f"p{n}" for n in met.right],
            "level": np.ones(len(met.left), np.int64), "first_exposure": (met.first * seconds).astype(np.int64),
            "last_exposure": (met.last * seconds).astype(np.int64), "minutes": met.minutes,
        }),
        tmp_path / "contacts.csv",
    )  # fmt: skip
    words = ["chains", "--cases", str(tmp_path / "cases.csv"), "--contacts", str(tmp_path / "contacts.csv")]
    CliRunner().invoke(app, [*words, "--out", str(tmp_path / "first.csv")])  # compiled once a machine
    begun = time.perf_counter()
    found = CliRunner().invoke(app, [*words, "--out", str(tmp_path / "out.csv")])
    took = time.perf_counter() - begun
    print(f"{size} cases, {len(met.left)} contacts: {took:.2f} s")
    assert found.exit_code == 0, found.stderr
    assert size >= 5_000
    assert took < 5
