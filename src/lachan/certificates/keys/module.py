"""A key module (HSM) spoken to by PKCS#11: keys are made inside it and never leave it.

One session for a process, used by one thread at a time: the standard allows no two operations in a session, and a
process signs one list after another. A process that was forked begins anew, since sessions do not survive a fork. When
the module went away (restarted, its line cut), the session is opened again, once, before a call fails.
"""

from __future__ import annotations

import hashlib
import logging
import os
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from typing import Any, Final, TypeVar
from uuid import UUID

import pkcs11
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import load_der_public_key
from django.conf import settings
from pkcs11.util.ec import encode_ec_public_key, encode_named_curve_parameters
from pkcs11.util.rsa import encode_rsa_public_key

from lachan.certificates.codecs.signing import Algorithm, Certified
from lachan.certificates.keys.profiles import PublicKey
from lachan.kernel.errors import Problem

RSA_BITS: Final = 3072
_PSS: Final = (pkcs11.Mechanism.SHA256, pkcs11.MGF.SHA256, 32)  # EU DCC, volume 1, 3.3.2: MGF1 and salt of SHA-256
_T = TypeVar("_T")

_log = logging.getLogger(__name__)


class Module:
    """One token of one library, by label and user PIN."""

    def __init__(self, library: str, token: str, pin: str) -> None:
        self._library, self._token, self._pin = library, token, pin
        self._lock = threading.Lock()
        self._session: Any = None
        self._keys: dict[UUID, Any] = {}
        self._forked = False
        self._refused: Problem | None = None  # a PIN that was wrong once is not said again: tokens lock themselves
        os.register_at_fork(after_in_child=self._begin_anew)

    def _begin_anew(self) -> None:
        """In a child: the parent's lock may have been held, and its session is not ours to close."""
        self._lock = threading.Lock()
        self._forked = self._forked or self._session is not None
        self._session, self._keys = None, {}

    def sign_es256(self, key_id: UUID, message: bytes) -> bytes:
        """r || s, 64 bytes. The digest is made here: not every module hashes as well."""
        digest = hashlib.sha256(message).digest()
        return self._with(lambda: bytes(self._key(key_id).sign(digest, mechanism=pkcs11.Mechanism.ECDSA)))

    def sign_ps256(self, key_id: UUID, message: bytes) -> bytes:
        mechanism = pkcs11.Mechanism.SHA256_RSA_PKCS_PSS
        return self._with(lambda: bytes(self._key(key_id).sign(message, mechanism=mechanism, mechanism_param=_PSS)))

    def generate(self, key_id: UUID, algorithm: Algorithm) -> PublicKey:
        """A new pair inside the module, not to be taken out; its public half."""
        return self._with(lambda: self._generated(key_id, algorithm), writing=True)

    def holds(self, key_id: UUID) -> bool:
        """Whether the token has the private key. Raises :class:`Problem` when it does not answer."""

        def look() -> bool:
            try:
                return self._key(key_id) is not None
            except pkcs11.NoSuchKey:
                return False

        return self._with(look)

    def certifier(self, key_id: UUID) -> Any:
        """The key in the shape the library of certificates asks of one that signs them."""
        return _Certifier(self, key_id)

    def public_key(self, key_id: UUID) -> PublicKey:
        return self._with(lambda: self._public(key_id))

    def _with(self, work: Callable[[], _T], *, writing: bool = False) -> _T:
        """``work`` in the session, once more in a fresh one when the module had gone away."""
        with self._lock:
            if self._refused is not None:
                raise self._refused
            for last in (False, True):
                try:
                    self._open(writing)
                    return work()
                except pkcs11.NoSuchKey:
                    detail = "The token does not hold this key; look whether pkcs11_token names the right one"
                    raise Problem("signing_key_unusable", "The key is not there", detail, status=503) from None
                except (pkcs11.PKCS11Error, RuntimeError) as error:
                    self._close()
                    if last or isinstance(error, _FINAL):
                        _log.error("the key module does not sign: %s", type(error).__name__)
                        problem = _problem(error)
                        if type(error).__name__.startswith("Pin"):
                            self._refused = problem
                        raise problem from None
                finally:
                    if writing:  # signing needs no session that could change the token
                        self._close()
        raise AssertionError("unreachable")

    def close(self) -> None:
        """End the session; the next call opens another."""
        with self._lock:
            self._close()

    def _open(self, writing: bool) -> None:
        if self._forked:
            self._forked = False
            _restart(self._library)
        if writing:
            self._close()  # a token logs in once: a second session could not say its PIN
        if self._session is None:
            found = pkcs11.lib(self._library).get_token(token_label=self._token)
            try:
                self._session = found.open(rw=writing, user_pin=self._pin)
            except pkcs11.UserAlreadyLoggedIn:  # by a session that was lost; the login is the process's
                self._session = found.open(rw=writing)

    def _close(self) -> None:
        session, self._session, self._keys = self._session, None, {}
        if session is not None:
            try:
                session.close()
            except (pkcs11.PKCS11Error, RuntimeError):  # the module lost it, and perhaps more
                _restart(self._library)

    def _key(self, key_id: UUID) -> Any:
        found = self._keys.get(key_id)
        if found is None:
            found = self._session.get_key(object_class=pkcs11.ObjectClass.PRIVATE_KEY, id=key_id.bytes)
            self._keys[key_id] = found
        return found

    def _public(self, key_id: UUID) -> PublicKey:
        public = self._session.get_key(object_class=pkcs11.ObjectClass.PUBLIC_KEY, id=key_id.bytes)
        is_ec = public.key_type == pkcs11.KeyType.EC
        found = load_der_public_key(encode_ec_public_key(public) if is_ec else _spki_of_rsa(public))
        assert isinstance(found, ec.EllipticCurvePublicKey | rsa.RSAPublicKey)
        return found

    def _generated(self, key_id: UUID, algorithm: Algorithm) -> PublicKey:
        named = {"store": True, "id": key_id.bytes, "label": f"lachan {key_id}"}
        # signs and nothing else, and stays where it is
        private = {pkcs11.Attribute.EXTRACTABLE: False, pkcs11.Attribute.SENSITIVE: True}
        use = pkcs11.MechanismFlag.SIGN | pkcs11.MechanismFlag.VERIFY
        if algorithm == "ES256":
            curve = {pkcs11.Attribute.EC_PARAMS: encode_named_curve_parameters("secp256r1")}
            parameters = self._session.create_domain_parameters(pkcs11.KeyType.EC, curve, local=True)
            parameters.generate_keypair(**named, capabilities=use, private_template=private)
        else:
            self._session.generate_keypair(
                pkcs11.KeyType.RSA, RSA_BITS, **named, capabilities=use, private_template=private
            )
        return self._public(key_id)


