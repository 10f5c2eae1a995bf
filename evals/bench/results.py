"""One JSON file a run: the machine, every sample, and what they say."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

from pydantic import TypeAdapter, ValidationError

from evals.bench.machine import Machine
from evals.bench.sampling import Measure
from evals.errors import ResultsError

SCHEMA = 2
FOLDER = Path(__file__).parent / "results"


@dataclass(frozen=True, slots=True)
class Results:
    """A run.

    Attributes:
        schema: Version of this form.
        date: When it began, UTC, ISO 8601.
        quick: Small sizes, few rounds: good for seeing that it works, not for quoting.
        only: The benchmarks that were asked for; all if empty.
        seconds: How long it took.
        commit: The code that was measured.
        machine: Where.
        versions: With what.
        generator: Version and seed of the made-up vaults.
        measures: What was measured, in order.
        failures: What each benchmark that failed said, by its name; what it measured before counts.
    """

    __pydantic_config__: ClassVar[dict[str, Any]] = {"extra": "forbid"}

    schema: int
    date: str
    quick: bool
    only: tuple[str, ...]
    seconds: float
    commit: str
    machine: Machine
    versions: dict[str, str]
    generator: dict[str, int]
    measures: tuple[Measure, ...]
    failures: dict[str, str]

    @property
    def quotable(self) -> bool:
        """A full run may be quoted; a quick or partial one, or one in which something failed, may not."""
        return not self.quick and not self.only and not self.failures

    def measure(self, name: str) -> Measure | None:
        """Returns the measure of that name, if it was taken."""
        return next((measure for measure in self.measures if measure.name == name), None)


def save(results: Results, file: Path) -> None:
    """Writes a run's file; its folder is made if it is missing."""
    file.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(asdict(results), ensure_ascii=False, indent=1)
    file.write_text(text + "\n", encoding="utf-8")


def load(file: Path) -> Results:
    """Reads a run's file.

    Raises:
        ResultsError: It can't be read, or is of another form.
    """
    if (form := _form(file)) != SCHEMA:
        raise ResultsError(
            f"The results {str(file)!r} have form {form!r}, this reads {SCHEMA}. "
            "Run `python -m evals bench` again."
        )
    try:
        return TypeAdapter(Results).validate_json(file.read_bytes())
    except (OSError, ValidationError) as error:
        raise _unreadable(file, error) from error


def _form(file: Path) -> object:
    try:
        return json.loads(file.read_bytes()).get("schema")
    except (OSError, ValueError, AttributeError) as error:
        raise _unreadable(file, error) from error


def _unreadable(file: Path, error: Exception) -> ResultsError:
    return ResultsError(
        f"The results {str(file)!r} can't be read: {error}. Run `python -m evals bench` again."
    )


def default_file(*, quick: bool, only: Sequence[str] = (), folder: Path = FOLDER) -> Path:
    """Returns `DATE-full.json`, `DATE-quick.json` or `DATE-ingest-search.json` of today."""
    size = ["quick"] if quick else [] if only else ["full"]
    return folder / f"{datetime.now(UTC):%Y-%m-%d}-{'-'.join([*only, *size])}.json"


def newest(folder: Path = FOLDER) -> Results | None:
    """Returns the newest run of this form that may be quoted, that is a full one; None if there is none."""
    runs = [load(file) for file in sorted(folder.glob("*.json")) if _form(file) == SCHEMA]
    return max((run for run in runs if run.quotable), key=lambda run: run.date, default=None)
