"""The committed standard: a run made smaller, and the history of why it was accepted."""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from evals.compare import MARGINS
from evals.errors import InfrastructureError, ResultsError
from evals.metrics import mean
from evals.observation import READ
from evals.results import CaseResult, Results, write_results
from evals.systems import OURS

_KEPT_PASSAGES = READ


def accept_run(results: Results, why: str, wanted: Mapping[str, str], baseline: Path, history: Path) -> None:
    """Makes a run the baseline and notes when, why and how good it was.

    Args:
        results: The run.
        why: The reason, for the history.
        wanted: Digests of the committed notes and cases, as `Results.about` has them.
        baseline: The baseline's file.
        history: The history's file.

    Raises:
        ResultsError: The run has errors, or is not of our answerer, of all suites, or of just these
            notes and cases, or was made with files that no commit has.
    """
    if results.errors:
        names = ", ".join(case.id for case in results.errors[:3])
        raise ResultsError(f"{len(results.errors)} cases failed to run ({names}). Mend them, then run again.")
    for what, value in ({"answerer": OURS, "suite": "all"} | dict(wanted)).items():
        if results.about[what] != value:
            raise ResultsError(
                f"The run is not a whole one: its {what} is {results.about[what]!r}, not {value!r}. "
                "Run `python -m evals run` without options, then accept."
            )
    if results.about["commit"].endswith("+"):
        raise ResultsError(
            "The run was made with changes that no commit has. Commit them, run again, then accept."
        )
    write_results(compact(results), baseline)
    try:
        with history.open("a", encoding="utf-8") as file:
            file.write(json.dumps(history_row(results, why), ensure_ascii=False) + "\n")
    except OSError as error:
        raise InfrastructureError(
            f"{history} can't be written: {error}. Make room or mend its rights."
        ) from error


def compact(results: Results) -> Results:
    """Returns a run without what the gate has no use for: lower passages, quotes, timings."""
    timings = {
        "seconds": results.timings["seconds"],
        "peak_memory_mb": results.timings["peak_memory_mb"],
        "cases": {},
    }
    return replace(results, cases=tuple(_compact(case) for case in results.cases), timings=timings)


def _compact(case: CaseResult) -> CaseResult:
    answer = case.answer
    if answer is not None:
        sentences = [{"text": sentence["text"]} for sentence in answer["sentences"]]
        kept = {name: answer[name] for name in ("abstained", "kind", "evidence")}
        answer = kept | {"sentences": sentences}
    passages = None if case.passages is None else case.passages[:_KEPT_PASSAGES]
    return replace(case, answer=answer, passages=passages)


def history_row(results: Results, why: str) -> dict[str, Any]:
    """Returns one line of the history: date, commit, reason, cases and the headline metrics of the gate's cases."""
    gate = results.split("gate")
    metrics = {
        name: round(value, 4)
        for name in ("recall@10", *MARGINS)
        if (value := mean(case.scores[name] for case in gate.cases if name in case.scores)) is not None
    }
    about = results.about
    return {
        "date": results.date,
        "commit": about["commit"],
        "why": why,
        "notes": about["notes"][:16],
        "cases": len(gate.cases),
        "metrics": metrics,
    }


def read_history(file: Path) -> list[dict[str, Any]]:
    """Reads the history, oldest first; empty where there is none.

    Raises:
        ResultsError: A line can't be read.
    """
    if not file.exists():
        return []
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
        return [json.loads(line) for line in lines if line.strip()]
    except (OSError, ValueError) as error:
        raise ResultsError(f"{file} can't be read: {error}. Restore it from the repository.") from error
