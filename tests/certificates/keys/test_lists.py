"""Lists of others: every form in, the same list again, who came and went; and cards verified by what was taken in."""

from __future__ import annotations

import base64
import hashlib
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from lachan.access.actors import Actor
from lachan.certificates import keys
from lachan.certificates.codecs import hcert, jose
from lachan.certificates.codecs.signing import key_id_of
from lachan.certificates.keys import foreign, forms, making, profiles, publish, ring, taking
from lachan.certificates.keys.findings import findings
from lachan.certificates.models import Trusted
from lachan.demonstration.neighbours import seed_neighbours
from lachan.kernel.errors import Problem

NOW = datetime(2022, 3, 1, 8, 30, tzinfo=UTC)
DAY = timedelta(days=1)
ACTOR = Actor.system("command line")


def certificate(
    country: str, number: int = 1, *, ends: datetime = NOW + 600 * DAY, kinds: tuple[str, ...] = ()
) -> bytes:
    key, root_key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    begins = NOW - 300 * DAY
    root = profiles.authority_certificate(
        root_key, root_key.public_key(), profiles.name(country, "Health", "CSCA"), begins=begins
    )
    return profiles.signer_certificate(
        root_key, root, key.public_key(), profiles.name(country, "Health", f"DSC {number}"),
        begins=begins, signs_from=begins, signs_until=begins + 100 * DAY, ends=ends, kinds=kinds,
    )  # fmt: skip


AT, FR = certificate("AT"), certificate("FR", kinds=("v",))
PUBLIC = {der: foreign.profiles.public_key_der(foreign.x509.read(der).key) for der in (AT, FR)}


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def gateway(*certificates: bytes, kind: str = "DSC") -> list[dict[str, Any]]:
    return [
        {
            "kid": b64(key_id_of(der)), "timestamp": "2021-05-25T14:56:02+02:00", "country": "XX",
            "certificateType": kind, "thumbprint": hashlib.sha256(der).hexdigest(), "signature": "",
            "rawData": b64(der),
        }
        for der in certificates
    ]  # fmt: skip


def jwk(der: bytes) -> dict[str, str]:
    found = forms.jwk(PUBLIC[der])
    found.pop("kid")
    return found


def did(*methods: dict[str, Any]) -> bytes:
    return json.dumps({"id": "did:web:tng.example", "verificationMethod": list(methods)}).encode()


def method(der: bytes, *, chain: bool) -> dict[str, Any]:
    fragment = quote(b64(key_id_of(der)), safe="")
    key = {**jwk(der), "x5c": [b64(der)]} if chain else jwk(der)
    return {"id": f"did:web:tng.example:AUT:DSC#{fragment}", "type": "JsonWebKey2020", "publicKeyJwk": key}


def pem(*certificates: bytes) -> bytes:
    return b"".join(
        foreign.base64.b64encode(der).join((b"-----BEGIN CERTIFICATE-----\n", b"\n-----END CERTIFICATE-----\n"))
        for der in certificates
    )


def signed(payload: Any) -> bytes:
    parts = (b'{"alg":"ES256"}', json.dumps(payload).encode(), b"signature")
    return ".".join(jose.base64url(part) for part in parts).encode()


SWEDEN = {"dsc_trust_list": {"AT": {"keys": [{"kid": b64(key_id_of(AT)), "x5c": [b64(AT)], **jwk(AT)}]}}}
NETHERLANDS = {"eu_keys": {b64(key_id_of(AT)): [{"subjectPk": b64(PUBLIC[AT]), "keyUsage": ["t", "r"]}]}}
SWITZERLAND = {"certs": [{"keyId": b64(key_id_of(AT)), "use": "sig", "alg": "ES256", **jwk(AT), "n": None}]}
BRITAIN = [{"kid": b64(key_id_of(AT)), "publicKey": b64(PUBLIC[AT])}]
GERMANY = b"MEUCIQ==\n" + json.dumps({"certificates": gateway(AT)}).encode()


