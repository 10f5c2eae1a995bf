"""A run in short, as JSON: what the page of numbers shows.

It is made here, where intervals and comparisons are, and shown by the page, which knows no statistics.
"""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from evals.baseline import history_row
from evals.compare import MARGINS
from evals.errors import ResultsError
from evals.gate import LEAST_SHARED
from evals.metrics import mean
from evals.report.curves import answerable
from evals.report.headline import Tile, comparison_with, headline, tiles
from evals.report.texts import SLICE_ORDER, Text, slice_name
from evals.report.worst import Entry, entries
from evals.results import CaseResult, Results, read_results
from evals.tables import metric_of, slices_of

FORMAT = 1
_WORST = 12
_GROUPS = ("kind", "lang")
_IN_NOTES = {True: Text("노트에 있음", "In the notes"), False: Text("노트에 없음", "Not in the notes")}


def summary(
    results: Results,
    standard: Results | None,
    history: Sequence[Mapping[str, Any]],
    against: Literal["baseline", "run"] = "baseline",
) -> dict[str, Any]:
    """Returns a run in short.

    Args:
        results: The run.
        standard: What it is held against; a run is not held against itself.
        history: The runs before it, rows of `history.jsonl`.
        against: What `standard` is: the accepted baseline, or just the run before.
    """
    same = standard is not None and standard.date == results.date
    comparison = None if same else comparison_with(standard, results)
    head = headline(results, standard, comparison)
    return {
        "format": FORMAT,
        "date": results.date,
        "commit": results.about.get("commit", ""),
        "cases": len(results.cases),
        "errors": len(results.errors),
        "seconds": results.timings.get("seconds"),
        "standard": standard.date if standard and comparison else None,
        "accepted": same,
        "against": against,
        "part": not same and _is_part(results, history),
        "state": head.state if comparison else "none",
        "shared": head.shared,
        "tiles": [_tile(tile) for tile in tiles(results, comparison) if tile.metric in MARGINS],
        "slices": _slices(results.cases),
        "worst": [_entry(entry) for entry in entries(results.cases, comparison) if entry.failed][:_WORST],
        "history": [*history, *([] if same or _is_part(results, history) else [_row(results)])],
    }


def runs_in(folder: Path) -> list[Results]:
    """Returns the runs whose files are in a folder, oldest first; what can't be read is left out."""
    found: list[Results] = []
    for file in sorted(folder.glob("*.json")):
        try:
            found.append(read_results(file))
        except ResultsError:
            continue
    return sorted(found, key=lambda results: results.date)


def rows_of(runs: Iterable[Results]) -> list[dict[str, Any]]:
    """Returns a row of the history for each run, over all its cases."""
    return [_row(results) for results in runs]


def _is_part(results: Results, history: Sequence[Mapping[str, Any]]) -> bool:
    """Whether a run is of some of the cases only: its numbers are no step from the runs before."""
    return bool(history) and _row(results)["cases"] < LEAST_SHARED * history[-1]["cases"]


def _row(results: Results) -> dict[str, Any]:
    row = history_row(results, "")
    if not results.split("gate").cases:  # a reader's own cases are drafted for `dev`
        row["cases"] = len(results.cases)
        row["metrics"] = {
            name: round(value, 4)
            for name in ("recall@10", *MARGINS)
            if (value := mean(case.scores[name] for case in results.cases if name in case.scores)) is not None
        }
    return row


def _tile(tile: Tile) -> dict[str, Any]:
    change = tile.change
    return {
        "metric": tile.metric,
        "lower": tile.lower,
        "value": tile.value,
        "interval": [tile.spread.low, tile.spread.high] if tile.spread else None,
        "cases": tile.cases,
        "before": change.before if change else None,
        "change": tile.difference,
        "change_interval": [change.interval.low, change.interval.high]
        if change and change.interval
        else None,
        "verdict": change.verdict if change else None,
    }


def _slices(cases: Sequence[CaseResult]) -> list[dict[str, Any]]:
    """How many cases of each slice are right, by group."""
    groups: dict[str, list[dict[str, Any]]] = {name: [] for name in _GROUPS}
    for name, members in sorted(slices_of(cases).items(), key=lambda row: SLICE_ORDER.get(row[0], 99)):
        group = name.split(":", 1)[0]
        if group in groups:
            groups[group].append(_slice(slice_name(name), members))
    asked = {wanted: [case for case in cases if answerable(case) == wanted] for wanted in (True, False)}
    groups["in_notes"] = [_slice(_IN_NOTES[wanted], own) for wanted, own in asked.items() if own]
    return [{"group": name, "rows": rows} for name, rows in groups.items() if rows]


def _slice(name: Text, cases: Sequence[CaseResult]) -> dict[str, Any]:
    value, spread, count = metric_of(cases, "correct")
    interval = [spread.low, spread.high] if spread else None
    return {"name": _both(name), "cases": count, "value": value, "interval": interval}


def _entry(entry: Entry) -> dict[str, Any]:
    case = entry.case
    return {
        "id": case.id,
        "turns": list(case.question),
        "wrong": [_both(text) for text in entry.wrong],
        "stage": _both(entry.stage) if entry.stage else None,
        "error": case.error,
        "lost": any(flip.way == "lost" for flip in entry.flips),
    }


def _both(text: Text) -> dict[str, str]:
    return {"ko": text.ko, "en": text.en}
