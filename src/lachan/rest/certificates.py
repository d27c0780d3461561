"""``/certificates/…``: keys, rules and lists, public; and the check of certificates for partners with a key."""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Final

import msgspec
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Path, Router

from lachan.access.doors import key_holder
from lachan.certificates import value_sets
from lachan.certificates.certlogic import catalogue
from lachan.certificates.certlogic.rules import Decision
from lachan.certificates.judging import Checked
from lachan.certificates.keys import publish as keys
from lachan.certificates.keys.publish import sign_list
from lachan.certificates.lists import batches
from lachan.certificates.operations import limits
from lachan.certificates.queries import revocations
from lachan.certificates.queries.verifying import Aim, verify
from lachan.kernel.errors import Problem
from lachan.rest import certificate_answers as told
from lachan.rest import published
from lachan.rest.answers import Words
from lachan.rest.openapi import binary_doc, doc, json_body, public_doc
from lachan.rest.pages import answer
from lachan.rest.published import BINARY, Document, Published, json_document, parts, text_document
from lachan.rest.reading import JSON_TYPES, body_of

router = Router(tags=["certificates"])

Version = Annotated[int, Path(ge=1, le=999_999_999, description="Version of the list.")]
BatchName = Annotated[str, Path(pattern="^[1-9][0-9]{0,8}-[0-9a-f]{1,6}$", description="`{version}-{prefix}`")]

_KEYS_CACHE: Final = "public, max-age=600, stale-while-revalidate=86400"
_INDEX_CACHE: Final = "public, max-age=30, stale-while-revalidate=300"
_LIVES: Final = timedelta(hours=48)
_RULES_LIVE: Final = timedelta(days=7)


def gateway_keys(now: datetime) -> Any:
    """The gateway's list; empty while no key of ours vouches for it."""
    try:
        return keys.dcc_gateway(now)
    except Problem as problem:
        if problem.code != "no_signing_key":
            raise
        return []


def _index(now: datetime) -> Any:
    found = revocations.latest()
    return msgspec.json.decode(found.index) if found else _nothing_yet(now)


def _nothing_yet(now: datetime) -> dict[str, Any]:
    """What stands in for the index before the first publication."""
    hour = now.replace(minute=0, second=0, microsecond=0).astimezone(UTC)
    url = "/api/v1/certificates/revocation/batches/0-{prefix}"
    return {
        "type": "lachan.revocation",
        "format": 1,
        "country": settings.CONF.country,
        "version": 0,
        "issued_at": f"{hour:%Y-%m-%dT%H:%M:%SZ}",
        "expires_at": f"{hour + _LIVES:%Y-%m-%dT%H:%M:%SZ}",
        "hash": "sha256-128",
        "count": 0,
        "filter": None,
        "deltas": [],
        "batches": {"bits": 0, "digits": 1, "url": url},
    }


def _rules(now: datetime) -> Any:
    return _dated("lachan.rules", catalogue.book(), now)


def _value_sets(now: datetime) -> Any:
    return _dated("lachan.value-sets", {"value_sets": value_sets.published()}, now)


def _dated(kind: str, content: dict[str, Any], now: datetime) -> dict[str, Any]:
    """Equal in every process within an hour; ``version`` is of the content alone."""
    hour = now.replace(minute=0, second=0, microsecond=0).astimezone(UTC)
    return {
        "type": kind,
        "format": 1,
        "version": hashlib.sha256(msgspec.json.encode(content)).hexdigest()[:16],
        "issued_at": f"{hour:%Y-%m-%dT%H:%M:%SZ}",
        "expires_at": f"{hour + _RULES_LIVE:%Y-%m-%dT%H:%M:%SZ}",
        **content,
    }


_trust_list = Published(keys.trust_list, seconds=30, cache=_KEYS_CACHE)
_gateway = Published(gateway_keys, seconds=60, cache=_KEYS_CACHE, signable=False)
_did = Published(keys.did_document, seconds=60, cache=_KEYS_CACHE, signable=False)
_book = Published(_rules, seconds=60, cache=_KEYS_CACHE)
_sets = Published(_value_sets, seconds=60, cache=_KEYS_CACHE)
_revocation = Published(_index, seconds=5, cache=_INDEX_CACHE)


