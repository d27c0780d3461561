"""Keys are made, taken over, and ended. Only these write the ring; each leaves one row in the journal."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID

import psycopg
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from django.conf import settings

from lachan.access.actors import Actor
from lachan.certificates.codecs.signing import Algorithm, key_id_of
from lachan.certificates.keys import facts, profiles, ring
from lachan.certificates.keys.facts import AUTHORITY, KeyFact, Place
from lachan.certificates.keys.vault import PrivateKey, VaultError
from lachan.certificates.models import Key
from lachan.kernel import journal, locks
from lachan.kernel.database import hot_cursor
from lachan.kernel.errors import Problem
from lachan.kernel.ids import new_id

RENEWED_AHEAD: Final = timedelta(days=30)  # the demonstration's own keys are renewed this long before they end
_TITLES: Final = {
    "authority": "CSCA", "hcert": "DSC", "shc": "SMART Health Card signer", "domestic": "Domestic card signer",
    "list": "List signer",
}  # fmt: skip


class NewKey(NamedTuple):
    """``purpose``: authority or what it signs. ``kinds`` (of v, t, r) restricts an hcert key by extended key usage.
    ``signs_from`` None: at once."""

    purpose: str
    place: Place = "disk"
    algorithm: Algorithm = "ES256"
    kinds: tuple[str, ...] = ()
    signs_from: datetime | None = None


def create(items: Sequence[NewKey], *, actor: Actor, now: datetime) -> list[KeyFact]:
    """Make keys with their certificates, in this order, in one transaction; ``now`` with zone.

    Raises :class:`Problem`: unknown_purpose, wrong_kinds, wrong_algorithm, issuer_missing, no_authority,
    passphrase_missing, no_module, signs_from_past, and what the module says.
    """
    for item in items:
        _check(item, now)
    with _changing(actor, now) as change:
        return [change.add(*_made(item, now)) for item in items]


def ensure(now: datetime) -> int:
    """Whatever the demonstration lacks to sign today, or soon; how many keys were made. Elsewhere nothing is made
    silently: an operator creates keys."""
    if not settings.LACHAN_DEMO:
        return 0
    with _changing(Actor.system("demonstration"), now) as change:
        soon = now + RENEWED_AHEAD
        lasting = {row.purpose for row in ring.rows() if row.signs_at(now) and row.signs_at(soon) and _here(row)}
        missing = [NewKey(purpose) for purpose in (AUTHORITY, *facts.PURPOSES) if purpose not in lasting]
        for item in missing:
            change.add(*_made(item, now))
    return len(missing)


def _here(row: KeyFact) -> bool:
    """Whether this server has the key: the demonstration's database may have come from elsewhere."""
    return row.place != "disk" or ring.vault().path(row.id).exists()


def rotate(purpose: str, *, place: Place, actor: Actor, now: datetime, ahead: timedelta | None = None) -> KeyFact:
    """A successor of the key that signs ``purpose``: on the trust list at once, signing after ``ahead`` (two days), so
    that verifiers know it before they meet it. The key before it signs until then, and verifies to its end."""
    before = next((row for row in ring.rows() if row.purpose == purpose and row.signs_at(now)), None)
    if before is None:
        raise Problem(
            "nothing_to_rotate", "Nothing to rotate", f"No key signs {purpose!r} now: create one instead", status=409
        )
    if waiting := next((row for row in ring.rows() if row.purpose == purpose and row.waits_at(now)), None):
        raise Problem(
            "successor_waits", "A successor waits already",
            f"{waiting.label} begins to sign on {waiting.signs_from:%d/%m/%Y %H:%M} UTC", status=409,
        )  # fmt: skip
    begins = now + (facts.PUBLISHED_AHEAD if ahead is None else ahead)
    public = x509.load_der_x509_certificate(before.certificate).public_key()
    algorithm: Algorithm = "PS256" if isinstance(public, rsa.RSAPublicKey) else "ES256"
    item = NewKey(purpose, place, algorithm, tuple(_kinds(before.certificate)), begins)
    [made] = create([item], actor=actor, now=now)
    return made


