"""The embedded answerer: composes an answer out of the notes' own sentences and structure.

It knows what was asked for and where study notes keep it: a definition under the heading that
names the thing, kinds as the subsections, items or rows of a section, steps as numbered items. It
copies; it cannot invent.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from assistant.definitions import define_asked, define_each
from assistant.embedded import shown
from assistant.evidence import unknown_focus, unknown_names, unknown_nouns
from assistant.inquiry import Inquiry, inquire
from assistant.outlines import outline, titled_outline
from assistant.passages import passages
from assistant.pieces import Piece, distinct
from assistant.question import Kind, Question
from index.opened import Index
from index.scope import Scope
from index.search import Retrieval


@dataclass(frozen=True, slots=True)
class Draft:
    """An answer's sentences before they are cited and verified; none means the notes don't say.

    Attributes:
        kind: What was asked for.
        pieces: The sentences, in reading order.
        unknown: The question turns on something no note has: nobody can answer it from these notes.
    """

    kind: Kind
    pieces: tuple[Piece, ...]
    unknown: bool = False


def compose(index: Index, question: Question, retrieval: Retrieval, scope: Scope | None = None) -> Draft:
    """Composes the answer to a question from the notes, or from the part of them in a scope.

    Returns:
        The draft; its `pieces` are empty when the notes do not answer.
    """
    inquiry = inquire(index, question, retrieval, scope)
    if asks_for_unknown(inquiry):
        return Draft(question.kind, (), unknown=True)
    for kind, pieces in _attempts(inquiry):
        if pieces:
            return Draft(kind, tuple(distinct(pieces)))
    return Draft(question.kind, ())


def asks_for_unknown(inquiry: Inquiry) -> bool:
    """Says whether a question turns on something no note has, so that anything said would be beside it."""
    retrieval = inquiry.retrieval
    if unknown_names(retrieval) or unknown_focus(retrieval):
        return True
    return inquiry.question.yes_no and bool(unknown_nouns(retrieval))


def _attempts(inquiry: Inquiry) -> Iterator[tuple[Kind, list[Piece]]]:
    """Yields answers from the most fitting kind to the plainest; the first that is there wins."""
    question = inquiry.question
    if question.kind == "what_is":
        yield "what_is", define_asked(inquiry)
    if question.kind == "steps":
        yield "steps", outline(inquiry, "steps")
    if question.kind == "list":
        yield "list", outline(inquiry, "list")
    if question.kind in ("steps", "passage"):
        yield "list", titled_outline(inquiry)
    if question.compares and len(inquiry.things) > 1:
        yield "what_is", define_each(inquiry, inquiry.things)
    yield "passage", passages(inquiry)
    yield "passage", shown(inquiry)
