"""Which cases hold a vault's answers to account, and what is needed to ask them."""

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal

from assistant.settings import Settings

_ROOT = Path(__file__).parents[2]
"""The checkout, where this is one: an installed copy has no `evals` beside it."""

_PACKAGES = ("ir_measures", "jinja2", "markupsafe", "pyndeval", "pytrec_eval", "scipy")
"""What a run imports of the extra `evals`."""


@dataclass(frozen=True, slots=True)
class Suite:
    """The cases of a vault and where their runs are kept.

    Attributes:
        kind: `mutgo`: the cases that come with mutgo, over the notes that come with it; `own`: cases the
            notes' owner has written.
        notes: The notes folder.
        cases: The folder of cases.
        count: How many cases there are.
        runs: The folder of whole runs.
        root: The checkout that has the suite; None in an installed mutgo.
        lacking: Packages of the extra `evals` that are not installed.
    """

    kind: Literal["mutgo", "own"]
    notes: Path
    cases: Path
    count: int
    runs: Path
    root: Path | None
    lacking: tuple[str, ...]

    @property
    def can_run(self) -> bool:
        """Whether its cases can be asked here."""
        return bool(self.count) and self.root is not None and not self.lacking

    @property
    def quick(self) -> Path:
        """Where a run of some of the cases is kept."""
        return self.runs / "quick" / "latest.json"

    @property
    def lock(self) -> Path:
        """Who holds it runs the suite; others wait."""
        return self.runs / "quick" / "running.lock"

    @property
    def history(self) -> Path | None:
        """The accepted runs of mutgo's own cases; None where there is no checkout."""
        return self.root / "evals" / "history.jsonl" if self.root else None

    @property
    def sources(self) -> list[Path]:
        """The files that the numbers are made of; where none has changed, neither have they."""
        files = [self.quick, *sorted(self.runs.glob("*.json"))]
        if self.kind == "mutgo" and self.root:
            files += [self.root / "evals" / name for name in ("baseline.json", "history.jsonl")]
        return [file for file in files if file.is_file()]

    @property
    def summary_arguments(self) -> list[str]:
        """What `python -m evals` is told to print the numbers."""
        if self.kind == "mutgo":
            return ["summary", "--run", str(self.runs / "latest.json"), "--run", str(self.quick)]
        return ["summary", "--runs", str(self.runs), "--run", str(self.quick)]

    def run_arguments(self, out: Path, limit: int | None) -> list[str]:
        """What `python -m evals` is told to ask the cases, all or some of them."""
        words = ["run", "--progress", "--out", str(out)]
        if self.kind == "own":
            words += ["--notes", str(self.notes), "--cases", str(self.cases)]
        return [*words, "--limit", str(limit)] if limit else words


def find_suite(settings: Settings, root: Path = _ROOT) -> Suite:
    """Returns the suite of a vault, which may be without any case.

    Args:
        settings: Whose notes.
        root: Where mutgo's packages lie.
    """
    checkout = root if (root / "evals" / "__main__.py").is_file() else None
    lacking = tuple(name for name in _PACKAGES if find_spec(name) is None)
    notes, own = settings.notes_folder(), settings.evals_folder()
    cases = own / "cases"
    if checkout and not _count(cases) and notes.resolve() == (root / "corpus").resolve():
        known = checkout / "evals"
        return Suite(
            "mutgo", notes, known / "cases", _count(known / "cases"), known / "runs", checkout, lacking
        )
    return Suite("own", notes, cases, _count(cases), own / "runs", checkout, lacking)


def python_of(suite: Suite) -> str:
    """The Python that runs the suite: this one."""
    return sys.executable if suite.root else ".venv/bin/python"


def read_rows(file: Path | None) -> list[dict[str, Any]]:
    """Returns the rows of a history that can be read, oldest first; none where there is no file."""
    rows = list[dict[str, Any]]()
    for line in _lines(file) if file else ():
        try:
            row = json.loads(line)
            metrics = {str(name): float(value) for name, value in row["metrics"].items()}
            cases = int(row.get("cases", 0))
            rows.append({**row, "date": str(row["date"]), "cases": cases, "metrics": metrics})
        except (ValueError, KeyError, TypeError, AttributeError):
            continue
    return rows


def _count(cases: Path) -> int:
    return sum(1 for file in cases.glob("*.jsonl") for line in _lines(file) if line.strip())


def _lines(file: Path) -> Sequence[str]:
    try:
        return file.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ()
