"""A forger's workshop: from one good card, the ways to make another of it without the signer's key."""

from __future__ import annotations

import hashlib
import hmac
import random
import zlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from lachan.certificates.codecs import base45, cbor, x509
from lachan.certificates.codecs.cose import Sign1
from lachan.certificates.codecs.hcert import token
from lachan.certificates.codecs.signing import key_id_of
from tests.certificates.hcert import makers

P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


class Card(NamedTuple):
    """A good card: its text, the certificate (DER) that vouches for it and an instant at which it is good."""

    text: str
    certificate: bytes
    clock: datetime


class Forgery(NamedTuple):
    """``harmless``: whether it may pass if it still carries the very content the signer signed. Such are changes of
    what stands around the content; a changed clock or certificate never is."""

    how: str
    card: Card
    harmless: bool = True


def forgeries(card: Card, seed: int) -> Iterator[Forgery]:
    """Some four hundred, the same ones for the same seed."""
    chance = random.Random(seed)
    message = token.open_message(card.text)
    for how, text in (
        *_letters(card.text, chance),
        *_packed(card.text, chance),
        *_messages(card.text, chance),
        *_claims(message, chance),
        *_headers(message, card.certificate),
        *_signatures(message, card.certificate),
        *_shapes(message),
    ):
        yield Forgery(how, card._replace(text=text))
    yield from _circumstances(card, message)


def _frame(protected: Any, payload: Any, signature: Any, unprotected: Any = None, tag: int = 18) -> str:
    return makers.text_of(cbor2.dumps(cbor2.CBORTag(tag, [protected, unprotected or {}, payload, signature])))


def rewrapped(message: Sign1, **changed: bytes) -> str:
    """The card with one of its parts changed; the key id stays where a reader finds it."""
    parts = message._replace(**changed)
    return _frame(parts.protected, parts.payload, parts.signature, {1: message.algorithm, 4: message.key_id})


def _letters(text: str, chance: random.Random) -> Iterator[tuple[str, str]]:
    for _ in range(12):
        at = chance.randrange(4, len(text))
        other = chance.choice(base45.ALPHABET.replace(text[at], ""))
        yield "a letter changed", text[:at] + other + text[at + 1 :]
        yield "a letter left out", text[:at] + text[at + 1 :]
        yield "a letter put in", text[:at] + other + text[at:]
        yield "three letters doubled", text[: at + 3] + text[at:]
        yield "cut off", text[:at]


def _packed(text: str, chance: random.Random) -> Iterator[tuple[str, str]]:
    packed = base45.decode(text[4:])
    for _ in range(12):
        yield "a bit of zlib", "HC1:" + base45.encode(_flipped(packed, chance))
    yield "more behind zlib", "HC1:" + base45.encode(packed + packed)
    yield "packed twice", "HC1:" + base45.encode(zlib.compress(packed))
    yield "not packed", "HC1:" + base45.encode(zlib.decompress(packed))


def _messages(text: str, chance: random.Random) -> Iterator[tuple[str, str]]:
    data = zlib.decompress(base45.decode(text[4:]))
    for _ in range(40):
        yield "a bit of COSE", makers.text_of(_flipped(data, chance))
    for _ in range(4):
        yield "COSE cut off", makers.text_of(data[: chance.randrange(len(data))])
    yield "more behind COSE", makers.text_of(data + b"\0")
    yield "COSE twice", makers.text_of(data + data)


