"""CertLogic and the rules by which countries accept certificates: pure."""

from lachan.certificates.certlogic.faults import LogicError
from lachan.certificates.certlogic.interpreter import evaluate

__all__ = ["LogicError", "evaluate"]
