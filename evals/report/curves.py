"""What refusing more or less would bring: the abstention curve and the risk-coverage curve; pure.

The risk-coverage curve is El-Yaniv and Wiener's (2010, "On the Foundations of Noise-free Selective
Classification"): the share of wrong answers among the surest, as more and more are given.
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from evals.cases import UNANSWERABLE
from evals.report import charts
from evals.report.charts import Chart, Point, Tick
from evals.results import CaseResult

ENOUGH = 1.0
"""Evidence with which the embedded answerer answers (`assistant.evidence.Evidence.strength`)."""
_MOST = 3.0
"""Evidence above this is shown at the end of the slider: no threshold worth trying lies there."""


@dataclass(frozen=True, slots=True)
class Abstention:
    """Refusals by threshold.

    Attributes:
        answerable: Evidence of answerable cases, sorted.
        unanswerable: Evidence of the others, sorted.
        now: The share of each that was refused in the run: (answerable, unanswerable).
        overruled: Cases with enough evidence that were refused all the same, by another rule.
    """

    answerable: tuple[float, ...]
    unanswerable: tuple[float, ...]
    now: Point
    overruled: int

    def at(self, threshold: float) -> Point:
        """Returns the shares with evidence below a threshold: (answerable, unanswerable)."""
        return _below(self.answerable, threshold), _below(self.unanswerable, threshold)

    @property
    def points(self) -> list[Point]:
        """The curve, from refusing nothing to refusing all."""
        thresholds = sorted({*self.answerable, *self.unanswerable})
        found = [self.at(threshold) for threshold in thresholds] + [(1.0, 1.0)]
        return list(dict.fromkeys(found))

    @property
    def separation(self) -> float:
        """How often a case of the notes has more evidence than one that is not: the area below the curve."""
        pairs = list(zip(self.points, self.points[1:], strict=False))
        return sum((right[0] - left[0]) * (left[1] + right[1]) / 2 for left, right in pairs)

    @property
    def most(self) -> float:
        """Where the slider ends."""
        return min(_MOST, max((*self.answerable, *self.unanswerable, ENOUGH)))


def abstention(cases: Sequence[CaseResult]) -> Abstention | None:
    """Returns how evidence tells answerable cases from others; None unless there are both."""
    rows = [(case, evidence) for case in cases if (evidence := evidence_of(case)) is not None]
    groups = [[(c, e) for c, e in rows if answerable(c) == wanted] for wanted in (True, False)]
    if not all(groups):
        return None
    known, others = (tuple(sorted(e for _, e in group)) for group in groups)
    now = (_refused([c for c, _ in groups[0]]), _refused([c for c, _ in groups[1]]))
    overruled = sum(_abstained(case) and evidence >= ENOUGH for case, evidence in rows)
    return Abstention(known, others, now, overruled)


def risk_coverage(cases: Sequence[CaseResult]) -> list[Point]:
    """Returns (share of cases answered, share of those that are wrong), surest answers first.

    Answers with the same evidence come at once: nothing says which of them would be given first.
    """
    asked = [case for case in cases if evidence_of(case) is not None and case.value("correct") is not None]
    given = sorted(
        (-(evidence_of(case) or 0.0), case.value("correct") != 1.0) for case in asked if not _abstained(case)
    )
    points: list[Point] = []
    wrong = 0
    for count, (evidence, is_wrong) in enumerate(given, 1):
        wrong += is_wrong
        if count == len(given) or given[count][0] != evidence:
            points.append((count / len(asked), wrong / count))
    return points


def risk_at(points: Sequence[Point], coverage: float) -> float:
    """Returns the share of wrong answers when at most so many cases are answered.

    >>> risk_at([(0.2, 0.0), (0.4, 0.5)], 0.3)
    0.0
    """
    return max((point for point in points if point[0] <= coverage), default=(0.0, 0.0))[1]


def answerable(case: CaseResult) -> bool:
    """Whether the notes hold the answer."""
    return not {f"kind:{kind}" for kind in UNANSWERABLE} & set(case.slices)


def evidence_of(case: CaseResult) -> float | None:
    """Returns how sure the answerer was; None where it did not say."""
    return case.answer.get("evidence") if case.answer else None


def abstention_chart(found: Abstention) -> Chart:
    """Draws the curve, the point of the threshold, and what the run really did."""
    ticks = charts.percent_ticks()
    body = charts.join([
        charts.grid(ticks),
        charts.line([(0, 0), (1, 1)], "chance"),
        charts.area(found.points, "under"),
        charts.line(found.points, "curve"),
        charts.dot(found.at(ENOUGH), "threshold"),
        charts.dot(found.now, "now"),
    ])  # fmt: skip
    return Chart(body, ticks, ticks)


def risk_chart(points: Sequence[Point]) -> Chart:
    """Draws the risk by coverage; the last point is where the run stands."""
    top = _ceiling(max(risk for _, risk in points))
    scaled = [(coverage, risk / top) for coverage, risk in points]
    ticks = tuple(Tick(share / 4, f"{top * share / 4:.1%}".replace(".0%", "%")) for share in range(5))
    body = [charts.grid(ticks), charts.area(scaled, "under"), charts.line(scaled, "curve")]
    return Chart(charts.join([*body, charts.dot(scaled[-1], "now")]), charts.percent_ticks(), ticks)


def _ceiling(highest: float) -> float:
    return next((top for top in (0.1, 0.2, 0.4, 0.6, 0.8) if highest <= top), 1.0)


def _below(values: Sequence[float], threshold: float) -> float:
    return bisect_left(values, threshold) / len(values)


def _abstained(case: CaseResult) -> bool:
    return bool(case.answer and case.answer["abstained"])


def _refused(cases: Sequence[CaseResult]) -> float:
    return sum(map(_abstained, cases)) / len(cases)
