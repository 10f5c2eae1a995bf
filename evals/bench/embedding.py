"""Ingest, whole syncs, and questions: what the embedding model is waited for."""

import itertools
from collections.abc import Generator

from evals.bench.engines import Encoder
from evals.bench.sampling import Comparison, Sample, seconds
from evals.bench.synthetic import SyntheticEmbedder
from evals.bench.workbench import QUESTIONS, Workbench, spread
from index.embed import Embedder
from index.sync import sync

WHEEL = "the wheel's own engine"
PYTORCH = "PyTorch fp32"

_SECTION_TOKENS = range(200, 301)
"""What a section of a real note has; most of the corpus's passages are shorter."""
_LARGE_FOLDER_TOKENS = 32_000
_MOST_PASSAGES = 512
"""As many as the embedded model takes together."""


def ingest(bench: Workbench) -> Generator[Comparison]:
    """Passages embedded a second, by each engine in the batches it makes itself."""
    engines = bench.engines
    ours = engines.ours()
    passages = _short_and_long(bench.passages(bench.notes), bench.plan.passages, ours)
    ours.encode_documents(_a_large_folder(passages, ours))

    def throughput(encoder: Encoder) -> Sample:
        encoder.encode_documents(passages[:2])
        return lambda number: len(passages) / seconds(lambda: encoder.encode_documents(passages))

    yield Comparison(
        name="ingest",
        what="passages of the corpus embedded",
        unit="passages/s",
        better="more",
        rounds=bench.plan.rounds,
        ours=throughput(ours),
        yardsticks={WHEEL: throughput(engines.wheel()), PYTORCH: throughput(engines.pytorch())},
        warm_ups=0,
        facts={"passages": len(passages), "tokens": sum(ours.count_tokens(passages))},
    )


def _short_and_long(passages: list[str], count: int, embedder: Embedder) -> list[str]:
    """Returns passages evenly spread over the corpus, every other one of a whole section's length."""
    sizes = embedder.count_tokens(passages)
    sections = [text for text, size in zip(passages, sizes, strict=True) if size in _SECTION_TOKENS]
    return spread(passages, count - count // 2) + spread(sections or passages, count // 2)


def _a_large_folder(passages: list[str], embedder: Embedder) -> list[str]:
    """Returns passages enough for an embedder that works otherwise on many than on few to do so."""
    tokens = sum(embedder.count_tokens(passages))
    return passages * min(_MOST_PASSAGES // len(passages), 1 + _LARGE_FOLDER_TOKENS // max(1, tokens))


def whole_sync(bench: Workbench) -> Generator[Comparison]:
    """Chunks indexed a second from nothing: reading, terms, embedding, catalog, vectors."""
    embedder = bench.engines.ours()
    folder = bench.copy_notes(bench.plan.synced_notes, "synced-notes")
    passages = bench.passages(folder)
    numbers = itertools.count()

    def sample(number: int) -> float:
        # Text that was read once is remembered by a reader, so every sync has its own.
        reader = bench.new_reader()
        data = bench.folder / f"synced-{next(numbers)}"
        return len(passages) / seconds(lambda: sync(folder, data, embedder, reader))

    # The first sync of a process also imports Chroma.
    sync(folder, bench.folder / "synced-first", SyntheticEmbedder(), bench.reader)
    embedder.encode_documents(passages[:2])
    yield Comparison(
        name="sync",
        what="chunks of the corpus indexed from nothing",
        unit="chunks/s",
        better="more",
        rounds=bench.plan.rounds,
        ours=sample,
        yardsticks={
            "embedding them alone": lambda number: (
                len(passages) / seconds(lambda: embedder.encode_documents(passages))
            )
        },
        warm_ups=0,
        facts={"chunks": len(passages)},
    )


def query(bench: Workbench) -> Generator[Comparison]:
    """Seconds to embed one question."""
    engines = bench.engines

    def latency(encoder: Encoder) -> Sample:
        return lambda number: seconds(lambda: encoder.encode_query(QUESTIONS[number % len(QUESTIONS)]))

    yield Comparison(
        name="query",
        what="one question embedded",
        unit="s",
        better="less",
        rounds=bench.plan.queries,
        ours=latency(engines.ours()),
        yardsticks={WHEEL: latency(engines.wheel()), PYTORCH: latency(engines.pytorch())},
        warm_ups=2,
    )
