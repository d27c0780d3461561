"""Is this the same person? Pure: no Django, no database, no clock. README.md explains words, rules and figures."""

from lachan.people.matching.decision import Decision, Verdict
from lachan.people.matching.record import Record, UnusableRecordError, from_dict
from lachan.people.matching.rules import decide, decide_many

__all__ = ["Decision", "Record", "UnusableRecordError", "Verdict", "decide", "decide_many", "from_dict"]
