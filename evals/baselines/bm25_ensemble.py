"""LangChain's ensemble, as popular chat tools have it: BM25 and an embedder, fused by reciprocal rank.

BM25 cuts words at spaces and keeps their case and marks; the dense retriever is an in-memory store over
the same embedder as ours; LangChain's `EnsembleRetriever` weighs both alike. BM25 is `rank_bm25`'s, as in
LangChain's own retriever, whose package is no longer maintained. Ties go to the earlier chunk, and in the
ensemble to the dense hit. For a question without a word of the notes BM25 still returns its number of
chunks, scored 0, and the fusion takes them for hits: so does the original, and Korean questions bring it
out. The best chunks are quoted whole.
"""

from typing import Any

from langchain_classic.retrievers import EnsembleRetriever
from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from langchain_core.vectorstores import InMemoryVectorStore
from rank_bm25 import BM25Okapi

from evals.baselines.baseline import Baseline, Found, Hit
from evals.baselines.pieces import chunks_of
from evals.baselines.ranking import best
from evals.observation import PASSAGES, System
from evals.vault import Vault
from index.embed import Embedder

RELEVANCE_THRESHOLD = 0.0
"""Cosine under which nothing counts as found. This is the tools' default, so almost everything counts."""


class WordsRetriever(BaseRetriever):
    """BM25 over words between spaces."""

    documents: list[Document]
    bm25: Any  # rank_bm25 is untyped

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun
    ) -> list[Document]:
        return [self.documents[position] for position in best(self.bm25.get_scores(query.split()), PASSAGES)]


def build(vault: Vault, embedder: Embedder) -> System:
    """Opens the baseline over notes."""
    chunks = chunks_of(vault)
    if not chunks:
        return Baseline(lambda _: Found((), 0.0))
    texts, places = [chunk.text for chunk in chunks], [{"place": place} for place in range(len(chunks))]
    store = InMemoryVectorStore.from_texts(texts, embedder, places)
    documents = [Document(text, metadata=place) for text, place in zip(texts, places, strict=True)]
    keywords = WordsRetriever(documents=documents, bm25=BM25Okapi([text.split() for text in texts]))
    ensemble = EnsembleRetriever(
        retrievers=[
            store.as_retriever(search_kwargs={"k": PASSAGES}),  # first: it wins ties
            keywords,
        ],
        weights=[0.5, 0.5],
        id_key="place",  # or else chunks of two notes that say the same would be one
    )

    def find(question: str) -> Found:
        [(_, similarity)] = store.similarity_search_with_score(question, k=1)
        cosine = float(similarity)
        if cosine < RELEVANCE_THRESHOLD:
            return Found((), cosine)
        documents = ensemble.invoke(question)[:PASSAGES]
        # The ensemble does not tell its scores; all that counts is the order.
        hits = (Hit(chunks[d.metadata["place"]], 1 / rank) for rank, d in enumerate(documents, 1))
        return Found(tuple(hits), cosine)

    return Baseline(find)
