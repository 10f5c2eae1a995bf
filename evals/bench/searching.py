"""Search in made-up vaults of growing size, beside plain BM25 and beside Chroma by itself.

The vectors are synthetic (`synthetic.py`): to embed 100,000 chunks would take hours. Embedding the
question is therefore no part of these numbers; `query` measures it.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from evals.bench import generator
from evals.bench.sampling import Comparison, Progress, seconds
from evals.bench.synthetic import LineReader, SyntheticEmbedder
from evals.bench.workbench import Workbench
from evals.errors import InfrastructureError
from index.opened import Index
from index.search import search
from index.sync import sync

SEED = 20261122
BM25 = "rank_bm25"
CHROMA = "Chroma alone"

_CANDIDATES = 50
"""So many neighbours search asks of Chroma; asked of it alone, it gives as many."""
_WARM_UPS = 3


def searches(bench: Workbench) -> Iterator[Comparison]:
    """Seconds a search, in a vault of each size."""
    for chunks in bench.plan.vaults:
        yield from _searches(bench, chunks)


def _searches(bench: Workbench, chunks: int) -> Iterator[Comparison]:
    embedder = SyntheticEmbedder()
    facts = _build(bench, chunks, embedder)
    index = Index(bench.folder / f"data-{chunks}", embedder, bench.reader)
    try:
        index.refresh()
        yield _comparison(bench, index, facts)
    finally:
        index.close()


def _build(bench: Workbench, chunks: int, embedder: SyntheticEmbedder) -> dict[str, float]:
    vault, data = bench.folder / f"vault-{chunks}", bench.folder / f"data-{chunks}"
    notes = generator.write_vault(vault, chunks, SEED)
    told: Progress = bench.told(f"vault of {chunks}")
    reader = LineReader(bench.reader)
    took = seconds(lambda: sync(vault, data, embedder, reader, told))
    return {"chunks": chunks, "notes": notes, "build_seconds": round(took, 1)}


def _comparison(bench: Workbench, index: Index, facts: dict[str, float]) -> Comparison:
    chunks = int(facts["chunks"])
    rounds = bench.plan.searches
    asked = generator.questions(rounds + _WARM_UPS, chunks, SEED)  # each once: readers remember text
    ids = sorted(index.catalog.chunk_ids())
    rows = index.catalog.chunks(ids)
    plain = PlainBM25(ids, [rows[i].chunk.passage for i in ids])
    vectors = [index.embedder.encode_query(question) for question in asked]
    return Comparison(
        name=f"search-{chunks}",
        what=f"a search among {chunks:,} chunks",
        unit="s",
        better="less",
        rounds=rounds,
        ours=lambda number: seconds(lambda: search(index, asked[number])),
        yardsticks={
            BM25: lambda number: seconds(lambda: plain.search(asked[number])),
            CHROMA: lambda number: seconds(lambda: index.vectors.query(vectors[number], _CANDIDATES)),
        },
        warm_ups=_WARM_UPS,
        facts=facts,
    )


class PlainBM25:
    """`rank_bm25` as its readme shows it: words between spaces, every document scored each time."""

    def __init__(self, ids: Sequence[str], texts: Sequence[str]) -> None:
        try:
            from rank_bm25 import BM25Okapi
        except ImportError as error:
            raise InfrastructureError(
                "The yardstick rank_bm25 is not installed. Run `pip install rank-bm25`."
            ) from error
        self._ids = list(ids)
        self._scorer: Any = BM25Okapi([text.split() for text in texts])

    def search(self, question: str) -> list[str]:
        """Returns the ids of the ten best."""
        return self._scorer.get_top_n(question.split(), self._ids, n=10)