def _claims(message: Sign1, chance: random.Random) -> Iterator[tuple[str, str]]:
    """Every claim and every member of the certificate, changed or left out, under the old signature."""
    read = _plain(cbor.decode(message.payload))
    for path in _paths(read):
        for how, value in (("changed", _other), ("left out", None)):
            changed = _with(read, path, value)
            yield f"claim {how}: {path}", rewrapped(message, payload=cbor2.dumps(changed))
    for _ in range(20):
        yield "a bit of the claims", rewrapped(message, payload=_flipped(message.payload, chance))
    count = message.payload[0]
    if 0xA0 < count < 0xB7:
        yield (
            "a claim twice",
            rewrapped(message, payload=bytes((count + 1,)) + message.payload[1:] + b"\x04\x1b" + b"\0" * 8),
        )
    yield "written anew", rewrapped(message, payload=cbor2.dumps(read, canonical=True))
    yield "more behind the claims", rewrapped(message, payload=message.payload + b"\0")
    nested = {**read, -260: {1: {**read[-260][1], "v": _nested(200)}}}
    yield "deep", rewrapped(message, payload=b"\x81" * 3000 + message.payload)
    yield "deep inside", rewrapped(message, payload=cbor2.dumps(nested))
    yield "oversized", rewrapped(message, payload=cbor2.dumps({**read, "more": "x" * 15_000}))
    yield "far oversized", rewrapped(message, payload=cbor2.dumps({**read, "more": "x" * 1_000_000}))
    yield "huge numbers", rewrapped(message, payload=cbor2.dumps({**read, 4: 1 << 2000, 6: -(1 << 2000)}))
    yield "numbers of 64 bits", rewrapped(message, payload=cbor2.dumps({**read, 4: (1 << 64) - 1, 6: -(1 << 64)}))


def _headers(message: Sign1, certificate: bytes) -> Iterator[tuple[str, str]]:
    """Confusions of algorithm and key."""
    key_id, payload, signature = message.key_id, message.payload, message.signature
    public = x509.read(certificate).key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    point = public[-65:]
    for number in (-7, -35, -36, -37, -38, -39, -257, -8, -47, 0, None, "none", "ES256"):
        protected = cbor2.dumps({1: number, 4: key_id})
        yield f"algorithm {number}", _frame(protected, payload, signature)
        yield f"algorithm {number}, no signature", _frame(protected, payload, b"")
    yield "algorithm unprotected", _frame(b"", payload, signature, {1: message.algorithm, 4: key_id})
    for secret in (certificate, public, point, b""):
        for number, tag in ((5, 18), (5, 17), (4, 18)):
            protected = cbor2.dumps({1: number, 4: key_id})
            said = cbor2.dumps(["Signature1" if tag == 18 else "MAC0", protected, b"", payload])
            code = hmac.new(secret, said, hashlib.sha256).digest()
            yield f"HMAC {number} by what is public", _frame(protected, payload, code, tag=tag)
            yield "HMAC padded to a signature", _frame(protected, payload, code * 2)
    for kind in ("P-256", "RSA"):
        number = -37 if kind == "RSA" else -7
        for shown in (key_id, key_id_of(makers.certificate(kind, 7))):
            for protected in (cbor2.dumps({1: number, 4: shown}), message.protected, b""):
                made = makers.signature(protected, payload, kind, 7, hashes.SHA256())
                yield f"signed by another ({kind})", _frame(protected, payload, made, {1: number, 4: key_id})
                yield f"signed by another ({kind})", _frame(protected, payload, made, {1: number, 4: shown})
    doubled = b"\xa3\x01\x26\x04" + cbor2.dumps(b"another!") + b"\x04" + cbor2.dumps(key_id)
    yield "two key ids", _frame(doubled, payload, makers.signature(doubled, payload, "P-256", 7, hashes.SHA256()))
    yield "two key ids", _frame(doubled, payload, signature)
    critical = cbor2.dumps({1: message.algorithm, 2: [99], 4: key_id})
    yield "a critical header", _frame(critical, payload, signature)


