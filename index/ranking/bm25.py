"""The lexical leg: BM25F over a snapshot's posting lists, and how much of a question a passage holds.

Title, headings and body are three fields (Robertson, Zaragoza and Taylor 2004, "Simple BM25 Extension
to Multiple Weighted Fields"): their counts are weighed, each by its field's length, before one
saturation, so that a word in the heading tells more than the same word in a sentence, and a word in
both not twice as much.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from index.language.commonness import likely_name
from index.ranking.scripts import FEW, usual_by_script
from index.ranking.snapshot import Mask, Rows, Scores, Snapshot

SATURATION = 1.2
"""BM25's k1, at its usual value: others made no difference to speak of."""

FIELD_WEIGHTS = (2.0, 3.0, 1.0)
"""How often an occurrence in title, headings and body counts: headings say what a passage is about."""

PHRASE_WEIGHTS = (2.0, 3.0, 0.25)
"""The same for a question that is itself worded as a heading: `S3 요금`."""


@dataclass(frozen=True, slots=True)
class Matches:
    """What the words of a question find.

    Attributes:
        scores: BM25F of each row, (rows,); 0 where no term stands.
        shares: The share of the question's words that a row holds, by what they tell, (rows,), 0 to 1.
    """

    scores: Scores
    shares: Scores


def match(
    snapshot: Snapshot,
    words: Sequence[Mapping[str, float]],
    also: Iterable[str] = (),
    fields: tuple[float, float, float] = FIELD_WEIGHTS,
    foreign: Mask | None = None,
) -> Matches:
    """Scores every row.

    Args:
        snapshot: The index.
        words: The words asked for, each as the terms it may be read as, with how much each counts. A
            row holds a word if it holds any of them; it scores for each.
        also: Terms that score, but don't make up for a word that is missing.
        fields: How often an occurrence in title, headings and body counts.
        foreign: Rows in another script than the question, (rows,), where only names count; none by default.
    """
    scores = np.zeros(snapshot.count, np.float32)
    shares = np.zeros(snapshot.count, np.float32)
    weights = np.array(fields, np.float32)
    total = 0.0
    for word in words:
        most = 0.0
        held: list[tuple[Rows, float]] = []
        for term, weight in word.items():
            rows, told = _add(snapshot, term, weight, weights, scores, foreign)
            held.append((rows, told))
            most = max(most, told)
        _share(shares, held)
        total += most
    for term in also:
        _add(snapshot, term, 1.0, weights, scores, foreign)
    return Matches(scores, shares / total if total else shares)


def usual_scores(snapshot: Snapshot, scores: Scores) -> Scores:
    """Returns the best score among passages of each row's script, (rows,).

    A passage in another language than the question can't hold its words, so what it lacks to the best
    of the others is not held against it in full. Where one script has hardly any passages, all are alike.
    """
    living = (snapshot.alive & ~snapshot.hangul, snapshot.alive & snapshot.hangul)
    best = float(scores.max(initial=0.0))
    latin, korean = (float(scores[own].max()) if own.sum() >= FEW else best for own in living)
    return usual_by_script(snapshot, latin, korean)


def _add(
    snapshot: Snapshot,
    term: str,
    weight: float,
    fields: Scores,
    scores: Scores,
    foreign: Mask | None,
) -> tuple[Rows, float]:
    """Adds a term's score; returns the rows that hold it and how much it tells."""
    rows, counts = snapshot.holding(term)
    told = weight * inverse_document_frequency(len(rows), snapshot.living)
    if len(rows):
        times = np.einsum("rf,rf,f->r", counts, snapshot.damping[rows], fields)
        found = told * times / (SATURATION + times)
        scores[rows] += found if foreign is None else np.where(foreign[rows], likely_name(term), 1.0) * found
    return rows, told


def _share(shares: Scores, held: Sequence[tuple[Rows, float]]) -> None:
    """Adds to each row what the word tells in the reading of it that the row holds."""
    if len(held) == 1:
        shares[held[0][0]] += held[0][1]
        return
    best = np.zeros_like(shares)
    for rows, told in held:
        best[rows] = np.maximum(best[rows], told)
    shares += best


def inverse_document_frequency(frequency: int, total: int) -> float:
    """Returns how much a term tells that stands in `frequency` of `total` chunks, always positive."""
    return math.log(1 + (total - frequency + 0.5) / (frequency + 0.5))