@pytest.mark.parametrize(
    ("data", "form", "country", "usage", "whole"),
    [
        (json.dumps(gateway(AT)).encode(), "DCC gateway", "XX", "vtr", True),
        (json.dumps([*gateway(FR, kind="CSCA"), *gateway(AT)]).encode(), "DCC gateway", "XX", "vtr", True),
        (b"\xef\xbb\xbf" + json.dumps(gateway(AT)).encode(), "DCC gateway", "XX", "vtr", True),
        (GERMANY, "certificate list", "XX", "vtr", True),
        (signed(SWEDEN), "key sets by country", "AT", "vtr", True),
        (json.dumps(NETHERLANDS).encode(), "keys by key id", "", "tr", False),
        (json.dumps(SWITZERLAND).encode(), "certificate list", "", "vtr", False),
        (json.dumps(BRITAIN).encode(), "DCC gateway", "", "vtr", False),
        (json.dumps({b64(key_id_of(AT)): b64(AT)}).encode(), "key ids and certificates", "AT", "vtr", True),
        (did(method(AT, chain=True)), "DID document", "AT", "vtr", True),
        (did(method(AT, chain=False)), "DID document", "", "vtr", False),
        (pem(AT), "PEM", "AT", "vtr", True),
        (AT, "DER", "AT", "vtr", True),
        (FR, "DER", "FR", "v", True),
    ],
)
def test_each_form_gives_the_same_key(data: bytes, form: str, country: str, usage: str, whole: bool) -> None:
    read = foreign.read(data)
    der = FR if country == "FR" else AT
    assert (read.form, read.faults) == (form, [])
    [key] = read.keys
    assert (key.kid, key.country, key.usage) == (key_id_of(der), country, usage)
    assert key.public_key == PUBLIC[der]
    assert key.certificate == (der if whole else b"")
    assert key.not_after == (NOW + 600 * DAY if whole else None)


def test_a_country_given_by_hand_stands_in_only_where_the_list_says_none() -> None:
    assert foreign.read(json.dumps(BRITAIN).encode(), country="GB").keys[0].country == "GB"
    assert foreign.read(AT, country="GB").keys[0].country == "AT"


def test_a_key_set_of_smart_health_cards_is_known_by_its_thumbprints() -> None:
    good = forms.jwk(PUBLIC[AT])
    read = foreign.read(json.dumps({"keys": [good, {**good, "kid": "another"}, {**jwk(FR)}]}).encode())
    [key] = read.keys
    assert (key.purpose, key.kid, key.usage) == ("shc", good["kid"].encode(), "s")
    assert [fault.reason for fault in read.faults] == ["its kid is not the thumbprint of the key", "it has no kid"]


def test_what_cannot_be_read_is_named_and_the_rest_comes_in() -> None:
    small = rsa.generate_private_key(65_537, 1024).public_key()
    weak = small.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    off_curve = {**jwk(AT), "x": jwk(FR)["x"]}
    rows = [
        *gateway(AT),
        "no object",
        {"kid": "AAAA"},
        {"kid": "!!!", "rawData": b64(AT)},
        {"kid": "AAAA", "rawData": "AAAA"},
        {"kid": "AAAA", "rawData": 7},
        {"kid": "AAAA", "rawData": b64(AT[:200])},
        {"kid": "AAAA", "publicKey": b64(weak)},
        {"kid": "AAAA", **off_curve},
        {"kid": b64(b"x" * 65), "rawData": b64(AT)},
        {"publicKey": b64(PUBLIC[AT])},
    ]
    read = foreign.read(json.dumps(rows).encode())
    assert [key.kid for key in read.keys] == [key_id_of(AT)]
    assert [fault.place for fault in read.faults] == [f"entry {number}" for number in range(2, 12)]
    assert any("1024 bits" in fault.reason for fault in read.faults)


@pytest.mark.parametrize(
    "data",
    [b"", b"\xff\xfe", b"hello", b"{}", b"[]", b'{"a": 1}', b"1", b"null", b"[" * 100_000, b'{"keys": []}', b"a.b.c"],
)
def test_what_is_no_list_is_refused(data: bytes) -> None:
    with pytest.raises(foreign.ForeignError):
        foreign.read(data)


def take(data: bytes, *, now: datetime = NOW, source: str = "gateway", shrink: bool = False) -> taking.Taken:
    return taking.take(data, source=source, actor=ACTOR, now=now, shrink=shrink)


