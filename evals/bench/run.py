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
    page      the page in a browser, its first words    an empty page, the answer without one
    build     10,000 notes indexed: notes/s, peak of memory      reading them alone, the models alone
    change    a sync after nothing, an edit, a rename            listing the folder
    serve     peak of a process that answers from 10,000 notes   the models alone
    search    a search among 1k, 10k, 100k       rank_bm25, Chroma alone, the next smaller vault
    filter    a search in one folder, one tag    the same without

The last five share made-up vaults (`vaults.py`). A benchmark that fails is named in the results, with
what it said; the others' measures, and what it had measured before, are kept.
"""

import sys
import tempfile
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter

from assistant.settings import go_offline, read_settings
from evals.bench.embedding import ingest, query, whole_sync
from evals.bench.engines import Engines, real_engines
from evals.bench.generator import GENERATOR_VERSION
from evals.bench.large import build, change, serve
from evals.bench.machine import ROOT, commit, this_machine, versions
from evals.bench.page import page
from evals.bench.results import SCHEMA, Results, default_file, save
from evals.bench.sampling import Comparison, Measure, Progress, measure
from evals.bench.searching import filters, searches
from evals.bench.table import text_table, write_readme
from evals.bench.vaults import SEED
from evals.bench.whole import answer, memory, start
from evals.bench.workbench import FULL, QUICK, Plan, Workbench
from evals.errors import EvalsError, InfrastructureError

BENCHMARKS: Mapping[str, Callable[[Workbench], Generator[Comparison]]] = {
    "ingest": ingest,
    "sync": whole_sync,
    "query": query,
    "memory": memory,  # before `start`: it makes sure that both find their index ready
    "start": start,
    "answer": answer,
    "page": page,
    "build": build,  # its index serves the next two, and grows into the largest of `search`
    "change": change,
    "serve": serve,
    "search": searches,
    "filter": filters,
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
        EvalsError: There is no benchmark of a name; or some failed, which it names when all is saved.
    """
    go_offline()
    plan = QUICK if quick else FULL
    settings = read_settings(notes=ROOT / "corpus")
    file = out or default_file(quick=quick, only=only)
    engines = real_engines(settings.cache_folder())
    results = measure_all(only, plan, engines, progress, keep=lambda so_far: save(so_far, file))
    show(f"{text_table(results)}\nresults: {file}\n")
    if out is None and results.quotable:
        write_readme(results, ROOT / "README.md")
    if results.failures:
        failed = "; ".join(f"{name}: {said}" for name, said in results.failures.items())
        raise InfrastructureError(f"Not all could be measured. {failed}")
    return results


def measure_all(
    only: Sequence[str],
    plan: Plan,
    engines: Engines,
    progress: Progress,
    keep: Callable[[Results], object] = lambda so_far: None,
) -> Results:
    """Runs benchmarks with any plan and engines.

    Args:
        only: Names of benchmarks; all if empty.
        plan: How much is measured.
        engines: What embeds.
        progress: Told what is being done.
        keep: Given the results so far after every benchmark: a run of minutes may be interrupted.

    Raises:
        EvalsError: There is no benchmark of a name.
    """
    for name in only:
        if name not in BENCHMARKS:
            raise EvalsError(f"There is no benchmark {name!r}. Name one of {', '.join(BENCHMARKS)}.")
    began = perf_counter()
    results = Results(
        schema=SCHEMA,
        date=datetime.now(UTC).isoformat(timespec="seconds"),
        quick=plan is not FULL,
        only=tuple(only),
        seconds=0.0,
        commit=commit(),
        machine=this_machine(),
        versions=versions(),
        generator={"version": GENERATOR_VERSION, "seed": SEED},
        measures=(),
        failures={},
    )
    settings = read_settings(notes=ROOT / "corpus")
    with tempfile.TemporaryDirectory(prefix="mutgo-bench-") as folder:
        workbench = Workbench(plan, engines, settings, Path(folder), progress)
        try:
            for name in only or BENCHMARKS:
                measures, failure = _measured(name, workbench)
                results = replace(
                    results,
                    seconds=round(perf_counter() - began, 1),
                    measures=(*results.measures, *measures),
                    failures=results.failures | failure,
                )
                keep(results)
        finally:
            workbench.close()
    return results


def _measured(name: str, workbench: Workbench) -> tuple[list[Measure], dict[str, str]]:
    """Runs one benchmark and returns what it measured, and what it said if it failed, by its name."""
    measures: list[Measure] = []
    try:
        with closing(BENCHMARKS[name](workbench)) as comparisons:
            for comparison in comparisons:
                measures.append(measure(comparison, workbench.progress))
    except Exception as error:  # whatever it is: it must not lose what the others measure
        return measures, {name: f"{type(error).__name__}: {error}"}
    return measures, {}
