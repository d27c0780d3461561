"""Bodies and answers about certificates, as documented in the API file."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from lachan.rest.answers import Answer, Words

Text = Annotated[str, Meta(min_length=1, max_length=12_000)]
Chunks = Annotated[list[Text], Meta(min_length=1, max_length=36)]


class TrustedKey(Answer):
    """A key whose signatures are believed. `usage`: of v, t, r (vaccination, test, recovery), d (domestic), s (SMART
    Health Card), l (lists)."""

    kid: str
    country: str
    certificate: str | None
    jwk: dict[str, Any]
    usage: list[str]
    source: str
    fetched_at: datetime
    not_after: datetime | None


class TrustList(Answer):
    """Every key whose signatures are believed. After `expires_at` it proves nothing any more."""

    version: str
    issued_at: datetime
    expires_at: datetime
    keys: list[TrustedKey]


class GatewayKey(Answer):
    """A key as the DCC gateway lists it; `rawData` is the certificate, `signature` a detached CMS over it."""

    kid: str
    timestamp: datetime
    country: str
    certificateType: Literal["CSCA", "DSC"]
    thumbprint: str
    signature: str
    rawData: str


class RevocationPart(Answer):
    """A file of the list. Take it only when length and SHA-256 are as said here."""

    version: int
    count: int
    bytes: int
    sha256: str
    url: str


class RevocationDelta(Answer, rename={"after": "to", "before": "from"}):
    """What was added after one version, up to and with another."""

    before: int
    after: int
    count: int
    bytes: int
    sha256: str
    url: str


class RevocationBatches(Answer):
    """How to ask for the exact hashes behind a hit: the first `bits` bits of the hash, `digits` hexadecimal digits."""

    bits: int
    digits: int
    url: str


class RevocationIndex(Answer):
    """What the list of revoked certificates consists of; docs/reference/revocation-list.md. `version` 0: nothing was
    published yet."""

    type: str
    format: int
    country: str
    version: int
    issued_at: datetime
    expires_at: datetime
    hash: str
    count: int
    filter: RevocationPart | None
    deltas: list[RevocationDelta]
    batches: RevocationBatches | None


class BatchEntry(Answer):
    """Base64 of the first 16 bytes of SHA-256 of an identifier."""

    hash: str


class RevocationBatch(Answer):
    """Exact hashes with one prefix, in the shape of the DCC gateway's batches."""

    batchId: str
    country: str
    expires: datetime
    kid: str
    hashType: str
    entries: list[BatchEntry]


class Rules(Answer):
    """Purposes, and every rule of every time in the form of the DCC gateway, with `Purpose`, `Advice` and `Legal`
    beside; docs/reference. After `expires_at` fetch it anew."""

    type: str
    format: int
    version: str
    issued_at: datetime
    expires_at: datetime
    purposes: list[dict[str, Any]]
    rules: list[dict[str, Any]]


class ValueSets(Answer):
    """Value sets by name, each in the form of the DCC gateway."""

    type: str
    format: int
    version: str
    issued_at: datetime
    expires_at: datetime
    value_sets: dict[str, dict[str, Any]]


class VerifyIn(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Texts of codes as scanned: `HC1:…`, `LC1:…`, `shc:/…`, or for a card in several codes the list of its texts.
    `clock`: the instant to judge by, now when left out. `country` and `purpose`, both or neither: whose rules to apply
    to health certificates, and for what; `/certificates/rules` lists the purposes. `full`: the whole decoded
    certificate as well."""

    texts: Annotated[list[Text | Chunks], Meta(min_length=1, max_length=200)]
    country: Annotated[str, Meta(pattern="^[A-Z]{2}$")] | None = None
    purpose: Annotated[str, Meta(pattern="^[a-z][a-z_]{0,39}$")] | None = None
    clock: datetime | None = None
    full: bool = False

    def __post_init__(self) -> None:
        if (self.country is None) != (self.purpose is None):
            raise ValueError("send country and purpose, or neither")


class Holder(Answer):
    """Whom the certificate is of, as it says. `birth`: YYYY, YYYY-MM or YYYY-MM-DD; empty when it does not say."""

    name: str
    birth: str


class RuleResult(Answer):
    """One rule: `ok`, `failed`, or `open` where the certificate or the list of values does not say enough."""

    identifier: str
    result: Literal["ok", "failed", "open"]
    words: Words
    advice: Words


class RuleVerdict(Answer):
    """Whether the country accepts the certificate for this purpose on that day."""

    verdict: Literal["accepted", "refused", "open"]
    results: list[RuleResult]


class Verified(Answer, omit_defaults=True):
    """What came of one text. `ok`: every check holds, it is not revoked, and the rules asked for accept it. `errors`:
    all that failed, `error` the first of them; RULE: the rules refuse it, OPEN: they cannot say. `revoked` is null
    where the signature does not hold: nobody learns anything about identifiers they cannot show a card of. `holder` is
    given only when the signature holds."""

    ok: bool
    kind: Literal["hcert", "shc", "domestic"] | None
    error: str | None
    errors: list[str]
    revoked: bool | None
    message: Words
    holder: Holder | None = None
    rules: RuleVerdict | None = None
    payload: dict[str, Any] | None = None


class Verdicts(Answer):
    """One verdict per text, in the order sent."""

    verdicts: list[Verified]