def _signatures(message: Sign1, certificate: bytes) -> Iterator[tuple[str, str]]:
    signature, payload = message.signature, message.payload
    half = len(signature) // 2
    r, s = signature[:half], signature[half:]
    order = P256_ORDER.to_bytes(32, "big")
    zero, one, most = bytes(half), b"\1".rjust(half, b"\0"), b"\xff" * half
    odd = [(zero, zero), (r, zero), (zero, s), (one, one), (most, most), (s, r), (r, r), (order, s), (r, order)]
    odd += [(r + b"\0", s), (b"\0" + r, b"\0" + s), (r, s[:-1]), (r, b""), (r, s + s)]
    changed = cbor2.dumps({**_plain(cbor.decode(payload)), 4: 4_000_000_000})
    for first, second in odd:
        yield "signature of odd numbers", rewrapped(message, signature=first + second, payload=changed)
        yield "signature of odd numbers", rewrapped(message, signature=first + second)
    written = encode_dss_signature(int.from_bytes(r, "big"), int.from_bytes(s, "big"))
    yield "signature in DER", rewrapped(message, signature=written, payload=changed)
    yield "no signature", rewrapped(message, signature=b"", payload=changed)
    yield "the certificate as signature", rewrapped(message, signature=certificate, payload=changed)


def _shapes(message: Sign1) -> Iterator[tuple[str, str]]:
    """Messages of other forms around the same parts."""
    protected, payload, signature = message.protected, message.payload, message.signature
    forms: list[Any] = [
        [protected, {}, payload],
        [protected, {}, payload, signature, signature],
        [protected, {}, payload, [[protected, {}, signature]]],
        [protected, {}, None, signature],
        [protected, {"payload": payload}, b"", signature],
        [payload, {}, protected, signature],
        [protected, {}, payload.hex(), signature],
        [cbor2.loads(protected) if protected else {}, {}, payload, signature],
        {0: protected, 1: {}, 2: payload, 3: signature},
        payload,
        [],
        0,
        None,
    ]
    for number, form in enumerate(forms):
        for tag in (18, 61, 98, 17, 96):
            yield f"form {number} under {tag}", makers.text_of(cbor2.dumps(cbor2.CBORTag(tag, form)))
        yield f"form {number} without a tag", makers.text_of(cbor2.dumps(form))


def _circumstances(card: Card, message: Sign1) -> Iterator[Forgery]:
    """The same card at another time, or held against another certificate: it must not pass at all."""
    claims = token.read_claims(message.payload)
    moments = [card.clock.replace(year=1990), card.clock.replace(year=2190)]
    if claims.expires_at is not None:
        moments.append(token.moment_of(claims.expires_at + 1) or card.clock)
    if claims.issued_at is not None:
        moments.append((token.moment_of(claims.issued_at) or card.clock) - timedelta(seconds=1))
    for moment in moments:
        yield Forgery("another time", card._replace(clock=moment), harmless=False)
    for other in (
        makers.certificate("P-256", 7),
        makers.certificate("RSA", 7),
        b"",
        b"\x30\x00",
        card.certificate[:-200],
    ):
        yield Forgery("another certificate", card._replace(certificate=other), harmless=False)


def _flipped(data: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(data))
    return data[:at] + bytes((data[at] ^ 1 << chance.randrange(8),)) + data[at + 1 :]


def _paths(value: Any) -> Iterator[tuple[Any, ...]]:
    if isinstance(value, dict | list):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield (key,)
            yield from ((key, *rest) for rest in _paths(inner))


def _with(value: Any, path: tuple[Any, ...], change: Any) -> Any:
    copied = dict(value) if isinstance(value, dict) else list(value)
    if len(path) > 1:
        copied[path[0]] = _with(copied[path[0]], path[1:], change)
    elif change is None:
        del copied[path[0]]
    else:
        copied[path[0]] = change(copied[path[0]])
    return copied


def _other(value: Any) -> Any:
    if isinstance(value, str):
        return value[:-1] + ("1" if value.endswith("0") else "0")
    if isinstance(value, int | float):
        return value + 1
    return [value, value]


def _nested(depth: int) -> Any:
    return [_nested(depth - 1)] if depth else []


def _plain(value: Any) -> Any:
    """What was read, in types the encoder knows."""
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    return str(value) if isinstance(value, str) else value
