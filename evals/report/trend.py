"""How the headline metrics went from one accepted run to the next, on the cases of the gate."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from evals.baseline import history_row
from evals.compare import MARGINS
from evals.report import charts
from evals.report.charts import Chart, Point, Tick
from evals.report.texts import Text, metric_name
from evals.results import Results

_LEAST_RANGE = 0.1
"""Height of a chart: a change of a thousandth must not look like a cliff."""
_MARGIN = 0.06


@dataclass(frozen=True, slots=True)
class Trend:
    """One metric over the accepted runs and, last, the run of the report.

    Attributes:
        metric: Its name.
        name: What people call it.
        last: The last accepted value.
        now: The value of the run of the report; None where that run is the last accepted one.
        chart: Its picture.
    """

    metric: str
    name: Text
    last: float
    now: float | None
    chart: Chart


def trends(history: Sequence[Mapping[str, Any]], results: Results) -> list[Trend]:
    """Returns the headline metrics that some row of the history has."""
    now = history_row(results, "") if results.split("gate").cases else None
    if now and any(row.get("date") == now["date"] for row in history):
        now = None
    found = (_trend(metric, history, now) for metric in MARGINS)
    return [trend for trend in found if trend is not None]


def _trend(metric: str, history: Sequence[Mapping[str, Any]], now: Mapping[str, Any] | None) -> Trend | None:
    rows = [*history, *([now] if now else [])]
    points = [(i, row, row["metrics"][metric]) for i, row in enumerate(rows) if metric in row["metrics"]]
    accepted = [value for _, row, value in points if row is not now]
    if not accepted:
        return None
    low, high = value_range([value for _, _, value in points])
    placed = [(place(i, len(rows)), (value - low) / (high - low)) for i, _, value in points]
    body = _picture(
        placed, [_told(row, value) for _, row, value in points], now is not None and metric in now["metrics"]
    )
    ticks = (Tick(0, f"{low:.2f}"), Tick(1, f"{high:.2f}"))
    current = now["metrics"].get(metric) if now else None
    return Trend(metric, metric_name(metric), accepted[-1], current, Chart(body, (), ticks))


def value_range(values: Sequence[float]) -> tuple[float, float]:
    """Returns the ends of an upright axis around values between 0 and 1, in hundredths, never narrow.

    >>> value_range([0.97, 0.99])
    (0.9, 1.0)
    """
    low, high = min(values) - 0.01, max(values) + 0.01
    spare = max(0.0, _LEAST_RANGE - (high - low)) / 2
    low, high = low - spare, high + spare
    if high > 1:
        low, high = low - (high - 1), 1.0
    if low < 0:
        low, high = 0.0, min(1.0, max(high - low, _LEAST_RANGE))
    return max(0.0, round(low, 2)), round(high, 2)


def place(position: int, count: int) -> float:
    """Returns where a row stands from left to right; a single one stands in the middle."""
    return 0.5 if count == 1 else _MARGIN + (1 - 2 * _MARGIN) * position / (count - 1)


def _picture(points: Sequence[Point], told: Sequence[str], has_now: bool) -> charts.Markup:
    accepted = points[:-1] if has_now else points
    dots = [charts.dot(point, "accepted", title) for point, title in zip(points, told, strict=True)]
    if has_now:
        dots[-1:] = [charts.dot(points[-1], "now", told[-1]), charts.dot(points[-1], "hole", told[-1])]
    ticks = (Tick(0, ""), Tick(0.5, ""), Tick(1, ""))
    onward = charts.line(points[-2:], "onward") if has_now else charts.Markup()
    return charts.join([charts.grid(ticks), charts.line(accepted, "curve"), onward, *dots])


def _told(row: Mapping[str, Any], value: float) -> str:
    head = f"{str(row.get('date', ''))[:10]}  {row.get('commit', '')}  {value:.3f}"
    return f"{head}\n{row['why']}" if row.get("why") else head
