"""The command line as an operator types it: one clear line and exit code 2 for what is wrong."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from lachan.cli import main as front
from lachan.cli.main import COMMANDS, main


def run(*words: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """A process of its own, with the settings of the suite and these."""
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "lachan.config.settings"} | settings
    return subprocess.run(
        [sys.executable, "-m", "lachan.cli.main", *words],
        env=environment, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


def test_the_overview_lists_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0
    listed = capsys.readouterr().out
    for name in ("up", "doctor", "db", "user", "api-key", "synth", "bench", "manage"):
        assert f"  {name}" in listed


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["upp"], "there is no command 'upp'"),
        (["up", "--prot", "80"], "No such option: --prot"),
        (["up", "--port", "http"], "Invalid value for '--port'"),
        (["doctor", "now"], "unexpected extra argument"),
    ],
)
def test_wrong_words_are_named_in_one_line(words: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words) == 2
    shown = capsys.readouterr()
    assert said in shown.err
    assert shown.err.count("\n") == 1
    assert shown.out == ""


def test_every_command_names_a_module_that_exists() -> None:
    missing = [name for name, command in COMMANDS.items() if not front._present(command)]
    assert missing == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"LACHAN_PROT": "80"}, "lachan: configuration: unknown setting 'prot'; is it 'port'?"),
        ({"LACHAN_PORT": "http"}, "lachan: configuration: port takes a whole number, not 'http'"),
        ({"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"}, "lachan: the database does not answer"),
    ],
)
def test_a_wrong_setting_is_one_line(settings: dict[str, str], said: str) -> None:
    done = run("db", "check", **settings)
    assert done.returncode == 2
    assert done.stderr.startswith(said)
    assert done.stderr.count("\n") == 1


@pytest.mark.slow
def test_the_doctor_says_what_is_wrong_and_how_to_mend_it() -> None:
    done = run("doctor", "--json", DATABASE_URL="postgresql://nobody@127.0.0.1:1/none")
    assert done.returncode == 1
    answer = json.loads(done.stdout)
    assert not answer["healthy"]
    [wrong] = [entry for entry in answer["results"] if entry["name"] == "database"]
    assert wrong["state"] == "wrong"
    assert wrong["remedy"]


@pytest.mark.slow
def test_the_doctor_names_a_wrong_setting() -> None:
    done = run("doctor", LACHAN_TIME_ZONE="Moon")
    assert done.returncode == 1
    assert "time_zone" in done.stdout


@pytest.mark.slow
def test_the_statements_for_a_cluster_are_printed() -> None:
    done = run("db", "distribute", "--dry-run")
    assert done.returncode == 0
    lines = done.stdout.splitlines()
    assert "SELECT create_reference_table('places_area');" in lines
    assert any("'immunization_dose', 'person_id'" in line for line in lines)


@pytest.mark.slow
def test_a_server_without_citus_is_not_distributed() -> None:
    done = run("db", "distribute")
    assert done.returncode == 2
    assert "no Citus extension" in done.stderr


@pytest.mark.slow
def test_a_folder_that_cannot_be_written_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "meta.json").write_text('{"generation_interval": [0, 1], "infection_to_report": [1]}')
    (tmp_path / "place.csv").write_text("date,cases\n2021-05-01,3\n")
    (tmp_path / "file").write_text("")
    assert main(["forecast", "rt", "--input", str(tmp_path), "--output", str(tmp_path / "file" / "under")]) == 2
    assert capsys.readouterr().err.strip().splitlines()[-1].endswith("under: not a directory")


@pytest.mark.slow
def test_output_into_a_closed_pipe_is_no_error(tmp_path: Path) -> None:
    done = subprocess.run(
        ["sh", "-c", f"{sys.executable} -m lachan.cli.main openapi | head -1; true"],
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "lachan.config.settings"},
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.stdout.strip() == "{"
    assert done.stderr == ""
