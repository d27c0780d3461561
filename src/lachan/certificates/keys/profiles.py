"""Certificates of our keys, by the profile of the EU DCC public key certificate governance, which GDHCN kept."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

from lachan.certificates.keys import facts

PublicKey = ec.EllipticCurvePublicKey | rsa.RSAPublicKey

# What a document signer may be restricted to (EU DCC, volume 5, annex "extended key usage").
USAGE_OIDS: Final = {
    "t": "1.3.6.1.4.1.1847.2021.1.1",
    "v": "1.3.6.1.4.1.1847.2021.1.2",
    "r": "1.3.6.1.4.1.1847.2021.1.3",
}


def name(country: str, organisation: str, common_name: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, country),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )


def authority_certificate(key: Any, public: PublicKey, subject: x509.Name, *, begins: datetime) -> bytes:
    """The country's own root, in DER: a certificate authority that may only sign document signers."""
    builder = (
        _begun(subject, subject, public, begins, begins + facts.AUTHORITY_LIVES)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_key_usage(signs_certificates=True), critical=True)
        .add_extension(x509.PrivateKeyUsagePeriod(begins, begins + facts.AUTHORITY_SIGNS), critical=False)
    )
    return _signed(builder, key)


def signer_certificate(
    authority_key: Any, authority: bytes, public: PublicKey, subject: x509.Name, *,
    begins: datetime, signs_from: datetime, signs_until: datetime, ends: datetime, kinds: Sequence[str] = (),
) -> bytes:  # fmt: skip
    """A document signer's certificate in DER; ``kinds`` (of v, t, r) restricts what it may sign, none: everything."""
    root = x509.load_der_x509_certificate(authority)
    builder = (
        _begun(subject, root.subject, public, begins, ends)
        .add_extension(_key_usage(signs_certificates=False), critical=True)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(
                root.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
            ),
            critical=False,
        )
        .add_extension(x509.PrivateKeyUsagePeriod(signs_from, signs_until), critical=False)
    )
    if kinds:
        usages = [x509.ObjectIdentifier(USAGE_OIDS[kind]) for kind in kinds]
        builder = builder.add_extension(x509.ExtendedKeyUsage(usages), critical=False)
    return _signed(builder, authority_key)


def public_key_der(public: Any) -> bytes:
    """SubjectPublicKeyInfo."""
    return bytes(public.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo))


def _begun(
    subject: x509.Name, issuer: x509.Name, public: PublicKey, begins: datetime, ends: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(int.from_bytes(secrets.token_bytes(16)) >> 1 | 1 << 120)  # positive, of one length (RFC 5280)
        .not_valid_before(begins)
        .not_valid_after(ends)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
    )


def _signed(builder: x509.CertificateBuilder, key: Any) -> bytes:
    return builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


def _key_usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )
