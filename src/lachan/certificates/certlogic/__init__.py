"""CertLogic and the rules by which countries accept certificates: pure. README.md says how they are used."""

from lachan.certificates.certlogic.faults import LogicError
from lachan.certificates.certlogic.interpreter import evaluate
from lachan.certificates.certlogic.rules import Decision, Result, decide

__all__ = ["Decision", "LogicError", "Result", "decide", "evaluate"]
