"""What is wrong is named with what to do; the command line says it and ends with 1."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from lachan.access.actors import Actor
from lachan.certificates import keys
from lachan.certificates.keys import facts, making, publish, ring, taking, trust
from lachan.certificates.keys.findings import SENTENCES, KeyFinding, findings, needed
from lachan.certificates.keys.making import NewKey
from lachan.certificates.models import Key
from lachan.cli.certificates import app
from lachan.kernel.errors import Problem
from tests.certificates.keys.conftest import Token

NOW = datetime(2026, 3, 1, 8, 30, tzinfo=UTC)
DAY = timedelta(days=1)
ACTOR = Actor.system("command line")
pytestmark = [pytest.mark.slow, pytest.mark.django_db]


@pytest.fixture
def made(db: None) -> None:
    keys.ensure(NOW)


def row_of(purpose: str) -> facts.KeyFact:
    return next(row for row in ring.rows() if row.purpose == purpose)


def codes(now: datetime = NOW) -> list[str]:
    found = findings(now)
    for entry in found:
        assert entry.sentence
        assert entry.remedy
    return [entry.code for entry in found]


def test_nothing_is_wrong_when_everything_is_there(made: None) -> None:
    assert codes() == []


def test_no_keys_at_all_is_five_things_wrong_each_with_its_command(db: None, settings: Any) -> None:
    found = findings(NOW)
    assert [entry.state for entry in found] == ["wrong"] * 5
    assert found[0].remedy == "lachan certificates keys create authority"
    assert needed()
    settings.CONF = replace(settings.CONF, issuer_name="")
    assert not needed()


def test_what_ends_soon_says_so_until_a_successor_waits(made: None) -> None:
    late = NOW + facts.SIGNS - facts.ENDS_SOON + DAY
    assert codes(late) == ["ends_soon"] * 4
    making.rotate("hcert", place="disk", actor=ACTOR, now=late)
    assert codes(late) == ["ends_soon"] * 3 + ["successor_waits"]
    assert codes(NOW + facts.SIGNS + DAY).count("no_signer") == 3
    assert "authority_ends_soon" in codes(NOW + facts.AUTHORITY_SIGNS - DAY)


def test_files_that_are_lost_open_to_all_or_locked_otherwise(made: None, tmp_path: Path, settings: Any) -> None:
    for purpose in ("hcert", "shc"):
        path = ring.vault().path(row_of(purpose).id)
        path.chmod(0o644) if purpose == "hcert" else path.unlink()
    ring.vault().path(row_of("list").id).write_bytes(b"not a key")
    assert sorted(codes()) == ["key_missing", "key_open", "key_unreadable"]
    conf = settings.CONF
    settings.CONF = replace(conf, signing_passphrase="another passphrase than before")
    assert codes().count("passphrase_wrong") == 3
    settings.CONF = replace(conf, signing_passphrase="")
    assert codes().count("passphrase_missing") == 4


def test_a_module_that_is_away_or_lacks_the_key(with_module: Token, db: None, settings: Any) -> None:
    making.create([NewKey("authority", "pkcs11")], actor=ACTOR, now=NOW)
    here = settings.CONF
    settings.CONF = replace(here, pkcs11_token="another")
    assert "module_away" in codes()
    settings.CONF = replace(here, pkcs11_module="")
    assert "module_away" in codes()
    settings.CONF = here
    assert "module_away" not in codes()


def test_lists_of_others_grow_old_and_their_keys_end(made: None) -> None:
    data = json.dumps(publish.dcc_gateway(NOW)).encode()
    taking.take(data, source="https://gateway.example", actor=ACTOR, now=NOW)
    assert codes(NOW + 6 * DAY) == []
    assert codes(NOW + 8 * DAY) == ["list_old"]
    trust.forget()
    assert "keys_expired" in codes(row_of("hcert").not_after + DAY)


def test_every_finding_has_its_sentence() -> None:
    import typing

    assert set(typing.get_args(typing.get_type_hints(KeyFinding)["code"])) == SENTENCES.keys()


@pytest.fixture
def lachan(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The commands as typed, without starting a database of their own."""
    from contextlib import contextmanager

    from lachan.cli.certificates import keys as commands
    from lachan.cli.certificates import trust as trust_commands

    @contextmanager
    def house() -> Any:
        yield

    monkeypatch.setattr(commands, "house", house)
    monkeypatch.setattr(trust_commands, "house", house)
    runner = CliRunner()

    def run(*words: str, code: int = 0, typed: str = "") -> str:
        done = runner.invoke(app, list(words), input=typed)
        if isinstance(done.exception, Problem):
            assert code == 2, done.exception
            return done.exception.detail
        assert done.exit_code == code, done.output
        return done.stdout

    return run