def retire(key_id: UUID, *, compromised: bool, reason: str, actor: Actor, now: datetime) -> KeyFact:
    """The key signs no more. Retired, it verifies until its certificate ends; ``compromised``, nothing it ever signed
    is believed again: its cards must be issued anew (by ``kid``, see :func:`lachan.certificates.keys.on_compromise`).

    An authority that is compromised takes every key it vouched for with it. Raises :class:`Problem`: unknown_key,
    ended_already, reason_missing.
    """
    if not reason.strip():
        raise Problem("reason_missing", "A reason is missing", "Say why the key is retired: --reason")
    with _changing(actor, now) as change:
        rows = {row.id: row for row in ring.rows()}
        row = rows.get(key_id)
        if row is None:
            raise Problem("unknown_key", "Unknown key", f"There is no key {key_id}", status=404)
        if row.state == "compromised" or (row.state == "retired" and not compromised):
            raise Problem("ended_already", "Ended already", f"{row.label} is {row.state} already", status=409)
        fallen = [row]
        if compromised and row.role == AUTHORITY:
            fallen += [other for other in rows.values() if other.authority_id == key_id and other.id != key_id]
        for each in fallen:
            if each.state != "compromised":
                change.end(each, "compromised" if compromised else "retired", reason.strip()[:500])
    return next(entry for entry in ring.rows() if entry.id == key_id)


def take_over(
    purpose: str, key: PrivateKey, certificate: bytes, authority: bytes | None, *, actor: Actor, now: datetime
) -> KeyFact:
    """A signer made elsewhere, with the certificate its own authority gave it; the private key goes to disk.

    ``authority``: DER of the country's root, kept for reference when given. Raises :class:`Problem`:
    unknown_purpose, not_its_certificate, not_its_authority, expired, known_already.
    """
    if purpose not in facts.PURPOSES:
        raise _unknown_purpose(purpose)
    found = _parsed(certificate)
    if profiles.public_key_der(found.public_key()) != profiles.public_key_der(key.public_key()):
        raise Problem("not_its_certificate", "Another key's certificate", "The certificate is not that of this key")
    if authority is not None:
        try:
            found.verify_directly_issued_by(_parsed(authority))
        except (ValueError, TypeError, InvalidSignature):
            detail = "The authority did not sign this certificate"
            raise Problem("not_its_authority", "Another authority", detail) from None
    if found.not_valid_after_utc <= now:
        raise Problem("expired", "Expired", f"The certificate ended on {found.not_valid_after_utc:%d/%m/%Y}")
    ends = found.not_valid_after_utc
    until = max(min(ends - facts.LONGEST_CARD, now + facts.SIGNS), min(ends, now + timedelta(days=1)))
    with _changing(actor, now) as change:
        if any(row.kid == key_id_of(certificate) for row in ring.rows()):
            raise Problem("known_already", "Known already", "This key is in the ring already", status=409)
        row = Key(
            id=new_id(), purpose=purpose, role="signer", kid=key_id_of(certificate), certificate=certificate,
            not_before=found.not_valid_before_utc, not_after=ends, signs_from=max(now, found.not_valid_before_utc),
            signs_until=until, place="disk", label=_common_name(found), created_at=now,
        )  # fmt: skip
        return change.add(row, key)


class _Change:
    """One transaction on the ring; what was written to disk goes away with it when it fails."""

    def __init__(self, cursor: psycopg.Cursor[Any], actor: Actor, now: datetime) -> None:
        self._cursor, self._actor, self._now = cursor, actor, now
        self.written: list[UUID] = []

    def add(self, row: Key, key: PrivateKey | None) -> KeyFact:
        if key is not None:
            self.written.append(row.id)
            try:
                ring.vault().put(row.id, key)
            except VaultError as error:
                raise Problem(
                    error.code, "The key cannot be kept", _REMEDIES.get(error.code, "{0}").format(error)
                ) from None
        row.save(force_insert=True)
        self._note("signing_key.created", row.id, {"purpose": row.purpose, "kid": row.kid.hex(), "place": row.place})
        ring.forget()
        return ring.fact_of(row)

    def end(self, row: KeyFact, state: str, reason: str) -> None:
        Key.objects.filter(id=row.id).update(state=state, ended_at=self._now, reason=reason)
        self._note(f"signing_key.{state}", row.id, {"purpose": row.purpose, "kid": row.kid.hex(), "reason": reason})
        ring.forget()

    def _note(self, verb: str, subject: UUID, body: dict[str, Any]) -> None:
        text = json.dumps(body, ensure_ascii=False)
        journal.append(self._cursor, [journal.Entry(verb, subject, self._now, self._actor.id, text)])


_REMEDIES: Final = {
    "passphrase_missing": "Set signing_passphrase (LACHAN_SIGNING_PASSPHRASE), 16 or more characters, and keep it safe",
    "unwritable": "The key could not be written: {0}",
}


@contextmanager
def _changing(actor: Actor, now: datetime) -> Iterator[_Change]:
    """The ring, locked and read anew; and read anew again by whoever comes next, whatever became of the change."""
    change: _Change | None = None
    try:
        with hot_cursor() as cursor:
            locks.lock(cursor, "ring", [0])
            ring.forget()
            change = _Change(cursor, actor, now)
            yield change
    except BaseException:
        for key_id in change.written if change else ():
            with suppress(OSError):
                ring.vault().forget(key_id)
        ring.forget()
        raise


