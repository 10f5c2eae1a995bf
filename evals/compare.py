"""Two runs side by side: what got better, what got worse, and how sure that is."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from evals.errors import ResultsError
from evals.metrics import BY_NAME, METRICS, Better, mean
from evals.results import CaseResult, Results
from evals.stats import (
    SIGNIFICANT,
    Interval,
    difference_interval,
    holm,
    least_flips,
    mcnemar,
    smallest_effect,
)

Verdict = Literal["regressed", "improved", "equivalent", "inconclusive"]

PASSES = ("found", "correct")
"""The metrics that a case passes or fails; flips are counted on these."""

MARGINS = {
    "recall@5": 0.03,
    "ndcg@10": 0.03,
    "correct": 0.03,
    "fact_recall": 0.03,
    "citation_recall": 0.03,
    "refusal_recall": 0.05,
    "false_refusal": 0.03,
    "unsupported": 0.01,
    "exact_spans": 0.001,
}
"""The headline metrics, and how much worse each may be without anybody minding. About six questions
in two hundred: fewer can't be told from chance (`stats.least_flips`)."""
_DEFAULT_MARGIN = 0.03


@dataclass(frozen=True, slots=True)
class Change:
    """One metric in two runs.

    Attributes:
        metric: Its name.
        cases: Cases that have it in either run.
        before: Mean of the first run.
        after: Mean of the second.
        interval: Of the difference `after - before`; None with fewer than two clusters.
        smallest: The smallest difference that these cases can show: by the interval's width, and never
            less than the fewest telling flips; None likewise.
        verdict: What that means.
    """

    metric: str
    cases: int
    before: float | None
    after: float | None
    interval: Interval | None
    smallest: float | None
    verdict: Verdict

    @property
    def worst(self) -> float:
        """How much worse it may be, as far as the interval tells; below 0 where it is surely better."""
        if self.interval is None:
            return 0.0 if self.before == self.after else 1.0
        return -self.interval.low if BY_NAME[self.metric].better != "lower" else self.interval.high


