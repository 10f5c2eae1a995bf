"""The results of a run: a JSON file with everything needed to repeat it and to see what was seen.

Everything but `date`, `machine` and `timings` is the same, bit by bit, for two runs of one commit.
"""

import hashlib
import json
import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from evals.errors import InfrastructureError, ResultsError
from evals.loss import Loss
from evals.metrics import Score, Scores

FORMAT = 1


@dataclass(frozen=True, slots=True)
class CaseResult:
    """One case of a run: what it asked, what was seen, what that was worth.

    Attributes:
        id: The case's id.
        digest: Changes with anything in the case.
        split: `dev` or `gate`.
        slices: Every slice it counts in.
        cluster: What it may share its luck with.
        must_pass: Whether the gate allows it no failure.
        question: The conversation as written.
        error: Why there is nothing to score; None where there is.
        passages: Found passages, best first: note, headings, line, score and the needs met.
        answer: What was answered, or None.
        wrong: What the answer lacks to be right.
        lost: Where it was lost, if it was.
        scores: Scores by metric.
    """

    id: str
    digest: str
    split: str
    slices: tuple[str, ...]
    cluster: str
    must_pass: bool
    question: tuple[str, ...]
    error: str | None
    passages: tuple[dict[str, Any], ...] | None
    answer: dict[str, Any] | None
    wrong: tuple[str, ...]
    lost: Loss | None
    scores: Scores

    def value(self, metric: str) -> float | None:
        """Returns the value of one metric; None where it has no score."""
        score = self.scores.get(metric)
        return score.value if score else None


@dataclass(frozen=True, slots=True)
class Results:
    """A run.

    Attributes:
        about: Suite, answerer, commit, settings, digests and versions.
        cases: The cases in order.
        date: When it ran (UTC).
        machine: On what.
        timings: Milliseconds of each stage by case, and the whole run's seconds and memory.
    """

    about: dict[str, Any]
    cases: tuple[CaseResult, ...]
    date: str
    machine: dict[str, Any]
    timings: dict[str, Any]

    @property
    def identity(self) -> str:
        """Digest of everything that must be the same for two runs of one commit."""
        text = json.dumps([self.about, [_case_json(case) for case in self.cases]], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()

    @property
    def errors(self) -> list[CaseResult]:
        """The cases that failed to run."""
        return [case for case in self.cases if case.error is not None]

    def only(self, ids: set[str]) -> "Results":
        """Returns the results of some of the cases."""
        return replace(self, cases=tuple(case for case in self.cases if case.id in ids))

    def split(self, name: str) -> "Results":
        """Returns the results of one split."""
        return replace(self, cases=tuple(case for case in self.cases if case.split == name))


def write_results(results: Results, file: Path) -> None:
    """Writes a results file, one case a line, so that a change of one case is one line of a diff.

    Raises:
        InfrastructureError: The file can't be written.
    """
    head = {"format": FORMAT, "date": results.date, "about": results.about, "machine": results.machine}
    lines = [json.dumps(_case_json(case), ensure_ascii=False, sort_keys=True) for case in results.cases]
    text = json.dumps(head, ensure_ascii=False, indent=1)[:-2]
    text += ',\n "cases": [\n' + ",\n".join(lines) + '\n ],\n "timings": '
    text += json.dumps(results.timings, ensure_ascii=False) + "\n}\n"
    partial = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        partial.write_text(text, encoding="utf-8")
        partial.replace(file)
    except OSError as error:
        raise InfrastructureError(f"{file} can't be written: {error}. Name another with --out.") from error


def read_results(file: Path) -> Results:
    """Reads a results file.

    Raises:
        ResultsError: There is none, or it is no results file of this format.
    """
    try:
        row = json.loads(file.read_text(encoding="utf-8"))
        if row["format"] != FORMAT:
            raise ResultsError(
                f"{file} has format {row['format']!r}, this suite reads {FORMAT}. Run it again with this version."
            )
        cases = tuple(_case_from(case) for case in row["cases"])
        return Results(row["about"], cases, row["date"], row["machine"], row["timings"])
    except FileNotFoundError as error:
        raise ResultsError(
            f"There is no results file {str(file)!r}. Make one with `python -m evals run`."
        ) from error
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ResultsError(
            f"{file} is no results file ({error!r}). Make a new one with `python -m evals run`."
        ) from error


def _case_json(case: CaseResult) -> dict[str, Any]:
    row = {name: getattr(case, name) for name in CaseResult.__slots__}
    scores = {name: [score.value, score.weight] for name, score in case.scores.items()}
    return json.loads(json.dumps(row | {"scores": scores}))


def _case_from(row: dict[str, Any]) -> CaseResult:
    scores = {name: Score(value, weight) for name, (value, weight) in row["scores"].items()}
    listed = {name: tuple(row[name]) for name in ("slices", "question", "wrong")}
    passages = None if row["passages"] is None else tuple(row["passages"])
    fields: dict[str, Any] = row | listed | {"scores": scores, "passages": passages}
    return CaseResult(**fields)