@router.get(
    "/certificates/trust-list",
    auth=None,
    operation_id="get_trust_list",
    summary="Keys whose signatures are believed",
    openapi_extra=public_doc(told.TrustList, signed=True),
)
def get_trust_list(request: HttpRequest) -> HttpResponse:
    """Ours and those of other countries, each with source and age. Signed for `Accept: application/jose`."""
    return _trust_list.answer(request)


@router.get(
    "/certificates/trust-list/dcc",
    auth=None,
    operation_id="get_gateway_list",
    summary="Our keys in the form of the DCC gateway",
    openapi_extra=public_doc(list[told.GatewayKey]),
)
def get_gateway_list(request: HttpRequest) -> HttpResponse:
    """Country authorities and signers of health certificates, each certificate vouched for by our list key."""
    return _gateway.answer(request)


@router.get(
    "/certificates/did.json",
    auth=None,
    operation_id="get_did",
    summary="Our keys in the form of WHO's GDHCN",
    openapi_extra=public_doc(dict[str, Any]),
)
def get_did(request: HttpRequest) -> HttpResponse:
    """A DID document (`did:web`), one verification method a signer."""
    return _did.answer(request)


@router.get(
    "/certificates/rules",
    auth=None,
    operation_id="get_rules",
    summary="Rules by which countries accept certificates",
    openapi_extra=public_doc(told.Rules, signed=True),
)
def get_rules(request: HttpRequest) -> HttpResponse:
    """All of them, past and future ones too; those count that are in force on the day. Signed for
    `Accept: application/jose`."""
    return _book.answer(request)


@router.get(
    "/certificates/value-sets",
    auth=None,
    operation_id="get_value_sets",
    summary="What the codes in certificates mean",
    openapi_extra=public_doc(told.ValueSets, signed=True),
)
def get_value_sets(request: HttpRequest) -> HttpResponse:
    """Vaccines, makers, tests, diseases. Signed for `Accept: application/jose`."""
    return _sets.answer(request)


@router.get(
    "/certificates/revocation",
    auth=None,
    operation_id="get_revocation",
    summary="Which version of the list of revoked certificates is current",
    openapi_extra=public_doc(told.RevocationIndex, signed=True),
)
def get_revocation(request: HttpRequest) -> HttpResponse:
    """Version, filter, deltas, batches; how to use them is in `docs/reference/revocation-list.md`. Signed for
    `Accept: application/jose`."""
    return _revocation.answer(request)


@router.get(
    "/certificates/revocation/filter/{filter_version}",
    auth=None,
    operation_id="get_revocation_filter",
    summary="A filter: certainly not revoked, or perhaps",
    openapi_extra=binary_doc(),
)
def get_revocation_filter(request: HttpRequest, filter_version: Version) -> HttpResponse:
    """The file that a version made. What this address answers never changes."""

    def make() -> Document | None:
        data = revocations.filter_of(filter_version)
        return text_document(data, BINARY) if data is not None else None

    return parts.answer(request, f"filter-{filter_version}", make)


@router.get(
    "/certificates/revocation/delta/{before}/{after}",
    auth=None,
    operation_id="get_revocation_delta",
    summary="What was revoked between two versions, exactly",
    openapi_extra=binary_doc(),
)
def get_revocation_delta(request: HttpRequest, before: Version, after: Version) -> HttpResponse:
    """All hashes first published after one version, up to and with the other. What this address answers never
    changes."""

    def make() -> Document | None:
        data = revocations.delta_between(before, after)
        return text_document(data, BINARY) if data is not None else None

    return parts.answer(request, f"delta-{before}-{after}", make)


