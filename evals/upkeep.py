"""The commands that look after the suite itself: its cases, its reference runs, its benchmark."""

import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from assistant.terminal import progress_bars
from evals.choosing import ROOT, choose, load, settings_for, vault_of
from evals.errors import EvalsError

NotesOption = Annotated[Path | None, typer.Option("--notes", help="The notes. [default: corpus/]")]


def console() -> Console:
    """Where tables go: as wide as the terminal, or 120 columns into a file."""
    return Console(width=None if sys.stdout.isatty() else 120)


def reference(
    out: Annotated[Path, typer.Option(help="Where the summary goes.")] = ROOT / "reference.json",
) -> None:
    """Run ours and all reference baselines on the same cases, and put the table into the README."""
    from evals.reference import run_reference, write_readme
    from evals.systems import open_setup

    settings, vault = settings_for(None), vault_of(None)
    gate_cases = choose(load(None, settings, vault), None, "gate", None)
    with progress_bars() as told, open_setup(settings, vault, told) as setup:
        summary = run_reference(gate_cases, setup, out, told)
    write_readme(summary, ROOT.parent / "README.md")


def check(
    files: Annotated[list[Path] | None, typer.Argument(help="Files or folders of cases.")] = None,
) -> None:
    """Check cases without asking them: schema, gold, facts; then count them."""
    loaded = load(files, settings_for(None), vault_of(None))
    for gold in loaded:
        for place in gold.moved:
            console().print(
                f"{gold.case.id}: found elsewhere than in {place.note} {' > '.join(place.headings)}"
            )
    counts: dict[str, int] = {}
    for gold in loaded:
        subjects = {f"about:{name}" for name in gold.case.about}
        for name in {f"split:{gold.case.split}", *gold.case.slice_names} - subjects:
            counts[name] = counts.get(name, 0) + 1
    for name, count in sorted(counts.items()):
        console().print(f"{name:32} {count:4}", highlight=False)
    console().print(f"{len(loaded)} cases are fine", highlight=False)


def add(
    from_feedback: Annotated[
        bool, typer.Option("--from-feedback", help="Draft a case of every answer with a thumbs-down.")
    ] = False,
    notes: NotesOption = None,
    out: Annotated[Path, typer.Option(help="The file the drafts are added to.")] = ROOT / "drafts.jsonl",
) -> None:
    """Draft cases from what people disliked, for someone to review."""
    if not from_feedback:
        raise EvalsError("Say where the case comes from: --from-feedback.")
    from evals.feedback import draft_cases

    added = draft_cases(settings_for(notes), out)
    console().print(
        f"{added} new drafts in {out}. What they hold as gold is what was disliked: write what is right, remove "
        "the key `review`, then move them to evals/cases.",
        highlight=False,
    )


def chunking() -> None:
    """Ask the dev cases once for each way of splitting notes, and renew docs/chunking.md."""
    from evals.chunking import ablate, table, write_page
    from evals.systems import open_setup

    settings, vault = settings_for(None), vault_of(None)
    chosen = choose(load(None, settings, vault), None, "dev", None)
    with progress_bars() as told, open_setup(settings, vault, told, remember=True) as setup:
        ways = list(ablate(chosen, setup, told))
    text = table(ways, len(chosen))
    write_page(ROOT.parent / "docs" / "chunking.md", text)
    console().print(text, highlight=False, markup=False)


def bench(
    quick: Annotated[bool, typer.Option(help="Small sizes only.")] = False,
    only: Annotated[list[str] | None, typer.Option(help="Only these benchmarks.")] = None,
    out: Annotated[Path | None, typer.Option(help="The results file.")] = None,
) -> None:
    """Measure speed and memory, each beside a yardstick of the same run."""
    from evals.bench.run import bench as run_bench

    with progress_bars() as told:
        run_bench(only or [], quick, out, told)


COMMANDS = (reference, check, add, chunking, bench)
