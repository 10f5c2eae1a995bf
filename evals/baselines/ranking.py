"""The two rankings that all baselines are made of: BM25 over whatever terms they read, and the best of scores."""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.terms import stem

Scores = NDArray[np.floating[Any]]
"""One number a chunk, higher is better."""

_SATURATION = 1.2
_LENGTH_WEIGHT = 0.75
"""Lucene's k1 and b, which every search engine on it has."""

_WORD = re.compile(r"\w+")


def words(text: str) -> list[str]:
    """Returns the words of a text as full-text search reads them: no punctuation, English stemmed.

    A Korean particle stays on its word, as it does for every tool without a Korean analyser.

    >>> words("S3는 Buckets를 담는다.")
    ['s3는', 'buckets를', '담는다']
    """
    return [stem(word) for word in _WORD.findall(text.casefold())]


def best(scores: Scores, count: int) -> list[int]:
    """Returns the positions of the highest scores, best first; equal ones stay in order."""
    return [int(position) for position in np.argsort(-scores, kind="stable")[:count]]


class Bm25:
    """BM25 as Lucene 8 and later count it (Robertson & Zaragoza 2009, with an idf that is never negative)."""

    def __init__(self, documents: Sequence[Sequence[str]]) -> None:
        """Counts the terms of each document."""
        lengths = np.array([len(document) for document in documents], np.float64)
        mean = max(float(lengths.mean()), 1.0) if documents else 1.0
        self._norms = _SATURATION * (1 - _LENGTH_WEIGHT + _LENGTH_WEIGHT * lengths / mean)
        self._counts: defaultdict[str, dict[int, int]] = defaultdict(dict)
        for position, document in enumerate(documents):
            for term, count in Counter(document).items():
                self._counts[term][position] = count

    def idf(self, term: str) -> float:
        """Returns how rare a term is: above 0, highest for one that no document has."""
        holders = len(self._counts.get(term, ()))
        return math.log1p((len(self._norms) - holders + 0.5) / (holders + 0.5))

    def scores(self, terms: Sequence[str]) -> NDArray[np.float64]:
        """Returns each document's score (documents,) for a query's terms; 0 where none occurs."""
        scores = np.zeros(len(self._norms))
        for term in terms:
            idf = self.idf(term)
            for position, count in self._counts.get(term, {}).items():
                scores[position] += idf * count / (count + self._norms[position])
        return scores