@pytest.mark.django_db
def test_the_same_list_again_changes_only_when_it_was_seen() -> None:
    data = json.dumps(gateway(AT, FR)).encode()
    first = take(data)
    assert (len(first.came), first.went, first.stayed, first.expired) == (2, [], 0, 0)
    again = take(data, now=NOW + DAY)
    assert (again.came, again.went, again.stayed) == ([], [], 2)
    assert {(row.first_seen_at, row.fetched_at) for row in Trusted.objects.all()} == {(NOW, NOW + DAY)}


@pytest.mark.django_db
def test_who_goes_is_kept_with_the_day_and_may_come_back() -> None:
    both, one = (json.dumps(gateway(*rows)).encode() for rows in ((AT, FR), (AT,)))
    take(both)
    assert key_id_of(FR) in keys.trusted(NOW)
    gone = take(one, now=NOW + DAY)
    assert [entry.kid for entry in gone.went] == [key_id_of(FR)]
    row = Trusted.objects.get(kid=key_id_of(FR))
    assert (row.state, row.gone_at, row.fetched_at) == ("gone", NOW + DAY, NOW)
    assert key_id_of(FR) not in keys.trusted(NOW + DAY)
    assert [entry.kid for entry in take(both, now=NOW + 2 * DAY).came] == [key_id_of(FR)]
    assert key_id_of(FR) in keys.trusted(NOW + 2 * DAY)
    row.refresh_from_db()
    assert (row.first_seen_at, row.gone_at) == (NOW, None)


@pytest.mark.django_db
def test_sources_do_not_touch_each_other() -> None:
    take(json.dumps(gateway(AT, FR)).encode())
    take(pem(AT), source="WHO")
    take(json.dumps(gateway(FR)).encode(), now=NOW + DAY)
    assert [entry.source for entry in keys.trusted(NOW)[key_id_of(AT)]] == ["WHO"]


@pytest.mark.django_db
def test_what_a_key_may_sign_is_what_the_latest_list_says() -> None:
    def listed(*kinds: str) -> bytes:
        entry = {"subjectPk": b64(PUBLIC[AT]), "keyUsage": list(kinds)}
        return json.dumps({"eu_keys": {b64(key_id_of(AT)): [entry]}}).encode()

    take(listed("v", "t", "r"))
    assert keys.uses(NOW)(PUBLIC[AT]) == frozenset("vtr")
    take(listed("t"), now=NOW + DAY)
    assert keys.uses(NOW)(PUBLIC[AT]) == frozenset("t"), "what was taken back is not believed any more"


@pytest.mark.django_db
def test_a_list_of_others_cannot_pass_as_ours() -> None:
    with pytest.raises(Problem) as raised:
        take(json.dumps(gateway(AT)).encode(), source="own")
    assert raised.value.code == "source_missing"
    assert not Trusted.objects.exists()


@pytest.mark.django_db
def test_a_list_cut_in_half_is_rather_a_broken_download() -> None:
    ders = [certificate("DE", number) for number in range(5)]
    take(json.dumps(gateway(*ders)).encode())
    with pytest.raises(Problem, match="--shrink") as raised:
        take(json.dumps(gateway(*ders[:2])).encode(), now=NOW + DAY)
    assert raised.value.code == "list_shrank"
    assert len(keys.trusted(NOW + DAY)) == 5
    assert len(take(json.dumps(gateway(*ders[:2])).encode(), now=NOW + DAY, shrink=True).went) == 3


@pytest.mark.django_db
def test_what_we_refuse_stays_refused_whoever_lists_it() -> None:
    data = json.dumps(gateway(AT, FR)).encode()
    take(data)
    taking.refuse(key_id_of(AT), reason="stolen, said by telephone", actor=ACTOR, now=NOW)
    assert key_id_of(AT) not in keys.trusted(NOW)
    take(json.dumps(gateway(FR)).encode(), now=NOW + DAY)
    take(data, now=NOW + 2 * DAY)
    assert key_id_of(AT) not in keys.trusted(NOW + 2 * DAY)
    taking.allow(key_id_of(AT), actor=ACTOR, now=NOW + 3 * DAY)
    assert key_id_of(AT) in keys.trusted(NOW + 3 * DAY)
    with pytest.raises(Problem) as raised:
        taking.allow(key_id_of(AT), actor=ACTOR, now=NOW)
    assert raised.value.code == "unknown_key"


