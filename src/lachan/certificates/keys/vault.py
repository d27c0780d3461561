"""Private keys on disk: PKCS#8 encrypted by PBES2 with scrypt and AES-256-CBC (RFC 8018, RFC 7914), mode 0600.

``openssl pkcs8 -scrypt`` writes the same form and reads ours.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Final
from uuid import UUID

from asn1crypto import core
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7

PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey

COST: Final = 2**14  # scrypt's N: 16 MiB and some 40 ms a guess; more is refused by OpenSSL's own tools
_BLOCK: Final = 8
_PBES2, _SCRYPT, _AES_256_CBC = "1.2.840.113549.1.5.13", "1.3.6.1.4.1.11591.4.11", "2.16.840.1.101.3.4.1.42"
LARGEST: Final = 64 * 1024  # bytes of a key file


class VaultError(Exception):
    """A key file that is missing, unreadable, or locked by another passphrase; ``code`` says which."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code


class _Algorithm(core.Sequence):  # type: ignore[misc]
    _fields = [("algorithm", core.ObjectIdentifier), ("parameters", core.Any)]


class _Scrypt(core.Sequence):  # type: ignore[misc]
    _fields = [
        ("salt", core.OctetString),
        ("cost", core.Integer),
        ("block", core.Integer),
        ("parallel", core.Integer),
        ("length", core.Integer),
    ]


class _Pbes2(core.Sequence):  # type: ignore[misc]
    _fields = [("derivation", _Algorithm), ("cipher", _Algorithm)]


class _Encrypted(core.Sequence):  # type: ignore[misc]
    _fields = [("algorithm", _Algorithm), ("data", core.OctetString)]


def locked(key: PrivateKey, passphrase: str) -> bytes:
    """The key as EncryptedPrivateKeyInfo in DER.

    Written by hand because the library's own writer derives with 2,048 rounds of PBKDF2, which a stolen file does not
    withstand.
    """
    plain = key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    salt, start = os.urandom(16), os.urandom(16)
    derived = hashlib.scrypt(
        passphrase.encode(), salt=salt, n=COST, r=_BLOCK, p=1, dklen=32, maxmem=2 * 128 * _BLOCK * COST
    )
    padder = PKCS7(128).padder()
    padded = padder.update(plain) + padder.finalize()
    cipher = Cipher(algorithms.AES(derived), modes.CBC(start)).encryptor()
    scrypt = _Scrypt({"salt": salt, "cost": COST, "block": _BLOCK, "parallel": 1, "length": 32})
    how = _Pbes2(
        {
            "derivation": {"algorithm": _SCRYPT, "parameters": scrypt},
            "cipher": {"algorithm": _AES_256_CBC, "parameters": core.OctetString(start)},
        }
    )
    data = cipher.update(padded) + cipher.finalize()
    return bytes(_Encrypted({"algorithm": {"algorithm": _PBES2, "parameters": how}, "data": data}).dump())


def opened(data: bytes, passphrase: str | None) -> PrivateKey:
    """A private key in PEM or DER, EC P-256 or RSA of 2,048 bits and more. Raises :class:`VaultError`."""
    secret = passphrase.encode() if passphrase else None
    load = serialization.load_pem_private_key if b"-----BEGIN" in data[:200] else serialization.load_der_private_key
    try:
        key = load(data, secret)
    except TypeError:
        detail = "the key is not encrypted" if secret else "the key is encrypted and no passphrase was given"
        raise VaultError("passphrase_missing", detail) from None
    except ValueError:
        if secret and _encrypted(data):  # one wrong passphrase in 256 gives padding that looks right, and then rubbish
            raise VaultError("passphrase_wrong", "the passphrase does not open it") from None
        raise VaultError("unreadable", "it holds no private key") from None
    except Exception as error:  # an algorithm the library does not know
        raise VaultError("unreadable", f"it holds no key that can sign ({type(error).__name__})") from None
    if isinstance(key, ec.EllipticCurvePrivateKey) and isinstance(key.curve, ec.SECP256R1):
        return key
    if isinstance(key, rsa.RSAPrivateKey) and key.key_size >= 2048:
        return key
    raise VaultError("unreadable", "it holds neither an EC P-256 key nor an RSA key of 2,048 bits or more")


def _encrypted(data: bytes) -> bool:
    return b"ENCRYPTED" in data[:100] or core.ObjectIdentifier(_PBES2).dump() in data[:64]


class Vault:
    """The folder of encrypted keys of one installation: ``<id>.p8`` for each key of the ring that lies on disk."""

    def __init__(self, folder: Path, passphrase: str) -> None:
        self.folder = folder
        self._passphrase = passphrase

    def path(self, key_id: UUID) -> Path:
        return self.folder / f"{key_id}.p8"

    def put(self, key_id: UUID, key: PrivateKey) -> None:
        """Write a key; whole or not at all, and never over another."""
        if not self._passphrase:
            raise VaultError("passphrase_missing", "no passphrase is set")
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._draft(key_id, locked(key, self._passphrase)).rename(self.path(key_id))
        except OSError as error:
            raise VaultError("unwritable", f"{self.folder}: {error.strerror}") from None

    def relock(self, key_ids: Iterable[UUID], passphrase: str) -> int:
        """Lock these keys' files by another passphrase; how many. All are opened before the first is written, and what
        a broken run had locked already is left. Raises :class:`VaultError`."""
        after = Vault(self.folder, passphrase)
        drafts: list[tuple[Path, UUID]] = []
        try:
            for key_id in key_ids:
                try:
                    key = self.get(key_id)
                except VaultError as error:
                    if error.code != "passphrase_wrong":
                        raise
                    after.get(key_id)
                    continue
                drafts.append((self._draft(key_id, locked(key, passphrase)), key_id))
            for draft, key_id in drafts:
                draft.rename(self.path(key_id))
        except OSError as error:
            raise VaultError("unwritable", f"{self.folder}: {error.strerror}") from None
        finally:
            for draft, _ in drafts:
                draft.unlink(missing_ok=True)
        return len(drafts)

    def _draft(self, key_id: UUID, data: bytes) -> Path:
        """The bytes on disk under another name, to be renamed: a reader sees a whole file or none."""
        draft = self.folder / f".{key_id}.{os.getpid()}"
        draft.unlink(missing_ok=True)
        file = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(file, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        return draft

    def get(self, key_id: UUID) -> PrivateKey:
        """Read and open a key. :class:`VaultError`: missing, unreadable, passphrase_missing, passphrase_wrong."""
        path = self.path(key_id)
        try:
            if path.stat().st_size > LARGEST:
                raise VaultError("unreadable", f"{path} is too long for a key")
            data = path.read_bytes()
        except FileNotFoundError:
            raise VaultError("missing", f"{path} is not there") from None
        except OSError as error:
            raise VaultError("unreadable", f"{path}: {error.strerror}") from None
        if not self._passphrase:
            raise VaultError("passphrase_missing", "no passphrase is set")
        try:
            return opened(data, self._passphrase)
        except VaultError as error:
            raise VaultError(error.code, f"{path}: {error}") from None

    def too_open(self, key_id: UUID) -> bool:
        """Whether anybody but the owner may read the file."""
        path = self.path(key_id)
        return path.exists() and bool(path.stat().st_mode & 0o077)

    def forget(self, key_id: UUID) -> None:
        """Remove a key that never signed."""
        self.path(key_id).unlink(missing_ok=True)
