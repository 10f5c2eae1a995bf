"""Ingest, whole syncs, and questions: what the embedding model is waited for."""

import itertools
from collections.abc import Iterator

from evals.bench.engines import Encoder
from evals.bench.sampling import Comparison, Sample, seconds
from evals.bench.synthetic import SyntheticEmbedder
from evals.bench.workbench import QUESTIONS, Workbench, spread
from index.sync import sync

WHEEL = "the wheel's own engine"
PYTORCH = "PyTorch fp32"


def ingest(bench: Workbench) -> Iterator[Comparison]:
    """Passages embedded a second, by each engine in the batches it makes itself."""
    engines = bench.engines
    passages = spread(bench.passages(bench.notes), bench.plan.passages)

    def throughput(encoder: Encoder) -> Sample:
        encoder.encode_documents(passages[:2])
        return lambda number: len(passages) / seconds(lambda: encoder.encode_documents(passages))

    yield Comparison(
        name="ingest",
        what="passages of the corpus embedded",
        unit="passages/s",
        better="more",
        rounds=bench.plan.rounds,
        ours=throughput(engines.ours()),
        yardsticks={WHEEL: throughput(engines.wheel()), PYTORCH: throughput(engines.pytorch())},
        warm_ups=0,
        facts={"passages": len(passages), "tokens": sum(engines.ours().count_tokens(passages))},
    )


def whole_sync(bench: Workbench) -> Iterator[Comparison]:
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


def query(bench: Workbench) -> Iterator[Comparison]:
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
