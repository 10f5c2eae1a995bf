"""How each slice fares: the rows and cells of the heat map."""

from collections.abc import Sequence
from dataclasses import dataclass

from evals.metrics import BY_NAME, mean
from evals.report.texts import GROUPS, SLICE_ORDER, Text, slice_name
from evals.results import CaseResult
from evals.stats import Interval
from evals.tables import metric_of, slices_of

COLUMNS = (
    "recall@5", "found", "correct", "fact_recall", "citation_recall", "refusal_recall", "false_refusal",
)  # fmt: skip
_FULL_HEAT = 0.6
"""As far from perfect a cell has the strongest colour; hardly any slice is worse."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One metric of one slice; `value` is None where it does not apply.

    `spread` is its 95 % interval; None for the many small slices by subject.
    """

    metric: str
    value: float | None
    cases: int
    spread: Interval | None

    @property
    def heat(self) -> int:
        """How far from perfect, from 0 to 100."""
        if self.value is None:
            return 0
        missing = self.value if BY_NAME[self.metric].better == "lower" else 1 - self.value
        return round(100 * min(1.0, max(0.0, missing) / _FULL_HEAT))


@dataclass(frozen=True, slots=True)
class SliceRow:
    """A slice: its name in results, what people call it, its cases, and its cells by column."""

    slice: str
    name: Text
    cases: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class SliceGroup:
    """Slices of one group."""

    group: str
    name: Text
    rows: tuple[SliceRow, ...]


def slice_groups(cases: Sequence[CaseResult]) -> list[SliceGroup]:
    """Returns the slices by group, all cases first and what they are about last."""
    found: dict[str, list[SliceRow]] = {"all": [_row("all", cases)]} if cases else {}
    for name, members in slices_of(cases).items():
        found.setdefault(name.split(":", 1)[0], []).append(_row(name, members))
    for name, rows in found.items():
        rows.sort(key=_weakest if name == "about" else _as_listed)
    return [SliceGroup(name, GROUPS.get(name, Text(name, name)), tuple(rows)) for name, rows in found.items()]


def _row(name: str, cases: Sequence[CaseResult]) -> SliceRow:
    cell = _mean_alone if name.startswith("about:") else _cell
    return SliceRow(name, slice_name(name), len(cases), tuple(cell(metric, cases) for metric in COLUMNS))


def _cell(metric: str, cases: Sequence[CaseResult]) -> Cell:
    value, spread, count = metric_of(cases, metric)
    return Cell(metric, value, count, spread)


def _mean_alone(metric: str, cases: Sequence[CaseResult]) -> Cell:
    scores = [case.scores[metric] for case in cases if metric in case.scores]
    return Cell(metric, mean(scores), len(scores), None)


def _as_listed(row: SliceRow) -> tuple[int, str]:
    return (SLICE_ORDER.get(row.slice, len(SLICE_ORDER)), row.slice)


def _weakest(row: SliceRow) -> tuple[float, int, str]:
    correct = row.cells[COLUMNS.index("correct")].value
    return (1.0 if correct is None else correct, -row.cases, row.slice)
