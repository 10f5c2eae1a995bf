"""What a system did with a question: the passages it found and the answer it gave. Nothing is judged here."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

from evals.vault import Span

PASSAGES = 10
"""Best passages of a question that are kept; every ranking metric is cut here."""

READ = 5
"""Best passages that must meet all needs for a case to count as found: what is lower is hardly read."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of a note that was found.

    Attributes:
        spans: Its places in one note's text, in order.
        score: The system's own score, for people; only the order counts.
    """

    spans: tuple[Span, ...]
    score: float

    @property
    def note(self) -> str:
        """The note it stands in."""
        return self.spans[0].note

    def holds(self, span: Span) -> bool:
        """Says whether the passage holds all of a span."""
        return any(span.within(mine) for mine in self.spans)


@dataclass(frozen=True, slots=True)
class Cited:
    """A citation of an answer: a place, and what the system says stands there.

    Attributes:
        span: The cited characters of the note's text as read.
        quote: What the system shows as the quote; must be just those characters.
    """

    span: Span
    quote: str


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence of an answer.

    Attributes:
        text: What is shown, without citation markers.
        citations: Positions in `Answered.citations`, from 0.
        remark: The system's own words about its answer (a gloss, a hint), which need no citation.
    """

    text: str
    citations: tuple[int, ...] = ()
    remark: bool = False


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer.

    Attributes:
        abstained: The system says that the notes don't say.
        sentences: In reading order.
        citations: The cited places.
        kind: What the system took the question for; empty where it doesn't say.
        evidence: How sure the system is that the notes answer, for the abstention curve: higher is
            surer, comparable between questions; None where it doesn't say.
        more: Sentences that are folded away under the answer.
    """

    abstained: bool
    sentences: tuple[Said, ...]
    citations: tuple[Cited, ...]
    kind: str = ""
    evidence: float | None = None
    more: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Observation:
    """All that was seen of a system on one case.

    Attributes:
        passages: Found passages, best first, at most `PASSAGES`; None where it was not asked to search.
        answer: The answer; None where it was not asked to answer.
        rewritten: Passages found for a follow-up's stand-alone form.
        caught: Verdicts on made-up claims by kind: whether each was judged as it should be.
        error: Why there is nothing else, where the system failed.
        timings_ms: Milliseconds a stage took.
    """

    passages: tuple[Passage, ...] | None = None
    answer: Answered | None = None
    rewritten: tuple[Passage, ...] | None = None
    caught: dict[str, bool] | None = None
    error: str | None = None
    timings_ms: dict[str, float] = field(default_factory=dict[str, float])


class System(Protocol):
    """Something that searches notes and answers from them."""

    def search(self, turns: Sequence[str]) -> tuple[Passage, ...]:
        """Returns the passages found for the last turn of a conversation, best first."""
        ...

    def answer(self, turns: Sequence[str]) -> Answered:
        """Answers the last turn of a conversation."""
        ...

    def close(self) -> None:
        """Gives back what it holds."""
        ...


@runtime_checkable
class Inspectable(Protocol):
    """A system that lets the suite look inside."""

    def supports(self, claim: str, span: Span) -> bool:
        """Says whether the system finds a claim supported by a cited place."""
        ...

    def evidence(self, turns: Sequence[str]) -> float:
        """Returns how sure the system is that the notes answer; see `Answered.evidence`."""
        ...
