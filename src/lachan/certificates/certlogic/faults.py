"""What can be wrong with an expression or its data, each with a word that programs can hold on to."""

from __future__ import annotations

from typing import Literal

Word = Literal["OPERATION", "OPERANDS", "TYPE", "DATE", "RANGE", "DEPTH", "SIZE", "STEPS", "RULE"]


class LogicError(ValueError):
    """An expression that is outside the language, or a value an operation cannot take.

    ``word``: OPERATION no such operation, or none at all; OPERANDS their number or form; TYPE a value of another kind;
    DATE not a date; RANGE a number or date beyond what every platform keeps; DEPTH, SIZE, STEPS a limit of ours;
    RULE a rule whose shape is wrong.
    """

    def __init__(self, word: Word, sentence: str) -> None:
        super().__init__(f"{word}: {sentence}")
        self.word = word
