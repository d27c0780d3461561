"""Keys inside a module (SoftHSM): made there, signing from there; forks, threads, a module that went away."""

from __future__ import annotations

import multiprocessing
import threading
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pkcs11
import pytest
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from lachan.access.actors import Actor
from lachan.certificates import keys
from lachan.certificates.codecs.signing import Signer
from lachan.certificates.keys import making, ring
from lachan.certificates.keys.making import NewKey
from lachan.certificates.keys.module import Module, module
from lachan.certificates.models import Key
from lachan.kernel.errors import Problem
from tests.certificates.keys.conftest import Token

NOW = datetime(2026, 3, 1, 8, 30, tzinfo=UTC)
ACTOR = Actor.system("command line")


def verify(signer: Signer, message: bytes, signature: bytes) -> None:
    """Raises InvalidSignature."""
    public = x509.load_der_x509_certificate(signer.certificate).public_key()
    if isinstance(public, rsa.RSAPublicKey):
        pss = padding.PSS(padding.MGF1(hashes.SHA256()), 32)
        public.verify(signature, message, pss, hashes.SHA256())
        return
    assert isinstance(public, ec.EllipticCurvePublicKey)
    r, s = (int.from_bytes(half, "big") for half in (signature[:32], signature[32:]))
    public.verify(encode_dss_signature(r, s), message, ec.ECDSA(hashes.SHA256()))


@pytest.fixture
def inside(with_module: Token, db: None) -> Signer:
    """The authority and a signer, both inside the module."""
    making.create([NewKey("authority", "pkcs11"), NewKey("hcert", "pkcs11")], actor=ACTOR, now=NOW)
    return keys.signer("hcert", now=NOW)


@pytest.mark.slow
def test_both_halves_of_the_country_live_inside_and_nothing_on_disk(inside: Signer, tmp_path: Any) -> None:
    root, leaf = (x509.load_der_x509_certificate(bytes(row.certificate)) for row in Key.objects.order_by("role"))
    leaf.verify_directly_issued_by(root)
    root.verify_directly_issued_by(root)
    signature = inside.sign(b"a dose")
    assert (inside.algorithm, len(signature)) == ("ES256", 64)
    verify(inside, b"a dose", signature)
    with pytest.raises(InvalidSignature):
        verify(inside, b"another dose", signature)
    assert not list(tmp_path.rglob("*.p8"))


@pytest.mark.slow
def test_the_private_half_cannot_be_taken_out(inside: Signer, with_module: Token) -> None:
    [row] = [row for row in ring.rows() if row.purpose == "hcert"]
    held = module()
    assert held.holds(row.id)
    private = held._keys[row.id]
    assert private[pkcs11.Attribute.EXTRACTABLE] is False
    with pytest.raises(pkcs11.AttributeSensitive):
        private[pkcs11.Attribute.VALUE]


@pytest.mark.slow
def test_rsa_signs_ps256(with_module: Token, db: None) -> None:
    items = [NewKey("authority"), NewKey("hcert", "pkcs11", "PS256")]
    making.create(items, actor=ACTOR, now=NOW)
    signer = keys.signer("hcert", now=NOW)
    signature = signer.sign(b"a dose")
    assert signer.algorithm == "PS256"
    verify(signer, b"a dose", signature)


@pytest.mark.slow
def test_a_module_that_went_away_is_opened_again(inside: Signer, with_module: Token) -> None:
    inside.sign(b"before")
    pkcs11.lib(with_module.library).finalize()
    verify(inside, b"after", inside.sign(b"after"))


@pytest.mark.slow
def test_a_module_that_stays_away_is_a_sentence_and_then_works_again(inside: Signer, with_module: Token) -> None:
    inside.sign(b"before")
    here, away = with_module.folder / "tokens", with_module.folder / "away"
    here.rename(away)
    pkcs11.lib(with_module.library).finalize()
    try:
        with pytest.raises(Problem, match="key module") as raised:
            inside.sign(b"meanwhile")
        assert (raised.value.code, raised.value.status) == ("key_module_away", 503)
    finally:
        if here.exists():
            here.rmdir()
        away.rename(here)
        pkcs11.lib(with_module.library).reinitialize()
    verify(inside, b"after", inside.sign(b"after"))


@pytest.mark.slow
def test_a_forked_child_and_its_parent_both_sign(inside: Signer) -> None:
    inside.sign(b"the parent has a session")
    context = multiprocessing.get_context("fork")
    answers: Any = context.Queue()
    child = context.Process(target=lambda: answers.put(inside.sign(b"child")))
    child.start()
    signature = answers.get(timeout=20)
    child.join(20)
    verify(inside, b"child", signature)
    verify(inside, b"parent", inside.sign(b"parent"))


@pytest.mark.slow
def test_threads_sign_at_once(inside: Signer) -> None:
    made: list[tuple[bytes, bytes]] = []

    def work(number: int) -> None:
        for turn in range(20):
            message = f"{number}/{turn}".encode()
            made.append((message, inside.sign(message)))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(made) == 80
    for message, signature in made:
        verify(inside, message, signature)


@pytest.mark.slow
def test_a_wrong_pin_is_tried_once_and_named(
    with_module: Token, db: None, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = replace(settings.CONF, pkcs11_pin="not the pin")
    settings.CONF = wrong
    opened: list[str] = []
    real = pkcs11.lib

    def counting(library: str) -> Any:
        opened.append(library)
        return real(library)

    monkeypatch.setattr(pkcs11, "lib", counting)
    for _ in range(5):
        with pytest.raises(Problem, match="pkcs11_pin"):
            making.create([NewKey("authority", "pkcs11")], actor=ACTOR, now=NOW)
    assert len(opened) == 1
    assert not Key.objects.exists()


@pytest.mark.slow
def test_a_token_or_key_that_is_not_there_is_named(with_module: Token) -> None:
    with pytest.raises(Problem, match="pkcs11_token"):
        Module(with_module.library, "another", with_module.pin).sign_es256(uuid4(), b"x")
    assert not module().holds(uuid4())
    with pytest.raises(Problem, match="does not hold this key"):
        module().sign_es256(uuid4(), b"x")


def test_without_a_module_the_settings_are_named(db: None) -> None:
    with pytest.raises(Problem, match="pkcs11_module"):
        making.create([NewKey("authority", "pkcs11")], actor=ACTOR, now=NOW)
