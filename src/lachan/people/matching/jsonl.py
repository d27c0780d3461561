"""The matcher as a filter: pairs in, decisions out, one JSON object a line."""

from typing import IO, Any, Final

import msgspec

from lachan.people.matching.communes import Communes
from lachan.people.matching.record import UnusableRecordError, from_dict
from lachan.people.matching.rules import decide

MAX_LINE: Final = 1_000_000  # bytes; a pair takes about 1,000


def run(stdin: IO[bytes], stdout: IO[bytes], communes: Communes | None = None) -> int:
    """Reads `{"id", "a", "b"}`, writes `{"id", "decision", "score"}` in the same order; returns how many were unusable.

    A line that cannot be used is answered with "no" and an `error`; empty lines are passed over.
    """
    unusable = 0
    encoder = msgspec.json.Encoder()
    for line in stdin:
        if line.strip():
            answer = answer_line(line, communes)
            unusable += "error" in answer
            stdout.write(encoder.encode(answer) + b"\n")
    stdout.flush()
    return unusable


def answer_line(line: bytes, communes: Communes | None = None) -> dict[str, Any]:
    """The answer to one line, never an exception for what the line holds."""
    identity: Any = None
    try:
        if len(line) > MAX_LINE:
            raise UnusableRecordError("line is too long")
        pair = msgspec.json.decode(line)
        if not isinstance(pair, dict):
            raise UnusableRecordError("not an object")
        identity = pair.get("id")
        if identity is None or "a" not in pair or "b" not in pair:
            raise UnusableRecordError("id, a or b is missing")
        verdict = decide(from_dict(pair["a"], communes), from_dict(pair["b"], communes))
    except (msgspec.DecodeError, UnusableRecordError, RecursionError, UnicodeDecodeError) as problem:
        return {"id": identity, "decision": "no", "score": 0.0, "error": str(problem)}
    return {"id": identity, "decision": verdict.decision, "score": verdict.score}