@router.get(
    "/certificates/revocation/batches/{batch}",
    auth=None,
    operation_id="get_revocation_batch",
    summary="Exact hashes with one prefix",
    openapi_extra=public_doc(told.RevocationBatch, 404, 422, 429, signed=True),
)
def get_revocation_batch(request: HttpRequest, batch: BatchName) -> HttpResponse:
    """For a verifier whose filter says perhaps: some hundred hashes with the same first bits, in the shape of the DCC
    gateway. Signed for `Accept: application/jose`."""
    signed = published.wants_signed(request)

    def make() -> Document | None:
        id_ = batches.read_id(batch)
        found = revocations.batch(id_, country=settings.CONF.country) if id_ else None
        if found is None:
            return None
        if not signed:
            return json_document(found)
        return text_document(sign_list(found, timezone.now()).encode(), published.JOSE)

    name = f"batch-{batch}-jose" if signed else f"batch-{batch}"
    return parts.answer(request, name, make, vary="Accept, Accept-Encoding")


_verify_in = msgspec.json.Decoder(told.VerifyIn)
_VALUE: Final = re.compile(r"value '.*'", re.DOTALL)  # the decoder repeats what was sent; we do not


@router.post(
    "/certificates/verify",
    operation_id="verify_certificates",
    summary="Check certificates",
    openapi_extra=doc(told.Verdicts, 400, 403, 413, 415, 422, 429, body=json_body(told.VerifyIn), etag=False),
)
def verify_certificates(request: HttpRequest) -> HttpResponse:
    """Up to 200 certificates a call; one verdict each, in order. Nothing sent here is stored, and no person is looked
    up: what is answered stands in the certificates themselves, in the trust list and in the list of what is revoked.
    A certificate that cannot be read is a verdict, no error of the call."""
    actor = key_holder(request, "certificate.verify")
    asked = _asked(request)
    now = timezone.now()
    if not limits.take(actor.id, len(asked.texts), now):
        detail = "This key had too much checked in a short time. Wait, then go on with fewer."
        raise Problem("too_many", "Too many calls", detail, status=429)
    aim = Aim(asked.country, asked.purpose) if asked.country and asked.purpose else None
    found = verify(asked.texts, clock=_clock(asked.clock), now=now, aim=aim)
    limits.note_unvouched(actor.id, sum(not one.signed for one in found), now)
    return answer(request, told.Verdicts(verdicts=[_told(one, asked) for one in found]), personal=True)


def _asked(request: HttpRequest) -> told.VerifyIn:
    if request.content_type not in JSON_TYPES:
        raise Problem("content_type_unknown", "Unknown content type", "Send application/json.", status=415)
    try:
        return _verify_in.decode(body_of(request))
    except msgspec.ValidationError as error:
        detail = _VALUE.sub("the value", str(error))[:300]
        raise Problem("invalid_call", "Invalid call", f"{detail}.", status=422) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise Problem("json_unreadable", "Unreadable JSON", "The body is not a JSON object.") from None


def _clock(clock: datetime | None) -> datetime | None:
    return clock.replace(tzinfo=UTC) if clock is not None and clock.tzinfo is None else clock


def _told(one: Checked, asked: told.VerifyIn) -> told.Verified:
    words = one.words
    return told.Verified(
        ok=one.ok,
        kind=one.kind,
        error=one.errors[0] if one.errors else None,
        errors=list(one.errors),
        revoked=one.revoked,
        message=Words(vi=words.vi, en=words.en),
        holder=told.Holder(name=one.name, birth=one.birth) if one.signed else None,
        rules=_rules_told(one.decision) if one.decision else None,
        payload=_plain(one.payload) if asked.full else None,
    )


def _rules_told(decision: Decision) -> told.RuleVerdict:
    return told.RuleVerdict(
        verdict=decision.verdict,
        results=[
            told.RuleResult(
                identifier=result.identifier,
                result=result.state,
                words=_both(result.words),
                advice=_both(result.advice),
            )
            for result in decision.results
        ],
    )


def _both(words: Mapping[str, str]) -> Words:
    return Words(vi=words.get("vi", ""), en=words.get("en", ""))


def _plain(value: Any) -> Any:
    """What CBOR can hold and JSON cannot, as text: certificates nobody vouches for hold anything."""
    if isinstance(value, dict):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    if isinstance(value, bool | None | str):
        return value.encode(errors="replace").decode() if isinstance(value, str) else value
    if isinstance(value, int):
        return value if abs(value) < 2**53 else str(value)
    return value if isinstance(value, float) and math.isfinite(value) else str(value)
