"""Answer first, cite afterwards by similarity, as a well-known retrieval engine (RAGFlow) does.

Chunks are ranked by 0.7 of shared words and 0.3 of cosine. The answer is made of the sentences most like
the question (see `sentences`); where they come from is then forgotten, and each is given the chunks it
is similar to, whole. An e5 cosine is hardly ever under 0.7, so the first threshold lets nearly every
sentence through: that is what such a threshold does with such a model.
"""

from collections.abc import Sequence, Set

import numpy as np

from evals.baselines.baseline import Baseline, Found, Hit, cite
from evals.baselines.pieces import Chunk, chunks_of
from evals.baselines.ranking import Bm25, Scores, best, words
from evals.baselines.sentences import nearest_sentences
from evals.observation import PASSAGES, Answered, Said, System
from evals.vault import Vault
from index.embed import Embedder

SEARCH_WORDS, SEARCH_COSINE = 0.7, 0.3
LEAST_SIMILARITY = 0.2
"""How chunks are ranked, and under what none is returned: the engine's own defaults."""

READ = 6
"""Chunks that the answer is made from: the engine's default."""

CITE_WORDS, CITE_COSINE = 0.1, 0.9
FIRST_THRESHOLD, DECAY, LAST_THRESHOLD = 0.63, 0.8, 0.3
"""How citations are found: the threshold falls until any sentence is cited, or it is too low."""

AS_GOOD = 0.99
"""Share of the best similarity from which on a chunk is cited beside the best."""

MOST_CITATIONS = 4
"""Citations of one sentence."""

_ASKING = frozenset(
    words("""
    what who how which where why is are were was do does did has have be there you me your my mine just please
    may i should would will done go for with so the a an by as on in at up out down
""")
)


def citations_by_similarity(similarities: Scores) -> list[list[int]]:
    """Returns the chunks that each sentence cites, best first, from similarities (sentences, chunks).

    The threshold is lowered for all sentences at once and only while none is cited.

    >>> citations_by_similarity(np.array([[0.9, 0.2], [0.5, 0.1]]))
    [[0], []]
    >>> citations_by_similarity(np.array([[0.4, 0.2], [0.5, 0.1]]))  # 0.63, then 0.504, then 0.4032
    [[], [0]]
    """
    threshold = FIRST_THRESHOLD
    while threshold > LAST_THRESHOLD:
        cited = [_cited(row, threshold) for row in similarities]
        if any(cited):
            return cited
        threshold *= DECAY
    return [[] for _ in similarities]


def _cited(similarities: Scores, threshold: float) -> list[int]:
    enough = AS_GOOD * float(similarities.max(initial=0.0))
    if enough < threshold:
        return []
    return [chunk for chunk in best(similarities, MOST_CITATIONS) if similarities[chunk] > enough]


def _shared(keywords: Bm25, terms: Sequence[str], held: Set[str]) -> float:
    """Share of the terms, weighed by rarity, that a chunk holds."""
    total = sum(keywords.idf(term) for term in terms)
    return sum(keywords.idf(term) for term in terms if term in held) / total if total else 0.0


def _asked(question: str) -> list[str]:
    """Words of a question without those that only ask; the engine knows English and Chinese ones."""
    return [word for word in words(question) if word not in _ASKING]


def build(vault: Vault, embedder: Embedder) -> System:
    """Opens the baseline over notes."""
    chunks = chunks_of(vault)
    vectors = embedder.encode_documents([chunk.text for chunk in chunks])
    terms = [words(chunk.text) for chunk in chunks]
    keywords, held = Bm25(terms), [frozenset(chunk_terms) for chunk_terms in terms]

    def find(question: str) -> Found:
        cosines = vectors @ embedder.encode_query(question)
        shared = np.array([_shared(keywords, _asked(question), chunk_terms) for chunk_terms in held])
        similarities = SEARCH_WORDS * shared + SEARCH_COSINE * cosines
        hits = [Hit(chunks[i], float(similarities[i])) for i in best(similarities, PASSAGES)]
        enough = tuple(hit for hit in hits if hit.score >= LEAST_SIMILARITY)
        return Found(enough, hits[0].score if hits else 0.0)

    def reply(question: str, found: Found) -> Answered:
        read = [hit.chunk for hit in found.hits[:READ]]
        texts = [s.text for s in nearest_sentences(question, read, vault, embedder)]
        read_vectors = embedder.encode_documents([chunk.text for chunk in read])
        cosines = embedder.encode_documents(texts) @ read_vectors.T
        read_terms = [frozenset(words(chunk.text)) for chunk in read]
        shared = np.array([[_shared(keywords, words(text), row) for row in read_terms] for text in texts])
        cited = citations_by_similarity(CITE_WORDS * shared + CITE_COSINE * cosines) if texts else []
        return _answered(texts, cited, read, found.evidence)

    return Baseline(find, reply)


def _answered(texts: list[str], cited: list[list[int]], read: list[Chunk], evidence: float) -> Answered:
    used = sorted({chunk for row in cited for chunk in row})
    said = tuple(
        Said(text, tuple(used.index(chunk) for chunk in row)) for text, row in zip(texts, cited, strict=True)
    )
    return Answered(not said, said, tuple(cite(read[chunk]) for chunk in used), evidence=evidence)
