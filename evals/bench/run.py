"""The run: every benchmark in turn, one file of results. Read this first.

    generator -> vaults -+
    corpus -> index -----+-> Comparison -> samples in turn -> Measure -> Results -> file, tables

The benchmarks, in order, and what each stands beside:

    ingest    passages/s of the embedder         the wheel's engine, PyTorch
    sync      chunks/s from files to index       embedding them alone
    query     one question embedded              the wheel's engine, PyTorch
    memory    peak of a process that answers     bare imports, PyTorch
    start     `mutgo --help`, `mutgo ask`        `python -c pass`, PyTorch
    answer    a question answered                its search alone, its embedding alone
    search    a search among 1k, 10k, 100k       rank_bm25, Chroma alone
"""

import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter

from assistant.settings import go_offline, read_settings
from evals.bench.embedding import ingest, query, whole_sync
from evals.bench.engines import Engines, real_engines
from evals.bench.generator import GENERATOR_VERSION
from evals.bench.machine import ROOT, commit, this_machine, versions
from evals.bench.results import SCHEMA, Results, default_file, save
from evals.bench.sampling import Comparison, Measure, Progress, measure
from evals.bench.searching import SEED, searches
from evals.bench.table import text_table, write_readme
from evals.bench.whole import answer, memory, start
from evals.bench.workbench import FULL, QUICK, Plan, Workbench
from evals.errors import EvalsError

BENCHMARKS: Mapping[str, Callable[[Workbench], Iterator[Comparison]]] = {
    "ingest": ingest,
    "sync": whole_sync,
    "query": query,
    "memory": memory,  # before `start`: it makes sure that both find their index ready
    "start": start,
    "answer": answer,
    "search": searches,  # last: it leaves the file cache full of its vaults
}


def bench(
    only: Sequence[str],
    quick: bool,
    out: Path | None,
    progress: Progress,
    show: Callable[[str], object] = sys.stdout.write,
) -> Results:
    """Runs benchmarks, writes their results file, and shows the table.

    A full run without a file of its own also renews the README's table: its file is then the
    newest of `results/`.

    Args:
        only: Names of benchmarks; all if empty.
        quick: Small sizes, few rounds.
        out: The results file; by default one of today in `results/`.
        progress: Told what is being done.
        show: Takes the table.

    Raises:
        EvalsError: There is no benchmark of a name.
    """
    go_offline()
    plan = QUICK if quick else FULL
    settings = read_settings(notes=ROOT / "corpus")
    results = measure_all(only, plan, real_engines(settings.cache_folder()), progress)
    file = out or default_file(quick=quick, only=only)
    save(results, file)
    show(f"{text_table(results)}\nresults: {file}\n")
    if out is None and results.quotable:
        write_readme(results, ROOT / "README.md")
    return results


def measure_all(only: Sequence[str], plan: Plan, engines: Engines, progress: Progress) -> Results:
    """Runs benchmarks with any plan and engines.

    Raises:
        EvalsError: There is no benchmark of a name.
    """
    for name in only:
        if name not in BENCHMARKS:
            raise EvalsError(f"There is no benchmark {name!r}. Name one of {', '.join(BENCHMARKS)}.")
    machine, date, began = this_machine(), datetime.now(UTC), perf_counter()
    measures = tuple(_measures(only or tuple(BENCHMARKS), plan, engines, progress))
    return Results(
        schema=SCHEMA,
        date=date.isoformat(timespec="seconds"),
        quick=plan is not FULL,
        only=tuple(only),
        seconds=round(perf_counter() - began, 1),
        commit=commit(),
        machine=machine,
        versions=versions(),
        generator={"version": GENERATOR_VERSION, "seed": SEED},
        measures=measures,
    )


def _measures(names: Sequence[str], plan: Plan, engines: Engines, progress: Progress) -> Iterator[Measure]:
    settings = read_settings(notes=ROOT / "corpus")
    with tempfile.TemporaryDirectory(prefix="mutgo-bench-") as folder:
        workbench = Workbench(plan, engines, settings, Path(folder), progress)
        try:
            for name in names:
                for comparison in BENCHMARKS[name](workbench):
                    yield measure(comparison, progress)
        finally:
            workbench.close()