class ModuleSigner(Certified):
    """A document signer whose key lives in the module."""

    def __init__(self, module: Module, key_id: UUID, certificate: bytes) -> None:
        from lachan.certificates.codecs.x509 import read

        super().__init__(certificate, "PS256" if isinstance(read(certificate).key, rsa.RSAPublicKey) else "ES256")
        self._module, self._id = module, key_id

    def sign(self, message: bytes) -> bytes:
        """Raises :class:`Problem` ``key_module_away`` (503) when the module does not answer."""
        if self._algorithm == "ES256":
            return self._module.sign_es256(self._id, message)
        return self._module.sign_ps256(self._id, message)


class _Certifier:
    """What :class:`cryptography.x509.CertificateBuilder` needs of an EC private key, and no more."""

    def __init__(self, module: Module, key_id: UUID) -> None:
        self._module, self._id = module, key_id

    def public_key(self) -> PublicKey:
        return self._module.public_key(self._id)

    def sign(self, data: bytes, algorithm: ec.ECDSA) -> bytes:
        raw = self._module.sign_es256(self._id, data)
        return encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))


ec.EllipticCurvePrivateKey.register(_Certifier)  # the builder asks by isinstance and then calls sign

# Another try would not help.
_FINAL: Final = (
    pkcs11.PinIncorrect, pkcs11.PinLocked, pkcs11.PinExpired, pkcs11.PinInvalid, pkcs11.PinLenRange,
    pkcs11.MechanismInvalid, pkcs11.MultipleTokensReturned,
)  # fmt: skip


def module() -> Module:
    """The module of the settings. Raises :class:`Problem` ``no_module`` when none is set."""
    conf = settings.CONF
    if not conf.pkcs11_module:
        detail = "Set pkcs11_module, pkcs11_token and pkcs11_pin, or keep the key on disk (--place disk)"
        raise Problem("no_module", "No key module", detail, status=503)
    return _module(conf.pkcs11_module, conf.pkcs11_token, conf.pkcs11_pin)


@cache
def _module(library: str, token: str, pin: str) -> Module:
    return Module(library, token, pin)


def _restart(library: str) -> None:
    """Let the library begin again, whatever it thinks of its own state; if it cannot, whoever opens it next is told."""
    with suppress(pkcs11.PKCS11Error, RuntimeError):
        pkcs11.lib(library).finalize()
    with suppress(pkcs11.PKCS11Error, RuntimeError):
        pkcs11.lib(library)  # initializes what is not


def _spki_of_rsa(public: Any) -> bytes:
    from asn1crypto.keys import PublicKeyInfo, RSAPublicKey

    return bytes(PublicKeyInfo.wrap(RSAPublicKey.load(encode_rsa_public_key(public)), "rsa").dump())


def _problem(error: Exception) -> Problem:
    name = type(error).__name__
    if isinstance(error, pkcs11.NoSuchToken):
        said = "it has no token with the label of pkcs11_token"
    elif name.startswith("Pin"):
        said = f"it refuses pkcs11_pin ({name}): mend the setting and start again. It is not tried twice"
    elif isinstance(error, pkcs11.MechanismInvalid):
        said = "it cannot make this kind of signature"
    else:
        said = f"it does not answer ({name}{': ' + str(error) if str(error) else ''})"
    return Problem("key_module_away", "The key module does not sign", f"The key module: {said}", status=503)
