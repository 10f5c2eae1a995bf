"""The embedded answerer: composes an answer out of the notes' own sentences and structure.

It knows what was asked for and where study notes keep it: a definition under the heading that
names the thing, kinds as the subsections, items or rows of a section, steps as numbered items. It
copies; it cannot invent.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from assistant.definitions import define_asked
from assistant.disputes import Dispute, find_disputes, with_other_sides
from assistant.doubt import confidence
from assistant.embedded import embedded
from assistant.evidence import unknown_focus, unknown_names
from assistant.inquiry import Inquiry, inquire
from assistant.outlines import outline, titled_outline
from assistant.passages import (
    more,
    nearest,
    passages,
    untold_sides,
    whole_procedure,
    whole_section,
    with_best,
)
from assistant.pieces import Piece, distinct
from assistant.question import Kind, Question
from assistant.sentences import Ranked, ranked_sentences
from assistant.whereabouts import whereabouts
from index.opened import Index
from index.scope import Scope
from index.search import Retrieval

Composed = Kind | Literal["where"]
"""The form an answer was given."""


@dataclass(frozen=True, slots=True)
class Draft:
    """An answer's sentences before they are cited and verified; none means the notes don't say.

    Attributes:
        kind: The form it was given.
        pieces: The sentences, in reading order.
        more: What else was found, in reading order, for who wants to read on; where the notes do not
            answer, what comes nearest.
        untold: Things to be compared of which the notes say nothing to the point, as the question calls them.
        unknown: The question turns on something no note has: nobody can answer it from these notes.
        disputes: Where the notes contradict each other on what the answer says.
    """

    kind: Composed
    pieces: tuple[Piece, ...]
    more: tuple[Piece, ...] = ()
    untold: tuple[str, ...] = ()
    unknown: bool = False
    disputes: tuple[Dispute, ...] = ()


def compose(index: Index, question: Question, retrieval: Retrieval, scope: Scope | None = None) -> Draft:
    """Composes the answer to a question from the notes, or from the part of them in a scope.

    Returns:
        The draft; its `pieces` are empty when the notes do not answer.
    """
    inquiry = inquire(index, question, retrieval, scope)
    if asks_for_unknown(retrieval):
        return Draft(question.kind, (), unknown=True)
    ranked = ranked_sentences(inquiry)
    if not any(found.hit == 0 for found in ranked) and (pieces := embedded(inquiry)):
        return Draft("passage", tuple(distinct(pieces)))  # the best hit has no words of its own
    if confidence(inquiry, ranked) < 1:
        return Draft(
            question.kind, (), more=tuple(nearest(inquiry, ranked)), unknown=unknown_focus(retrieval)
        )
    for kind, pieces in _attempts(inquiry, ranked):
        if pieces:
            whole = kind in ("passage", "where")
            shown = list(distinct(pieces if whole else with_best(inquiry, ranked, pieces)))
            disputes = find_disputes(inquiry, ranked, shown)
            shown = with_other_sides(inquiry, shown, disputes)
            both = distinct([*shown, *more(inquiry, ranked, shown)])
            untold = untold_sides(inquiry, shown)
            rest = [piece for piece in both if not any(piece is told for told in shown)]
            return Draft(kind, tuple(shown), tuple(rest), tuple(untold), disputes=tuple(disputes))
    return Draft(question.kind, ())


def asks_for_unknown(retrieval: Retrieval) -> bool:
    """Says whether a question names what no note has, so that anything said would be beside it."""
    return bool(unknown_names(retrieval))


def _attempts(inquiry: Inquiry, ranked: Sequence[Ranked]) -> Iterator[tuple[Composed, list[Piece]]]:
    """Yields answers from the most fitting kind to the plainest; the first that is there wins."""
    question = inquiry.question
    if question.asks == "where":
        yield "where", whereabouts(inquiry, ranked)
    if question.kind == "what_is" and not question.yes_no:
        yield "what_is", define_asked(inquiry)
    if question.kind == "steps":
        yield "steps", outline(inquiry, "steps")
    if question.kind == "list":
        yield "list", outline(inquiry, "list")
    if question.kind in ("steps", "passage"):
        yield "list", titled_outline(inquiry)
    if question.kind == "steps":
        yield "steps", whole_procedure(inquiry, ranked)
    if question.kind == "list" and not question.compares:
        yield "list", whole_section(inquiry, ranked)
    yield "passage", passages(inquiry, ranked)
