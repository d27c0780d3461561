"""Health certificates as the EU DCC and WHO's GDHCN carry them ("HC1:…"): issue and check.

``check`` and ``decode`` answer whatever they are given and never raise for it; ``issue`` raises Refused.
"""

from lachan.certificates.codecs.hcert.checking import WORDS, Verdict, check, check_trusted, decode
from lachan.certificates.codecs.hcert.issuing import Order, Refused, issue, issue_many

__all__ = ["WORDS", "Order", "Refused", "Verdict", "check", "check_trusted", "decode", "issue", "issue_many"]
