"""What was said before a question."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Turn:
    """An earlier question and what it was answered with; the answer without its markers."""

    question: str
    answer: str
