"""May this change land? No worse than the baseline, no must-pass case lost, no floor broken."""

from collections.abc import Mapping
from dataclasses import dataclass

from evals.compare import MARGINS, Comparison, compare
from evals.errors import ResultsError
from evals.metrics import BY_NAME, mean
from evals.results import CaseResult, Results

LEAST_SHARED = 0.9
"""Share of the baseline's cases that must still be there, unchanged, for the gate to mean anything."""

FLOORS: Mapping[str, float] = {
    "recall@10": 0.9,
    "correct": 0.5,
    "refusal_recall": 0.6,
    "citation_precision": 0.95,
    "exact_spans": 1.0,
    "unsupported": 0.01,
    "caught:true": 0.98,
    "caught:number": 1.0,
    "caught:glued": 1.0,
    "caught:wrong_place": 1.0,
    "caught:invented": 1.0,
    "caught:negation": 1.0,
}
"""What every commit must reach whatever the baseline says; for `lower` metrics, the most allowed."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the gate says.

    Attributes:
        comparison: The gate's cases beside the baseline's.
        reasons: Why the change may not land; none where it may.
    """

    comparison: Comparison
    reasons: tuple[str, ...]

    @property
    def passes(self) -> bool:
        """Whether the change may land."""
        return not self.reasons


def judge(baseline: Results, run: Results) -> Judgement:
    """Holds a run against the baseline, on the cases of the gate that both have.

    Raises:
        ResultsError: The runs share too little, or are of different answerers.
    """
    for what in ("answerer", "suite"):
        if baseline.about[what] != run.about[what]:
            raise ResultsError(
                f"The baseline is of the {what} {baseline.about[what]!r}, this run of {run.about[what]!r}. "
                "Gate a run of the same."
            )
    judged = run.split("gate")
    comparison = compare(baseline.split("gate"), judged, shared=True)
    shared, wanted = len(comparison.after.cases), len(baseline.split("gate").cases)
    if shared < LEAST_SHARED * wanted and not judged.errors:
        raise ResultsError(
            f"Only {shared} of the baseline's {wanted} gate cases are here unchanged. Gate a run of all cases; "
            'if it is the cases that changed, `python -m evals accept --why "..."` makes a new baseline.'
        )
    reasons = [
        *_errors(run),
        *_inferior(comparison),
        *_slices(comparison),
        *_must_pass(baseline, run),
        *_floors(judged),
    ]
    return Judgement(comparison, tuple(reasons))


def _errors(run: Results) -> list[str]:
    return [f"{case.id} failed to run: {case.error}" for case in run.errors]


def _inferior(comparison: Comparison) -> list[str]:
    return [
        f"{change.metric} {change.verdict}: {_number(change.before)} -> {_number(change.after)}, "
        f"it may be {change.worst:.3f} worse and {MARGINS[change.metric]} is allowed"
        for change in comparison.changes
        if change.metric in MARGINS and change.worst > MARGINS[change.metric]
    ]


def _slices(comparison: Comparison) -> list[str]:
    return [
        f"slice {s.name} regressed in {s.metric}: {len(s.worse)} of {s.cases} cases lost, {len(s.better)} won "
        f"(p {s.p:.4f})"
        for s in comparison.slices
        if s.verdict == "regressed"
    ]


def _must_pass(baseline: Results, run: Results) -> list[str]:
    before = {case.id: case for case in baseline.cases}
    return [
        f"must-pass {case.id} ({metric}) is lost: {case.question[-1]}"
        for case in run.cases
        for metric in ("found", "correct")
        if case.must_pass and case.id in before and lost(before[case.id], case, metric)
    ]


def lost(before: CaseResult, after: CaseResult, metric: str) -> bool:
    """Says whether a case passed before and fails now."""
    return before.value(metric) == 1.0 and after.value(metric) == 0.0


def _floors(run: Results) -> list[str]:
    found: list[str] = []
    for metric, floor in FLOORS.items():
        value = mean(case.scores[metric] for case in run.cases if metric in case.scores)
        if value is not None and broken(metric, value, floor):
            found.append(f"{metric} is {value:.3f}, the floor is {floor}")
    return found


def broken(metric: str, value: float, floor: float) -> bool:
    """Says whether a value lies beyond its floor."""
    return value > floor if BY_NAME[metric].better == "lower" else value < floor


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"
