"""What a signing key is to the codecs: something that signs and says by which algorithm, wherever the key lives."""

from __future__ import annotations

import hashlib
from typing import Final, Literal, Protocol

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

Algorithm = Literal["ES256", "PS256"]
KEY_ID_BYTES: Final = 8
_ES256: Final = ec.ECDSA(hashes.SHA256())
_PS256: Final = padding.PSS(padding.MGF1(hashes.SHA256()), hashes.SHA256.digest_size)


class Signer(Protocol):
    """A document signer. ``sign`` gives the raw signature: r || s of 32 bytes each for ES256 (RFC 9053, 2.1), the
    RSASSA-PSS octets for PS256 (RFC 8230, 2)."""

    @property
    def algorithm(self) -> Algorithm: ...

    @property
    def certificate(self) -> bytes: ...  # DER

    @property
    def key_id(self) -> bytes: ...  # first 8 bytes of the certificate's SHA-256

    def sign(self, message: bytes) -> bytes: ...


def key_id_of(certificate: bytes) -> bytes:
    """Key id of a certificate in DER: the first 8 bytes of its SHA-256 (EU DCC specification, volume 1, 2.6.4)."""
    return hashlib.sha256(certificate).digest()[:KEY_ID_BYTES]


class Certified:
    """What every signer says of itself: its certificate, the algorithm, and the key id that follows from it."""

    def __init__(self, certificate: bytes, algorithm: Algorithm) -> None:
        self._certificate, self._algorithm = certificate, algorithm
        self._key_id = key_id_of(certificate)

    @property
    def algorithm(self) -> Algorithm:
        return self._algorithm

    @property
    def certificate(self) -> bytes:
        return self._certificate

    @property
    def key_id(self) -> bytes:
        return self._key_id


class LocalSigner(Certified):
    """Signs with a key in this process's memory: EC P-256 (ES256) or RSA of at least 2,048 bits (PS256)."""

    def __init__(self, key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey, certificate: bytes) -> None:
        public = x509.load_der_x509_certificate(certificate).public_key()
        if _spki(public) != _spki(key.public_key()):
            raise ValueError("the certificate is not that of this key")
        if isinstance(key, ec.EllipticCurvePrivateKey):
            if not isinstance(key.curve, ec.SECP256R1):
                raise ValueError("an EC key must be on the curve P-256")
        elif key.key_size < 2048:
            raise ValueError("an RSA key needs at least 2,048 bits")
        super().__init__(certificate, "ES256" if isinstance(key, ec.EllipticCurvePrivateKey) else "PS256")
        self._key = key

    def sign(self, message: bytes) -> bytes:
        key = self._key
        if isinstance(key, ec.EllipticCurvePrivateKey):
            r, s = decode_dss_signature(key.sign(message, _ES256))
            return r.to_bytes(32, "big") + s.to_bytes(32, "big")
        return key.sign(message, _PS256, hashes.SHA256())


def _spki(key: object) -> bytes:
    assert hasattr(key, "public_bytes")
    return bytes(key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo))
