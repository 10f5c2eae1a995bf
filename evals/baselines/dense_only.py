"""The embedder alone: the chunks nearest to the question by cosine, the best quoted whole.

What a first retrieval app does. It never abstains: something is always nearest.
"""

from evals.baselines.baseline import Baseline, Found, Hit
from evals.baselines.pieces import chunks_of
from evals.baselines.ranking import best
from evals.observation import PASSAGES, System
from evals.vault import Vault
from index.embed import Embedder


def build(vault: Vault, embedder: Embedder) -> System:
    """Opens the baseline over notes."""
    chunks = chunks_of(vault)
    vectors = embedder.encode_documents([chunk.text for chunk in chunks])

    def find(question: str) -> Found:
        cosines = vectors @ embedder.encode_query(question)
        hits = tuple(Hit(chunks[i], float(cosines[i])) for i in best(cosines, PASSAGES))
        return Found(hits, hits[0].score if hits else 0.0)

    return Baseline(find)
