"""The ring: made, opened, rotated, retired; what it says when something is missing."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from lachan.access.actors import Actor
from lachan.certificates import keys
from lachan.certificates.keys import facts, making, profiles, publish, ring, trust, vault
from lachan.certificates.keys.making import NewKey
from lachan.certificates.models import Key
from lachan.kernel import journal
from lachan.kernel.errors import Problem
from tests.certificates.keys.conftest import SHIPPED_COST

NOW = datetime(2026, 3, 1, 8, 30, tzinfo=UTC)
DAY = timedelta(days=1)
ACTOR = Actor.system("command line")
pytestmark = [pytest.mark.slow, pytest.mark.django_db]


@pytest.fixture
def made(db: None) -> None:
    assert keys.ensure(NOW) == 5


def row_of(purpose: str, now: datetime = NOW) -> facts.KeyFact:
    return next(row for row in ring.rows() if row.purpose == purpose and row.signs_at(now))


def test_the_demonstration_makes_what_it_lacks_and_nothing_twice(made: None, tmp_path: Path) -> None:
    assert keys.ensure(NOW) == 0
    for purpose in facts.PURPOSES:
        assert len(keys.signer(purpose, now=NOW).sign(b"x")) == 64
    files = sorted((tmp_path / "keys").iterdir())
    assert len(files) == 5
    assert {path.stat().st_mode & 0o777 for path in files} == {0o600}
    assert b"ENCRYPTED" not in files[0].read_bytes()  # DER
    with pytest.raises(vault.VaultError, match="does not open"):
        vault.opened(files[0].read_bytes(), "another passphrase")
    assert [entry.verb for entry in journal.history(row_of("hcert").id)] == ["signing_key.created"]


def test_keys_of_the_demonstration_are_renewed_before_they_end(made: None) -> None:
    assert keys.ensure(NOW + facts.SIGNS - 2 * making.RENEWED_AHEAD) == 0
    assert keys.ensure(NOW + facts.SIGNS - DAY) == 4  # the authority signs on


def test_a_demonstration_whose_files_are_gone_makes_others(made: None, tmp_path: Path) -> None:
    for path in (tmp_path / "keys").iterdir():
        path.unlink()
    keys.forget()
    assert keys.ensure(NOW) == 5
    for purpose in facts.PURPOSES:
        assert keys.signer(purpose, now=NOW).sign(b"x")


def test_outside_the_demonstration_nothing_is_made_silently(db: None, settings: Any) -> None:
    settings.LACHAN_DEMO = False
    assert keys.ensure(NOW) == 0
    with pytest.raises(Problem, match="lachan certificates keys create hcert") as raised:
        keys.signer("hcert", now=NOW)
    assert (raised.value.code, raised.value.status) == ("no_signing_key", 503)


def test_certificates_follow_the_profile(made: None) -> None:
    root, leaf = (x509.load_der_x509_certificate(row_of(name).certificate) for name in ("authority", "hcert"))
    leaf.verify_directly_issued_by(root)
    for found, signs in ((root, facts.AUTHORITY_SIGNS), (leaf, facts.SIGNS)):
        [country] = found.subject.get_attributes_for_oid(NameOID.COUNTRY_NAME)
        assert country.value == "VN"
        period = found.extensions.get_extension_for_class(x509.PrivateKeyUsagePeriod).value
        assert period.not_before is not None
        assert period.not_after is not None
        assert period.not_after - period.not_before == signs
        assert found.not_valid_before_utc <= NOW
    constraints = root.extensions.get_extension_for_class(x509.BasicConstraints)
    assert (constraints.critical, constraints.value.ca, constraints.value.path_length) == (True, True, 0)
    usage = leaf.extensions.get_extension_for_class(x509.KeyUsage).value
    assert (usage.digital_signature, usage.key_cert_sign) == (True, False)
    # a card of two years, signed on the key's last day, ends before the certificate
    assert leaf.not_valid_after_utc >= row_of("hcert").signs_until + facts.LONGEST_CARD
    with pytest.raises(x509.ExtensionNotFound):
        leaf.extensions.get_extension_for_class(x509.ExtendedKeyUsage)


def test_a_restricted_key_says_so_in_its_certificate_and_on_the_list(made: None) -> None:
    [row] = making.create([NewKey("hcert", kinds=("v", "r"))], actor=ACTOR, now=NOW + DAY)
    assert trust.own_trusted(row, NOW).usage == "vr"
    assert keys.signer("hcert", now=NOW + 2 * DAY).key_id == row.kid


def test_a_rotation_is_published_before_it_signs_and_the_old_key_verifies_to_its_end(made: None) -> None:
    old = row_of("hcert")
    new = making.rotate("hcert", place="disk", actor=ACTOR, now=NOW)
    assert keys.signer("hcert", now=NOW).key_id == old.kid
    assert {new.kid, old.kid} <= keys.trusted(NOW).keys()
    later = NOW + facts.PUBLISHED_AHEAD
    assert keys.signer("hcert", now=later).key_id == new.kid
    assert old.kid in keys.trusted(old.not_after - DAY)
    assert old.kid not in keys.trusted(old.not_after)
    with pytest.raises(Problem) as raised:
        making.rotate("hcert", place="disk", actor=ACTOR, now=NOW)
    assert raised.value.code == "successor_waits"


def test_retired_verifies_compromised_does_not(made: None) -> None:
    old = row_of("hcert")
    making.create([NewKey("hcert")], actor=ACTOR, now=NOW)
    making.retire(old.id, compromised=False, reason="replaced", actor=ACTOR, now=NOW)
    assert keys.signer("hcert", now=NOW).key_id != old.kid
    assert old.kid in keys.trusted(NOW)
    making.retire(old.id, compromised=True, reason="the backup was stolen", actor=ACTOR, now=NOW)
    assert old.kid not in keys.trusted(NOW)
    assert old.kid.hex() not in str(publish.trust_list(NOW))
    for compromised in (True, False):
        with pytest.raises(Problem) as raised:
            making.retire(old.id, compromised=compromised, reason="again", actor=ACTOR, now=NOW)
        assert raised.value.code == "ended_already"


def test_a_stolen_authority_takes_everything_it_vouched_for_with_it(made: None) -> None:
    making.retire(row_of("authority").id, compromised=True, reason="stolen", actor=ACTOR, now=NOW)
    assert keys.trusted(NOW) == {}
    with pytest.raises(Problem, match="create authority"):
        making.create([NewKey("hcert")], actor=ACTOR, now=NOW)


def test_the_last_key_may_be_retired_and_then_the_sentence_says_what_to_do(made: None) -> None:
    making.retire(row_of("shc").id, compromised=False, reason="no longer issued", actor=ACTOR, now=NOW)
    with pytest.raises(Problem, match="keys create shc"):
        keys.signer("shc", now=NOW)


def test_another_process_sees_a_rotation_when_its_memory_is_old(made: None, monkeypatch: pytest.MonkeyPatch) -> None:
    old = row_of("hcert")
    Key.objects.filter(id=old.id).update(state="retired")  # as another process would
    assert keys.signer("hcert", now=NOW).key_id == old.kid
    aged = ring.time.monotonic() + ring.MEMORY_S + 1
    monkeypatch.setattr(ring.time, "monotonic", lambda: aged)
    with pytest.raises(Problem):
        keys.signer("hcert", now=NOW)


def test_a_key_is_opened_once_and_a_lost_file_is_named_without_reading_it_for_every_card(
    made: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    signer = keys.signer("hcert", now=NOW)
    assert keys.signer("hcert", now=NOW) is signer
    row = row_of("domestic")
    file = tmp_path / "keys" / f"{row.id}.p8"
    content = file.read_bytes()
    file.unlink()
    with caplog.at_level(logging.ERROR):
        for _ in range(3):
            with pytest.raises(Problem, match="is not there") as raised:
                keys.signer("domestic", now=NOW)
    assert raised.value.code == "signing_key_unusable"
    assert len(caplog.records) == 1
    file.write_bytes(content)
    keys.forget()
    assert keys.signer("domestic", now=NOW).sign(b"x")


def test_another_usable_key_signs_when_the_newest_does_not_open(made: None, tmp_path: Path) -> None:
    old = row_of("hcert")
    [new] = making.create([NewKey("hcert")], actor=ACTOR, now=NOW + DAY)
    (tmp_path / "keys" / f"{new.id}.p8").write_bytes(b"\x30\x00")
    keys.forget()
    assert keys.signer("hcert", now=NOW + 2 * DAY).key_id == old.kid


def test_without_a_passphrase_or_an_issuer_nothing_is_made(db: None, settings: Any, tmp_path: Path) -> None:
    conf = settings.CONF
    for missing in ("signing_passphrase", "issuer_name"):
        settings.CONF = replace(conf, **{missing: ""})
        with pytest.raises(Problem, match=missing):
            making.create([NewKey("authority")], actor=ACTOR, now=NOW)
    assert not Key.objects.exists()
    assert not list(tmp_path.rglob("*.p8"))


def test_a_failed_change_leaves_no_file_behind(made: None, tmp_path: Path) -> None:
    before = sorted((tmp_path / "keys").iterdir())
    with pytest.raises(Problem, match="pkcs11_module"):
        making.create([NewKey("hcert"), NewKey("hcert", "pkcs11")], actor=ACTOR, now=NOW)
    assert sorted((tmp_path / "keys").iterdir()) == before
    assert len(ring.rows()) == 5


@pytest.mark.parametrize(
    ("item", "code"),
    [
        (NewKey("passport"), "unknown_purpose"),
        (NewKey("shc", kinds=("v",)), "wrong_kinds"),
        (NewKey("hcert", kinds=("x",)), "wrong_kinds"),
        (NewKey("list", algorithm="PS256"), "wrong_algorithm"),
        (NewKey("hcert", signs_from=NOW - DAY), "signs_from_past"),
        (NewKey("hcert"), "no_authority"),
    ],
)
def test_wrong_wishes_are_named(db: None, item: NewKey, code: str) -> None:
    with pytest.raises(Problem) as raised:
        making.create([item], actor=ACTOR, now=NOW)
    assert raised.value.code == code


def test_a_key_made_elsewhere_is_taken_over_with_its_certificate(db: None) -> None:
    key, root_key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    root = profiles.authority_certificate(
        root_key, root_key.public_key(), profiles.name("VN", "Ministry", "CSCA of the ministry"), begins=NOW - 30 * DAY
    )
    leaf = profiles.signer_certificate(
        root_key, root, key.public_key(), profiles.name("VN", "Ministry", "DSC 7"),
        begins=NOW - DAY, signs_from=NOW, signs_until=NOW + 100 * DAY, ends=NOW + 800 * DAY,
    )  # fmt: skip
    row = making.take_over("hcert", key, leaf, root, actor=ACTOR, now=NOW)
    assert (row.label, row.signs_until) == ("DSC 7", NOW.replace(minute=30) + 70 * DAY)
    assert keys.signer("hcert", now=NOW).certificate == leaf
    for wrong, code in (
        ((key, leaf, root), "known_already"),
        ((root_key, leaf, root), "not_its_certificate"),
        ((key, leaf, leaf), "not_its_authority"),
        ((key, b"\x30\x03abc", None), "not_a_certificate"),
    ):
        with pytest.raises(Problem) as raised:
            making.take_over("hcert", *wrong, actor=ACTOR, now=NOW)
        assert raised.value.code == code


def test_a_wrong_passphrase_is_called_so_whatever_it_decrypts_to(monkeypatch: pytest.MonkeyPatch) -> None:
    """One of 256 wrong keys gives padding that looks right."""
    monkeypatch.setattr(vault, "COST", 2**4)
    data = vault.locked(ec.generate_private_key(ec.SECP256R1()), "right")
    for number in range(1_500):
        with pytest.raises(vault.VaultError) as raised:
            vault.opened(data, f"wrong {number}")
        assert raised.value.code == "passphrase_wrong"
    with pytest.raises(vault.VaultError) as raised:
        vault.opened(b"\x30\x03abc", "right")
    assert raised.value.code == "unreadable"


def test_the_files_are_of_the_form_other_tools_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vault, "COST", SHIPPED_COST)
    key = ec.generate_private_key(ec.SECP256R1())
    data = vault.locked(key, "correct horse battery staple")
    found = serialization.load_der_private_key(data, b"correct horse battery staple")
    assert isinstance(found, ec.EllipticCurvePrivateKey)
    assert found.private_numbers() == key.private_numbers()
    # id-scrypt, N = 16,384
    assert bytes.fromhex("06092b06010401da47040b") in data
    assert bytes.fromhex("02024000") in data
