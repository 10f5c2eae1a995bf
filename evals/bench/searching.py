"""Search in made-up vaults of growing size, whole and in a part of the vault.

The question is embedded by the real model, the chunks' vectors are synthetic (`vaults.py`). Filters
are held against the same search without one, the embedding left out of both: it would hide their cost.
"""

from collections.abc import Callable, Generator, Sequence
from contextlib import ExitStack, closing
from typing import Any

from evals.bench import generator
from evals.bench.sampling import Comparison, Sample, seconds
from evals.bench.synthetic import RealCostEmbedder, SyntheticEmbedder
from evals.bench.vaults import SEED, MadeVault, made_vault
from evals.bench.workbench import Workbench
from evals.errors import InfrastructureError
from index.opened import Index
from index.scope import Scope
from index.search import search

BM25 = "rank_bm25"
CHROMA = "Chroma alone"
SEARCH_ALONE = "the same, less its question's embedding"
SMALLER = "the same in the next smaller vault"
WHOLE = "the same search without a filter"

_CANDIDATES = 50
"""So many neighbours Chroma is asked for; search asks as many of its vectors."""
_WARM_UPS = 7
"""One of each kind of question."""


def searches(bench: Workbench) -> Generator[Comparison]:
    """Seconds a search, in a vault of each size; each but the first also beside one in the size before."""
    embedder = RealCostEmbedder(bench.engines.ours())
    smaller: tuple[MadeVault, Index] | None = None
    with ExitStack() as opened:
        for size in bench.plan.vaults:
            vault = made_vault(bench, size)
            index = opened.enter_context(closing(Index(vault.data, embedder, bench.reader)))
            index.refresh()
            yield _search(bench, vault, index, embedder, smaller)
            smaller = vault, index


def filters(bench: Workbench) -> Generator[Comparison]:
    """Seconds a search in one folder, and in one tag, of the larger vaults."""
    for size in bench.plan.vaults[-2:]:
        vault = made_vault(bench, size)
        with closing(Index(vault.data, SyntheticEmbedder(), bench.reader)) as index:
            index.refresh()
            folders = [Scope(folders=(folder,)) for folder in generator.folders(vault.notes)]
            tags = [Scope(tags=(tag,)) for tag in generator.TAGS]
            yield _filter(bench, vault, index, "folder", folders)
            yield _filter(bench, vault, index, "tag", tags)


def _search(
    bench: Workbench,
    vault: MadeVault,
    index: Index,
    embedder: RealCostEmbedder,
    smaller: tuple[MadeVault, Index] | None,
) -> Comparison:
    rounds = bench.plan.searches
    # Each question is asked once: readers remember what they have read.
    asked = generator.questions(rounds + _WARM_UPS, vault.notes, SEED)
    embedder.prepare(asked)
    took: dict[int, float] = {}

    def ours(number: int) -> float:
        whole = seconds(lambda: search(index, asked[number]))
        took[number] = whole - embedder.query_seconds
        return whole

    yardsticks: dict[str, Sample] = {
        SEARCH_ALONE: lambda number: took[number],
        BM25: _plain_bm25(index, asked),
    }
    if chroma := _chroma_alone(index, asked):
        yardsticks[CHROMA] = chroma
    if smaller is not None:
        yardsticks[SMALLER] = _search_alike(*smaller, embedder, len(asked))
    return Comparison(
        name=f"search-{vault.size}",
        what=f"a search among {vault.chunks:,} chunks",
        unit="s",
        better="less",
        rounds=rounds,
        ours=ours,
        yardsticks=yardsticks,
        warm_ups=_WARM_UPS,
        facts=_facts(vault),
    )


def _search_alike(vault: MadeVault, index: Index, embedder: RealCostEmbedder, count: int) -> Sample:
    """Samples of a search of the same kinds of questions, none of which was asked before."""
    asked = generator.questions(2 * count, vault.notes, SEED)[count:]
    embedder.prepare(asked)
    return lambda number: seconds(lambda: search(index, asked[number]))


def _plain_bm25(index: Index, asked: Sequence[str]) -> Sample:
    ids = sorted(index.catalog.chunk_ids())
    rows = index.catalog.chunks(ids)
    plain = PlainBM25(ids, [rows[i].chunk.passage for i in ids])
    return lambda number: seconds(lambda: plain.search(asked[number]))


def _chroma_alone(index: Index, asked: Sequence[str]) -> Sample | None:
    """Samples of Chroma's own search; None if it can't be asked."""
    synthetic = SyntheticEmbedder()
    vectors = [synthetic.encode_query(question) for question in asked]
    index.ask_chroma(vectors[0], _CANDIDATES)
    index.neighbours.wait()  # it opens in the background
    if index.ask_chroma(vectors[0], _CANDIDATES) is None:
        return None
    return lambda number: seconds(lambda: index.ask_chroma(vectors[number], _CANDIDATES))


def _filter(
    bench: Workbench, vault: MadeVault, index: Index, kind: str, scopes: Sequence[Scope]
) -> Comparison:
    rounds = bench.plan.searches
    asked = generator.questions(rounds + _WARM_UPS, vault.notes, SEED)

    def sample(scope: Callable[[int], Scope | None]) -> Sample:
        def take(number: int) -> float:
            index.reader.placed_terms(asked[number])  # else whoever asks second finds it read
            return seconds(lambda: search(index, asked[number], scope=scope(number)))

        return take

    return Comparison(
        name=f"filter-{kind}-{vault.size}",
        what=f"a search in one {kind} of {vault.chunks:,} chunks, embedding left out",
        unit="s",
        better="less",
        rounds=rounds,
        ours=sample(lambda number: scopes[number % len(scopes)]),
        yardsticks={WHOLE: sample(lambda number: None)},
        warm_ups=_WARM_UPS,
        facts=_facts(vault) | {f"{kind}s": len(scopes)},
    )


def _facts(vault: MadeVault) -> dict[str, float]:
    return {"chunks": vault.chunks, "notes": vault.notes}


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
