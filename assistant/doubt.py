"""How much speaks against the notes answering a question at all.

A question's words that nothing near it says, names that no note has, a number asked for where no sentence
gives one: each is a sign that adds to the log-odds that an answer would be beside the point. The weights
were fitted by logistic regression on the cases of `evals/cases` whose split is `dev`. Cosines enter on the
scale of the embedding model (`index/scale.py`), so that the same weights serve other models.
"""

from collections.abc import Iterable, Mapping, Sequence
from math import exp

from assistant.asking import asked_noun
from assistant.evidence import NOTHING, coverage, unit_weight, unknown_focus
from assistant.inquiry import Inquiry
from assistant.numbers import gives_number
from assistant.pieces import bilingual_text
from assistant.sentences import Ranked
from index.ranking.asked import term_weight
from index.search import Unit

_TOO_MUCH = -0.5
"""From here on mutgo says no. Of the `dev` cases that the notes answer one in eleven is refused here, of the
others six in seven: who is refused is shown the nearest notes, who is misled believes what he reads."""

_SEEN_FOR_NOUN = 3
"""So many of the best sentences are looked at for the noun that is asked for."""

_USUAL = 1.96
_WEIGHTS: Mapping[str, float] = {
    "missing": 1.86,
    "covered": -0.77,
    "said": -1.30,
    "close": -3.09,
    "number": 2.29,
    "number_given": -0.91,
    "unknown_focus": 0.31,
    "unsaid": 1.46,
    "recommend": -0.91,
    "compare": -1.18,
    "why": -0.47,
    "words": -0.08,
    "blind": -1.8,
}


def confidence(inquiry: Inquiry, ranked: Sequence[Ranked]) -> float:
    """Returns how sure it is that the notes answer: 1 is just enough, more is surer.

    Args:
        inquiry: The question, and its best hits.
        ranked: The sentences of the hits.
    """
    if not ranked:
        return 0.0
    found = signs(inquiry, ranked)
    return exp(_TOO_MUCH - _USUAL - sum(_WEIGHTS[name] * value for name, value in found.items()))


def signs(inquiry: Inquiry, ranked: Sequence[Ranked]) -> dict[str, float]:
    """Returns what speaks for and against the notes answering, by name.

    `missing` is the most telling word that the best passage lacks, 1 for one that is as rare as a word can
    be in these notes; `covered` the share of what is asked that a passage holds, and `said` that a sentence
    says with its headings; `close` how near the nearest sentence is on the model's scale; `unsaid` a
    noun asked for (`무슨 포트`) that none of the best sentences says, unless they give a number asked for; `words` how many things and words are
    asked for; `blind` an English question to Korean notes without an English version, whose words are missing
    in them whatever they say. The others are 1 or 0.
    """
    question = inquiry.question
    views = [hit.terms for hit, _ in inquiry.hits]
    covered = max(evidence.coverage for _, evidence in inquiry.hits)
    if question.compares:  # each side may have a passage of its own
        views.append(frozenset().union(*views))
        covered = max(covered, coverage(inquiry.units, views[-1]))
    missing = min(_heaviest(u for u in inquiry.units if not u.covered_by(terms)) for terms in views)
    number = question.number is not None
    given = number and any(gives_number(inquiry, found.piece) for found in ranked)
    return {
        "missing": missing / term_weight(0, inquiry.index.snapshot.living),
        "covered": covered,
        "said": max(found.said for found in ranked),
        "close": _closest(inquiry, ranked),
        "number": float(number),
        "number_given": float(given),
        "unknown_focus": float(unknown_focus(inquiry.retrieval)),
        "unsaid": float(not given and _is_unsaid(inquiry, ranked[:_SEEN_FOR_NOUN])),
        "recommend": float(question.asks == "recommend"),
        "compare": float(question.asks == "compare"),
        "why": float(question.asks == "why"),
        "words": float(len(inquiry.units)),
        "blind": float(next((evidence.blind for _, evidence in inquiry.hits if evidence != NOTHING), False)),
    }


def _closest(inquiry: Inquiry, ranked: Sequence[Ranked]) -> float:
    """How near the nearest sentence is, on the scale of the embedding model."""
    mean, deviation = inquiry.retrieval.background
    return inquiry.index.embedder.scale.read(mean + deviation * max(found.near for found in ranked))


def _is_unsaid(inquiry: Inquiry, best: Iterable[Ranked]) -> bool:
    """Whether none of the best sentences says the noun that is asked for, with its headings."""
    noun = asked_noun(inquiry.question.text, [unit.text for unit in inquiry.units])
    if noun is None:
        return False
    return not any(
        inquiry.units[noun].covered_by(
            inquiry.terms(bilingual_text(inquiry.index, found.piece))
            | inquiry.heading_terms(found.piece.note, found.piece.section)
        )
        for found in best
    )


def _heaviest(units: Iterable[Unit]) -> float:
    return max(map(unit_weight, units), default=0.0)
