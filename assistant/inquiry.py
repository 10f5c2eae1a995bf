"""One question being answered: what it asks for, and what the notes hold of that."""

from dataclasses import dataclass, field

from assistant.asking import without_where
from assistant.evidence import Evidence, asked, weigh
from assistant.pieces import heading_path
from assistant.question import Question
from index.notes import Note
from index.opened import Index
from index.scope import Scope
from index.search import Hit, NamedThing, Retrieval, Unit
from index.text import squeeze

TOP_HITS = 5
"""Hits that are read for an answer; what ranks lower is there for recall, not to be quoted."""


@dataclass(frozen=True, slots=True)
class Inquiry:
    """Everything the kinds of answers are composed from.

    Attributes:
        index: The notes.
        question: The question as understood.
        retrieval: What the search found out about it.
        units: What an answer must hold.
        things: The things the question names, without mere aspects of things (`특징`).
        hits: The best hits, each with how well it answers; best first.
        scope: The part of the notes that may be quoted.
    """

    index: Index
    question: Question
    retrieval: Retrieval
    units: list[Unit]
    things: list[NamedThing]
    hits: list[tuple[Hit, Evidence]]
    scope: Scope = field(default_factory=Scope)

    @property
    def answering(self) -> list[tuple[Hit, Evidence]]:
        """The hits that answer, best first."""
        return [(hit, evidence) for hit, evidence in self.hits if evidence.answers]

    def terms(self, text: str) -> frozenset[str]:
        """Returns the search terms of a text, each once."""
        return frozenset(self.index.reader.terms(text))

    def heading_terms(self, note: Note, section: int) -> frozenset[str]:
        """Returns the terms of the titles that a section stands under, in both languages."""
        companion = self.index.companion(note.path)
        paths = [heading_path(own, section) for own in (note, companion) if own is not None]
        return frozenset().union(*map(self.terms, paths))


def inquire(index: Index, question: Question, retrieval: Retrieval, scope: Scope | None = None) -> Inquiry:
    """Returns what is asked for and how well each of the best hits answers it."""
    units = asked(retrieval)
    if question.asks == "where":
        left = squeeze(without_where(question.text))
        units = [unit for unit in units if squeeze(unit.text) in left]
    things = [thing for thing in retrieval.things if not thing.is_property]
    hits = [(hit, weigh(hit, retrieval, units)) for hit in retrieval.hits[:TOP_HITS]]
    return Inquiry(index, question, retrieval, units, things, hits, scope or Scope())
