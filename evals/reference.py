"""Our system beside the reference baselines, on the same cases: the README's table.

Only the gate's cases count, on which nothing is tuned.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from evals.baselines import BASELINES
from evals.errors import EvalsError
from evals.gold import GoldCase
from evals.metrics import BRIEF
from evals.results import CaseResult, Results
from evals.run import run
from evals.systems import OURS, Setup
from evals.tables import metric_of, slices_of
from index.sync import Progress

SHOWN = (
    "recall@1", "recall@5", "ndcg@10", "correct", f"fact_recall@{BRIEF}", "citation_recall", "refusal_recall",
    "false_refusal", "exact_spans", "unsupported", "characters",
)  # fmt: skip
"""Metrics of the overall table."""
BY_SLICE = ("recall@5", "correct", f"fact_recall@{BRIEF}")
"""Metrics of the tables by slice."""
START, END = "<!-- evals -->", "<!-- /evals -->"

Summary = dict[str, Any]
"""`about`, and for each system, slice and metric: mean, low, high, cases."""


def run_reference(cases: Sequence[GoldCase], setup: Setup, out: Path, progress: Progress) -> Summary:
    """Runs every system over the same cases and writes the summary.

    Args:
        cases: The gate's cases.
        setup: Notes and model.
        out: The summary's file.
        progress: Told stage, done and total.
    """
    runs = {name: run(cases, "all", name, setup, progress) for name in (OURS, *BASELINES)}
    summary = summarise(runs)
    out.write_text(json.dumps(summary, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return summary


def summarise(runs: dict[str, Results]) -> Summary:
    """Returns means and intervals of every system, over all cases and by slice.

    Raises:
        EvalsError: A case failed to run: a mean over the others would not be of the same cases.
    """
    for name, results in runs.items():
        if results.errors:
            raise EvalsError(
                f"{name} failed on {results.errors[0].id}: {results.errors[0].error}. Mend it first."
            )
    ours = runs[OURS]
    about = {name: ours.about[name] for name in ("commit", "notes", "cases", "embedder")}
    about |= {"date": ours.date[:10], "count": len(ours.cases)}
    return {"about": about, "systems": {name: _by_slice(results) for name, results in runs.items()}}


def _by_slice(results: Results) -> dict[str, dict[str, list[float | int | None]]]:
    groups = {"all": list(results.cases)} | slices_of(results.cases)
    return {name: _means(cases) for name, cases in groups.items() if not name.startswith("about:")}


def _means(cases: Sequence[CaseResult]) -> dict[str, list[float | int | None]]:
    found: dict[str, list[float | int | None]] = {}
    for metric in SHOWN:
        value, spread, count = metric_of(cases, metric)
        if value is not None:
            low, high = (spread.low, spread.high) if spread else (None, None)
            found[metric] = [round(value, 4), low, high, count]
    return found


def readme_tables(summary: Summary) -> str:
    """Returns the README's tables of a summary."""
    systems: dict[str, Any] = summary["systems"]
    about = summary["about"]
    lines = [
        f"{about['count']} cases that nothing was tuned on, {about['date']}, commit {about['commit'].rstrip('+')}; "
        "mean and 95 % interval, notes drawn as clusters. Lower is better for `false_refusal` and `unsupported`.",
        "",
        _row(["", *systems]),
        _row(["---"] * (len(systems) + 1)),
    ]
    lines += [
        _row([f"`{metric}`", *(_cell(by["all"].get(metric)) for by in systems.values())]) for metric in SHOWN
    ]
    for metric in BY_SLICE:
        lines += ["", f"<details><summary><code>{metric}</code> by slice</summary>", ""]
        lines += [_row(["slice (cases)", *systems]), _row(["---"] * (len(systems) + 1))]
        lines += [*_slice_rows(systems, metric), "", "</details>"]
    return "\n".join(lines)


def _slice_rows(systems: dict[str, Any], metric: str) -> list[str]:
    rows: list[str] = []
    for name, ours in systems[OURS].items():
        if name != "all" and metric in ours:
            cells = [_cell(by[name].get(metric)) for by in systems.values()]
            rows.append(_row([f"{name} ({ours[metric][3]})", *cells]))
    return rows


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cell(value: Sequence[float | None] | None) -> str:
    mean, low, high, _ = value or (None, None, None, None)
    if mean is None:
        return ""
    digits = 0 if mean > 10 else 2
    shown = f"{mean:.{digits}f}"
    return shown if low is None or high is None else f"{shown} ({low:.{digits}f}–{high:.{digits}f})"


def write_readme(summary: Summary, readme: Path) -> None:
    """Puts the tables between the README's markers.

    Raises:
        EvalsError: The README has no markers.
    """
    text = readme.read_text(encoding="utf-8")
    if START not in text or END not in text:
        raise EvalsError(f"{readme} has no place for the table. Put {START} and {END} where it should stand.")
    before, rest = text.split(START, 1)
    after = rest.split(END, 1)[1]
    readme.write_text(f"{before}{START}\n{readme_tables(summary)}\n{END}{after}", encoding="utf-8")
