"""Tables of certificates, by topic."""

from __future__ import annotations

from lachan.certificates.models.card import Card, DoseSignature, SigningBatch, Touch
from lachan.certificates.models.corrections import CorrectionPhoto, CorrectionRequest, CorrectionStep
from lachan.certificates.models.keys import Key, Trusted

__all__ = [
    "Card",
    "CorrectionPhoto",
    "CorrectionRequest",
    "CorrectionStep",
    "DoseSignature",
    "Key",
    "SigningBatch",
    "Touch",
    "Trusted",
]