def test_a_country_is_set_up_rotated_and_one_key_called_compromised_on_the_command_line(lachan: Any, db: None) -> None:
    assert "create authority" in lachan("keys", "create", "hcert", code=2)
    assert len(json.loads(lachan("keys", "create", "all", "--json"))) == 5
    assert "there" in lachan("keys", "create", "all")
    [waiting] = json.loads(lachan("keys", "rotate", "hcert", "--json"))
    assert waiting["state"] == "waits"
    rows = json.loads(lachan("keys", "list", "--json"))
    [signing] = [row for row in rows if (row["purpose"], row["state"]) == ("hcert", "signs")]
    answer = json.loads(
        lachan("keys", "retire", signing["kid"], "--compromised", "--reason", "backup stolen", "--json")
    )
    assert ([key["kid"] for key in answer["keys"]], answer["people"]) == ([signing["kid"]], 0)
    # safe to repeat: the cards are looked for again
    assert json.loads(lachan("keys", "retire", signing["kid"], "--compromised", "--reason", "x", "--json")) == answer
    said = json.loads(lachan("keys", "check", "--json", code=1))
    assert [entry["code"] for entry in said["findings"]] == ["no_signer", "successor_waits"]
    assert "unknown" not in lachan("keys", "export", waiting["kid"])
    assert lachan("keys", "export", waiting["kid"]).count("BEGIN CERTIFICATE") == 2


def test_lists_go_out_and_come_in_on_the_command_line(lachan: Any, db: None, tmp_path: Path) -> None:
    keys.ensure(datetime.now(UTC))
    file = tmp_path / "list.json"
    file.write_text(lachan("trust", "export", "dcc"), encoding="utf-8")
    assert "1 came, 0 went" in lachan("trust", "import", str(file), "--source", "x")
    again = json.loads(lachan("trust", "import", str(file), "--source", "x", "--json"))
    assert (again["came"], again["stayed"]) == ([], 1)
    kid = row_of("hcert").kid.hex()
    assert lachan("trust", "list").count(kid) == 2
    lachan("trust", "refuse", kid, "--reason", "ours, not theirs")
    assert [row["source"] for row in json.loads(lachan("trust", "list", "--json")) if row["kid"] == kid] == ["own"]
    lachan("trust", "allow", kid)
    assert lachan("trust", "export", "trust-list", "--signed").count(".") == 2
    assert json.loads(lachan("trust", "export", "did"))["verificationMethod"]
    file.write_text("hello")
    assert "neither JSON" in lachan("trust", "import", str(file), "--source", "x", code=2)


def test_a_key_goes_to_another_installation(lachan: Any, db: None, tmp_path: Path, settings: Any) -> None:
    keys.ensure(datetime.now(UTC))
    row = row_of("domestic")
    key, certificate = tmp_path / "moved.p8", tmp_path / "moved.pem"
    certificate.write_text(lachan("keys", "export", row.kid.hex(), "--private", str(key)))
    assert key.stat().st_mode & 0o777 == 0o600
    assert key.read_bytes() == ring.vault().path(row.id).read_bytes()
    lachan("keys", "export", row.kid.hex(), "--private", str(key), code=1)  # never over another file
    Key.objects.filter(id=row.id).delete()
    keys.forget()
    words = ("keys", "import", "domestic", "--key", str(key), "--cert", str(certificate), "--json")
    for typed in ("", "wrong\n"):
        lachan(*words, code=1, typed=typed)
    [made] = json.loads(lachan(*words, typed=f"{settings.CONF.signing_passphrase}\n"))
    assert (made["kid"], made["label"][:20]) == (row.kid.hex(), "Domestic card signer")
    assert keys.signer("domestic", now=datetime.now(UTC)).key_id == row.kid


def test_a_new_passphrase_locks_every_file_or_none(lachan: Any, db: None, tmp_path: Path, settings: Any) -> None:
    keys.ensure(datetime.now(UTC))
    files = {path: path.read_bytes() for path in (tmp_path / "keys").iterdir()}
    lachan("keys", "relock", code=1, typed="too short\n")
    broken = ring.vault().path(row_of("list").id)
    broken.write_bytes(b"\x30\x00")
    lachan("keys", "relock", code=1, typed="a passphrase of our own\n")
    broken.write_bytes(files[broken])
    assert {path: path.read_bytes() for path in (tmp_path / "keys").iterdir()} == files
    assert lachan("keys", "relock", typed="a passphrase of our own\n").startswith("5 key files")
    assert lachan("keys", "relock", typed="a passphrase of our own\n").startswith("0 key files")  # a broken run again
    settings.CONF = replace(settings.CONF, signing_passphrase="a passphrase of our own")
    assert json.loads(lachan("keys", "check", "--json"))["good"]
