"""A hybrid without fusion and a lenient citation matcher, as a well-known Gradio app (kotaemon) has them.

Dense hits come first, keyword hits are appended. The answer is made of the sentences most like the
question (see `sentences`), for which each citation is then looked for as if a model had written the
sentence: what it shares with a passage may be in pieces, and 35 % of its length is enough.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from evals.baselines.baseline import Baseline, Found, Hit
from evals.baselines.pieces import Chunk, chunks_of
from evals.baselines.ranking import Bm25, best, words
from evals.baselines.sentences import nearest_sentences
from evals.observation import PASSAGES, Answered, Cited, Said, System
from evals.vault import Span, Vault
from index.embed import Embedder

EACH = PASSAGES // 2
"""Hits of each kind: unfused, more dense ones would push every keyword hit off the list."""

KEYWORD_SCORE = -1.0
"""Score of a hit that only the keywords found; the two kinds can't be compared."""

ACCEPTED_SHARE = 0.35
"""Share of a quote that its place must be longer than."""

BLOCK_SHARE = 0.2
"""Share of a quote that a common piece must be longer than to count."""

LEAST_CHARACTERS = 5
"""Both must be longer than this, too."""


@dataclass(frozen=True, slots=True)
class Located:
    """Where a quote was found in a text, and how many characters of it are there."""

    start: int
    end: int
    matched: int


def locate(quote: str, text: str) -> Located | None:
    """Returns the range from the first to the last piece that a quote shares with a text.

    >>> locate("객체를 담는 저장소다", "S3는 객체를 담는 저장소다.")
    Located(start=4, end=15, matched=11)
    >>> locate("서버리스 컴퓨팅", "S3는 객체를 담는 저장소다.") is None
    True
    """
    matcher = SequenceMatcher(None, quote.replace("\n", " "), text.replace("\n", " "), autojunk=False)
    least = max(BLOCK_SHARE * len(quote), LEAST_CHARACTERS)
    blocks = [block for block in matcher.get_matching_blocks() if block.size > least]
    if not blocks:
        return None
    start, end = min(b.b for b in blocks), max(b.b + b.size for b in blocks)
    if end - start <= max(ACCEPTED_SHARE * len(quote), LEAST_CHARACTERS):
        return None
    return Located(start, end, sum(b.size for b in blocks))


def cite_quote(quote: str, chunks: Sequence[Chunk]) -> Cited | None:
    """Cites the passage that holds most of a quote, the first of several; None where none holds enough."""
    found = [(located, chunk) for chunk in chunks if (located := locate(quote, chunk.text))]
    if not found:
        return None
    located, chunk = max(found, key=lambda pair: pair[0].matched)
    start = chunk.span.start
    span = Span(chunk.span.note, start + located.start, start + located.end)
    return Cited(span, chunk.text[located.start : located.end])


def build(vault: Vault, embedder: Embedder) -> System:
    """Opens the baseline over notes."""
    chunks = chunks_of(vault)
    vectors = embedder.encode_documents([chunk.text for chunk in chunks])
    keywords = Bm25([words(chunk.text) for chunk in chunks])

    def find(question: str) -> Found:
        cosines, scores = vectors @ embedder.encode_query(question), keywords.scores(words(question))
        dense = best(cosines, EACH)
        keyword = [i for i in best(scores, EACH) if scores[i] > 0 and i not in dense]
        hits = [Hit(chunks[i], float(cosines[i])) for i in dense]
        hits += [Hit(chunks[i], KEYWORD_SCORE) for i in keyword]
        return Found(tuple(hits), hits[0].score if hits else 0.0)

    def reply(question: str, found: Found) -> Answered:
        passages = [hit.chunk for hit in found.hits]
        texts = [s.text for s in nearest_sentences(question, passages, vault, embedder)]
        return _answered(texts, [cite_quote(text, passages) for text in texts], found.evidence)

    return Baseline(find, reply)


def _answered(texts: list[str], cited: list[Cited | None], evidence: float) -> Answered:
    citations = list(dict.fromkeys(c for c in cited if c))
    said = tuple(
        Said(text, (citations.index(citation),) if citation else ())
        for text, citation in zip(texts, cited, strict=True)
    )
    return Answered(not said, said, tuple(citations), evidence=evidence)
