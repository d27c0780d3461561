"""Tables of certificates, by topic."""

from __future__ import annotations

from lachan.certificates.models.card import Card, DoseSignature, SigningBatch, Touch

__all__ = ["Card", "DoseSignature", "SigningBatch", "Touch"]
