"""Which passages are written in Korean: those of one language are nearer to questions in it."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from index.ranking.postings import Postings
from index.text import has_hangul

if TYPE_CHECKING:
    from index.ranking.snapshot import Scores, Snapshot

KOREAN_SHARE = 0.15
"""A passage with a larger share of Hangul terms than this is Korean, however many identifiers it holds."""

_TITLE = 0.01
_MOST = 0.5
FEW = 20
"""Passages of a script that are too few to tell what is usual among them."""


def mostly_hangul(postings: Postings, vocabulary: Mapping[str, int]) -> npt.NDArray[np.bool_]:
    """Returns which rows are written in Korean, (rows,).

    Args:
        postings: The terms of the rows.
        vocabulary: The id of every term.
    """
    count = len(postings.lengths)
    sizes = np.diff(postings.starts)
    hangul = np.zeros(len(sizes), np.float32)
    held_by = sizes.tolist()  # an edit's segment holds few of the terms, and looking at each takes time
    numbers = [n for term, n in vocabulary.items() if n < len(held_by) and held_by[n] and has_hangul(term)]
    hangul[numbers] = 1.0
    by_term = np.repeat(hangul, sizes)

    def share(fields: tuple[float, float, float]) -> npt.NDArray[np.float64]:
        times = postings.counts @ np.array(fields, np.float32)
        held = np.bincount(postings.rows, times, count)
        return np.bincount(postings.rows, times * by_term, count) / np.maximum(held, 1e-9)

    # A note's title may be in another language than the note: it decides only where there is no text.
    # A passage that is all code is in the language of the headings it stands under.
    return (share((_TITLE, _TITLE, 1.0)) > KOREAN_SHARE) | (share((0.0, 1.0, 0.0)) > _MOST)


def usual_by_script(snapshot: "Snapshot", latin: float, korean: float) -> "Scores":
    """Returns what is usual for each row, (rows,).

    Passages that have a twin in the other language are held against the script that is nearer to the
    question: either of the two may be found, so neither needs help.

    Args:
        snapshot: The index.
        latin: What is usual for passages that are not in Korean.
        korean: What is usual for those that are.
    """
    usual = np.where(snapshot.hangul, np.float32(korean), np.float32(latin))
    usual[snapshot.paired] = max(latin, korean)
    return usual
