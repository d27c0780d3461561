"""SMART Health Cards (spec.smarthealth.cards 1.4): issue, show, check. README.md explains faults and notes."""

from lachan.certificates.codecs.shc.bundle import bundle, faults_of
from lachan.certificates.codecs.shc.checking import WORDS, Verdict, check
from lachan.certificates.codecs.shc.issuing import MEDIA_TYPE, file, issue, key_id
from lachan.certificates.codecs.shc.texts import qr_texts

__all__ = ["MEDIA_TYPE", "WORDS", "Verdict", "bundle", "check", "faults_of", "file", "issue", "key_id", "qr_texts"]
