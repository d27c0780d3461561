"""Tables of certificates, by topic."""

from __future__ import annotations
