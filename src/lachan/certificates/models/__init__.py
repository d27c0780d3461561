"""Tables of certificates, by topic."""

from __future__ import annotations

from lachan.certificates.models.card import Card, DoseSignature, SigningBatch, Touch
from lachan.certificates.models.corrections import CorrectionPhoto, CorrectionRequest, CorrectionStep
from lachan.certificates.models.keys import Key, Trusted
from lachan.certificates.models.revocation import CheckCount, Revocation, RevocationList

__all__ = [
    "Card",
    "CheckCount",
    "CorrectionPhoto",
    "CorrectionRequest",
    "CorrectionStep",
    "DoseSignature",
    "Key",
    "Revocation",
    "RevocationList",
    "SigningBatch",
    "Touch",
    "Trusted",
]
