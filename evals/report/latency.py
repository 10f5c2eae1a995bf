"""How long answers took: a histogram and the usual quantiles."""

from collections.abc import Sequence
from dataclasses import dataclass

from evals.report import charts
from evals.report.charts import Chart, Tick
from evals.results import Results

_BINS = 32
_STAGES = ("answer", "search")


@dataclass(frozen=True, slots=True)
class Latency:
    """The milliseconds of one stage.

    Attributes:
        stage: `answer` or `search`.
        values: One a case, sorted.
    """

    stage: str
    values: tuple[float, ...]

    def quantile(self, share: float) -> float:
        """Returns the value that this share of the cases stays within (nearest rank).

        >>> Latency("answer", (10.0, 20.0, 30.0, 40.0)).quantile(0.5)
        20.0
        """
        rank = -(-len(self.values) * round(share * 100) // 100)
        return self.values[max(0, rank - 1)]


def latencies(results: Results) -> list[Latency]:
    """Returns the stages that were timed; empty for a baseline, which keeps no timings."""
    cases = results.timings.get("cases", {}).values()
    found = [Latency(stage, tuple(sorted(row[stage] for row in cases if stage in row))) for stage in _STAGES]
    return [latency for latency in found if latency.values]


def latency_chart(latency: Latency) -> Chart:
    """Draws how many cases took how long; what is slower than 99 % is in the last bar."""
    step, top = scale(latency.quantile(0.99))
    counts = histogram(latency.values, top)
    most = max(counts)
    bars = [
        charts.bar((i / _BINS, 0), ((i + 1) / _BINS, count / most), "bin", _bin_title(i, count, top))
        for i, count in enumerate(counts)
        if count
    ]
    marks = [
        charts.line(
            [(min(1.0, latency.quantile(share) / top), 0), (min(1.0, latency.quantile(share) / top), 1)], css
        )
        for share, css in ((0.5, "median"), (0.95, "late"))
    ]
    across = tuple(Tick(i * step / top, f"{i * step:g}") for i in range(round(top / step) + 1))
    upright = (Tick(0, "0"), Tick(1, str(most)))
    return Chart(charts.join([*bars, *marks]), across, upright)


def histogram(values: Sequence[float], top: float, bins: int = _BINS) -> list[int]:
    """Returns how many values lie in each of equal bins from 0 to `top`; the last has all above, too.

    >>> histogram([1, 2, 6, 99], 8, bins=4)
    [1, 1, 0, 2]
    """
    counts = [0] * bins
    for value in values:
        counts[min(bins - 1, int(value / top * bins))] += 1
    return counts


def scale(highest: float) -> tuple[float, float]:
    """Returns a round step and the end of an axis that holds a value, in at most five steps.

    >>> scale(417)
    (100, 500)
    """
    step = next(s * 10**power for power in range(-2, 9) for s in (1, 2, 5) if s * 10**power * 5 >= highest)
    return step, max(step, -(-highest // step) * step)


def _bin_title(position: int, count: int, top: float) -> str:
    width = top / _BINS
    end = "" if position == _BINS - 1 else f"{(position + 1) * width:.0f}"
    return f"{position * width:.0f}–{end} ms: {count}"