@pytest.mark.django_db
def test_an_expired_key_is_not_believed_and_is_counted() -> None:
    taken = take(json.dumps(gateway(AT, certificate("DE", ends=NOW - DAY))).encode())
    assert taken.expired == 1
    assert keys.trusted(NOW).keys() == {key_id_of(AT)}


@pytest.mark.slow
@pytest.mark.django_db
def test_a_key_of_ours_that_was_stolen_does_not_come_back_by_a_list_of_others() -> None:
    keys.ensure(NOW)
    ours = next(row for row in ring.rows() if row.purpose == "hcert")
    take(json.dumps(publish.dcc_gateway(NOW)).encode())
    making.retire(ours.id, compromised=True, reason="stolen", actor=ACTOR, now=NOW)
    assert ours.kid not in keys.trusted(NOW)


@pytest.mark.django_db
def test_the_demonstration_has_neighbours_once() -> None:
    assert seed_neighbours(ACTOR, NOW) == 5
    assert seed_neighbours(ACTOR, NOW) == 0
    assert {entry.country for entries in keys.trusted(NOW).values() for entry in entries} == {"XA", "XB", "XC"}
    assert {entry.code for entry in findings(NOW)} >= {"list_old"}


@pytest.mark.django_db
@pytest.mark.parametrize("curve", [ec.BrainpoolP256R1(), ec.SECP256K1(), ec.SECP224R1()])
def test_a_key_that_our_own_list_could_not_hold_is_left_out(curve: ec.EllipticCurve) -> None:
    """One such key on a list of others would otherwise stop our list, and with it every verifier of the country."""
    public = ec.generate_private_key(curve).public_key()
    odd = public.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    taken = take(json.dumps([*gateway(AT), {"kid": b64(b"12345678"), "publicKey": b64(odd)}]).encode())
    assert (len(taken.came), [fault.place for fault in taken.faults]) == (1, ["entry 2"])
    assert [key["country"] for key in publish.trust_list(NOW)["keys"]] == ["XX"]


@pytest.mark.django_db
def test_a_file_of_nothing_readable_changes_nothing() -> None:
    take(json.dumps(gateway(AT)).encode())
    for data, code in ((b"<html>", "unreadable_list"), (b'[{"kid": "AAAA"}]', "nothing_readable")):
        with pytest.raises(Problem) as raised:
            take(data)
        assert raised.value.code == code
    assert key_id_of(AT) in keys.trusted(NOW)


# Judged two hours after their signer's certificate ended: a trust list no longer has it.
ENDED = {"ES/1501", "ES/1502", "ES/1503"}
UNSIGNED = {"PREFIX", "BASE45", "ZLIB", "COSE", "CBOR", "SIGNATURE"}


@pytest.mark.django_db
def test_cards_of_other_countries_verify_by_an_imported_list(shared: Path) -> None:
    """The signers of the developers' cases as one list: every signature that must hold holds, and no other."""
    with (shared / "dcc-testdata" / "cases.jsonl").open(encoding="utf-8") as lines:
        cases = [case for case in map(json.loads, lines) if case.get("PREFIX")]
    signers = {base64.b64decode(case["TESTCTX"].get("CERTIFICATE") or "") for case in cases} - {b""}
    taken = take(json.dumps(gateway(*sorted(signers))).encode())
    assert (len(taken.came), taken.faults) == (len(signers), [])
    wrong, judged = set(), 0
    for case in cases:
        wanted, context = case["EXPECTEDRESULTS"].get("EXPECTEDVERIFY"), case["TESTCTX"]
        if wanted is None or not context.get("CERTIFICATE"):
            continue
        clock = datetime.fromisoformat(context.get("VALIDATIONCLOCK") or "2021-07-01T00:00:00+00:00")
        clock = clock if clock.tzinfo else clock.replace(tzinfo=UTC)
        verdict = hcert.check_trusted(case["PREFIX"], trusted=keys.certificates("hcert", clock), clock=clock)
        judged += 1
        if UNSIGNED.isdisjoint(verdict.errors) != wanted:
            wrong.add(case["id"])
    assert judged > 370
    assert wrong == ENDED