@dataclass(frozen=True, slots=True)
class SliceChange:
    """How a slice's cases flipped.

    Attributes:
        name: The slice.
        metric: `found` or `correct`.
        cases: Its cases that were judged in both runs.
        worse: Cases that passed before and fail now.
        better: The other way round.
        p: Exact McNemar, corrected by Holm over all slices of the metric.
    """

    name: str
    metric: str
    cases: int
    worse: tuple[str, ...]
    better: tuple[str, ...]
    p: float

    @property
    def verdict(self) -> Verdict:
        """Whether the flips go one way more often than chance would have it."""
        if self.p < SIGNIFICANT:
            return "regressed" if len(self.worse) > len(self.better) else "improved"
        return "inconclusive" if self.worse or self.better else "equivalent"


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two runs over the cases they share.

    Attributes:
        before: The first run, its shared cases only.
        after: The second.
        changes: One a metric.
        slices: One a slice and pass-or-fail metric, those that changed most first.
        left_out: Why cases of either run were left out; empty where none was.
        least_flips: Flips one way that are the fewest to be significant.
    """

    before: Results
    after: Results
    changes: tuple[Change, ...]
    slices: tuple[SliceChange, ...]
    left_out: tuple[str, ...]
    least_flips: int


def compare(before: Results, after: Results, shared: bool = False) -> Comparison:
    """Compares two runs, paired by case.

    Args:
        before: The first run.
        after: The second.
        shared: Compare what both have in common where cases or notes differ.

    Raises:
        ResultsError: Cases or notes differ and `shared` is not given, or nothing is shared.
    """
    left_out = _differences(before, after)
    if left_out and not shared:
        raise ResultsError(
            "The runs can't be compared whole: "
            + "; ".join(left_out)
            + ". Compare what they share with --shared."
        )
    ids = _shared_ids(before, after)
    if not ids:
        raise ResultsError("The runs share no case that ran in both. Run the same cases again.")
    before, after = before.only(ids), after.only(ids)
    return Comparison(
        before, after, _changes(before, after), _slices(before, after), tuple(left_out), least_flips()
    )


def _differences(before: Results, after: Results) -> list[str]:
    mine, theirs = ({case.id: case.digest for case in run.cases} for run in (before, after))
    found: list[str] = []
    if gone := sorted(mine.keys() - theirs.keys()):
        found.append(f"{len(gone)} cases are only in the first ({_some(gone)})")
    if new := sorted(theirs.keys() - mine.keys()):
        found.append(f"{len(new)} cases are only in the second ({_some(new)})")
    if changed := sorted(i for i in mine.keys() & theirs.keys() if mine[i] != theirs[i]):
        found.append(f"{len(changed)} cases were rewritten in between ({_some(changed)})")
    if before.about["notes"] != after.about["notes"]:
        found.append("the notes differ")
    for run, which in ((before, "first"), (after, "second")):
        if run.errors:
            found.append(
                f"{len(run.errors)} cases failed to run in the {which} ({_some(c.id for c in run.errors)})"
            )
    return found


def _some(names: Iterable[str]) -> str:
    listed = list(names)
    return ", ".join(listed[:3]) + (", ..." if len(listed) > 3 else "")


def _shared_ids(before: Results, after: Results) -> set[str]:
    fine = [{case.id: case.digest for case in run.cases if case.error is None} for run in (before, after)]
    return {i for i in fine[0].keys() & fine[1].keys() if fine[0][i] == fine[1][i]}


def _changes(before: Results, after: Results) -> tuple[Change, ...]:
    found = (_change(metric.name, before, after) for metric in METRICS)
    return tuple(change for change in found if change is not None)


def _change(metric: str, before: Results, after: Results) -> Change | None:
    rows = [
        (case.scores.get(metric), other.scores.get(metric), case.cluster)
        for case, other in zip(before.cases, _in_order(before, after), strict=True)
        if metric in case.scores or metric in other.scores
    ]
    first = mean(score for score, _, _ in rows if score)
    second = mean(score for _, score, _ in rows if score)
    if first is None or second is None:
        return None  # a run did not measure it
    found = difference_interval([(a, b) for a, b, _ in rows], [cluster for _, _, cluster in rows])
    verdict = _verdict(found, BY_NAME[metric].better, MARGINS.get(metric, _DEFAULT_MARGIN))
    effect = smallest_effect(found)
    smallest = None if effect is None else max(effect, least_flips() / len(rows))
    return Change(metric, len(rows), first, second, found, smallest, verdict)


def _verdict(found: Interval | None, better: Better, margin: float) -> Verdict:
    if found is None:
        return "inconclusive"
    if -margin <= found.low and found.high <= margin:
        return "equivalent"
    if better == "neither" or found.low <= 0 <= found.high:
        return "inconclusive"
    return "improved" if (found.low > 0) == (better == "higher") else "regressed"


def _in_order(before: Results, after: Results) -> list[CaseResult]:
    by_id = {case.id: case for case in after.cases}
    return [by_id[case.id] for case in before.cases]


def _slices(before: Results, after: Results) -> tuple[SliceChange, ...]:
    found: list[SliceChange] = []
    for metric in PASSES:
        flips: dict[str, tuple[list[str], list[str], list[str]]] = {}
        for case, other in zip(before.cases, _in_order(before, after), strict=True):
            old, new = case.value(metric), other.value(metric)
            if old is None or new is None:
                continue
            for name in ("all", *case.slices):
                judged, worse, better = flips.setdefault(name, ([], [], []))
                judged.append(case.id)
                worse += [case.id] if old > new else []
                better += [case.id] if old < new else []
        # What a question is about makes many small slices: they are shown, not tested.
        tested = {n: mcnemar(len(w), len(b)) for n, (_, w, b) in flips.items() if not n.startswith("about:")}
        corrected = holm(tested)
        found += [
            SliceChange(name, metric, len(judged), tuple(worse), tuple(better), corrected.get(name, 1.0))
            for name, (judged, worse, better) in flips.items()
        ]
    return tuple(sorted(found, key=lambda s: (s.p, -len(s.worse) - len(s.better), s.metric, s.name)))
