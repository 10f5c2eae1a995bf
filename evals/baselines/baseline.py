"""What all baselines are: a way to find passages, and a way to reply with them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from evals.baselines.pieces import Chunk
from evals.observation import PASSAGES, Answered, Cited, Passage, Said

QUOTED = 3
"""Passages quoted whole as an answer: as many as popular chat tools give their model."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A found chunk and its score."""

    chunk: Chunk
    score: float


@dataclass(frozen=True, slots=True)
class Found:
    """What was found for a question.

    Attributes:
        hits: Best first.
        evidence: The best similarity seen, however the hits were ranked.
    """

    hits: tuple[Hit, ...]
    evidence: float


Reply = Callable[[str, Found], Answered]
"""Answers a question from hits, of which there is one at least."""


def quote_whole(_question: str, found: Found) -> Answered:
    """Answers with the best passages, whole, each citing itself."""
    chunks = [hit.chunk for hit in found.hits[:QUOTED]]
    said = tuple(Said(chunk.text, (position,)) for position, chunk in enumerate(chunks))
    return Answered(False, said, tuple(cite(chunk) for chunk in chunks), evidence=found.evidence)


def cite(chunk: Chunk) -> Cited:
    """Cites a chunk as a whole."""
    return Cited(chunk.span, chunk.text)


@dataclass(frozen=True, slots=True)
class Baseline:
    """A `System` that takes a conversation's last turn as it stands: rewriting it takes a language model.

    Attributes:
        find: Finds passages for a question.
        reply: Answers from them.
    """

    find: Callable[[str], Found]
    reply: Reply = quote_whole

    def search(self, turns: Sequence[str]) -> tuple[Passage, ...]:
        """Returns the passages found for the last turn."""
        return tuple(Passage((hit.chunk.span,), hit.score) for hit in self.find(turns[-1]).hits[:PASSAGES])

    def answer(self, turns: Sequence[str]) -> Answered:
        """Answers the last turn; abstains only where nothing was found, as tools without a model do."""
        found = self.find(turns[-1])
        if not found.hits:
            return Answered(True, (), (), evidence=found.evidence)
        return self.reply(turns[-1], found)

    def close(self) -> None:
        """Holds nothing that has to be given back."""