def _check(item: NewKey, now: datetime) -> None:
    if item.purpose not in (AUTHORITY, *facts.PURPOSES):
        raise _unknown_purpose(item.purpose)
    if item.kinds and (item.purpose != "hcert" or not set(item.kinds) <= profiles.USAGE_OIDS.keys()):
        raise Problem("wrong_kinds", "Wrong kinds", "kinds are of v, t, r, and for an hcert key only")
    if item.algorithm == "PS256" and item.purpose in (AUTHORITY, "shc", "list"):
        raise Problem("wrong_algorithm", "Wrong algorithm", f"a key for {item.purpose!r} is EC P-256 (ES256)")
    if not settings.CONF.issuer_name:
        raise Problem(
            "issuer_missing", "Nobody issues yet", "Set issuer_name (LACHAN_ISSUER_NAME): who issues, as cards say it"
        )
    if item.signs_from is not None and item.signs_from < now - timedelta(minutes=5):
        raise Problem("signs_from_past", "Too late", "A new key cannot have signed in the past")


def _made(item: NewKey, now: datetime) -> tuple[Key, PrivateKey | None]:
    """A row and, when it lies on disk, its key. Certificates begin at the full hour: clocks of verifiers differ."""
    key_id = new_id()
    begins = now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    key, public = _new_pair(item, key_id)
    number = sum(row.purpose == item.purpose for row in ring.rows()) + 1
    label = f"{_TITLES[item.purpose]} {settings.CONF.country} {number:02d}"
    subject = profiles.name(
        settings.CONF.country, settings.CONF.issuer_name, f"{label} {settings.CONF.issuer_name}"[:64]
    )
    signs_from = begins if item.signs_from is None else item.signs_from.astimezone(UTC).replace(microsecond=0)
    root_id: UUID | None = None
    if item.purpose == AUTHORITY:
        signs_until, ends = begins + facts.AUTHORITY_SIGNS, begins + facts.AUTHORITY_LIVES
        certificate = profiles.authority_certificate(key or _inside(key_id), public, subject, begins=begins)
    else:
        root = ring.authority(now=now)
        root_id = root.id
        signs_until = signs_from + facts.SIGNS
        ends = min(signs_until + facts.LONGEST_CARD, root.not_after)
        certificate = profiles.signer_certificate(
            _authority_key(root), root.certificate, public, subject,
            begins=begins, signs_from=signs_from, signs_until=signs_until, ends=ends, kinds=item.kinds,
        )  # fmt: skip
    row = Key(
        id=key_id, purpose=item.purpose, role=AUTHORITY if item.purpose == AUTHORITY else "signer",
        kid=key_id_of(certificate), certificate=certificate, authority_id=root_id, not_before=begins, not_after=ends,
        signs_from=signs_from, signs_until=signs_until, place=item.place, label=label, created_at=now,
    )  # fmt: skip
    return row, key


def _new_pair(item: NewKey, key_id: UUID) -> tuple[PrivateKey | None, profiles.PublicKey]:
    if item.place == "pkcs11":
        from lachan.certificates.keys.module import module

        return None, module().generate(key_id, item.algorithm)
    key: PrivateKey
    if item.algorithm == "ES256":
        key = ec.generate_private_key(ec.SECP256R1())
    else:
        key = rsa.generate_private_key(65_537, 3072)
    return key, key.public_key()


def _authority_key(root: KeyFact) -> Any:
    if root.place == "pkcs11":
        return _inside(root.id)
    try:
        return ring.vault().get(root.id)
    except VaultError as error:
        raise Problem("signing_key_unusable", "The authority's key cannot be used", str(error), status=503) from None


def _inside(key_id: UUID) -> Any:
    from lachan.certificates.keys.module import module

    return module().certifier(key_id)


def _kinds(certificate: bytes) -> list[str]:
    try:
        usages = _parsed(certificate).extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except x509.ExtensionNotFound:
        return []
    by_oid = {oid: kind for kind, oid in profiles.USAGE_OIDS.items()}
    return [by_oid[usage.dotted_string] for usage in usages if usage.dotted_string in by_oid]


def _parsed(certificate: bytes) -> x509.Certificate:
    try:
        return x509.load_der_x509_certificate(certificate)
    except ValueError:
        raise Problem("not_a_certificate", "Not a certificate", "The certificate cannot be read") from None


def _common_name(certificate: x509.Certificate) -> str:
    names = certificate.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
    return str(names[0].value)[:80] if names else certificate.subject.rfc4514_string()[:80]


def _unknown_purpose(purpose: str) -> Problem:
    known = ", ".join((AUTHORITY, *facts.PURPOSES))
    return Problem("unknown_purpose", "Unknown purpose", f"A key is for one of {known}, not {purpose!r}")
