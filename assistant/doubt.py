"""How much speaks against the notes answering a question at all.

A question's words that nothing near it says, names that no note has, a number asked for where no sentence
gives one: each adds to the log-odds that an answer would be beside the point. The weights were fitted by
logistic regression on the cases of `evals/cases` whose split is `dev`. Cosines enter as standard deviations
over the index, so that the same weights serve other models.
"""

from collections.abc import Iterable, Sequence
from math import exp

from assistant.evidence import coverage, unit_weight, unknown_focus, unknown_names
from assistant.inquiry import Inquiry
from assistant.numbers import gives_number
from assistant.sentences import Ranked
from index.ranking.asked import term_weight
from index.search import Unit

_TOO_MUCH = -0.8
"""From here on mutgo says no. Of the `dev` cases that the notes answer one in six is refused here, of the
others three in four: who is refused is shown the nearest notes, who is misled believes what he reads."""

_USUAL = 0.09
_MISSING = 1.66
"""For the most telling word that the best passage lacks, if it is as rare as a word can be in these notes."""
_COVERED = -1.34
"""For a passage that holds all that is asked."""
_SAID = -1.85
"""For a sentence that says all that is asked, with its headings."""
_NEAR = -0.17
"""For each standard deviation that the nearest sentence is nearer than usual."""
_NUMBER, _NUMBER_GIVEN = 2.19, -0.86
"""For a number asked for, and for a sentence that gives one of that kind."""
_UNKNOWN_NAME, _UNKNOWN_FOCUS = 2.0, 0.7


def confidence(inquiry: Inquiry, ranked: Sequence[Ranked]) -> float:
    """Returns how sure it is that the notes answer: 1 is just enough, more is surer.

    Args:
        inquiry: The question, and its best hits.
        ranked: The sentences of the hits.
    """
    if any(evidence.blind for _, evidence in inquiry.hits[:1]):  # its words can't be looked for
        return max(evidence.strength for _, evidence in inquiry.hits)
    return exp(_TOO_MUCH - _doubt(inquiry, ranked))


def _doubt(inquiry: Inquiry, ranked: Sequence[Ranked]) -> float:
    """The log-odds that the notes don't answer."""
    if not ranked:
        return float("inf")
    views = [hit.terms for hit, _ in inquiry.hits]
    covered = max(evidence.coverage for _, evidence in inquiry.hits)
    if inquiry.question.compares:  # each side may have a passage of its own
        views.append(frozenset().union(*views))
        covered = max(covered, coverage(inquiry.units, views[-1]))
    missing = min(_heaviest(u for u in inquiry.units if not u.covered_by(terms)) for terms in views)
    total = _USUAL + _MISSING * missing / term_weight(0, inquiry.index.snapshot.living)
    total += _COVERED * covered
    total += _SAID * max(found.said for found in ranked)
    total += _NEAR * max(found.near for found in ranked)
    total += _UNKNOWN_NAME * bool(unknown_names(inquiry.retrieval))
    total += _UNKNOWN_FOCUS * unknown_focus(inquiry.retrieval)
    if inquiry.question.number is not None:
        total += _NUMBER + _NUMBER_GIVEN * any(gives_number(inquiry, found.piece) for found in ranked)
    return total


def _heaviest(units: Iterable[Unit]) -> float:
    return max(map(unit_weight, units), default=0.0)
