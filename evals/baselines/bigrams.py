"""BM25 over pairs of characters, as search engines index Korean without a dictionary.

Hangul is cut into overlapping pairs, Latin words and numbers stay whole and end where Hangul begins, so
no particle hides a name: `S3는 버킷에` gives `s3 는 버킷 킷에`. That is how Lucene's CJKAnalyzer reads
text; its price is pairs that mean nothing and match anyway. The best chunks are quoted whole.
"""

import re
from collections.abc import Iterator

from evals.baselines.baseline import Baseline, Found, Hit
from evals.baselines.pieces import chunks_of
from evals.baselines.ranking import Bm25, best
from evals.observation import PASSAGES, System
from evals.vault import Vault
from index.embed import Embedder
from index.text import normalise

_RUN = re.compile(r"[가-힣]+|[^\W가-힣_]+")


def bigrams(text: str) -> Iterator[str]:
    """Yields the terms of a text: pairs of Hangul syllables, whole words of anything else.

    >>> list(bigrams("EC2 인스턴스"))
    ['ec2', '인스', '스턴', '턴스']
    """
    for run in _RUN.findall(normalise(text).casefold()):
        if "가" <= run[0] <= "힣" and len(run) > 1:
            yield from (run[i : i + 2] for i in range(len(run) - 1))
        else:
            yield run


def build(vault: Vault, embedder: Embedder) -> System:
    """Opens the baseline over notes; it has no use for the embedder."""
    chunks = chunks_of(vault)
    bm25 = Bm25([list(bigrams(chunk.text)) for chunk in chunks])

    def find(question: str) -> Found:
        scores = bm25.scores(list(bigrams(question)))
        hits = tuple(Hit(chunks[i], float(scores[i])) for i in best(scores, PASSAGES) if scores[i] > 0)
        return Found(hits, hits[0].score if hits else 0.0)

    return Baseline(find)
