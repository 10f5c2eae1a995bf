"""The commands of `python -m evals`. Exit codes: 0 fine, 1 regression or floor, 2 bad use or data, 3 infrastructure."""

import json
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from assistant.errors import MutgoError
from assistant.terminal import progress_bars
from evals import upkeep
from evals.choosing import ROOT, choose, find_case, load, settings_for, vault_of
from evals.errors import EvalsError
from evals.progress import progress_lines
from evals.upkeep import NotesOption, console
from index.errors import GlossaryError, MutgoIndexError, NotesFolderError

app = typer.Typer(
    name="python -m evals",
    help="Holds mutgo against its cases, offline: is it better than yesterday?",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

BASELINE = ROOT / "baseline.json"
HISTORY = ROOT / "history.jsonl"
RUNS = ROOT / "runs"
LATEST = RUNS / "latest.json"
PARTIAL = RUNS / "latest-partial.json"
"""Where a run over some cases, some suite or other notes goes, so that it is not taken for a whole one."""


class SuiteName(StrEnum):
    """What a run looks at."""

    retrieval = "retrieval"
    answers = "answers"
    all = "all"


class SplitName(StrEnum):
    """Which cases: those to tune on, or those the gate judges by."""

    dev = "dev"
    gate = "gate"


CasesOption = Annotated[
    list[Path] | None, typer.Option("--cases", help="Files or folders of cases. [default: evals/cases]")
]
SplitOption = Annotated[SplitName | None, typer.Option("--split", help="Only cases of this split.")]
SliceOption = Annotated[
    list[str] | None,
    typer.Option("--slice", help="Only cases of this slice (kind:value, typed:nfd, about:s3)."),
]
OutOption = Annotated[
    Path | None, typer.Option("--out", help="The results file. [default: one in evals/runs]")
]
RunFile = Annotated[Path, typer.Argument(help="A results file.")]


@app.command()
def run(
    suite: Annotated[SuiteName, typer.Option(help="What to look at.")] = SuiteName.all,
    slices: SliceOption = None,
    split: SplitOption = None,
    answerer: Annotated[str, typer.Option(help="mutgo, or a baseline of evals/baselines.")] = "mutgo",
    limit: Annotated[
        int | None, typer.Option(min=1, help="At most so many cases, the same ones each time.")
    ] = None,
    judge: Annotated[
        str | None,
        typer.Option(help="A chat model as second opinion, provider:model. Never part of the gate."),
    ] = None,
    judge_url: Annotated[
        str | None, typer.Option("--judge-url", help="The judge's server, e.g. http://127.0.0.1:8080/v1.")
    ] = None,
    notes: NotesOption = None,
    cases: CasesOption = None,
    out: OutOption = None,
    progress: Annotated[
        bool, typer.Option("--progress", help="Say how far it is on standard output, a JSON object a line.")
    ] = False,
) -> None:
    """Ask every case and score what comes back; ends with a table and a results file."""
    from evals import results as files
    from evals.run import run as run_cases
    from evals.systems import OURS, open_setup
    from evals.tables import show_run

    settings, vault = settings_for(notes), vault_of(notes)
    chosen = choose(load(cases, settings, vault), slices, split.value if split else None, limit)
    whole = not (slices or split or limit or notes or cases) and suite is SuiteName.all
    if judge:
        from evals.judge import open_judge

        open_judge(judge, answerer, judge_url)  # what it lacks is said before the long run
    bars = progress_lines() if progress else progress_bars()
    with bars as told, open_setup(settings, vault, told, remember=not whole) as setup:
        results = run_cases(chosen, suite.value, answerer, setup, told)
    file = out or (RUNS / f"latest-{answerer}.json" if answerer != OURS else LATEST if whole else PARTIAL)
    files.write_results(results, file)
    show_run(results, console())
    if judge:
        from evals.judge import judge_run, show_opinions

        with progress_bars() as told:
            opinions = judge_run(judge, chosen, results, told, judge_url)
        show_opinions(opinions, console())
    console().print(f"results: {file}", highlight=False)


@app.command()
def collection(
    folder: Annotated[Path, typer.Argument(help="A collection in BEIR's form.")],
    only: Annotated[list[str] | None, typer.Option(help="A type of query; may come several times.")] = None,
    ingredients: Annotated[bool, typer.Option(help="Also turn off each ingredient of the fusion.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Measure search alone on a collection: hybrid beside dense, lexical and rank fusion."""
    from evals.collection import as_table, measure, read_collection
    from evals.collection_run import open_collection
    from evals.tables import show_collection

    found = read_collection(folder, only or ())
    with progress_bars() as told, open_collection(found.documents, settings_for(None), told) as (index, ids):
        rows = measure(found, index, ids, ingredients=ingredients, progress=told)
    if as_json:
        sys.stdout.write(json.dumps(as_table(rows), ensure_ascii=False, indent=1) + "\n")
    else:
        show_collection(rows, console())


@app.command()
def compare(
    before: RunFile,
    after: RunFile,
    shared: Annotated[
        bool, typer.Option(help="Compare what both share, where cases or notes differ.")
    ] = False,
) -> None:
    """Put two runs side by side, paired by case; exit code 1 if something regressed."""
    from evals.compare import MARGINS
    from evals.compare import compare as compare_runs
    from evals.results import read_results
    from evals.tables import show_comparison

    comparison = compare_runs(read_results(before), read_results(after), shared)
    show_comparison(comparison, console())
    worse = [
        change for change in comparison.changes if change.metric in MARGINS and change.verdict == "regressed"
    ]
    worse_slices = [row for row in comparison.slices if row.verdict == "regressed"]
    raise typer.Exit(1 if worse or worse_slices else 0)


@app.command()
def gate(
    run_file: Annotated[
        Path | None, typer.Option("--run", help="A results file. [default: run all cases now]")
    ] = None,
    baseline: Annotated[Path, typer.Option(help="What to hold it against.")] = BASELINE,
    notes: NotesOption = None,
    cases: CasesOption = None,
) -> None:
    """Hold this checkout against the committed baseline; exit code 1 if it may not land."""
    from evals.gate import judge as judge_run
    from evals.results import read_results, write_results
    from evals.run import run as run_cases
    from evals.systems import open_setup
    from evals.tables import show_judgement

    standard = read_results(baseline)
    if run_file:
        results = read_results(run_file)
    else:
        settings, vault = settings_for(notes), vault_of(notes)
        chosen = load(cases, settings, vault)
        with progress_bars() as told, open_setup(settings, vault, told) as setup:
            results = run_cases(chosen, "all", standard.about["answerer"], setup, told)
        write_results(results, LATEST)
    judgement = judge_run(standard, results)
    show_judgement(judgement, console())
    raise typer.Exit(0 if judgement.passes else 1)


@app.command()
def accept(
    why: Annotated[str, typer.Option(help="Why this is the new standard; kept in evals/history.jsonl.")],
    run_file: Annotated[Path, typer.Option("--run", help="The results to accept.")] = LATEST,
) -> None:
    """Make a run the new baseline."""
    from evals.baseline import accept_run
    from evals.record import cases_digest
    from evals.results import read_results

    if not why.strip():
        raise EvalsError('A baseline needs a reason. Say it: --why "...".')
    results, vault = read_results(run_file), vault_of(None)
    wanted = {"notes": vault.digest, "cases": cases_digest(load(None, settings_for(None), vault))}
    accept_run(results, why.strip(), wanted, BASELINE, HISTORY)
    console().print(f"{BASELINE} and {HISTORY} are written; commit both.", highlight=False)


@app.command()
def show(
    case: Annotated[str, typer.Argument(help="A case's id.")],
    notes: NotesOption = None,
    cases: CasesOption = None,
) -> None:
    """Explain a case: question, both legs, fused list, answer, and where the gold was lost."""
    from evals.explain import explain
    from evals.systems import open_setup

    settings, vault = settings_for(notes), vault_of(notes)
    found = find_case(case, load(cases, settings, vault))
    with progress_bars() as told, open_setup(settings, vault, told, remember=True) as setup:
        lines = explain(found, setup, told)
    for line in lines:
        console().print(line, markup=False, highlight=False, soft_wrap=True)


@app.command()
def report(
    run_file: Annotated[Path, typer.Option("--run", help="The run to report on.")] = LATEST,
    out: Annotated[Path, typer.Option(help="The folder of report.html and report.md.")] = RUNS,
) -> None:
    """Write the report: one HTML file that asks for nothing from outside, and a Markdown summary."""
    from evals.report import write_report
    from evals.results import read_results

    results = read_results(run_file)
    standard = read_results(BASELINE) if BASELINE.exists() else None
    for file in write_report(results, standard, HISTORY, out):
        console().print(str(file), highlight=False)


@app.command()
def summary(
    run_file: Annotated[
        list[Path] | None,
        typer.Option(
            "--run", help="Runs; the last of those that are there. [default: the last and the baseline]"
        ),
    ] = None,
    runs: Annotated[
        Path | None,
        typer.Option("--runs", help="A folder of runs to compare with, in place of the baseline."),
    ] = None,
) -> None:
    """Print a run in short as JSON: what the page of numbers shows."""
    from evals.baseline import read_history
    from evals.results import read_results
    from evals.summary import rows_of, runs_in
    from evals.summary import summary as in_short

    own = runs_in(runs) if runs else []
    standard = None if runs else read_results(BASELINE)
    known = [*own, *([standard] if standard else [])]
    known += [read_results(file) for file in run_file or [LATEST] if file.exists()]
    if not known:
        raise EvalsError("There is no run yet. Make one with `python -m evals run`.")
    results = max(known, key=lambda one: one.date)
    before = [one for one in own if one.date < results.date]
    history = rows_of(before) if runs else read_history(HISTORY)
    against = (before[-1] if before else None) if runs else standard
    short = in_short(results, against, history, "run" if runs else "baseline")
    sys.stdout.write(json.dumps(short, ensure_ascii=False) + "\n")


for command in upkeep.COMMANDS:
    app.command()(command)


def main() -> int:
    """Runs a command; errors become a sentence and the exit code of their kind."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    try:
        app()
    except EvalsError as error:
        return _failed(error, error.exit_code)
    except (MutgoError, NotesFolderError, GlossaryError) as error:
        return _failed(error, 2)
    except (MutgoIndexError, MemoryError, OSError) as error:
        return _failed(error, 3)
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else 2
    return 0


def _failed(error: BaseException, code: int) -> int:
    sys.stderr.write(f"evals: {error}\n")
    return code
