"""How sure a number is: intervals by cluster bootstrap, exact tests for flips, Holm's correction.

Questions on one note share their luck, so it is notes that are drawn, not questions (Cameron,
Gelbach and Miller 2008, "Bootstrap-Based Improvements for Inference with Clustered Errors").
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from evals.metrics import Score

SAMPLES = 10_000
CONFIDENCE = 0.95
SIGNIFICANT = 0.05
POWER = 0.8
_SEED = 20_260_131
_BATCH = 1_000

_Floats = NDArray[np.float64]
_Statistic = Callable[..., _Floats]


@dataclass(frozen=True, slots=True)
class Interval:
    """A 95 % interval."""

    low: float
    high: float


def interval(scores: Sequence[Score], clusters: Sequence[str]) -> Interval | None:
    """Returns the interval of a weighted mean; None with fewer than two clusters.

    Args:
        scores: One a case.
        clusters: The cluster of each.
    """
    sums = _sums(clusters, [(score.value * score.weight, score.weight) for score in scores])
    return _bootstrap(sums, _ratio)


def difference_interval(
    pairs: Sequence[tuple[Score | None, Score | None]], clusters: Sequence[str]
) -> Interval | None:
    """Returns the interval of the second weighted mean less the first, by paired cases.

    Args:
        pairs: The scores of each case in both runs; None where the metric does not apply.
        clusters: The cluster of each case.
    """
    rows = [(*_weighed(before), *_weighed(after)) for before, after in pairs]

    def difference(total: _Floats, weight: _Floats, total_after: _Floats, weight_after: _Floats) -> _Floats:
        return _ratio(total_after, weight_after) - _ratio(total, weight)

    return _bootstrap(_sums(clusters, rows), difference)


def _weighed(score: Score | None) -> tuple[float, float]:
    return (score.value * score.weight, score.weight) if score else (0.0, 0.0)


def _sums(clusters: Sequence[str], rows: Sequence[Sequence[float]]) -> _Floats:
    """Sums of the rows' columns by cluster, (columns, clusters)."""
    names = {name: i for i, name in enumerate(dict.fromkeys(clusters))}
    sums = np.zeros((len(rows[0]) if rows else 0, len(names)))
    for cluster, row in zip(clusters, rows, strict=True):
        sums[:, names[cluster]] += row
    return sums


def _ratio(total: _Floats, weight: _Floats) -> _Floats:
    return np.divide(total, weight, out=np.zeros_like(total), where=weight > 0)


def _bootstrap(sums: _Floats, statistic: _Statistic) -> Interval | None:
    if sums.size == 0 or sums.shape[1] < 2:
        return None

    def of_sample(*columns: _Floats, axis: int = -1) -> _Floats:
        return statistic(*(column.sum(axis=axis) for column in columns))

    result = stats.bootstrap(
        tuple(sums),
        of_sample,
        paired=True,
        vectorized=True,
        n_resamples=SAMPLES,
        batch=_BATCH,
        confidence_level=CONFIDENCE,
        method="percentile",
        rng=np.random.default_rng(_SEED),
    )
    low, high = result.confidence_interval
    return Interval(round(float(low), 6), round(float(high), 6))


def mcnemar(worse: int, better: int) -> float:
    """Returns the two-sided p of an exact McNemar test: flips one way as often as the other?

    >>> mcnemar(worse=6, better=0)
    0.03125
    """
    return float(stats.binomtest(worse, worse + better).pvalue) if worse + better else 1.0


def holm(p_values: Mapping[str, float]) -> dict[str, float]:
    """Returns p-values corrected for being several (Holm 1979).

    >>> holm({"a": 0.01, "b": 0.04, "c": 0.03})
    {'a': 0.03, 'c': 0.06, 'b': 0.06}
    """
    corrected: dict[str, float] = {}
    highest = 0.0
    for rank, (name, p) in enumerate(sorted(p_values.items(), key=lambda row: row[1])):
        highest = max(highest, min(1.0, p * (len(p_values) - rank)))
        corrected[name] = round(highest, 6)
    return corrected


def least_flips(p: float = SIGNIFICANT) -> int:
    """Returns how many flips, all one way, a test needs to be significant.

    >>> least_flips()
    6
    """
    flips = 1
    while mcnemar(flips, 0) >= p:
        flips += 1
    return flips


def smallest_effect(found: Interval | None) -> float | None:
    """Returns the smallest true difference that such an interval would show in four of five runs.

    Taken from the interval's width as for a normal distribution: (z of the confidence + z of the
    power) standard errors.
    """
    if found is None:
        return None
    z = float(stats.norm.ppf(1 - (1 - CONFIDENCE) / 2))
    return (z + float(stats.norm.ppf(POWER))) * (found.high - found.low) / (2 * z)
