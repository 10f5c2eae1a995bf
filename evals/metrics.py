"""Metrics and scores: what is measured, and how it is averaged.

A score is a value with a weight: the mean of a metric is sum(value x weight) / sum(weight), so that
a share of sentences is a share over all sentences, and one code makes intervals for both. A metric
that does not apply to a case gives no score.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from evals.claims import CLAIMS
from evals.observation import READ

BRIEF = 300
"""Characters a person reads before looking elsewhere: without a bound, quoting whole passages pays."""

Suite = Literal["retrieval", "answers"]
Better = Literal["higher", "lower", "neither"]


@dataclass(frozen=True, slots=True)
class Metric:
    """What a score means.

    Attributes:
        name: Its name in results and tables.
        suite: Where it is measured.
        better: Which way is better.
        about: What it says, for readers of a report.
    """

    name: str
    suite: Suite
    better: Better
    about: str


METRICS = (
    Metric("recall@1", "retrieval", "higher", "needs met by the best passage"),
    Metric("recall@3", "retrieval", "higher", "needs met by the best three"),
    Metric("recall@5", "retrieval", "higher", "needs met by the best five"),
    Metric("recall@10", "retrieval", "higher", "needs met by the best ten"),
    Metric("mrr", "retrieval", "higher", "1 / rank of the first passage that meets a need, among ten"),
    Metric("ndcg@10", "retrieval", "higher", "passages that meet new needs, discounted by rank"),
    Metric("found", "retrieval", "higher", f"cases whose needs are all met by the best {READ}"),
    Metric("sections", "retrieval", "higher", "of a list's sections, those among the best ten"),
    Metric("rewritten", "retrieval", "higher", "recall@10 of a follow-up written out; beside its own recall@10"),
    Metric("correct", "answers", "higher", "all facts said and proved, nothing forbidden; refused where the notes don't say"),
    Metric("fact_recall", "answers", "higher", "key facts that are said"),
    Metric(f"fact_recall@{BRIEF}", "answers", "higher", f"key facts said within the first {BRIEF} characters"),
    Metric("fact_recall+more", "answers", "higher", "key facts that are said, or folded away under the answer"),
    Metric("fact_precision", "answers", "higher", "sentences that say a key fact or cite the gold"),
    Metric("citation_recall", "answers", "higher", "key facts that a cited span holds"),
    Metric("citation_precision", "answers", "higher", "citations of sentences with a key fact that hold it"),
    Metric("exact_spans", "answers", "higher", "quotes that are just what the note has there"),
    Metric("unsupported", "answers", "lower", "sentences that no cited span supports"),
    Metric("language", "answers", "higher", "sentences in the language they should be in"),
    Metric("refusal_recall", "answers", "higher", "questions not in the notes that are refused"),
    Metric("refusal_precision", "answers", "higher", "refusals of what is not in the notes"),
    Metric("false_refusal", "answers", "lower", "answerable questions that are refused"),
    *(Metric(f"caught:{kind}", "answers", "higher", about) for kind, about in CLAIMS.items()),
    Metric("sentences", "answers", "neither", "sentences of an answer"),
    Metric("characters", "answers", "neither", "characters of an answer"),
)  # fmt: skip
BY_NAME: Mapping[str, Metric] = {metric.name: metric for metric in METRICS}


@dataclass(frozen=True, slots=True)
class Score:
    """A value and how much it weighs in the mean; a weight of 1 counts a case."""

    value: float
    weight: float = 1.0


Scores = dict[str, Score]


def mean(scores: Iterable[Score]) -> float | None:
    """Returns the weighted mean; None where nothing was scored.

    >>> mean([Score(1.0, 3.0), Score(0.0, 1.0)])
    0.75
    """
    rows = list(scores)
    total = sum(score.weight for score in rows)
    return sum(score.value * score.weight for score in rows) / total if total else None
